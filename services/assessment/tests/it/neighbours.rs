//! Planning, collection and context as this service sees them: real gRPC servers behind the real gate, holding
//! what a test gives them.

use std::sync::{Arc, Mutex, MutexGuard};

use cpas_proto::{
    collection::v1::{self as collection, collection_service_server::CollectionService},
    common::v1::{FileChunk, TablePage, TableQuery},
    context::v1::{self as context, context_service_server::ContextService},
    planning::v1::{self as planning, planning_service_server::PlanningService},
};
use tokio_stream::Iter;
use tonic::{Request, Response, Status, Streaming};

pub use crate::held::Held;

/// All neighbours over one store.
#[derive(Debug, Clone, Default)]
pub struct Neighbours(Arc<Mutex<Held>>);

impl Neighbours {
    /// What is held, to look at and to change.
    pub fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().expect("no test panics while it holds this")
    }
}

type Answer<T> = Result<Response<T>, Status>;
type Chunks<T> = Iter<std::vec::IntoIter<Result<T, Status>>>;

/// A service of which this one calls a few methods; the others are not there.
macro_rules! neighbour {
    (impl $service:ident { $($given:tt)* } absent { $($name:ident($request:ty) -> $response:ty;)+ }) => {
        #[tonic::async_trait]
        impl $service for Neighbours {
            $($given)*
            $(async fn $name(&self, _: Request<$request>) -> Answer<$response> {
                Err(Status::unimplemented(stringify!($name)))
            })+
        }
    };
}

neighbour! {
    impl PlanningService {
        type RenderWorkPlanCalendarStream = Chunks<FileChunk>;
        type RenderRbbCrosswalkStream = Chunks<FileChunk>;
        type RenderWorkbookStream = Chunks<FileChunk>;

        async fn get_plan(&self, request: Request<planning::GetPlanRequest>) -> Answer<planning::Plan> {
            let id = request.into_inner().id;
            let held = self.held();
            let found = held.plans.iter().find(|plan| if id == "active" { plan.state == "active" } else { plan.id == id });
            found.cloned().map(Response::new).ok_or_else(|| Status::not_found("There is no plan under this id."))
        }

        /// Two a page, so that pages are turned.
        async fn list_indicators(
            &self,
            request: Request<planning::ListIndicatorsRequest>,
        ) -> Answer<planning::ListIndicatorsResponse> {
            let from: usize = request.into_inner().cursor.parse().unwrap_or_default();
            let held = self.held();
            let indicators: Vec<_> = held.indicators.iter().skip(from).take(2).cloned().collect();
            let next = from + indicators.len();
            let next_cursor = if next < held.indicators.len() { next.to_string() } else { String::new() };
            Ok(Response::new(planning::ListIndicatorsResponse { indicators, next_cursor }))
        }

        async fn get_work_plan(
            &self,
            request: Request<planning::GetWorkPlanRequest>,
        ) -> Answer<planning::WorkPlan> {
            let work = self.held().work.clone();
            Ok(Response::new(planning::WorkPlan { plan_id: request.into_inner().plan_id, ..work }))
        }

        async fn list_targets(
            &self,
            _: Request<planning::ListTargetsRequest>,
        ) -> Answer<planning::ListTargetsResponse> {
            Ok(Response::new(planning::ListTargetsResponse { targets: self.held().targets.clone() }))
        }
    }
    absent {
        record_mandate(planning::RecordMandateRequest) -> planning::Mandate;
        list_mandates(planning::ListMandatesRequest) -> planning::ListMandatesResponse;
        revise_plan(planning::RevisePlanRequest) -> planning::Plan;
        draft_plan(planning::DraftPlanRequest) -> planning::Plan;
        list_plans(planning::ListPlansRequest) -> planning::ListPlansResponse;
        add_plan_item(planning::AddPlanItemRequest) -> planning::Plan;
        revise_plan_item(planning::RevisePlanItemRequest) -> planning::Plan;
        move_plan_item(planning::MovePlanItemRequest) -> planning::Plan;
        remove_plan_item(planning::RemovePlanItemRequest) -> planning::Plan;
        restore_plan_item(planning::RestorePlanItemRequest) -> planning::Plan;
        list_removed_plan_items(planning::ListRemovedPlanItemsRequest) -> planning::ListRemovedPlanItemsResponse;
        link_results(planning::LinkResultsRequest) -> planning::Plan;
        unlink_results(planning::UnlinkResultsRequest) -> planning::Plan;
        submit_plan(planning::MovePlanRequest) -> planning::Plan;
        return_plan(planning::MovePlanRequest) -> planning::Plan;
        endorse_plan(planning::MovePlanRequest) -> planning::Plan;
        approve_plan(planning::MovePlanRequest) -> planning::Plan;
        activate_plan(planning::MovePlanRequest) -> planning::Plan;
        archive_plan(planning::MovePlanRequest) -> planning::Plan;
        draft_next_version(planning::DraftNextVersionRequest) -> planning::Plan;
        diff_plans(planning::DiffPlansRequest) -> planning::PlanDiff;
        check_plan(planning::CheckPlanRequest) -> planning::CheckPlanResponse;
        list_plan_changes(planning::ListPlanChangesRequest) -> planning::ListPlanChangesResponse;
        draft_indicator(planning::DraftIndicatorRequest) -> planning::Indicator;
        list_indicator_versions(planning::ListIndicatorVersionsRequest) -> planning::ListIndicatorVersionsResponse;
        get_theory_of_change(planning::GetTheoryOfChangeRequest) -> planning::TheoryOfChange;
        get_library(planning::GetLibraryRequest) -> planning::Library;
        set_library_indicator(planning::SetLibraryIndicatorRequest) -> planning::LibraryIndicator;
        keep_library_template(planning::KeepLibraryTemplateRequest) -> planning::LibraryTemplate;
        clone_library_indicators(planning::CloneLibraryIndicatorsRequest) -> planning::CloneLibraryIndicatorsResponse;
        clone_library_template(planning::CloneLibraryTemplateRequest) -> planning::Plan;
        set_library_template(planning::SetLibraryTemplateRequest) -> planning::LibraryTemplate;
        list_library_template_versions(planning::ListLibraryTemplateVersionsRequest) -> planning::ListLibraryTemplateVersionsResponse;
        list_template_offers(planning::ListTemplateOffersRequest) -> planning::ListTemplateOffersResponse;
        answer_template_offer(planning::AnswerTemplateOfferRequest) -> planning::Plan;
        list_library_offers(planning::ListLibraryOffersRequest) -> planning::ListLibraryOffersResponse;
        answer_library_offer(planning::AnswerLibraryOfferRequest) -> planning::Indicator;
        revise_indicator(planning::ReviseIndicatorRequest) -> planning::Indicator;
        approve_indicator(planning::MoveIndicatorRequest) -> planning::Indicator;
        activate_indicator(planning::MoveIndicatorRequest) -> planning::Indicator;
        retire_indicator(planning::MoveIndicatorRequest) -> planning::Indicator;
        get_indicator(planning::GetIndicatorRequest) -> planning::Indicator;
        set_target(planning::SetTargetRequest) -> planning::Target;
        read_table(TableQuery) -> TablePage;
        waive_finding(planning::WaiveFindingRequest) -> planning::CheckPlanResponse;
        take_back_waiver(planning::TakeBackWaiverRequest) -> planning::CheckPlanResponse;
        add_comment(planning::AddCommentRequest) -> planning::PlanComment;
        resolve_comment(planning::ResolveCommentRequest) -> planning::PlanComment;
        list_comments(planning::ListCommentsRequest) -> planning::ListCommentsResponse;
        render_work_plan_calendar(planning::GetWorkPlanRequest) -> Self::RenderWorkPlanCalendarStream;
        report_progress(planning::ReportProgressRequest) -> planning::Plan;
        set_rbb_line(planning::SetRbbLineRequest) -> planning::RbbLine;
        remove_rbb_line(planning::RemoveRbbLineRequest) -> planning::RemoveRbbLineResponse;
        get_rbb_crosswalk(planning::GetRbbCrosswalkRequest) -> planning::RbbCrosswalk;
        render_rbb_crosswalk(planning::RenderRbbCrosswalkRequest) -> Self::RenderRbbCrosswalkStream;
        set_rbb_link(planning::SetRbbLinkRequest) -> planning::RbbLink;
        render_workbook(planning::RenderWorkbookRequest) -> Self::RenderWorkbookStream;
        preview_workbook(planning::WorkbookRequest) -> planning::WorkbookPreview;
        apply_workbook(planning::WorkbookRequest) -> planning::WorkbookPreview;
        add_risk(planning::AddRiskRequest) -> planning::Risk;
        revise_risk(planning::ReviseRiskRequest) -> planning::Risk;
        remove_risk(planning::RemoveRiskRequest) -> planning::RemoveRiskResponse;
        set_risk_status(planning::SetRiskStatusRequest) -> planning::Risk;
        list_risks(planning::ListRisksRequest) -> planning::ListRisksResponse;
    }
}

neighbour! {
    impl CollectionService {
        type StreamSeriesStream = Chunks<collection::Series>;
        type DownloadRejectedStream = Chunks<FileChunk>;
        type ExportObservationsStream = Chunks<FileChunk>;
        type ExportEventsStream = Chunks<FileChunk>;
        type DownloadAttachmentStream = Chunks<FileChunk>;

        async fn stream_series(
            &self,
            request: Request<collection::StreamSeriesRequest>,
        ) -> Answer<Self::StreamSeriesStream> {
            let mut held = self.held();
            let request = request.into_inner();
            held.asked_for_slices = request.with_slices;
            held.asked_as_known_at.push(request.as_known_at);
            if held.collection_is_away {
                return Err(Status::unavailable("away"));
            }
            let mut answers: Vec<Result<collection::Series, Status>> = held.series.iter().cloned().map(Ok).collect();
            if let Some(after) = held.breaks_after {
                answers.truncate(after);
                answers.push(Err(Status::unavailable("gone in the middle")));
            }
            Ok(Response::new(tokio_stream::iter(answers)))
        }

        async fn get_data_quality(
            &self,
            request: Request<collection::GetDataQualityRequest>,
        ) -> Answer<collection::DataQuality> {
            let mut held = self.held();
            held.asked_quality_of.push(request.into_inner().months);
            Ok(Response::new(held.quality.clone()))
        }

        async fn get_observation(
            &self,
            request: Request<collection::GetObservationRequest>,
        ) -> Answer<collection::GetObservationResponse> {
            let id = request.into_inner().id;
            let found = self.held().observations.iter().find(|one| one.id == id).cloned();
            let found = found.ok_or_else(|| Status::not_found("There is no observation under this id."))?;
            let answer = collection::GetObservationResponse { observation: Some(found), ..Default::default() };
            Ok(Response::new(answer))
        }

        /// Fifty a page, so that pages are turned.
        async fn list_events(
            &self,
            request: Request<collection::ListEventsRequest>,
        ) -> Answer<collection::ListEventsResponse> {
            let ask = request.into_inner();
            let from: usize = ask.cursor.parse().unwrap_or_default();
            let held = self.held();
            let asked = |event: &&collection::Event| (&ask.first_date..=&ask.last_date).contains(&&event.date);
            let all: Vec<&collection::Event> = held.events.iter().filter(asked).collect();
            let events: Vec<collection::Event> = all.iter().skip(from).take(50).map(|event| (*event).clone()).collect();
            let next = from + events.len();
            let next_cursor = if next < all.len() { next.to_string() } else { String::new() };
            Ok(Response::new(collection::ListEventsResponse { events, next_cursor }))
        }

        async fn get_event(&self, request: Request<collection::GetEventRequest>) -> Answer<collection::Event> {
            let id = request.into_inner().event_id;
            let found = self.held().events.iter().find(|one| one.id == id).cloned();
            found.map(Response::new).ok_or_else(|| Status::not_found("There is no event under this id."))
        }
    }
    absent {
        read_table(TableQuery) -> TablePage;
        correct_event(collection::CorrectEventRequest) -> collection::Event;
        open_upload(collection::OpenUploadRequest) -> collection::Upload;
        put_upload_part(collection::PutUploadPartRequest) -> collection::Upload;
        get_upload(collection::GetUploadRequest) -> collection::Upload;
        count_events(collection::CountEventsRequest) -> collection::EventCounts;
        list_phone_forms(collection::ListPhoneFormsRequest) -> collection::ListPhoneFormsResponse;
        get_phone_form(collection::GetPhoneFormRequest) -> collection::PhoneFormFile;
        submit_instance(Streaming<collection::SubmitInstanceRequest>) -> collection::SubmittedInstance;
        list_submissions(collection::ListSubmissionsRequest) -> collection::ListSubmissionsResponse;
        get_submission(collection::GetSubmissionRequest) -> collection::GetSubmissionResponse;
        download_attachment(collection::DownloadAttachmentRequest) -> Chunks<FileChunk>;
        enter_observations(collection::EnterObservationsRequest) -> collection::EnterObservationsResponse;
        list_entry_cells(collection::ListEntryCellsRequest) -> collection::ListEntryCellsResponse;
        list_validation_rules(collection::ListValidationRulesRequest) -> collection::ListValidationRulesResponse;
        set_validation_rule(collection::SetValidationRuleRequest) -> collection::ValidationRule;
        test_validation_rule(collection::TestValidationRuleRequest) -> collection::TestValidationRuleResponse;
        list_quality_problems(collection::ListQualityProblemsRequest) -> collection::ListQualityProblemsResponse;
        enter_observation(collection::EnterObservationRequest) -> collection::Observation;
        correct_observation(collection::CorrectObservationRequest) -> collection::Observation;
        submit_observations(collection::MoveObservationsRequest) -> collection::MoveObservationsResponse;
        verify_observations(collection::MoveObservationsRequest) -> collection::MoveObservationsResponse;
        approve_observations(collection::MoveObservationsRequest) -> collection::MoveObservationsResponse;
        return_observations(collection::MoveObservationsRequest) -> collection::MoveObservationsResponse;
        reject_observations(collection::MoveObservationsRequest) -> collection::MoveObservationsResponse;
        list_observations(collection::ListObservationsRequest) -> collection::ListObservationsResponse;
        preview_import(Streaming<collection::PreviewImportRequest>) -> collection::ImportBatch;
        commit_import(collection::CommitImportRequest) -> collection::ImportBatch;
        reverse_import(collection::ReverseImportRequest) -> collection::ImportBatch;
        get_import(collection::GetImportRequest) -> collection::ImportBatch;
        list_imports(collection::ListImportsRequest) -> collection::ListImportsResponse;
        list_import_work(collection::ListImportWorkRequest) -> collection::ListImportWorkResponse;
        cancel_import(collection::CancelImportRequest) -> collection::ImportWork;
        download_rejected(collection::DownloadRejectedRequest) -> Chunks<FileChunk>;
        export_observations(collection::ExportObservationsRequest) -> Chunks<FileChunk>;
        export_events(collection::ExportEventsRequest) -> Chunks<FileChunk>;
        get_series(collection::GetSeriesRequest) -> collection::Series;
        get_period_table(collection::GetPeriodTableRequest) -> collection::PeriodTable;
        count_waiting(collection::CountWaitingRequest) -> collection::WaitingCounts;
        explain_point(collection::ExplainPointRequest) -> collection::PointExplanation;
        list_series_changes(collection::ListSeriesChangesRequest) -> collection::ListSeriesChangesResponse;
        import_events(Streaming<FileChunk>) -> collection::ImportEventsResponse;
        list_tasks(collection::ListTasksRequest) -> collection::ListTasksResponse;
        waive_tasks(collection::WaiveTasksRequest) -> collection::WaivedTasks;
        take_back_waivers(collection::TakeBackWaiversRequest) -> collection::WaivedTasks;
        assign_tasks(collection::AssignTasksRequest) -> collection::AssignedTasks;
        take_back_assignments(collection::TakeBackAssignmentsRequest) -> collection::AssignedTasks;
        lock_period(collection::LockPeriodRequest) -> collection::PeriodLock;
        list_period_locks(collection::ListPeriodLocksRequest) -> collection::ListPeriodLocksResponse;
        unlock_period(collection::UnlockPeriodRequest) -> collection::PeriodLock;
        mark_cell(collection::MarkCellRequest) -> collection::CellRemarks;
        comment_cell(collection::CommentCellRequest) -> collection::CellRemarks;
        list_cell_remarks(collection::ListCellRemarksRequest) -> collection::CellRemarks;
        list_open_work(cpas_proto::common::v1::ListOpenWorkRequest) -> cpas_proto::common::v1::ListOpenWorkResponse;
    }
}

neighbour! {
    impl ContextService {
        type DownloadEvidenceFileStream = Chunks<FileChunk>;

        async fn list_areas(&self, _: Request<context::ListAreasRequest>) -> Answer<context::ListAreasResponse> {
            Ok(Response::new(context::ListAreasResponse { areas: self.held().areas.clone() }))
        }

        /// One a page, so that pages are turned.
        async fn list_context_maps(
            &self,
            request: Request<context::ListContextMapsRequest>,
        ) -> Answer<context::ListContextMapsResponse> {
            let from: usize = request.into_inner().cursor.parse().unwrap_or_default();
            let held = self.held();
            if held.context_is_away {
                return Err(Status::unavailable("away"));
            }
            let next_cursor = if from + 1 < held.maps.len() { (from + 1).to_string() } else { String::new() };
            let context_maps = held.maps.get(from).cloned().into_iter().collect();
            Ok(Response::new(context::ListContextMapsResponse { context_maps, next_cursor }))
        }

        async fn list_evidence(
            &self,
            request: Request<context::ListEvidenceRequest>,
        ) -> Answer<context::ListEvidenceResponse> {
            let ask = request.into_inner();
            let from: usize = ask.cursor.parse().unwrap_or_default();
            let held = self.held();
            let until = held.evidence.len().min(from + ask.page_size as usize);
            let next_cursor = if until < held.evidence.len() { until.to_string() } else { String::new() };
            let evidence = held.evidence[from..until].to_vec();
            Ok(Response::new(context::ListEvidenceResponse { evidence, next_cursor }))
        }

        async fn get_stakeholder(
            &self,
            request: Request<context::GetStakeholderRequest>,
        ) -> Answer<context::GetStakeholderResponse> {
            let id = request.into_inner().id;
            let found = self.held().stakeholders.iter().find(|one| one.id == id).cloned();
            let found = found.ok_or_else(|| Status::not_found("There is no stakeholder under this id."))?;
            Ok(Response::new(context::GetStakeholderResponse { stakeholder: Some(found), ..Default::default() }))
        }

        async fn list_stakeholders(
            &self,
            _: Request<context::ListStakeholdersRequest>,
        ) -> Answer<context::ListStakeholdersResponse> {
            let stakeholders = self.held().stakeholders.clone();
            Ok(Response::new(context::ListStakeholdersResponse { stakeholders, next_cursor: String::new() }))
        }

        async fn get_stakeholder_grid(
            &self,
            request: Request<context::GetStakeholderGridRequest>,
        ) -> Answer<context::StakeholderGrid> {
            let as_of = request.into_inner().as_of;
            let held = self.held();
            let mut latest: std::collections::BTreeMap<&str, &context::StakeholderPosition> = Default::default();
            for one in held.positions.iter().filter(|one| one.as_of <= as_of) {
                latest.insert(&one.stakeholder_id, one);
            }
            let positions = latest.into_values().cloned().collect();
            Ok(Response::new(context::StakeholderGrid { as_of, positions, unassessed: Vec::new() }))
        }
    }
    absent {
        import_areas(context::ImportAreasRequest) -> context::ImportAreasResponse;
        find_areas(context::FindAreasRequest) -> context::FindAreasResponse;
        split_area(context::SplitAreaRequest) -> context::AreaChange;
        merge_areas(context::MergeAreasRequest) -> context::AreaChange;
        undo_area_change(context::UndoAreaChangeRequest) -> context::AreaChange;
        list_area_changes(context::ListAreaChangesRequest) -> context::ListAreaChangesResponse;
        draft_context_map(context::DraftContextMapRequest) -> context::ContextMap;
        revise_context_map(context::ReviseContextMapRequest) -> context::ContextMap;
        get_context_map(context::GetContextMapRequest) -> context::ContextMap;
        set_context_factor(context::SetContextFactorRequest) -> context::ContextMap;
        remove_context_factor(context::RemoveContextFactorRequest) -> context::ContextMap;
        review_context_map(context::MoveContextMapRequest) -> context::ContextMap;
        publish_context_map(context::MoveContextMapRequest) -> context::ContextMap;
        draft_next_context_map(context::DraftNextContextMapRequest) -> context::ContextMap;
        compare_context_maps(context::CompareContextMapsRequest) -> context::ContextMapComparison;
        get_mapping_schedule(context::GetMappingScheduleRequest) -> context::MappingSchedule;
        set_mapping_schedule(context::SetMappingScheduleRequest) -> context::MappingSchedule;
        record_evidence(context::RecordEvidenceRequest) -> context::Evidence;
        record_evidence_file(Streaming<context::RecordEvidenceFileRequest>) -> context::Evidence;
        download_evidence_file(context::DownloadEvidenceFileRequest) -> Chunks<FileChunk>;
        list_evidence_uses(context::ListEvidenceUsesRequest) -> context::ListEvidenceUsesResponse;
        register_stakeholder(context::RegisterStakeholderRequest) -> context::Stakeholder;
        revise_stakeholder(context::ReviseStakeholderRequest) -> context::Stakeholder;
        merge_stakeholders(context::MergeStakeholdersRequest) -> context::Stakeholder;
        undo_stakeholder_merge(context::UndoStakeholderMergeRequest) -> context::Stakeholder;
        assess_stakeholder(context::AssessStakeholderRequest) -> context::StakeholderAssessment;
        set_stakeholder_relation(context::SetStakeholderRelationRequest) -> context::StakeholderRelation;
        end_stakeholder_relation(context::EndStakeholderRelationRequest) -> context::StakeholderRelation;
        list_stakeholder_relations(context::ListStakeholderRelationsRequest) -> context::ListStakeholderRelationsResponse;
        get_stakeholder_network(context::GetStakeholderNetworkRequest) -> context::StakeholderNetwork;
        record_influence_strategy(context::RecordInfluenceStrategyRequest) -> context::InfluenceStrategy;
        revise_influence_strategy(context::ReviseInfluenceStrategyRequest) -> context::InfluenceStrategy;
        list_influence_strategies(context::ListInfluenceStrategiesRequest) -> context::ListInfluenceStrategiesResponse;
    }
}
