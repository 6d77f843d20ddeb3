//! gRPC ↔ domain: each method parses, calls its use case, and renders.

mod across;
mod dashboard;
mod outside;
mod sheet;
mod time_line;

use std::pin::Pin;

use chassis::{Caller, Failure};
use cpas_proto::{
    common::v1::{FileChunk, ListOpenWorkRequest, ListOpenWorkResponse, TablePage, TableQuery},
    reporting::v1::{self as pb, reporting_service_server::ReportingService},
    words::Language,
};
use futures::Stream;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::{Config, Deps, app, domain::tile::WrittenFilters};

/// Bytes of a document in one message.
const CHUNK_BYTES: usize = 64 * 1024;

/// The service behind its routes.
#[derive(Clone)]
pub struct Api {
    pub deps: Deps,
    pub config: Config,
}

type Answer<T> = Result<Response<T>, Status>;
/// A document in pieces.
type Chunks = Pin<Box<dyn Stream<Item = Result<FileChunk, Status>> + Send>>;

#[tonic::async_trait]
impl ReportingService for Api {
    async fn get_mission_home(&self, request: Request<pb::GetMissionHomeRequest>) -> Answer<pb::MissionHome> {
        let (caller, request) = Caller::open(request)?;
        let skipped = request.skip_objectives;
        Ok(Response::new(app::get_mission_home(&self.deps, &self.config, &caller, skipped).await?))
    }

    async fn get_indicator_page(&self, request: Request<pb::GetIndicatorPageRequest>) -> Answer<pb::IndicatorPage> {
        let (caller, request) = Caller::open(request)?;
        Ok(Response::new(app::get_indicator_page(&self.deps, &caller, &request.indicator).await?))
    }

    async fn get_leadership_view(&self, request: Request<pb::GetLeadershipViewRequest>) -> Answer<pb::LeadershipView> {
        let (caller, request) = Caller::open(request)?;
        Ok(Response::new(app::get_leadership_view(&self.deps, &caller, request.skip_objectives).await?))
    }

    async fn get_time_line(&self, request: Request<pb::GetTimeLineRequest>) -> Answer<pb::TimeLine> {
        let (caller, request) = Caller::open(request)?;
        let asked = app::MonthsAsked::try_from(request)?;
        Ok(Response::new(app::get_time_line(&self.deps, &caller, asked).await?))
    }

    async fn draft_fact_sheet(&self, request: Request<pb::DraftFactSheetRequest>) -> Answer<pb::FactSheet> {
        let (caller, request) = Caller::open(request)?;
        let new = sheet::new_sheet(request)?;
        Ok(Response::new(app::draft_fact_sheet(&self.deps, &self.config, &caller, new).await?))
    }

    async fn revise_fact_sheet(&self, request: Request<pb::ReviseFactSheetRequest>) -> Answer<pb::FactSheet> {
        let (caller, request) = Caller::open(request)?;
        let id = sheet_id(&request.id)?;
        let (title, audience) = sheet::title_and_audience(request.title, &request.audience)?;
        let blocks = sheet::written(request.blocks);
        let revised = app::revise_fact_sheet(&self.deps, &caller, id, request.version, title, audience, blocks).await?;
        Ok(Response::new(revised))
    }

    async fn get_fact_sheet(&self, request: Request<pb::GetFactSheetRequest>) -> Answer<pb::FactSheet> {
        let (caller, request) = Caller::open(request)?;
        Ok(Response::new(app::get_fact_sheet(&self.deps, &caller, sheet_id(&request.id)?).await?))
    }

    async fn list_fact_sheets(
        &self,
        request: Request<pb::ListFactSheetsRequest>,
    ) -> Answer<pb::ListFactSheetsResponse> {
        let (caller, _) = Caller::open(request)?;
        let fact_sheets = app::list_fact_sheets(&self.deps, &caller).await?;
        Ok(Response::new(pb::ListFactSheetsResponse { fact_sheets }))
    }

    async fn clear_fact_sheet(&self, request: Request<pb::MoveFactSheetRequest>) -> Answer<pb::FactSheet> {
        let (caller, request) = Caller::open(request)?;
        let id = sheet_id(&request.id)?;
        Ok(Response::new(app::clear_fact_sheet(&self.deps, &self.config, &caller, id, request.version).await?))
    }

    async fn publish_fact_sheet(&self, request: Request<pb::MoveFactSheetRequest>) -> Answer<pb::FactSheet> {
        let (caller, request) = Caller::open(request)?;
        let id = sheet_id(&request.id)?;
        Ok(Response::new(app::publish_fact_sheet(&self.deps, &caller, id, request.version).await?))
    }

    async fn withdraw_fact_sheet(&self, request: Request<pb::MoveFactSheetRequest>) -> Answer<pb::FactSheet> {
        let (caller, request) = Caller::open(request)?;
        let id = sheet_id(&request.id)?;
        let withdrawn = app::withdraw_fact_sheet(&self.deps, &caller, id, request.version, &request.reason).await?;
        Ok(Response::new(withdrawn))
    }

    async fn read_dashboard_table(&self, request: Request<pb::ReadDashboardTableRequest>) -> Answer<TablePage> {
        let (caller, request) = Caller::open(request)?;
        let pb::ReadDashboardTableRequest { id, tile, query } = request;
        let query = query.unwrap_or_default();
        Ok(Response::new(app::read_dashboard_table(&self.deps, &self.config, &caller, &id, &tile, query).await?))
    }

    async fn read_table(&self, request: Request<TableQuery>) -> Answer<TablePage> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::read_table(&self.deps, &caller, asked).await?))
    }

    type RenderDashboardStream = Chunks;

    async fn render_dashboard(
        &self,
        request: Request<pb::RenderDashboardRequest>,
    ) -> Answer<Self::RenderDashboardStream> {
        let (caller, request) = Caller::open(request)?;
        let format = request.format.parse().map_err(|error| Failure::bad_field("format", error))?;
        let language: Language = request.language.parse().map_err(|error| Failure::bad_field("language", error))?;
        let rendered = app::render_dashboard(&self.deps, &self.config, &caller, &request.id, format, language).await?;
        Ok(Response::new(Box::pin(futures::stream::iter(chunks(rendered).into_iter().map(Ok)))))
    }

    type RenderFactSheetStream = Chunks;

    async fn render_fact_sheet(
        &self,
        request: Request<pb::RenderFactSheetRequest>,
    ) -> Answer<Self::RenderFactSheetStream> {
        let (caller, request) = Caller::open(request)?;
        let id = sheet_id(&request.id)?;
        let format = request.format.parse().map_err(|error| Failure::bad_field("format", error))?;
        let language: Language = request.language.parse().map_err(|error| Failure::bad_field("language", error))?;
        let rendered = app::render_fact_sheet(&self.deps, &self.config, &caller, id, format, language).await?;
        Ok(Response::new(Box::pin(futures::stream::iter(chunks(rendered).into_iter().map(Ok)))))
    }

    async fn get_fact_sheet_manifest(
        &self,
        request: Request<pb::GetFactSheetManifestRequest>,
    ) -> Answer<pb::FactSheetManifest> {
        let (caller, request) = Caller::open(request)?;
        let id = sheet_id(&request.id)?;
        let language = request.language.parse().map_err(|error| Failure::bad_field("language", error))?;
        Ok(Response::new(app::get_manifest(&self.deps, &caller, id, language).await?))
    }

    async fn open_outside(&self, request: Request<pb::OpenOutsideRequest>) -> Answer<pb::OutsideAddress> {
        let (caller, request) = Caller::open(request)?;
        let id = sheet_id(&request.id)?;
        Ok(Response::new(app::open_outside(&self.deps, &caller, id, request.indexed).await?))
    }

    async fn close_outside(&self, request: Request<pb::CloseOutsideRequest>) -> Answer<pb::OutsideAddress> {
        let (caller, request) = Caller::open(request)?;
        Ok(Response::new(app::close_outside(&self.deps, &caller, sheet_id(&request.id)?).await?))
    }

    async fn get_outside(&self, request: Request<pb::GetOutsideRequest>) -> Answer<pb::OutsideAddress> {
        let (caller, request) = Caller::open(request)?;
        Ok(Response::new(app::get_outside(&self.deps, &caller, sheet_id(&request.id)?).await?))
    }

    async fn read_outside(&self, request: Request<pb::ReadOutsideRequest>) -> Answer<pb::OutsidePaper> {
        let (caller, request) = Caller::open(request)?;
        let asked = app::OutsideAsked::try_from(request)?;
        Ok(Response::new(app::read_outside(&self.deps, &caller, asked).await?))
    }

    async fn get_paper_key(&self, request: Request<pb::GetPaperKeyRequest>) -> Answer<pb::PaperKey> {
        Caller::open(request)?;
        Ok(Response::new(app::get_paper_key(&self.deps)?))
    }

    async fn explain_number(&self, request: Request<pb::ExplainNumberRequest>) -> Answer<pb::NumberExplanation> {
        let (caller, request) = Caller::open(request)?;
        let id = sheet_id(&request.fact_sheet_id)?;
        let explained = app::explain_number(&self.deps, &self.config, &caller, id, &request.number_id).await?;
        Ok(Response::new(explained))
    }

    async fn draft_dashboard(&self, request: Request<pb::DraftDashboardRequest>) -> Answer<pb::Dashboard> {
        let (caller, request) = Caller::open(request)?;
        let written = dashboard::written(request)?;
        Ok(Response::new(app::draft_dashboard(&self.deps, &caller, written).await?))
    }

    async fn revise_dashboard(&self, request: Request<pb::ReviseDashboardRequest>) -> Answer<pb::Dashboard> {
        let (caller, request) = Caller::open(request)?;
        let pb::ReviseDashboardRequest { id, version, title, tiles, filters, shared, classification } = request;
        let id = dashboard_id(&id)?;
        let content = pb::DraftDashboardRequest { title, tiles, filters, shared, classification };
        let written = dashboard::written(content)?;
        Ok(Response::new(app::revise_dashboard(&self.deps, &caller, id, version, written).await?))
    }

    async fn get_dashboard(&self, request: Request<pb::GetDashboardRequest>) -> Answer<pb::Dashboard> {
        let (caller, request) = Caller::open(request)?;
        Ok(Response::new(app::get_dashboard(&self.deps, &caller, &request.id).await?))
    }

    async fn list_dashboards(&self, request: Request<pb::ListDashboardsRequest>) -> Answer<pb::ListDashboardsResponse> {
        let (caller, request) = Caller::open(request)?;
        let dashboards = app::list_dashboards(&self.deps, &caller, request.removed).await?;
        Ok(Response::new(pb::ListDashboardsResponse { dashboards }))
    }

    async fn copy_dashboard(&self, request: Request<pb::CopyDashboardRequest>) -> Answer<pb::Dashboard> {
        let (caller, request) = Caller::open(request)?;
        let title = request.title.unwrap_or_default().into();
        Ok(Response::new(app::copy_dashboard(&self.deps, &caller, &request.id, title).await?))
    }

    async fn remove_dashboard(&self, request: Request<pb::MoveDashboardRequest>) -> Answer<pb::Dashboard> {
        let (caller, request) = Caller::open(request)?;
        let id = dashboard_id(&request.id)?;
        Ok(Response::new(app::remove_dashboard(&self.deps, &caller, id, request.version).await?))
    }

    async fn restore_dashboard(&self, request: Request<pb::MoveDashboardRequest>) -> Answer<pb::Dashboard> {
        let (caller, request) = Caller::open(request)?;
        let id = dashboard_id(&request.id)?;
        Ok(Response::new(app::restore_dashboard(&self.deps, &caller, id, request.version).await?))
    }

    async fn read_dashboard(&self, request: Request<pb::ReadDashboardRequest>) -> Answer<pb::DashboardData> {
        let (caller, request) = Caller::open(request)?;
        let pb::ReadDashboardRequest { id, from, until, area, component, marker, unfiltered } = request;
        let filters = WrittenFilters { from, until, area, component, marker };
        // Nothing said is not the same as nothing wanted.
        let filters = Some(filters).filter(|filters| unfiltered || *filters != WrittenFilters::default());
        Ok(Response::new(app::read_dashboard(&self.deps, &self.config, &caller, &id, filters).await?))
    }

    async fn preview_dashboard(&self, request: Request<pb::PreviewDashboardRequest>) -> Answer<pb::DashboardData> {
        let (caller, request) = Caller::open(request)?;
        let tiles = dashboard::written_tiles(request.tiles);
        let filters = dashboard::written_filters(request.filters.unwrap_or_default());
        Ok(Response::new(app::preview_dashboard(&self.deps, &self.config, &caller, tiles, &filters).await?))
    }

    async fn rebuild_read_model(&self, request: Request<pb::RebuildReadModelRequest>) -> Answer<pb::ReadModelState> {
        let (caller, _) = Caller::open(request)?;
        Ok(Response::new(app::rebuild_read_model(&self.deps, &caller).await?))
    }

    async fn get_read_model_state(&self, request: Request<pb::GetReadModelStateRequest>) -> Answer<pb::ReadModelState> {
        let (caller, _) = Caller::open(request)?;
        Ok(Response::new(app::get_read_model_state(&self.deps, &caller).await?))
    }

    async fn list_open_work(&self, request: Request<ListOpenWorkRequest>) -> Answer<ListOpenWorkResponse> {
        let (caller, _) = Caller::open(request)?;
        Ok(Response::new(app::list_open_work(&self.deps, &caller).await?))
    }

    async fn list_reads_from_outside(
        &self,
        request: Request<pb::ListReadsFromOutsideRequest>,
    ) -> Answer<pb::ListReadsFromOutsideResponse> {
        let (caller, request) = Caller::open(request)?;
        let before = across::before(&request.before)?;
        Ok(Response::new(app::list_outside_reads(&self.deps, &caller, before, request.page_size).await?))
    }

    async fn list_shared_indicators(
        &self,
        request: Request<pb::ListSharedIndicatorsRequest>,
    ) -> Answer<pb::ListSharedIndicatorsResponse> {
        let (caller, _) = Caller::open(request)?;
        Ok(Response::new(app::list_shared_indicators(&self.deps, &caller).await?))
    }

    async fn get_across_missions(&self, request: Request<pb::GetAcrossMissionsRequest>) -> Answer<pb::AcrossMissions> {
        let (caller, request) = Caller::open(request)?;
        let asked = app::HeatMapAsked::try_from(request)?;
        Ok(Response::new(app::get_across_missions(&self.deps, &caller, asked).await?))
    }

    async fn compare_missions(&self, request: Request<pb::CompareMissionsRequest>) -> Answer<pb::MissionComparison> {
        let (caller, request) = Caller::open(request)?;
        Ok(Response::new(app::compare_missions(&self.deps, &caller, &request.one, &request.other).await?))
    }

    async fn get_theme_across_missions(
        &self,
        request: Request<pb::GetThemeAcrossMissionsRequest>,
    ) -> Answer<pb::ThemeAcrossMissions> {
        let (caller, request) = Caller::open(request)?;
        Ok(Response::new(app::get_theme_across_missions(&self.deps, &caller, &request.theme).await?))
    }

    async fn get_time_lines_across_missions(
        &self,
        request: Request<pb::GetTimeLinesAcrossMissionsRequest>,
    ) -> Answer<pb::TimeLinesAcrossMissions> {
        let (caller, request) = Caller::open(request)?;
        let asked = app::TimeLinesAsked::try_from(request)?;
        Ok(Response::new(app::get_time_lines_across_missions(&self.deps, &caller, asked).await?))
    }

    async fn list_late_missions(
        &self,
        request: Request<pb::ListLateMissionsRequest>,
    ) -> Answer<pb::ListLateMissionsResponse> {
        let (caller, _) = Caller::open(request)?;
        Ok(Response::new(app::list_late_missions(&self.deps, &self.config, &caller).await?))
    }

    async fn get_recommendations_across_missions(
        &self,
        request: Request<pb::GetRecommendationsAcrossMissionsRequest>,
    ) -> Answer<pb::RecommendationsAcrossMissions> {
        let (caller, _) = Caller::open(request)?;
        Ok(Response::new(app::get_recommendations_across_missions(&self.deps, &caller).await?))
    }

    async fn get_themes_across_missions(
        &self,
        request: Request<pb::GetThemesAcrossMissionsRequest>,
    ) -> Answer<pb::ThemesAcrossMissions> {
        let (caller, _) = Caller::open(request)?;
        Ok(Response::new(app::get_themes_across_missions(&self.deps, &caller).await?))
    }
}

/// The id of a sheet. What cannot be an id is not the id of anything.
fn sheet_id(id: &str) -> Result<Uuid, Failure> {
    id.parse().map_err(|_| Failure::not_found("fact sheet"))
}

/// The id of a dashboard that people built.
fn dashboard_id(id: &str) -> Result<Uuid, Failure> {
    id.parse().map_err(|_| Failure::not_found("dashboard"))
}

fn chunks(rendered: app::Rendered) -> Vec<FileChunk> {
    let mut chunks: Vec<FileChunk> = rendered
        .bytes
        .chunks(CHUNK_BYTES)
        .map(|data| FileChunk { data: data.to_vec(), ..Default::default() })
        .collect();
    if let Some(first) = chunks.first_mut() {
        first.file_name = rendered.file_name;
        first.content_type = rendered.content_type.to_owned();
    }
    chunks
}
