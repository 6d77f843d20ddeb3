// One write from a screen: busy while it runs, its problem when it failed, the same key when it is tried again.
import { useRef, useState } from "preact/hooks";
import { newKey, underKey } from "../api/client";
import { Problem } from "../api/problem";

export interface Writing {
  busy: boolean;
  problem: unknown;
  /**
   * Runs the write; true when it was done. A second call while one runs does nothing. When nobody can tell
   * whether it was done (the line was lost, the server failed), the same `content` goes under the same key again,
   * so that it is done once.
   */
  run(work: (key: string) => Promise<unknown>, content?: string): Promise<boolean>;
  forget(): void;
}

/** What tells one file from another, as content of a write. */
export function fileMark(file: File): string {
  return `${file.name} ${file.size} ${file.lastModified}`;
}

/** True when the answer says that nothing was written; otherwise it may have been. */
export function isRefusal(problem: unknown): boolean {
  return problem instanceof Problem && problem.status >= 400 && problem.status < 500;
}

/** A write with its state. */
export function useWrite(): Writing {
  const [state, setState] = useState<{ busy: boolean; problem: unknown }>({ busy: false, problem: null });
  const running = useRef(false);
  const unsettled = useRef<{ key: string; content: string } | null>(null);
  return {
    ...state,
    async run(work, content = "") {
      if (running.current) return false;
      running.current = true;
      setState({ busy: true, problem: null });
      const key = unsettled.current?.content === content ? unsettled.current.key : newKey();
      unsettled.current = { key, content };
      try {
        await underKey(key, () => work(key));
        unsettled.current = null;
        setState({ busy: false, problem: null });
        return true;
      } catch (problem) {
        if (isRefusal(problem)) unsettled.current = null;
        setState({ busy: false, problem });
        return false;
      } finally {
        running.current = false;
      }
    },
    forget: () => setState({ busy: false, problem: null }),
  };
}
