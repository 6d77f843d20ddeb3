// Taking data away as a file: observations in force or events, narrowed, in the format that the reader's program takes.
import { useState } from "preact/hooks";
import { fileAddress } from "../api/client";
import { useAll, useGet } from "../api/store";
import type { ListAreasResponse, ListIndicatorsResponse } from "../api/types";
import { language, say, t } from "../i18n";
import { Choice, TextField } from "../parts/field";
import { below } from "../session";

const FORMATS = { observations: ["xlsx", "csv", "jsonl", "dhis2", "template"], events: ["csv", "geojson"] } as const;
type What = keyof typeof FORMATS;

/** The wishes, and the link that they make. */
export function ExportData() {
  const [what, setWhat] = useState<What>("observations");
  const [format, setFormat] = useState<string>("xlsx");
  const [indicator, setIndicator] = useState("");
  const [section, setSection] = useState("");
  const [area, setArea] = useState("");
  const [first, setFirst] = useState("");
  const [last, setLast] = useState("");
  const [verified, setVerified] = useState(false);
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const areas = useGet<ListAreasResponse>(below("areas"));
  const known: readonly string[] = FORMATS[what];
  const chosen = known.includes(format) ? format : (known[0] ?? "");
  const isTemplate = chosen === "template";
  const all = indicators.data?.indicators ?? [];
  const sections = [...new Set(all.map((one) => one.owner_section))].filter(Boolean).sort();
  const isReady = !isTemplate || [section, first, last].every((one) => one !== "");
  const wishes: Record<string, string> =
    what === "events"
      ? { format: chosen, area, first_date: first, last_date: last }
      : { format: chosen, indicators: indicator, areas: area, section, first_period: first, last_period: last, only_verified: verified && !isTemplate ? "true" : "", language: language.value };
  const query = new URLSearchParams(Object.entries(wishes).filter(([, value]) => value !== ""));
  const bound = what === "events" ? t("export.date_hint") : t("field.period_hint");
  return (
    <div class="stack">
      <p>{t(what === "events" ? "export.about_events" : "export.about")}</p>
      <Choice label={t("export.what")} value={what} among={[["observations", t("spine.observations")], ["events", t("export.events")]]} onInput={(next) => { setWhat(next as What); setFirst(""); setLast(""); }} />
      <Choice label={t("export.format")} value={chosen} among={known.map((one) => [one, t(`export.as_${one}` as "export.as_csv")] as const)} onInput={setFormat} hint={t(`export.for_${chosen}` as "export.for_csv")} />
      {what === "observations" && (
        <Choice label={t("entry.section")} none={t(isTemplate ? "export.choose_section" : "export.all_sections")} value={section} among={sections.map((one) => [one, one] as const)} onInput={(next) => { setSection(next); setIndicator(""); }} />
      )}
      {what === "observations" && (
        <Choice label={t("field.indicator")} none={t("export.all_indicators")} value={indicator} among={all.filter((one) => !section || one.owner_section === section).map((one) => [one.code, `${one.code} · ${say(one.name)}`] as const)} onInput={setIndicator} />
      )}
      <Choice label={t("field.area")} none={t("export.all_areas")} value={area} among={(areas.data?.areas ?? []).map((one) => [one.code, say(one.name)] as const)} onInput={setArea} hint={what === "observations" ? t("export.area_hint") : undefined} />
      <div class="pair">
        <TextField label={t("export.from")} value={first} hint={bound} onInput={setFirst} />
        <TextField label={t("export.to")} value={last} onInput={setLast} />
      </div>
      {what === "observations" && !isTemplate && (
        <label class="row">
          <input type="checkbox" checked={verified} onChange={(event) => setVerified(event.currentTarget.checked)} />
          {t("export.only_verified")}
        </label>
      )}
      <p class="soft">{t("export.care")}</p>
      <div>
        {isReady ? <a class="button primary" href={fileAddress(below(`exports/${what}?${query}`))} download>{t("export.download")}</a> : <p class="soft" role="status">{t("export.template_needs")}</p>}
      </div>
    </div>
  );
}
