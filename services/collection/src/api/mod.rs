//! gRPC ↔ app, a file per noun; here the table of contents.

mod answer;
mod events;
pub(crate) mod imports;
mod locks;
mod observations;
mod phones;
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
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::entry_cells::list_entry_cells(&self.app, &caller, asked).await?))
    }

    async fn correct_observation(&self, request: Request<pb::CorrectObservationRequest>) -> Answer<pb::Observation> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::correct::correct_observation(&self.app, &caller, asked).await?))
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
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::read::list_observations(&self.app, &caller, asked).await?))
    }

    async fn get_observation(&self, request: Request<pb::GetObservationRequest>) -> Answer<pb::GetObservationResponse> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::read::get_observation(&self.app, &caller, &asked.id).await?))
    }

    async fn open_upload(&self, request: Request<pb::OpenUploadRequest>) -> Answer<pb::Upload> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::uploads::open_upload(&self.app, &caller, asked).await?))
    }

    async fn put_upload_part(&self, request: Request<pb::PutUploadPartRequest>) -> Answer<pb::Upload> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::uploads::put_upload_part(&self.app, &caller, asked).await?))
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
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::reverse::reverse_import(&self.app, &caller, asked).await?))
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
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::import_work::cancel_import(&self.app, &caller, asked).await?))
    }

    async fn list_imports(&self, request: Request<pb::ListImportsRequest>) -> Answer<pb::ListImportsResponse> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::imports::list_imports(&self.app, &caller, asked).await?))
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
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::period_table::get_period_table(&self.app, &caller, asked).await?))
    }

    async fn get_series(&self, request: Request<pb::GetSeriesRequest>) -> Answer<pb::Series> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::series::get_series(&self.app, &caller, asked).await?))
    }

    type StreamSeriesStream = Boxed<pb::Series>;

    async fn stream_series(&self, request: Request<pb::StreamSeriesRequest>) -> Answer<Self::StreamSeriesStream> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(boxed(app::series::stream_series(&self.app, &caller, asked).await?)))
    }

    async fn explain_point(&self, request: Request<pb::ExplainPointRequest>) -> Answer<pb::PointExplanation> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::explain::explain_point(&self.app, &caller, asked).await?))
    }

    async fn list_series_changes(
        &self,
        request: Request<pb::ListSeriesChangesRequest>,
    ) -> Answer<pb::ListSeriesChangesResponse> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::read_changes::list_series_changes(&self.app, &caller, asked).await?))
    }

    async fn import_events(&self, request: Request<Streaming<FileChunk>>) -> Answer<pb::ImportEventsResponse> {
        let caller = Caller::of(&request)?;
        let (file, wish) = events::receive(&self.app, &caller, request.into_inner()).await?;
        Ok(Response::new(app::geo_events::import_events(&self.app, &caller, file, wish).await?))
    }

    async fn list_events(&self, request: Request<pb::ListEventsRequest>) -> Answer<pb::ListEventsResponse> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::geo_events::list_events(&self.app, &caller, asked).await?))
    }

    async fn count_events(&self, request: Request<pb::CountEventsRequest>) -> Answer<pb::EventCounts> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::count_events::count_events(&self.app, &caller, asked).await?.into()))
    }

    async fn get_event(&self, request: Request<pb::GetEventRequest>) -> Answer<pb::Event> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::geo_events::get_event(&self.app, &caller, asked).await?))
    }

    async fn correct_event(&self, request: Request<pb::CorrectEventRequest>) -> Answer<pb::Event> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::correct_event::correct_event(&self.app, &caller, asked).await?))
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
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::read_table::read_table(&self.app, &caller, asked).await?))
    }

    async fn list_validation_rules(
        &self,
        request: Request<pb::ListValidationRulesRequest>,
    ) -> Answer<pb::ListValidationRulesResponse> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::rules::list_validation_rules(&self.app, &caller, &asked.indicator).await?))
    }

    async fn set_validation_rule(&self, request: Request<pb::SetValidationRuleRequest>) -> Answer<pb::ValidationRule> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::rules::set_validation_rule(&self.app, &caller, asked).await?))
    }

    async fn test_validation_rule(
        &self,
        request: Request<pb::TestValidationRuleRequest>,
    ) -> Answer<pb::TestValidationRuleResponse> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::rules::test_validation_rule(&self.app, &caller, asked).await?))
    }

    async fn get_data_quality(&self, request: Request<pb::GetDataQualityRequest>) -> Answer<pb::DataQuality> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::quality::get_data_quality(&self.app, &caller, asked).await?))
    }

    async fn list_quality_problems(
        &self,
        request: Request<pb::ListQualityProblemsRequest>,
    ) -> Answer<pb::ListQualityProblemsResponse> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::quality::list_quality_problems(&self.app, &caller, asked).await?))
    }

    async fn list_tasks(&self, request: Request<pb::ListTasksRequest>) -> Answer<pb::ListTasksResponse> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::tasks::list_tasks(&self.app, &caller, asked).await?))
    }

    async fn waive_tasks(&self, request: Request<pb::WaiveTasksRequest>) -> Answer<pb::WaivedTasks> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::tasks::waive_tasks(&self.app, &caller, asked).await?))
    }

    async fn take_back_waivers(&self, request: Request<pb::TakeBackWaiversRequest>) -> Answer<pb::WaivedTasks> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::tasks::take_back_waivers(&self.app, &caller, asked).await?))
    }

    async fn assign_tasks(&self, request: Request<pb::AssignTasksRequest>) -> Answer<pb::AssignedTasks> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::assignments::assign_tasks(&self.app, &caller, asked).await?))
    }

    async fn take_back_assignments(
        &self,
        request: Request<pb::TakeBackAssignmentsRequest>,
    ) -> Answer<pb::AssignedTasks> {
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::assignments::take_back_assignments(&self.app, &caller, asked).await?))
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
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::submissions::list_submissions(&self.app, &caller, asked).await?))
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
        let (caller, asked) = Caller::open(request)?;
        Ok(Response::new(app::locks::lock_period(&self.app, &caller, asked).await?))
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
        let (caller, _) = Caller::open(request)?;
        Ok(Response::new(app::locks::list_period_locks(&self.app, &caller).await?))
    }
}
