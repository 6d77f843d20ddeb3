//! What an operator sees: one trace from the browser's request to the event's consumer, logs as JSON lines,
//! metrics of every service.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use chassis::testing::{eventually, free_port};
use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    common::v1::any_value::Value as Said,
};
use serde_json::{Value, json};
use tonic::{Request, Response, Status};

use crate::{
    cluster::{Cluster, SERVICES},
    people::team,
};

/// Span names of each service, by trace.
type Traces = BTreeMap<Vec<u8>, BTreeSet<(String, String)>>;

/// A collector of traces that keeps them.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Traces>>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let mut traces = self.0.lock().expect("nobody panics while holding it");
        for of_service in request.into_inner().resource_spans {
            let attributes = of_service.resource.unwrap_or_default().attributes;
            let service = attributes.into_iter().find(|one| one.key == "service.name");
            let Some(Said::StringValue(service)) = service.and_then(|one| one.value?.value) else { continue };
            for span in of_service.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                traces.entry(span.trace_id).or_default().insert((service.clone(), span.name));
            }
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

impl Collector {
    async fn start() -> (Self, String) {
        let collector = Self::default();
        let port = free_port();
        let served = TraceServiceServer::new(collector.clone());
        let address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
        tokio::spawn(tonic::transport::Server::builder().add_service(served).serve(address));
        (collector, format!("http://127.0.0.1:{port}"))
    }

    /// True when one trace holds all of these spans.
    fn has_one_with(&self, wanted: &[(&str, &str)]) -> bool {
        let traces = self.0.lock().expect("nobody panics while holding it");
        let holds = |spans: &BTreeSet<(String, String)>, (service, name): &(&str, &str)| {
            spans.contains(&((*service).to_owned(), (*name).to_owned()))
        };
        traces.values().any(|spans| wanted.iter().all(|one| holds(spans, one)))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_runs_from_the_request_to_the_consumer_and_logs_are_json() {
    let (collector, endpoint) = Collector::start().await;
    let cluster = Cluster::start_traced(&endpoint).await;
    let ours = team(&cluster.app, &cluster.address, "TRACED").await;
    let plan = json!({"title": {"en": "Followed"}, "start": "2024-07-01", "end": "2026-06-30"});
    ours.coordinator.post("/plans", plan).await;

    let hops = [("cpas-gateway", "request"), ("cpas-planning", "rpc"), ("cpas-reporting", "event")];
    eventually("one trace joins the request, the call and the event", || async { collector.has_one_with(&hops) }).await;

    for name in SERVICES {
        let log = cluster.log(name);
        let lines: Vec<Value> = log
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{name}: {error}: {line}")))
            .collect();
        assert!(!lines.is_empty(), "{name} says nothing of its start");
        for line in &lines {
            assert!(line["timestamp"].is_string() && line["level"].is_string(), "{name}: {line}");
        }
        let (status, metrics) = cluster.admin_page(name, "/metrics").await;
        assert_eq!(status, 200, "{name}");
        assert!(metrics.contains("# TYPE cpas_"), "{name}: {metrics}");
    }
}
