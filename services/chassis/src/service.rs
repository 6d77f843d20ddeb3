//! A service: its gRPC routes and its background work, however it is run.

use std::{future::Future, pin::Pin, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::{Alarms, Bus, Db, Inbox, closing, outbox};

/// Tells background work to end.
#[derive(Debug, Clone, Default)]
pub struct Stop(CancellationToken);

impl Stop {
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells everybody to end.
    pub fn set(&self) {
        self.0.cancel();
    }

    pub fn is_set(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Returns when it is set.
    pub async fn wait(&self) {
        self.0.cancelled().await;
    }

    /// Returns after a while, or as soon as it is set.
    pub async fn or_after(&self, time: Duration) {
        tokio::select! { () = self.0.cancelled() => {}, () = tokio::time::sleep(time) => {} }
    }
}

type Task = Box<dyn FnOnce(Stop) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// What `service(config, deps)` of every domain service returns.
pub struct Service {
    pub name: &'static str,
    pub db: Db,
    pub bus: Bus,
    pub(crate) routes: tonic::service::Routes,
    pub(crate) inboxes: Vec<Inbox>,
    tasks: Vec<Task>,
}

impl Service {
    /// A service with its gRPC routes; its outbox relay comes with it, and that it hears which missions are closed.
    pub fn new(name: &'static str, db: Db, bus: Bus, routes: tonic::service::Routes) -> Self {
        Self { name, db, bus, routes, inboxes: vec![closing::inbox(name)], tasks: Vec::new() }
    }

    /// Adds a consumer of events.
    #[must_use]
    pub fn hears(mut self, inbox: Inbox) -> Self {
        self.inboxes.push(inbox);
        self
    }

    /// Adds what is due by the clock.
    #[must_use]
    pub fn rings(self, alarms: Alarms) -> Self {
        let db = self.db.clone();
        self.runs(move |stop| alarms.run(db, stop))
    }

    /// Adds other background work; it must end soon after its `Stop` is set.
    #[must_use]
    pub fn runs<F, Fut>(mut self, task: F) -> Self
    where
        F: FnOnce(Stop) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.tasks.push(Box::new(|stop| Box::pin(task(stop))));
        self
    }

    /// The routes behind their gate, for a [`Link::local`](crate::Link::local).
    pub fn behind(&self, gate: crate::authorise::Gate) -> axum::Router {
        gate.guard(self.routes.clone())
    }

    /// Starts relay, consumers and other work; they end after `stop` is set.
    pub fn start_background(&mut self, stop: &Stop) -> tokio::task::JoinSet<()> {
        let mut running = tokio::task::JoinSet::new();
        running.spawn(outbox::relay(self.db.clone(), self.bus.clone(), stop.clone()));
        for inbox in self.inboxes.clone() {
            running.spawn(inbox.run(self.db.clone(), self.bus.clone(), stop.clone()));
        }
        for task in self.tasks.drain(..) {
            running.spawn(task(stop.clone()));
        }
        running
    }
}
