// Whether people without an account read a published sheet: the mission's second decision, the address, how often it was read.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { put, useGet } from "../api/store";
import type { FactSheet, OutsideAddress } from "../api/types";
import { t } from "../i18n";
import { instant, number } from "../i18n/format";
import { WriteButton } from "../parts/form";
import { Reading } from "../parts/notice";
import { Person } from "../parts/person";
import { Table } from "../parts/table";
import { below, mayWrite, missionCode } from "../session";

/** Below the head of a sheet for the public that is published, or was. */
export function Outside({ sheet }: { sheet: FactSheet }) {
  const path = below(`fact-sheets/${sheet.id}/outside`);
  const found = useGet<OutsideAddress>(path);
  const of = found.data;
  // A withdrawn sheet is opened to nobody any more; an address that it still has says that it was withdrawn.
  if (sheet.state === "withdrawn" && !of?.key) return null;
  return (
    <Reading of={found}>
      {of && (
        <section class="card stack tight" aria-labelledby="outside-title">
          <h2 id="outside-title">{t("outside.title")}</h2>
          {of.key ? <Open of={of} path={path} withdrawn={sheet.state === "withdrawn"} /> : <Shut of={of} path={path} />}
          {of.reads > 0 && <Reads of={of} />}
        </section>
      )}
    </Reading>
  );
}

function Shut({ of, path }: { of: OutsideAddress; path: string }) {
  const [indexed, setIndexed] = useState(false);
  return (
    <>
      <p>{of.closed_at ? <>{t("outside.taken_back", { at: instant(of.closed_at) })} <Person id={of.closed_by} /></> : t("outside.closed")}</p>
      {mayWrite("coordinator", "leadership") && (
        <>
          <label class="row">
            <input type="checkbox" checked={indexed} onChange={(event) => setIndexed(event.currentTarget.checked)} />
            {t("outside.indexed")}
          </label>
          <div class="row"><WriteButton label={t("outside.open")} sure={t("outside.open_sure")} work={async () => put(path, await write<OutsideAddress>("PUT", path, { indexed }))} /></div>
        </>
      )}
    </>
  );
}

function Open({ of, path, withdrawn }: { of: OutsideAddress; path: string; withdrawn: boolean }) {
  const [copied, setCopied] = useState(false);
  const address = `${location.origin}/public/${missionCode.value}/${of.key}`;
  const may = mayWrite("coordinator", "leadership");
  return (
    <>
      <p>{t(withdrawn ? "outside.says_withdrawn" : "outside.is_open", { at: instant(of.opened_at) })} <Person id={of.opened_by} /></p>
      <p class="row">
        <a href={address} target="_blank" rel="noopener noreferrer"><code>{address}</code></a>
        <button type="button" class="button" onClick={() => void navigator.clipboard.writeText(address).then(() => setCopied(true), () => setCopied(false))}>{t("outside.copy")}</button>
        <span role="status" class="small">{copied ? t("outside.copied") : ""}</span>
      </p>
      <p class="soft small">{t(of.indexed ? "outside.is_indexed" : "outside.not_indexed")}</p>
      {may && (
        <div class="row">
          {!withdrawn && <WriteButton label={t(of.indexed ? "outside.unlist" : "outside.list")} work={async () => put(path, await write<OutsideAddress>("PUT", path, { indexed: !of.indexed }))} />}
          <WriteButton danger label={t("outside.take_back")} sure={t("outside.take_back_sure")} work={async () => put(path, await write<OutsideAddress>("DELETE", path))} />
        </div>
      )}
    </>
  );
}

/** Counts only: nobody who reads is known. */
function Reads({ of }: { of: OutsideAddress }) {
  return (
    <details>
      <summary>{t("outside.reads", { count: of.reads })}</summary>
      <Table
        caption={t("outside.reads_of")}
        rows={of.counts}
        keyOf={(one) => one.document}
        columns={[
          { head: t("outside.what"), names: true, cell: (one) => named(one.document) },
          { head: t("outside.times"), numeric: true, cell: (one) => number(one.reads) },
        ]}
      />
    </details>
  );
}

function named(document: string): string {
  const [language = "", ...format] = document.split(".");
  const shown = language === "fr" ? "Français" : "English";
  return format.length === 0 ? t("outside.page", { language: shown }) : `${format.join(".").toUpperCase()}, ${shown}`;
}
