// All message shapes of the API; see scripts/types.mjs.
export type * from "./types/common";
export type * from "./types/context";
export type * from "./types/planning";
export type * from "./types/collection";
export type * from "./types/assessment";
export type * from "./types/reporting";

/** A mission as the session names it, with what the signed-in person may do there. */
export interface SessionMission {
  code: string;
  name: string;
  /** Empty: it has none of its own. */
  name_fr: string;
  state: string;
  languages: string[];
  fiscal_year_start_month: number;
  roles: string[];
  /** Sections that a role is confined to; empty where no role is. */
  sections: string[];
  clearance: string;
}

/** Who is signed in. */
export interface Session {
  account: { id: string; name: string; email: string; language: string; hq: boolean; operator: boolean };
  csrf_token: string;
  missions: SessionMission[];
}

/** A mission as the installation keeps it. */
export interface KeptMission {
  id: string;
  code: string;
  name: string;
  name_fr: string;
  countries: string[];
  languages: string[];
  fiscal_year_start_month: number;
  state: string;
  version: number;
}

/** Work of a kind that is not done; without a count it could not be counted in one answer. */
export interface OpenWorkLine {
  kind: string;
  state: string;
  count?: number;
  /** To be ended before the mission is closed. */
  first: boolean;
}

/** A change of a mission's state. */
export interface MissionStep {
  from: string;
  to: string;
  reason: string;
  by_name: string;
  at: string;
  open_work: OpenWorkLine[];
}

/** One membership as the members page lists it. */
export interface Member {
  id: string;
  account_id: string;
  email: string;
  name: string;
  role: string;
  component: string;
  section: string;
  areas: string[];
  clearance: string;
  /** False for somebody who is known by name only, until headquarters lets them in. */
  signs_in: boolean;
}

/** An API token; `token` only in the answer to its making. */
export interface ApiToken {
  id: string;
  name: string;
  mission: string;
  roles: string[];
  read_only: boolean;
  phones_only: boolean;
  expires_at: string;
  recorded_at: string;
  used_at: string | null;
  token?: string;
  /** Of a token for a phone, with `token`. */
  phone?: PhoneSettings;
}

/** What a phone has to know to reach the forms. */
export interface PhoneSettings {
  server_url: string;
  username: string;
  /** A QR code, as an SVG picture. */
  qr_svg: string;
}

/** A subscription of another system. */
export interface Webhook {
  id: string;
  name: string;
  url: string;
  topics: string[];
  clearance: string;
  /** Empty: at work. */
  paused: string;
  version: number;
  recorded_at: string;
  recorded_by: string;
  waiting: number;
  delivered: number;
  dead: number;
  secret?: string;
}

/** What a member has sent. */
export interface Subscription {
  id: string;
  account_id: string;
  account_name: string;
  mine: boolean;
  subject: string;
  reference: string;
  rhythm: string;
  day: number;
  hour: number;
  format: string;
  language: string;
  by_email: boolean;
  webhook_url: string;
  clearance: string;
  /** Empty: at work. */
  stopped: string;
  next_due: string | null;
  version: number;
  recorded_at: string;
  recorded_by: string;
  sendings: { id: string; channel: string; at: string; state: string; attempts: number; outcome: string }[];
  secret?: string;
}

/** All that a person may see of them. */
export interface SubscriptionList {
  subscriptions: Subscription[];
  time_zone: string;
  sends: boolean;
}

/** A message to another system. */
export interface Delivery {
  id: string;
  kind: string;
  record_id: string;
  happened_at: string;
  state: string;
  attempts: number;
  attempted_at: string | null;
  outcome: string;
}

/** What the live channel says changed. */
export interface Change {
  noun: string;
  verb: string;
  id?: string;
  at: string;
}
