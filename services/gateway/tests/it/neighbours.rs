//! What stands in for collection and reporting: speaks their protocol behind the same gate, answers what a test says,
//! and keeps what it was asked by whom.

use std::sync::{Arc, Mutex};

use axum::{Router, extract::State, http, routing::post};
use chassis::{Caller, Failure};
use cpas_proto::{
    collection::v1 as collection,
    common::v1::{self as common, ListOpenWorkRequest, ListOpenWorkResponse},
    reporting::v1 as reporting,
};
use tonic::{Request, Response, Status, body::Body, service::Routes};
use tonic_prost::ProstCodec;

type Answers<Asked, Told> = Arc<dyn Fn(&Caller, &Asked) -> Result<Told, Failure> + Send + Sync>;

/// One call: what it answers, and what it was asked.
pub struct Call<Asked, Told> {
    answers: Mutex<Answers<Asked, Told>>,
    asked: Mutex<Vec<(Caller, Asked)>>,
}

impl<Asked, Told: Default> Default for Call<Asked, Told> {
    fn default() -> Self {
        Self { answers: Mutex::new(Arc::new(|_, _| Ok(Told::default()))), asked: Mutex::default() }
    }
}

impl<Asked, Told> Call<Asked, Told>
where
    Asked: prost::Message + Default + Clone + 'static,
    Told: prost::Message + Default + 'static,
{
    pub fn answers(&self, with: impl Fn(&Caller, &Asked) -> Result<Told, Failure> + Send + Sync + 'static) {
        *self.answers.lock().expect("whole") = Arc::new(with);
    }

    pub fn asked(&self) -> Vec<(Caller, Asked)> {
        self.asked.lock().expect("whole").clone()
    }

    async fn take(&self, request: http::Request<axum::body::Body>) -> http::Response<Body> {
        let call = tower::service_fn(async |request: Request<Asked>| {
            let (caller, asked) = Caller::open(request)?;
            let answers = Arc::clone(&self.answers.lock().expect("whole"));
            self.asked.lock().expect("whole").push((caller.clone(), asked.clone()));
            answers(&caller, &asked).map(Response::new).map_err(Status::from)
        });
        let codec: ProstCodec<Told, Asked> = ProstCodec::default();
        tonic::server::Grpc::new(codec).unary(call, request).await
    }
}

/// The neighbours of a gateway.
#[derive(Default)]
pub struct Neighbours {
    pub tasks: Call<collection::ListTasksRequest, collection::ListTasksResponse>,
    pub assigning: Call<collection::AssignTasksRequest, collection::AssignedTasks>,
    pub open_data: Call<ListOpenWorkRequest, ListOpenWorkResponse>,
    pub open_records: Call<ListOpenWorkRequest, ListOpenWorkResponse>,
    pub home: Call<reporting::GetMissionHomeRequest, reporting::MissionHome>,
    pub dashboard: Call<reporting::GetDashboardRequest, reporting::Dashboard>,
    /// Answered in one piece.
    pub board: Call<reporting::RenderDashboardRequest, common::FileChunk>,
    pub papers: Call<reporting::ListFactSheetsRequest, reporting::ListFactSheetsResponse>,
    pub paper: Call<reporting::RenderFactSheetRequest, common::FileChunk>,
    pub outside: Call<reporting::ReadOutsideRequest, reporting::OutsidePaper>,
}

macro_rules! door {
    ($own:expr, $($method:literal: $call:ident),+) => {{
        let mut router = Router::new();
        $(
            router = router.route(
                $method,
                post(async |State(own): State<Arc<Neighbours>>, request: http::Request<axum::body::Body>| {
                    own.$call.take(request).await
                }),
            );
        )+
        Routes::from(router.with_state(Arc::clone($own)))
    }};
}

impl Neighbours {
    pub fn collection(self: &Arc<Self>) -> Routes {
        door!(
            self,
            "/cpas.collection.v1.CollectionService/ListTasks": tasks,
            "/cpas.collection.v1.CollectionService/AssignTasks": assigning,
            "/cpas.collection.v1.CollectionService/ListOpenWork": open_data
        )
    }

    pub fn reporting(self: &Arc<Self>) -> Routes {
        door!(
            self,
            "/cpas.reporting.v1.ReportingService/GetMissionHome": home,
            "/cpas.reporting.v1.ReportingService/ListOpenWork": open_records,
            "/cpas.reporting.v1.ReportingService/GetDashboard": dashboard,
            "/cpas.reporting.v1.ReportingService/RenderDashboard": board,
            "/cpas.reporting.v1.ReportingService/ListFactSheets": papers,
            "/cpas.reporting.v1.ReportingService/RenderFactSheet": paper,
            "/cpas.reporting.v1.ReportingService/ReadOutside": outside
        )
    }
}
