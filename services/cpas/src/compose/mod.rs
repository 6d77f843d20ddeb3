//! The whole system in one process: six databases on one PostgreSQL, one NATS, links without a network.
//!
//! The services call each other through the same gates, with the same signed identities, as over a
//! network. Each can be killed and started again by itself, which is what the tests across services do.
//!
//! Invariant: all pools together stay below the 100 connections that a PostgreSQL takes as it comes
//! (`all_pools_fit_into_one_postgresql`).

mod ground;
mod slot;

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use chassis::{Bus, Clock, Db, Identity, Link, Service, Stop, authorise::Gate, config::BadConfig, db::PrepareError};
use cpas_gateway::digests::MailTransport;
use tokio::{net::TcpListener, sync::Mutex, task::JoinHandle, task::JoinSet};

use ground::Prepared;
pub use ground::{Ground, SERVICES, owners};
use slot::Slot;

/// Longest wait for background work once it was told to end.
const BACKGROUND_END: Duration = Duration::from_secs(3);
/// Longest wait for a pool to close.
const POOL_END: Duration = Duration::from_secs(1);

/// Why the system did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("The database of {0} could not be made ready: {1}.")]
    Database(&'static str, #[source] PrepareError),
    #[error(transparent)]
    Config(#[from] BadConfig),
    #[error("The gateway could not be made: {0}.")]
    Gateway(String),
    #[error("The system refused a listener: {0}.")]
    Listener(#[from] std::io::Error),
}

/// Everything, running.
pub struct System {
    /// The gateway, for what is done without signing in: first accounts and missions.
    pub app: cpas_gateway::App,
    address: SocketAddr,
    prepared: Prepared,
    clock: Clock,
    identities: BTreeMap<String, Identity>,
    slots: BTreeMap<&'static str, Slot>,
    parts: Mutex<BTreeMap<&'static str, Part>>,
    stop: Stop,
    http: JoinHandle<std::io::Result<()>>,
}

/// One running service.
struct Part {
    stop: Stop,
    background: JoinSet<()>,
    db: Db,
}

impl System {
    /// Makes databases and roles where they are missing, migrates them, and starts all services and
    /// the gateway on `listener`.
    ///
    /// # Errors
    /// A database or an address that cannot be used.
    pub async fn start(ground: Ground, listener: TcpListener) -> Result<Self, StartError> {
        let address = listener.local_addr()?;
        let prepared = Prepared::make(ground).await?;
        let clock = Clock::system();
        let identities = Identity::circle(SERVICES, &clock);
        let slots: BTreeMap<_, _> = SERVICES.iter().map(|name| (*name, Slot::default())).collect();
        let link = |name: &'static str| Link::local(name, identities["gateway"].clone(), slots[name].router());
        let links = cpas_gateway::Links {
            context: link("context"),
            planning: link("planning"),
            collection: link("collection"),
            assessment: link("assessment"),
            reporting: link("reporting"),
        };
        let mut config = prepared.config::<cpas_gateway::Config>("gateway", cpas_gateway::DEFAULTS)?;
        config.service.http_listen = address;
        match prepared.mail() {
            Some(folder) => config.service.mail_folder = folder,
            None => config.service.mail_transport = MailTransport::None,
        }
        let db = Db::open("gateway", &config.database, clock.clone())?;
        let bus = Bus::connect("gateway", &config.nats).await?;
        let app = cpas_gateway::App::new(db.clone(), bus.clone(), config.service, links)
            .map_err(|failure| StartError::Gateway(failure.to_string()))?;
        let mut background =
            cpas_gateway::background(&app).map_err(|failure| StartError::Gateway(failure.to_string()))?;
        let stop = Stop::new();
        let gateway = Part { stop: stop.clone(), background: background.start_background(&stop), db };
        let http = tokio::spawn(cpas_gateway::serve(app.clone(), listener, stop.clone()));
        let parts = Mutex::new(BTreeMap::from([("gateway", gateway)]));
        let system = Self { app, address, prepared, clock, identities, slots, parts, stop, http };
        for name in SERVICES.iter().filter(|name| **name != "gateway") {
            system.revive(name).await?;
        }
        Ok(system)
    }

    /// Where the gateway listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `/healthz`, `/readyz` and `/metrics` of the process.
    pub fn admin_pages(&self) -> axum::Router {
        chassis::server::admin_pages(self.app.db.clone(), self.app.bus.clone(), self.stop.clone())
    }

    /// Ends one service as a crash would: calls in it are dropped where they stand, its background work
    /// with them, and who calls it is told that it is away.
    pub async fn kill(&self, name: &'static str) {
        if let Some(slot) = self.slots.get(name) {
            slot.empty();
        }
        let part = self.parts.lock().await.remove(name);
        if let Some(mut part) = part {
            part.background.abort_all();
            while part.background.join_next().await.is_some() {}
            drop(tokio::time::timeout(POOL_END, part.db.close()).await);
        }
    }

    /// Starts a service that was killed. The gateway cannot be killed by itself: it is the listener.
    ///
    /// # Errors
    /// An address that cannot be used.
    pub async fn revive(&self, name: &'static str) -> Result<(), StartError> {
        let mut service = self.build(name).await?;
        let identity = self.identities[name].clone();
        let config = self.prepared.config::<cpas_context::Config>("context", cpas_context::config::DEFAULTS)?;
        let routes = service.behind(Gate::new(service.name, identity, &config.server));
        let stop = Stop::new();
        let part = Part { background: service.start_background(&stop), stop, db: service.db.clone() };
        self.parts.lock().await.insert(name, part);
        if let Some(slot) = self.slots.get(name) {
            slot.fill(routes);
        }
        Ok(())
    }

    /// Tells everything to end and waits for it: requests up to 20 s, then background work.
    pub async fn shutdown(self) {
        self.stop.set();
        let mut parts = self.parts.into_inner();
        // The door first, so that nobody is turned away in the middle of a request.
        if let Ok(Err(error)) = self.http.await {
            tracing::warn!("the listener ended with an error: {error}");
        }
        for part in parts.values() {
            part.stop.set();
        }
        let rest = async {
            for part in parts.values_mut() {
                while part.background.join_next().await.is_some() {}
            }
        };
        if tokio::time::timeout(BACKGROUND_END, rest).await.is_err() {
            tracing::warn!("background work did not end in time; what it had not committed is rolled back");
        }
        let pools = futures::future::join_all(parts.values().map(|part| part.db.close()));
        drop(tokio::time::timeout(POOL_END, pools).await);
    }

    async fn build(&self, name: &'static str) -> Result<Service, StartError> {
        let link = |to: &'static str| Link::local(to, self.identities[name].clone(), self.slots[to].router());
        let clock = self.clock.clone();
        macro_rules! service {
            ($krate:ident, $defaults:expr $(, $link:ident)* $(; $own:ident = $value:expr)*) => {{
                let config = self.prepared.config::<$krate::Config>(name, $defaults)?;
                let db = Db::open(name, &config.database, clock.clone())?;
                let bus = Bus::connect(name, &config.nats).await?;
                $krate::service(config.service, $krate::Deps { db, bus, clock $(, $link: link(stringify!($link)))* $(, $own: $value)* })
            }};
        }
        Ok(match name {
            "context" => {
                let (files, pictures) = (self.prepared.files(), cpas_context::domain::network::Pictures::default());
                service!(cpas_context, cpas_context::config::DEFAULTS; files = files; pictures = pictures)
            }
            "planning" => service!(cpas_planning, cpas_planning::config::DEFAULTS, collection),
            "collection" => service!(cpas_collection, cpas_collection::config::DEFAULTS),
            "assessment" => service!(cpas_assessment, cpas_assessment::DEFAULTS, planning, collection, context),
            "reporting" => {
                let paper_key = self.prepared.paper_key();
                service!(cpas_reporting, cpas_reporting::config::DEFAULTS, collection; paper_key = paper_key; remembered = Default::default())
            }
            other => return Err(BadConfig(format!("there is no service \"{other}\"")).into()),
        })
    }
}
