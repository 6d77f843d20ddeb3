// What went wrong, in one shape: RFC 9457 from the gateway, or our own for a lost line.

export interface Violation {
  field: string;
  message: string;
}

/** An error as the screen shows it. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly violations: Violation[] = [],
    readonly currentVersion?: number,
    readonly current?: unknown,
    /** Language of what the gateway says here: "fr", or "fr, en" where a sentence stayed in English. */
    readonly language = "en",
  ) {
    super(detail);
  }

  get offline(): boolean {
    return this.code === "offline";
  }

  /** True when nobody answered: no line, or a gateway that is being started. */
  get unanswered(): boolean {
    return this.offline || [502, 503, 504].includes(this.status);
  }

  get stale(): boolean {
    return this.status === 412;
  }

  /** The message about one field, or about a part of it. */
  about(field: string): string | undefined {
    return this.violations.find((violation) => violation.field === field || violation.field.endsWith(`.${field}`))?.message;
  }
}

/** Reads a problem from an answer; an answer that is no problem document still makes one. */
export async function problemOf(response: Response): Promise<Problem> {
  try {
    const body = await response.json();
    return new Problem(
      response.status,
      body.code ?? String(response.status),
      body.detail || body.title || response.statusText,
      body.violations ?? [],
      body.current_version,
      typeof body.current === "string" ? JSON.parse(body.current) : body.current,
      response.headers.get("content-language") || "en",
    );
  } catch {
    return new Problem(response.status, response.status >= 500 ? "unavailable" : String(response.status), response.statusText);
  }
}
