//! The inbox: an event's id and its effect are stored in one transaction, then it is acknowledged.

use std::{sync::Arc, time::Duration};

use async_nats::{
    HeaderMap,
    jetstream::{
        self, AckKind,
        consumer::{AckPolicy, DeliverPolicy, pull},
    },
};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use cpas_proto::words::{Classification, MissionState};
use futures::{FutureExt as _, StreamExt as _, future::BoxFuture};
use tracing::Instrument as _;
use uuid::Uuid;

use crate::{Bus, Caller, Code, Db, Failure, Mission, Stop, Tx, bus::away};

/// Deliveries before an event that cannot be handled goes to the dead letters.
pub const TRIES_MAX: i64 = 5;
/// Events given out to one consumer and not yet acknowledged.
const ACK_PENDING_MAX: i64 = 64;
const ACK_WAIT: Duration = Duration::from_secs(60);
const HEARTBEAT: Duration = Duration::from_secs(5);
const RETRY_AFTER: Duration = Duration::from_millis(500);
/// Time for the effect of one event.
const EFFECT_TIMEOUT: Duration = Duration::from_secs(50);

/// An event as it arrives.
#[derive(Debug, Clone)]
pub struct Inbound {
    pub id: Uuid,
    pub mission: Uuid,
    pub subject: String,
    /// Full name of the message, `cpas.planning.v1.PlanRecorded`.
    pub kind: String,
    /// The record that it speaks of.
    pub record_id: String,
    pub classification: Classification,
    pub recorded_at: DateTime<Utc>,
    pub payload: Bytes,
    trace_parent: String,
}

impl Inbound {
    /// From a message of the stream; `None` for one that is no event of ours.
    pub(crate) fn parse(subject: &str, headers: Option<&HeaderMap>, payload: Bytes) -> Option<Self> {
        let headers = headers?;
        let header = |name: &str| headers.get(name).map(|value| value.as_str());
        Some(Self {
            id: header("ce-id")?.parse().ok()?,
            mission: header("cpas-mission")?.parse().ok()?,
            subject: subject.to_owned(),
            kind: header("ce-type")?.to_owned(),
            record_id: header("ce-subject").unwrap_or_default().to_owned(),
            classification: header("cpas-classification")?.parse().ok()?,
            recorded_at: DateTime::parse_from_rfc3339(header("ce-time")?).ok()?.to_utc(),
            payload,
            trace_parent: header("traceparent").unwrap_or_default().to_owned(),
        })
    }

    /// The message that it carries.
    ///
    /// # Errors
    /// `Internal` when the bytes are not that message.
    pub fn decode<M: prost::Message + Default>(&self) -> Result<M, Failure> {
        M::decode(self.payload.clone()).map_err(Failure::internal)
    }

    /// Noun and verb of its subject: `plan`, `recorded`.
    pub fn noun_and_verb(&self) -> (&str, &str) {
        let mut parts = self.subject.split('.').skip(2);
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
    }

    /// The event's mission as consumers work in it.
    pub fn mission_scope(&self) -> Mission {
        Mission { id: self.mission, code: String::new(), state: MissionState::Active, fiscal_year_start_month: 7 }
    }
}

/// What an event does. Runs in a transaction bound to the event's mission, with full clearance; its
/// effect is committed with the event's id, or not at all. `Unavailable` is tried again without end, any
/// other failure [`TRIES_MAX`] times.
pub type Handler = Arc<dyn for<'a> Fn(&'a mut Tx, &'a Inbound) -> BoxFuture<'a, Result<(), Failure>> + Send + Sync>;

/// A durable consumer; all replicas of a service share its work.
#[derive(Clone)]
pub struct Inbox {
    consumer: &'static str,
    subjects: Vec<String>,
    handler: Handler,
}

impl Inbox {
    /// `subjects` as in `cpas.planning.plan.*.*`.
    pub fn new(
        consumer: &'static str,
        subjects: &[&str],
        handler: impl for<'a> Fn(&'a mut Tx, &'a Inbound) -> BoxFuture<'a, Result<(), Failure>> + Send + Sync + 'static,
    ) -> Self {
        let subjects = subjects.iter().map(|subject| (*subject).to_owned()).collect();
        Self { consumer, subjects, handler: Arc::new(handler) }
    }

    /// Consumes until it is stopped; when the stream is away or wiped, begins again by itself.
    pub async fn run(self, db: Db, bus: Bus, stop: Stop) {
        while !stop.is_set() {
            if let Err(error) = self.consume(&db, &bus, &stop).await {
                tracing::warn!(consumer = self.consumer, "the inbox pauses: {error}");
                stop.or_after(RETRY_AFTER).await;
            }
        }
    }

    async fn consume(&self, db: &Db, bus: &Bus, stop: &Stop) -> Result<(), Failure> {
        let stream = bus.stream().await?;
        let config = pull::Config {
            durable_name: Some(self.consumer.to_owned()),
            filter_subjects: self.subjects.clone(),
            deliver_policy: DeliverPolicy::All,
            ack_policy: AckPolicy::Explicit,
            ack_wait: ACK_WAIT,
            max_ack_pending: ACK_PENDING_MAX,
            ..Default::default()
        };
        let consumer = stream.create_consumer(config).await.map_err(away)?;
        let mut messages = consumer
            .stream()
            .max_messages_per_batch(ACK_PENDING_MAX as usize)
            .expires(HEARTBEAT * 4)
            .heartbeat(HEARTBEAT)
            .messages()
            .await
            .map_err(away)?;
        loop {
            let message = tokio::select! {
                message = messages.next() => message,
                () = stop.wait() => return Ok(()),
            };
            let Some(message) = message else { return Err(Failure::unavailable("the stream of events ended")) };
            self.handle(db, &message.map_err(away)?).await?;
        }
    }

    async fn handle(&self, db: &Db, message: &jetstream::Message) -> Result<(), Failure> {
        let Some(event) = Inbound::parse(&message.subject, message.headers.as_ref(), message.payload.clone()) else {
            tracing::error!(consumer = self.consumer, subject = %message.subject, "a message that is no event of ours is passed over");
            return acknowledge(message, AckKind::Term).await;
        };
        let deliveries = message.info().map_or(1, |info| info.delivered);
        let span = tracing::info_span!("event", kind = event.kind, consumer = self.consumer);
        crate::telemetry::continue_trace(&span, &event.trace_parent);
        let outcome = self.take_effect(db, &event).instrument(span).await;
        let lag = (db.clock().now() - event.recorded_at).as_seconds_f64().max(0.0);
        metrics::gauge!("cpas_inbox_lag_seconds", "consumer" => self.consumer).set(lag);
        match outcome {
            Ok(()) => acknowledge(message, AckKind::Ack).await,
            Err(failure) if failure.code == Code::Unavailable => {
                tracing::warn!(consumer = self.consumer, kind = event.kind, "an event waits: {failure}");
                acknowledge(message, AckKind::Nak(Some(RETRY_AFTER))).await
            }
            Err(failure) if deliveries < TRIES_MAX => {
                let cause = failure.cause.as_deref().map(ToString::to_string).unwrap_or_default();
                tracing::warn!(
                    consumer = self.consumer,
                    kind = event.kind,
                    deliveries,
                    cause,
                    "an event failed: {failure}"
                );
                acknowledge(message, AckKind::Nak(Some(RETRY_AFTER))).await
            }
            Err(failure) => {
                self.bury(db, &event, &failure).await?;
                acknowledge(message, AckKind::Ack).await
            }
        }
    }

    /// Stores the event's id and its effect; a second time it does nothing.
    ///
    /// # Errors
    /// What the handler answered; then nothing is stored.
    pub async fn take_effect(&self, db: &Db, event: &Inbound) -> Result<(), Failure> {
        let deadline = std::time::Instant::now() + EFFECT_TIMEOUT;
        let caller = Caller::service(self.consumer, event.mission_scope(), deadline);
        let mut tx = db.begin(&caller).await?;
        let first =
            sqlx::query("INSERT INTO chassis.inbox (consumer, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .bind(self.consumer)
                .bind(event.id)
                .execute(&mut *tx)
                .await?
                .rows_affected();
        if first == 0 {
            return Ok(());
        }
        // A handler that panics fails like any other: it must not take the consumer with it.
        let effect = std::panic::AssertUnwindSafe(async { (self.handler)(&mut tx, event).await });
        effect.catch_unwind().await.map_err(|_| Failure::internal("the handler of an event panicked"))??;
        tx.commit().await
    }

    async fn bury(&self, db: &Db, event: &Inbound, failure: &Failure) -> Result<(), Failure> {
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
            match self.take_effect(db, &event).await {
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

/// Waits until the server has the acknowledgement: a lost one would be a delivery more.
async fn acknowledge(message: &jetstream::Message, kind: AckKind) -> Result<(), Failure> {
    let acknowledged = tokio::time::timeout(Duration::from_secs(5), message.double_ack_with(kind)).await;
    acknowledged
        .map_err(away)?
        .map_err(|error| Failure::unavailable("the event stream does not take an acknowledgement").because(error))
}
