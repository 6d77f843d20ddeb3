// What changed in the library since the mission took from it: taken over or left, never forced.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { Indicator, ListLibraryOffersResponse, ListTemplateOffersResponse, OfferedField, Plan, TemplateOffer } from "../api/types";
import { language, say, t, word } from "../i18n";
import { WriteButton } from "../parts/form";
import { Empty, Notice, Reading } from "../parts/notice";
import { Table } from "../parts/table";
import { took } from "../plan/writes";
import { below, mayWrite, page } from "../session";
import { shownChange } from "./indicator-sheet";
import { field, shown } from "./library-frameworks";

/** All offers: to the plan, then to indicators. */
export function Offers() {
  const offers = useGet<ListLibraryOffersResponse>(below("library/offers"));
  const frameworks = useGet<ListTemplateOffersResponse>(below("library/template-offers"));
  const answer = (indicator: Indicator, library_version: number, take: boolean) => async () => {
    await write<Indicator>("POST", below(`indicators/${indicator.id}/library-offer`), { library_version, take }, { version: indicator.version });
    expire(below("library"), below("indicators"));
  };
  const none = offers.data?.offers.length === 0 && frameworks.data?.offers.length === 0;
  return (
    <>
      {none && <Empty>{t("library.no_offers")}</Empty>}
      <Reading of={frameworks}>
        {frameworks.data && frameworks.data.offers.length > 0 && (
          <section class="stack" aria-label={t("library.to_plan")}>
            <h2>{t("library.to_plan")}</h2>
            <Waiting of={frameworks.data.offers} />
            {frameworks.data.offers.map((one) => <ToPlan key={`${one.plan_id}${one.code}${one.library_part_id}${one.library_version}`} of={one} />)}
          </section>
        )}
      </Reading>
      <Reading of={offers}>
        {offers.data && offers.data.offers.length > 0 && (
          <section class="stack" aria-label={t("library.to_indicators")}>
            <h2>{t("library.to_indicators")}</h2>
            <Table
              caption={t("library.to_indicators")}
              rows={offers.data.offers}
              keyOf={(one) => one.indicator?.id ?? ""}
              columns={[
                { head: t("field.indicator"), names: true, wide: true, cell: (one) => <Link href={page(`indicators/${encodeURIComponent(one.indicator?.code ?? "")}`)}>{one.indicator?.code} {say(one.indicator?.name)}</Link> },
                { head: t("plan.fields"), wide: true, cell: (one) => one.changes.map(shownChange) },
                { head: t("library.answer"), cell: (one) => mayWrite("coordinator") && one.indicator && <div class="row"><WriteButton primary label={t("library.take")} work={answer(one.indicator, one.library_version, true)} /><WriteButton label={t("library.leave")} work={answer(one.indicator, one.library_version, false)} /></div> },
              ]}
            />
          </section>
        )}
      </Reading>
    </>
  );
}

/** Plans that are no draft take nothing: what is to be done first. */
function Waiting({ of }: { of: readonly TemplateOffer[] }) {
  const plans = of.filter((one, place) => one.plan_state !== "draft" && of.findIndex((other) => other.plan_id === one.plan_id) === place);
  return (
    <>
      {plans.map((one) => (
        <Notice key={one.plan_id} action={["approved", "active"].includes(one.plan_state) && mayWrite("coordinator") && <WriteButton primary label={t("plan.next_version")} work={() => draftNext(one.plan_id)} />}>
          {t("library.not_a_draft", { number: one.plan_number, state: word(one.plan_state) })}
        </Notice>
      ))}
    </>
  );
}

async function draftNext(plan: string): Promise<void> {
  took(await write<Plan>("POST", below(`plans/${plan}/next-version`), {}));
  expire(below("plans"), below("library"));
}

/** Changed by the mission since it was taken: not overwritten unless somebody says so. */
const isOurs = (one: OfferedField) => one.field !== "indicator_codes" && one.own !== one.before;

/** One offer to an item of a plan: the library then and now beside what the plan says. */
function ToPlan({ of }: { of: TemplateOffer }) {
  const [keep, setKeep] = useState<readonly string[]>(of.fields.filter((one) => of.change === "changed" && isOurs(one)).map((one) => one.field));
  const [lead, setLead] = useState(of.item?.lead_section ?? "");
  const isNew = of.change === "added";
  const said = (one: OfferedField) => one.field.startsWith("statement");
  const named = isNew ? (of.fields.find((one) => one.field === `statement.${language.value}`) ?? of.fields.find(said))?.after ?? "" : `${of.item?.number} ${say(of.item?.statement)}`;
  const isDraft = of.plan_state === "draft";
  const answer = (take: boolean) => async () => {
    const body = { code: of.code, library_part_id: of.library_part_id, library_version: of.library_version, take, keep_fields: take ? keep : [], lead_section: take && isNew ? lead : "" };
    took(await write<Plan>("POST", below(`plans/${of.plan_id}/library-offer`), body, { version: of.plan_version }));
    expire(below("library"), below("plans"), below("indicators"));
  };
  const about = <span class="unseen">: {named}</span>;
  return (
    <article class="card stack tight" aria-label={named}>
      <h3><span class="soft">{t(`library.part_${of.change as "added"}`)} · {word(of.kind)}</span> {named}</h3>
      <p class="soft">{t("library.offer_from", { title: say(of.title), version: of.library_version, number: of.plan_number })} {isNew && t("library.lies_in", { item: `${of.item?.number} ${say(of.item?.statement)}` })}</p>
      {of.fields.map((one) => (
        <div key={one.field} class="stack tight" role="group" aria-label={field(one.field)}>
          <b>{field(one.field)}</b>
          <div class="pair">
            {!isNew && <Side label={t("library.now", { version: of.since_version })}>{shown(one.field, one.before)}</Side>}
            <Side label={t("library.now", { version: of.library_version })}><ins>{shown(one.field, one.after)}</ins></Side>
            {!isNew && (
              <Side label={t("library.ours")}>
                {shown(one.field, one.own)}
                {mayWrite("coordinator") && isDraft && (
                  <label class="row close">
                    <input type="checkbox" checked={keep.includes(one.field)} onChange={(event) => setKeep(event.currentTarget.checked ? [...keep, one.field] : keep.filter((name) => name !== one.field))} />
                    <span>{t("library.keep_ours")}<span class="unseen">: {field(one.field)}</span></span>
                  </label>
                )}
              </Side>
            )}
          </div>
        </div>
      ))}
      {of.below.length > 0 && (
        <div>
          {isNew ? t("library.comes_with") : t("library.goes_with")}
          <ul class="framework">{of.below.map((one, place) => <li key={place}><span class="soft">{word(one.kind)}</span> {say(one.statement)}</li>)}</ul>
        </div>
      )}
      {mayWrite("coordinator") && (
        <div class="row">
          {isDraft && isNew && <label class="row">{t("plan.lead")}<input class="control" value={lead} onInput={(event) => setLead(event.currentTarget.value)} /></label>}
          {isDraft && <WriteButton primary danger={of.change === "gone"} label={<>{of.change === "gone" ? t("library.take_away") : t("library.take")}{about}</>} work={answer(true)} />}
          <WriteButton label={<>{t("library.leave")}{about}</>} work={answer(false)} />
        </div>
      )}
    </article>
  );
}

/** What one side says of a field. */
function Side({ label, children }: { label: string; children: ComponentChildren }) {
  return <div><div class="soft">{label}</div>{children}</div>;
}
