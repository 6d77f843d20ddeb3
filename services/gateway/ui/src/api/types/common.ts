// Written by scripts/types.mjs from proto/cpas/common/v1; do not edit.

/** A text in English and French. An empty string is a missing translation. */
export interface Text {
  en: string;
  fr: string;
}

/** What went wrong with one field of a request. */
export interface FieldViolation {
  field: string;
  message: string;
}

/** Details of every error status, carried in grpc-status-details-bin. */
export interface Problem {
  code: string;
  message: string;
  violations: FieldViolation[];
  current_version: number;
  current_json: string;
}

export interface Empty {
}

/** Work of a kind that is not done. */
export interface OpenWork {
  kind: string;
  state: string;
  count: number | null;
}

export interface ListOpenWorkRequest {
}

export interface ListOpenWorkResponse {
  work: OpenWork[];
}

/** A piece of a file sent or received in order. */
export interface FileChunk {
  data: string;
  file_name: string;
  content_type: string;
  classification: string;
  dry_run: boolean;
  upload_id: string;
}

/** What a member may enter: values of a section in some areas. */
export interface EntryReach {
  section: string;
  areas: string[];
}

/** A member of a mission, as services need to know them. */
export interface Member {
  account_id: string;
  name: string;
  clearance: string;
  reaches: EntryReach[];
}

export interface TableQuery {
  table: string;
  condition: ExpressionStep[];
  order: TableOrder[];
  columns: string[];
  page_size: number;
  skip: number;
  cursor: string;
  as_known_at: string;
  only_count: boolean;
}

/** A column, a value, or what is done to the results before. */
export interface ExpressionStep {
  kind: string;
  text: string;
  number: number;
  flag: boolean;
  takes: number;
}

export interface TableOrder {
  column: string;
  descending: boolean;
}

export interface TablePage {
  rows: string[];
  next_cursor: string;
  count: number;
  as_known_at: string;
}
