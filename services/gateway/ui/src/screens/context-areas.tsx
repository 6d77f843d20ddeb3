// The table of areas, with a search that knows codes, names in both languages, aliases and near misses.
import { useState } from "preact/hooks";
import { useGet } from "../api/store";
import type { Area, FindAreasResponse } from "../api/types";
import { say, t } from "../i18n";
import { date } from "../i18n/format";
import { Empty, Reading } from "../parts/notice";
import { Table } from "../parts/table";
import { below } from "../session";

/** Areas as a table; while something is searched, those that it means. */
export function AreaTable({ areas }: { areas: readonly Area[] }) {
  const [typed, setTyped] = useState("");
  const text = typed.trim();
  const found = useGet<FindAreasResponse>(text ? below(`area-search?text=${encodeURIComponent(text)}`) : null);
  const matches = found.data?.matches ?? [];
  const near = matches.length > 0 && matches.every((one) => one.fit === "near");
  const rows = text ? matches.flatMap((one) => (one.area ? [one.area] : [])) : areas;
  const table = (
    <Table
      caption={t("spine.areas")}
      rows={rows}
      keyOf={(area) => area.id || area.code}
      columns={[
        { head: t("areas.code"), names: true, cell: (area) => area.code },
        { head: t("field.name"), cell: (area) => <>{say(area.name)}{area.aliases.length > 0 && <span class="soft"> ({area.aliases.join(", ")})</span>}</> },
        { head: t("areas.level_head"), numeric: true, cell: (area) => area.level },
        { head: t("areas.parent"), cell: (area) => area.parent_code || "–" },
        { head: t("areas.valid"), cell: (area) => (area.valid_from || area.valid_to ? `${date(area.valid_from) || "…"} – ${date(area.valid_to) || "…"}` : t("areas.always")) },
      ]}
    />
  );
  return (
    <div class="stack tight">
      <label class="row">
        {t("areas.search")}
        <input class="control" type="search" value={typed} autocomplete="off" onInput={(event) => setTyped(event.currentTarget.value)} />
      </label>
      {text ? (
        <Reading of={found}>
          {near && <p role="status">{t("areas.near", { text })}</p>}
          {rows.length === 0 ? <Empty>{t("areas.not_found", { text })}</Empty> : table}
        </Reading>
      ) : table}
    </div>
  );
}
