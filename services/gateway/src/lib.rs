//! The only door: sessions and tokens, the REST API with its OpenAPI document, live changes, the web app.
//!
//! It owns accounts, missions, memberships, sessions and tokens, and writes members what waits for them. It holds nothing of a mission's content:
//! that is asked from the services, as the caller, with the caller's deadline.
//!
//! Invariant: a mission that is not the caller's looks like one that does not exist
//! (`a_stranger_learns_nothing` in `tests/it/strangers.rs` of cpas-tests).
//! Invariant: who enters a mission without a role in it leaves a line there before the answer leaves, whatever the route
//! (`headquarters_in_a_missions_own_pages_leaves_a_line_whatever_the_route` in `tests/it`).
//! Invariant: OData gives what its asker may see, and changes nothing (`a_spreadsheet_reads_the_missions_tables` in
//! `tests/it/odata.rs` of cpas-tests).
//! Invariant: a token of a phone fills forms and opens nothing else, and an instance is stored once however often it
//! is sent (`a_phone_fills_forms` in `tests/it/openrosa.rs` of cpas-tests).
//! Invariant: people outside read what a mission opened to them, and learn nothing else of it (`outside`).
//! Invariant: the OpenAPI snapshot is what is served (`the_snapshot_is_what_is_served` in `tests/openapi.rs`).

pub mod access;
pub mod config;
pub mod digests;
pub mod french;
pub mod language;
pub mod odata;
pub mod openrosa;
pub mod outside;
pub mod problem;
pub mod routes;
pub mod store;
pub mod subscriptions;
pub mod webhooks;

use std::{net::SocketAddr, process::ExitCode, sync::Arc, time::Duration, time::Instant};

use axum::serve::ListenerExt as _;
use chassis::{
    Bus, Caller, Db, Failure, Link, Mission, Service, Stop,
    config::{BadConfig, Whole},
    link::Call,
    run, server,
    telemetry::Telemetry,
};
use cpas_proto::{
    assessment::v1::assessment_service_client::AssessmentServiceClient,
    collection::v1::collection_service_client::CollectionServiceClient,
    context::v1::context_service_client::ContextServiceClient,
    planning::v1::planning_service_client::PlanningServiceClient,
    reporting::v1::reporting_service_client::ReportingServiceClient,
};

pub use access::Passwords;
pub use config::{Config, DEFAULTS};
pub use routes::{document, router};
pub use store::MIGRATOR;

/// Largest message taken from a service, in bytes.
const MESSAGE_BYTES_MAX: usize = 64 << 20;
/// Between "not ready" and the last connection taken.
const UNREADY_PAUSE: Duration = Duration::from_secs(1);
/// From SIGTERM to the end of the last request.
const DRAIN: Duration = Duration::from_secs(20);

/// Ways to the five services.
#[derive(Clone)]
pub struct Links {
    pub context: Link,
    pub planning: Link,
    pub collection: Link,
    pub assessment: Link,
    pub reporting: Link,
}

/// What every handler has.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub bus: Bus,
    pub config: Arc<Config>,
    pub passwords: Passwords,
    /// Set when the door closes: streams that never end by themselves end.
    pub closing: Stop,
    /// Room for what phones are sending, in KiB.
    pub(crate) phones: Arc<tokio::sync::Semaphore>,
    /// How often people outside may ask for papers.
    pub(crate) outside: Arc<outside::Limit>,
    links: Arc<Links>,
}

macro_rules! clients {
    ($($name:ident: $client:ident),+ $(,)?) => {
        $(
            #[doc = concat!("A client of ", stringify!($name), " that calls as the caller.")]
            pub fn $name(&self, caller: &Caller) -> $client<Call> {
                $client::new(self.links.$name.on_behalf(caller))
                    .max_decoding_message_size(MESSAGE_BYTES_MAX)
                    .max_encoding_message_size(MESSAGE_BYTES_MAX)
            }
        )+
    };
}

impl App {
    /// # Errors
    /// `Internal` when the random source fails.
    pub fn new(db: Db, bus: Bus, config: Config, links: Links) -> Result<Self, Failure> {
        Ok(Self {
            db,
            bus,
            outside: Arc::new(outside::Limit::new(config.outside_reads_per_minute)),
            config: Arc::new(config),
            passwords: Passwords::new()?,
            closing: Stop::new(),
            phones: Arc::new(tokio::sync::Semaphore::new(openrosa::ROOM_KIB as usize)),
            links: Arc::new(links),
        })
    }

    clients! {
        context: ContextServiceClient,
        planning: PlanningServiceClient,
        collection: CollectionServiceClient,
        assessment: AssessmentServiceClient,
        reporting: ReportingServiceClient,
    }

    /// The address under which the outside reaches this, where no request names it; without a slash at the end.
    pub(crate) fn address_outside(&self) -> String {
        match self.config.public_url.trim_end_matches('/') {
            "" if self.config.http_listen.ip().is_unspecified() => {
                format!("http://localhost:{}", self.config.http_listen.port())
            }
            "" => format!("http://{}", self.config.http_listen),
            address => address.to_owned(),
        }
    }

    /// The gateway acting for itself, for what belongs to no mission.
    pub(crate) fn outside_missions(&self, time: Duration) -> Caller {
        Caller {
            account: uuid::Uuid::nil(),
            name: "gateway".to_owned(),
            mission: None,
            grants: vec![chassis::Grant::mission_wide(cpas_proto::words::Role::Service)],
            clearance: cpas_proto::words::Classification::Unclassified,
            deadline: Instant::now() + time,
            idempotency: None,
        }
    }

    /// The gateway acting for itself in a mission.
    fn own_caller(&self, row: &store::missions::MissionRow) -> Result<Caller, Failure> {
        let mission = Mission {
            id: row.id,
            code: row.code.clone(),
            state: row.state.parse().map_err(Failure::internal)?,
            fiscal_year_start_month: u32::try_from(row.fiscal_year_start_month).map_err(Failure::internal)?,
        };
        Ok(Caller::service("gateway", mission, Instant::now() + Duration::from_secs(10)))
    }
}

/// The gateway's background work as a service: its outbox, what other systems are told, and what members are by e-mail.
///
/// # Errors
/// `Internal` when there is no TLS on this machine, or for a mail server that cannot be used.
pub fn background(app: &App) -> Result<Service, Failure> {
    let (db, bus) = (app.db.clone(), app.bus.clone());
    let sender = webhooks::Sender::new(db.clone(), app.config.webhook_private_allowed)?;
    let inbox = webhooks::inbox(db.clock().clone());
    let service = Service::new("gateway", db, bus, tonic::service::Routes::default());
    let subscriptions = subscriptions::Sender::new(app.clone())?;
    let papers = subscriptions::inbox(app.db.clock().clone());
    let service = service.hears(inbox).hears(papers).runs(|stop| webhooks::run(sender, stop));
    let service = service.runs(|stop| subscriptions::run(subscriptions, stop));
    Ok(match digests::Sender::new(app.clone())? {
        Some(sender) => service.runs(|stop| digests::run(sender, stop)),
        None => service,
    })
}

/// Serves until `stop` is set, then finishes what is running, for at most 20 s.
///
/// # Errors
/// When the listener breaks.
pub async fn serve(app: App, listener: tokio::net::TcpListener, stop: Stop) -> std::io::Result<()> {
    let closing = app.closing.clone();
    let router = router(app).into_make_service_with_connect_info::<SocketAddr>();
    let ended = stop.clone();
    // An answer is more than one small write: without this the last waits 40 ms for the reader's delayed ACK.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection stays slow");
        }
    });
    let server = axum::serve(listener, router).with_graceful_shutdown(async move {
        ended.wait().await;
        // Not ready first: who balances the load needs to notice before the last connection is taken.
        tokio::time::sleep(UNREADY_PAUSE).await;
        closing.set();
    });
    let limit = async {
        stop.wait().await;
        // Streams of changes never end by themselves, and hyper can hang on a half-open connection.
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! { outcome = async { server.await } => outcome, () = limit => Ok(()) }
}

/// The binary on its own: `serve` or `migrate`.
pub fn main() -> ExitCode {
    // At least two workers: OpenTelemetry's exporter can lock itself up on one.
    let workers = std::thread::available_parallelism().map_or(2, |cores| cores.get().max(2));
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .thread_stack_size(run::STACK_BYTES)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("the runtime did not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(run_alone());
    runtime.shutdown_timeout(Duration::from_secs(1));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

async fn run_alone() -> Result<(), String> {
    let config: Whole<Config> = chassis::config::of_this_process(DEFAULTS).map_err(|error| error.to_string())?;
    match std::env::args().nth(1).as_deref() {
        None | Some("serve") => serve_alone(config).await,
        Some("migrate") => {
            chassis::db::migrate(&config.database.owner_url, &MIGRATOR).await.map_err(|error| error.to_string())
        }
        Some(other) => Err(format!("\"{other}\" is not a command; there are serve and migrate")),
    }
}

async fn serve_alone(config: Whole<Config>) -> Result<(), String> {
    let telemetry = Telemetry::start("gateway", &config.telemetry).map_err(|error| error.to_string())?;
    let stop = Stop::new();
    server::stop_on_signals(stop.clone());
    let base = run::base("gateway", &config).await.map_err(|error| error.to_string())?;
    let links = links(&base).map_err(|error| error.to_string())?;
    let listen = |address: SocketAddr| async move {
        tokio::net::TcpListener::bind(address).await.map_err(|error| format!("cannot listen on {address}: {error}"))
    };
    let admin = listen(config.server.admin_listen).await?;
    let http = listen(config.service.http_listen).await?;
    let app = App::new(base.db.clone(), base.bus.clone(), config.service, links).map_err(|error| error.to_string())?;
    let mut background = background(&app).map_err(|failure| failure.to_string())?;
    let mut running = background.start_background(&stop);
    tokio::spawn(axum::serve(admin, server::admin_pages(base.db, base.bus, stop.clone())).into_future());
    let outcome = serve(app, http, stop).await.map_err(|error| error.to_string());
    let rest = async { while running.join_next().await.is_some() {} };
    drop(tokio::time::timeout(Duration::from_secs(3), rest).await);
    telemetry.end();
    outcome
}

fn links(base: &run::Base) -> Result<Links, BadConfig> {
    Ok(Links {
        context: base.link("context")?,
        planning: base.link("planning")?,
        collection: base.link("collection")?,
        assessment: base.link("assessment")?,
        reporting: base.link("reporting")?,
    })
}
