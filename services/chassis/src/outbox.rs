//! The outbox: events are stored with the change they tell of, and told afterwards.
//!
//! One relay at a time per database (an advisory lock elects it) sends in order of `seq`, waits for
//! every PubAck, then marks. A crash in between sends again; the inbox of the consumer knows.

use std::time::Duration;

use chrono::{DateTime, Utc};
use cpas_proto::words::Classification;
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

use crate::{Bus, Db, Failure, Stop, bus::Envelope};

/// Events sent before their PubAcks are awaited.
const BATCH: i64 = 256;
/// How often a relay looks without being rung: another replica's writes ring only its own bell.
const LOOK_EVERY: Duration = Duration::from_millis(100);
const RETRY_AFTER: Duration = Duration::from_millis(500);
/// Largest payload of an event, in bytes. NATS takes 1 MiB for payload and headers together; an event
/// above that would keep the relay from everything behind it, so it is refused with its change.
pub const EVENT_BYTES_MAX: usize = 1000 * 1024;
/// Longest record id, in bytes; with the other headers it stays far below what `EVENT_BYTES_MAX` leaves.
const RECORD_ID_BYTES_MAX: usize = 512;

/// A fact to be told: what happened to which record.
#[derive(Debug, Clone)]
pub struct Fact {
    /// `plan` in `cpas.planning.plan.recorded.<mission>`.
    pub noun: &'static str,
    /// `recorded`, in the past tense.
    pub verb: &'static str,
    /// The record; its events stay in order.
    pub record_id: String,
    pub classification: Classification,
    /// Full name of the message, `cpas.planning.v1.PlanRecorded`.
    pub kind: String,
    pub payload: Vec<u8>,
}

impl Fact {
    /// A fact from its message.
    pub fn new<M: prost::Message + prost::Name>(
        noun: &'static str,
        verb: &'static str,
        record_id: impl ToString,
        classification: Classification,
        message: &M,
    ) -> Self {
        Self {
            noun,
            verb,
            record_id: record_id.to_string(),
            classification,
            kind: M::full_name(),
            payload: message.encode_to_vec(),
        }
    }

    /// That the stream will take it.
    ///
    /// # Errors
    /// `Exhausted` above [`EVENT_BYTES_MAX`]; `Internal` for a record id that is no header.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.record_id.len() > RECORD_ID_BYTES_MAX || self.record_id.chars().any(char::is_control) {
            return Err(Failure::internal(format!("a {} has an id that no event can carry", self.noun)));
        }
        if self.payload.len() > EVENT_BYTES_MAX {
            return Err(Failure::exhausted(format!(
                "This is too large to be told to the other parts of the system: {} {} with {} bytes, at most \
                 {EVENT_BYTES_MAX}. Nothing was stored; shorten its texts or split it.",
                self.noun,
                self.verb,
                self.payload.len()
            )));
        }
        Ok(())
    }
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    service: &str,
    mission: Uuid,
    facts: &[Fact],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let subjects: Vec<String> =
        facts.iter().map(|fact| format!("cpas.{service}.{}.{}.{mission}", fact.noun, fact.verb)).collect();
    sqlx::query(
        "INSERT INTO chassis.outbox (id, mission_id, subject, kind, record_id, classification, payload, trace_parent, \
         recorded_at) SELECT id, $1, subject, kind, record, classification, payload, $2, $3 \
         FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::int2[], $9::bytea[]) WITH ORDINALITY \
         AS one(id, subject, kind, record, classification, payload, place) ORDER BY place",
    )
    .bind(mission)
    .bind(crate::telemetry::trace_parent())
    .bind(now)
    .bind(facts.iter().map(|_| crate::new_id(now)).collect::<Vec<Uuid>>())
    .bind(subjects)
    .bind(facts.iter().map(|fact| fact.kind.as_str()).collect::<Vec<&str>>())
    .bind(facts.iter().map(|fact| fact.record_id.as_str()).collect::<Vec<&str>>())
    .bind(facts.iter().map(|fact| fact.classification.rank()).collect::<Vec<i16>>())
    .bind(facts.iter().map(|fact| fact.payload.as_slice()).collect::<Vec<&[u8]>>())
    .execute(connection)
    .await
    .map(drop)
}

/// Sends what the outbox holds until it is stopped.
pub async fn relay(db: Db, bus: Bus, stop: Stop) {
    while !stop.is_set() {
        match relay_while_elected(&db, &bus, &stop).await {
            Ok(()) => {}
            Err(error) => {
                tracing::warn!(service = db.service(), "the outbox relay pauses: {error}");
                stop.or_after(RETRY_AFTER).await;
            }
        }
    }
}

/// Holds the relay's lock on a connection of its own and sends; returns when stopped or not elected.
async fn relay_while_elected(db: &Db, bus: &Bus, stop: &Stop) -> Result<(), Failure> {
    let mut elected = db.begin_unscoped().await?;
    // The lock is the transaction's: it ends with it, however this process ends.
    sqlx::query("SET LOCAL idle_in_transaction_session_timeout = 0").execute(&mut *elected).await?;
    let lock = crate::db::lock_number("cpas outbox relay");
    let won: bool =
        sqlx::query_scalar("SELECT pg_try_advisory_xact_lock($1)").bind(lock).fetch_one(&mut *elected).await?;
    if !won {
        drop(elected);
        stop.or_after(Duration::from_secs(1)).await;
        return Ok(());
    }
    while !stop.is_set() {
        // Also shows that the lock's connection lives.
        sqlx::query("SELECT 1").execute(&mut *elected).await?;
        refill_after_a_wipe(db, bus).await?;
        while send_batch(db, bus).await? == BATCH as usize && !stop.is_set() {}
        tokio::select! {
            () = db.outbox_bell().notified() => {}
            () = stop.or_after(LOOK_EVERY) => {}
        }
    }
    Ok(())
}

/// A stream that is not the one we sent to has lost what we sent: everything goes again.
async fn refill_after_a_wipe(db: &Db, bus: &Bus) -> Result<(), Failure> {
    let Some(created) = bus.unconfirmed_stream().await? else { return Ok(()) };
    let mut tx = db.begin_unscoped().await?;
    let known: Option<String> = sqlx::query_scalar("SELECT created FROM chassis.stream WHERE name = $1")
        .bind(bus.stream_name())
        .fetch_optional(&mut *tx)
        .await?;
    if known.as_deref() != Some(&created) {
        let again =
            sqlx::query("UPDATE chassis.outbox SET sent_at = NULL WHERE sent_at IS NOT NULL").execute(&mut *tx).await?;
        sqlx::query("INSERT INTO chassis.stream (name, created) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET created = excluded.created")
            .bind(bus.stream_name())
            .bind(&created)
            .execute(&mut *tx)
            .await?;
        if again.rows_affected() > 0 {
            tracing::warn!(
                service = db.service(),
                events = again.rows_affected(),
                "the event stream is a new one; it is refilled from the outbox"
            );
        }
    }
    tx.commit().await?;
    bus.confirm_stream(&created);
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Unsent {
    seq: i64,
    id: Uuid,
    mission_id: Uuid,
    subject: String,
    kind: String,
    record_id: String,
    classification: i16,
    payload: Vec<u8>,
    trace_parent: String,
    recorded_at: DateTime<Utc>,
}

/// Sends up to a batch; returns how many.
async fn send_batch(db: &Db, bus: &Bus) -> Result<usize, Failure> {
    let mut tx: Transaction<'static, Postgres> = db.begin_unscoped().await?;
    let rows: Vec<Unsent> = sqlx::query_as(
        "SELECT seq, id, mission_id, subject, kind, record_id, classification, payload, trace_parent, recorded_at \
         FROM chassis.outbox WHERE sent_at IS NULL ORDER BY seq LIMIT $1",
    )
    .bind(BATCH)
    .fetch_all(&mut *tx)
    .await?;
    let lag = rows.first().map_or(0.0, |row| (db.clock().now() - row.recorded_at).as_seconds_f64().max(0.0));
    metrics::gauge!("cpas_outbox_lag_seconds", "service" => db.service()).set(lag);
    metrics::gauge!("cpas_outbox_pending", "service" => db.service()).set(rows.len() as f64);
    if rows.is_empty() {
        return Ok(0);
    }
    let mut acks = Vec::with_capacity(rows.len());
    for row in &rows {
        acks.push(bus.send(envelope(row)).await?);
    }
    for ack in acks {
        bus.confirmed(ack).await?;
    }
    let sent: Vec<i64> = rows.iter().map(|row| row.seq).collect();
    sqlx::query("UPDATE chassis.outbox SET sent_at = now() WHERE seq = ANY($1)").bind(&sent).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(sent.len())
}

fn envelope(row: &Unsent) -> Envelope<'_> {
    Envelope {
        id: row.id,
        mission: row.mission_id,
        subject: &row.subject,
        kind: &row.kind,
        record_id: &row.record_id,
        classification: Classification::of_rank(row.classification),
        payload: &row.payload,
        trace_parent: &row.trace_parent,
        recorded_at: row.recorded_at,
    }
}
