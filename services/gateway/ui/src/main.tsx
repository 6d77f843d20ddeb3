// Starts the app: language, session and the route's chunk are asked for at once, then the page is drawn.
import { render } from "preact";
import { App } from "./app";
import { preferredLanguage, useLanguage } from "./i18n";
import { preloadScreen } from "./routes";
import { loadSession, session } from "./session";
import { keepApp } from "./shell/update";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/figures.css";
import "./styles/entry.css";
import "./styles/board.css";
import { applyTheme } from "./theme";

applyTheme();
const speaking = useLanguage(preferredLanguage());
preloadScreen(location.pathname);
const root = document.getElementById("app");
const [, signedIn] = await Promise.allSettled([speaking, loadSession()]);
if (signedIn.status === "rejected") session.value = null;
if (root) render(<App />, root);
keepApp();
