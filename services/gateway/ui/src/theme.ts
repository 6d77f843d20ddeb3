// Light, dark, or as the system says; kept in the browser.
import { signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";
const KEY = "cpas.theme";

export const theme = signal<Theme>("auto");

/** Applies the kept theme. */
export function applyTheme(): void {
  try {
    const kept = localStorage.getItem(KEY);
    if (kept === "light" || kept === "dark") chooseTheme(kept);
  } catch {
    // The system's theme stays.
  }
}

/** Switches the theme and keeps it. */
export function chooseTheme(next: Theme): void {
  theme.value = next;
  if (next === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // It holds for this page.
  }
}
