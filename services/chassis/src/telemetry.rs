//! Logs, traces and metrics; the only place that knows OpenTelemetry.

use std::{collections::HashMap, sync::OnceLock, time::Duration};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use opentelemetry::{propagation::TextMapPropagator as _, trace::TracerProvider as _};
use opentelemetry_otlp::WithExportConfig as _;
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::{EnvFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{self, BadConfig};

const SHUTDOWN_LIMIT: Duration = Duration::from_secs(3);
const BUCKETS_S: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Sends out what is left when it ends.
pub struct Telemetry {
    provider: Option<SdkTracerProvider>,
}

impl Telemetry {
    /// Starts logs, and traces where an endpoint is set. Needs a runtime with at least two workers:
    /// the exporter can lock itself up on one.
    ///
    /// # Errors
    /// For a filter, a format or an endpoint that cannot be read.
    pub fn start(service: &'static str, config: &config::Telemetry) -> Result<Self, BadConfig> {
        let filter = EnvFilter::try_new(&config.log_filter)
            .map_err(|error| BadConfig(format!("telemetry.log_filter = \"{}\": {error}", config.log_filter)))?;
        let provider = match config.otlp_endpoint.as_str() {
            "" => None,
            endpoint => Some(provider(service, endpoint)?),
        };
        let traces =
            provider.as_ref().map(|provider| tracing_opentelemetry::layer().with_tracer(provider.tracer(service)));
        let logs = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
        let registry = tracing_subscriber::registry().with(filter).with(traces);
        let started = match config.log_format.as_str() {
            "json" => registry.with(logs.json().flatten_event(true)).try_init(),
            "text" => registry.with(logs).try_init(),
            other => return Err(BadConfig(format!("telemetry.log_format = \"{other}\"; expected json or text"))),
        };
        // A second service in one process shares the first one's logs.
        drop(started);
        metrics_text();
        Ok(Self { provider })
    }

    /// Sends what is left, for at most three seconds, off the runtime.
    pub fn end(self) {
        if let Some(provider) = self.provider {
            let worker = std::thread::spawn(move || provider.shutdown_with_timeout(SHUTDOWN_LIMIT));
            drop(worker.join());
        }
    }
}

fn provider(service: &'static str, endpoint: &str) -> Result<SdkTracerProvider, BadConfig> {
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .with_timeout(SHUTDOWN_LIMIT)
        .build()
        .map_err(|error| BadConfig(format!("telemetry.otlp_endpoint = \"{endpoint}\": {error}")))?;
    let resource = Resource::builder().with_service_name(format!("cpas-{service}")).build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

/// The metrics of this process in Prometheus' text format.
pub fn metrics_text() -> String {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let handle = HANDLE.get_or_init(|| {
        let builder =
            PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), BUCKETS_S);
        builder.and_then(PrometheusBuilder::install_recorder).ok()
    });
    handle
        .as_ref()
        .map(|handle| {
            handle.run_upkeep();
            handle.render()
        })
        .unwrap_or_default()
}

/// The present trace as a W3C `traceparent`; empty where nothing is traced.
pub fn trace_parent() -> String {
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut carrier);
    carrier.remove("traceparent").unwrap_or_default()
}

/// Makes a span part of the trace that a `traceparent` names; an empty one changes nothing.
pub fn continue_trace(span: &Span, trace_parent: &str) {
    if trace_parent.is_empty() {
        return;
    }
    let carrier = HashMap::from([("traceparent".to_owned(), trace_parent.to_owned())]);
    // Refused only where no trace layer is installed, and then there is nothing to continue.
    drop(span.set_parent(TraceContextPropagator::new().extract(&carrier)));
}
