// The header: mission, search, language, person.
import { useRef } from "preact/hooks";
import { Link } from "wouter-preact";
import { language, t, word } from "../i18n";
import { Icon } from "../parts/icon";
import { chooseLanguage, mission, page, session, signOut } from "../session";
import { chooseTheme, theme, type Theme } from "../theme";

const THEMES: readonly Theme[] = ["auto", "light", "dark"];

/** The header of a mission's pages. */
export function Header({ onSearch, onHelp }: { onSearch: () => void; onHelp: () => void }) {
  const other = language.value === "en" ? "fr" : "en";
  return (
    <header class="head">
      <Link class="mark" href="/" title={t("missions.title")}>CPAS</Link>
      <Link class="mission" href={page()}>
        <b>{mission.value?.code}</b>
        <span>{mission.value?.name}</span>
      </Link>
      <button type="button" class="button" onClick={onSearch} aria-keyshortcuts="Control+K">
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
        <button type="button" onClick={() => void signOut()}>{t("shell.sign_out")}</button>
      </div>
    </>
  );
}
