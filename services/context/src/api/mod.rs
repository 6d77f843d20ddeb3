//! gRPC ↔ domain. A handler parses, calls, renders.

mod area_changes;
mod areas;
mod comparison;
mod context_maps;
mod evidence;
mod grid;
mod mapping;
mod network;
mod relations;
mod stakeholders;
mod strategies;

use chassis::Caller;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use cpas_proto::{
    common::v1 as common,
    context::v1::{self as pb, context_service_server::ContextService},
    words::Classification,
};
use tonic::{Request, Response, Status, Streaming};

use crate::{
    Config, Deps, app,
    domain::{
        Broken, Text,
        ids::{AreaChangeId, ContextMapId, EvidenceId, FactorId, StakeholderId},
        mapping::Interval,
        page::PageOf,
        text,
    },
};

pub(crate) use area_changes::area_change;
pub(crate) use context_maps::context_map;
pub(crate) use mapping::{mapping_schedule, schedule};
pub(crate) use relations::stakeholder_relation;
pub(crate) use stakeholders::stakeholder;
pub(crate) use strategies::influence_strategy;

/// The service as tonic serves it.
pub struct Api {
    pub(crate) deps: Deps,
    pub(crate) config: Config,
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl ContextService for Api {
    async fn import_areas(&self, request: Request<pb::ImportAreasRequest>) -> Answer<pb::ImportAreasResponse> {
        let (caller, pb::ImportAreasRequest { geojson, dry_run }) = Caller::open(request)?;
        let report = app::import_areas(&self.deps, &caller, geojson, dry_run).await?;
        Ok(Response::new(report.into()))
    }

    async fn list_areas(&self, request: Request<pb::ListAreasRequest>) -> Answer<pb::ListAreasResponse> {
        let (caller, pb::ListAreasRequest { with_geometry, on, level }) = Caller::open(request)?;
        let level = level.map(|level| u8::try_from(level).unwrap_or(u8::MAX)); // No area is of a level beyond a byte.
        let areas = app::list_areas(&self.deps, &caller, day("on", &on)?, level, with_geometry).await?;
        Ok(Response::new(pb::ListAreasResponse { areas: areas.iter().map(Into::into).collect() }))
    }

    async fn find_areas(&self, request: Request<pb::FindAreasRequest>) -> Answer<pb::FindAreasResponse> {
        let (caller, pb::FindAreasRequest { text, on }) = Caller::open(request)?;
        let text = text::free("text", &text, text::NAME_CHARS_MAX)?;
        let found = app::find_areas(&self.deps, &caller, &text, day("on", &on)?).await?;
        Ok(Response::new(pb::FindAreasResponse { matches: found.iter().map(Into::into).collect() }))
    }

    async fn split_area(&self, request: Request<pb::SplitAreaRequest>) -> Answer<pb::AreaChange> {
        let (caller, split) = Caller::open(request)?;
        let change = app::record_area_change(&self.deps, &caller, split.try_into()?).await?;
        Ok(Response::new((&change).into()))
    }

    async fn merge_areas(&self, request: Request<pb::MergeAreasRequest>) -> Answer<pb::AreaChange> {
        let (caller, merge) = Caller::open(request)?;
        let change = app::record_area_change(&self.deps, &caller, merge.try_into()?).await?;
        Ok(Response::new((&change).into()))
    }

    async fn undo_area_change(&self, request: Request<pb::UndoAreaChangeRequest>) -> Answer<pb::AreaChange> {
        let (caller, pb::UndoAreaChangeRequest { id, version }) = Caller::open(request)?;
        let seen = app::Seen { id: AreaChangeId::parse("id", &id)?, version };
        let change = app::undo_area_change(&self.deps, &caller, seen).await?;
        Ok(Response::new((&change).into()))
    }

    async fn list_area_changes(
        &self,
        request: Request<pb::ListAreaChangesRequest>,
    ) -> Answer<pb::ListAreaChangesResponse> {
        let (caller, pb::ListAreaChangesRequest {}) = Caller::open(request)?;
        let changes = app::list_area_changes(&self.deps, &caller).await?;
        Ok(Response::new(pb::ListAreaChangesResponse { changes: changes.iter().map(Into::into).collect() }))
    }

    async fn draft_context_map(&self, request: Request<pb::DraftContextMapRequest>) -> Answer<pb::ContextMap> {
        let (caller, new) = Caller::open(request)?;
        let map = app::draft_context_map(&self.deps, &caller, new.try_into()?).await?;
        Ok(Response::new((&map).into()))
    }

    async fn revise_context_map(&self, request: Request<pb::ReviseContextMapRequest>) -> Answer<pb::ContextMap> {
        let (caller, revise) = Caller::open(request)?;
        let map = app::revise_context_map(&self.deps, &caller, revise.try_into()?).await?;
        Ok(Response::new((&map).into()))
    }

    async fn get_context_map(&self, request: Request<pb::GetContextMapRequest>) -> Answer<pb::ContextMap> {
        let (caller, pb::GetContextMapRequest { id }) = Caller::open(request)?;
        let map = app::get_context_map(&self.deps, &caller, ContextMapId::parse("id", &id)?).await?;
        Ok(Response::new((&map).into()))
    }

    async fn list_context_maps(
        &self,
        request: Request<pb::ListContextMapsRequest>,
    ) -> Answer<pb::ListContextMapsResponse> {
        let (caller, pb::ListContextMapsRequest { page_size, cursor }) = Caller::open(request)?;
        let page = app::list_context_maps(&self.deps, &caller, PageOf::parse(page_size, &cursor)?).await?;
        let context_maps = page.rows.iter().map(Into::into).collect();
        Ok(Response::new(pb::ListContextMapsResponse { context_maps, next_cursor: page.next_opaque() }))
    }

    async fn set_context_factor(&self, request: Request<pb::SetContextFactorRequest>) -> Answer<pb::ContextMap> {
        let (caller, set) = Caller::open(request)?;
        let map = app::set_context_factor(&self.deps, &caller, set.try_into()?).await?;
        Ok(Response::new((&map).into()))
    }

    async fn remove_context_factor(&self, request: Request<pb::RemoveContextFactorRequest>) -> Answer<pb::ContextMap> {
        let (caller, pb::RemoveContextFactorRequest { context_map_id, version, factor_id }) = Caller::open(request)?;
        let seen = app::Seen { id: ContextMapId::parse("context_map_id", &context_map_id)?, version };
        let factor = FactorId::parse("factor_id", &factor_id)?;
        let map = app::remove_context_factor(&self.deps, &caller, seen, factor).await?;
        Ok(Response::new((&map).into()))
    }

    async fn review_context_map(&self, request: Request<pb::MoveContextMapRequest>) -> Answer<pb::ContextMap> {
        let (caller, seen) = Caller::open(request)?;
        let map = app::review_context_map(&self.deps, &caller, seen.try_into()?).await?;
        Ok(Response::new((&map).into()))
    }

    async fn publish_context_map(&self, request: Request<pb::MoveContextMapRequest>) -> Answer<pb::ContextMap> {
        let (caller, seen) = Caller::open(request)?;
        let map = app::publish_context_map(&self.deps, &caller, seen.try_into()?).await?;
        Ok(Response::new((&map).into()))
    }

    async fn draft_next_context_map(&self, request: Request<pb::DraftNextContextMapRequest>) -> Answer<pb::ContextMap> {
        let (caller, next) = Caller::open(request)?;
        let map = app::draft_next_context_map(&self.deps, &caller, next.try_into()?).await?;
        Ok(Response::new((&map).into()))
    }

    async fn compare_context_maps(
        &self,
        request: Request<pb::CompareContextMapsRequest>,
    ) -> Answer<pb::ContextMapComparison> {
        let (caller, pb::CompareContextMapsRequest { before_id, after_id }) = Caller::open(request)?;
        let (before, after) = comparison::two(&before_id, &after_id)?;
        let comparison = app::compare_context_maps(&self.deps, &caller, before, after).await?;
        Ok(Response::new(comparison.into()))
    }

    async fn get_mapping_schedule(
        &self,
        request: Request<pb::GetMappingScheduleRequest>,
    ) -> Answer<pb::MappingSchedule> {
        let (caller, pb::GetMappingScheduleRequest {}) = Caller::open(request)?;
        let mapping = app::get_mapping_schedule(&self.deps, &caller).await?;
        Ok(Response::new(mapping_schedule(&mapping, self.deps.clock.today())))
    }

    async fn set_mapping_schedule(
        &self,
        request: Request<pb::SetMappingScheduleRequest>,
    ) -> Answer<pb::MappingSchedule> {
        let (caller, pb::SetMappingScheduleRequest { interval_months, version }) = Caller::open(request)?;
        let interval = Interval::parse("interval_months", interval_months)?;
        let mapping = app::set_mapping_schedule(&self.deps, &caller, version, interval).await?;
        Ok(Response::new(mapping_schedule(&mapping, self.deps.clock.today())))
    }

    async fn record_evidence(&self, request: Request<pb::RecordEvidenceRequest>) -> Answer<pb::Evidence> {
        let (caller, new) = Caller::open(request)?;
        let evidence = app::record_evidence(&self.deps, &caller, new.try_into()?).await?;
        Ok(Response::new((&evidence).into()))
    }

    async fn list_evidence(&self, request: Request<pb::ListEvidenceRequest>) -> Answer<pb::ListEvidenceResponse> {
        let (caller, pb::ListEvidenceRequest { page_size, cursor }) = Caller::open(request)?;
        let page = app::list_evidence(&self.deps, &caller, PageOf::parse(page_size, &cursor)?).await?;
        let evidence = page.rows.iter().map(Into::into).collect();
        Ok(Response::new(pb::ListEvidenceResponse { evidence, next_cursor: page.next_opaque() }))
    }

    async fn record_evidence_file(
        &self,
        request: Request<Streaming<pb::RecordEvidenceFileRequest>>,
    ) -> Answer<pb::Evidence> {
        let (mut caller, key) = Caller::open_stream(&request)?;
        let (new, file, said) = evidence::receive(&self.deps, &caller, request.into_inner()).await?;
        caller.idempotency = key.map(|key| key.over(&[&said, file.about.sha256.as_bytes()]));
        let evidence = app::record_evidence_file(&self.deps, &caller, new, file).await?;
        Ok(Response::new((&evidence).into()))
    }

    type DownloadEvidenceFileStream = evidence::Chunks;

    async fn download_evidence_file(
        &self,
        request: Request<pb::DownloadEvidenceFileRequest>,
    ) -> Answer<Self::DownloadEvidenceFileStream> {
        let (caller, pb::DownloadEvidenceFileRequest { id }) = Caller::open(request)?;
        let id = EvidenceId::parse("id", &id)?;
        let (file, content) = app::download_evidence_file(&self.deps, &caller, id).await?;
        Ok(Response::new(evidence::chunks(file, content)))
    }

    async fn list_evidence_uses(
        &self,
        request: Request<pb::ListEvidenceUsesRequest>,
    ) -> Answer<pb::ListEvidenceUsesResponse> {
        let (caller, pb::ListEvidenceUsesRequest { id }) = Caller::open(request)?;
        let uses = app::list_evidence_uses(&self.deps, &caller, EvidenceId::parse("id", &id)?).await?;
        Ok(Response::new(pb::ListEvidenceUsesResponse { uses: uses.into_iter().map(Into::into).collect() }))
    }

    async fn register_stakeholder(&self, request: Request<pb::RegisterStakeholderRequest>) -> Answer<pb::Stakeholder> {
        let (caller, profile) = Caller::open(request)?;
        let stakeholder = app::register_stakeholder(&self.deps, &caller, profile.try_into()?).await?;
        Ok(Response::new((&stakeholder).into()))
    }

    async fn revise_stakeholder(&self, request: Request<pb::ReviseStakeholderRequest>) -> Answer<pb::Stakeholder> {
        let (caller, revision) = Caller::open(request)?;
        let seen = app::Seen { id: StakeholderId::parse("id", &revision.id)?, version: revision.version };
        let stakeholder = app::revise_stakeholder(&self.deps, &caller, seen, revision.try_into()?).await?;
        Ok(Response::new((&stakeholder).into()))
    }

    async fn get_stakeholder(&self, request: Request<pb::GetStakeholderRequest>) -> Answer<pb::GetStakeholderResponse> {
        let (caller, pb::GetStakeholderRequest { id }) = Caller::open(request)?;
        let known = app::get_stakeholder(&self.deps, &caller, StakeholderId::parse("id", &id)?).await?;
        Ok(Response::new(known.into()))
    }

    async fn list_stakeholders(
        &self,
        request: Request<pb::ListStakeholdersRequest>,
    ) -> Answer<pb::ListStakeholdersResponse> {
        let (caller, wanted) = Caller::open(request)?;
        let page = app::list_stakeholders(&self.deps, &caller, wanted.try_into()?).await?;
        let stakeholders = page.rows.iter().map(Into::into).collect();
        Ok(Response::new(pb::ListStakeholdersResponse { stakeholders, next_cursor: page.next_opaque() }))
    }

    async fn merge_stakeholders(&self, request: Request<pb::MergeStakeholdersRequest>) -> Answer<pb::Stakeholder> {
        let (caller, pb::MergeStakeholdersRequest { id, version, other_id, other_version }) = Caller::open(request)?;
        let kept = app::Seen { id: StakeholderId::parse("id", &id)?, version };
        let gone = app::Seen { id: StakeholderId::parse("other_id", &other_id)?, version: other_version };
        let stakeholder = app::merge_stakeholders(&self.deps, &caller, kept, gone).await?;
        Ok(Response::new((&stakeholder).into()))
    }

    async fn undo_stakeholder_merge(
        &self,
        request: Request<pb::UndoStakeholderMergeRequest>,
    ) -> Answer<pb::Stakeholder> {
        let (caller, pb::UndoStakeholderMergeRequest { id, version }) = Caller::open(request)?;
        let seen = app::Seen { id: StakeholderId::parse("id", &id)?, version };
        let stakeholder = app::undo_stakeholder_merge(&self.deps, &caller, seen).await?;
        Ok(Response::new((&stakeholder).into()))
    }

    async fn assess_stakeholder(
        &self,
        request: Request<pb::AssessStakeholderRequest>,
    ) -> Answer<pb::StakeholderAssessment> {
        let (caller, new) = Caller::open(request)?;
        let assessment = app::assess_stakeholder(&self.deps, &caller, new.try_into()?).await?;
        Ok(Response::new((&assessment).into()))
    }

    async fn get_stakeholder_grid(
        &self,
        request: Request<pb::GetStakeholderGridRequest>,
    ) -> Answer<pb::StakeholderGrid> {
        let (caller, pb::GetStakeholderGridRequest { as_of }) = Caller::open(request)?;
        let as_of = day("as_of", &as_of)?;
        let grid = app::get_stakeholder_grid(&self.deps, &caller, as_of, self.config.grid_stakeholders_max).await?;
        Ok(Response::new(grid.into()))
    }

    async fn set_stakeholder_relation(
        &self,
        request: Request<pb::SetStakeholderRelationRequest>,
    ) -> Answer<pb::StakeholderRelation> {
        let (caller, set) = Caller::open(request)?;
        let relation = app::set_stakeholder_relation(&self.deps, &caller, set.try_into()?).await?;
        Ok(Response::new((&relation).into()))
    }

    async fn end_stakeholder_relation(
        &self,
        request: Request<pb::EndStakeholderRelationRequest>,
    ) -> Answer<pb::StakeholderRelation> {
        let (caller, end) = Caller::open(request)?;
        let (seen, until) = relations::ending(end)?;
        let relation = app::end_stakeholder_relation(&self.deps, &caller, seen, until).await?;
        Ok(Response::new((&relation).into()))
    }

    async fn list_stakeholder_relations(
        &self,
        request: Request<pb::ListStakeholderRelationsRequest>,
    ) -> Answer<pb::ListStakeholderRelationsResponse> {
        let (caller, pb::ListStakeholderRelationsRequest { stakeholder_id }) = Caller::open(request)?;
        let stakeholder = StakeholderId::parse("stakeholder_id", &stakeholder_id)?;
        let relations = app::list_stakeholder_relations(&self.deps, &caller, stakeholder).await?;
        let relations = relations.iter().map(Into::into).collect();
        Ok(Response::new(pb::ListStakeholderRelationsResponse { relations }))
    }

    async fn get_stakeholder_network(
        &self,
        request: Request<pb::GetStakeholderNetworkRequest>,
    ) -> Answer<pb::StakeholderNetwork> {
        let (caller, pb::GetStakeholderNetworkRequest { as_of }) = Caller::open(request)?;
        let as_of = day("as_of", &as_of)?;
        let most = self.config.grid_stakeholders_max;
        let network = app::get_stakeholder_network(&self.deps, &caller, as_of, most).await?;
        Ok(Response::new(network.into()))
    }

    async fn record_influence_strategy(
        &self,
        request: Request<pb::RecordInfluenceStrategyRequest>,
    ) -> Answer<pb::InfluenceStrategy> {
        let (caller, record) = Caller::open(request)?;
        let (stakeholder, content) = strategies::recording(record)?;
        let strategy = app::record_influence_strategy(&self.deps, &caller, stakeholder, content).await?;
        Ok(Response::new((&strategy).into()))
    }

    async fn revise_influence_strategy(
        &self,
        request: Request<pb::ReviseInfluenceStrategyRequest>,
    ) -> Answer<pb::InfluenceStrategy> {
        let (caller, revision) = Caller::open(request)?;
        let (seen, content) = strategies::revising(revision)?;
        let strategy = app::revise_influence_strategy(&self.deps, &caller, seen, content).await?;
        Ok(Response::new((&strategy).into()))
    }

    async fn list_influence_strategies(
        &self,
        request: Request<pb::ListInfluenceStrategiesRequest>,
    ) -> Answer<pb::ListInfluenceStrategiesResponse> {
        let (caller, wanted) = Caller::open(request)?;
        let page = app::list_influence_strategies(&self.deps, &caller, wanted.try_into()?).await?;
        let strategies = page.rows.iter().map(Into::into).collect();
        Ok(Response::new(pb::ListInfluenceStrategiesResponse { strategies, next_cursor: page.next_opaque() }))
    }
}

/// A day that may be left out.
fn day(field: &str, text: &str) -> Result<Option<NaiveDate>, Broken> {
    if text.is_empty() {
        return Ok(None);
    }
    let mut broken = Broken::default();
    let date = broken.date(field, text);
    broken.into_result(date).map(Some)
}

/// A classification that may be left out.
fn classification(broken: &mut Broken, word: &str) -> Option<Classification> {
    if word.is_empty() { None } else { broken.parse("classification", word) }
}

/// An instant as it travels.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

impl From<&Text> for common::Text {
    fn from(text: &Text) -> Self {
        Self { en: text.en.clone(), fr: text.fr.clone() }
    }
}

fn languages(text: Option<common::Text>) -> (String, String) {
    text.map(|text| (text.en, text.fr)).unwrap_or_default()
}
