//! Reading across missions: the one door, which notes who came through it.
//!
//! Invariant: no row of a mission is seen from outside without a trace in the same transaction
//! (`nothing_noted_means_nothing_seen` in `tests/it/across.rs`).
//! Invariant: the trace is added to and never changed (`a_trace_is_never_changed` in `tests/it/across.rs`).

use std::ops::{Deref, DerefMut};

use chrono::{DateTime, Utc};
use cpas_proto::words::{Classification, Role};
use sqlx::{PgConnection, Postgres, Transaction};
use tracing::Instrument as _;
use uuid::Uuid;

use super::Scope;
use crate::{Caller, Clock, Db, Failure, Tx, new_id};

/// What is read: the RPC, and what was asked of it, in words for those who are read.
#[derive(Debug, Clone)]
pub struct Reading {
    pub call: &'static str,
    pub text_en: String,
    pub text_fr: String,
}

/// An open transaction of the role that may only read, across missions. Dropped, it is rolled back with its trace.
pub struct Across {
    inner: Transaction<'static, Postgres>,
    clock: Clock,
    account: Uuid,
    account_name: String,
    reading: Reading,
}

/// A read of a mission from outside, as the mission sees it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OutsideRead {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub account: Uuid,
    pub account_name: String,
    pub call: String,
    pub text_en: String,
    pub text_fr: String,
    clearance: i16,
}

impl OutsideRead {
    /// Up to which classification it could see.
    pub fn clearance(&self) -> Classification {
        Classification::of_rank(self.clearance)
    }
}

impl Db {
    /// Opens a transaction that may only read, for headquarters. It sees no row of a mission until
    /// [`Across::note`] has noted the read of that mission.
    ///
    /// # Errors
    /// `Denied` for anybody but headquarters, and within a mission: what one may see there is no measure for the others.
    /// `Unavailable` when the database is away.
    pub async fn begin_across(&self, caller: &Caller, reading: Reading) -> Result<Across, Failure> {
        if caller.mission.is_some() || !caller.has(Role::HqAnalyst) {
            return Err(Failure::denied("Only headquarters reads across missions, and outside of any mission."));
        }
        let scope = Scope { mission: String::new(), across: true, ..self.scope(caller) };
        let inner = self.open_guarded(Some(scope)).await?;
        let (account, account_name) = (caller.account, caller.name.clone());
        Ok(Across { inner, clock: self.clock().clone(), account, account_name, reading })
    }
}

impl Across {
    /// Notes the read of these missions; from here on their rows are seen, up to the caller's clearance.
    ///
    /// # Errors
    /// `Unavailable` when the database is away.
    pub async fn note(&mut self, missions: &[Uuid]) -> Result<(), Failure> {
        let now = self.clock.now();
        let ids: Vec<Uuid> = missions.iter().map(|_| new_id(now)).collect();
        sqlx::query("SELECT chassis.note_outside_read($1, $2, $3, $4, $5, $6, $7, $8)")
            .bind(missions)
            .bind(ids)
            .bind(now)
            .bind(self.account)
            .bind(&self.account_name)
            .bind(self.reading.call)
            .bind(&self.reading.text_en)
            .bind(&self.reading.text_fr)
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Keeps the trace, and only then hands out what was read. In a task of its own, as a commit is.
    ///
    /// # Errors
    /// `Unavailable` when the database is away; then nothing was read.
    pub async fn finish<T>(self, answer: T) -> Result<T, Failure> {
        let inner = self.inner;
        tokio::spawn(async move { inner.commit().await }.in_current_span()).await.map_err(Failure::internal)??;
        Ok(answer)
    }
}

impl Tx {
    /// Reads of the mission from outside, newest first; those before one, where it is named.
    ///
    /// # Errors
    /// `Unavailable` when the database is away.
    pub async fn reads_from_outside(&mut self, before: Option<Uuid>, limit: i64) -> Result<Vec<OutsideRead>, Failure> {
        let reads = sqlx::query_as(
            "SELECT id, at, account, account_name, call, text_en, text_fr, clearance FROM chassis.outside_read \
             WHERE mission_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3",
        )
        .bind(self.mission())
        .bind(before)
        .bind(limit)
        .fetch_all(&mut **self)
        .await?;
        Ok(reads)
    }
}

impl Deref for Across {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.inner
    }
}

impl DerefMut for Across {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}
