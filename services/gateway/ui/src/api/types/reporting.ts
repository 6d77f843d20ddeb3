// Written by scripts/types.mjs from proto/cpas/reporting/v1; do not edit.

import type { TableQuery, Text } from "./common";

export interface ListReadsFromOutsideRequest {
  before: string;
  page_size: number;
}

export interface ListReadsFromOutsideResponse {
  reads: OutsideRead[];
  next_before: string;
}

/** A read of the mission from outside. */
export interface OutsideRead {
  id: string;
  at: string;
  account_id: string;
  account_name: string;
  call: string;
  text: Text | null;
  clearance: string;
}

export interface AcrossMission {
  code: string;
  name: string;
  state: string;
  known_at: string;
}

export interface ListSharedIndicatorsRequest {
}

export interface ListSharedIndicatorsResponse {
  indicators: SharedIndicator[];
  missions: AcrossMission[];
}

/** An indicator of the library that missions have in use. */
export interface SharedIndicator {
  library_code: string;
  name: Text | null;
  unit: string;
  frequency: string;
  missions: string[];
  cautioned: string[];
}

export interface GetAcrossMissionsRequest {
  library_code: string;
  frequency: string;
  first_period: string;
  last_period: string;
}

/** One indicator of the library as missions × periods. */
export interface AcrossMissions {
  library_code: string;
  name: Text | null;
  unit: string;
  direction: string;
  frequency: string;
  frequencies: string[];
  periods: string[];
  ranked_period: string;
  library_version: number;
  rows: AcrossRow[];
}

export interface AcrossRow {
  mission: AcrossMission | null;
  indicator_code: string;
  unit: string;
  frequency: string;
  library_version: number;
  cautions: DefinitionCaution[];
  cells: AcrossCell[];
  rank: number;
  apart: boolean;
}

export interface DefinitionCaution {
  field: string;
  own: string;
  library: string;
}

export interface AcrossCell {
  kind: string;
  value: number | null;
}

export interface CompareMissionsRequest {
  one: string;
  other: string;
}

export interface MissionComparison {
  one: MissionStanding | null;
  other: MissionStanding | null;
  indicators: ComparedIndicator[];
}

/** How what a mission wants stands, by the plan in force. */
export interface MissionStanding {
  mission: AcrossMission | null;
  objectives: StatusCount[];
  outcomes: StatusCount[];
}

export interface StatusCount {
  status: string;
  count: number;
}

export interface ComparedIndicator {
  library_code: string;
  name: Text | null;
  unit: string;
  direction: string;
  one: ComparedSide | null;
  other: ComparedSide | null;
}

export interface ComparedSide {
  indicator_code: string;
  unit: string;
  value: number | null;
  period: string;
  status: string;
  cautions: DefinitionCaution[];
}

export interface ListLateMissionsRequest {
}

export interface ListLateMissionsResponse {
  missions: LateMission[];
}

export interface LateMission {
  mission: AcrossMission | null;
  map: LateMap | null;
  indicators: number;
  indicators_late: number;
  late_indicators: LateIndicator[];
  late_assessments: LateAssessment[];
  recommendations_late: number;
  most_days_late: number;
  assessments_late: number;
}

export interface LateMap {
  due: string;
  days_late: number;
}

export interface LateIndicator {
  code: string;
  name: Text | null;
  due_period: string;
  latest_period: string;
}

export interface LateAssessment {
  id: string;
  title: Text | null;
  state: string;
  due: string;
  days_late: number;
}

export interface GetRecommendationsAcrossMissionsRequest {
}

export interface RecommendationsAcrossMissions {
  missions: AcrossMission[];
  counts: RecommendationCount[];
  by_theme: RecommendationCount[];
}

export interface RecommendationCount {
  mission: string;
  kind: string;
  state: string;
  count: number;
  late: number;
  theme: string;
}

export interface GetThemesAcrossMissionsRequest {
}

export interface ThemesAcrossMissions {
  missions: AcrossMission[];
  counts: ThemeCount[];
  by_region: ThemeCount[];
  regions: MissionsOfRegion[];
  without_plan: string[];
}

/** Missions whose countries lie in a sub-region of M49. */
export interface MissionsOfRegion {
  code: string;
  name: Text | null;
  missions: string[];
}

/** What the plan in force of a mission has under a marker. */
export interface ThemeCount {
  theme: string;
  mission: string;
  outcomes: number;
  outputs: number;
  indicators: number;
  statuses: StatusCount[];
  ratings: StatusCount[];
  performance: StatusCount[];
  unrated: number;
  better: number;
  same: number;
  worse: number;
  unknown: number;
  recommendations: RecommendationCount[];
  region: string;
}

export interface GetThemeAcrossMissionsRequest {
  theme: string;
}

/** What is behind the counts of one theme. */
export interface ThemeAcrossMissions {
  theme: string;
  missions: AcrossMission[];
  items: ThemeItem[];
  recommendations: ThemeRecommendation[];
  shared: ThemeShared[];
  items_count: number;
  recommendations_count: number;
}

/** An outcome or output of a plan in force that carries the theme. */
export interface ThemeItem {
  mission: string;
  lineage_id: string;
  kind: string;
  number: string;
  statement: Text | null;
  status: string;
  rating: string;
  performance: string;
  assessment_id: string;
  markers: string[];
  indicators: ThemeIndicator[];
}

export interface ThemeIndicator {
  code: string;
  name: Text | null;
  unit: string;
  value: number | null;
  period: string;
  status: string;
  since_last: string;
  library_code: string;
}

export interface ThemeRecommendation {
  mission: string;
  id: string;
  text: Text | null;
  kind: string;
  state: string;
  due: string;
  days_late: number;
}

/** An indicator of the library over the missions that measure the theme with it. */
export interface ThemeShared {
  library_code: string;
  name: Text | null;
  unit: string;
  how: string;
  period: string;
  value: number | null;
  numerator: number | null;
  denominator: number | null;
  missions: string[];
  left_out: ThemeLeftOut[];
}

export interface ThemeLeftOut {
  mission: string;
  why: string;
  cautions: DefinitionCaution[];
}

/** What a tile shows. */
export interface DashboardQuery {
  indicator_codes: string[];
  area: string;
  level: number | null;
  dimensions: string[];
  most: number;
  outcome: string;
  events: boolean;
}

export interface DashboardTile {
  id: string;
  kind: string;
  width: number;
  title: Text | null;
  text: Text | null;
  query: DashboardQuery | null;
}

/** What all tiles are narrowed to; an empty field narrows nothing. */
export interface DashboardFilters {
  from: string;
  until: string;
  area: string;
  component: string;
  marker: string;
}

export interface Dashboard {
  id: string;
  title: Text | null;
  tiles: DashboardTile[];
  filters: DashboardFilters | null;
  shared: boolean;
  version: number;
  made_by: string;
  recorded_by: string;
  recorded_at: string;
  classification: string;
  mine: boolean;
  may_change: boolean;
  removed_at: string;
}

export interface DraftDashboardRequest {
  title: Text | null;
  tiles: DashboardTile[];
  filters: DashboardFilters | null;
  shared: boolean;
  classification: string;
}

export interface ReviseDashboardRequest {
  id: string;
  version: number;
  title: Text | null;
  tiles: DashboardTile[];
  filters: DashboardFilters | null;
  shared: boolean;
  classification: string;
}

export interface GetDashboardRequest {
  id: string;
}

export interface ListDashboardsRequest {
  removed: boolean;
}

export interface ListDashboardsResponse {
  dashboards: Dashboard[];
}

export interface CopyDashboardRequest {
  id: string;
  title: Text | null;
}

export interface MoveDashboardRequest {
  id: string;
  version: number;
}

export interface ReadDashboardRequest {
  id: string;
  from: string;
  until: string;
  area: string;
  component: string;
  marker: string;
  unfiltered: boolean;
}

export interface RenderDashboardRequest {
  id: string;
  format: string;
  language: string;
}

/** A table that stands behind the tiles: Tiles, TileValues, TileRecommendations, TileTasks or TileFindings. */
export interface ReadDashboardTableRequest {
  id: string;
  tile: string;
  query: TableQuery | null;
}

export interface PreviewDashboardRequest {
  tiles: DashboardTile[];
  filters: DashboardFilters | null;
}

export interface DashboardData {
  tiles: TileData[];
  indicators: DashboardIndicator[];
  areas: DashboardArea[];
  known_at: string;
  filters: DashboardFilters | null;
}

export interface DashboardIndicator {
  code: string;
  name: Text | null;
  unit: string;
  direction: string;
  frequency: string;
  baseline_value: number | null;
}

export interface DashboardArea {
  code: string;
  name: Text | null;
}

export interface TileData {
  tile_id: string;
  state: string;
  not_available: string[];
  filtered_out: string[];
  without_data: string[];
  series: TileSeries[];
  period: string;
  left_out: number;
  tasks: DashboardTask[];
  recommendations: TileRecommendations | null;
  level: number | null;
  outcome: TileOutcome | null;
  events: TileEvents | null;
}

export interface TileOutcome {
  lineage_id: string;
  number: string;
  statement: Text | null;
  status: string;
  ratings: TileRating[];
  latest: TileRating | null;
}

/** A finding about an outcome. */
export interface TileRating {
  finding_id: string;
  assessment_id: string;
  assessment: Text | null;
  progress_rating: string;
  performance_rating: string;
  direction: string;
  confidence: string;
  narrative: Text | null;
  evidence: number;
  recorded_at: string;
  evidence_path: string;
}

export interface TileEvents {
  known: boolean;
  places: TilePlace[];
  events: number;
  first_date: string;
  last_date: string;
  cell_degrees: number;
  classification: string;
}

export interface TilePlace {
  area: string;
  longitude: number | null;
  latitude: number | null;
  events: number;
  deaths_best: number;
  without_deaths: number;
}

export interface TileSeries {
  indicator_code: string;
  area: string;
  slice: string;
  points: TilePoint[];
  targets: TileTarget[];
  status: string;
  next_target: TileTarget | null;
}

export interface TilePoint {
  period: string;
  value: number | null;
  kind: string;
  target: number | null;
  target_low: number | null;
  target_high: number | null;
}

export interface TileTarget {
  period: string;
  value: number | null;
  low: number | null;
  high: number | null;
}

export interface DashboardTask {
  kind: string;
  text: Text | null;
  count: number;
  path: string;
}

export interface TileRecommendations {
  open: number;
  due: number;
  late: number;
  listed: TileRecommendation[];
}

export interface TileRecommendation {
  id: string;
  text: Text | null;
  owner_section: string;
  due: string;
  state: string;
  days_late: number;
  evidence_path: string;
}

export interface OpenOutsideRequest {
  id: string;
  indexed: boolean;
}

export interface CloseOutsideRequest {
  id: string;
}

export interface GetOutsideRequest {
  id: string;
}

/** Where a paper is read outside, and how often it was. Whoever reads it is not known. */
export interface OutsideAddress {
  fact_sheet_id: string;
  key: string;
  indexed: boolean;
  opened_at: string;
  opened_by: string;
  closed_at: string;
  closed_by: string;
  reads: number;
  counts: OutsideCount[];
}

export interface OutsideCount {
  document: string;
  reads: number;
}

export interface ReadOutsideRequest {
  key: string;
  language: string;
  format: string;
  counted: boolean;
  base: string;
}

/** A paper as it is read outside. */
export interface OutsidePaper {
  state: string;
  content: string;
  content_type: string;
  file_name: string;
  indexed: boolean;
}

export interface GetMissionHomeRequest {
  skip_objectives: number;
}

export interface HomeIndicator {
  id: string;
  code: string;
  name: Text | null;
  unit: string;
  direction: string;
  status: string;
  latest_value: number | null;
  latest_period: string;
  target: number | null;
  spark: SparkPoint[];
}

export interface SparkPoint {
  period: string;
  value: number | null;
}

export interface HomeOutcome {
  lineage_id: string;
  number: string;
  statement: Text | null;
  status: string;
  indicators: HomeIndicator[];
}

export interface HomeObjective {
  lineage_id: string;
  number: string;
  statement: Text | null;
  status: string;
  outcomes: HomeOutcome[];
}

export interface HomeChange {
  at: string;
  what: string;
  text: Text | null;
  path: string;
}

export interface HomeTask {
  kind: string;
  text: Text | null;
  count: number;
  path: string;
}

export interface MissionHome {
  objectives: HomeObjective[];
  changes: HomeChange[];
  tasks: HomeTask[];
  known_at: string;
  areas: number;
  stakeholders: number;
  indicators: number;
  observations: number;
  objectives_count: number;
  objectives_skipped: number;
}

export interface GetIndicatorPageRequest {
  indicator: string;
}

export interface IndicatorPage {
  indicator: HomeIndicator | null;
  areas: IndicatorAreaRow[];
  known_at: string;
}

export interface IndicatorAreaRow {
  area: string;
  name: Text | null;
  points: SparkPoint[];
}

/** One part of a fact sheet. */
export interface Block {
  id: string;
  kind: string;
  text: Text | null;
  query: NumberQuery | null;
}

/** A number, or a series of them, bound to what it is computed from. */
export interface NumberQuery {
  indicator_code: string;
  area: string;
  period: string;
  slice: string;
  first_period: string;
  more_indicator_codes: string[];
}

export interface FactSheetNumber {
  id: string;
  block_id: string;
  query: NumberQuery | null;
  value: number | null;
  period: string;
  unit: string;
  kind: string;
  source: Text | null;
  as_known_at: string;
  target: number | null;
  baseline: number | null;
  baseline_period: string;
}

export interface FactSheet {
  id: string;
  title: Text | null;
  audience: string;
  state: string;
  assessment_id: string;
  blocks: Block[];
  numbers: FactSheetNumber[];
  snapshot_at: string;
  snapshot_sha256: string;
  version: number;
  recorded_at: string;
  recorded_by: string;
  cleared_by: string;
  published_by: string;
  published_at: string;
  reason: string;
  classification: string;
  signed_by_key: string;
  touched: FactSheetTouch | null;
  template: string;
}

export interface FactSheetTouch {
  first_at: string;
  last_at: string;
  changes: number;
  indicator_codes: string[];
  number_ids: string[];
}

export interface DraftFactSheetRequest {
  title: Text | null;
  audience: string;
  assessment_id: string;
  blocks: Block[];
  template: string;
}

export interface ReviseFactSheetRequest {
  id: string;
  version: number;
  title: Text | null;
  audience: string;
  blocks: Block[];
}

export interface GetFactSheetRequest {
  id: string;
}

export interface ListFactSheetsRequest {
}

export interface ListFactSheetsResponse {
  fact_sheets: FactSheet[];
}

export interface MoveFactSheetRequest {
  id: string;
  version: number;
  reason: string;
}

export interface RenderFactSheetRequest {
  id: string;
  format: string;
  language: string;
}

export interface GetFactSheetManifestRequest {
  id: string;
  language: string;
}

export interface FactSheetManifest {
  manifest: string;
  file_name: string;
}

export interface GetPaperKeyRequest {
}

export interface PaperKey {
  key_id: string;
  public_pem: string;
}

export interface ExplainNumberRequest {
  fact_sheet_id: string;
  number_id: string;
}

export interface NumberExplanation {
  number: FactSheetNumber | null;
  formula: Text | null;
  sources: NumberSource[];
  total: number;
  events: NumberEvent[];
  events_total: number;
}

/** An event behind a number: type, days and area as they were known when the number was; the rest as it stands. */
export interface NumberEvent {
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

export interface NumberSource {
  observation_id: string;
  period: string;
  area: string;
  slice: string;
  value: number | null;
  numerator: number | null;
  denominator: number | null;
  state: string;
  recorded_at: string;
  recorded_by: string;
  batch_id: string;
  batch_row: number;
  file_name: string;
  file_sha256: string;
}

export interface GetLeadershipViewRequest {
  skip_objectives: number;
}

export interface LeadershipView {
  objectives: LeadershipObjective[];
  worsened: Worsened[];
  worsened_count: number;
  decisions: DueDecision[];
  late: LateRecommendation[];
  alerts: LeadershipAlert[];
  known_at: string;
  objectives_count: number;
  objectives_skipped: number;
}

export interface LeadershipObjective {
  lineage_id: string;
  number: string;
  statement: Text | null;
  status: string;
  outcomes: HomeOutcome[];
}

export interface Worsened {
  code: string;
  name: Text | null;
  unit: string;
  direction: string;
  status_before: string;
  status: string;
  value_before: number | null;
  period_before: string;
  value: number | null;
  period: string;
  outcome: Text | null;
  statement: Text | null;
  path: string;
  assessment_path: string;
}

export interface DueDecision {
  kind: string;
  id: string;
  title: Text | null;
  state: string;
  since: string;
  path: string;
  evidence_path: string;
}

export interface LateRecommendation {
  id: string;
  text: Text | null;
  owner_section: string;
  due: string;
  days_late: number;
  state: string;
  path: string;
  evidence_path: string;
}

export interface LeadershipAlert {
  kind: string;
  text: Text | null;
  at: string;
  path: string;
}

export interface RebuildReadModelRequest {
}

export interface GetReadModelStateRequest {
}

export interface ReadModelState {
  state: string;
  events: number;
  last_event_at: string;
  checksum: string;
  dead_letters: number;
}

export interface GetTimeLineRequest {
  first_month: string;
  last_month: string;
}

export interface GetTimeLinesAcrossMissionsRequest {
  missions: string;
  first_month: string;
  last_month: string;
}

export interface TimeLinesAcrossMissions {
  lines: TimeLine[];
}

export interface TimeLine {
  mission: AcrossMission | null;
  first_month: string;
  last_month: string;
  series: TimeLineSeries[];
  marks: TimeLineMark[];
  marks_left_out: number;
}

/** An indicator of what happens around the mission, for the mission as a whole. */
export interface TimeLineSeries {
  indicator_code: string;
  name: Text | null;
  unit: string;
  frequency: string;
  measure: string;
  event_kinds: string[];
  points: TimeLinePoint[];
  changes: TimeLineChange[];
  analysed_until: string;
}

export interface TimeLinePoint {
  period: string;
  value: number | null;
  kind: string;
}

/** A change of level. */
export interface TimeLineChange {
  period: string;
  change: string;
  before: number;
  after: number;
}

export interface TimeLineMark {
  kind: string;
  at: string;
  text: Text | null;
  rating: string;
  path: string;
  detail: Text | null;
  period: string;
  value: number | null;
  unit: string;
}
