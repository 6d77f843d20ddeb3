// What is said to a finding, in the drawer: comments by name, dissents with a name or without.
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { Assessment, Finding, FindingComment, FindingDissent, ListFindingCommentsResponse, ListFindingDissentsResponse } from "../api/types";
import { say, t, word } from "../i18n";
import { date, instant } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { TextArea } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Empty, Reading } from "../parts/notice";
import { below, isStaff, mayWrite } from "../session";
import { MEMBERS } from "./assessment-presence";

const commentsPath = (assessment: string) => below(`finding-comments/${assessment}`);
const dissentsPath = (assessment: string) => below(`finding-dissents/${assessment}`);

/** The comments and dissents of all findings of an assessment. */
export function useSaid(assessment: string) {
  return {
    comments: useGet<ListFindingCommentsResponse>(isStaff() ? commentsPath(assessment) : null),
    dissents: useGet<ListFindingDissentsResponse>(isStaff() ? dissentsPath(assessment) : null),
  };
}

/** The dissents from a finding. */
export function Dissents({ of }: { of: readonly FindingDissent[] }) {
  if (of.length === 0) return null;
  return (
    <ul class="list" aria-label={t("assess.dissents")}>
      {of.map((one) => (
        <li key={one.id}>
          <span>
            <span class="block-line">{one.text}</span>
            <span class="block-line soft small">{one.without_name ? t("dissent.nameless") : one.recorded_by_name}, {one.without_name ? date(one.recorded_at) : instant(one.recorded_at)}{" · "}{t("dissent.of_version", { version: one.finding_version })}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

function Comment({ of, path, open, assesses }: { of: FindingComment; path: string; open: boolean; assesses: boolean }) {
  const settle = (verb: string) => async () => {
    await write("POST", `${path}/${of.id}/${verb}`, {}, { version: of.version });
    expire(path);
  };
  return (
    <li>
      <span>
        <span class="block-line">{of.text}</span>
        <span class="block-line soft small">{of.recorded_by_name}, {instant(of.recorded_at)}{of.resolved_at && <> · ✓ {t("said.resolved_by", { name: of.resolved_by_name })}, {instant(of.resolved_at)}</>}</span>
      </span>
      {open && (of.own || assesses) && <WriteButton label={of.resolved_at ? t("said.reopen") : t("said.resolve")} work={settle(of.resolved_at ? "reopen" : "resolve")} />}
    </li>
  );
}

/** All that is said to a finding, with fields for more while the assessment is open. */
export function Said({ assessment, finding, open, assesses }: { assessment: Assessment; finding: Finding; open: boolean; assesses: boolean }) {
  const { comments, dissents } = useSaid(assessment.id);
  const said = (comments.data?.comments ?? []).filter((one) => one.finding_id === finding.id);
  const may = open && mayWrite(...MEMBERS);
  const path = commentsPath(assessment.id);
  return (
    <>
      <p class="soft">{word(`question_${finding.question}`)}</p>
      <p>{say(finding.narrative)}</p>
      <section class="stack tight" aria-label={t("said.comments")}>
        <h3>{t("said.comments")}</h3>
        <Reading of={comments}>
          {said.length === 0 && <Empty>{t("said.none")}</Empty>}
          <ul class="list">{said.map((one) => <Comment key={one.id} of={one} path={path} open={may} assesses={assesses} />)}</ul>
        </Reading>
        {may && <CommentForm key={said.length} path={path} finding={finding} />}
      </section>
      <section class="stack tight" aria-label={t("assess.dissents")}>
        <h3>{t("assess.dissents")}</h3>
        {finding.dissent && <p class="block-line">{finding.dissent}</p>}
        <Reading of={dissents}><Dissents of={(dissents.data?.dissents ?? []).filter((one) => one.finding_id === finding.id)} /></Reading>
        {may && <DissentForm key={`d${dissents.data?.dissents.length ?? 0}`} path={dissentsPath(assessment.id)} finding={finding} />}
      </section>
    </>
  );
}

function CommentForm({ path, finding }: { path: string; finding: Finding }) {
  const draft = useDraft(`finding-comment.${finding.id}`, { text: "" });
  return (
    <Form
      draft={draft}
      submit={t("said.write")}
      send={async ({ text }) => {
        await write("POST", path, { finding_id: finding.id, text });
        expire(path);
      }}
    >
      {(about) => <TextArea label={t("said.text")} value={draft.value.text} required wrong={about("text")} onInput={(text) => draft.set({ text })} />}
    </Form>
  );
}

function DissentForm({ path, finding }: { path: string; finding: Finding }) {
  const draft = useDraft(`finding-dissent.${finding.id}`, { text: "", without_name: false });
  const of = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("dissent.send")}
      send={async (value) => {
        await write("POST", path, { finding_id: finding.id, ...value });
        expire(path);
      }}
    >
      {(about) => (
        <>
          <TextArea label={t("dissent.text")} value={of.text} required wrong={about("text")} onInput={(text) => draft.set({ text })} />
          <label class="row"><input type="checkbox" checked={of.without_name} onChange={(event) => draft.set({ without_name: event.currentTarget.checked })} />{t("dissent.without_name")}</label>
          <p class="small soft">{of.without_name ? t("dissent.kept_nowhere") : t("dissent.stays")}</p>
        </>
      )}
    </Form>
  );
}
