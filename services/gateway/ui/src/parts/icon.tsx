// Icons as paths on a 16 px grid; a word always stands beside them, so they are hidden from readers.
const PATHS = {
  context: "M8 1.5 14 4v8l-6 2.5L2 12V4zM2 4l6 2.5L14 4M8 6.5v8",
  plan: "M3 2.5h4v3H3zM9 6.5h4v3H9zM9 10.5h4v3H9zM5 5.5v6.5h4M5 8h4",
  data: "M2 13.5h12M4 13V8.5M8 13V3.5M12 13V6.5",
  assess: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5 14 14M5 7l1.5 1.5L9.5 5.5",
  report: "M4 1.5h6l3 3v10H4zM10 1.5v3h3M6 8h5M6 11h5",
  home: "M2 7.5 8 2.5l6 5M4 6.5v7h8v-7",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.7 10.7 14 14",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  up: "M8 13V3M4 7l4-4 4 4",
  down: "M8 3v10M4 9l4 4 4-4",
  plus: "M8 3v10M3 8h10",
  wrong: "M8 1.5 15 14H1zM8 6v4M8 11.5v1",
  info: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM8 7v4.5M8 4.5v1",
  good: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM5 8l2 2 4-4",
  waiting: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM8 4.5V8l2.5 2",
  person: "M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.5 14.5c0-3 2.5-4.5 5.5-4.5s5.5 1.5 5.5 4.5",
  edit: "M3 13l.8-3L11 2.8l2.2 2.2L6 12.2z",
} as const;

export type IconName = keyof typeof PATHS;

/** One icon. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
