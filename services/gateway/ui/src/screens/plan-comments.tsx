// What people ask about items of a plan in review: by item in its drawer, and all of them as a list.
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { ListCommentsResponse, Plan, PlanComment, PlanItem } from "../api/types";
import { say, t } from "../i18n";
import { instant } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { TextArea } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Empty, Reading } from "../parts/notice";
import { Person } from "../parts/person";
import { Tabs, useParameter } from "../parts/page";
import { Table } from "../parts/table";
import { below, isStaff, mayWrite } from "../session";
import { openItem } from "./plan-item";

const IN_REVIEW = ["in_review", "endorsed"];
const COMMENTING = ["contributor", "focal_point", "verifier", "component_head", "coordinator", "adviser", "leadership"];

function commentsPath(plan: string): string {
  return below(`plans/${plan}/comments`);
}

/** The comments on a plan; a reader has none to read. */
export function useComments(plan: Plan) {
  return useGet<ListCommentsResponse>(isStaff() ? commentsPath(plan.id) : null);
}

function Resolve({ plan, of }: { plan: Plan; of: PlanComment }) {
  const may = (of.own || mayWrite("coordinator")) && !of.resolved_at && ["draft", ...IN_REVIEW].includes(plan.state);
  if (!may) return null;
  return (
    <WriteButton
      label={t("comment.resolve")}
      work={async () => {
        await write("POST", `${commentsPath(plan.id)}/${of.id}/resolve`, {}, { version: of.version });
        expire(commentsPath(plan.id));
      }}
    />
  );
}

function Said({ of }: { of: PlanComment }) {
  return (
    <>
      <span class="block-line">{of.text}</span>
      <span class="block-line soft small"><Person id={of.author} />, {instant(of.written_at)}{of.resolved_at && <> · {t("comment.resolved_by")} <Person id={of.resolved_by} />, {instant(of.resolved_at)}</>}</span>
    </>
  );
}

/** The comments on one item, with a field for the next one while the plan is in review. */
export function ItemComments({ plan, item }: { plan: Plan; item: PlanItem }) {
  const found = useComments(plan);
  const own = (found.data?.comments ?? []).filter((one) => one.item_id === item.id);
  const may = IN_REVIEW.includes(plan.state) && mayWrite(...COMMENTING);
  if (own.length === 0 && !may) return null;
  return (
    <section class="stack tight" aria-label={t("comment.title")}>
      <h3>{t("comment.title")}</h3>
      <ul class="list">
        {own.map((one) => (
          <li key={one.id}><span><Said of={one} /></span><Resolve plan={plan} of={one} /></li>
        ))}
      </ul>
      {may && <CommentForm key={own.length} plan={plan} item={item} />}
    </section>
  );
}

function CommentForm({ plan, item }: { plan: Plan; item: PlanItem }) {
  const draft = useDraft(`comment.${item.id}`, { text: "" });
  return (
    <Form
      draft={draft}
      submit={t("comment.write")}
      send={async (value) => {
        await write("POST", commentsPath(plan.id), { ...value, item_id: item.id });
        expire(commentsPath(plan.id));
      }}
    >
      {(about) => <TextArea label={t("comment.text")} value={draft.value.text} required wrong={about("text")} onInput={(text) => draft.set({ text })} />}
    </Form>
  );
}

/** All comments on the plan, the open ones unless all are asked for. */
export function PlanComments({ plan }: { plan: Plan }) {
  const found = useComments(plan);
  const all = useParameter("comments") === "all";
  const comments = found.data?.comments ?? [];
  const shown = comments.filter((one) => all || !one.resolved_at);
  return (
    <div class="stack">
      <Tabs label={t("comment.title")} parameter="comments" views={[["open", t("comment.open")], ["all", t("comment.all")]]} />
      <Reading of={found}>
        {shown.length === 0 ? (
          <Empty>{t(IN_REVIEW.includes(plan.state) ? "comment.none_yet" : "comment.none")}</Empty>
        ) : (
          <Table
            caption={t("comment.title")}
            rows={shown}
            keyOf={(one) => one.id}
            columns={[
              { head: t("comment.title"), names: true, wide: true, cell: (one) => <Said of={one} /> },
              {
                head: t("plan.place"),
                wide: true,
                cell: (one) => {
                  const item = plan.items.find((candidate) => candidate.id === one.item_id);
                  return item ? <button type="button" class="number-link" onClick={() => openItem(plan, item)}>{item.number} {say(item.statement)}</button> : <span class="soft">{t("comment.item_gone")}</span>;
                },
              },
              { head: <span class="unseen">{t("field.actions")}</span>, cell: (one) => <Resolve plan={plan} of={one} /> },
            ]}
          />
        )}
      </Reading>
    </div>
  );
}
