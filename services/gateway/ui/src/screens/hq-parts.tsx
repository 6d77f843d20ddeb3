// What the views of headquarters say in the same way: a mission, what the read model knows of it, cautions, counts.
import { Link } from "wouter-preact";
import type { AcrossMission, DefinitionCaution, StatusCount } from "../api/types";
import { t, word } from "../i18n";
import { instant, number } from "../i18n/format";
import { Status } from "../parts/status";

/** A mission, leading to where it can be looked at. */
export function MissionLink({ of, to }: { of: AcrossMission; to: string }) {
  return (
    <Link href={to} title={of.name}>
      <b>{of.code}</b>
      {of.state !== "active" && <span class="soft small"> {word(of.state)}</span>}
    </Link>
  );
}

/** Up to when the read model knows of a mission. */
export function KnownAt({ of }: { of: AcrossMission }) {
  return <span class="soft small">{of.known_at ? instant(of.known_at) : t("hq.nothing_known")}</span>;
}

const WORDS = new Set(["kind", "direction", "over_time", "over_areas", "frequency"]);

/** Where a definition differs from the library's, field by field. */
export function Cautions({ of }: { of: readonly DefinitionCaution[] }) {
  const said = (field: string, value: string) => (WORDS.has(field) ? word(value) : value) || t("hq.none");
  return (
    <ul class="cautions">
      {of.map((one) => (
        <li key={one.field}>
          <b>{t(`hq.field_${one.field}` as Parameters<typeof t>[0])}</b>
          {one.field !== "unknown" && <>: {t("hq.differs", { own: said(one.field, one.own), library: said(one.field, one.library) })}</>}
        </li>
      ))}
    </ul>
  );
}

/** A count that is late, or how many stand how. */
export function Counted({ late, statuses }: { late?: number; statuses?: readonly StatusCount[] }) {
  if (statuses) {
    return (
      <span class="row">
        {statuses.map((one) => <span key={one.status} class="one-line">{number(one.count)} × <Status of={one.status} /></span>)}
      </span>
    );
  }
  return late ? <b class="late">{number(late)}</b> : <>{number(0)}</>;
}
