// Ctrl-K: screens, indicators, stakeholders and areas by name or code.
import { useMemo, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { useAll, useGet } from "../api/store";
import type { ListAreasResponse, ListIndicatorsResponse, ListStakeholdersResponse } from "../api/types";
import { say, t } from "../i18n";
import { Dialog } from "../parts/dialog";
import { below, isStaff, page } from "../session";
import { CYCLE, opens } from "./shell";

const SHOWN_MAX = 12;

interface Hit {
  label: string;
  kind: string;
  href: string;
}

/** Words without accents and case, so that "securite" finds "sécurité". */
export function plain(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

/** The search dialog. */
export function Search({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(0);
  const [, go] = useLocation();
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const stakeholders = useAll<ListStakeholdersResponse>(isStaff() ? below("stakeholders?page_size=200") : null);
  const areas = useGet<ListAreasResponse>(below("areas"));
  const all = useMemo<Hit[]>(
    () => [
      { label: t("spine.home"), kind: t("search.screen"), href: page() },
      ...CYCLE.flatMap((group) => group.items.filter(([path]) => opens(path)).map(([path, label]) => ({ label: t(label), kind: t("search.screen"), href: page(path) }))),
      { label: t("spine.members"), kind: t("search.screen"), href: page("members") },
      ...(indicators.data?.indicators ?? []).map((one) => ({ label: `${one.code} · ${say(one.name)}`, kind: t("spine.indicators"), href: page(`indicators/${one.code}`) })),
      ...(stakeholders.data?.stakeholders ?? []).map((one) => ({ label: [one.name, ...one.aliases, ...one.also_known].join(", "), kind: t("spine.stakeholders"), href: page(`stakeholders?who=${one.id}`) })),
      ...(areas.data?.areas ?? []).map((one) => ({ label: `${one.code} · ${say(one.name)}`, kind: t("spine.areas"), href: page(`context?area=${one.code}`) })),
    ],
    [indicators.data, stakeholders.data, areas.data],
  );
  const parts = plain(typed).split(/\s+/).filter(Boolean);
  const hits = all.filter((hit) => parts.every((part) => plain(hit.label).includes(part))).slice(0, SHOWN_MAX);
  const follow = (hit: Hit | undefined) => {
    if (!hit) return;
    onClose();
    go(hit.href);
  };
  return (
    <Dialog title={t("search.open")} onClose={onClose} className="find">
      <input
        class="control"
        type="search"
        autofocus
        aria-label={t("search.hint")}
        placeholder={t("search.hint")}
        value={typed}
        role="combobox"
        aria-expanded="true"
        aria-controls="search-hits"
        aria-activedescendant={hits[chosen] ? `hit-${chosen}` : undefined}
        onInput={(event) => { setTyped(event.currentTarget.value); setChosen(0); }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") setChosen(Math.min(chosen + 1, hits.length - 1));
          else if (event.key === "ArrowUp") setChosen(Math.max(chosen - 1, 0));
          else if (event.key === "Enter") follow(hits[chosen]);
          else return;
          event.preventDefault();
        }}
      />
      <ul id="search-hits" role="listbox" aria-label={t("search.found")}>
        {hits.map((hit, place) => (
          <li key={`${hit.href}${hit.label}`} role="presentation">
            <Link id={`hit-${place}`} role="option" tabIndex={-1} aria-selected={place === chosen} href={hit.href} onClick={onClose}>
              <span>{hit.label}</span>
              <span class="soft small">{hit.kind}</span>
            </Link>
          </li>
        ))}
      </ul>
      {hits.length === 0 && <p class="soft">{t("search.nothing")}</p>}
    </Dialog>
  );
}
