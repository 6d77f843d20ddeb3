// Written by scripts/types.mjs from proto/cpas/planning/v1; do not edit.

import type { Text } from "./common";

export interface MandateTask {
  id: string;
  paragraph: string;
  text: Text | null;
  priority: number;
}

export interface Mandate {
  id: string;
  resolution: string;
  adopted: string;
  expires: string;
  tasks: MandateTask[];
  version: number;
  recorded_at: string;
  recorded_by: string;
}

export interface RecordMandateRequest {
  resolution: string;
  adopted: string;
  expires: string;
  tasks: MandateTask[];
  version: number;
}

export interface ListMandatesRequest {
}

export interface ListMandatesResponse {
  mandates: Mandate[];
}

/** One node of the results framework: an objective, outcome, output or activity. */
export interface PlanItem {
  id: string;
  lineage_id: string;
  kind: string;
  parent_id: string;
  position: number;
  number: string;
  statement: Text | null;
  lead_section: string;
  contributing_sections: string[];
  areas: string[];
  markers: string[];
  start: string;
  end: string;
  priority: number;
  mandate_task_id: string;
  stakeholder_id: string;
  dimension: string;
  component: string;
  activity_status: string;
  progress_percent: number;
  depends_on: string[];
  plan_change_id: string;
  library_code: string;
  library_version: number;
  library_part_id: string;
}

/** Why an output should bring an outcome about. */
export interface ResultLink {
  output_id: string;
  outcome_id: string;
  hypothesis: Text | null;
  assumptions: string[];
  expected_lag_months: number;
  strength: string;
  assumptions_fr: string[];
}

export interface Plan {
  id: string;
  title: Text | null;
  start: string;
  end: string;
  number: number;
  parent_plan_id: string;
  state: string;
  items: PlanItem[];
  links: ResultLink[];
  version: number;
  recorded_at: string;
  recorded_by: string;
  endorsed_by: string;
  approved_by: string;
  classification: string;
  return_reason: string;
}

export interface DraftPlanRequest {
  title: Text | null;
  start: string;
  end: string;
}

export interface RevisePlanRequest {
  id: string;
  version: number;
  title: Text | null;
  start: string;
  end: string;
}

export interface GetPlanRequest {
  id: string;
}

export interface ListPlansRequest {
}

/** Plans without their items. */
export interface ListPlansResponse {
  plans: Plan[];
}

export interface AddPlanItemRequest {
  plan_id: string;
  version: number;
  item: PlanItem | null;
}

export interface RevisePlanItemRequest {
  plan_id: string;
  version: number;
  item: PlanItem | null;
}

export interface MovePlanItemRequest {
  plan_id: string;
  version: number;
  item_id: string;
  parent_id: string;
  position: number;
  change_level: boolean;
}

export interface RemovePlanItemRequest {
  plan_id: string;
  version: number;
  item_id: string;
}

export interface RestorePlanItemRequest {
  plan_id: string;
  version: number;
  item_id: string;
}

export interface ListRemovedPlanItemsRequest {
  plan_id: string;
}

/** The newest first; the last 200 of a plan are kept. */
export interface ListRemovedPlanItemsResponse {
  items: RemovedPlanItem[];
}

export interface RemovedPlanItem {
  item_id: string;
  number: string;
  kind: string;
  statement: Text | null;
  below: number;
  removed_at: string;
  removed_by: string;
}

export interface LinkResultsRequest {
  plan_id: string;
  version: number;
  link: ResultLink | null;
}

export interface UnlinkResultsRequest {
  plan_id: string;
  version: number;
  output_id: string;
  outcome_id: string;
}

export interface MovePlanRequest {
  plan_id: string;
  version: number;
  reason: string;
}

export interface DraftNextVersionRequest {
  plan_id: string;
  plan_change_id: string;
}

export interface DiffPlansRequest {
  from_plan_id: string;
  to_plan_id: string;
}

export interface FieldChange {
  field: string;
  before: string;
  after: string;
}

export interface PlanItemChange {
  change: string;
  item: PlanItem | null;
  fields: FieldChange[];
}

export interface ResultLinkChange {
  change: string;
  link: ResultLink | null;
  fields: FieldChange[];
}

export interface PlanDiff {
  from_plan_id: string;
  to_plan_id: string;
  items: PlanItemChange[];
  links: ResultLinkChange[];
  risks: RiskChange[];
  plan: FieldChange[];
}

export interface RiskChange {
  change: string;
  risk: Risk | null;
  fields: FieldChange[];
}

export interface CheckPlanRequest {
  plan_id: string;
}

export interface PlanCheckFinding {
  rule: string;
  severity: string;
  message: Text | null;
  item_id: string;
  indicator_id: string;
  key: string;
  waiver: PlanCheckWaiver | null;
}

export interface PlanCheckWaiver {
  reason: string;
  waived_by: string;
  waived_at: string;
}

/** What the check came to: floor(100 * places / (places + cost)). Places are the plan's items and the indicators in use; an error costs 10, a warning 3, advice 1, what is waived nothing. */
export interface PlanScore {
  day: string;
  plan_id: string;
  number: number;
  score: number;
  errors: number;
  warnings: number;
  advice: number;
  waived: number;
}

export interface CheckPlanResponse {
  findings: PlanCheckFinding[];
  score: PlanScore | null;
  history: PlanScore[];
  past_waivers: PastWaiver[];
}

/** A waiver that does not stand any more. */
export interface PastWaiver {
  key: string;
  rule: string;
  place: string;
  reason: string;
  waived_by: string;
  waived_at: string;
  taken_back_by: string;
  taken_back_at: string;
}

export interface WaiveFindingRequest {
  plan_id: string;
  key: string;
  reason: string;
}

export interface TakeBackWaiverRequest {
  plan_id: string;
  key: string;
}

/** A change that an accepted recommendation asks of the plan. */
export interface PlanChange {
  id: string;
  recommendation_id: string;
  text: Text | null;
  state: string;
  plan_id: string;
  version: number;
  recorded_at: string;
}

export interface ListPlanChangesRequest {
}

export interface ListPlanChangesResponse {
  plan_changes: PlanChange[];
}

/** One dimension along which values are broken down, "sex" with f, m, unknown. */
export interface Disaggregation {
  dimension: string;
  categories: string[];
}

export interface Indicator {
  id: string;
  code: string;
  name: Text | null;
  level: string;
  kind: string;
  unit: string;
  direction: string;
  over_time: string;
  over_areas: string;
  frequency: string;
  disaggregations: Disaggregation[];
  baseline_value: number | null;
  baseline_period: string;
  source: Text | null;
  method: Text | null;
  owner_section: string;
  verification: Text | null;
  plan_item_lineage_id: string;
  state: string;
  definition_version: number;
  version: number;
  recorded_at: string;
  recorded_by: string;
  classification: string;
  formula: string;
  event_measure: EventMeasure | null;
  library_code: string;
  library_version: number;
}

export interface GetTheoryOfChangeRequest {
  plan_id: string;
}

export interface TheoryNode {
  item_id: string;
  number: string;
  kind: string;
  statement: Text | null;
  column: number;
  row: number;
  unlinked: boolean;
}

export interface TheoryOfChange {
  plan_id: string;
  nodes: TheoryNode[];
  links: ResultLink[];
  steps: TheoryStep[];
  rows: number;
  crossings: number;
}

export interface TheoryStep {
  outcome_id: string;
  objective_id: string;
}

export interface GetLibraryRequest {
}

export interface Library {
  indicators: LibraryIndicator[];
  templates: LibraryTemplate[];
}

export interface LibraryIndicator {
  theme: string;
  indicator: Indicator | null;
  version: number;
  recorded_at: string;
  recorded_by: string;
  in_mission: boolean;
}

export interface LibraryTemplate {
  code: string;
  theme: string;
  title: Text | null;
  objective: Text | null;
  outcomes: LibraryOutcome[];
  version: number;
  recorded_at: string;
  recorded_by: string;
}

export interface LibraryOutcome {
  statement: Text | null;
  dimension: string;
  indicator_codes: string[];
  outputs: LibraryOutput[];
  id: string;
}

export interface LibraryOutput {
  statement: Text | null;
  component: string;
  indicator_codes: string[];
  id: string;
}

export interface SetLibraryIndicatorRequest {
  theme: string;
  indicator: Indicator | null;
  seen_version: number;
}

export interface KeepLibraryTemplateRequest {
  plan_id: string;
  item_id: string;
  code: string;
  theme: string;
  title: Text | null;
  seen_version: number;
}

export interface CloneLibraryIndicatorsRequest {
  codes: string[];
  owner_section: string;
}

export interface CloneLibraryIndicatorsResponse {
  indicators: Indicator[];
  there_already: string[];
}

export interface CloneLibraryTemplateRequest {
  plan_id: string;
  version: number;
  code: string;
  lead_section: string;
  item_ids: string[];
}

export interface SetLibraryTemplateRequest {
  code: string;
  theme: string;
  title: Text | null;
  objective: Text | null;
  outcomes: LibraryOutcome[];
  seen_version: number;
}

export interface ListLibraryTemplateVersionsRequest {
  code: string;
}

/** One version of a framework. */
export interface LibraryTemplateVersion {
  version: number;
  recorded_at: string;
  recorded_by: string;
  changes: FieldChange[];
  items: LibraryItemChange[];
  title: Text | null;
}

export interface LibraryItemChange {
  id: string;
  change: string;
  kind: string;
  statement: Text | null;
  fields: FieldChange[];
}

/** The newest first. */
export interface ListLibraryTemplateVersionsResponse {
  versions: LibraryTemplateVersion[];
}

export interface ListTemplateOffersRequest {
}

/** By plan, in the order in which it is read. */
export interface ListTemplateOffersResponse {
  offers: TemplateOffer[];
}

export interface TemplateOffer {
  plan_id: string;
  plan_number: number;
  plan_state: string;
  plan_version: number;
  code: string;
  title: Text | null;
  library_part_id: string;
  library_version: number;
  since_version: number;
  change: string;
  kind: string;
  item: PlanItem | null;
  fields: OfferedField[];
  below: OfferedItem[];
}

export interface OfferedField {
  field: string;
  before: string;
  after: string;
  own: string;
}

export interface OfferedItem {
  kind: string;
  statement: Text | null;
}

export interface AnswerTemplateOfferRequest {
  plan_id: string;
  version: number;
  code: string;
  library_part_id: string;
  library_version: number;
  take: boolean;
  keep_fields: string[];
  lead_section: string;
}

export interface ListLibraryOffersRequest {
}

export interface ListLibraryOffersResponse {
  offers: LibraryOffer[];
}

export interface LibraryOffer {
  indicator: Indicator | null;
  library_version: number;
  changes: FieldChange[];
}

export interface AnswerLibraryOfferRequest {
  id: string;
  version: number;
  library_version: number;
  take: boolean;
}

/** What of the geocoded events an indicator counts or sums, by area and period. */
export interface EventMeasure {
  measure: string;
  kinds: string[];
  sub_kinds: string[];
}

export interface ListIndicatorVersionsRequest {
  id: string;
}

/** One version of a definition. */
export interface IndicatorVersion {
  definition_version: number;
  recorded_at: string;
  recorded_by: string;
  changes: FieldChange[];
}

/** The newest first. */
export interface ListIndicatorVersionsResponse {
  versions: IndicatorVersion[];
}

export interface DraftIndicatorRequest {
  indicator: Indicator | null;
}

export interface ReviseIndicatorRequest {
  indicator: Indicator | null;
}

export interface MoveIndicatorRequest {
  id: string;
  version: number;
}

export interface GetIndicatorRequest {
  id: string;
  definition_version: number;
}

export interface ListIndicatorsRequest {
  page_size: number;
  cursor: string;
  search: string;
  state: string;
}

export interface ListIndicatorsResponse {
  indicators: Indicator[];
  next_cursor: string;
}

export interface Target {
  id: string;
  indicator_id: string;
  period: string;
  area: string;
  slice: string;
  value: number | null;
  low: number | null;
  high: number | null;
  reason: string;
  version: number;
  recorded_at: string;
  recorded_by: string;
}

export interface SetTargetRequest {
  target: Target | null;
}

export interface ListTargetsRequest {
  indicator_id: string;
  history: boolean;
}

export interface ListTargetsResponse {
  targets: Target[];
}

/** A condition on the series of an indicator that raises an alert. */
export interface Tripwire {
  indicator_id: string;
  area: string;
  comparison: string;
  threshold: number;
  periods: number;
  indicator_code: string;
}

/** What a tripwire said when its indicator's series was last read. */
export interface TripwireReading {
  state: string;
  why: string;
  period: string;
  value: number | null;
  read_at: string;
}

/** An assumption that the plan rests on, or a risk to it. */
export interface Risk {
  id: string;
  lineage_id: string;
  plan_id: string;
  kind: string;
  item_id: string;
  outcome_id: string;
  statement: Text | null;
  likelihood: number;
  impact: number;
  owner_section: string;
  response: Text | null;
  status: string;
  status_note: string;
  tripwire: Tripwire | null;
  reading: TripwireReading | null;
  version: number;
  recorded_at: string;
  recorded_by: string;
  classification: string;
}

export interface AddRiskRequest {
  plan_id: string;
  risk: Risk | null;
}

export interface ReviseRiskRequest {
  plan_id: string;
  version: number;
  risk: Risk | null;
}

export interface RemoveRiskRequest {
  plan_id: string;
  version: number;
  risk_id: string;
}

export interface RemoveRiskResponse {
}

export interface SetRiskStatusRequest {
  plan_id: string;
  version: number;
  risk_id: string;
  status: string;
  note: string;
}

export interface ListRisksRequest {
  plan_id: string;
}

export interface ListRisksResponse {
  risks: Risk[];
}

/** What somebody asks about an item of a plan in review. */
export interface PlanComment {
  id: string;
  plan_id: string;
  item_id: string;
  text: string;
  author: string;
  written_at: string;
  resolved_by: string;
  resolved_at: string;
  version: number;
  own: boolean;
}

export interface AddCommentRequest {
  plan_id: string;
  item_id: string;
  text: string;
}

export interface ResolveCommentRequest {
  plan_id: string;
  version: number;
  comment_id: string;
}

export interface ListCommentsRequest {
  plan_id: string;
}

/** The oldest first. */
export interface ListCommentsResponse {
  comments: PlanComment[];
}

export interface GetWorkPlanRequest {
  plan_id: string;
  section: string;
  language: string;
}

export interface WorkActivity {
  item_id: string;
  number: string;
  statement: Text | null;
  start: string;
  end: string;
  expected_start: string;
  expected_end: string;
  slack_days: number;
  critical: boolean;
  activity_status: string;
  progress_percent: number;
  late: string;
  depends_on: string[];
}

export interface WorkSection {
  section: string;
  activities: WorkActivity[];
}

export interface WorkPlan {
  plan_id: string;
  start: string;
  end: string;
  sections: WorkSection[];
  critical_path: string[];
  undated: string[];
}

export interface ReportProgressRequest {
  plan_id: string;
  version: number;
  item_id: string;
  activity_status: string;
  progress_percent: number;
}

/** A line of the results-based budget (RBB). */
export interface RbbLine {
  id: string;
  kind: string;
  parent_id: string;
  code: string;
  text: Text | null;
  period: string;
  version: number;
  recorded_at: string;
  recorded_by: string;
}

export interface SetRbbLineRequest {
  line: RbbLine | null;
}

export interface RemoveRbbLineRequest {
  line_id: string;
  version: number;
}

export interface RemoveRbbLineResponse {
}

export interface GetRbbCrosswalkRequest {
  plan_id: string;
  period: string;
}

export interface RbbLink {
  item_id: string;
  line_id: string;
  linked: boolean;
}

export interface RbbCrosswalk {
  plan_id: string;
  lines: RbbLine[];
  links: RbbLink[];
  unlinked_item_ids: string[];
  unlinked_line_ids: string[];
  periods: string[];
}

export interface RenderRbbCrosswalkRequest {
  plan_id: string;
  period: string;
  language: string;
}

export interface SetRbbLinkRequest {
  plan_id: string;
  item_id: string;
  line_id: string;
  linked: boolean;
}

export interface RenderWorkbookRequest {
  plan_id: string;
  language: string;
}

export interface WorkbookRequest {
  plan_id: string;
  workbook: string;
  remove_missing: boolean;
  take_mine: boolean;
  layout: WorkbookLayout | null;
  default_section: string;
  default_component: string;
  default_dimension: string;
  version: number;
  digest: string;
  language: string;
}

/** How a workbook that was not made here is laid out. */
export interface WorkbookLayout {
  sheet: string;
  heading_row: number;
  shape: string;
  columns: Record<string, string>;
  language: string;
}

export interface WorkbookField {
  field: string;
  cell: string;
  before: string;
  after: string;
  conflict: boolean;
}

export interface WorkbookChange {
  what: string;
  change: string;
  name: string;
  cell: string;
  fields: WorkbookField[];
}

export interface WorkbookProblem {
  cell: string;
  message: string;
}

/** A column of a workbook of another make. */
export interface WorkbookColumn {
  column: string;
  heading: string;
  samples: string[];
  field: string;
}

/** How a workbook of another make was read. */
export interface WorkbookReading {
  layout: WorkbookLayout | null;
  sheets: string[];
  columns: WorkbookColumn[];
}

export interface WorkbookPreview {
  plan_id: string;
  version: number;
  digest: string;
  applied: boolean;
  changes: WorkbookChange[];
  problems: WorkbookProblem[];
  added: number;
  changed: number;
  moved: number;
  gone: number;
  missing: number;
  unchanged: number;
  conflicts: number;
  reading: WorkbookReading | null;
}
