// Importing areas from GeoJSON, TopoJSON or a zipped shapefile: a dry run first, then the real thing; all or nothing.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { expire } from "../api/store";
import type { ImportAreasResponse } from "../api/types";
import { t } from "../i18n";
import { Drop } from "../parts/drop";
import { Notice, Trouble } from "../parts/notice";
import { Table } from "../parts/table";
import { fileMark, useWrite } from "../parts/write";
import { below } from "../session";

/** The import of areas. */
export function ImportAreas() {
  const [file, setFile] = useState<File | null>(null);
  const [checked, setChecked] = useState<ImportAreasResponse | null>(null);
  const [done, setDone] = useState(false);
  const writing = useWrite();
  const send = (body: File, dryRun: boolean) =>
    writing.run(async (key) => {
      const answer = await write<ImportAreasResponse>("POST", below(`areas${dryRun ? "?dry_run=true" : ""}`), undefined, { key, raw: { body, type: "application/geo+json" } });
      setChecked(answer);
      if (!dryRun) {
        setDone(true);
        expire(below("areas"));
      }
    }, `${dryRun} ${fileMark(body)}`);
  return (
    <div class="stack">
      <p>{t("areas.import_explain")}</p>
      <Drop accept=".geojson,.json,.topojson,.zip" label={t("areas.drop")} onFile={(next) => { setFile(next); setDone(false); setChecked(null); void send(next, true); }} />
      {writing.busy && <p aria-busy="true">{t("state.working")}</p>}
      <Trouble problem={writing.problem} />
      {checked && (
        <>
          <Notice tone={checked.rejected.length ? "wrong" : done ? "good" : "info"}>
            {t(done ? "areas.imported" : "areas.would_import", { read: checked.read, added: checked.added, updated: checked.updated, unchanged: checked.unchanged, rejected: checked.rejected.length })}
          </Notice>
          {checked.rejected.length > 0 && (
            <Table
              caption={t("imports.rejected")}
              rows={checked.rejected}
              keyOf={(one) => String(one.index)}
              columns={[
                { head: t("areas.feature"), numeric: true, cell: (one) => one.index },
                { head: t("areas.code"), cell: (one) => one.code || "–" },
                { head: t("field.reason"), cell: (one) => one.reason },
              ]}
            />
          )}
          {!done && file && (
            <div>
              <button type="button" class="button primary" disabled={writing.busy || checked.rejected.length > 0} onClick={() => void send(file, false)}>{t("areas.import")}</button>
            </div>
          )}
        </>
      )}
    </div>
  );
}
