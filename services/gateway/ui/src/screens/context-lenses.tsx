// Themes, and what differs for women and men and for the protection of civilians: beside each factor, and as a filter.
import { useLocation, useSearch } from "wouter-preact";
import type { ContextFactor } from "../api/types";
import { say, t } from "../i18n";

/** The choices of a lens in the filter: what it shows, or that nobody has looked. */
const GENDER = ["differs", "much", "not_seen"] as const;
const POC = ["yes", "not_seen"] as const;

export interface Filter {
  theme: string;
  gender: string;
  poc: string;
}

/** The filter that the address holds. */
export function useFilter(): Filter {
  const search = new URLSearchParams(useSearch());
  return { theme: search.get("theme") ?? "", gender: search.get("gender") ?? "", poc: search.get("poc") ?? "" };
}

/** True for a factor that the filter lets through. */
export function passes(factor: ContextFactor, { theme, gender, poc }: Filter): boolean {
  const seen = factor.gender ?? -1;
  const byGender = gender === "not_seen" ? seen < 0 : seen >= (gender === "much" ? 2 : gender === "differs" ? 1 : -1);
  const byPoc = poc === "not_seen" ? factor.poc === null : poc !== "yes" || factor.poc === true;
  return (!theme || factor.themes.includes(theme)) && byGender && byPoc;
}

/** Themes and lenses to filter by. */
export function FilterBar({ factors, filter }: { factors: readonly ContextFactor[]; filter: Filter }) {
  const [path, go] = useLocation();
  const search = useSearch();
  const themes = [...new Set(factors.flatMap((factor) => factor.themes))].sort((one, other) => one.localeCompare(other));
  const choose = (name: keyof Filter, value: string) => {
    const next = new URLSearchParams(search);
    if (value) next.set(name, value);
    else next.delete(name);
    go(`${path}${next.size > 0 ? `?${next}` : ""}`);
  };
  return (
    <div class="row">
      <label class="row">
        {t("lens.theme")}
        <select class="control" value={filter.theme} onChange={(event) => choose("theme", event.currentTarget.value)}>
          <option value="">{t("lens.all")}</option>
          {themes.map((theme) => <option key={theme} value={theme}>{theme}</option>)}
        </select>
      </label>
      <label class="row">
        {t("lens.gender")}
        <select class="control" value={filter.gender} onChange={(event) => choose("gender", event.currentTarget.value)}>
          <option value="">{t("lens.all")}</option>
          {GENDER.map((one) => <option key={one} value={one}>{t(`lens.gender_${one}`)}</option>)}
        </select>
      </label>
      <label class="row">
        {t("lens.poc")}
        <select class="control" value={filter.poc} onChange={(event) => choose("poc", event.currentTarget.value)}>
          <option value="">{t("lens.all")}</option>
          {POC.map((one) => <option key={one} value={one}>{t(`lens.poc_${one}`)}</option>)}
        </select>
      </label>
    </div>
  );
}

/** What the lenses show of a factor, under its title. */
export function LensNotes({ of }: { of: ContextFactor }) {
  return (
    <>
      {of.themes.length > 0 && <p class="row small">{of.themes.map((theme) => <span key={theme} class="chip">{theme}</span>)}</p>}
      {of.gender !== null && of.gender > 0 && <p class="small"><b>{t("lens.gender")} {of.gender}/3</b> {say(of.gender_note)}</p>}
      {of.poc && <p class="small"><b>{t("lens.poc")}</b> {say(of.poc_note)}</p>}
    </>
  );
}
