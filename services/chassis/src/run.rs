//! The binary of one service: `serve` (the default), `migrate`, `replay`.

use std::{collections::BTreeMap, process::ExitCode};

use serde::de::DeserializeOwned;
use sqlx::migrate::Migrator;

use crate::{
    Bus, Clock, Db, Identity, Link, Service, Stop,
    config::{self, BadConfig, Whole},
    db, server,
    telemetry::Telemetry,
};

/// What every service is made from.
#[derive(Clone)]
pub struct Base {
    pub db: Db,
    pub bus: Bus,
    pub clock: Clock,
    pub identity: Identity,
    pub links: config::Links,
}

impl Base {
    /// The way to another service over the network.
    ///
    /// # Errors
    /// When its address is missing from `[links]` or cannot be read.
    pub fn link(&self, audience: &'static str) -> Result<Link, BadConfig> {
        let links = &self.links;
        let address = match audience {
            "context" => &links.context,
            "planning" => &links.planning,
            "collection" => &links.collection,
            "assessment" => &links.assessment,
            "reporting" => &links.reporting,
            other => return Err(BadConfig(format!("there is no service \"{other}\""))),
        };
        Link::remote(audience, self.identity.clone(), address)
    }
}

/// What makes a service's binary.
pub struct Binary<C> {
    /// `planning`: its name as an audience, in subjects and in logs.
    pub name: &'static str,
    /// Its `config.default.toml`.
    pub defaults: &'static str,
    pub migrations: &'static Migrator,
    pub build: fn(C, Base) -> Result<Service, BadConfig>,
}

/// Stack of a thread: what recurses as deep as a formula of formulas may, has room. Only what is used is taken.
pub const STACK_BYTES: usize = 16 << 20;

/// Runs the binary by its first argument.
pub fn main<C: DeserializeOwned>(binary: Binary<C>) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(std::thread::available_parallelism().map_or(2, |cores| cores.get().max(2)))
        .thread_stack_size(STACK_BYTES)
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => {
            let outcome = runtime.block_on(run(binary));
            runtime.shutdown_timeout(std::time::Duration::from_secs(1));
            outcome
        }
        Err(error) => Err(format!("the runtime did not start: {error}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

async fn run<C: DeserializeOwned>(binary: Binary<C>) -> Result<(), String> {
    let config: Whole<C> = config::of_this_process(binary.defaults).map_err(|error| error.to_string())?;
    match std::env::args().nth(1).as_deref() {
        None | Some("serve") => serve(binary, config).await,
        Some("migrate") => {
            db::migrate(&config.database.owner_url, binary.migrations).await.map_err(|error| error.to_string())
        }
        Some("replay") => replay(binary, config).await,
        Some(other) => Err(format!("\"{other}\" is not a command; there are serve, migrate and replay")),
    }
}

async fn serve<C>(binary: Binary<C>, config: Whole<C>) -> Result<(), String> {
    let telemetry = Telemetry::start(binary.name, &config.telemetry).map_err(|error| error.to_string())?;
    let stop = Stop::new();
    server::stop_on_signals(stop.clone());
    let server_config = config.server.clone();
    let (service, identity) = build(binary, config).await?;
    let outcome = server::serve(service, identity, &server_config, stop).await.map_err(|error| error.to_string());
    telemetry.end();
    outcome
}

async fn replay<C>(binary: Binary<C>, config: Whole<C>) -> Result<(), String> {
    let (service, _) = build(binary, config).await?;
    for inbox in &service.inboxes {
        let (revived, remaining) = inbox.replay_dead_letters(&service.db).await.map_err(|error| error.to_string())?;
        println!("{revived} dead letters took effect, {remaining} remain");
    }
    Ok(())
}

async fn build<C>(binary: Binary<C>, config: Whole<C>) -> Result<(Service, Identity), String> {
    let say = |error: BadConfig| error.to_string();
    let base = base(binary.name, &config).await.map_err(say)?;
    let identity = base.identity.clone();
    Ok(((binary.build)(config.service, base).map_err(say)?, identity))
}

/// Database, bus, clock and identity from a configuration.
///
/// # Errors
/// For an address or a key that cannot be used.
pub async fn base<C>(name: &'static str, config: &Whole<C>) -> Result<Base, BadConfig> {
    let clock = Clock::system();
    let identity = identity(name, &config.identity, &clock)?;
    let db = Db::open(name, &config.database, clock.clone())?;
    let bus = Bus::connect(name, &config.nats).await?;
    Ok(Base { db, bus, clock, identity, links: config.links.clone() })
}

fn identity(name: &str, config: &config::Identity, clock: &Clock) -> Result<Identity, BadConfig> {
    let read = |key: &str, path: &std::path::Path| {
        std::fs::read_to_string(path)
            .map_err(|error| BadConfig(format!("identity.{key} = \"{}\" cannot be read: {error}", path.display())))
    };
    let private = read("signing_key_file", &config.signing_key_file)?;
    let public = read("verifying_keys_file", &config.verifying_keys_file)?;
    let public: BTreeMap<String, Vec<String>> =
        toml::from_str(&public).map_err(|error| BadConfig(format!("identity.verifying_keys_file: {error}")))?;
    Identity::new(name, &private, &public, clock.clone()).map_err(|error| BadConfig(format!("identity: {error}")))
}
