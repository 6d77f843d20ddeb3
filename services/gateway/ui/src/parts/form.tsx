// A form on a kept draft: sends, shows what was wrong, and on a conflict mine, theirs and the base.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Problem } from "../api/problem";
import { t } from "../i18n";
import type { Draft } from "./draft";
import { type Merge, merge, resolve } from "./merge";
import { Notice, Trouble } from "./notice";
import { useWrite } from "./write";

interface Props<T extends object> {
  draft: Draft<T>;
  /** Sends the value; `version` is the one that the writer saw, or after a conflict the one that was settled with. */
  send: (value: T, version?: number) => Promise<unknown>;
  onDone?: () => void;
  submit: string;
  /** The record as it is stored now, for a conflict. */
  theirs?: (current: unknown) => T | undefined;
  children: (about: (field: string) => string | undefined) => ComponentChildren;
  extra?: ComponentChildren;
}

/** A form. */
export function Form<T extends object>({ draft, send, onDone, submit, theirs, children, extra }: Props<T>) {
  const writing = useWrite();
  const [clash, setClash] = useState<{ of: Merge<T>; version: number } | null>(null);
  const problem = writing.problem instanceof Problem ? writing.problem : undefined;

  const attempt = async (value: T, version?: number): Promise<void> => {
    try {
      await send(value, version ?? draft.version);
    } catch (failure) {
      const stored = failure instanceof Problem && failure.stale ? theirs?.(failure.current) : undefined;
      if (!(failure instanceof Problem) || !stored || failure.currentVersion === undefined) throw failure;
      const merged = merge(draft.base, value, stored);
      if (merged.clashes.length === 0) return send(merged.merged, failure.currentVersion) as Promise<void>;
      setClash({ of: merged, version: failure.currentVersion });
      throw failure;
    }
  };
  const run = async (value: T, version?: number) => {
    if (!(await writing.run(() => attempt(value, version), JSON.stringify([value, version])))) return;
    setClash(null);
    draft.clear();
    onDone?.();
  };

  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void run(draft.value);
      }}
    >
      {draft.restored && !writing.problem && (
        <Notice action={<button type="button" class="button" onClick={() => draft.clear()}>{t("draft.discard")}</button>}>{t("draft.restored")}</Notice>
      )}
      {children((field) => problem?.about(field))}
      {clash ? (
        <Conflict of={clash.of} busy={writing.busy} onSettle={(value) => void run(value, clash.version)} />
      ) : (
        <Trouble problem={writing.problem} kept />
      )}
      <div class="actions">
        <button class="button primary" type="submit" disabled={writing.busy}>
          {writing.busy ? t("state.saving") : submit}
        </button>
        {extra}
      </div>
    </form>
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "object") {
    return Array.isArray(value) ? value.map(shown).join(", ") || "–" : Object.values(value).filter(Boolean).map(shown).join(" / ") || "–";
  }
  return String(value);
}

/** A conflict: what it was, what I wrote, what another person wrote meanwhile; choose field by field. */
export function Conflict<T extends object>({ of, busy, onSettle }: { of: Merge<T>; busy: boolean; onSettle: (value: T) => void }) {
  const [mine, setMine] = useState<ReadonlySet<string>>(new Set(of.clashes.map((clash) => clash.field)));
  const toggle = (field: string, keep: boolean) => {
    const next = new Set(mine);
    if (keep) next.add(field);
    else next.delete(field);
    setMine(next);
  };
  return (
    <Notice tone="careful">
      <p>{t("conflict.explain")}</p>
      <div class="stack tight">
        {of.clashes.map((clash) => (
          <fieldset key={clash.field} class="field">
            <legend>
              <code>{clash.field}</code>
            </legend>
            <p class="small">{t("conflict.base")}: {shown(clash.base)}</p>
            <label class="row">
              <input type="radio" name={`clash-${clash.field}`} checked={mine.has(clash.field)} onChange={() => toggle(clash.field, true)} />
              {t("conflict.mine")}: {shown(clash.mine)}
            </label>
            <label class="row">
              <input type="radio" name={`clash-${clash.field}`} checked={!mine.has(clash.field)} onChange={() => toggle(clash.field, false)} />
              {t("conflict.theirs")}: {shown(clash.theirs)}
            </label>
          </fieldset>
        ))}
        <div>
          <button type="button" class="button primary" disabled={busy} onClick={() => onSettle(resolve(of, mine))}>
            {t("conflict.settle")}
          </button>
        </div>
      </div>
    </Notice>
  );
}

/**
 * One button that writes; its problem stands beside it. A reason is asked for where one is needed; `sure` is the
 * question before what cannot be undone.
 */
export function WriteButton({ label, work, onDone, primary, danger, reason, sure, disabled, describedBy }: { label: ComponentChildren; work: (reason: string) => Promise<unknown>; onDone?: () => void; primary?: boolean; danger?: boolean; reason?: boolean; sure?: string; disabled?: boolean; describedBy?: string | undefined }) {
  const writing = useWrite();
  const [asking, setAsking] = useState(false);
  const [why, setWhy] = useState("");
  const run = async () => {
    if (await writing.run(() => work(why), why)) {
      setAsking(false);
      setWhy("");
      onDone?.();
    }
  };
  const kind = primary ? "button primary" : danger ? "button danger" : "button";
  return (
    <>
      <button type="button" class={kind} disabled={writing.busy || disabled} aria-describedby={describedBy} onClick={() => (reason || sure ? setAsking(true) : void run())}>
        {label}
      </button>
      {asking && (
        <form class="row" onSubmit={(event) => { event.preventDefault(); void run(); }}>
          {sure && <span>{sure}</span>}
          {reason && (
            <label class="row">
              {t("field.reason")}
              <input class="control" required value={why} onInput={(event) => setWhy(event.currentTarget.value)} />
            </label>
          )}
          <button class="button primary" type="submit" disabled={writing.busy}>{t("action.confirm")}</button>
          <button class="button quiet" type="button" onClick={() => setAsking(false)}>{t("action.cancel")}</button>
        </form>
      )}
      <Trouble problem={writing.problem} />
    </>
  );
}
