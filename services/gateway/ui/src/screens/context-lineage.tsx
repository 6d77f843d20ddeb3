// Areas that are split and merged: what came of which, the forms for it, and taking it back.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { expire } from "../api/store";
import type { Area, AreaChange, SuccessorArea } from "../api/types";
import { beside, say, t } from "../i18n";
import { date, number } from "../i18n/format";
import { today } from "../i18n/periods";
import { useDraft } from "../parts/draft";
import { Drop } from "../parts/drop";
import { closeDrawer } from "../parts/drawer";
import { Choice, Choices, NumberField, numberOf, TextBeside, TextField, TextPair } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Notice } from "../parts/notice";
import { below, mayWrite } from "../session";

const PERCENT = 100;

interface Part {
  code: string;
  name: { en: string; fr: string };
  share: string;
  geometry: string;
}

const EMPTY: Part = { code: "", name: { en: "", fr: "" }, share: "", geometry: "" };

function named(areas: readonly Area[]): (readonly [string, string])[] {
  return areas.map((area) => [area.code, `${say(area.name)} (${area.code})`] as const);
}

function changed(): void {
  expire(below("areas"), below("area-changes"));
  closeDrawer();
}

/** "60.5 %", or nothing. */
function share(of: number | null | undefined): string {
  return of === null || of === undefined ? "" : `${number(of * PERCENT, 1)} %`;
}

/** The last day before a day. */
export function dayBefore(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() - 1);
  return at.toISOString().slice(0, 10);
}

/** What an area came of, what became of it, and what it lay in before: sentences. */
export function lineageOf(area: Area, changes: readonly AreaChange[]): string[] {
  const told: string[] = [];
  for (const change of changes.filter((one) => !one.undone)) {
    const part = change.successors.find((one) => one.code === area.code);
    const before = change.predecessors.join(", ");
    if (part && change.kind === "merge") told.push(t("lineage.merged_of", { codes: before, date: date(change.date) }));
    if (part && change.kind === "split") {
      const until = date(dayBefore(change.date));
      told.push(share(part.share) ? t("lineage.part_of_share", { code: before, until, share: share(part.share) }) : t("lineage.part_of", { code: before, until }));
    }
    if (change.predecessors.includes(area.code)) told.push(t("lineage.became", { codes: change.successors.map((one) => one.code).join(", "), date: date(change.date) }));
  }
  for (const former of area.former_parents) told.push(t("lineage.lay_in", { parent: former.parent_code || "–", until: date(former.until) }));
  return told;
}

/** All splits and merges; each that nothing rests on can be taken back. */
export function Changes({ changes }: { changes: readonly AreaChange[] }) {
  if (changes.length === 0) return null;
  return (
    <section class="card stack tight">
      <h2>{t("lineage.title")}</h2>
      <ul class="list">
        {changes.map((change) => (
          <li key={change.id} class={change.undone ? "soft" : undefined}>
            <span>
              <strong>{date(change.date)}</strong>
              {" "}
              {t(change.kind === "split" ? "lineage.split_line" : "lineage.merge_line", {
                before: change.predecessors.join(", "),
                after: change.successors.map((one) => [one.code, share(one.share)].filter(Boolean).join(" ")).join(", "),
              })}
              {beside(change, "share_basis") && ` (${beside(change, "share_basis")})`}
              {beside(change, "note") && <span class="soft"> {beside(change, "note")}</span>}
              {change.undone && ` · ${t("lineage.undone")}`}
            </span>
            {!change.undone && mayWrite("coordinator") && (change.used ? <span class="soft">{t("lineage.used")}</span> : <Undo of={change} />)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Undo({ of }: { of: AreaChange }) {
  return (
    <span class="row">
      <WriteButton
        label={t("lineage.undo")}
        sure={t("lineage.undo_sure", { codes: of.successors.map((one) => one.code).join(", ") })}
        work={() => write<AreaChange>("POST", below(`area-changes/${of.id}/undo`), {}, { version: of.version })}
        onDone={() => expire(below("areas"), below("area-changes"))}
      />
    </span>
  );
}

function successor(of: Part): SuccessorArea {
  const own = numberOf(of.share);
  return { code: of.code, name: of.name, aliases: [], geometry: of.geometry, share: own === null ? null : own / PERCENT };
}

/** One area becomes several. */
export function SplitForm({ areas }: { areas: readonly Area[] }) {
  const draft = useDraft("split-area", { code: "", date: today(), parts: [EMPTY, EMPTY] as Part[], share_basis: "", share_basis_fr: "", note: "", note_fr: "", moved: {} as Record<string, string> });
  const of = draft.value;
  const children = areas.filter((area) => area.parent_code === of.code && of.code !== "");
  const set = (place: number, next: Partial<Part>) => draft.set({ parts: of.parts.map((part, own) => (own === place ? { ...part, ...next } : part)) });
  const codes = of.parts.filter((part) => part.code).map((part) => [part.code, part.name.en || part.name.fr || part.code] as const);
  return (
    <Form
      draft={draft}
      submit={t("lineage.split")}
      onDone={changed}
      send={(value) => write<AreaChange>("POST", below("area-changes/split"), {
        code: value.code,
        date: value.date,
        parts: value.parts.map(successor),
        share_basis: value.share_basis,
        share_basis_fr: value.share_basis_fr,
        note: value.note,
        note_fr: value.note_fr,
        moved: children.map((child) => ({ code: child.code, parent_code: value.moved[child.code] ?? "" })),
      })}
    >
      {(about) => (
        <>
          <p class="soft">{t("lineage.split_explain")}</p>
          <Choice label={t("lineage.which")} value={of.code} none={t("lineage.choose")} among={named(areas)} wrong={about("code")} onInput={(code) => draft.set({ code })} required />
          <TextField label={t("lineage.date")} hint={t("lineage.date_hint")} type="date" value={of.date} wrong={about("date")} onInput={(next) => draft.set({ date: next })} required />
          <BoundaryFile onParts={(parts) => draft.set({ parts })} />
          {of.parts.map((part, place) => (
            <fieldset key={place} class="field">
              <legend>{t("lineage.part", { place: place + 1 })}</legend>
              <div class="pair">
                <TextField label={t("areas.code")} value={part.code} wrong={about(`parts[${place}].code`)} onInput={(code) => set(place, { code })} required />
                <NumberField label={t("lineage.share")} value={part.share} onInput={(next) => set(place, { share: next })} />
              </div>
              <TextPair label={t("field.name")} value={part.name} wrong={about(`parts[${place}].name`)} onInput={(name) => set(place, { name })} />
              <p class="hint">{t(part.geometry ? "lineage.bounded" : "lineage.unbounded")}</p>
              {about(`parts[${place}].geometry`) && <p class="wrong">{about(`parts[${place}].geometry`)}</p>}
              {of.parts.length > 2 && <button type="button" class="button quiet" onClick={() => draft.set({ parts: of.parts.filter((_, own) => own !== place) })}>{t("lineage.remove_part", { place: place + 1 })}</button>}
            </fieldset>
          ))}
          {about("parts") && <p class="wrong">{about("parts")}</p>}
          <div>
            <button type="button" class="button" onClick={() => draft.set({ parts: [...of.parts, EMPTY] })}>{t("lineage.add_part")}</button>
          </div>
          {of.parts.some((part) => part.share) && <TextBeside label={t("lineage.basis")} hint={t("lineage.basis_hint")} name="share_basis" of={of} about={about} onInput={draft.set} required />}
          {children.map((child) => (
            <Choice key={child.code} label={t("lineage.child", { child: say(child.name) || child.code })} value={of.moved[child.code] ?? ""} none={t("lineage.choose")} among={codes} wrong={about("moved")} onInput={(to) => draft.set({ moved: { ...of.moved, [child.code]: to } })} required />
          ))}
          <TextBeside label={t("field.note")} name="note" of={of} about={about} onInput={draft.set} long />
        </>
      )}
    </Form>
  );
}

/** Several areas become one. */
export function MergeAreasForm({ areas }: { areas: readonly Area[] }) {
  const draft = useDraft("merge-areas", { codes: [] as string[], date: today(), into: EMPTY, parent_code: "", note: "", note_fr: "" });
  const of = draft.value;
  const chosen = areas.filter((area) => of.codes.includes(area.code));
  const [level, setLevel] = useState(() => Math.max(1, ...areas.map((area) => area.level)));
  const levels = [...new Set(areas.map((area) => area.level))].sort((one, other) => one - other);
  const apart = new Set(chosen.map((area) => area.parent_code)).size > 1;
  return (
    <Form
      draft={draft}
      submit={t("lineage.merge")}
      onDone={changed}
      send={(value) => write<AreaChange>("POST", below("area-changes/merge"), { codes: value.codes, date: value.date, into: { ...successor(value.into), share: null }, parent_code: apart ? value.parent_code : "", note: value.note, note_fr: value.note_fr })}
    >
      {(about) => (
        <>
          <p class="soft">{t("lineage.merge_explain")}</p>
          {levels.length > 1 && <Choice label={t("areas.level_head")} value={String(level)} among={levels.map((one) => [String(one), String(one)] as const)} onInput={(next) => { setLevel(Number(next)); draft.set({ codes: [] }); }} />}
          <Choices label={t("lineage.which_several")} value={of.codes} among={named(areas.filter((area) => area.level === level))} onInput={(codes) => draft.set({ codes })} />
          {about("codes") && <p class="wrong">{about("codes")}</p>}
          <TextField label={t("lineage.date")} hint={t("lineage.date_hint")} type="date" value={of.date} wrong={about("date")} onInput={(next) => draft.set({ date: next })} required />
          <TextField label={t("lineage.new_code")} value={of.into.code} wrong={about("into.code")} onInput={(code) => draft.set({ into: { ...of.into, code } })} required />
          <TextPair label={t("field.name")} value={of.into.name} wrong={about("into.name")} onInput={(name) => draft.set({ into: { ...of.into, name } })} required />
          {apart && <Choice label={t("areas.parent")} value={of.parent_code} none={t("lineage.choose")} among={named(areas.filter((area) => area.level < level))} wrong={about("parent_code")} onInput={(parent_code) => draft.set({ parent_code })} required />}
          <TextBeside label={t("field.note")} name="note" of={of} about={about} onInput={draft.set} long />
        </>
      )}
    </Form>
  );
}

/** The parts out of a GeoJSON file: codes, names and boundaries. */
function BoundaryFile({ onParts }: { onParts: (parts: Part[]) => void }) {
  const [wrong, setWrong] = useState(false);
  const read = async (file: File) => {
    const parts = partsOf(await file.text());
    setWrong(parts.length < 2);
    if (parts.length >= 2) onParts(parts);
  };
  return (
    <div class="stack tight">
      <Drop accept=".geojson,.json" label={t("lineage.drop")} onFile={(file) => void read(file)} />
      <p class="hint">{t("lineage.drop_hint")}</p>
      {wrong && <Notice tone="wrong">{t("lineage.drop_wrong")}</Notice>}
    </div>
  );
}

/** The areas of a GeoJSON FeatureCollection, as parts; none where it is no such file. */
export function partsOf(text: string): Part[] {
  try {
    const file = JSON.parse(text) as { features?: { properties?: Record<string, unknown>; geometry?: unknown }[] };
    return (file.features ?? []).map(({ properties = {}, geometry }) => {
      const of = (...keys: string[]) => String(keys.map((key) => properties[key]).find((value) => value !== undefined && value !== null) ?? "");
      return { code: of("code"), name: { en: of("name", "name_en"), fr: of("name_fr") }, share: "", geometry: geometry ? JSON.stringify(geometry) : "" };
    });
  } catch {
    return [];
  }
}
