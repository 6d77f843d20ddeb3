// The table of areas on a day, with a search that knows codes, names in both languages, aliases and near misses; and
// what was split and merged.
import { useState } from "preact/hooks";
import { useGet } from "../api/store";
import type { Area, AreaChange, FindAreasResponse, ListAreaChangesResponse, ListAreasResponse } from "../api/types";
import { say, t } from "../i18n";
import { date } from "../i18n/format";
import { today } from "../i18n/periods";
import { openDrawer } from "../parts/drawer";
import { Empty, Reading } from "../parts/notice";
import { Table } from "../parts/table";
import { below, mayWrite } from "../session";
import { Changes, lineageOf, MergeAreasForm, SplitForm } from "./context-lineage";

/** Areas as a table; while something is searched, those that it means. */
export function AreaTable({ areas }: { areas: readonly Area[] }) {
  const [typed, setTyped] = useState("");
  const [day, setDay] = useState("");
  const text = typed.trim();
  const on = day && day !== today() ? day : "";
  const changes = useGet<ListAreaChangesResponse>(below("area-changes"));
  const then = useGet<ListAreasResponse>(on && !text ? below(`areas?on=${on}`) : null);
  const found = useGet<FindAreasResponse>(text ? below(`area-search?text=${encodeURIComponent(text)}${on && `&on=${on}`}`) : null);
  const matches = found.data?.matches ?? [];
  const near = matches.length > 0 && matches.every((one) => one.fit === "near");
  const known = changes.data?.changes ?? [];
  return (
    <div class="stack">
      <div class="row">
        <label class="row">
          {t("areas.search")}
          <input class="control" type="search" value={typed} autocomplete="off" onInput={(event) => setTyped(event.currentTarget.value)} />
        </label>
        <label class="row">
          {t("areas.on")}
          <input class="control" type="date" value={day || today()} onInput={(event) => setDay(event.currentTarget.value)} />
        </label>
        {mayWrite("coordinator") && areas.length > 0 && (
          <>
            <button type="button" class="button" onClick={() => openDrawer(t("lineage.split_title"), () => <SplitForm areas={areas} />)}>{t("lineage.split_title")}</button>
            <button type="button" class="button" onClick={() => openDrawer(t("lineage.merge_title"), () => <MergeAreasForm areas={areas} />)}>{t("lineage.merge_title")}</button>
          </>
        )}
      </div>
      {text ? (
        <Reading of={found}>
          {near && <p role="status">{t("areas.near", { text })}</p>}
          <Rows rows={matches.flatMap((one) => (one.area ? [one.area] : []))} changes={known} none={t("areas.not_found", { text })} />
        </Reading>
      ) : on ? (
        <Reading of={then}><Rows rows={then.data?.areas ?? []} changes={known} none={t("areas.none_then")} /></Reading>
      ) : (
        <Rows rows={areas} changes={known} none={t("areas.none")} />
      )}
      <Changes changes={known} />
    </div>
  );
}

function Rows({ rows, changes, none }: { rows: readonly Area[]; changes: readonly AreaChange[]; none: string }) {
  if (rows.length === 0) return <Empty>{none}</Empty>;
  return (
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
        { head: t("lineage.column"), wide: true, cell: (area) => lineageOf(area, changes).join(" ") || "–" },
      ]}
    />
  );
}
