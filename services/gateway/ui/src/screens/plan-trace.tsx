// The way of a node up to the paragraph of the mandate, and down to its indicators.
import { Link } from "wouter-preact";
import { useAll, useGet } from "../api/store";
import type { ListIndicatorsResponse, ListMandatesResponse, Plan, PlanItem } from "../api/types";
import { say, t, useMessages, word } from "../i18n";
import { date } from "../i18n/format";
import { today } from "../i18n/periods";
import { openDrawer } from "../parts/drawer";
import { lineUp, measuredBelow, taskOf } from "../plan/trace";
import { below, mayWrite, page } from "../session";

/** Opens the form of an indicator for an item; the form comes when it is wanted. */
async function draftFor(item: PlanItem): Promise<void> {
  const [{ IndicatorForm }] = await Promise.all([import("./indicator-form"), useMessages("indicator-form")]);
  openDrawer(t("indicator.draft"), () => <IndicatorForm measures={item} />);
}

/** Up to the mandate, down to what measures it. */
export function Trace({ plan, item }: { plan: Plan; item: PlanItem }) {
  const mandates = useGet<ListMandatesResponse>(below("mandates"));
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const found = taskOf(mandates.data?.mandates ?? [], plan.items, item);
  const measured = measuredBelow(indicators.data?.indicators ?? [], plan.items, item);
  return (
    <section class="stack tight">
      <h3>{t("trace.title")}</h3>
      <ol class="list" aria-label={t("trace.up")}>
        <li>
          {found
            ? <span>{found.mandate.resolution} §{found.task.paragraph} <span class="block-line small soft">{say(found.task.text)}{found.mandate.expires < today() ? ` · ${t("trace.expired", { day: date(found.mandate.expires) })}` : ""}</span></span>
            : <span class="soft">{t("trace.no_task")}</span>}
        </li>
        {[...lineUp(plan.items, item), item].map((one) => <li key={one.id}><span>{one.number} {say(one.statement)} <span class="soft small">{word(one.kind)}</span></span></li>)}
      </ol>
      <h4>{t("trace.measured")}</h4>
      {item.id && ["outcome", "output"].includes(item.kind) && mayWrite("coordinator") && <div><button type="button" class="button" onClick={() => void draftFor(item)}>{t("trace.draft_indicator")}</button></div>}
      {measured.length === 0 ? <p class="soft">{t("trace.no_indicator")}</p> : (
        <ul class="list">
          {measured.map(({ indicator, of }) => (
            <li key={indicator.id}><span><Link href={page(`indicators/${indicator.code}`)}>{indicator.code}</Link> {say(indicator.name)} <span class="soft small">{of.number}</span></span></li>
          ))}
        </ul>
      )}
    </section>
  );
}
