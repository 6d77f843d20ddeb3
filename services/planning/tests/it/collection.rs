//! A collection that has series and nothing else, behind the real gate and link.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
};

use cpas_proto::{
    collection::v1::{self as pb, collection_service_server::CollectionService},
    common::v1::FileChunk,
};
use futures::Stream;
use tonic::{Request, Response, Status, Streaming};

/// Monthly series by indicator, and whether it is away.
#[derive(Clone, Default)]
pub struct SmallCollection {
    series: Arc<Mutex<BTreeMap<String, pb::Series>>>,
    away: Arc<AtomicBool>,
}

impl SmallCollection {
    /// Sets the value of a month in an area; without one the month is missing.
    pub fn set(&self, code: &str, area: &str, period: &str, value: Option<f64>) {
        let mut all = self.series();
        let series = all.entry(code.to_owned()).or_insert_with(|| pb::Series {
            indicator_code: code.to_owned(),
            frequency: "month".to_owned(),
            ..Default::default()
        });
        let kind = if value.is_some() { "value" } else { "missing" };
        let point = pb::Point { period: period.to_owned(), value, kind: kind.to_owned(), ..Default::default() };
        match series.parts.iter_mut().find(|part| part.area == area) {
            Some(part) => {
                part.points.retain(|point| point.period != period);
                part.points.push(point);
            }
            None => {
                series.parts.push(pb::SeriesPart { area: area.to_owned(), points: vec![point], ..Default::default() })
            }
        }
    }

    /// The data of an indicator are so classified.
    pub fn classify(&self, code: &str, classification: &str) {
        if let Some(series) = self.series().get_mut(code) {
            series.classification = classification.to_owned();
        }
    }

    pub fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    fn series(&self) -> MutexGuard<'_, BTreeMap<String, pb::Series>> {
        self.series.lock().expect("nobody panics while holding it")
    }
}

type Answer<T> = Result<Response<T>, Status>;
type Stream_<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// Methods that these tests do not need, as `async_trait` would write them: it does not look into macros.
macro_rules! not_here {
    ($($method:ident: $request:ty => $response:ty),+ $(,)?) => {
        $(fn $method<'life0, 'async_trait>(
            &'life0 self,
            _: Request<$request>,
        ) -> Pin<Box<dyn Future<Output = Answer<$response>> + Send + 'async_trait>>
        where
            'life0: 'async_trait,
            Self: 'async_trait,
        {
            Box::pin(async { Err(Status::unimplemented(stringify!($method))) })
        })+
    };
}

#[tonic::async_trait]
impl CollectionService for SmallCollection {
    type StreamSeriesStream = Stream_<pb::Series>;
    type DownloadRejectedStream = Stream_<FileChunk>;

    async fn stream_series(&self, request: Request<pb::StreamSeriesRequest>) -> Answer<Self::StreamSeriesStream> {
        if self.away.load(Ordering::SeqCst) {
            return Err(Status::unavailable("away"));
        }
        let asked = request.into_inner().indicators;
        let all = self.series();
        let wanted = all.values().filter(|one| asked.is_empty() || asked.contains(&one.indicator_code));
        let found: Vec<Result<pb::Series, Status>> = wanted.cloned().map(Ok).collect();
        Ok(Response::new(Box::pin(futures::stream::iter(found))))
    }

    async fn preview_import(&self, _: Request<Streaming<pb::PreviewImportRequest>>) -> Answer<pb::ImportBatch> {
        Err(Status::unimplemented("preview_import"))
    }

    async fn import_events(&self, _: Request<Streaming<FileChunk>>) -> Answer<pb::ImportEventsResponse> {
        Err(Status::unimplemented("import_events"))
    }

    type ExportObservationsStream = Stream_<FileChunk>;
    type ExportEventsStream = Stream_<FileChunk>;

    async fn export_observations(
        &self,
        _: Request<pb::ExportObservationsRequest>,
    ) -> Answer<Self::ExportObservationsStream> {
        Err(Status::unimplemented("export_observations"))
    }

    async fn export_events(&self, _: Request<pb::ExportEventsRequest>) -> Answer<Self::ExportEventsStream> {
        Err(Status::unimplemented("export_events"))
    }

    async fn download_rejected(&self, _: Request<pb::DownloadRejectedRequest>) -> Answer<Self::DownloadRejectedStream> {
        Err(Status::unimplemented("download_rejected"))
    }

    async fn submit_instance(&self, _: Request<Streaming<pb::SubmitInstanceRequest>>) -> Answer<pb::SubmittedInstance> {
        Err(Status::unimplemented("submit_instance"))
    }

    type DownloadAttachmentStream = Stream_<FileChunk>;

    async fn download_attachment(
        &self,
        _: Request<pb::DownloadAttachmentRequest>,
    ) -> Answer<Self::DownloadAttachmentStream> {
        Err(Status::unimplemented("download_attachment"))
    }

    not_here! {
        list_phone_forms: pb::ListPhoneFormsRequest => pb::ListPhoneFormsResponse,
        get_phone_form: pb::GetPhoneFormRequest => pb::PhoneFormFile,
        list_submissions: pb::ListSubmissionsRequest => pb::ListSubmissionsResponse,
        get_submission: pb::GetSubmissionRequest => pb::GetSubmissionResponse,
        list_tasks: pb::ListTasksRequest => pb::ListTasksResponse,
        waive_tasks: pb::WaiveTasksRequest => pb::WaivedTasks,
        take_back_waivers: pb::TakeBackWaiversRequest => pb::WaivedTasks,
        assign_tasks: pb::AssignTasksRequest => pb::AssignedTasks,
        take_back_assignments: pb::TakeBackAssignmentsRequest => pb::AssignedTasks,
        get_series: pb::GetSeriesRequest => pb::Series,
        list_observations: pb::ListObservationsRequest => pb::ListObservationsResponse,
        explain_point: pb::ExplainPointRequest => pb::PointExplanation,
        get_period_table: pb::GetPeriodTableRequest => pb::PeriodTable,
        count_waiting: pb::CountWaitingRequest => pb::WaitingCounts,
        list_series_changes: pb::ListSeriesChangesRequest => pb::ListSeriesChangesResponse,
        enter_observation: pb::EnterObservationRequest => pb::Observation,
        enter_observations: pb::EnterObservationsRequest => pb::EnterObservationsResponse,
        list_entry_cells: pb::ListEntryCellsRequest => pb::ListEntryCellsResponse,
        list_validation_rules: pb::ListValidationRulesRequest => pb::ListValidationRulesResponse,
        set_validation_rule: pb::SetValidationRuleRequest => pb::ValidationRule,
        test_validation_rule: pb::TestValidationRuleRequest => pb::TestValidationRuleResponse,
        read_table: cpas_proto::common::v1::TableQuery => cpas_proto::common::v1::TablePage,
        get_data_quality: pb::GetDataQualityRequest => pb::DataQuality,
        list_quality_problems: pb::ListQualityProblemsRequest => pb::ListQualityProblemsResponse,
        correct_observation: pb::CorrectObservationRequest => pb::Observation,
        submit_observations: pb::MoveObservationsRequest => pb::MoveObservationsResponse,
        verify_observations: pb::MoveObservationsRequest => pb::MoveObservationsResponse,
        approve_observations: pb::MoveObservationsRequest => pb::MoveObservationsResponse,
        return_observations: pb::MoveObservationsRequest => pb::MoveObservationsResponse,
        reject_observations: pb::MoveObservationsRequest => pb::MoveObservationsResponse,
        get_observation: pb::GetObservationRequest => pb::GetObservationResponse,
        commit_import: pb::CommitImportRequest => pb::ImportBatch,
        reverse_import: pb::ReverseImportRequest => pb::ImportBatch,
        get_import: pb::GetImportRequest => pb::ImportBatch,
        list_imports: pb::ListImportsRequest => pb::ListImportsResponse,
        list_import_work: pb::ListImportWorkRequest => pb::ListImportWorkResponse,
        cancel_import: pb::CancelImportRequest => pb::ImportWork,
        list_events: pb::ListEventsRequest => pb::ListEventsResponse,
        get_event: pb::GetEventRequest => pb::Event,
        correct_event: pb::CorrectEventRequest => pb::Event,
        open_upload: pb::OpenUploadRequest => pb::Upload,
        put_upload_part: pb::PutUploadPartRequest => pb::Upload,
        get_upload: pb::GetUploadRequest => pb::Upload,
        count_events: pb::CountEventsRequest => pb::EventCounts,
        lock_period: pb::LockPeriodRequest => pb::PeriodLock,
        list_period_locks: pb::ListPeriodLocksRequest => pb::ListPeriodLocksResponse,
        unlock_period: pb::UnlockPeriodRequest => pb::PeriodLock,
        mark_cell: pb::MarkCellRequest => pb::CellRemarks,
        comment_cell: pb::CommentCellRequest => pb::CellRemarks,
        list_cell_remarks: pb::ListCellRemarksRequest => pb::CellRemarks,
        list_open_work: cpas_proto::common::v1::ListOpenWorkRequest => cpas_proto::common::v1::ListOpenWorkResponse,
    }
}
