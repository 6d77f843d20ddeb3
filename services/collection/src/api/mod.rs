//! gRPC ↔ app, a file per noun; here the table of contents.

mod answer;
mod events;
pub(crate) mod imports;
mod locks;
mod observations;
mod phones;
mod remarks;
mod rules;

use answer::{Answer, Boxed, boxed, in_background, instant};
use chassis::Caller;
use cpas_proto::{
    collection::v1::{self as pb, collection_service_server::CollectionService},
    common::v1::{FileChunk, ListOpenWorkRequest, ListOpenWorkResponse, TablePage, TableQuery},
};
use tonic::{Request, Response, Streaming};

use crate::{
    app::{self, App},
    domain::review::Move,
};

/// Opens a call, hands its message to the use case as it came, and answers.
macro_rules! answered {
    ($own:ident, $request:ident, $use_case:path) => {{
        let (caller, asked) = Caller::open($request)?;
        Ok(Response::new($use_case(&$own.app, &caller, asked).await?))
    }};
}

/// The service as tonic sees it.
pub struct Api {
    app: App,
}

impl Api {
    pub fn new(app: App) -> Self {
        Self { app }
    }
}

#[tonic::async_trait]
impl CollectionService for Api {
    async fn enter_observation(&self, request: Request<pb::EnterObservationRequest>) -> Answer<pb::Observation> {
        let (caller, asked) = Caller::open(request)?;
        let observation = asked.observation.unwrap_or_default();
        Ok(Response::new(app::enter::enter_observation(&self.app, &caller, observation).await?))
    }

    async fn enter_observations(
        &self,
        request: Request<pb::EnterObservationsRequest>,
    ) -> Answer<pb::EnterObservationsResponse> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::enter_many::enter_observations(&self.app, &caller, asked.rows).await?))
    }

    async fn list_entry_cells(
        &self,
        request: Request<pb::ListEntryCellsRequest>,
    ) -> Answer<pb::ListEntryCellsResponse> {
        answered!(self, request, app::entry_cells::list_entry_cells)
    }

    async fn correct_observation(&self, request: Request<pb::CorrectObservationRequest>) -> Answer<pb::Observation> {
        answered!(self, request, app::correct::correct_observation)
    }

    async fn submit_observations(
        &self,
        request: Request<pb::MoveObservationsRequest>,
    ) -> Answer<pb::MoveObservationsResponse> {
        self.move_observations(Move::Submit, request).await
    }

    async fn verify_observations(
        &self,
        request: Request<pb::MoveObservationsRequest>,
    ) -> Answer<pb::MoveObservationsResponse> {
        self.move_observations(Move::Verify, request).await
    }

    async fn approve_observations(
        &self,
        request: Request<pb::MoveObservationsRequest>,
    ) -> Answer<pb::MoveObservationsResponse> {
        self.move_observations(Move::Approve, request).await
    }

    async fn return_observations(
        &self,
        request: Request<pb::MoveObservationsRequest>,
    ) -> Answer<pb::MoveObservationsResponse> {
        self.move_observations(Move::Return, request).await
    }

    async fn reject_observations(
        &self,
        request: Request<pb::MoveObservationsRequest>,
    ) -> Answer<pb::MoveObservationsResponse> {
        self.move_observations(Move::Reject, request).await
    }

    async fn list_observations(
        &self,
        request: Request<pb::ListObservationsRequest>,
    ) -> Answer<pb::ListObservationsResponse> {
        answered!(self, request, app::read::list_observations)
    }

    async fn get_observation(&self, request: Request<pb::GetObservationRequest>) -> Answer<pb::GetObservationResponse> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::read::get_observation(&self.app, &caller, &asked.id).await?))
    }

    async fn open_upload(&self, request: Request<pb::OpenUploadRequest>) -> Answer<pb::Upload> {
        answered!(self, request, app::uploads::open_upload)
    }

    async fn put_upload_part(&self, request: Request<pb::PutUploadPartRequest>) -> Answer<pb::Upload> {
        answered!(self, request, app::uploads::put_upload_part)
    }

    async fn get_upload(&self, request: Request<pb::GetUploadRequest>) -> Answer<pb::Upload> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::uploads::get_upload(&self.app, &caller, &asked.upload_id).await?))
    }

    async fn preview_import(&self, request: Request<Streaming<pb::PreviewImportRequest>>) -> Answer<pb::ImportBatch> {
        let caller = Caller::of(&request)?;
        let taken = imports::receive(&self.app, &caller, request.into_inner()).await?;
        let (app, name) = (self.app.clone(), taken.file.name.clone());
        // Who looks elsewhere, or loses the line, finds the import when it is done: the work does not end with the call.
        let work = async move {
            let progress = std::sync::Arc::<app::progress::Progress>::default();
            let told = std::sync::Arc::clone(&progress);
            let work = |work| app::preview::preview_import(&app, &caller, taken.file, taken.mapping, (work, progress));
            app::import_work::watched(&app, &caller, &taken.work, (&name, None), told, work).await
        };
        Ok(Response::new(in_background(work).await?))
    }

    async fn commit_import(&self, request: Request<pb::CommitImportRequest>) -> Answer<pb::ImportBatch> {
        let (caller, asked) = Caller::open(request)?;
        let app = self.app.clone();
        Ok(Response::new(in_background(async move { app::import_work::commit(&app, &caller, asked).await }).await?))
    }

    async fn reverse_import(&self, request: Request<pb::ReverseImportRequest>) -> Answer<pb::ImportBatch> {
        answered!(self, request, app::reverse::reverse_import)
    }

    async fn get_import(&self, request: Request<pb::GetImportRequest>) -> Answer<pb::ImportBatch> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::imports::get_import(&self.app, &caller, &asked.id).await?))
    }

    async fn list_import_work(
        &self,
        request: Request<pb::ListImportWorkRequest>,
    ) -> Answer<pb::ListImportWorkResponse> {
        let (caller, _) = Caller::open(request)?;
        Ok(Response::new(app::import_work::list_import_work(&self.app, &caller).await?))
    }

    async fn cancel_import(&self, request: Request<pb::CancelImportRequest>) -> Answer<pb::ImportWork> {
        answered!(self, request, app::import_work::cancel_import)
    }

    async fn list_imports(&self, request: Request<pb::ListImportsRequest>) -> Answer<pb::ListImportsResponse> {
        answered!(self, request, app::imports::list_imports)
    }

    type DownloadRejectedStream = Boxed<FileChunk>;

    async fn download_rejected(
        &self,
        request: Request<pb::DownloadRejectedRequest>,
    ) -> Answer<Self::DownloadRejectedStream> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(boxed(app::imports::download_rejected(&self.app, &caller, asked).await?)))
    }

    async fn get_period_table(&self, request: Request<pb::GetPeriodTableRequest>) -> Answer<pb::PeriodTable> {
        answered!(self, request, app::period_table::get_period_table)
    }

    async fn get_series(&self, request: Request<pb::GetSeriesRequest>) -> Answer<pb::Series> {
        answered!(self, request, app::series::get_series)
    }

    type StreamSeriesStream = Boxed<pb::Series>;

    async fn stream_series(&self, request: Request<pb::StreamSeriesRequest>) -> Answer<Self::StreamSeriesStream> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(boxed(app::series::stream_series(&self.app, &caller, asked).await?)))
    }

    async fn explain_point(&self, request: Request<pb::ExplainPointRequest>) -> Answer<pb::PointExplanation> {
        answered!(self, request, app::explain::explain_point)
    }

    async fn list_series_changes(
        &self,
        request: Request<pb::ListSeriesChangesRequest>,
    ) -> Answer<pb::ListSeriesChangesResponse> {
        answered!(self, request, app::read_changes::list_series_changes)
    }

    async fn import_events(&self, request: Request<Streaming<FileChunk>>) -> Answer<pb::ImportEventsResponse> {
        let caller = Caller::of(&request)?;
        let (file, wish) = events::receive(&self.app, &caller, request.into_inner()).await?;
        Ok(Response::new(app::geo_events::import_events(&self.app, &caller, file, wish).await?))
    }

    async fn list_events(&self, request: Request<pb::ListEventsRequest>) -> Answer<pb::ListEventsResponse> {
        answered!(self, request, app::geo_events::list_events)
    }

    async fn count_events(&self, request: Request<pb::CountEventsRequest>) -> Answer<pb::EventCounts> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::count_events::count_events(&self.app, &caller, asked).await?.into()))
    }

    async fn get_event(&self, request: Request<pb::GetEventRequest>) -> Answer<pb::Event> {
        answered!(self, request, app::geo_events::get_event)
    }

    async fn correct_event(&self, request: Request<pb::CorrectEventRequest>) -> Answer<pb::Event> {
        answered!(self, request, app::correct_event::correct_event)
    }

    type ExportObservationsStream = Boxed<FileChunk>;

    async fn export_observations(
        &self,
        request: Request<pb::ExportObservationsRequest>,
    ) -> Answer<Self::ExportObservationsStream> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(boxed(app::export::export_observations(&self.app, &caller, asked).await?)))
    }

    type ExportEventsStream = Boxed<FileChunk>;

    async fn export_events(&self, request: Request<pb::ExportEventsRequest>) -> Answer<Self::ExportEventsStream> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(boxed(app::export::events::export_events(&self.app, &caller, asked).await?)))
    }

    async fn read_table(&self, request: Request<TableQuery>) -> Answer<TablePage> {
        answered!(self, request, app::read_table::read_table)
    }

    async fn list_validation_rules(
        &self,
        request: Request<pb::ListValidationRulesRequest>,
    ) -> Answer<pb::ListValidationRulesResponse> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::rules::list_validation_rules(&self.app, &caller, &asked.indicator).await?))
    }

    async fn set_validation_rule(&self, request: Request<pb::SetValidationRuleRequest>) -> Answer<pb::ValidationRule> {
        answered!(self, request, app::rules::set_validation_rule)
    }

    async fn test_validation_rule(
        &self,
        request: Request<pb::TestValidationRuleRequest>,
    ) -> Answer<pb::TestValidationRuleResponse> {
        answered!(self, request, app::rules::test_validation_rule)
    }

    async fn get_data_quality(&self, request: Request<pb::GetDataQualityRequest>) -> Answer<pb::DataQuality> {
        answered!(self, request, app::quality::get_data_quality)
    }

    async fn list_quality_problems(
        &self,
        request: Request<pb::ListQualityProblemsRequest>,
    ) -> Answer<pb::ListQualityProblemsResponse> {
        answered!(self, request, app::quality::list_quality_problems)
    }

    async fn list_tasks(&self, request: Request<pb::ListTasksRequest>) -> Answer<pb::ListTasksResponse> {
        answered!(self, request, app::tasks::list_tasks)
    }

    async fn waive_tasks(&self, request: Request<pb::WaiveTasksRequest>) -> Answer<pb::WaivedTasks> {
        answered!(self, request, app::tasks::waive_tasks)
    }

    async fn take_back_waivers(&self, request: Request<pb::TakeBackWaiversRequest>) -> Answer<pb::WaivedTasks> {
        answered!(self, request, app::tasks::take_back_waivers)
    }

    async fn assign_tasks(&self, request: Request<pb::AssignTasksRequest>) -> Answer<pb::AssignedTasks> {
        answered!(self, request, app::assignments::assign_tasks)
    }

    async fn take_back_assignments(
        &self,
        request: Request<pb::TakeBackAssignmentsRequest>,
    ) -> Answer<pb::AssignedTasks> {
        answered!(self, request, app::assignments::take_back_assignments)
    }

    async fn list_phone_forms(
        &self,
        request: Request<pb::ListPhoneFormsRequest>,
    ) -> Answer<pb::ListPhoneFormsResponse> {
        let caller = Caller::of(&request)?;
        Ok(Response::new(app::phone_forms::list_phone_forms(&self.app, &caller).await?))
    }

    async fn get_phone_form(&self, request: Request<pb::GetPhoneFormRequest>) -> Answer<pb::PhoneFormFile> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::phone_forms::get_phone_form(&self.app, &caller, &asked.id).await?))
    }

    async fn submit_instance(
        &self,
        request: Request<Streaming<pb::SubmitInstanceRequest>>,
    ) -> Answer<pb::SubmittedInstance> {
        let caller = Caller::of(&request)?;
        let parts = phones::receive(request.into_inner()).await?;
        Ok(Response::new(app::submit_instance::submit_instance(&self.app, &caller, parts).await?))
    }

    async fn list_submissions(
        &self,
        request: Request<pb::ListSubmissionsRequest>,
    ) -> Answer<pb::ListSubmissionsResponse> {
        answered!(self, request, app::submissions::list_submissions)
    }

    async fn get_submission(&self, request: Request<pb::GetSubmissionRequest>) -> Answer<pb::GetSubmissionResponse> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::submissions::get_submission(&self.app, &caller, &asked.id).await?))
    }

    type DownloadAttachmentStream = Boxed<FileChunk>;

    async fn download_attachment(
        &self,
        request: Request<pb::DownloadAttachmentRequest>,
    ) -> Answer<Self::DownloadAttachmentStream> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(boxed(app::submissions::download_attachment(&self.app, &caller, asked).await?)))
    }

    async fn lock_period(&self, request: Request<pb::LockPeriodRequest>) -> Answer<pb::PeriodLock> {
        answered!(self, request, app::locks::lock_period)
    }

    async fn count_waiting(&self, request: Request<pb::CountWaitingRequest>) -> Answer<pb::WaitingCounts> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::open_work::count_waiting(&self.app, &caller, asked.most).await?))
    }

    async fn list_open_work(&self, request: Request<ListOpenWorkRequest>) -> Answer<ListOpenWorkResponse> {
        let (caller, _) = Caller::open(request)?;
        Ok(Response::new(app::open_work::list_open_work(&self.app, &caller).await?))
    }

    async fn list_period_locks(
        &self,
        request: Request<pb::ListPeriodLocksRequest>,
    ) -> Answer<pb::ListPeriodLocksResponse> {
        answered!(self, request, app::locks::list_period_locks)
    }

    async fn unlock_period(&self, request: Request<pb::UnlockPeriodRequest>) -> Answer<pb::PeriodLock> {
        answered!(self, request, app::locks::unlock_period)
    }

    async fn mark_cell(&self, request: Request<pb::MarkCellRequest>) -> Answer<pb::CellRemarks> {
        answered!(self, request, app::remarks::mark_cell)
    }

    async fn comment_cell(&self, request: Request<pb::CommentCellRequest>) -> Answer<pb::CellRemarks> {
        answered!(self, request, app::remarks::comment_cell)
    }

    async fn list_cell_remarks(&self, request: Request<pb::ListCellRemarksRequest>) -> Answer<pb::CellRemarks> {
        answered!(self, request, app::remarks::list_cell_remarks)
    }
}
