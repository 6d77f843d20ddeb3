// The worker that keeps the app in the browser: put to work after the page is there, and asked now and then for a new version.
import { signal } from "@preact/signals";

const ASK_EVERY_MS = 3_600_000;

/** True when a newer version of the app than the one on the page is in the browser. */
export const newVersion = signal(false);

/** The files that make this page. */
function ownFiles(): string[] {
  const scripts = [...document.querySelectorAll<HTMLScriptElement>('script[type="module"][src]')].map((one) => one.src);
  const styles = [...document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')].map((one) => one.href);
  return [...scripts, ...styles].map((address) => new URL(address).pathname).filter((path) => path.startsWith("/assets/"));
}

/** Puts the worker to work, where the browser has such things. */
export function keepApp(): void {
  const workers = (navigator as Partial<Navigator>).serviceWorker;
  if (!workers || import.meta.env.DEV) return;
  workers.addEventListener("message", ({ data }: MessageEvent<{ newest?: string[] }>) => {
    if (data.newest && ownFiles().some((file) => !data.newest?.includes(file))) newVersion.value = true;
  });
  workers.startMessages();
  const begin = () => workers.register("/sw.js", { scope: "/" }).then(ask, () => undefined);
  // The line is the page's until the page is there.
  const idle = () => (typeof requestIdleCallback === "undefined" ? setTimeout(begin, 1_000) : requestIdleCallback(() => void begin(), { timeout: 4_000 }));
  if (document.readyState === "complete") idle();
  else window.addEventListener("load", idle, { once: true });
}

function ask(registration: ServiceWorkerRegistration): void {
  const now = () => void registration.update().catch(() => undefined);
  setInterval(now, ASK_EVERY_MS);
  window.addEventListener("online", now);
}
