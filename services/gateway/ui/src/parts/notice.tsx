// What happened, what was kept, what to do.
import type { ComponentChildren } from "preact";
import { Problem } from "../api/problem";
import { t } from "../i18n";
import { Icon } from "./icon";

type Tone = "info" | "wrong" | "careful" | "good";
const ICONS = { info: "info", wrong: "wrong", careful: "wrong", good: "good" } as const;

/** A message in the page. */
export function Notice({ tone = "info", children, action }: { tone?: Tone; children: ComponentChildren; action?: ComponentChildren }) {
  return (
    <div class={`notice ${tone === "info" ? "" : tone}`} role={tone === "wrong" ? "alert" : "status"}>
      <Icon name={ICONS[tone]} />
      <div>{children}</div>
      {action}
    </div>
  );
}

/** The sentence about a problem: the gateway's own where it has one. */
export function problemText(problem: unknown): string {
  if (!(problem instanceof Problem)) return t("problem.unknown");
  if (problem.offline) return t("problem.offline");
  if (problem.status === 401) return problem.detail || t("problem.signed_out");
  if (problem.status === 403) return problem.detail || t("problem.denied");
  if (problem.status === 404) return t("problem.not_found");
  if (problem.status >= 500) return t("problem.server");
  return problem.detail || t("problem.unknown");
}

/** A failed read or write, with the fields that were wrong and a way to try again. */
export function Trouble({ problem, again, kept }: { problem: unknown; again?: () => void; kept?: boolean }) {
  if (!problem) return null;
  const violations = problem instanceof Problem ? problem.violations : [];
  return (
    <Notice
      tone="wrong"
      action={
        again && (
          <button type="button" class="button" onClick={again}>
            {t("action.again")}
          </button>
        )
      }
    >
      <p>{problemText(problem)}</p>
      {violations.length > 0 && (
        <ul>
          {violations.map((violation) => (
            <li key={violation.field}>
              <code>{violation.field}</code>: {violation.message}
            </li>
          ))}
        </ul>
      )}
      {kept && <p>{t("problem.kept")}</p>}
    </Notice>
  );
}

/** A read that has no answer yet, or went wrong; what was read before stays, with a note. */
export function Reading({ of, children }: { of: { data: unknown; problem?: unknown; again: () => void }; children?: ComponentChildren }) {
  if (of.data === undefined && of.problem) return <Trouble problem={of.problem} again={of.again} />;
  if (of.data === undefined) return <p class="soft" aria-busy="true">{t("state.loading")}</p>;
  return (
    <>
      {of.problem ? (
        <Notice tone="careful" action={<button type="button" class="button" onClick={of.again}>{t("action.again")}</button>}>
          {t("problem.showing_old")} {problemText(of.problem)}
        </Notice>
      ) : null}
      {children}
    </>
  );
}

/** An empty screen says what to do next. */
export function Empty({ children, action }: { children: ComponentChildren; action?: ComponentChildren }) {
  return (
    <div class="empty">
      <p>{children}</p>
      {action}
    </div>
  );
}
