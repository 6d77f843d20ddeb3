// What happened, what was kept, what to do.
import type { ComponentChildren } from "preact";
import { Problem } from "../api/problem";
import { language, t } from "../i18n";
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

/** What the screens say of a kind of failure, in either language. */
function said(problem: Problem): string {
  if (problem.offline) return t("problem.offline");
  if (problem.status === 401) return t("problem.signed_out");
  if (problem.status === 403) return t("problem.denied");
  if (problem.status === 404) return t("problem.not_found");
  if (problem.status === 409) return t("problem.conflict");
  if (problem.status === 412) return t("problem.stale");
  if (problem.status === 422) return t("problem.invalid");
  if (problem.status === 413 || problem.status === 429) return t("problem.exhausted");
  return problem.status >= 500 ? t("problem.server") : t("problem.unknown");
}

/**
 * The sentence about a problem, and what the service says of it beside that. The service's own sentence, which names the
 * place, stands for ours where it is in the language of the screen; else it stands below ours, marked as English.
 */
export function problemTexts(problem: unknown): { text: string; detail?: string } {
  if (!(problem instanceof Problem)) return { text: t("problem.unknown") };
  const own = problem.offline || problem.status === 404 || problem.status >= 500 ? "" : problem.detail;
  if (!own) return { text: said(problem) };
  return speaksOurs(problem) ? { text: own } : { text: said(problem), detail: own };
}

/** True when what the service says is in the language of the screen; an old answer may be kept from before a switch. */
function speaksOurs(problem: Problem): boolean {
  return language.value === "en" || problem.language === language.value;
}

const LABELS: Record<string, Parameters<typeof t>[0]> = {
  statement: "plan.statement", lead_section: "plan.lead", component: "plan.component", dimension: "plan.dimension", stakeholder_id: "plan.stakeholder", mandate_task_id: "plan.mandate_task", markers: "plan.markers", parent_id: "plan.move_to",
  name: "field.name", title: "field.title", period: "field.period", area: "field.area", areas: "spine.areas", value: "field.value", slice: "field.slice", reason: "field.reason", note: "field.note", start: "field.start", end: "field.end", kind: "field.kind", narrative: "field.narrative", indicator_code: "field.indicator", as_of: "field.date", date: "field.date", email: "sign_in.email", password: "sign_in.password",
};

/** A field of a message as the screen calls it: `item.lead_section` is "Lead section"; one that no screen has, as it is. */
export function fieldLabel(field: string): string {
  const part = field.split(".").findLast((one) => one !== "en" && one !== "fr") ?? field;
  const label = LABELS[part.replace(/\[\d+\]$/, "")];
  return label ? t(label) : field;
}

/** A failed read or write, with the fields that were wrong and a way to try again. */
export function Trouble({ problem, again, kept }: { problem: unknown; again?: () => void; kept?: boolean }) {
  if (!problem) return null;
  const violations = problem instanceof Problem ? problem.violations : [];
  const { text, detail } = problemTexts(problem);
  const foreign = problem instanceof Problem && !speaksOurs(problem) ? "en" : undefined;
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
      <p>{text}</p>
      {detail && <p class="small" lang="en">{detail}</p>}
      {violations.length > 0 && (
        <ul>
          {violations.map((violation) => (
            <li key={violation.field}>
              <b>{fieldLabel(violation.field)}</b>: <span lang={foreign}>{violation.message}</span>
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
          {t("problem.showing_old")} {problemTexts(of.problem).text}
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
