//! What is left of the caller's patience goes with every call and is enforced on every hop.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{Router, extract::Request, response::IntoResponse as _, routing::post};
use chassis::{Caller, Identity, Link, Service, Stop, config, deadline, testing::Stage};
use cpas_proto::words::Role;
use tonic::{Code, body::Body};
use tower::{Service as _, ServiceExt as _};

use crate::stage;

const METHOD: &str = "/cpas.planning.v1.PlanningService/GetPlan";
const PATIENCE: Duration = Duration::from_millis(300);

fn impatient(stage: &Stage) -> Caller {
    Caller { deadline: Instant::now() + PATIENCE, ..stage.caller(Role::Coordinator) }
}

async fn call(link: &Link, caller: &Caller) -> Code {
    let mut transport = link.on_behalf(caller);
    let request = http::Request::post(format!("http://service{METHOD}")).header("content-type", "application/grpc");
    let response = transport.ready().await.expect("a way").call(request.body(Body::empty()).expect("a request")).await;
    match response {
        Err(status) => status.code(),
        Ok(response) => tonic::Status::from_header_map(response.headers()).map_or(Code::Ok, |status| status.code()),
    }
}

/// A handler that never answers.
fn asleep() -> tonic::service::Routes {
    Router::new().route(METHOD, post(std::future::pending::<()>)).into()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_longer_than_the_caller() {
    let stage = stage().await;
    let link = stage.neighbour("planning", "gateway", asleep());
    let began = Instant::now();
    assert_eq!(call(&link, &impatient(&stage)).await, Code::DeadlineExceeded);
    assert!(began.elapsed() >= PATIENCE, "not before the time is up");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_hop_gets_what_the_first_one_left() {
    let stage = stage().await;
    let seen: Arc<Mutex<Option<Duration>>> = Arc::default();
    let note = seen.clone();
    let second = Router::new().route(
        METHOD,
        post(move |request: Request| async move {
            let granted = deadline::granted(request.headers(), Duration::MAX, Duration::MAX);
            *note.lock().expect("no panic") = Some(granted);
            tonic::Status::ok("").into_http::<axum::body::Body>().into_response()
        }),
    );
    let second = stage.neighbour("collection", "planning", second.into());
    let first = Router::new().route(
        METHOD,
        post(move |request: Request| {
            let caller = request.extensions().get::<Caller>().expect("let in by the gate").clone();
            async move {
                tokio::time::sleep(PATIENCE / 3).await;
                call(&second, &caller).await;
                tonic::Status::ok("").into_http::<axum::body::Body>().into_response()
            }
        }),
    );
    let first = stage.neighbour("planning", "gateway", first.into());
    assert_eq!(call(&first, &impatient(&stage)).await, Code::Ok);
    let left = seen.lock().expect("no panic").expect("the second hop was called");
    assert!(left <= PATIENCE - PATIENCE / 3, "{left:?} is more than what was left");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_longer_for_a_service_that_is_not_there() {
    let stage = stage().await;
    // Nobody is behind the name, nor will be.
    let link =
        Link::remote("planning", stage.identities["gateway"].clone(), "http://nowhere.invalid:1").expect("an address");
    let began = Instant::now();
    let code = call(&link, &impatient(&stage)).await;
    assert_eq!(code, Code::DeadlineExceeded);
    assert!(began.elapsed() < Duration::from_secs(10), "not for ever: {:?}", began.elapsed());
}

/// Connections of one second, under calls without a pause: each ends with calls on their way to it.
#[tokio::test(flavor = "multi_thread")]
async fn connections_end_by_their_age_and_no_call_notices() {
    const CALLERS: usize = 8;
    const LASTS: Duration = Duration::from_secs(6);
    let mut stage = stage().await;
    stage.db = chassis::Db::open("planning", &stage.database.config(), stage.clock.clone()).expect("an address");
    let answers = Router::new().route(METHOD, post(async || tonic::Status::ok("").into_http::<axum::body::Body>()));
    let service = Service::new("planning", stage.db.clone(), stage.bus.clone(), answers.into());
    let port = || std::net::SocketAddr::from(([127, 0, 0, 1], chassis::testing::free_port()));
    let whole: config::Whole<toml::Table> = config::load("[service]\n", None, Default::default()).expect("defaults");
    let (grpc_listen, admin_listen) = (port(), port());
    let server = config::Server { grpc_listen, admin_listen, drain_s: 2, connection_age_max_s: 1, ..whole.server };
    let stop = Stop::new();
    let link = Link::remote("planning", stage.identities["gateway"].clone(), &format!("http://{grpc_listen}"));
    let link = link.expect("an address");
    let patient = || Caller { deadline: Instant::now() + Duration::from_secs(10), ..stage.caller(Role::Coordinator) };
    // Called before it is there: the first calls wait until it is.
    let early = tokio::spawn({
        let (link, caller) = (link.clone(), patient());
        async move { call(&link, &caller).await }
    });
    let serving = tokio::spawn({
        let (server, stop, identity) = (server.clone(), stop.clone(), stage.identities["planning"].clone());
        async move { chassis::server::serve(service, identity, &server, stop).await }
    });
    assert_eq!(early.await.expect("no panic"), Code::Ok);
    let until = Instant::now() + LASTS;
    let hammering = (0..CALLERS).map(|_| {
        let (link, caller) = (link.clone(), Caller { deadline: until + LASTS, ..patient() });
        tokio::spawn(async move {
            let mut answered = 0_u32;
            while Instant::now() < until {
                assert_eq!(call(&link, &caller).await, Code::Ok, "after {answered} calls");
                answered += 1;
            }
            answered
        })
    });
    let answered = futures::future::join_all(hammering).await;
    let answered: u32 = answered.into_iter().map(|one| one.expect("every call is answered")).sum();
    assert!(answered > 100, "{answered} calls");
    stop.set();
    serving.await.expect("no panic").expect("it ends well");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_over_the_network_keeps_to_it_is_healthy_and_drains() {
    let mut stage = stage().await;
    stage.db = chassis::Db::open("planning", &stage.database.config(), stage.clock.clone()).expect("an address");
    let service = Service::new("planning", stage.db.clone(), stage.bus.clone(), asleep());
    let port = || std::net::SocketAddr::from(([127, 0, 0, 1], chassis::testing::free_port()));
    let whole: config::Whole<toml::Table> = config::load("[service]\n", None, Default::default()).expect("defaults");
    let server = config::Server { grpc_listen: port(), admin_listen: port(), drain_s: 2, ..whole.server };
    let stop = Stop::new();
    let serving = tokio::spawn({
        let (server, stop, identity) = (server.clone(), stop.clone(), stage.identities["planning"].clone());
        async move { chassis::server::serve(service, identity, &server, stop).await }
    });
    let identity: Identity = stage.identities["gateway"].clone();
    let link = Link::remote("planning", identity, &format!("http://{}", server.grpc_listen)).expect("an address");
    let slow = Caller { deadline: Instant::now() + Duration::from_secs(6), ..stage.caller(Role::Coordinator) };
    let channel = tonic::transport::Endpoint::from_shared(format!("http://{}", server.grpc_listen))
        .expect("an address")
        .connect_lazy();
    let mut health = tonic_health::pb::health_client::HealthClient::new(channel);
    chassis::testing::eventually("it says that it serves", async || {
        let status = health.clone().check(tonic_health::pb::HealthCheckRequest::default()).await;
        status.is_ok_and(|status| status.get_ref().status == 1)
    })
    .await;
    assert_eq!(call(&link, &impatient(&stage)).await, Code::DeadlineExceeded, "a call reaches it, and is given up");
    // Timers at both ends run for the same time; whichever is first, it is the caller's time that is up.
    let codes = futures::future::join_all((0..200).map(|turn| {
        let deadline = Instant::now() + Duration::from_micros(20_000 + turn * 333);
        let (link, caller) = (link.clone(), Caller { deadline, ..stage.caller(Role::Coordinator) });
        async move { call(&link, &caller).await }
    }))
    .await;
    assert!(codes.iter().all(|code| *code == Code::DeadlineExceeded), "{codes:?}");

    let began = Instant::now();
    let hanging = tokio::spawn(async move { call(&link, &slow).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    stop.set();
    serving.await.expect("no panic").expect("it ends well");
    assert!(began.elapsed() < Duration::from_secs(10), "a call that never ends does not keep the process");
    assert_ne!(hanging.await.expect("no panic"), Code::Ok);
    assert!(health.check(tonic_health::pb::HealthCheckRequest::default()).await.is_err(), "nobody is there any more");
}
