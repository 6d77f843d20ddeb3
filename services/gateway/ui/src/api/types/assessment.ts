// Written by scripts/types.mjs from proto/cpas/assessment/v1; do not edit.

import type { Text } from "./common";

export interface Assessment {
  id: string;
  title: Text | null;
  kind: string;
  period: string;
  plan_id: string;
  plan_number: number;
  cut_off: string;
  participants: string[];
  state: string;
  version: number;
  recorded_at: string;
  recorded_by: string;
  frozen_at: string;
  classification: string;
  follows_id: string;
}

export interface ScheduleAssessmentRequest {
  title: Text | null;
  kind: string;
  period: string;
  plan_id: string;
  participants: string[];
  follows_id: string;
}

export interface GetAssessmentRequest {
  id: string;
}

export interface ListAssessmentsRequest {
}

export interface ListAssessmentsResponse {
  assessments: Assessment[];
}

export interface FreezeAssessmentRequest {
  id: string;
  version: number;
  cut_off: string;
}

export interface MoveAssessmentRequest {
  id: string;
  version: number;
}

export interface AnalysisPoint {
  period: string;
  value: number | null;
  level: number | null;
  season: number | null;
}

/** What was computed of one indicator's series, with all that is needed to compute it again. */
export interface Analysis {
  id: string;
  assessment_id: string;
  indicator_id: string;
  indicator_code: string;
  indicator_name: Text | null;
  unit: string;
  direction: string;
  definition_version: number;
  area: string;
  points: AnalysisPoint[];
  latest_value: number | null;
  latest_period: string;
  baseline: number | null;
  target: number | null;
  target_low: number | null;
  target_high: number | null;
  target_period: string;
  achievement: number | null;
  status: string;
  trend: string;
  mann_kendall_s: number | null;
  mann_kendall_tau: number | null;
  mann_kendall_p: number | null;
  slope: number | null;
  slope_low: number | null;
  slope_high: number | null;
  n: number;
  method: string;
  statement: Text | null;
  cautions: Text[];
  change_points: ChangePoint[];
  outlier_periods: string[];
  latest_low: number | null;
  latest_high: number | null;
  hamed_rao_p: number | null;
  trend_q: number | null;
  trends_tested: number;
  difference: Difference | null;
  seasons: Seasons | null;
  gaps: Gap[];
  forecast: Forecast | null;
}

/** How far groups are apart. */
export interface Gap {
  dimension: string;
  period: string;
  highest: string;
  highest_value: number;
  lowest: string;
  lowest_value: number;
  groups: number;
  difference: number;
  low: number | null;
  high: number | null;
  since: string;
  movement: string;
  p: number | null;
  n: number;
  worse: string;
  statement: Text | null;
}

/** A forecast to the target, by exponential smoothing. */
export interface Forecast {
  target: ForecastStep | null;
  chance: number;
  shape: string;
  alpha: number;
  beta: number;
  phi: number;
  seasonal: boolean;
  n: number;
  draws: number;
  seed: number;
  steps: ForecastStep[];
  origins: number;
  values_tried: number;
  values_held: number;
  error_share: number | null;
}

/** A period ahead, with its 95 % interval. */
export interface ForecastStep {
  period: string;
  value: number;
  low: number;
  high: number;
}

/** What comes back every year. Level and season of each period stand with the points. */
export interface Seasons {
  strength: number;
  highest_period: string;
  highest: number;
  lowest_period: string;
  lowest: number;
  level_before: number;
  level: number;
  p: number | null;
}

/** Later less earlier, with its 95 % interval. */
export interface Difference {
  since: string;
  before: number;
  difference: number;
  low: number;
  high: number;
}

/** Where the level of a series changes. */
export interface ChangePoint {
  period: string;
  change: string;
  before: number;
  after: number;
}

export interface ListAnalysesRequest {
  assessment_id: string;
}

export interface ListAnalysesResponse {
  analyses: Analysis[];
}

/** One of the checks behind a contribution, with its words. */
export interface ContributionCheck {
  check: string;
  result: string;
  text: Text | null;
}

/** One area and period behind a contribution. */
export interface ContributionCell {
  area: string;
  period: string;
  dose: number | null;
  outcome: number | null;
}

/** What one area does to the numbers. */
export interface ContributionArea {
  area: string;
  dose_share: number;
  outcome_share: number;
  coefficient_without: number | null;
}

/** The part of an area without the output in a mix. */
export interface MixShare {
  area: string;
  share: number;
}

/** An area that took the output up, against the mix of areas without it that followed it most closely before. */
export interface MixedArea {
  area: string;
  start: string;
  periods_before: number;
  mix: MixShare[];
  distance_before: number;
  distance_after: number;
  gap: number;
  p: number;
  follows: boolean;
}

/** Synthetic control: areas that took the output up against mixes of areas without it. */
export interface SyntheticControl {
  statement: Text | null;
  applies: boolean;
  gap: number;
  ratio: number;
  p: number;
  p_least: number;
  areas_without: number;
  periods: number;
  areas_left_out: number;
  areas: MixedArea[];
  method: string;
}

/** The effect at so many periods since the start. */
export interface EffectAtTime {
  since: number;
  effect: number;
  error: number;
  areas: number;
}

/** Areas that took the output up, at different times, against those that had not yet. */
export interface StaggeredStarts {
  statement: Text | null;
  applies: boolean;
  effect: number;
  low: number;
  high: number;
  p: number;
  jackknife: number;
  error: number;
  areas: number;
  areas_starting: number;
  areas_without: number;
  cohorts: number;
  never_only: boolean;
  periods: number;
  areas_left_out: number;
  by_time: EffectAtTime[];
  method: string;
}

/** How far the data speak for a contribution of an output to an outcome, by one indicator of each. */
export interface OutputContribution {
  id: string;
  assessment_id: string;
  outcome_lineage_id: string;
  output_lineage_id: string;
  outcome_indicator_code: string;
  outcome_indicator_name: Text | null;
  outcome_unit: string;
  output_indicator_code: string;
  output_indicator_name: Text | null;
  output_unit: string;
  hypothesis: Text | null;
  expected_lag_months: number;
  strength: string;
  grade: string;
  statement: Text | null;
  reasons: Text[];
  checks: ContributionCheck[];
  coefficient: number | null;
  low: number | null;
  high: number | null;
  p: number | null;
  cr1: number | null;
  cr3: number | null;
  areas: number;
  periods: number;
  n: number;
  lag_periods: number;
  frequency: string;
  method: string;
  seed: number;
  draws: number;
  by_area: ContributionArea[];
  cells: ContributionCell[];
  classification: string;
  synthetic: SyntheticControl | null;
  staggered: StaggeredStarts | null;
}

export interface ListChangesSinceRequest {
  assessment_id: string;
}

/** One change since the assessment before. */
export interface ChangeSince {
  what: string;
  indicator_code: string;
  area: string;
  outcome_lineage_id: string;
  before: string;
  after: string;
  importance: number;
  statement: Text | null;
  record_ids: string[];
}

export interface ChangesSince {
  earlier: Assessment | null;
  changes: ChangeSince[];
  count: number;
}

export interface ListContributionsRequest {
  assessment_id: string;
}

export interface ListContributionsResponse {
  contributions: OutputContribution[];
}

export interface GetContributionRequest {
  id: string;
}

export interface GetHotSpotsRequest {
  assessment_id: string;
}

/** A place with those near it, against what chance would put there (Getis and Ord's Gi*). */
export interface Spot {
  z: number;
  p: number;
  q: number;
  heat: string;
}

export interface AreaSpot {
  area: string;
  name: Text | null;
  events: number;
  neighbours: number;
  spot: Spot | null;
}

export interface HexagonSpot {
  longitude: number;
  latitude: number;
  area: string;
  events: number;
  spot: Spot | null;
}

/** More events in a place and time than the place's and the time's share of all would make. */
export interface EventCluster {
  longitude: number;
  latitude: number;
  radius_km: number;
  area: string;
  first_date: string;
  last_date: string;
  events: number;
  expected: number;
  ratio: number;
  p: number;
}

/** Where the events of a period gather. Each of the three has a sentence: what it says, or why it does not apply. */
export interface HotSpots {
  assessment_id: string;
  events: number;
  areas_statement: Text | null;
  areas: AreaSpot[];
  hexagons_statement: Text | null;
  hexagons: HexagonSpot[];
  hexagons_tested: number;
  hexagon_edge_km: number;
  clusters_statement: Text | null;
  clusters: EventCluster[];
  method: string;
  seed: number;
  draws: number;
}

/** What a finding rests on. */
export interface EvidenceReference {
  kind: string;
  id: string;
  note: string;
}

export interface Finding {
  id: string;
  assessment_id: string;
  outcome_lineage_id: string;
  question: string;
  progress_rating: string;
  performance_rating: string;
  direction: string;
  narrative: Text | null;
  evidence: EvidenceReference[];
  alternative_explanations: string;
  confidence: string;
  dissent: string;
  version: number;
  recorded_at: string;
  recorded_by: string;
  classification: string;
  narrative_state: string;
}

export interface RecordFindingRequest {
  finding: Finding | null;
}

export interface ListFindingsRequest {
  assessment_id: string;
}

export interface ListFindingsResponse {
  findings: Finding[];
}

export interface ListFindingsByReferenceRequest {
  kind: string;
  id: string;
}

export interface ListFindingsByReferenceResponse {
  findings: ReferringFinding[];
}

/** A finding that rests on a record. */
export interface ReferringFinding {
  finding: Finding | null;
  assessment_title: Text | null;
  assessment_state: string;
}

export interface Recommendation {
  id: string;
  assessment_id: string;
  text: Text | null;
  kind: string;
  owner_section: string;
  due: string;
  indicator_codes: string[];
  finding_ids: string[];
  state: string;
  decision_reason: string;
  decided_by: string;
  decided_at: string;
  plan_change_id: string;
  version: number;
  recorded_at: string;
  recorded_by: string;
  classification: string;
  duplicate_of: string;
  plan_change_state: string;
  changed_plan_id: string;
  changed_plan_number: number;
  changed_plan_state: string;
  implemented_at: string;
  effect_known_at: string;
  themes: string[];
}

export interface ProposeRecommendationRequest {
  recommendation: Recommendation | null;
}

export interface DecideRecommendationRequest {
  id: string;
  version: number;
  decision: string;
  reason: string;
}

export interface ProgressRecommendationRequest {
  id: string;
  version: number;
  to: string;
  reason: string;
  effect_known_at: string;
}

export interface ListRecommendationsRequest {
  assessment_id: string;
}

export interface ListRecommendationsResponse {
  recommendations: Recommendation[];
}

export interface Decision {
  id: string;
  recommendation_id: string;
  decision: string;
  reason: string;
  decided_by: string;
  decided_at: string;
  finding_ids: string[];
  findings: DecidedFinding[];
}

/** A finding as it read when a decision was taken on it. */
export interface DecidedFinding {
  finding_id: string;
  version: number;
  question: string;
  narrative: Text | null;
  progress_rating: string;
  performance_rating: string;
  newest_version: number;
}

export interface FindSimilarRecommendationsRequest {
  text: Text | null;
  indicator_codes: string[];
  finding_ids: string[];
  id: string;
}

export interface FindSimilarRecommendationsResponse {
  similar: SimilarRecommendation[];
}

export interface SimilarRecommendation {
  recommendation: Recommendation | null;
  likeness: number;
  shared_indicator_codes: string[];
  same_outcome: boolean;
  assessment_title: Text | null;
  assessment_period: string;
}

export interface LinkDuplicateRecommendationRequest {
  id: string;
  version: number;
  duplicate_of: string;
}

export interface ListDecisionsRequest {
}

export interface ListDecisionsResponse {
  decisions: Decision[];
}

/** The workshop of an assessment: outcome after outcome, votes and decisions. */
export interface Workshop {
  assessment_id: string;
  assessment_title: Text | null;
  state: string;
  version: number;
  room_classification: string;
  at_outcome_lineage_id: string;
  agenda: WorkshopAgendaItem[];
  presences: WorkshopPresence[];
  votes: WorkshopVote[];
  decisions: WorkshopDecision[];
  dissents: WorkshopDissent[];
  remarks: WorkshopRemark[];
  corrections: WorkshopCorrection[];
  steps: WorkshopStep[];
  classification: string;
  votes_here: boolean;
}

export interface WorkshopAgendaItem {
  outcome_lineage_id: string;
  number: string;
  statement: Text | null;
  lead_section: string;
}

export interface WorkshopStep {
  step: string;
  reason: string;
  recorded_at: string;
  recorded_by: string;
  recorded_by_name: string;
}

/** Somebody in the room, or following from the field. */
export interface WorkshopPresence {
  id: string;
  assessment_id: string;
  account_id: string;
  name: string;
  section: string;
  component: string;
  votes: boolean;
  joined_at: string;
  left_at: string;
}

export interface WorkshopBallot {
  account_id: string;
  name: string;
  component: string;
  choice: string;
}

export interface WorkshopCount {
  choice: string;
  count: number;
}

/** Of an open vote; who is of no component stands under the empty one. */
export interface WorkshopComponentCount {
  component: string;
  counts: WorkshopCount[];
}

export interface WorkshopVote {
  id: string;
  assessment_id: string;
  outcome_lineage_id: string;
  finding_id: string;
  finding_question: string;
  question: string;
  text: Text | null;
  secret: boolean;
  state: string;
  version: number;
  choices: string[];
  voted: number;
  may_vote: number;
  counts: WorkshopCount[];
  by_component: WorkshopComponentCount[];
  ballots: WorkshopBallot[];
  suppressed: boolean;
  mine: string;
  has_voted: boolean;
  opened_at: string;
  closed_at: string;
  classification: string;
}

export interface WorkshopDecision {
  id: string;
  assessment_id: string;
  outcome_lineage_id: string;
  text: Text | null;
  proposed_by: string;
  vote_id: string;
  finding_id: string;
  finding_question: string;
  finding_version: number;
  progress_rating: string;
  performance_rating: string;
  recommendation_id: string;
  recorded_at: string;
  recorded_by: string;
  recorded_by_name: string;
  classification: string;
}

export interface WorkshopDissent {
  id: string;
  assessment_id: string;
  outcome_lineage_id: string;
  finding_id: string;
  finding_question: string;
  text: string;
  recorded_at: string;
  recorded_by: string;
  recorded_by_name: string;
  component: string;
  classification: string;
}

export interface WorkshopRemark {
  assessment_id: string;
  outcome_lineage_id: string;
  text: Text | null;
  version: number;
  recorded_at: string;
  recorded_by_name: string;
  classification: string;
}

export interface WorkshopCorrection {
  id: string;
  assessment_id: string;
  text: Text | null;
  recorded_at: string;
  recorded_by: string;
  recorded_by_name: string;
  classification: string;
}

export interface WorkshopOutcome {
  assessment_id: string;
  outcome_lineage_id: string;
  analyses: Analysis[];
  findings: Finding[];
}

export interface OpenWorkshopRequest {
  assessment_id: string;
  room_classification: string;
}

export interface GetWorkshopRequest {
  assessment_id: string;
  wall: boolean;
}

export interface GetWorkshopOutcomeRequest {
  assessment_id: string;
  outcome_lineage_id: string;
  wall: boolean;
}

export interface ReviseWorkshopRequest {
  assessment_id: string;
  version: number;
  agenda: string[];
  room_classification: string;
}

export interface TurnWorkshopRequest {
  assessment_id: string;
  outcome_lineage_id: string;
}

export interface CloseWorkshopRequest {
  assessment_id: string;
  version: number;
}

export interface ReopenWorkshopRequest {
  assessment_id: string;
  version: number;
  reason: string;
}

export interface JoinWorkshopRequest {
  assessment_id: string;
}

export interface AddWorkshopGuestRequest {
  assessment_id: string;
  name: string;
  section: string;
}

export interface LeaveWorkshopRequest {
  assessment_id: string;
  presence_id: string;
}

export interface OpenWorkshopVoteRequest {
  assessment_id: string;
  outcome_lineage_id: string;
  finding_id: string;
  question: string;
  text: Text | null;
  secret: boolean;
  classification: string;
}

export interface CastWorkshopBallotRequest {
  assessment_id: string;
  vote_id: string;
  choice: string;
  ballot_key: string;
}

export interface CloseWorkshopVoteRequest {
  assessment_id: string;
  vote_id: string;
  version: number;
}

export interface TakeWorkshopDecisionRequest {
  assessment_id: string;
  outcome_lineage_id: string;
  text: Text | null;
  proposed_by: string;
  vote_id: string;
  finding_id: string;
  finding_version: number;
  progress_rating: string;
  performance_rating: string;
  recommendation: Recommendation | null;
  classification: string;
}

export interface RaiseWorkshopDissentRequest {
  assessment_id: string;
  finding_id: string;
  text: string;
}

export interface SetWorkshopRemarkRequest {
  assessment_id: string;
  outcome_lineage_id: string;
  text: Text | null;
  version: number;
  classification: string;
}

export interface CorrectWorkshopMinutesRequest {
  assessment_id: string;
  text: Text | null;
  classification: string;
}

export interface RenderWorkshopMinutesRequest {
  assessment_id: string;
  language: string;
}

export interface WorkshopMinutes {
  document: string;
  file_name: string;
}

export interface GatherEvidenceRequest {
  assessment_id: string;
  outcome_lineage_id: string;
}

export interface GatheredEvidence {
  assessment_id: string;
  outcome_lineage_id: string;
  items: GatheredItem[];
  cautions: Text[];
}

/** Something that a finding on the outcome may rest on. */
export interface GatheredItem {
  kind: string;
  id: string;
  label: string;
  statement: Text | null;
  reasons: Text[];
  relevance: number;
  questions: string[];
  classification: string;
}

/** What somebody says to a finding, by name. As secret as the finding is now. */
export interface FindingComment {
  id: string;
  assessment_id: string;
  finding_id: string;
  text: string;
  recorded_at: string;
  recorded_by: string;
  recorded_by_name: string;
  resolved_at: string;
  resolved_by: string;
  resolved_by_name: string;
  version: number;
  own: boolean;
}

export interface AddFindingCommentRequest {
  assessment_id: string;
  finding_id: string;
  text: string;
}

export interface SettleFindingCommentRequest {
  assessment_id: string;
  id: string;
  version: number;
}

export interface ListFindingCommentsRequest {
  assessment_id: string;
}

export interface ListFindingCommentsResponse {
  comments: FindingComment[];
}

/** Somebody sees a finding otherwise. It stays; as secret as the finding is now. */
export interface FindingDissent {
  id: string;
  assessment_id: string;
  finding_id: string;
  finding_version: number;
  text: string;
  without_name: boolean;
  recorded_by: string;
  recorded_by_name: string;
  recorded_at: string;
}

export interface DissentFromFindingRequest {
  assessment_id: string;
  finding_id: string;
  text: string;
  without_name: boolean;
}

export interface ListFindingDissentsRequest {
  assessment_id: string;
}

export interface ListFindingDissentsResponse {
  dissents: FindingDissent[];
}

/** Where somebody is at work in an assessment. */
export interface Presence {
  account_id: string;
  name: string;
  outcome_lineage_id: string;
  finding_id: string;
  question: string;
  editing: boolean;
}

export interface TellPresenceRequest {
  assessment_id: string;
  outcome_lineage_id: string;
  finding_id: string;
  question: string;
  editing: boolean;
  gone: boolean;
}

export interface ListPresencesRequest {
  assessment_id: string;
}

export interface Presences {
  presences: Presence[];
  lasts_seconds: number;
}

export interface ReopenAssessmentRequest {
  id: string;
  version: number;
  to: string;
  reason: string;
}

/** A step of an assessment: who, when, from where, to where, and why where a reason was needed. */
export interface AssessmentStep {
  from: string;
  to: string;
  reason: string;
  recorded_at: string;
  recorded_by: string;
  recorded_by_name: string;
}

/** A signature under the findings of an assessment, or the refusal of one. */
export interface AssessmentSignature {
  id: string;
  assessment_id: string;
  role: string;
  component: string;
  decision: string;
  remark: string;
  signed_at: string;
  signed_by: string;
  signed_by_name: string;
  clearance: string;
}

/** Somebody who has to sign. */
export interface SignOffRequirement {
  role: string;
  component: string;
  state: string;
  signature: AssessmentSignature | null;
  changed_finding_ids: string[];
  because: Text | null;
  mine: boolean;
}

export interface AssessmentInvitation {
  assessment_id: string;
  account_id: string;
  role: string;
  state: string;
  word: string;
  invited_at: string;
  invited_by: string;
  answered_at: string;
  version: number;
  assessment_title: Text | null;
}

/** A question that the assessment before left open. */
export interface CarriedQuestion {
  outcome_lineage_id: string;
  number: string;
  statement: Text | null;
  question: string;
  answered: boolean;
}

export interface AssessmentCourse {
  assessment_id: string;
  steps: AssessmentStep[];
  sign_off: SignOffRequirement[];
  signatures: AssessmentSignature[];
  invitations: AssessmentInvitation[];
  follows: Assessment | null;
  carried: CarriedQuestion[];
  findings_version: number;
}

export interface GetAssessmentCourseRequest {
  assessment_id: string;
}

export interface SignAssessmentRequest {
  assessment_id: string;
  role: string;
  component: string;
  decision: string;
  remark: string;
  findings_version: number;
}

export interface InviteToAssessmentRequest {
  assessment_id: string;
  account_id: string;
  role: string;
}

export interface AnswerInvitationRequest {
  assessment_id: string;
  accept: boolean;
  word: string;
}

export interface ListMyInvitationsRequest {
}

export interface ListMyInvitationsResponse {
  invitations: AssessmentInvitation[];
}

/** What the cycle of a mission puts into a year. */
export interface AssessmentSlot {
  period: string;
  begins_on: string;
  schedule_from: string;
  assessment_id: string;
  assessment_state: string;
}

export interface AssessmentCycle {
  interval: string;
  kind: string;
  months: number[];
  coordinator_id: string;
  lead_days: number;
  adviser_signs: string;
  components_sign: string[];
  leadership_signs: boolean;
  version: number;
  recorded_at: string;
  recorded_by: string;
  slots: AssessmentSlot[];
}

export interface GetAssessmentCycleRequest {
  year: number;
}

export interface SetAssessmentCycleRequest {
  cycle: AssessmentCycle | null;
  version: number;
}

export interface GetGenderOverviewRequest {
  assessment_id: string;
}

/** An indicator of an outcome or of an output under it, and what is known by sex and age. */
export interface GenderIndicator {
  code: string;
  name: Text | null;
  by_sex: boolean;
  by_age: boolean;
  gaps: Gap[];
}

export interface GenderStatement {
  because: Text | null;
  recorded_at: string;
  recorded_by: string;
  recorded_by_name: string;
  classification: string;
}

export interface GenderOfOutcome {
  outcome_lineage_id: string;
  number: string;
  statement: Text | null;
  gender_marked: boolean;
  poc_marked: boolean;
  indicators: GenderIndicator[];
  answer: string;
  finding_ids: string[];
  not_applicable: GenderStatement | null;
}

export interface GenderOverview {
  assessment_id: string;
  outcomes: GenderOfOutcome[];
  adviser: SignOffRequirement | null;
}

export interface StateGenderNotApplicableRequest {
  assessment_id: string;
  outcome_lineage_ids: string[];
  because: Text | null;
  classification: string;
}

export interface GetRecommendationEffectRequest {
  id: string;
  as_known_at: string;
}

export interface RecommendationEffect {
  recommendation_id: string;
  implemented_at: string;
  as_known_at: string;
  indicators: IndicatorEffect[];
}

/** An indicator before and after; never a cause. */
export interface IndicatorEffect {
  indicator_code: string;
  indicator_id: string;
  indicator_name: Text | null;
  unit: string;
  direction: string;
  result: string;
  n_before: number;
  n_after: number;
  median_before: number | null;
  median_after: number | null;
  difference: number | null;
  low: number | null;
  high: number | null;
  confidence: number | null;
  trend_before: string;
  points: EffectPoint[];
  statement: Text | null;
  cautions: Text[];
  method: string;
}

export interface EffectPoint {
  period: string;
  value: number | null;
  side: string;
}

export interface GetPerformanceRequest {
  assessment_id: string;
}

/** Whether the mission did what it planned, of what was frozen. */
export interface Performance {
  assessment_id: string;
  known: boolean;
  outputs: OutputPerformance[];
  sections: PerformanceGroup[];
  components: PerformanceGroup[];
  timely_from: string;
  timely_until: string;
}

export interface OutputPerformance {
  lineage_id: string;
  number: string;
  statement: Text | null;
  component: string;
  lead_section: string;
  status: string;
  indicators: OutputIndicator[];
  activities: ActivityCounts | null;
  late: LateActivity[];
  timely: number | null;
  timely_of: number | null;
  areas_planned: string[];
  areas_with_data: string[];
  summary: Text | null;
}

export interface OutputIndicator {
  analysis_id: string;
  indicator_id: string;
  code: string;
  name: Text | null;
  unit: string;
  status: string;
  achievement: number | null;
  latest_value: number | null;
  latest_period: string;
  target: number | null;
  target_low: number | null;
  target_high: number | null;
  target_period: string;
}

/** Of the work plan as it was at freezing. */
export interface ActivityCounts {
  all: number;
  done: number;
  under_way: number;
  planned: number;
  cancelled: number;
  late: number;
}

export interface LateActivity {
  number: string;
  statement: Text | null;
  end: string;
  late: string;
}

/** Outputs of a section or component, counted. */
export interface PerformanceGroup {
  name: string;
  outputs: number;
  achieved: number;
  on_track: number;
  at_risk: number;
  off_track: number;
  no_data: number;
  activities: ActivityCounts | null;
  timely: number;
  timely_of: number;
}
