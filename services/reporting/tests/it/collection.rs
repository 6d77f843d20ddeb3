//! A collection with a handful of values, behind the real gate and link.

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
    common::v1::{FileChunk, Text},
    words::Classification,
};
use futures::Stream;
use tonic::{Request, Response, Status, Streaming};

/// Values by indicator, area and period; what waits; and whether it is away.
#[derive(Clone, Default)]
pub struct SmallCollection {
    values: Arc<Mutex<Values>>,
    away: Arc<AtomicBool>,
    /// The clearance of the last who asked for a series or an explanation.
    asked_with: Arc<Mutex<Option<Classification>>>,
}

#[derive(Default)]
struct Values {
    by_code: BTreeMap<String, BTreeMap<(String, String), f64>>,
    waiting: Vec<pb::Observation>,
    /// Of the mission as a whole, by indicator, slice and period.
    slices: BTreeMap<String, BTreeMap<(String, String), f64>>,
    /// Of areas, by indicator, area, slice and period.
    area_slices: BTreeMap<String, BTreeMap<(String, String, String), f64>>,
    /// What is suppressed, by indicator, area and period.
    suppressed: Vec<(String, String, String)>,
    /// What is counted, and for whom at least.
    events: Vec<(Classification, pb::EventPlace, pb::EventCount)>,
    /// Of indicators that have other than unclassified data.
    classified: BTreeMap<String, String>,
}

impl SmallCollection {
    pub fn set(&self, code: &str, area: &str, period: &str, value: f64) {
        let key = (area.to_owned(), period.to_owned());
        self.values().by_code.entry(code.to_owned()).or_default().insert(key, value);
    }

    pub fn set_slice(&self, code: &str, slice: &str, period: &str, value: f64) {
        let key = (slice.to_owned(), period.to_owned());
        self.values().slices.entry(code.to_owned()).or_default().insert(key, value);
    }

    pub fn set_area_slice(&self, code: &str, [area, slice, period]: [&str; 3], value: f64) {
        let key = (area.to_owned(), slice.to_owned(), period.to_owned());
        self.values().area_slices.entry(code.to_owned()).or_default().insert(key, value);
    }

    /// The value of an area is there, and nobody is told it; the total is told as it is.
    pub fn suppress(&self, code: &str, area: &str, period: &str) {
        self.values().suppressed.push((code.to_owned(), area.to_owned(), period.to_owned()));
    }

    /// Events of an area; without a middle only the area is known.
    pub fn happened(&self, classification: Classification, area: &str, middle: Option<(f64, f64)>, events: u32) {
        let (longitude, latitude) = middle.unzip();
        let place = pb::EventPlace { area: area.to_owned(), longitude, latitude };
        let count = pb::EventCount { period: "2024-02".into(), events, deaths_best: 2 * events, ..Default::default() };
        self.values().events.push((classification, place, count));
    }

    pub fn classify(&self, code: &str, classification: &str) {
        self.values().classified.insert(code.to_owned(), classification.to_owned());
    }

    pub fn wait(&self, state: &str, classification: &str) {
        let (state, classification) = (state.to_owned(), classification.to_owned());
        self.values().waiting.push(pb::Observation { state, classification, ..Default::default() });
    }

    pub fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    fn values(&self) -> MutexGuard<'_, Values> {
        self.values.lock().expect("nobody panics while holding it")
    }

    pub fn asked_with(&self) -> Option<Classification> {
        *self.asked_with.lock().expect("nobody panics while holding it")
    }

    fn remember<T>(&self, request: &Request<T>) {
        let clearance = chassis::Caller::of(request).expect("the gate let it in").clearance;
        *self.asked_with.lock().expect("nobody panics while holding it") = Some(clearance);
    }

    fn here(&self) -> Result<(), Status> {
        if self.away.load(Ordering::SeqCst) { Err(Status::unavailable("away")) } else { Ok(()) }
    }

    /// The series of an indicator: the mission's sum, and each area, within the periods.
    fn series(&self, code: &str, areas: &[String], first: &str, last: &str) -> pb::Series {
        let values = self.values();
        let own = values.by_code.get(code).cloned().unwrap_or_default();
        let mut parts: BTreeMap<String, BTreeMap<String, (f64, u32)>> = BTreeMap::new();
        for ((area, period), value) in own {
            let fits = (first.is_empty() || period.as_str() >= first) && (last.is_empty() || period.as_str() <= last);
            let wanted = |name: &str| {
                if areas.is_empty() {
                    name.is_empty()
                } else {
                    areas.iter().any(|own| own == name || (own == "*" && !name.is_empty()))
                }
            };
            for name in [String::new(), area].into_iter().filter(|name| fits && wanted(name)) {
                let point = parts.entry(name).or_default().entry(period.clone()).or_default();
                *point = (point.0 + value, point.1 + 1);
            }
        }
        let point = |(period, (value, observations)): (String, (f64, u32))| pb::Point {
            period,
            value: Some(value),
            kind: "value".into(),
            observations,
            ..Default::default()
        };
        let hides = |area: &str, point: pb::Point| {
            let is_hidden = values
                .suppressed
                .iter()
                .any(|(own, place, period)| own == code && place == area && *period == point.period);
            match is_hidden {
                true => pb::Point { value: None, kind: "suppressed".into(), ..point },
                false => point,
            }
        };
        let part = |(area, points): (String, BTreeMap<String, (f64, u32)>)| pb::SeriesPart {
            points: points.into_iter().map(point).map(|point| hides(&area, point)).collect(),
            area,
            slice: String::new(),
        };
        pb::Series {
            indicator_code: code.to_owned(),
            classification: values.classified.get(code).cloned().unwrap_or_default(),
            frequency: "quarter".into(),
            parts: parts.into_iter().map(part).collect(),
            ..Default::default()
        }
    }
}

impl SmallCollection {
    /// A part for each slice.
    fn slices_of(&self, code: &str) -> Vec<pb::SeriesPart> {
        let mut parts: BTreeMap<String, Vec<pb::Point>> = BTreeMap::new();
        for ((slice, period), value) in self.values().slices.get(code).into_iter().flatten() {
            let (period, kind) = (period.clone(), "value".to_owned());
            let point = pb::Point { period, value: Some(*value), kind, observations: 1, ..Default::default() };
            parts.entry(slice.clone()).or_default().push(point);
        }
        let part = |(slice, points)| pb::SeriesPart { area: String::new(), slice, points };
        let mut all: Vec<pb::SeriesPart> = parts.into_iter().map(part).collect();
        for ((area, slice, period), value) in self.values().area_slices.get(code).into_iter().flatten() {
            let (period, kind) = (period.clone(), "value".to_owned());
            let point = pb::Point { period, value: Some(*value), kind, observations: 1, ..Default::default() };
            all.push(pb::SeriesPart { area: area.clone(), slice: slice.clone(), points: vec![point] });
        }
        all
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
        self.here()?;
        let pb::StreamSeriesRequest { indicators: asked, with_slices, .. } = request.into_inner();
        let known: Vec<String> = self.values().by_code.keys().cloned().collect();
        let wanted: Vec<String> = known.into_iter().filter(|code| asked.is_empty() || asked.contains(code)).collect();
        let whole = |code: &String| {
            let mut series = self.series(code, &[String::new(), "*".to_owned()], "", "");
            series.parts.extend(with_slices.then(|| self.slices_of(code)).into_iter().flatten());
            Ok(series)
        };
        let all: Vec<Result<pb::Series, Status>> = wanted.iter().map(whole).collect();
        Ok(Response::new(Box::pin(futures::stream::iter(all))))
    }

    async fn get_series(&self, request: Request<pb::GetSeriesRequest>) -> Answer<pb::Series> {
        self.here()?;
        self.remember(&request);
        let asked = request.into_inner();
        assert!(!asked.as_known_at.is_empty(), "a sheet asks as known at its snapshot");
        Ok(Response::new(self.series(&asked.indicator, &asked.areas, &asked.first_period, &asked.last_period)))
    }

    async fn count_waiting(&self, _: Request<pb::CountWaitingRequest>) -> Answer<pb::WaitingCounts> {
        self.here()?;
        let mut counts: BTreeMap<(String, String), u32> = BTreeMap::new();
        for one in &self.values().waiting {
            *counts.entry((one.state.clone(), one.classification.clone())).or_default() += 1;
        }
        let count = |((state, classification), observations)| pb::WaitingCount { state, classification, observations };
        Ok(Response::new(pb::WaitingCounts { counts: counts.into_iter().map(count).collect() }))
    }

    async fn explain_point(&self, request: Request<pb::ExplainPointRequest>) -> Answer<pb::PointExplanation> {
        self.here()?;
        self.remember(&request);
        let asked = request.into_inner();
        let values = self.values();
        let own = values.by_code.get(&asked.indicator).cloned().unwrap_or_default();
        let behind = own
            .into_iter()
            .filter(|((area, period), _)| *period == asked.period && (asked.area.is_empty() || *area == asked.area));
        let contribution = |((area, period), value): ((String, String), f64)| pb::Contribution {
            observation: Some(pb::Observation {
                id: format!("{area} {period}"),
                area,
                period,
                value: Some(value),
                state: "approved".into(),
                recorded_by: "Jeanne Ngo".into(),
                batch_row: 7,
                classification: "unclassified".into(),
                ..Default::default()
            }),
            file_name: "jeanne-ngo.csv".into(),
            file_sha256: "ab".into(),
        };
        let mut contributions: Vec<pb::Contribution> = behind.map(contribution).collect();
        let secret = pb::Observation { classification: "confidential".into(), ..Default::default() };
        contributions.push(pb::Contribution { observation: Some(secret), ..Default::default() });
        let total = contributions.len() as u32;
        let formula = Some(Text::of("sum over areas", "somme des zones"));
        let counted = |id: &str, amount, classification: &str| pb::CountedEvent {
            event_id: id.to_owned(),
            amount: Some(amount),
            place: "Bria".into(),
            classification: classification.to_owned(),
            ..Default::default()
        };
        let events = vec![counted("open", 3.0, "unclassified"), counted("secret", 2.0, "confidential")];
        let told = pb::PointExplanation { point: None, formula, contributions, total, events_total: 2, events };
        Ok(Response::new(told))
    }

    async fn count_events(&self, request: Request<pb::CountEventsRequest>) -> Answer<pb::EventCounts> {
        self.here()?;
        let clearance = chassis::Caller::of(&request).expect("the gate let it in").clearance;
        let asked = request.into_inner();
        let mut counts = pb::EventCounts { cell_degrees: 0.1, frequency: "month".into(), ..Default::default() };
        let is_asked = |_: &&(Classification, pb::EventPlace, pb::EventCount)| {
            asked.first_date.as_str() <= "2024-02-29"
                && (asked.last_date.is_empty() || "2024-02-01" <= &*asked.last_date)
        };
        let values = self.values();
        for (_, place, count) in values.events.iter().filter(|one| one.0 <= clearance).filter(is_asked) {
            let at = counts.places.len() as u32;
            counts.places.push(place.clone());
            counts.events += count.events;
            counts.counts.push(pb::EventCount { place: at, ..count.clone() });
        }
        Ok(Response::new(counts))
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
        get_period_table: pb::GetPeriodTableRequest => pb::PeriodTable,
        list_observations: pb::ListObservationsRequest => pb::ListObservationsResponse,
        list_series_changes: pb::ListSeriesChangesRequest => pb::ListSeriesChangesResponse,
        list_phone_forms: pb::ListPhoneFormsRequest => pb::ListPhoneFormsResponse,
        get_phone_form: pb::GetPhoneFormRequest => pb::PhoneFormFile,
        list_submissions: pb::ListSubmissionsRequest => pb::ListSubmissionsResponse,
        get_submission: pb::GetSubmissionRequest => pb::GetSubmissionResponse,
        list_tasks: pb::ListTasksRequest => pb::ListTasksResponse,
        waive_tasks: pb::WaiveTasksRequest => pb::WaivedTasks,
        take_back_waivers: pb::TakeBackWaiversRequest => pb::WaivedTasks,
        assign_tasks: pb::AssignTasksRequest => pb::AssignedTasks,
        take_back_assignments: pb::TakeBackAssignmentsRequest => pb::AssignedTasks,
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
        lock_period: pb::LockPeriodRequest => pb::PeriodLock,
        list_period_locks: pb::ListPeriodLocksRequest => pb::ListPeriodLocksResponse,
        unlock_period: pb::UnlockPeriodRequest => pb::PeriodLock,
        mark_cell: pb::MarkCellRequest => pb::CellRemarks,
        comment_cell: pb::CommentCellRequest => pb::CellRemarks,
        list_cell_remarks: pb::ListCellRemarksRequest => pb::CellRemarks,
        list_open_work: cpas_proto::common::v1::ListOpenWorkRequest => cpas_proto::common::v1::ListOpenWorkResponse,
    }
}
