//! Dead letters: events that could not be handled, kept until they can.

use chrono::{DateTime, Utc};
use cpas_proto::words::Classification;
use uuid::Uuid;

use super::{Inbound, Inbox};
use crate::{Db, Failure};

impl Inbox {
    /// Keeps an event that cannot be handled, with the reason.
    pub(super) async fn bury(&self, db: &Db, event: &Inbound, failure: &Failure) -> Result<(), Failure> {
        let cause = failure.cause.as_deref().map(ToString::to_string).unwrap_or_default();
        tracing::error!(consumer = self.consumer, kind = event.kind, id = %event.id, cause, "an event goes to the dead letters: {failure}");
        sqlx::query(
            "INSERT INTO chassis.dead_letter (consumer, event_id, mission_id, subject, kind, record_id, classification, payload, recorded_at, reason) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
        )
        .bind(self.consumer)
        .bind(event.id)
        .bind(event.mission)
        .bind(&event.subject)
        .bind(&event.kind)
        .bind(&event.record_id)
        .bind(event.classification.rank())
        .bind(event.payload.as_ref())
        .bind(event.recorded_at)
        .bind(format!("{failure} {cause}").trim().to_owned())
        .execute(db.pool())
        .await?;
        metrics::counter!("cpas_inbox_dead_letters", "consumer" => self.consumer).increment(1);
        Ok(())
    }

    /// Tries the dead letters again, oldest first; those that now have their effect are buried no more.
    /// Returns how many were revived and how many remain.
    ///
    /// # Errors
    /// `Unavailable` when the database is away.
    pub async fn replay_dead_letters(&self, db: &Db) -> Result<(usize, usize), Failure> {
        let dead: Vec<DeadLetter> = sqlx::query_as(
            "SELECT event_id, mission_id, subject, kind, record_id, classification, payload, recorded_at \
             FROM chassis.dead_letter WHERE consumer = $1 ORDER BY recorded_at",
        )
        .bind(self.consumer)
        .fetch_all(db.pool())
        .await?;
        let (mut revived, mut remaining) = (0, 0);
        for letter in dead {
            let event = Inbound::from(letter);
            match self.take_effect(db, std::slice::from_ref(&event)).await {
                Ok(()) => {
                    sqlx::query("DELETE FROM chassis.dead_letter WHERE consumer = $1 AND event_id = $2")
                        .bind(self.consumer)
                        .bind(event.id)
                        .execute(db.pool())
                        .await?;
                    revived += 1;
                }
                Err(failure) => {
                    tracing::warn!(consumer = self.consumer, id = %event.id, "a dead letter stays dead: {failure}");
                    remaining += 1;
                }
            }
        }
        Ok((revived, remaining))
    }

    /// How many dead letters of a mission lie here.
    ///
    /// # Errors
    /// `Unavailable` when the database is away.
    pub async fn dead_letters(&self, db: &Db, mission: Uuid) -> Result<i64, Failure> {
        Ok(sqlx::query_scalar("SELECT count(*) FROM chassis.dead_letter WHERE consumer = $1 AND mission_id = $2")
            .bind(self.consumer)
            .bind(mission)
            .fetch_one(db.pool())
            .await?)
    }
}

#[derive(sqlx::FromRow)]
struct DeadLetter {
    event_id: Uuid,
    mission_id: Uuid,
    subject: String,
    kind: String,
    record_id: String,
    classification: i16,
    payload: Vec<u8>,
    recorded_at: DateTime<Utc>,
}

impl From<DeadLetter> for Inbound {
    fn from(letter: DeadLetter) -> Self {
        Self {
            id: letter.event_id,
            mission: letter.mission_id,
            subject: letter.subject,
            kind: letter.kind,
            record_id: letter.record_id,
            classification: Classification::of_rank(letter.classification),
            recorded_at: letter.recorded_at,
            payload: letter.payload.into(),
            trace_parent: String::new(),
        }
    }
}
