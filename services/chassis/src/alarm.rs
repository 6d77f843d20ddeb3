//! Alarms: what is due by the clock and not by a call. A use case sets one in its transaction
//! ([`Tx::set_alarm`](crate::Tx::set_alarm)); when its time has come it rings once, on one replica, in a
//! transaction of its mission. What the ring does and that it rang are committed together, or not at all.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use cpas_proto::words::MissionState;
use futures::{FutureExt as _, future::BoxFuture};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Caller, Db, Failure, Mission, Stop, Tx, closing};

/// Between two looks at what is due.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Alarms that ring in one look; the next look goes on.
const RING_MAX: i64 = 100;
/// Time for what one ring does.
const RING_TIMEOUT: Duration = Duration::from_secs(30);
/// An alarm whose work failed rings again after this.
const AGAIN_AFTER: TimeDelta = TimeDelta::minutes(1);

/// What a ring does, by the name of its alarm. Runs in a transaction bound to the alarm's mission, with full
/// clearance; it may set the alarm again.
type Handler = Arc<dyn for<'a> Fn(&'a mut Tx, &'a str) -> BoxFuture<'a, Result<(), Failure>> + Send + Sync>;

/// The alarms of a service; all its replicas share them.
#[derive(Clone)]
pub struct Alarms {
    handler: Handler,
}

impl Alarms {
    pub fn new(
        handler: impl for<'a> Fn(&'a mut Tx, &'a str) -> BoxFuture<'a, Result<(), Failure>> + Send + Sync + 'static,
    ) -> Self {
        Self { handler: Arc::new(handler) }
    }

    /// Rings what is due until it is stopped.
    pub async fn run(self, db: Db, stop: Stop) {
        while !stop.is_set() {
            if let Err(error) = self.ring_due(&db).await {
                tracing::warn!(service = db.service(), "the alarms pause: {error}");
            }
            stop.or_after(LOOK_EVERY).await;
        }
    }

    /// Rings what is due now; says how many rang. One whose work failed is put off and stops no other.
    ///
    /// # Errors
    /// `Unavailable` when the database is away.
    pub async fn ring_due(&self, db: &Db) -> Result<u32, Failure> {
        let due: Vec<(Uuid, String)> = sqlx::query_as(
            "SELECT mission_id, name FROM chassis.alarm WHERE rings_at <= $1 ORDER BY rings_at, mission_id, name LIMIT $2",
        )
        .bind(db.clock().now())
        .bind(RING_MAX)
        .fetch_all(&mut *db.connection().await?)
        .await?;
        let mut rang = 0;
        for (mission, name) in due {
            match self.ring(db, mission, &name).await {
                Ok(did_ring) => rang += u32::from(did_ring),
                Err(failure) => {
                    tracing::warn!(service = db.service(), alarm = name, "an alarm rings again later: {failure}");
                    put_off(db, mission, &name).await?;
                }
            }
        }
        Ok(rang)
    }

    /// True when it rang here, and not meanwhile elsewhere. Of a closed mission nothing is due: its alarms end unheard.
    async fn ring(&self, db: &Db, mission: Uuid, name: &str) -> Result<bool, Failure> {
        let scope =
            Mission { id: mission, code: String::new(), state: MissionState::Active, fiscal_year_start_month: 7 };
        let deadline = std::time::Instant::now() + RING_TIMEOUT;
        let mut tx = db.begin(&Caller::service(db.service(), scope, deadline)).await?;
        let taken = sqlx::query("DELETE FROM chassis.alarm WHERE mission_id = $1 AND name = $2 AND rings_at <= $3")
            .bind(mission)
            .bind(name)
            .bind(db.clock().now())
            .execute(&mut *tx)
            .await?;
        if taken.rows_affected() == 0 {
            return Ok(false);
        }
        if closing::is_closed(&mut tx, mission).await? {
            tx.commit().await?;
            return Ok(false);
        }
        // Work that panics fails like any other: it must not take the other alarms with it.
        let work = AssertUnwindSafe(async { (self.handler)(&mut tx, name).await });
        work.catch_unwind().await.map_err(|_| Failure::internal("the work of an alarm panicked"))??;
        tx.commit().await?;
        Ok(true)
    }
}

/// Lets an alarm that failed ring later. One that rang elsewhere meanwhile, or was set anew, stays as it is.
async fn put_off(db: &Db, mission: Uuid, name: &str) -> Result<(), Failure> {
    let now = db.clock().now();
    sqlx::query("UPDATE chassis.alarm SET rings_at = $3 WHERE mission_id = $1 AND name = $2 AND rings_at <= $4")
        .bind(mission)
        .bind(name)
        .bind(now + AGAIN_AFTER)
        .bind(now)
        .execute(&mut *db.connection().await?)
        .await?;
    Ok(())
}

/// Sets an alarm, in the place of the one of that name.
pub(crate) async fn set(
    connection: &mut PgConnection,
    mission: Uuid,
    name: &str,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO chassis.alarm (mission_id, name, rings_at) VALUES ($1, $2, $3) \
         ON CONFLICT (mission_id, name) DO UPDATE SET rings_at = excluded.rings_at",
    )
    .bind(mission)
    .bind(name)
    .bind(at)
    .execute(connection)
    .await
    .map(drop)
}
