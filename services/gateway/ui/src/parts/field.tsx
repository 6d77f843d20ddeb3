// Fields: a label, a native control, a hint, and what is wrong with it.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Text } from "../api/types";
import { language, t, word } from "../i18n";

interface Shared {
  label: string;
  hint?: string | undefined;
  wrong?: string | undefined;
  required?: boolean | undefined;
}

function Around({ id, label, hint, wrong, required, children }: Shared & { id: string; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={id}>
        {label}
        {required && <span class="soft"> ({t("field.required")})</span>}
      </label>
      {children}
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      {wrong && <p class="wrong" id={`${id}-wrong`}>{wrong}</p>}
    </div>
  );
}

function described(id: string, { hint, wrong }: Shared): Record<string, string | undefined> {
  const ids = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ");
  return { "aria-describedby": ids || undefined, "aria-invalid": wrong ? "true" : undefined };
}

/** Without it browsers take years of six digits: "30 06 2031" is typed on into the year. */
const LAST_DAY = "9999-12-31";

/** One line of text, a date, or a password. */
export function TextField(props: Shared & { value: string; onInput: (value: string) => void; type?: string; list?: string; placeholder?: string; autocomplete?: string }) {
  const id = useId();
  return (
    <Around id={id} {...props}>
      <input class="control" id={id} type={props.type ?? "text"} value={props.value} required={props.required ?? false} list={props.list} placeholder={props.placeholder} max={props.type === "date" ? LAST_DAY : undefined} autocomplete={props.autocomplete ?? "off"} onInput={(event) => props.onInput(event.currentTarget.value)} {...described(id, props)} />
    </Around>
  );
}

/** Several words or names in one line; what is typed stays as it is typed. Names of sections have commas: those take semicolons. */
export function ListField({ between, value, onInput, ...props }: Shared & { between: "," | ";"; value: readonly string[]; onInput: (value: string[]) => void }) {
  const [typed, setTyped] = useState("");
  const listed = (text: string) => text.split(between).map((one) => one.trim()).filter(Boolean);
  const shown = listed(typed).join("\n") === value.join("\n") ? typed : value.join(`${between} `);
  return <TextField {...props} value={shown} onInput={(text) => { setTyped(text); onInput(listed(text)); }} />;
}

/** A number or nothing; what is not a number yet stays as typed, is said, and is not sent. */
export function NumberField(props: Shared & { value: string; onInput: (value: string) => void }) {
  const id = useId();
  const control = useRef<HTMLInputElement>(null);
  const unclear = Number.isNaN(numberOf(props.value)) ? t("field.no_number", { typed: props.value }) : "";
  useEffect(() => control.current?.setCustomValidity(unclear), [unclear]);
  const wrong = unclear || props.wrong;
  return (
    <Around id={id} {...props} wrong={wrong}>
      <input ref={control} class="control" id={id} inputmode="decimal" value={props.value} required={props.required ?? false} autocomplete="off" onInput={(event) => props.onInput(event.currentTarget.value)} {...described(id, { ...props, wrong })} />
    </Around>
  );
}

/** "1,234" is a thousand for some and a bit more than one for others. */
const AMBIGUOUS = /^-?\d{1,3}(,\d{3})+$/;

/**
 * Reads what was typed as a number, with a point or a comma; null for nothing, NaN for what is no number, or in
 * English may be one of two.
 */
export function numberOf(typed: string): number | null {
  const text = typed.replaceAll(/[\s\u00a0\u202f]/g, "");
  if (text === "") return null;
  if (language.peek() === "en" && AMBIGUOUS.test(text)) return Number.NaN;
  return Number(text.replace(",", "."));
}

/** Lines of text. */
export function TextArea(props: Shared & { value: string; onInput: (value: string) => void }) {
  const id = useId();
  return (
    <Around id={id} {...props}>
      <textarea class="control" id={id} value={props.value} required={props.required ?? false} onInput={(event) => props.onInput(event.currentTarget.value)} {...described(id, props)} />
    </Around>
  );
}

/** One of a closed vocabulary, or of given choices. */
export function Choice(props: Shared & { value: string; onInput: (value: string) => void; among: readonly (string | readonly [string, string])[]; none?: string | undefined }) {
  const id = useId();
  return (
    <Around id={id} {...props}>
      <select class="control" id={id} value={props.value} required={props.required ?? false} onChange={(event) => props.onInput(event.currentTarget.value)} {...described(id, props)}>
        {props.none !== undefined && <option value="">{props.none}</option>}
        {props.among.map((choice) => {
          const [value, shown] = typeof choice === "string" ? [choice, word(choice)] : choice;
          return (
            <option key={value} value={value}>
              {shown}
            </option>
          );
        })}
      </select>
    </Around>
  );
}

/** Several of given choices. */
export function Choices(props: { label: string; value: readonly string[]; onInput: (value: string[]) => void; among: readonly (readonly [string, string])[] }) {
  return (
    <fieldset class="field">
      <legend>{props.label}</legend>
      {/* Scrolls when the choices are many: reachable by keyboard. */}
      <div class="checks">
        {props.among.map(([value, shown]) => (
          <label key={value}>
            <input type="checkbox" checked={props.value.includes(value)} onChange={(event) => props.onInput(event.currentTarget.checked ? [...props.value, value] : props.value.filter((one) => one !== value))} />
            {shown}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** As `TextPair`, of a text whose French has a field of its own: "note" and "note_fr". */
export function TextBeside<Name extends string>({ name, of, about, onInput, ...shown }: Pick<Shared, "label" | "hint"> & { name: Name; of: Record<Name | `${Name}_fr`, string>; about: (field: string) => string | undefined; onInput: (change: Partial<Record<Name | `${Name}_fr`, string>>) => void; long?: boolean; required?: boolean }) {
  const One = shown.long ? TextArea : TextField;
  const french = `${name}_fr` as const;
  const said = (field: Name | `${Name}_fr`) => (text: string) => onInput({ [field]: text } as Partial<Record<Name | `${Name}_fr`, string>>);
  return (
    <div class="pair">
      <One label={`${shown.label} (EN)`} value={of[name]} hint={shown.hint} wrong={about(name)} onInput={said(name)} required={shown.required && !of[french]} />
      <One label={`${shown.label} (FR)`} value={of[french]} wrong={about(french)} onInput={said(french)} required={shown.required && !of[name]} />
    </div>
  );
}

/** A text in English and French; one language is enough to begin with. */
export function TextPair(props: Shared & { value: Text | null; onInput: (value: Text) => void; long?: boolean }) {
  const now = props.value ?? { en: "", fr: "" };
  const One = props.long ? TextArea : TextField;
  return (
    <div class="pair">
      <One label={`${props.label} (EN)`} value={now.en} hint={props.hint} wrong={props.wrong} onInput={(en) => props.onInput({ ...now, en })} required={props.required && !now.fr} />
      <One label={`${props.label} (FR)`} value={now.fr} onInput={(fr) => props.onInput({ ...now, fr })} required={props.required && !now.en} />
    </div>
  );
}
