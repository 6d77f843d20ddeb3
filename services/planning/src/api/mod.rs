//! gRPC ↔ domain: each method parses, calls its use case, and renders.

mod check;
mod comment;
mod fields;
mod indicator;
mod item;
mod library;
mod mandate;
mod plan;
mod rbb;
mod risk;
mod shared;
mod target;
mod theory;
mod work_plan;
mod workbook;

use chassis::Caller;
use cpas_proto::{
    common::v1::{FileChunk, TablePage, TableQuery},
    planning::v1::{self as pb, planning_service_server::PlanningService},
};
use futures::stream;
use tonic::{Request, Response, Status};

use fields::{plan_id, which, which_plan};

use crate::{
    Config, Deps, app,
    domain::{check::waiver::Key, ids::IndicatorId, indicator::IndicatorStep, lifecycle::Step},
    error::Error,
};

/// The service behind its routes.
#[derive(Clone)]
pub struct Api {
    pub deps: Deps,
    pub config: Config,
}

type Answer<T> = Result<Response<T>, Status>;
/// A file in pieces.
type Pieces = stream::Iter<std::vec::IntoIter<Result<FileChunk, Status>>>;

#[tonic::async_trait]
impl PlanningService for Api {
    type RenderRbbCrosswalkStream = Pieces;
    type RenderWorkPlanCalendarStream = Pieces;
    type RenderWorkbookStream = Pieces;

    async fn record_mandate(&self, request: Request<pb::RecordMandateRequest>) -> Answer<pb::Mandate> {
        mandate::record(self, request).await
    }

    async fn list_mandates(&self, request: Request<pb::ListMandatesRequest>) -> Answer<pb::ListMandatesResponse> {
        let (caller, _) = Caller::open(request)?;
        Ok(Response::new(app::list_mandates(&self.deps, &caller).await?))
    }

    async fn draft_plan(&self, request: Request<pb::DraftPlanRequest>) -> Answer<pb::Plan> {
        plan::draft(self, request).await
    }

    async fn revise_plan(&self, request: Request<pb::RevisePlanRequest>) -> Answer<pb::Plan> {
        plan::revise(self, request).await
    }

    async fn get_plan(&self, request: Request<pb::GetPlanRequest>) -> Answer<pb::Plan> {
        let (caller, request) = Caller::open(request)?;
        Ok(Response::new(app::get_plan(&self.deps, &caller, which_plan(&request.id)?).await?))
    }

    async fn get_theory_of_change(&self, request: Request<pb::GetTheoryOfChangeRequest>) -> Answer<pb::TheoryOfChange> {
        let (caller, request) = Caller::open(request)?;
        let (plan, theory) = app::get_theory_of_change(&self.deps, &caller, which_plan(&request.plan_id)?).await?;
        Ok(Response::new(theory::told(&plan, &theory)))
    }

    async fn list_plans(&self, request: Request<pb::ListPlansRequest>) -> Answer<pb::ListPlansResponse> {
        let (caller, _) = Caller::open(request)?;
        Ok(Response::new(app::list_plans(&self.deps, &caller).await?))
    }

    async fn add_plan_item(&self, request: Request<pb::AddPlanItemRequest>) -> Answer<pb::Plan> {
        let (caller, request) = Caller::open(request)?;
        self.edit(&caller, &request.plan_id.clone(), request.version, request).await
    }

    async fn revise_plan_item(&self, request: Request<pb::RevisePlanItemRequest>) -> Answer<pb::Plan> {
        let (caller, request) = Caller::open(request)?;
        self.edit(&caller, &request.plan_id.clone(), request.version, request).await
    }

    async fn move_plan_item(&self, request: Request<pb::MovePlanItemRequest>) -> Answer<pb::Plan> {
        let (caller, request) = Caller::open(request)?;
        self.edit(&caller, &request.plan_id.clone(), request.version, request).await
    }

    async fn remove_plan_item(&self, request: Request<pb::RemovePlanItemRequest>) -> Answer<pb::Plan> {
        let (caller, request) = Caller::open(request)?;
        self.edit(&caller, &request.plan_id.clone(), request.version, request).await
    }

    async fn restore_plan_item(&self, request: Request<pb::RestorePlanItemRequest>) -> Answer<pb::Plan> {
        item::restore(self, request).await
    }

    async fn list_removed_plan_items(
        &self,
        request: Request<pb::ListRemovedPlanItemsRequest>,
    ) -> Answer<pb::ListRemovedPlanItemsResponse> {
        item::list_removed(self, request).await
    }

    async fn link_results(&self, request: Request<pb::LinkResultsRequest>) -> Answer<pb::Plan> {
        let (caller, request) = Caller::open(request)?;
        self.edit(&caller, &request.plan_id.clone(), request.version, request).await
    }

    async fn unlink_results(&self, request: Request<pb::UnlinkResultsRequest>) -> Answer<pb::Plan> {
        let (caller, request) = Caller::open(request)?;
        self.edit(&caller, &request.plan_id.clone(), request.version, request).await
    }

    async fn submit_plan(&self, request: Request<pb::MovePlanRequest>) -> Answer<pb::Plan> {
        self.step(request, Step::Submit).await
    }

    async fn return_plan(&self, request: Request<pb::MovePlanRequest>) -> Answer<pb::Plan> {
        self.step(request, Step::Return).await
    }

    async fn endorse_plan(&self, request: Request<pb::MovePlanRequest>) -> Answer<pb::Plan> {
        self.step(request, Step::Endorse).await
    }

    async fn approve_plan(&self, request: Request<pb::MovePlanRequest>) -> Answer<pb::Plan> {
        self.step(request, Step::Approve).await
    }

    async fn activate_plan(&self, request: Request<pb::MovePlanRequest>) -> Answer<pb::Plan> {
        self.step(request, Step::Activate).await
    }

    async fn archive_plan(&self, request: Request<pb::MovePlanRequest>) -> Answer<pb::Plan> {
        self.step(request, Step::Archive).await
    }

    async fn draft_next_version(&self, request: Request<pb::DraftNextVersionRequest>) -> Answer<pb::Plan> {
        plan::draft_next_version(self, request).await
    }

    async fn diff_plans(&self, request: Request<pb::DiffPlansRequest>) -> Answer<pb::PlanDiff> {
        plan::diff(self, request).await
    }

    async fn check_plan(&self, request: Request<pb::CheckPlanRequest>) -> Answer<pb::CheckPlanResponse> {
        let (caller, request) = Caller::open(request)?;
        Ok(Response::new(app::check_plan(&self.deps, &caller, plan_id(&request.plan_id)?).await?))
    }

    async fn waive_finding(&self, request: Request<pb::WaiveFindingRequest>) -> Answer<pb::CheckPlanResponse> {
        let (caller, request) = Caller::open(request)?;
        let (plan, key) = (plan_id(&request.plan_id)?, Key::parse(&request.key).map_err(Error::from)?);
        Ok(Response::new(app::waive_finding(&self.deps, &caller, plan, key, &request.reason).await?))
    }

    async fn take_back_waiver(&self, request: Request<pb::TakeBackWaiverRequest>) -> Answer<pb::CheckPlanResponse> {
        let (caller, request) = Caller::open(request)?;
        let (plan, key) = (plan_id(&request.plan_id)?, Key::parse(&request.key).map_err(Error::from)?);
        Ok(Response::new(app::take_back_waiver(&self.deps, &caller, plan, key).await?))
    }

    async fn list_plan_changes(
        &self,
        request: Request<pb::ListPlanChangesRequest>,
    ) -> Answer<pb::ListPlanChangesResponse> {
        let (caller, _) = Caller::open(request)?;
        Ok(Response::new(app::list_plan_changes(&self.deps, &caller).await?))
    }

    async fn draft_indicator(&self, request: Request<pb::DraftIndicatorRequest>) -> Answer<pb::Indicator> {
        let (caller, request) = Caller::open(request)?;
        let definition = request.try_into().map_err(Error::Broken)?;
        Ok(Response::new(app::draft_indicator(&self.deps, &caller, definition).await?))
    }

    async fn revise_indicator(&self, request: Request<pb::ReviseIndicatorRequest>) -> Answer<pb::Indicator> {
        let (caller, request) = Caller::open(request)?;
        let revision = request.try_into().map_err(Error::Broken)?;
        Ok(Response::new(app::revise_indicator(&self.deps, &caller, revision).await?))
    }

    async fn approve_indicator(&self, request: Request<pb::MoveIndicatorRequest>) -> Answer<pb::Indicator> {
        self.step_indicator(request, IndicatorStep::Approve).await
    }

    async fn activate_indicator(&self, request: Request<pb::MoveIndicatorRequest>) -> Answer<pb::Indicator> {
        self.step_indicator(request, IndicatorStep::Activate).await
    }

    async fn retire_indicator(&self, request: Request<pb::MoveIndicatorRequest>) -> Answer<pb::Indicator> {
        self.step_indicator(request, IndicatorStep::Retire).await
    }

    async fn get_indicator(&self, request: Request<pb::GetIndicatorRequest>) -> Answer<pb::Indicator> {
        let (caller, request) = Caller::open(request)?;
        let which = which(request.id);
        Ok(Response::new(app::get_indicator(&self.deps, &caller, which, request.definition_version).await?))
    }

    async fn list_indicator_versions(
        &self,
        request: Request<pb::ListIndicatorVersionsRequest>,
    ) -> Answer<pb::ListIndicatorVersionsResponse> {
        let (caller, request) = Caller::open(request)?;
        let versions = app::list_indicator_versions(&self.deps, &caller, which(request.id)).await?;
        Ok(Response::new(versions.into()))
    }

    async fn list_indicators(&self, request: Request<pb::ListIndicatorsRequest>) -> Answer<pb::ListIndicatorsResponse> {
        indicator::list(self, request).await
    }

    async fn set_target(&self, request: Request<pb::SetTargetRequest>) -> Answer<pb::Target> {
        let (caller, request) = Caller::open(request)?;
        let target = request.try_into().map_err(Error::Broken)?;
        Ok(Response::new(app::set_target(&self.deps, &caller, target).await?))
    }

    async fn list_targets(&self, request: Request<pb::ListTargetsRequest>) -> Answer<pb::ListTargetsResponse> {
        let (caller, request) = Caller::open(request)?;
        let indicator = fields::parse_id("indicator_id", &request.indicator_id).map_err(Error::from)?.map(IndicatorId);
        Ok(Response::new(app::list_targets(&self.deps, &caller, indicator, request.history).await?))
    }

    async fn read_table(&self, request: Request<TableQuery>) -> Answer<TablePage> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::read_table(&self.deps, &caller, asked).await?))
    }

    async fn add_risk(&self, request: Request<pb::AddRiskRequest>) -> Answer<pb::Risk> {
        risk::add_risk(self, request).await
    }

    async fn revise_risk(&self, request: Request<pb::ReviseRiskRequest>) -> Answer<pb::Risk> {
        risk::revise_risk(self, request).await
    }

    async fn remove_risk(&self, request: Request<pb::RemoveRiskRequest>) -> Answer<pb::RemoveRiskResponse> {
        risk::remove_risk(self, request).await
    }

    async fn set_risk_status(&self, request: Request<pb::SetRiskStatusRequest>) -> Answer<pb::Risk> {
        risk::set_risk_status(self, request).await
    }

    async fn list_risks(&self, request: Request<pb::ListRisksRequest>) -> Answer<pb::ListRisksResponse> {
        let (caller, request) = Caller::open(request)?;
        Ok(Response::new(app::list_risks(&self.deps, &caller, plan_id(&request.plan_id)?).await?))
    }

    async fn add_comment(&self, request: Request<pb::AddCommentRequest>) -> Answer<pb::PlanComment> {
        comment::add_comment(self, request).await
    }

    async fn resolve_comment(&self, request: Request<pb::ResolveCommentRequest>) -> Answer<pb::PlanComment> {
        comment::resolve_comment(self, request).await
    }

    async fn list_comments(&self, request: Request<pb::ListCommentsRequest>) -> Answer<pb::ListCommentsResponse> {
        let (caller, request) = Caller::open(request)?;
        Ok(Response::new(app::list_comments(&self.deps, &caller, plan_id(&request.plan_id)?).await?))
    }

    async fn get_work_plan(&self, request: Request<pb::GetWorkPlanRequest>) -> Answer<pb::WorkPlan> {
        work_plan::get(self, request).await
    }

    async fn render_work_plan_calendar(
        &self,
        request: Request<pb::GetWorkPlanRequest>,
    ) -> Answer<Self::RenderWorkPlanCalendarStream> {
        let (caller, request) = Caller::open(request)?;
        let asked = work_plan::asked(plan_id(&request.plan_id)?, &request).map_err(Error::from)?;
        let file = work_plan::calendar(&app::work_plan(&self.deps, &caller, asked).await?);
        Ok(Response::new(stream::iter(vec![Ok(file)])))
    }

    async fn report_progress(&self, request: Request<pb::ReportProgressRequest>) -> Answer<pb::Plan> {
        work_plan::report(self, request).await
    }

    async fn get_library(&self, request: Request<pb::GetLibraryRequest>) -> Answer<pb::Library> {
        let (caller, _) = Caller::open(request)?;
        Ok(Response::new(app::get_library(&self.deps, &caller).await?))
    }

    async fn set_library_indicator(
        &self,
        request: Request<pb::SetLibraryIndicatorRequest>,
    ) -> Answer<pb::LibraryIndicator> {
        library::set_library_indicator(self, request).await
    }

    async fn keep_library_template(
        &self,
        request: Request<pb::KeepLibraryTemplateRequest>,
    ) -> Answer<pb::LibraryTemplate> {
        library::keep_library_template(self, request).await
    }

    async fn clone_library_indicators(
        &self,
        request: Request<pb::CloneLibraryIndicatorsRequest>,
    ) -> Answer<pb::CloneLibraryIndicatorsResponse> {
        library::clone_library_indicators(self, request).await
    }

    async fn clone_library_template(&self, request: Request<pb::CloneLibraryTemplateRequest>) -> Answer<pb::Plan> {
        library::clone_library_template(self, request).await
    }

    async fn set_library_template(
        &self,
        request: Request<pb::SetLibraryTemplateRequest>,
    ) -> Answer<pb::LibraryTemplate> {
        library::set_library_template(self, request).await
    }

    async fn list_library_template_versions(
        &self,
        request: Request<pb::ListLibraryTemplateVersionsRequest>,
    ) -> Answer<pb::ListLibraryTemplateVersionsResponse> {
        library::list_library_template_versions(self, request).await
    }

    async fn list_template_offers(
        &self,
        request: Request<pb::ListTemplateOffersRequest>,
    ) -> Answer<pb::ListTemplateOffersResponse> {
        library::list_template_offers(self, request).await
    }

    async fn answer_template_offer(&self, request: Request<pb::AnswerTemplateOfferRequest>) -> Answer<pb::Plan> {
        library::answer_template_offer(self, request).await
    }

    async fn list_library_offers(
        &self,
        request: Request<pb::ListLibraryOffersRequest>,
    ) -> Answer<pb::ListLibraryOffersResponse> {
        let (caller, _) = Caller::open(request)?;
        Ok(Response::new(app::list_library_offers(&self.deps, &caller).await?))
    }

    async fn answer_library_offer(&self, request: Request<pb::AnswerLibraryOfferRequest>) -> Answer<pb::Indicator> {
        library::answer_library_offer(self, request).await
    }

    async fn set_rbb_line(&self, request: Request<pb::SetRbbLineRequest>) -> Answer<pb::RbbLine> {
        rbb::set_rbb_line(self, request).await
    }

    async fn remove_rbb_line(&self, request: Request<pb::RemoveRbbLineRequest>) -> Answer<pb::RemoveRbbLineResponse> {
        rbb::remove_rbb_line(self, request).await
    }

    async fn get_rbb_crosswalk(&self, request: Request<pb::GetRbbCrosswalkRequest>) -> Answer<pb::RbbCrosswalk> {
        rbb::get_rbb_crosswalk(self, request).await
    }

    async fn render_rbb_crosswalk(&self, request: Request<pb::RenderRbbCrosswalkRequest>) -> Answer<Pieces> {
        rbb::render_rbb_crosswalk(self, request).await
    }

    async fn set_rbb_link(&self, request: Request<pb::SetRbbLinkRequest>) -> Answer<pb::RbbLink> {
        rbb::set_rbb_link(self, request).await
    }

    async fn render_workbook(&self, request: Request<pb::RenderWorkbookRequest>) -> Answer<Pieces> {
        workbook::render(self, request).await
    }

    async fn preview_workbook(&self, request: Request<pb::WorkbookRequest>) -> Answer<pb::WorkbookPreview> {
        workbook::preview(self, request).await
    }

    async fn apply_workbook(&self, request: Request<pb::WorkbookRequest>) -> Answer<pb::WorkbookPreview> {
        workbook::apply(self, request).await
    }
}
