// Regular mapping: how often the mission maps its context, and when the next map is due.
import { write } from "../api/client";
import { expire, put, useGet } from "../api/store";
import type { ContextMap, MappingSchedule } from "../api/types";
import { t } from "../i18n";
import { date } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { NumberField, numberOf } from "../parts/field";
import { Form } from "../parts/form";
import { Notice, Reading } from "../parts/notice";
import { below, mayWrite } from "../session";
import { NextMap } from "./context-compare";

const ANALYSTS = ["contributor", "focal_point", "coordinator", "adviser"];

/** When the next map is due; from here it begins. */
export function Mapping({ maps }: { maps: readonly ContextMap[] }) {
  const path = below("mapping-schedule");
  const found = useGet<MappingSchedule>(path);
  const of = found.data;
  const latest = maps.find((map) => map.id === of?.latest_id);
  return (
    <section class="card stack tight">
      <div class="row between">
        <h2>{t("mapping.title")}</h2>
        {of && mayWrite("coordinator") && <button type="button" class="button" onClick={() => openDrawer(t("mapping.title"), () => <IntervalForm of={of} />)}>{t("mapping.set")}</button>}
      </div>
      <Reading of={found}>
        {of && (
          <>
            <p class="soft">{t("mapping.every", { count: of.interval_months })}{of.version === 0 && ` · ${t("mapping.usual")}`}</p>
            {of.overdue ? <Notice tone="careful">{of.due ? t("mapping.overdue", { due: date(of.due) }) : t("mapping.never")}</Notice> : <p>{t("mapping.due", { due: date(of.due) })}</p>}
            {latest && mayWrite(...ANALYSTS) && <div><button type="button" class="button" onClick={() => openDrawer(t("context.next_map"), () => <NextMap from={latest} />)}>{t("mapping.begin")}</button></div>}
          </>
        )}
      </Reading>
    </section>
  );
}

function IntervalForm({ of }: { of: MappingSchedule }) {
  const draft = useDraft("mapping-schedule", { months: String(of.interval_months) }, of.version);
  return (
    <Form
      draft={draft}
      theirs={(current) => (current ? { months: String((current as MappingSchedule).interval_months) } : undefined)}
      submit={t("action.save")}
      onDone={closeDrawer}
      send={async (value, version) => {
        put(below("mapping-schedule"), await write<MappingSchedule>("PUT", below("mapping-schedule"), { interval_months: numberOf(value.months) ?? 0 }, { version: version ?? of.version }));
        expire(below("home"));
      }}
    >
      {(about) => (
        <>
          <p class="soft">{t("mapping.explain")}</p>
          <NumberField label={t("mapping.months")} value={draft.value.months} wrong={about("interval_months")} onInput={(months) => draft.set({ months })} required />
        </>
      )}
    </Form>
  );
}
