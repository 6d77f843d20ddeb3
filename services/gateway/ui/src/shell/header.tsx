// The header: mission, search, language, person.
import { useRef } from "preact/hooks";
import { Link } from "wouter-preact";
import { language, t, word } from "../i18n";
import { Icon } from "../parts/icon";
import { chooseLanguage, mission, missionName, page, session } from "../session";
import { chooseTheme, theme, type Theme } from "../theme";
import { leave } from "./leave";
import { queued } from "./queued";

const THEMES: readonly Theme[] = ["auto", "light", "dark"];

/** The header of a mission's pages. */
export function Header({ onSearch, onHelp }: { onSearch: () => void; onHelp: () => void }) {
  const other = language.value === "en" ? "fr" : "en";
  return (
    <header class="head">
      <Link class="mark" href="/" title={t("missions.title")}>CPAS</Link>
      <Link class="mission" href={page()}>
        <b>{mission.value?.code}</b>
        <span>{missionName(mission.value)}</span>
      </Link>
      <Unsent />
      <button type="button" class="button" onClick={onSearch} aria-label={t("search.open")} aria-keyshortcuts="Control+K">
        <Icon name="search" />
        <span class="wide">{t("search.open")}</span>
        <kbd class="wide">Ctrl K</kbd>
      </button>
      <button type="button" class="button quiet" lang={other} title={t("shell.switch_language")} onClick={() => void chooseLanguage(other)}>
        <span aria-hidden="true">{other.toUpperCase()}</span>
        <span class="unseen">{t("shell.switch_language")}</span>
      </button>
      <PersonMenu onHelp={onHelp} />
    </header>
  );
}

/** What is typed and not stored yet, on every page; leads to the grid. */
function Unsent() {
  const { waiting, error, conflict, at } = queued.value;
  if (waiting + error + conflict === 0) return null;
  const sent = at > 0 && new Date(at).toTimeString().slice(0, 5);
  const said = [waiting > 0 && t("offline.waiting", { count: waiting }), error + conflict > 0 && t("offline.to_mend", { count: error + conflict })].filter(Boolean).join(", ");
  return (
    <Link class="unsent" href={page("entry")}>
      <Icon name={error + conflict > 0 ? "wrong" : "waiting"} />
      <span class="said">{said}{sent && `, ${t("entry.last_sent", { at: sent })}`}</span>
      <span class="total" aria-hidden="true">{waiting + error + conflict}</span>
    </Link>
  );
}

function PersonMenu({ onHelp }: { onHelp: () => void }) {
  const menu = useRef<HTMLDivElement>(null);
  const close = () => menu.current?.hidePopover?.();
  const roles = mission.value?.roles.map(word).join(", ");
  return (
    <>
      <button type="button" class="button quiet" popovertarget="person-menu" title={session.value?.account.name}>
        <Icon name="person" />
        <span class="unseen">{t("shell.person")}: {session.value?.account.name}</span>
      </button>
      <div id="person-menu" popover="auto" ref={menu} class="menu">
        <p class="row small" >
          <b>{session.value?.account.name}</b>
          <span class="soft">{roles}</span>
        </p>
        <Link href={page("members")} onClick={close}>{t("spine.members")}</Link>
        <Link href={page("members?view=digest")} onClick={close}>{t("digest.title")}</Link>
        <Link href="/" onClick={close}>{t("missions.title")}</Link>
        {THEMES.map((one) => (
          <button key={one} type="button" aria-pressed={theme.value === one} onClick={() => chooseTheme(one)}>
            {theme.value === one ? "● " : "○ "}
            {t(`theme.${one}`)}
          </button>
        ))}
        <button type="button" onClick={() => { close(); onHelp(); }}>
          {t("shortcuts.title")} <kbd>?</kbd>
        </button>
        <button type="button" onClick={() => { close(); leave(); }}>{t("shell.sign_out")}</button>
      </div>
    </>
  );
}
