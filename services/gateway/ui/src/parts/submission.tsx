// What a phone sent: where and when, and its pictures.
import { fileAddress } from "../api/client";
import type { Submission } from "../api/types";
import { t } from "../i18n";
import { instant, number, period } from "../i18n/format";
import { below } from "../session";
import { Person } from "./person";

/** Where, when, with what and by whom. */
export function SubmissionFacts({ of }: { of: Submission }) {
  return (
    <dl class="facts">
      <div><dt>{t("provenance.recorded")}</dt><dd><Person id={of.recorded_by} />, {instant(of.recorded_at)}</dd></div>
      <div><dt>{t("entry.section")}</dt><dd>{of.section}</dd></div>
      <div><dt>{t("field.period")}</dt><dd>{period(of.period)}</dd></div>
      <div><dt>{t("field.area")}</dt><dd>{of.area || t("area.whole")}</dd></div>
      {of.began_at && <div><dt>{t("phones.began")}</dt><dd>{instant(of.began_at)}</dd></div>}
      {of.latitude !== null && of.longitude !== null && <div><dt>{t("phones.point")}</dt><dd>{number(of.latitude, 5)}, {number(of.longitude, 5)}{of.accuracy_m !== null && ` ± ${number(of.accuracy_m, 0)} m`}</dd></div>}
      {of.device && <div><dt>{t("phones.device")}</dt><dd><code>{of.device}</code></dd></div>}
      <div><dt>{t("phones.version")}</dt><dd><code>{of.form_version}</code></dd></div>
    </dl>
  );
}

/** Its pictures, each as it came when it is followed. */
export function Pictures({ of }: { of: Submission }) {
  return (
    <>
      {of.files.map((file) => {
        const address = fileAddress(below(`submissions/${of.id}/files/${encodeURIComponent(file.name)}`));
        return (
          <figure key={file.name} class="phone-picture">
            <a href={address} download={file.name}><img src={address} alt={t("phones.picture", { name: file.name })} /></a>
            <figcaption class="small soft">{file.name}, {number(Math.ceil(file.size_bytes / 1024))} KB</figcaption>
          </figure>
        );
      })}
    </>
  );
}
