//! `cpas up`: everything in one process.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use chassis::config::Telemetry as TelemetryConfig;
use chassis::telemetry::Telemetry;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::compose::{Ground, StartError, System};
use crate::demo::{self, DemoError};
use crate::local::{Given, Local, LocalError, Tools};

/// Longest time from a signal to the end, whatever hangs.
const EXIT_WITHIN: Duration = Duration::from_secs(25);

/// What `cpas up` may be told.
#[derive(Debug, clap::Args)]
pub struct Up {
    /// Where the web app and the API listen.
    #[arg(long, env = "CPAS_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where /healthz, /readyz and /metrics listen; port 0 takes a free one.
    #[arg(long, env = "CPAS_ADMIN_LISTEN", default_value = "127.0.0.1:0")]
    admin_listen: SocketAddr,
    /// The folder that keeps all data.
    #[arg(long, env = "CPAS_HOME", default_value = ".cpas")]
    home: PathBuf,
    /// Makes the fictional mission UNMIC with an account for each role, where it is not there yet.
    #[arg(long)]
    demo: bool,
    /// What is logged to the standard error: "info", "warn,cpas_planning=debug".
    #[arg(long, env = "CPAS_LOG", default_value = "warn,sqlx::query=error")]
    log: String,
}

/// Why it could not run.
#[derive(Debug, thiserror::Error)]
pub enum UpError {
    /// Somebody else listens there.
    #[error("{0} is already in use by another program. Stop that one, or set CPAS_LISTEN to another address.")]
    AddressInUse(SocketAddr),
    /// The system refused the address.
    #[error("Could not listen on {0}: {1}. Set CPAS_LISTEN to another address.")]
    Listen(SocketAddr, io::Error),
    /// The system refused to tell us of signals.
    #[error("Could not listen for Ctrl-C: {0}.")]
    Signals(io::Error),
    /// PostgreSQL or NATS did not start.
    #[error(transparent)]
    Local(#[from] LocalError),
    /// The services did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The demo could not be made.
    #[error("The demo mission was not finished: {0}\nThe next start with --demo goes on where it stopped.")]
    Demo(#[from] DemoError),
    /// A log filter that cannot be read.
    #[error("CPAS_LOG cannot be used: {0}")]
    Log(String),
}

/// Runs until Ctrl-C or SIGTERM, then stops everything it started.
///
/// # Errors
/// The address is taken, PostgreSQL or NATS could not be started, or the demo could not be made. Nothing
/// is left running.
pub async fn run(up: Up) -> Result<(), UpError> {
    let mut signals = Signals::listen()?;
    let started = Instant::now();
    // First, because it is the likeliest thing to be wrong and costs nothing.
    let listener = bind(up.listen).await?;
    let telemetry = telemetry(&up.log)?;
    println!("Starting PostgreSQL and NATS in {} ...", up.home.display());
    let tools = Tools::from_env();
    let local = tokio::select! {
        local = Local::start(&up.home, &tools, Given::from_env()) => local?,
        () = signals.next() => return Ok(()),
    };
    let outcome = serve(&up, &local, listener, &mut signals, started).await;
    println!("Stopping ...");
    local.shutdown().await;
    telemetry.end();
    outcome
}

/// The services, until a signal comes or something fails.
async fn serve(
    up: &Up,
    local: &Local,
    listener: TcpListener,
    signals: &mut Signals,
    started: Instant,
) -> Result<(), UpError> {
    println!("Starting the services ...");
    let ground = Ground {
        superuser_url: local.database_url().to_owned(),
        database_prefix: "cpas".to_owned(),
        password: local.home().secret("services")?,
        nats_url: local.nats_url().to_owned(),
        stream: "CPAS".to_owned(),
        paper_key: Some(local.home().paper_key()?),
        files: Some(local.home().evidence()?),
        mail: Some(local.home().mail()?),
    };
    let system = tokio::select! {
        system = System::start(ground, listener) => system?,
        () = signals.next() => return Ok(()),
    };
    let admin = bind(up.admin_listen).await?;
    let admin_address = admin.local_addr().map_err(|error| UpError::Listen(up.admin_listen, error))?;
    let pages = tokio::spawn(axum::serve(admin, system.admin_pages()).into_future());
    let address = format!("http://{}", reachable(system.address()));
    println!(
        "Ready after {:.1} s: {address}   (health and metrics: http://{admin_address})",
        started.elapsed().as_secs_f64()
    );

    let outcome = tokio::select! {
        outcome = until_wanted(up, &system, &address) => outcome,
        () = signals.next() => Ok(()),
    };
    let ended = tokio::time::timeout(EXIT_WITHIN, async {
        tokio::select! { () = system.shutdown() => {}, () = signals.next() => println!("Stopping at once ...") }
    });
    if ended.await.is_err() {
        tracing::warn!("the drain took too long and was cut");
    }
    pages.abort();
    outcome
}

/// Makes the demo where it is wanted, says how to get in, and then waits for ever.
async fn until_wanted(up: &Up, system: &System, address: &str) -> Result<(), UpError> {
    if up.demo {
        demo::ensure(system, address).await?;
        demo::print_accounts(address);
    }
    println!("Press Ctrl-C to stop.");
    std::future::pending().await
}

/// An address that a browser on this machine can open.
fn reachable(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() { SocketAddr::from((Ipv4Addr::LOCALHOST, address.port())) } else { address }
}

fn telemetry(log: &str) -> Result<Telemetry, UpError> {
    let otlp_endpoint = std::env::var("CPAS__TELEMETRY__OTLP_ENDPOINT").unwrap_or_default();
    let config = TelemetryConfig { otlp_endpoint, log_format: "text".to_owned(), log_filter: log.to_owned() };
    Telemetry::start("cpas", &config).map_err(|error| UpError::Log(error.to_string()))
}

async fn bind(address: SocketAddr) -> Result<TcpListener, UpError> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => UpError::AddressInUse(address),
        _ => UpError::Listen(address, error),
    })
}

/// Ctrl-C and SIGTERM.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> Result<Self, UpError> {
        let listen = |kind| signal(kind).map_err(UpError::Signals);
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! { _ = self.interrupt.recv() => {}, _ = self.terminate.recv() => {} }
    }
}
