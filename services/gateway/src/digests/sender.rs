//! Plans what is due, and sends it; every replica takes a part.

use std::time::{Duration, Instant};

use chassis::{Caller, Clock, Failure, Mission, Stop, Tx, new_id};
use chrono::{DateTime, TimeDelta, Utc};
use cpas_proto::words::{Language, MissionState, Role};
use futures::StreamExt as _;
use lettre::{Address, message::Mailbox};
use uuid::Uuid;

use super::{
    Mailer, Rhythm, letter,
    mailer::sender_address,
    schedule::{is_wanted, last_due, wait_after},
    waiting,
};
use crate::{
    App,
    access::absent_member,
    store::{
        digests::{self, DigestRow, Due},
        missions,
    },
};

const LOOK_EVERY: Duration = Duration::from_secs(1);
const PAUSE_AFTER_TROUBLE: Duration = Duration::from_secs(5);
/// Digests that are taken at a time, and of these worked on at once: services are asked for each.
const AT_A_TIME: i64 = 16;
const AT_ONCE: usize = 4;
/// A digest that nobody noted anything of is sent again after this. Longer than all of a batch takes.
const LEASE: TimeDelta = TimeDelta::minutes(10);
const TRANSACTION_TIMEOUT: Duration = Duration::from_secs(20);
/// Time for the services to say what waits, and for the mail server to take the letter.
const LOOK_TIMEOUT: Duration = Duration::from_secs(30);
const SEND_TIMEOUT: Duration = Duration::from_secs(60);
/// They do nothing that waits for them.
const WITHOUT: &[&str] = &[Role::Reader.word(), Role::Auditor.word()];

/// What sends.
#[derive(Clone)]
pub struct Sender {
    app: App,
    clock: Clock,
    mailer: Mailer,
    from: Mailbox,
}

/// What came of an attempt.
enum Outcome {
    Sent,
    /// Why there was none to send.
    Nothing(&'static str),
    /// Not before something else is configured.
    Never(String),
}

/// Plans and sends until it is stopped.
pub async fn run(sender: Sender, stop: Stop) {
    let mut planned = None;
    while !stop.is_set() {
        let due = last_due(sender.clock.now(), sender.app.config.digest_hour_utc);
        let worked = async {
            let plan = if planned == Some(due) { Ok(()) } else { sender.plan(due).await };
            // What is planned goes out, whatever became of the rest.
            sender.send_due().await.and(plan)
        };
        // What is left when this goes is taken again when its lease is over.
        let worked = tokio::select! { worked = worked => worked, () = stop.wait() => return };
        match worked {
            Ok(()) => planned = Some(due),
            Err(failure) => {
                tracing::warn!("digests pause: {failure}");
                stop.or_after(PAUSE_AFTER_TROUBLE).await;
            }
        }
        stop.or_after(LOOK_EVERY).await;
    }
}

impl Sender {
    /// `None` where no letters go out.
    ///
    /// # Errors
    /// `Internal` for a configuration that cannot be used.
    pub fn new(app: App) -> Result<Option<Self>, Failure> {
        let Some(mailer) = Mailer::of(&app.config)? else { return Ok(None) };
        if app.config.digest_hour_utc > 23 {
            return Err(Failure::internal("service.digest_hour_utc goes from 0 to 23"));
        }
        let from = sender_address(&app.config)?;
        Ok(Some(Self { clock: app.db.clock().clone(), app, mailer, from }))
    }

    /// Stores the digests that were due then, each once whoever stores it.
    async fn plan(&self, due: DateTime<Utc>) -> Result<(), Failure> {
        let missions = missions::all(&mut *self.app.db.connection().await?).await?;
        for mission in missions.iter().filter(|mission| mission.state != MissionState::Closed.word()) {
            let now = self.clock.now();
            let mut tx = self.begin(mission.id).await?;
            for reader in digests::readers(&mut tx, mission.id, WITHOUT).await? {
                let rhythm = Rhythm::stored(reader.rhythm.as_deref());
                if is_wanted(rhythm, reader.since, due) {
                    let one = (new_id(now), reader.account_id, due.date_naive());
                    digests::insert(&mut tx, mission.id, one, now).await?;
                }
            }
            digests::forget_old(&mut tx, now).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn send_due(&self) -> Result<(), Failure> {
        let now = self.clock.now();
        let taken = digests::take_due(&mut *self.app.db.connection().await?, now, LEASE, AT_A_TIME).await?;
        futures::stream::iter(taken)
            .for_each_concurrent(AT_ONCE, async |due| {
                if let Err(failure) = self.send(due).await {
                    tracing::warn!(digest = %due.digest_id, "a digest is sent later: {failure}");
                }
            })
            .await;
        Ok(())
    }

    async fn begin(&self, mission: Uuid) -> Result<Tx, Failure> {
        let (state, fiscal_year_start_month) = (MissionState::Active, 7);
        let mission = Mission { id: mission, code: String::new(), state, fiscal_year_start_month };
        self.app.db.begin(&Caller::service("gateway", mission, Instant::now() + TRANSACTION_TIMEOUT)).await
    }

    async fn send(&self, due: Due) -> Result<(), Failure> {
        let mut tx = self.begin(due.mission_id).await?;
        let Some(digest) = digests::waiting(&mut tx, due.digest_id).await? else {
            digests::drop_from_queue(&mut tx, due.digest_id).await?;
            return tx.commit().await;
        };
        let rhythm = Rhythm::stored(digests::rhythm_of(&mut tx, digest.account_id).await?.as_deref());
        drop(tx);
        let outcome = if rhythm == Rhythm::Never {
            Ok(Outcome::Nothing("Not wanted any more."))
        } else {
            self.attempt(&digest, due.mission_id).await
        };
        self.note(due, digest, outcome).await
    }

    /// Asks what waits, and hands the letter on. `Err`: why not, this time.
    async fn attempt(&self, digest: &DigestRow, mission: Uuid) -> Result<Outcome, String> {
        let asked =
            absent_member(&self.app, digest.account_id, mission).await.map_err(|failure| failure.to_string())?;
        let Some((visitor, mission)) = asked else {
            return Ok(Outcome::Nothing("The mission is closed, or this is no member any more."));
        };
        let caller =
            visitor.caller(&self.app, &mission.code, LOOK_TIMEOUT).await.map_err(|problem| problem.0.to_string())?;
        let waiting = waiting::look(&self.app, &caller).await.map_err(|failure| failure.to_string())?;
        if waiting.is_nothing() {
            return Ok(Outcome::Nothing("Nothing waited."));
        }
        let account = &visitor.account;
        let Ok(address) = account.email.parse::<Address>() else {
            return Ok(Outcome::Never("The account's address is none that mail goes to.".to_owned()));
        };
        let envelope = letter::Envelope {
            id: digest.id,
            from: self.from.clone(),
            to: Mailbox::new(Some(account.name.clone()), address),
            language: account.language.parse().unwrap_or(Language::En),
            at: self.clock.now(),
            mission: &mission.code,
            base: &self.app.address_outside(),
        };
        let letter = match letter::write(envelope, &waiting) {
            Ok(letter) => letter,
            Err(error) => return Ok(Outcome::Never(format!("No letter can be made: {error}."))),
        };
        let sent = tokio::time::timeout(SEND_TIMEOUT, self.mailer.send(letter)).await;
        sent.unwrap_or_else(|_| Err(format!("The mail server did not answer within {} s.", SEND_TIMEOUT.as_secs())))?;
        Ok(Outcome::Sent)
    }

    /// Keeps what came of it, and when it is tried again.
    async fn note(&self, due: Due, digest: DigestRow, outcome: Result<Outcome, String>) -> Result<(), Failure> {
        let now = self.clock.now();
        let attempts = digest.attempts + 1;
        let (state, outcome, wait) = match outcome {
            Ok(Outcome::Sent) => ("sent", "Sent.".to_owned(), None),
            Ok(Outcome::Nothing(why)) => ("nothing", why.to_owned(), None),
            Ok(Outcome::Never(why)) => ("dead", why, None),
            Err(why) => match wait_after(attempts, rand::random()) {
                Some(wait) => ("waiting", why, Some(wait)),
                None => ("dead", why, None),
            },
        };
        if !matches!(state, "sent" | "nothing") {
            tracing::warn!(digest = %digest.id, state, attempts, "a digest was not sent: {outcome}");
        }
        let noted = DigestRow { state: state.to_owned(), attempts, attempted_at: Some(now), outcome, ..digest };
        let mut tx = self.begin(due.mission_id).await?;
        digests::note(&mut tx, &noted, wait.map(|wait| now + wait)).await?;
        tx.commit().await
    }
}
