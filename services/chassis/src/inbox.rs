//! The inbox: an event's id and its effect are stored in one transaction, then it is acknowledged.

mod dead_letter;

use std::{
    collections::HashSet,
    slice,
    sync::Arc,
    time::{Duration, Instant},
};

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
use futures::{
    FutureExt as _, StreamExt as _,
    future::{BoxFuture, try_join_all},
};
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
/// Longest rest of who takes all that has arrived at once.
const REST_MAX: Duration = Duration::from_millis(300);
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

/// What events do, all of one mission and oldest first. Runs in a transaction bound to that mission, with
/// full clearance; the effect is committed with the events' ids, or not at all. `Unavailable` is tried
/// again without end, any other failure [`TRIES_MAX`] times.
pub type Handler = Arc<dyn for<'a> Fn(&'a mut Tx, &'a [Inbound]) -> BoxFuture<'a, Result<(), Failure>> + Send + Sync>;

/// A durable consumer; all replicas of a service share its work.
#[derive(Clone)]
pub struct Inbox {
    consumer: &'static str,
    subjects: Vec<String>,
    /// Most events that the handler is given at once.
    at_once: usize,
    handler: Handler,
}

impl Inbox {
    /// Each event by itself. `subjects` as in `cpas.planning.plan.*.*`.
    pub fn new(
        consumer: &'static str,
        subjects: &[&str],
        handler: impl for<'a> Fn(&'a mut Tx, &'a Inbound) -> BoxFuture<'a, Result<(), Failure>> + Send + Sync + 'static,
    ) -> Self {
        let handler = Arc::new(handler);
        let each = Self::gathered(consumer, subjects, move |tx, events| {
            let handler = handler.clone();
            Box::pin(async move {
                for event in events {
                    handler(&mut *tx, event).await?;
                }
                Ok(())
            })
        });
        Self { at_once: 1, ..each }
    }

    /// All events of a mission that have arrived, in one effect: for a handler that does the same work
    /// for one as for many. When it fails, each is tried by itself, so that none holds up its neighbours.
    pub fn gathered(
        consumer: &'static str,
        subjects: &[&str],
        handler: impl for<'a> Fn(&'a mut Tx, &'a [Inbound]) -> BoxFuture<'a, Result<(), Failure>> + Send + Sync + 'static,
    ) -> Self {
        let subjects = subjects.iter().map(|subject| (*subject).to_owned()).collect();
        Self { consumer, subjects, at_once: ACK_PENDING_MAX as usize, handler: Arc::new(handler) }
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
        let messages = consumer
            .stream()
            .max_messages_per_batch(ACK_PENDING_MAX as usize)
            .expires(HEARTBEAT * 4)
            .heartbeat(HEARTBEAT)
            .messages()
            .await
            .map_err(away)?;
        let mut arrived = messages.ready_chunks(self.at_once);
        loop {
            let messages = tokio::select! {
                messages = arrived.next() => messages,
                () = stop.wait() => return Ok(()),
            };
            let Some(messages) = messages else { return Err(Failure::unavailable("the stream of events ended")) };
            // What came before the stream broke off is handled; then the stream begins again.
            let (messages, broken): (Vec<_>, Vec<_>) = messages.into_iter().partition(Result::is_ok);
            let began = Instant::now();
            for events in self.by_mission(messages.into_iter().flatten().collect()).await? {
                self.handle(db, &events).await?;
            }
            if let Some(Err(error)) = broken.into_iter().next() {
                return Err(away(error));
            }
            // Who takes all at once leaves as much time to those who write as it took, and finds more together then.
            if self.at_once > 1 {
                stop.or_after(began.elapsed().min(REST_MAX)).await;
            }
        }
    }

    /// What arrived, mission by mission in its order; what is no event of ours is passed over.
    async fn by_mission(&self, messages: Vec<jetstream::Message>) -> Result<Vec<Vec<Arrival>>, Failure> {
        let mut missions: Vec<Vec<Arrival>> = Vec::new();
        for message in messages {
            let parsed = Inbound::parse(&message.subject, message.headers.as_ref(), message.payload.clone());
            let Some(event) = parsed else {
                tracing::error!(consumer = self.consumer, subject = %message.subject, "a message that is no event of ours is passed over");
                acknowledge(&message, AckKind::Term).await?;
                continue;
            };
            let arrival = Arrival { message, event };
            match missions.iter_mut().find(|one| one[0].event.mission == arrival.event.mission) {
                Some(mission) => mission.push(arrival),
                None => missions.push(vec![arrival]),
            }
        }
        Ok(missions)
    }

    /// Handles events of one mission: all at once, or when that fails each by itself.
    async fn handle(&self, db: &Db, arrivals: &[Arrival]) -> Result<(), Failure> {
        let events: Vec<Inbound> = arrivals.iter().map(|arrival| arrival.event.clone()).collect();
        match (self.traced_effect(db, &events).await, arrivals) {
            (Ok(()), _) => {
                try_join_all(arrivals.iter().map(|arrival| acknowledge(&arrival.message, AckKind::Ack))).await?;
            }
            (Err(failure), [one]) => self.fail(db, one, &failure).await?,
            (Err(failure), _) => {
                tracing::warn!(consumer = self.consumer, "{} events are tried one by one: {failure}", arrivals.len());
                for one in arrivals {
                    match self.traced_effect(db, slice::from_ref(&one.event)).await {
                        Ok(()) => acknowledge(&one.message, AckKind::Ack).await?,
                        Err(failure) => self.fail(db, one, &failure).await?,
                    }
                }
            }
        }
        Ok(())
    }

    async fn traced_effect(&self, db: &Db, events: &[Inbound]) -> Result<(), Failure> {
        let Some(first) = events.first() else { return Ok(()) };
        let span = tracing::info_span!("event", kind = first.kind, consumer = self.consumer, events = events.len());
        crate::telemetry::continue_trace(&span, &first.trace_parent);
        let outcome = self.take_effect(db, events).instrument(span).await;
        let lag = (db.clock().now() - first.recorded_at).as_seconds_f64().max(0.0);
        metrics::gauge!("cpas_inbox_lag_seconds", "consumer" => self.consumer).set(lag);
        outcome
    }

    /// An event that had no effect waits, is tried again, or goes to the dead letters.
    async fn fail(&self, db: &Db, arrival: &Arrival, failure: &Failure) -> Result<(), Failure> {
        let Arrival { message, event } = arrival;
        let deliveries = message.info().map_or(1, |info| info.delivered);
        if failure.code == Code::Unavailable {
            tracing::warn!(consumer = self.consumer, kind = event.kind, "an event waits: {failure}");
            return acknowledge(message, AckKind::Nak(Some(RETRY_AFTER))).await;
        }
        if deliveries < TRIES_MAX {
            let cause = failure.cause.as_deref().map(ToString::to_string).unwrap_or_default();
            tracing::warn!(
                consumer = self.consumer,
                kind = event.kind,
                deliveries,
                cause,
                "an event failed: {failure}"
            );
            return acknowledge(message, AckKind::Nak(Some(RETRY_AFTER))).await;
        }
        self.bury(db, event, failure).await?;
        acknowledge(message, AckKind::Ack).await
    }

    /// Stores the ids of events of one mission and their effect; those that had it before have it no
    /// second time.
    ///
    /// # Errors
    /// What the handler answered; then nothing is stored.
    pub async fn take_effect(&self, db: &Db, events: &[Inbound]) -> Result<(), Failure> {
        let Some(first) = events.first() else { return Ok(()) };
        let deadline = std::time::Instant::now() + EFFECT_TIMEOUT;
        let caller = Caller::service(self.consumer, first.mission_scope(), deadline);
        let mut tx = db.begin(&caller).await?;
        let ids: Vec<Uuid> = events.iter().map(|event| event.id).collect();
        let new: Vec<Uuid> = sqlx::query_scalar(
            "INSERT INTO chassis.inbox (consumer, event_id) SELECT $1, id FROM unnest($2::uuid[]) id ORDER BY id \
             ON CONFLICT DO NOTHING RETURNING event_id",
        )
        .bind(self.consumer)
        .bind(ids)
        .fetch_all(&mut *tx)
        .await?;
        let mut new: HashSet<Uuid> = new.into_iter().collect();
        let fresh: Vec<Inbound> = events.iter().filter(|event| new.remove(&event.id)).cloned().collect();
        if fresh.is_empty() {
            return Ok(());
        }
        // A handler that panics fails like any other: it must not take the consumer with it.
        let effect = std::panic::AssertUnwindSafe(async { (self.handler)(&mut tx, &fresh).await });
        effect.catch_unwind().await.map_err(|_| Failure::internal("the handler of an event panicked"))??;
        tx.commit().await
    }
}

/// An event, and the message to acknowledge.
struct Arrival {
    message: jetstream::Message,
    event: Inbound,
}

/// Waits until the server has the acknowledgement: a lost one would be a delivery more.
async fn acknowledge(message: &jetstream::Message, kind: AckKind) -> Result<(), Failure> {
    let acknowledged = tokio::time::timeout(Duration::from_secs(5), message.double_ack_with(kind)).await;
    acknowledged
        .map_err(away)?
        .map_err(|error| Failure::unavailable("the event stream does not take an acknowledgement").because(error))
}
