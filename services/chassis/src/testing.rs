//! The stage for tests: a database of one's own from a template, and a NATS of one's own.
//!
//! Needs `CPAS_TEST_DATABASE_URL` (a superuser's) and `CPAS_NATS_BIN`, which
//! `deploy/local/backing.py -- <command>` sets.

use std::{
    collections::BTreeMap,
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use cpas_proto::words::{Classification, MissionState, Role};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, migrate::Migrator};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{Bus, Caller, Clock, Db, Grant, Identity, Link, Mission, Service, Stop, authorise::Gate, config, db};

/// How long [`eventually`] waits for a state.
const PATIENCE: Duration = Duration::from_secs(30);
const CALL_TIME: Duration = Duration::from_secs(60);
const CONNECTIONS_MAX: u32 = 6;
const PASSWORD: &str = "test";
const SERVICES: &[&str] = &["gateway", "context", "planning", "collection", "assessment", "reporting"];

/// A nats-server of one's own; it ends with the test.
pub struct Nats {
    pub url: String,
    port: u16,
    folder: TempDir,
    child: Option<Child>,
}

impl Nats {
    /// Starts it on a free port of the loopback.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder for NATS");
        let port = free_port();
        let mut nats = Self { url: format!("nats://127.0.0.1:{port}"), port, folder, child: None };
        nats.resume();
        nats
    }

    /// Starts it again on its old port and folder.
    pub fn resume(&mut self) {
        let binary =
            std::env::var("CPAS_NATS_BIN").expect("CPAS_NATS_BIN; run the tests under deploy/local/backing.py");
        let child = Command::new(binary)
            .args(["-a", "127.0.0.1", "-p", &self.port.to_string(), "-js", "-sd"])
            .arg(self.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nats-server starts");
        self.child = Some(child);
    }

    /// Kills it, as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("our own child");
            child.wait().expect("our own child");
        }
    }

    /// Kills it and takes everything that it stored.
    pub fn wipe(&mut self) {
        self.kill();
        std::fs::remove_dir_all(self.folder.path().join("jetstream")).expect("its folder");
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port of 127.0.0.1 that nobody listens on. Below those that the system gives out by itself: one of
/// those can go to any connection of anybody before a server of ours takes it. Each is given out once.
///
/// # Panics
/// When no port is free.
pub fn free_port() -> u16 {
    const PORTS: std::ops::Range<u16> = 10_000..32_000;
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    let all = u32::from(PORTS.end - PORTS.start);
    // Test processes that run side by side begin at places of their own.
    let begin = std::process::id().wrapping_mul(613);
    for _ in 0..all {
        let place = begin.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed)) % all;
        let port = PORTS.start + u16::try_from(place).expect("within the range");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port of 127.0.0.1 is free");
}

/// A database of its own for a service, from a template that holds its migrations.
pub struct Database {
    pub owner_url: String,
    pub app_url: String,
}

impl Database {
    /// Copies the template of the service, making it first where it is missing.
    pub async fn create(service: &str, migrations: &'static Migrator) -> Self {
        let superuser = std::env::var("CPAS_TEST_DATABASE_URL")
            .expect("CPAS_TEST_DATABASE_URL; run the tests under deploy/local/backing.py");
        let print = migrations
            .iter()
            .fold(String::new(), |print, migration| format!("{print}{}{:?}", migration.version, migration.checksum));
        let chassis = include_str!("../migrations/0001_chassis.sql");
        let template = format!("t_{service}_{:016x}", db::lock_number(&format!("{chassis}{print}")));
        let mut connection = PgConnection::connect(&superuser).await.expect("the test database");
        let lock = db::lock_number(&template);
        sqlx::query("SELECT pg_advisory_lock($1)").bind(lock).execute(&mut connection).await.expect("a lock");
        let ready: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)")
                .bind(&template)
                .fetch_one(&mut connection)
                .await
                .expect("a look at the databases");
        if !ready {
            connection.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {template}"))).await.expect("a drop");
            let (owner, _) = db::create_database(&superuser, &template, PASSWORD).await.expect("a template");
            db::migrate(&owner, migrations).await.expect("the migrations");
            connection
                .execute(AssertSqlSafe(format!("ALTER DATABASE {template} IS_TEMPLATE true")))
                .await
                .expect("a mark");
        }
        sqlx::query("SELECT pg_advisory_unlock($1)").bind(lock).execute(&mut connection).await.expect("the lock");
        let name = format!("d_{}", Uuid::new_v4().simple());
        let create = format!("CREATE DATABASE {name} TEMPLATE {template} OWNER {template}_owner");
        connection.execute(AssertSqlSafe(create)).await.expect("a database");
        let at = superuser.split('@').nth(1).expect("user@host").split('/').next().expect("host:port").to_owned();
        let url = |role: &str| format!("postgres://{template}_{role}:{PASSWORD}@{at}/{name}");
        Self { owner_url: url("owner"), app_url: url("app") }
    }

    /// Its configuration, with a small pool.
    pub fn config(&self) -> config::Database {
        config::Database {
            url: self.app_url.clone(),
            owner_url: self.owner_url.clone(),
            connections_max: CONNECTIONS_MAX,
            acquire_timeout_ms: 20_000,
            statement_timeout_ms: 60_000,
            lock_timeout_ms: 10_000,
            idle_in_transaction_timeout_ms: 60_000,
        }
    }
}

/// Database, NATS, clock and identities for the tests of one service.
pub struct Stage {
    pub db: Db,
    pub bus: Bus,
    pub clock: Clock,
    pub nats: Nats,
    pub database: Database,
    pub mission: Mission,
    pub identities: BTreeMap<String, Identity>,
    pub stop: Stop,
}

impl Stage {
    /// Sets the stage for a service.
    pub async fn open(service: &'static str, migrations: &'static Migrator) -> Self {
        Self::open_at(service, migrations, Clock::system()).await
    }

    /// The same by a clock of one's own, which a test moves.
    pub async fn open_at(service: &'static str, migrations: &'static Migrator, clock: Clock) -> Self {
        let database = Database::create(service, migrations).await;
        let nats = Nats::start();
        let bus = connect(service, &nats).await;
        let db = Db::open(service, &database.config(), clock.clone()).expect("its own address");
        let identities = Identity::circle(SERVICES, &clock);
        Self { db, bus, clock, nats, database, mission: mission("UNMIC"), identities, stop: Stop::new() }
    }

    /// A caller with one role in the whole mission and the highest clearance.
    pub fn caller(&self, role: Role) -> Caller {
        caller(role, &self.mission)
    }

    /// A link to a service in this process, as the gateway has it.
    pub fn link(&self, service: &Service) -> Link {
        let identity = self.identities["gateway"].clone();
        let gate = Gate {
            audience: service.name,
            identity: self.identities[service.name].clone(),
            deadline_default: CALL_TIME,
            deadline_max: CALL_TIME,
        };
        Link::local(service.name, identity, gate.guard(service.routes.clone()))
    }

    /// A link to routes that stand in for a neighbour of the service under test.
    pub fn neighbour(&self, audience: &'static str, from: &str, routes: tonic::service::Routes) -> Link {
        let gate = Gate {
            audience,
            identity: self.identities[audience].clone(),
            deadline_default: CALL_TIME,
            deadline_max: CALL_TIME,
        };
        Link::local(audience, self.identities[from].clone(), gate.guard(routes))
    }

    /// Starts relay, consumers and tasks of a service; they end with the stage.
    pub fn start(&self, service: &mut Service) -> tokio::task::JoinSet<()> {
        service.start_background(&self.stop)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.stop.set();
    }
}

/// A bus on a test's NATS.
pub async fn connect(service: &str, nats: &Nats) -> Bus {
    let config = config::Nats { url: nats.url.clone(), replicas: 1, stream: "CPAS".to_owned() };
    Bus::connect(service, &config).await.expect("its own address")
}

/// A mission of that code, with a fresh id and a fiscal year from July.
pub fn mission(code: &str) -> Mission {
    Mission { id: Uuid::new_v4(), code: code.to_owned(), state: MissionState::Active, fiscal_year_start_month: 7 }
}

/// A caller with one role in the whole mission and the highest clearance.
pub fn caller(role: Role, mission: &Mission) -> Caller {
    Caller {
        account: Uuid::new_v4(),
        name: role.word().to_owned(),
        mission: Some(mission.clone()),
        grants: vec![Grant::mission_wide(role)],
        clearance: Classification::StrictlyConfidential,
        deadline: Instant::now() + CALL_TIME,
        idempotency: None,
    }
}

/// Waits for a state, never for a time.
pub async fn eventually<F, Fut>(what: &str, mut holds: F)
where
    F: FnMut() -> Fut,
    Fut: Future<Output = bool>,
{
    let end = Instant::now() + PATIENCE;
    while !holds().await {
        assert!(Instant::now() < end, "{what}: not reached within {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
