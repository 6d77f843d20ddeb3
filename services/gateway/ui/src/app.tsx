// The address decides: sign in, mission choice, or a screen in the shell of a mission.
import { useEffect, useRef } from "preact/hooks";
import { Link, Redirect, Route, Switch, useLocation } from "wouter-preact";
import { listen } from "./api/live";
import { t } from "./i18n";
import { closeDrawer } from "./parts/drawer";
import { Notice } from "./parts/notice";
import { Later } from "./parts/later";
import { isScreen } from "./routes";
import { MissionChoice } from "./screens/missions";
import Home from "./screens/home";
import { SignIn } from "./screens/sign-in";
import { confirm, ended, missionCode, session } from "./session";
import { startQueues } from "./shell/queued";
import { Shell } from "./shell/shell";

/** The whole app. */
export function App() {
  if (session.value === undefined) return null;
  return (
    <Switch>
      <Route path="/components">
        <div class="shell-free main">
          <Later name="components" />
        </div>
      </Route>
      <Route path="/hq">
        {session.value ? (
          <div class="shell-free main">
            <Later name="hq" />
            {ended.value && <SignIn over />}
          </div>
        ) : (
          <SignIn />
        )}
      </Route>
      <Route path="/installation">
        {session.value ? (
          <div class="shell-free main">
            <Later name="installation" />
            {ended.value && <SignIn over />}
          </div>
        ) : (
          <SignIn />
        )}
      </Route>
      <Route path="/m/:code/*?">{(params) => <InMission code={params.code ?? ""} rest={params["*"] ?? ""} />}</Route>
      <Route path="/">{session.value ? <MissionChoice /> : <SignIn />}</Route>
      <Route>
        <Redirect to="/" />
      </Route>
    </Switch>
  );
}

function InMission({ code, rest }: { code: string; rest: string }) {
  const known = session.value?.missions.some((one) => one.code === code) ?? false;
  const [path] = useLocation();
  if (missionCode.value !== code) missionCode.value = code;
  const account = session.value?.account.id;
  useEffect(() => (known ? listen(code, () => void confirm().catch(() => undefined)) : undefined), [code, known]);
  useEffect(() => startQueues(), [account]);
  const before = useRef(path);
  useEffect(() => {
    // On the way to another page, not on arriving at the first: by then something may be open already.
    if (before.current === path) return;
    before.current = path;
    closeDrawer();
    document.getElementById("main")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [path]);
  if (!session.value) return <SignIn />;
  const [name = "", id] = rest.split("/");
  return (
    <Shell at={name}>
      {!known ? (
        <Notice tone="wrong" action={<Link class="button" href="/">{t("missions.title")}</Link>}>
          {t("missions.unknown", { code })}
        </Notice>
      ) : name === "" ? (
        <Home />
      ) : isScreen(name) ? (
        <Later name={name} id={id ? decodeURIComponent(id) : undefined} />
      ) : (
        <Notice tone="wrong">{t("problem.no_screen")}</Notice>
      )}
      {ended.value && <SignIn over />}
    </Shell>
  );
}
