// The formats in which a sheet is taken away, in the language in which it is shown.
import { fileAddress } from "../api/client";
import type { FactSheet } from "../api/types";
import { type Language, t } from "../i18n";
import { DownloadMenu } from "../parts/download-menu";
import { below } from "../session";

/** Formats of a sheet, as they are asked for. */
const FORMATS = ["pdf", "docx", "xlsx", "html", "csv"] as const;

/** Its button and menu. */
export function SheetDownloads({ sheet, shown }: { sheet: FactSheet; shown: Language }) {
  const { id } = sheet;
  return (
    <DownloadMenu id="sheet-download" label={`${t("sheet.download")} (${shown.toUpperCase()})`} name={t("sheet.download")}>
      {FORMATS.map((format) => (
        <a key={format} href={fileAddress(below(`fact-sheets/${id}/document.${format}?language=${shown}`))} download>
          {t(`sheet.as_${format}`)}
        </a>
      ))}
      {sheet.signed_by_key && (
        <>
          <p class="soft small">{t("sheet.signed", { key: sheet.signed_by_key })}</p>
          <a href={fileAddress(below(`fact-sheets/${id}/manifest.json?language=${shown}`))} download>{t("sheet.as_manifest")}</a>
          <a href={fileAddress("/paper-key.pem")} download>{t("sheet.as_key")}</a>
        </>
      )}
    </DownloadMenu>
  );
}
