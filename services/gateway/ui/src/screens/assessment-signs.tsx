// Who signs an assessment, and where each signature stands: a colour, a shape and a word.
import { write } from "../api/client";
import { expire } from "../api/store";
import type { Assessment, AssessmentCourse, SignOffRequirement } from "../api/types";
import { say, t, word } from "../i18n";
import { instant } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, TextArea } from "../parts/field";
import { Form } from "../parts/form";
import { Table } from "../parts/table";
import { below } from "../session";

const STANDINGS: Record<string, [tone: string, shape: string]> = { signed: ["on_track", "✓"], refused: ["off_track", "✗"], changed: ["at_risk", "↻"], waiting: ["no_data", "○"] };

/** Where a signature stands. */
export function Standing({ of }: { of: string }) {
  const [tone, shape] = STANDINGS[of] ?? ["no_data", "○"];
  return <span class={`status ${tone}`}><span aria-hidden="true">{shape}</span> {word(`sign_${of}`)}</span>;
}

/** Who signs: the role, and of a head the component. */
export const signer = (of: { role: string; component: string }) => (of.component ? t("course.head_of", { component: word(of.component) }) : word(of.role));

/** Every signature that is asked for; the caller's own with a way to give it. */
export function Signs({ of, course, printed }: { of: Assessment; course: AssessmentCourse; printed?: boolean }) {
  if (course.sign_off.length === 0) return <p class="soft">{t("course.nobody_signs")}</p>;
  const give = (one: SignOffRequirement) => openDrawer(t("course.sign"), () => <SignForm of={of} one={one} seen={course.findings_version} />);
  return (
    <Table
      caption={t("course.sign_off")}
      rows={course.sign_off}
      keyOf={(one) => `${one.role} ${one.component}`}
      columns={[
        { head: t("course.who"), names: true, cell: signer },
        { head: t("field.state"), cell: (one) => <><Standing of={one.state} />{one.changed_finding_ids.length > 0 && <span class="small soft"> {t("course.changed", { count: one.changed_finding_ids.length })}</span>}</> },
        { head: t("course.given"), wide: true, cell: (one) => (one.signature ? <>{one.signature.signed_by_name}, {instant(one.signature.signed_at)}{one.signature.remark && <>: {one.signature.remark}</>}</> : "–") },
        { head: t("course.because"), wide: true, cell: (one) => say(one.because) },
        ...(printed ? [] : [{ head: <span class="unseen">{t("course.sign")}</span>, cell: (one: SignOffRequirement) => one.mine && one.state !== "signed" && <button type="button" class="button primary" onClick={() => give(one)}>{t("course.sign")}</button> }]),
      ]}
    />
  );
}

function SignForm({ of, one, seen }: { of: Assessment; one: SignOffRequirement; seen: number }) {
  const draft = useDraft(`sign.${of.id}.${one.role}.${one.component}`, { decision: "signed", remark: "" });
  const value = draft.value;
  return (
    <Form
      draft={draft}
      submit={value.decision === "signed" ? t("course.sign") : t("course.refuse")}
      send={async (given) => {
        await write<AssessmentCourse>("POST", below(`assessments/${of.id}/sign`), { ...given, role: one.role, component: one.component, findings_version: seen });
        expire(below(`assessments/${of.id}`));
        closeDrawer();
      }}
    >
      {(about) => (
        <>
          <p>{t("course.sign_explain", { who: signer(one) })}</p>
          <Choice label={t("course.decision")} value={value.decision} among={[["signed", t("course.sign")], ["refused", t("course.refuse")]]} onInput={(decision) => draft.set({ decision })} />
          <TextArea label={t("course.remark")} hint={t("course.remark_hint")} value={value.remark} wrong={about("remark")} required={value.decision === "refused"} onInput={(remark) => draft.set({ remark })} />
        </>
      )}
    </Form>
  );
}
