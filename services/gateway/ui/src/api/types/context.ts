// Written by scripts/types.mjs from proto/cpas/context/v1; do not edit.

import type { Text } from "./common";

/** A place of the mission, valid for an interval of time. */
export interface Area {
  id: string;
  code: string;
  name: Text | null;
  level: number;
  parent_code: string;
  valid_from: string;
  valid_to: string;
  geometry: string;
  version: number;
  aliases: string[];
  former_parents: FormerParent[];
  withdrawn: boolean;
}

export interface FormerParent {
  parent_code: string;
  until: string;
}

/** A split of one area into several, or a merge of several into one. */
export interface AreaChange {
  id: string;
  kind: string;
  date: string;
  predecessors: string[];
  successors: AreaPart[];
  share_basis: string;
  note: string;
  moved: AreaMove[];
  undone: boolean;
  version: number;
  recorded_at: string;
  recorded_by_name: string;
  used: boolean;
  share_basis_fr: string;
  note_fr: string;
}

export interface AreaPart {
  code: string;
  share: number | null;
}

export interface AreaMove {
  code: string;
  parent_code: string;
}

/** An area that a change makes. One of this code that is there already and begins on the date is taken as it is. */
export interface SuccessorArea {
  code: string;
  name: Text | null;
  aliases: string[];
  geometry: string;
  share: number | null;
}

export interface SplitAreaRequest {
  code: string;
  date: string;
  parts: SuccessorArea[];
  share_basis: string;
  note: string;
  moved: AreaMove[];
  share_basis_fr: string;
  note_fr: string;
}

export interface MergeAreasRequest {
  codes: string[];
  date: string;
  into: SuccessorArea | null;
  parent_code: string;
  note: string;
  note_fr: string;
}

export interface UndoAreaChangeRequest {
  id: string;
  version: number;
}

export interface ListAreaChangesRequest {
}

export interface ListAreaChangesResponse {
  changes: AreaChange[];
}

export interface ImportAreasRequest {
  geojson: string;
  dry_run: boolean;
}

export interface RejectedFeature {
  index: number;
  code: string;
  reason: string;
}

export interface ImportAreasResponse {
  read: number;
  added: number;
  updated: number;
  unchanged: number;
  rejected: RejectedFeature[];
}

export interface ListAreasRequest {
  with_geometry: boolean;
  on: string;
  level: number | null;
}

export interface ListAreasResponse {
  areas: Area[];
}

export interface FindAreasRequest {
  text: string;
  on: string;
}

export interface AreaMatch {
  area: Area | null;
  fit: string;
}

export interface FindAreasResponse {
  matches: AreaMatch[];
}

/** A dated analysis of what promotes and inhibits peace in some areas. */
export interface ContextMap {
  id: string;
  title: Text | null;
  period: string;
  areas: string[];
  themes: string[];
  narrative: Text | null;
  state: string;
  factors: ContextFactor[];
  version: number;
  recorded_at: string;
  recorded_by: string;
  classification: string;
  published_at: string;
}

export interface ContextFactor {
  id: string;
  kind: string;
  title: Text | null;
  narrative: Text | null;
  effect: string;
  severity: number;
  trend: string;
  confidence: string;
  areas: string[];
  evidence_ids: string[];
  themes: string[];
  gender: number | null;
  gender_note: Text | null;
  poc: boolean | null;
  poc_note: Text | null;
}

export interface DraftContextMapRequest {
  title: Text | null;
  period: string;
  areas: string[];
  themes: string[];
  narrative: Text | null;
  classification: string;
}

export interface ReviseContextMapRequest {
  id: string;
  version: number;
  title: Text | null;
  period: string;
  areas: string[];
  themes: string[];
  narrative: Text | null;
  classification: string;
}

export interface GetContextMapRequest {
  id: string;
}

export interface ListContextMapsRequest {
  page_size: number;
  cursor: string;
}

export interface ListContextMapsResponse {
  context_maps: ContextMap[];
  next_cursor: string;
}

export interface SetContextFactorRequest {
  context_map_id: string;
  version: number;
  factor: ContextFactor | null;
}

export interface RemoveContextFactorRequest {
  context_map_id: string;
  version: number;
  factor_id: string;
}

export interface MoveContextMapRequest {
  id: string;
  version: number;
}

export interface GetMappingScheduleRequest {
}

export interface SetMappingScheduleRequest {
  interval_months: number;
  version: number;
}

/** How often the mission maps its context. */
export interface MappingSchedule {
  interval_months: number;
  latest_id: string;
  due: string;
  overdue: boolean;
  version: number;
  recorded_at: string;
  recorded_by: string;
}

export interface Evidence {
  id: string;
  title: string;
  source: string;
  date: string;
  link: string;
  reliability: string;
  credibility: number;
  classification: string;
  version: number;
  recorded_at: string;
  recorded_by: string;
  file: EvidenceFile | null;
  observation_id: string;
  event_id: string;
}

/** The file of a piece of evidence. */
export interface EvidenceFile {
  name: string;
  content_type: string;
  bytes: number;
  sha256: string;
}

export interface RecordEvidenceRequest {
  title: string;
  source: string;
  date: string;
  link: string;
  reliability: string;
  credibility: number;
  classification: string;
  observation_id: string;
  event_id: string;
}

export interface RecordEvidenceFileRequest {
  evidence: RecordEvidenceRequest | null;
  file_name: string;
  data: string;
}

export interface DownloadEvidenceFileRequest {
  id: string;
}

export interface ListEvidenceUsesRequest {
  id: string;
}

export interface ListEvidenceUsesResponse {
  uses: EvidenceUse[];
}

/** A factor that rests on a piece of evidence. */
export interface EvidenceUse {
  context_map_id: string;
  context_map_title: Text | null;
  context_map_state: string;
  factor_id: string;
  factor_title: Text | null;
}

export interface ListEvidenceRequest {
  page_size: number;
  cursor: string;
}

export interface ListEvidenceResponse {
  evidence: Evidence[];
  next_cursor: string;
}

export interface Stakeholder {
  id: string;
  name: string;
  aliases: string[];
  kind: string;
  areas: string[];
  description: Text | null;
  women_share: number | null;
  classification: string;
  version: number;
  recorded_at: string;
  recorded_by: string;
  also_known: string[];
  merged_into: string;
  former_ids: string[];
}

export interface StakeholderAssessment {
  id: string;
  stakeholder_id: string;
  as_of: string;
  influence: number;
  interest: number;
  stance: number;
  capability: string;
  attitude: string;
  behaviour: string;
  confidence: string;
  note: string;
  recorded_at: string;
  recorded_by: string;
  capability_fr: string;
  attitude_fr: string;
  behaviour_fr: string;
  note_fr: string;
}

export interface RegisterStakeholderRequest {
  name: string;
  aliases: string[];
  kind: string;
  areas: string[];
  description: Text | null;
  women_share: number | null;
  classification: string;
}

export interface ReviseStakeholderRequest {
  id: string;
  version: number;
  name: string;
  aliases: string[];
  kind: string;
  areas: string[];
  description: Text | null;
  women_share: number | null;
  classification: string;
}

export interface GetStakeholderRequest {
  id: string;
}

export interface GetStakeholderResponse {
  stakeholder: Stakeholder | null;
  assessments: StakeholderAssessment[];
  merged: Stakeholder[];
}

export interface MergeStakeholdersRequest {
  id: string;
  version: number;
  other_id: string;
  other_version: number;
}

export interface UndoStakeholderMergeRequest {
  id: string;
  version: number;
}

export interface ListStakeholdersRequest {
  page_size: number;
  cursor: string;
  search: string;
  kind: string;
}

export interface ListStakeholdersResponse {
  stakeholders: Stakeholder[];
  next_cursor: string;
}

export interface AssessStakeholderRequest {
  stakeholder_id: string;
  as_of: string;
  influence: number;
  interest: number;
  stance: number;
  capability: string;
  attitude: string;
  behaviour: string;
  confidence: string;
  note: string;
  capability_fr: string;
  attitude_fr: string;
  behaviour_fr: string;
  note_fr: string;
}

export interface GetStakeholderGridRequest {
  as_of: string;
}

export interface StakeholderPosition {
  stakeholder_id: string;
  name: string;
  kind: string;
  influence: number;
  stance: number;
  as_of: string;
  previous_influence: number | null;
  previous_stance: number | null;
}

export interface StakeholderGrid {
  as_of: string;
  positions: StakeholderPosition[];
  unassessed: Stakeholder[];
}

/** Who has to do with whom. As secret as the more secret of its two ends: who does not see both sees none of it. */
export interface StakeholderRelation {
  id: string;
  from_id: string;
  to_id: string;
  kind: string;
  strength: number;
  from: string;
  until: string;
  note: string;
  version: number;
  recorded_at: string;
  recorded_by: string;
  classification: string;
  from_name: string;
  to_name: string;
  note_fr: string;
}

export interface SetStakeholderRelationRequest {
  id: string;
  version: number;
  from_id: string;
  to_id: string;
  kind: string;
  strength: number;
  from: string;
  until: string;
  note: string;
  note_fr: string;
}

export interface EndStakeholderRelationRequest {
  id: string;
  version: number;
  until: string;
}

export interface ListStakeholderRelationsRequest {
  stakeholder_id: string;
}

export interface ListStakeholderRelationsResponse {
  relations: StakeholderRelation[];
}

export interface GetStakeholderNetworkRequest {
  as_of: string;
}

/** A stakeholder in the network. Measures leave rivalries out: nothing passes along them. */
export interface NetworkStakeholder {
  stakeholder_id: string;
  name: string;
  kind: string;
  classification: string;
  stance: number | null;
  influence: number | null;
  x: number;
  y: number;
  community: number;
  betweenness: number;
  brokerage: number;
}

export interface StakeholderNetwork {
  as_of: string;
  stakeholders: NetworkStakeholder[];
  relations: StakeholderRelation[];
  changes: string[];
  communities: number;
  modularity: number;
  connected_pairs: number;
  unconnected: number;
}

/** How the mission means to change one stakeholder. At least as secret as the stakeholder. */
export interface InfluenceStrategy {
  id: string;
  stakeholder_id: string;
  stakeholder_name: string;
  dimension: string;
  aim: Text | null;
  lever: string;
  owner_section: string;
  risks: Text | null;
  state: string;
  classification: string;
  version: number;
  recorded_at: string;
  recorded_by: string;
}

export interface RecordInfluenceStrategyRequest {
  stakeholder_id: string;
  dimension: string;
  aim: Text | null;
  lever: string;
  owner_section: string;
  risks: Text | null;
  classification: string;
}

export interface ReviseInfluenceStrategyRequest {
  id: string;
  version: number;
  dimension: string;
  aim: Text | null;
  lever: string;
  owner_section: string;
  risks: Text | null;
  classification: string;
  state: string;
}

export interface ListInfluenceStrategiesRequest {
  page_size: number;
  cursor: string;
  stakeholder_id: string;
  not_planned: boolean;
}

/** An outcome that is about the same stakeholder and the same change. */
export interface StrategyOutcome {
  plan_id: string;
  plan_state: string;
  item_id: string;
  number: string;
  statement: Text | null;
}

export interface ListedStrategy {
  strategy: InfluenceStrategy | null;
  take_up: string;
  outcomes: StrategyOutcome[];
}

export interface ListInfluenceStrategiesResponse {
  strategies: ListedStrategy[];
  next_cursor: string;
}

export interface DraftNextContextMapRequest {
  from_id: string;
  title: Text | null;
  period: string;
}

export interface CompareContextMapsRequest {
  before_id: string;
  after_id: string;
}

/** A factor in two maps: the same by its id, or by kind, effect and title. */
export interface FactorComparison {
  change: string;
  before: ContextFactor | null;
  after: ContextFactor | null;
}

export interface AreaComparison {
  area: string;
  added: number;
  gone: number;
  worsened: number;
  improved: number;
  same: number;
  burden_before: number;
  burden_after: number;
}

export interface ContextMapComparison {
  before: ContextMap | null;
  after: ContextMap | null;
  factors: FactorComparison[];
  areas: AreaComparison[];
}
