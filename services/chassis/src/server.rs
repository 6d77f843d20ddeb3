//! Running a service's gRPC server and its admin pages, and ending in time.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, http::StatusCode, routing::get};
use tokio::net::TcpListener;
use tonic::transport::server::TcpIncoming;

use crate::{Bus, Db, Identity, Service, Stop, authorise::Gate, config, telemetry};

/// Longest time from SIGTERM to the end, whatever hangs.
pub const EXIT_WITHIN: Duration = Duration::from_secs(25);
/// Between "not ready" and the last connection taken: load balancers need to notice.
const UNREADY_PAUSE: Duration = Duration::from_secs(1);

/// Serves until `stop` is set, then drains.
///
/// # Errors
/// When an address cannot be listened on.
pub async fn serve(
    mut service: Service,
    identity: Identity,
    config: &config::Server,
    stop: Stop,
) -> std::io::Result<()> {
    let grpc = TcpListener::bind(config.grpc_listen).await.map_err(|error| at(config.grpc_listen, &error))?;
    let admin = TcpListener::bind(config.admin_listen).await.map_err(|error| at(config.admin_listen, &error))?;
    let (reporter, health) = tonic_health::server::health_reporter();
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(cpas_proto::DESCRIPTORS)
        .build_v1()
        .map_err(std::io::Error::other)?;
    let routes = service.routes.clone().add_service(health).add_service(reflection);
    let guarded = Gate::new(service.name, identity, config).guard(routes);

    let closing = Stop::new();
    let mut background = service.start_background(&stop);
    let admin_pages = admin_pages(service.db.clone(), service.bus.clone(), stop.clone());
    let admin = tokio::spawn(axum::serve(admin, admin_pages).into_future());
    let readiness = tokio::spawn(report_readiness(reporter, service.db.clone(), service.bus.clone(), stop.clone()));
    tracing::info!(service = service.name, address = %config.grpc_listen, "serving");

    let server = tonic::transport::Server::builder()
        // Without tonic's grace: with one it tells nobody that the connection ends, and cuts what is under way on it
        // (tonic 0.14.9, `connection_timeout_future`). So it says goodbye and ends with its last call; a peer that is
        // gone is found by the pings.
        .max_connection_age(Duration::from_secs(config.connection_age_max_s))
        .http2_keepalive_interval(Some(Duration::from_secs(20)))
        .add_routes(guarded.into())
        // An answer is more than one small write: without this the last waits 40 ms for the reader's delayed ACK.
        .serve_with_incoming_shutdown(TcpIncoming::from(grpc).with_nodelay(Some(true)), {
            let closing = closing.clone();
            async move { closing.wait().await }
        });
    let drain = async {
        stop.wait().await;
        tokio::time::sleep(UNREADY_PAUSE).await;
        closing.set();
        tokio::time::sleep(Duration::from_secs(config.drain_s)).await;
        // hyper's graceful end can hang on a half-open connection: this is the hard limit around it.
        tracing::warn!("connections were still open at the end of the drain; they are cut");
    };
    tokio::select! {
        ended = server => ended.map_err(std::io::Error::other)?,
        () = drain => {}
    }
    let rest = async { while background.join_next().await.is_some() {} };
    if tokio::time::timeout(Duration::from_secs(3), rest).await.is_err() {
        tracing::warn!("background work did not end in time; what it had not committed is rolled back");
    }
    readiness.abort();
    admin.abort();
    drop(tokio::time::timeout(Duration::from_secs(1), service.db.close()).await);
    Ok(())
}

/// `/healthz`: the process lives. `/readyz`: it can work. `/metrics`: Prometheus.
pub fn admin_pages(db: Db, bus: Bus, stop: Stop) -> Router {
    let ready = move || {
        let (db, bus, stop) = (db.clone(), bus.clone(), stop.clone());
        async move {
            match (stop.is_set(), db.is_ready().await, bus.is_ready()) {
                (true, ..) => (StatusCode::SERVICE_UNAVAILABLE, "ending\n"),
                (_, false, _) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
                // Without the stream a service still works: its outbox keeps what is to be told.
                (.., false) => (StatusCode::OK, "ready; the event stream is away\n"),
                _ => (StatusCode::OK, "ready\n"),
            }
        }
    };
    Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(|| async { telemetry::metrics_text() }))
}

async fn report_readiness(reporter: tonic_health::server::HealthReporter, db: Db, bus: Bus, stop: Stop) {
    use tonic_health::ServingStatus::{NotServing, Serving};
    while !stop.is_set() {
        let status = if db.is_ready().await { Serving } else { NotServing };
        reporter.set_service_status("", status).await;
        metrics::gauge!("cpas_event_stream_up").set(f64::from(u8::from(bus.is_ready())));
        stop.or_after(Duration::from_secs(2)).await;
    }
    reporter.set_service_status("", NotServing).await;
}

fn at(address: SocketAddr, error: &std::io::Error) -> std::io::Error {
    std::io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
}

/// Sets `stop` at SIGTERM or Ctrl-C; a second signal, or the limit, ends the process at once.
pub fn stop_on_signals(stop: Stop) {
    tokio::spawn(async move {
        signal().await;
        tracing::info!("ending: not ready any more, finishing what is running");
        stop.set();
        tokio::select! {
            () = signal() => tracing::warn!("ending at once"),
            () = tokio::time::sleep(EXIT_WITHIN) => tracing::error!("the drain took too long; ending at once"),
        }
        std::process::exit(1);
    });
}

async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        return std::future::pending().await;
    };
    tokio::select! { _ = term.recv() => {}, _ = interrupt.recv() => {} }
}
