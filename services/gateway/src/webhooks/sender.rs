//! Sends what is due; every replica takes a part. A subscription that answers slowly has few messages on their way and
//! holds up no other.

use std::{
    collections::HashMap,
    future,
    time::{Duration, Instant},
};

use chassis::{Caller, Clock, Db, Failure, Mission, Stop, Tx};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use cpas_proto::words::MissionState;
use serde_json::json;
use tokio::task::{self, JoinSet};
use uuid::Uuid;

use super::{
    outgoing::{Answer, GONE, Outgoing, Verdict},
    schedule::wait_after,
    signature::SigningSecret,
};
use crate::store::{
    deliveries::{self, DeliveryRow, Due, Room},
    missions,
    webhooks::{self, WebhookRow},
};

/// Between two looks when nothing is due, and at least.
const LOOK_EVERY: Duration = Duration::from_millis(500);
const LOOK_AT_MOST_EVERY: Duration = Duration::from_millis(100);
const PAUSE_AFTER_TROUBLE: Duration = Duration::from_secs(5);
/// Messages on their way at a time, of all subscriptions and of each.
const AT_A_TIME: usize = 64;
const AT_A_TIME_EACH: usize = 4;
/// Time for one attempt, from the name to the answer.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
/// A message that nobody noted anything of is tried again after this.
const LEASE: TimeDelta = TimeDelta::seconds(90);
const TRANSACTION_TIMEOUT: Duration = Duration::from_secs(20);

/// What sends.
#[derive(Clone)]
pub struct Sender {
    db: Db,
    clock: Clock,
    outgoing: Outgoing,
}

/// Sends until it is stopped.
pub async fn run(sender: Sender, stop: Stop) {
    let mut under_way = UnderWay::default();
    while !stop.is_set() {
        let taken = tokio::select! { taken = sender.take(&under_way) => taken, () = stop.wait() => return };
        match taken {
            Ok(due) => due.into_iter().for_each(|due| under_way.start(&sender, due)),
            Err(failure) => {
                tracing::warn!("messages to other systems pause: {failure}");
                stop.or_after(PAUSE_AFTER_TROUBLE).await;
            }
        }
        stop.or_after(LOOK_AT_MOST_EVERY).await;
        tokio::select! {
            () = under_way.one_ends() => {}
            () = stop.or_after(LOOK_EVERY) => {}
        }
    }
}

/// Messages on their way. What is left when this goes is given up, and taken again when its lease is over.
#[derive(Default)]
struct UnderWay {
    tasks: JoinSet<()>,
    webhooks: HashMap<task::Id, Uuid>,
}

impl UnderWay {
    fn start(&mut self, sender: &Sender, due: Due) {
        let (sender, webhook) = (sender.clone(), due.webhook_id);
        let task = self.tasks.spawn(async move {
            if let Err(failure) = sender.send(&due).await {
                tracing::warn!(delivery = %due.delivery_id, "a message is tried again later: {failure}");
            }
        });
        self.webhooks.insert(task.id(), webhook);
    }

    /// Waits until one ends, and takes note of all that ended; waits on and on where none is on its way.
    async fn one_ends(&mut self) {
        let Some(mut ended) = self.tasks.join_next_with_id().await else { return future::pending().await };
        loop {
            let id = match &ended {
                Ok((id, ())) => *id,
                Err(error) => {
                    tracing::error!("sending a message broke off: {error}");
                    error.id()
                }
            };
            self.webhooks.remove(&id);
            match self.tasks.try_join_next_with_id() {
                Some(next) => ended = next,
                None => return,
            }
        }
    }

    fn room(&self) -> Room {
        let mut under_way: HashMap<Uuid, i64> = HashMap::new();
        self.webhooks.values().for_each(|webhook| *under_way.entry(*webhook).or_default() += 1);
        Room {
            all: (AT_A_TIME - self.webhooks.len().min(AT_A_TIME)) as i64,
            each: AT_A_TIME_EACH as i64,
            under_way: under_way.into_iter().collect(),
        }
    }
}

impl Sender {
    /// # Errors
    /// `Internal` when there is no TLS on this machine.
    pub fn new(db: Db, private_allowed: bool) -> Result<Self, Failure> {
        let outgoing = Outgoing::new(private_allowed, ATTEMPT_TIMEOUT)?;
        let clock = db.clock().clone();
        Ok(Self { db, clock, outgoing })
    }

    /// Takes what is due now, as far as there is room for it.
    ///
    /// # Errors
    /// `Unavailable` when the database is away.
    async fn take(&self, under_way: &UnderWay) -> Result<Vec<Due>, Failure> {
        let room = under_way.room();
        if room.all == 0 {
            return Ok(Vec::new());
        }
        let now = self.clock.now();
        Ok(deliveries::take_due(&mut *self.db.connection().await?, now, LEASE, room).await?)
    }

    async fn begin(&self, due: &Due) -> Result<Tx, Failure> {
        let mission = Mission {
            id: due.mission_id,
            code: String::new(),
            state: MissionState::Active,
            fiscal_year_start_month: 7,
        };
        self.db.begin(&Caller::service("gateway", mission, Instant::now() + TRANSACTION_TIMEOUT)).await
    }

    async fn send(&self, due: &Due) -> Result<(), Failure> {
        let mut tx = self.begin(due).await?;
        let Some(delivery) = deliveries::find(&mut tx, due.delivery_id).await? else { return Ok(()) };
        let Some(webhook) = webhooks::find(&mut tx, delivery.webhook_id).await? else { return Ok(()) };
        let code = missions::code_of(&mut tx, due.mission_id).await?;
        drop(tx);
        let answer = if delivery.classification > webhook.classification {
            // The subscription may be told less than when this came in.
            let said = "Not sent: the subscription is told less by now than this would tell.".to_owned();
            Answer { verdict: Verdict::Not, said }
        } else if webhook.paused.is_empty() {
            self.attempt(&webhook, &delivery, &code).await
        } else {
            let said = "Not sent: the subscription is paused. Set it to work, then send this again.".to_owned();
            Answer { verdict: Verdict::Not, said }
        };
        self.note(due, delivery, answer).await
    }

    async fn attempt(&self, webhook: &WebhookRow, delivery: &DeliveryRow, mission: &str) -> Answer {
        let (id, timestamp_s) = (delivery.id.to_string(), self.clock.now().timestamp());
        let secret = SigningSecret::of(webhook.secret.clone());
        self.outgoing.post(&webhook.url, &secret, &id, timestamp_s, body(delivery, mission)).await
    }

    /// Keeps what came of it, and when it is tried again.
    async fn note(&self, due: &Due, delivery: DeliveryRow, answer: Answer) -> Result<(), Failure> {
        let now: DateTime<Utc> = self.clock.now();
        let attempts = delivery.attempts + 1;
        let again = answer.verdict == Verdict::Again;
        let wait = if again { wait_after(attempts, rand::random()) } else { None };
        let state = match (answer.verdict, wait) {
            (Verdict::Taken, _) => "delivered",
            (_, Some(_)) => "waiting",
            (_, None) => "dead",
        };
        let webhook = delivery.webhook_id;
        let noted = DeliveryRow {
            state: state.to_owned(),
            attempts,
            attempted_at: Some(now),
            outcome: answer.said,
            ..delivery
        };
        let mut tx = self.begin(due).await?;
        deliveries::note(&mut tx, &noted, wait.map(|wait| now + wait)).await?;
        if answer.verdict == Verdict::Gone {
            webhooks::pause(&mut tx, webhook, GONE).await?;
        }
        tx.commit().await
    }
}

/// What a message says: which kind of thing, and its id; who may see more asks for it.
fn body(delivery: &DeliveryRow, mission: &str) -> String {
    let (noun, verb) = delivery.kind.split_once('.').unwrap_or((&delivery.kind, ""));
    json!({
        "type": delivery.kind,
        "timestamp": delivery.happened_at.to_rfc3339_opts(SecondsFormat::Millis, true),
        "data": {"mission": mission, "noun": noun, "verb": verb, "id": delivery.record_id},
    })
    .to_string()
}
