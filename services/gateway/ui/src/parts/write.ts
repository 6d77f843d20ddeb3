// One write from a screen: busy while it runs, its problem when it failed, the same key when it is tried again.
import { useRef, useState } from "preact/hooks";

export interface Writing {
  busy: boolean;
  problem: unknown;
  /** Runs the write; true when it was done. A second call while one runs does nothing. */
  run(work: (key: string) => Promise<unknown>): Promise<boolean>;
  forget(): void;
}

/** A write with its state. */
export function useWrite(): Writing {
  const [state, setState] = useState<{ busy: boolean; problem: unknown }>({ busy: false, problem: null });
  const running = useRef(false);
  return {
    ...state,
    async run(work) {
      if (running.current) return false;
      running.current = true;
      setState({ busy: true, problem: null });
      try {
        await work(crypto.randomUUID?.() ?? `${Date.now()}`);
        setState({ busy: false, problem: null });
        return true;
      } catch (problem) {
        setState({ busy: false, problem });
        return false;
      } finally {
        running.current = false;
      }
    },
    forget: () => setState({ busy: false, problem: null }),
  };
}
