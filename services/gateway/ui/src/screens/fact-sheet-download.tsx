// The formats in which a sheet is taken away, in the language in which it is shown.
import { useRef } from "preact/hooks";
import { fileAddress } from "../api/client";
import type { FactSheet } from "../api/types";
import { type Language, t } from "../i18n";
import { below } from "../session";

/** Formats of a sheet, as they are asked for. */
const FORMATS = ["pdf", "docx", "xlsx", "html", "csv"] as const;

/** A button, and the menu below it. */
export function DownloadMenu({ sheet, shown }: { sheet: FactSheet; shown: Language }) {
  const { id } = sheet;
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const place = () => {
    const at = button.current?.getBoundingClientRect();
    if (!at || !menu.current) return;
    menu.current.style.insetBlockStart = `${Math.round(at.bottom + 4)}px`;
    menu.current.style.insetInlineEnd = "auto";
    menu.current.style.insetInlineStart = `${Math.round(Math.max(8, Math.min(at.left, document.documentElement.clientWidth - 276)))}px`;
  };
  return (
    <>
      <button type="button" class="button" ref={button} popovertarget="sheet-download" onClick={place}>
        {t("sheet.download")} ({shown.toUpperCase()})
      </button>
      <div id="sheet-download" popover="auto" ref={menu} class="menu" role="group" aria-label={t("sheet.download")}>
        {FORMATS.map((format) => (
          <a key={format} href={fileAddress(below(`fact-sheets/${id}/document.${format}?language=${shown}`))} download onClick={() => menu.current?.hidePopover?.()}>
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
      </div>
    </>
  );
}
