//! A transaction of one caller: one use case, its event in it.

use std::ops::{Deref, DerefMut};

use chrono::{DateTime, Utc};
use cpas_proto::words::{MissionState, Role};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{PgConnection, Postgres, Transaction};
use tracing::Instrument as _;
use uuid::Uuid;

use crate::{Caller, Db, Failure, caller::Idempotency, closing, outbox, outbox::Fact};

/// An open transaction. Dropped, it is rolled back.
pub struct Tx {
    inner: Transaction<'static, Postgres>,
    db: Db,
    mission: Uuid,
    account: Uuid,
    idempotency: Option<Idempotency>,
    published: bool,
    /// Refused where the mission was closed meanwhile. What was let into a closed mission is meant for one; what services
    /// do for themselves follows what was stored.
    is_refused_late: bool,
}

impl Tx {
    pub(crate) fn new(inner: Transaction<'static, Postgres>, db: Db, mission: Uuid, caller: &Caller) -> Self {
        let idempotency = caller.idempotency.clone();
        let closed = caller.mission.as_ref().is_some_and(|mission| mission.state == MissionState::Closed);
        let is_refused_late = !closed && !caller.has(Role::Service);
        Self { inner, db, mission, account: caller.account, idempotency, published: false, is_refused_late }
    }

    /// The mission that it is bound to.
    pub fn mission(&self) -> Uuid {
        self.mission
    }

    /// The account that writes.
    pub fn account(&self) -> Uuid {
        self.account
    }

    /// What was answered when this write was done before under the same key; the first line of every
    /// writing use case. Two calls with one key at a time: the second waits for the first.
    ///
    /// # Errors
    /// `Conflict` when the key was used for something else.
    pub async fn replay<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Failure> {
        let Some(idempotency) = self.idempotency.clone() else { return Ok(None) };
        let lock = crate::db::lock_number(&format!("idempotency {} {}", self.account, idempotency.key));
        sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(lock).execute(&mut *self.inner).await?;
        let done: Option<(Vec<u8>, serde_json::Value)> = sqlx::query_as(
            "SELECT fingerprint, response FROM chassis.idempotency WHERE mission_id = $1 AND account = $2 AND key = $3",
        )
        .bind(self.mission)
        .bind(self.account)
        .bind(&idempotency.key)
        .fetch_optional(&mut *self.inner)
        .await?;
        match done {
            None => Ok(None),
            Some((fingerprint, response)) if fingerprint == idempotency.fingerprint => {
                serde_json::from_value(response).map(Some).map_err(Failure::internal)
            }
            Some(_) => Err(Failure::conflict(
                "This Idempotency-Key was used for another request. Nothing was changed; send a new key.",
            )),
        }
    }

    /// Puts an event into the outbox, to be told when this transaction is committed.
    ///
    /// # Errors
    /// `Exhausted` for an event that the stream would not take, `Unavailable` when the database is away.
    pub async fn publish(&mut self, fact: Fact) -> Result<(), Failure> {
        self.publish_all(&[fact]).await
    }

    /// Puts several events into the outbox, in their order.
    ///
    /// # Errors
    /// As [`Tx::publish`]; then none of them is in it.
    pub async fn publish_all(&mut self, facts: &[Fact]) -> Result<(), Failure> {
        for fact in facts {
            fact.check()?;
        }
        let now = self.db.clock().now();
        outbox::insert(&mut self.inner, self.db.service(), self.mission, facts, now).await?;
        self.published |= !facts.is_empty();
        Ok(())
    }

    /// Asks the clock for something: the service's [`Alarms`](crate::Alarms) ring it at that time. One of a name per mission;
    /// another time takes the place of the one before.
    ///
    /// # Errors
    /// `Unavailable` when the database is away.
    pub async fn set_alarm(&mut self, name: &str, at: DateTime<Utc>) -> Result<(), Failure> {
        Ok(crate::alarm::set(&mut self.inner, self.mission, name, at).await?)
    }

    /// Keeps the answer under the caller's idempotency key, commits, and returns the answer.
    ///
    /// # Errors
    /// `Unavailable` when the database is away; then nothing is changed.
    pub async fn finish<T: Serialize>(mut self, response: T) -> Result<T, Failure> {
        if let Some(idempotency) = self.idempotency.take() {
            let stored = serde_json::to_value(&response).map_err(Failure::internal)?;
            sqlx::query(
                "INSERT INTO chassis.idempotency (mission_id, account, key, fingerprint, response) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(self.mission)
            .bind(self.account)
            .bind(&idempotency.key)
            .bind(&idempotency.fingerprint)
            .bind(stored)
            .execute(&mut *self.inner)
            .await?;
        }
        self.commit().await?;
        Ok(response)
    }

    /// Commits. In a task of its own, so that a caller who hangs up now does not leave it half sent.
    ///
    /// # Errors
    /// `Unavailable` when the database is away; `Denied` when something was written and the mission was closed meanwhile.
    pub async fn commit(mut self) -> Result<(), Failure> {
        if self.is_refused_late {
            closing::refuse_if_late(&mut self.inner, self.mission).await?;
        }
        let Self { inner, db, published, .. } = self;
        let commit = async move {
            inner.commit().await?;
            if published {
                db.outbox_bell().notify_one();
            }
            Ok::<_, sqlx::Error>(())
        };
        tokio::spawn(commit.in_current_span()).await.map_err(Failure::internal)??;
        Ok(())
    }
}

impl Deref for Tx {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}
