// Written by scripts/types.mjs from proto/cpas/collection/v1; do not edit.

import type { Member, Text } from "./common";

export interface Observation {
  id: string;
  indicator_id: string;
  indicator_code: string;
  definition_version: number;
  period: string;
  area: string;
  slice: string;
  kind: string;
  value: number | null;
  numerator: number | null;
  denominator: number | null;
  level: string;
  text: string;
  note: string;
  source: string;
  reliability: string;
  credibility: number;
  state: string;
  supersedes: string;
  superseded_by: string;
  batch_id: string;
  batch_row: number;
  recorded_at: string;
  recorded_by: string;
  verified_by: string;
  approved_by: string;
  reason: string;
  version: number;
  classification: string;
  batch_sheet: string;
}

export interface EnterObservationRequest {
  observation: Observation | null;
}

export interface EnterObservationsRequest {
  rows: EntryRow[];
}

export interface EntryRow {
  key: string;
  observation: Observation | null;
  base_id: string;
  base_version: number;
}

export interface EnterObservationsResponse {
  outcomes: EntryOutcome[];
}

export interface EntryOutcome {
  key: string;
  outcome: string;
  observation: Observation | null;
  field: string;
  message: string;
  breaches: RuleBreach[];
}

export interface RuleBreach {
  rule_id: string;
  severity: string;
  message: Text | null;
}

export interface ListEntryCellsRequest {
  section: string;
  indicator: string;
  area: string;
  every_area: boolean;
  first_period: string;
  last_period: string;
}

export interface ListEntryCellsResponse {
  cells: EntryCell[];
  signs: CellSign[];
}

/** What stands in a cell, without what a grid does not show. */
export interface EntryCell {
  id: string;
  indicator_code: string;
  period: string;
  area: string;
  slice: string;
  kind: string;
  value: number | null;
  numerator: number | null;
  denominator: number | null;
  level: string;
  text: string;
  note: string;
  state: string;
  version: number;
  recorded_by: string;
  reason: string;
  breaches: RuleBreach[];
}

export interface CorrectObservationRequest {
  id: string;
  version: number;
  observation: Observation | null;
  reason: string;
}

export interface MoveObservationsRequest {
  ids: string[];
  batch_id: string;
  reason: string;
  section: string;
}

export interface MoveObservationsResponse {
  moved: number;
  not_moved: NotMoved[];
}

export interface NotMoved {
  id: string;
  reason: string;
}

export interface ListObservationsRequest {
  indicator_code: string;
  area: string;
  period: string;
  state: string;
  batch_id: string;
  as_known_at: string;
  page_size: number;
  cursor: string;
}

export interface ListObservationsResponse {
  observations: Observation[];
  next_cursor: string;
}

export interface GetObservationRequest {
  id: string;
}

export interface GetObservationResponse {
  observation: Observation | null;
  history: Observation[];
  file_name: string;
  file_sha256: string;
  submission: Submission | null;
}

export interface PreviewImportRequest {
  data: string;
  file_name: string;
  mapping: Record<string, string>;
  work: string;
  upload_id: string;
}

export interface ImportRow {
  row: number;
  cells: string[];
  reason: string;
  column: string;
  sheet: string;
  reason_fr: string;
}

/** A visible sheet of a workbook. */
export interface ImportSheet {
  name: string;
  left_out: string;
  mapping: Record<string, string>;
  headings: string[];
  rows_read: number;
  rows_added: number;
  rows_changed: number;
  rows_unchanged: number;
  rows_rejected: number;
  left_out_fr: string;
}

export interface ImportBatch {
  id: string;
  file_name: string;
  sha256: string;
  state: string;
  encoding: string;
  delimiter: string;
  decimal_sign: string;
  hxl_tags: boolean;
  mapping: Record<string, string>;
  headings: string[];
  rows_read: number;
  rows_added: number;
  rows_changed: number;
  rows_unchanged: number;
  rows_rejected: number;
  sample: ImportRow[];
  rejected: ImportRow[];
  warnings: ImportRow[];
  indicator_codes: string[];
  areas: string[];
  first_period: string;
  last_period: string;
  recorded_at: string;
  recorded_by: string;
  committed_at: string;
  reversed_at: string;
  reason: string;
  version: number;
  sheets: ImportSheet[];
}

export interface CommitImportRequest {
  id: string;
  version: number;
  submit: boolean;
}

export interface ReverseImportRequest {
  id: string;
  version: number;
  reason: string;
}

export interface ListImportWorkRequest {
}

/** Of the last 12 hours, at most 20, the latest first. */
export interface ListImportWorkResponse {
  work: ImportWork[];
}

export interface ImportWork {
  id: string;
  file_name: string;
  stage: string;
  rows_done: number;
  rows: number;
  batch_id: string;
  failure: string;
  began_at: string;
}

export interface CancelImportRequest {
  id: string;
}

export interface GetImportRequest {
  id: string;
}

export interface ListImportsRequest {
  page_size: number;
  cursor: string;
}

/** Batches without rows. */
export interface ListImportsResponse {
  batches: ImportBatch[];
  next_cursor: string;
}

export interface DownloadRejectedRequest {
  id: string;
  language: string;
  events_upload_id: string;
}

export interface GetSeriesRequest {
  indicator: string;
  areas: string[];
  slice: string;
  frequency: string;
  first_period: string;
  last_period: string;
  as_known_at: string;
}

export interface CountWaitingRequest {
  most: number;
}

/** Observations of one state and classification that were not superseded. */
export interface WaitingCount {
  state: string;
  classification: string;
  observations: number;
}

export interface WaitingCounts {
  counts: WaitingCount[];
}

export interface GetPeriodTableRequest {
  period: string;
  section: string;
  as_known_at: string;
}

export interface PeriodTable {
  period: string;
  as_known_at: string;
  series: Series[];
  without_data: string[];
  longer: string[];
}

export interface StreamSeriesRequest {
  indicators: string[];
  as_known_at: string;
  with_slices: boolean;
  with_area_slices: boolean;
}

export interface Point {
  period: string;
  value: number | null;
  numerator: number | null;
  denominator: number | null;
  kind: string;
  observations: number;
  coverage: number;
  share_verified: number;
  mismatch: boolean;
  note: Text | null;
}

export interface SeriesPart {
  area: string;
  slice: string;
  points: Point[];
}

export interface Series {
  indicator_id: string;
  indicator_code: string;
  frequency: string;
  as_known_at: string;
  parts: SeriesPart[];
  cautions: Text[];
  classification: string;
}

export interface ListSeriesChangesRequest {
  indicator: string;
  known_at: string;
  later_known_at: string;
}

/** A place whose value is another one. */
export interface SeriesChange {
  period: string;
  area: string;
  slice: string;
  before: Observation | null;
  after: Observation | null;
}

export interface ListSeriesChangesResponse {
  changes: SeriesChange[];
  more: boolean;
}

export interface ExplainPointRequest {
  indicator: string;
  area: string;
  period: string;
  slice: string;
  as_known_at: string;
}

export interface Contribution {
  observation: Observation | null;
  file_name: string;
  file_sha256: string;
}

export interface PointExplanation {
  point: Point | null;
  formula: Text | null;
  contributions: Contribution[];
  total: number;
  events: CountedEvent[];
  events_total: number;
}

/** An event behind a number: type, days and area as they were known when the number was; the rest as it stands. */
export interface CountedEvent {
  event_id: string;
  indicator_code: string;
  amount: number | null;
  source: string;
  external_id: string;
  kind: string;
  sub_kind: string;
  first_date: string;
  last_date: string;
  place: string;
  area: string;
  classification: string;
  changed_since: boolean;
}

export interface Event {
  id: string;
  source: string;
  external_id: string;
  kind: string;
  sub_kind: string;
  date: string;
  date_precision: string;
  longitude: number;
  latitude: number;
  place: string;
  area: string;
  deaths_best: number | null;
  deaths_low: number | null;
  deaths_high: number | null;
  deaths_civilians: number | null;
  version: number;
  point_precision: string;
  classification: string;
  actor_one: string;
  actor_two: string;
  notes: string;
  corrected_by: string;
  correction_reason: string;
}

export interface GetEventRequest {
  event_id: string;
}

export interface CorrectEventRequest {
  event_id: string;
  version: number;
  event: Event | null;
  reason: string;
}

export interface ImportEventsResponse {
  read: number;
  added: number;
  changed: number;
  unchanged: number;
  outside: number;
  rejected: ImportRow[];
  rows_rejected: number;
  areas: number;
  mapping: Record<string, string>;
  headings: string[];
  first_date: string;
  last_date: string;
}

export interface ListEventsRequest {
  area: string;
  first_date: string;
  last_date: string;
  page_size: number;
  cursor: string;
}

export interface ListEventsResponse {
  events: Event[];
  next_cursor: string;
}

export interface CountEventsRequest {
  first_date: string;
  last_date: string;
}

export interface EventCounts {
  places: EventPlace[];
  kinds: string[];
  has_other_kinds: boolean;
  counts: EventCount[];
  cell_degrees: number;
  frequency: string;
  first_date: string;
  last_date: string;
  events: number;
  classification: string;
}

/** Events of one area that lie near each other. */
export interface EventPlace {
  area: string;
  longitude: number | null;
  latitude: number | null;
}

export interface EventCount {
  place: number;
  kind: number;
  period: string;
  events: number;
  deaths_best: number;
  without_deaths: number;
}

export interface PeriodLock {
  id: string;
  period: string;
  reason: string;
  recorded_at: string;
  recorded_by: string;
  unlocked_at: string;
  unlocked_by: string;
  unlock_reason: string;
}

export interface LockPeriodRequest {
  period: string;
  reason: string;
}

export interface ListPeriodLocksRequest {
  with_unlocked: boolean;
}

export interface ListPeriodLocksResponse {
  locks: PeriodLock[];
}

export interface UnlockPeriodRequest {
  id: string;
  reason: string;
}

/** A rule about the values of one indicator. */
export interface ValidationRule {
  id: string;
  indicator_code: string;
  kind: string;
  severity: string;
  least: number | null;
  most: number | null;
  direction: string;
  tolerance: number | null;
  share: number | null;
  absolute: number | null;
  comparison: string;
  other_indicator_code: string;
  factor: number | null;
  message: Text | null;
  active: boolean;
  recorded_at: string;
  recorded_by: string;
  version: number;
  classification: string;
}

export interface ListValidationRulesRequest {
  indicator: string;
}

export interface ListValidationRulesResponse {
  rules: ValidationRule[];
}

export interface SetValidationRuleRequest {
  rule: ValidationRule | null;
  version: number;
}

export interface TestValidationRuleRequest {
  rule: ValidationRule | null;
}

export interface TestValidationRuleResponse {
  checked: number;
  broken: number;
  first: BrokenCell[];
}

/** A value of the past that a rule would not let in. */
export interface BrokenCell {
  cell: EntryCell | null;
  message: Text | null;
}

export interface ExportObservationsRequest {
  format: string;
  indicators: string[];
  areas: string[];
  first_period: string;
  last_period: string;
  only_verified: boolean;
  as_known_at: string;
  language: string;
  section: string;
}

export interface ExportEventsRequest {
  format: string;
  area: string;
  first_date: string;
  last_date: string;
}

export interface ListPhoneFormsRequest {
}

export interface ListPhoneFormsResponse {
  forms: PhoneForm[];
}

export interface PhoneForm {
  id: string;
  section: string;
  title: Text | null;
  version: string;
  md5: string;
  indicator_codes: string[];
  questions: number;
}

export interface GetPhoneFormRequest {
  id: string;
}

export interface PhoneFormFile {
  form: PhoneForm | null;
  xml: string;
}

/** Parts in any order, each in one or more pieces; a piece with a name begins the next part. */
export interface SubmitInstanceRequest {
  name: string;
  content_type: string;
  data: string;
}

export interface SubmittedInstance {
  submission: Submission | null;
  is_new: boolean;
  message: Text | null;
}

/** What a phone sent: once for each instance, however often it is sent. */
export interface Submission {
  id: string;
  instance_id: string;
  form_id: string;
  form_version: string;
  section: string;
  period: string;
  area: string;
  device: string;
  began_at: string;
  ended_at: string;
  longitude: number | null;
  latitude: number | null;
  accuracy_m: number | null;
  point_area: string;
  answers: SubmissionAnswer[];
  files: SubmissionFile[];
  awaited: string[];
  corrects: string;
  recorded_at: string;
  recorded_by: string;
  classification: string;
  left: number;
}

export interface SubmissionAnswer {
  indicator_code: string;
  slice: string;
  answer: string;
  outcome: string;
  observation_id: string;
  message: string;
}

export interface SubmissionFile {
  name: string;
  content_type: string;
  size_bytes: number;
  sha256: string;
}

export interface ListSubmissionsRequest {
  section: string;
  only_left: boolean;
  page_size: number;
  cursor: string;
}

export interface ListSubmissionsResponse {
  submissions: Submission[];
  next_cursor: string;
}

export interface GetSubmissionRequest {
  id: string;
}

export interface GetSubmissionResponse {
  submission: Submission | null;
  xml: string;
}

export interface DownloadAttachmentRequest {
  id: string;
  name: string;
}

export interface GetDataQualityRequest {
  section: string;
  months: number;
  by: string;
}

export interface DataQuality {
  first_day: string;
  last_day: string;
  indicators: IndicatorQuality[];
  groups: QualityGroup[];
}

/** The measures of an area or a period over all its indicators; as IndicatorQuality has them. */
export interface QualityGroup {
  name: string;
  complete: QualityShare | null;
  timely: QualityShare | null;
  valid: QualityShare | null;
  consistent: QualityShare | null;
  outlying: QualityShare | null;
  verified: QualityShare | null;
  totals_off: QualityShare | null;
  hints: number;
}

/** A share as its parts; absent where nothing was there to judge. */
export interface QualityShare {
  part: number;
  of: number;
}

export interface IndicatorQuality {
  indicator_id: string;
  indicator_code: string;
  section: string;
  frequency: string;
  complete: QualityShare | null;
  timely: QualityShare | null;
  valid: QualityShare | null;
  consistent: QualityShare | null;
  outlying: QualityShare | null;
  verified: QualityShare | null;
  totals_off: QualityShare | null;
  last_period: string;
  periods_behind: number | null;
  hints: number;
}

export interface ListQualityProblemsRequest {
  indicator: string;
  months: number;
  kind: string;
}

export interface ListQualityProblemsResponse {
  problems: QualityProblem[];
  total: number;
}

export interface QualityProblem {
  kind: string;
  period: string;
  area: string;
  slice: string;
  observation_id: string;
  message: Text | null;
}

export interface MarkCellRequest {
  indicator_code: string;
  period: string;
  area: string;
  slice: string;
  marked: boolean;
}

export interface CommentCellRequest {
  indicator_code: string;
  period: string;
  area: string;
  slice: string;
  text: string;
}

export interface ListCellRemarksRequest {
  indicator_code: string;
  period: string;
  area: string;
  slice: string;
}

/** Of a cell, what the caller may see. */
export interface CellRemarks {
  marked: boolean;
  marks: CellMark[];
  comments: CellComment[];
}

export interface CellMark {
  id: string;
  recorded_at: string;
  recorded_by: string;
  cleared_at: string;
  cleared_by: string;
  classification: string;
}

export interface CellComment {
  id: string;
  text: string;
  recorded_at: string;
  recorded_by: string;
  classification: string;
}

/** A cell that is marked or was said something about. */
export interface CellSign {
  indicator_code: string;
  period: string;
  area: string;
  slice: string;
  marked: boolean;
  comments: number;
}

export interface ListTasksRequest {
  section: string;
  state: string;
  months: number;
  most: number;
  assignee: string;
}

export interface ListTasksResponse {
  tasks: CollectionTask[];
  total: number;
  sections: SectionReporting[];
}

/** A place to fill: an indicator, a period of its frequency that has ended, and an area that reported before. */
export interface CollectionTask {
  indicator_id: string;
  indicator_code: string;
  section: string;
  period: string;
  area: string;
  due: string;
  state: string;
  observation_id: string;
  reason: string;
  waived_by: string;
  waived_at: string;
  assignee_id: string;
  assignee_name: string;
  classification: string;
}

/** How a section reports. The reporting rate is done / (open + late + done). */
export interface SectionReporting {
  section: string;
  open: number;
  late: number;
  done: number;
  waived: number;
  in_time: number;
  could_be_in_time: number;
}

export interface TaskPlace {
  indicator: string;
  period: string;
  area: string;
}

export interface WaiveTasksRequest {
  places: TaskPlace[];
  reason: string;
}

export interface TakeBackWaiversRequest {
  places: TaskPlace[];
}

export interface WaivedTasks {
  changed: number;
}

/** What somebody enters in every period: an indicator in an area. */
export interface AssignedPlace {
  indicator: string;
  area: string;
}

export interface AssignTasksRequest {
  places: AssignedPlace[];
  assignee: Member | null;
}

export interface TakeBackAssignmentsRequest {
  places: AssignedPlace[];
}

export interface AssignedTasks {
  changed: number;
}

export interface OpenUploadRequest {
  file_name: string;
  bytes: number;
}

/** A file on its way in; its sender's own. */
export interface Upload {
  id: string;
  file_name: string;
  bytes: number;
  offset: number;
  expires_at: string;
}

export interface PutUploadPartRequest {
  upload_id: string;
  offset: number;
  data: string;
}

export interface GetUploadRequest {
  upload_id: string;
}
