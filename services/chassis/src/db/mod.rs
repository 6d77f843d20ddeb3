//! The database of a service: the pool, and the one place where transactions open.

mod across;
mod prepare;
mod tx;

use std::{sync::Arc, time::Duration};

use sqlx::{PgPool, postgres::PgConnectOptions, postgres::PgPoolOptions};
use tokio::sync::Notify;
use tracing::Instrument as _;
use uuid::Uuid;

pub use across::{Across, OutsideRead, Reading};
pub use prepare::{PrepareError, create_database, migrate};
pub use tx::Tx;

use crate::{Caller, Clock, Failure, config};

/// The database of one service.
#[derive(Debug, Clone)]
pub struct Db {
    pool: PgPool,
    service: &'static str,
    clock: Clock,
    statement_timeout: Duration,
    /// Rung after every commit that put an event into the outbox.
    outbox: Arc<Notify>,
}

impl Db {
    /// Opens the pool; connections are made when they are needed.
    ///
    /// # Errors
    /// When the address cannot be read.
    pub fn open(service: &'static str, config: &config::Database, clock: Clock) -> Result<Self, config::BadConfig> {
        let options: PgConnectOptions = config
            .url
            .parse()
            .map_err(|error| config::BadConfig(format!("database.url is not the address of a PostgreSQL: {error}")))?;
        let options = options.application_name(service).options([
            ("lock_timeout", config.lock_timeout_ms.to_string()),
            ("idle_in_transaction_session_timeout", config.idle_in_transaction_timeout_ms.to_string()),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(config.connections_max)
            .min_connections(0)
            .acquire_timeout(Duration::from_millis(config.acquire_timeout_ms))
            .connect_lazy_with(options);
        let statement_timeout = Duration::from_millis(config.statement_timeout_ms);
        Ok(Self { pool, service, clock, statement_timeout, outbox: Arc::default() })
    }

    /// Opens a transaction for a caller: only the rows of the caller's mission, up to the caller's
    /// clearance, no statement beyond the caller's deadline.
    ///
    /// Opening happens in a task of its own. A handler whose client hung up is dropped at any await;
    /// sqlx 0.9.0, dropped inside `begin`, gives the connection back with the transaction open
    /// (transact-rs/sqlx#4393). The task is not dropped with the handler: it opens the transaction
    /// whole, and rolls it back when nobody is there to take it.
    ///
    /// # Errors
    /// `Denied` without a mission, `Unavailable` when the database is away.
    pub async fn begin(&self, caller: &Caller) -> Result<Tx, Failure> {
        let mission = caller.mission()?.id;
        let scope = Scope { mission: mission.to_string(), ..self.scope(caller) };
        let inner = self.open_guarded(Some(scope)).await?;
        Ok(Tx::new(inner, self.clone(), mission, caller))
    }

    /// Opens a transaction outside all missions, for the outbox, the inbox and the scheduler.
    /// It sees no row of any mission.
    ///
    /// # Errors
    /// `Unavailable` when the database is away.
    pub async fn begin_unscoped(&self) -> Result<sqlx::Transaction<'static, sqlx::Postgres>, Failure> {
        self.open_guarded(None).await
    }

    /// A connection outside all missions, for single statements on tables that belong to none.
    ///
    /// # Errors
    /// `Unavailable` when the database is away.
    pub async fn connection(&self) -> Result<sqlx::pool::PoolConnection<sqlx::Postgres>, Failure> {
        Ok(self.pool.acquire().await?)
    }

    /// What a caller may see, in no mission yet.
    fn scope(&self, caller: &Caller) -> Scope {
        let left = caller.deadline.saturating_duration_since(std::time::Instant::now());
        let timeout = left.min(self.statement_timeout).max(Duration::from_millis(1));
        Scope { mission: String::new(), clearance: caller.clearance.rank(), timeout, across: false }
    }

    async fn open_guarded(&self, scope: Option<Scope>) -> Result<sqlx::Transaction<'static, sqlx::Postgres>, Failure> {
        let pool = self.pool.clone();
        let open = async move {
            let mut tx = pool.begin().await?;
            if let Some(scope) = scope {
                scope.set(&mut tx).await?;
            }
            Ok::<_, sqlx::Error>(tx)
        };
        let opened = tokio::spawn(open.in_current_span()).await;
        Ok(opened.map_err(Failure::internal)??)
    }

    /// The name of the service, as it stands in subjects of events.
    pub fn service(&self) -> &'static str {
        self.service
    }

    /// The clock by which records are dated.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The pool, for chassis' own machinery.
    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Rung when the outbox has something new.
    pub(crate) fn outbox_bell(&self) -> &Notify {
        &self.outbox
    }

    /// True when the database answers.
    pub async fn is_ready(&self) -> bool {
        let ping = async { sqlx::query("SELECT 1").execute(&self.pool).await };
        matches!(tokio::time::timeout(Duration::from_secs(2), ping).await, Ok(Ok(_)))
    }

    /// Connections now in the pool, and of them idle: what the cancel test looks at.
    pub fn connections(&self) -> (u32, usize) {
        (self.pool.size(), self.pool.num_idle())
    }

    /// Closes the pool.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

struct Scope {
    mission: String,
    clearance: i16,
    timeout: Duration,
    /// As the role that may only read, across missions.
    across: bool,
}

impl Scope {
    async fn set(&self, tx: &mut sqlx::Transaction<'static, sqlx::Postgres>) -> Result<(), sqlx::Error> {
        sqlx::query(
            "SELECT set_config('app.mission_id', $1, true), set_config('app.clearance', $2, true), \
             set_config('statement_timeout', $3, true), \
             CASE WHEN $4 THEN set_config('role', 'cpas_across', true) END",
        )
        .bind(&self.mission)
        .bind(self.clearance.to_string())
        .bind(self.timeout.as_millis().to_string())
        .bind(self.across)
        .execute(&mut **tx)
        .await
        .map(drop)
    }
}

/// A stable number for an advisory lock of this name.
pub(crate) fn lock_number(name: &str) -> i64 {
    use sha2::{Digest as _, Sha256};
    let digest = Sha256::digest(name.as_bytes());
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(bytes)
}

/// The nil mission: of events that belong to none.
pub const NO_MISSION: Uuid = Uuid::nil();
