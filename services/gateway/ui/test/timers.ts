// What still waits at the end of a test file is tried again for ever: not in a page that is gone.
import { afterAll } from "vitest";

/** Ends the timers of the page when the tests of the file have ended, and takes no more. */
export function noTimerOutlives(): void {
  const timers: number[] = [];
  const set = window.setTimeout.bind(window);
  window.setTimeout = ((...given: Parameters<typeof set>) => {
    const timer = set(...given) as unknown as number;
    timers.push(timer);
    return timer;
  }) as typeof window.setTimeout;
  afterAll(() => {
    for (const timer of timers) clearTimeout(timer);
    window.setTimeout = (() => 0) as unknown as typeof window.setTimeout;
  });
}
