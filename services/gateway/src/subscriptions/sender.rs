//! Plans what is due, and sends it; every replica takes a part.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chassis::{Caller, Clock, Failure, Stop};
use chrono::{SecondsFormat, TimeDelta};
use cpas_proto::words::{Classification, Language};
use futures::StreamExt as _;
use lettre::{Address, message::Mailbox};
use serde_json::json;

use super::{
    content::{self, Cannot, Content, What},
    letter, planner,
};
use crate::{
    App,
    access::absent_member,
    digests::{Mailer, sender_address, wait_after},
    store::{
        missions::MissionRow,
        sendings::{self, Due, SendingRow},
        subscriptions::{self, SubscriptionRow},
    },
    webhooks::{Outgoing, SigningSecret, Verdict},
};

const LOOK_EVERY: Duration = Duration::from_secs(1);
const PAUSE_AFTER_TROUBLE: Duration = Duration::from_secs(5);
/// Sendings that are taken at a time, and of these worked on at once: services write a document for each.
const AT_A_TIME: i64 = 8;
const AT_ONCE: usize = 2;
/// A sending that nobody noted anything of is sent again after this. Longer than all of a batch takes.
const LEASE: TimeDelta = TimeDelta::minutes(10);
/// Time for the services to write it, and for the other side to take it.
const ASK_TIMEOUT: Duration = Duration::from_secs(60);
const SEND_TIMEOUT: Duration = Duration::from_secs(60);

const NO_MEMBER: &str = "The mission is closed, or this is no member any more.";
const NO_MAIL: &str = "This installation sends no e-mail.";

/// What sends.
#[derive(Clone)]
pub struct Sender {
    app: App,
    clock: Clock,
    /// `None`: no letters go out.
    mailer: Option<Mailer>,
    from: Mailbox,
    outgoing: Outgoing,
}

/// What came of an attempt.
enum Outcome {
    Sent(String),
    Cannot(Cannot),
}

/// Plans and sends until it is stopped.
pub async fn run(sender: Sender, stop: Stop) {
    while !stop.is_set() {
        let worked = async {
            let planned = planner::plan(&sender.app.db, sender.clock.now()).await;
            // What is planned goes out, whatever became of the rest.
            sender.send_due().await.and(planned)
        };
        // What is left when this goes is taken again when its lease is over.
        let worked = tokio::select! { worked = worked => worked, () = stop.wait() => return };
        if let Err(failure) = worked {
            tracing::warn!("subscriptions pause: {failure}");
            stop.or_after(PAUSE_AFTER_TROUBLE).await;
        }
        stop.or_after(LOOK_EVERY).await;
    }
}

impl Sender {
    /// # Errors
    /// `Internal` for a configuration that cannot be used.
    pub fn new(app: App) -> Result<Self, Failure> {
        let mailer = Mailer::of(&app.config)?;
        let from = sender_address(&app.config)?;
        let outgoing = Outgoing::new(app.config.webhook_private_allowed, SEND_TIMEOUT)?;
        Ok(Self { clock: app.db.clock().clone(), app, mailer, from, outgoing })
    }

    async fn send_due(&self) -> Result<(), Failure> {
        let now = self.clock.now();
        let taken = sendings::take_due(&mut *self.app.db.connection().await?, now, LEASE, AT_A_TIME).await?;
        futures::stream::iter(taken)
            .for_each_concurrent(AT_ONCE, async |due| {
                if let Err(failure) = self.send(due).await {
                    tracing::warn!(sending = %due.sending_id, "a subscription is sent later: {failure}");
                }
            })
            .await;
        Ok(())
    }

    async fn send(&self, due: Due) -> Result<(), Failure> {
        let mut tx = planner::begin(&self.app.db, due.mission_id).await?;
        let waiting = sendings::waiting(&mut tx, due.sending_id).await?;
        let found = match &waiting {
            Some(sending) => subscriptions::find(&mut tx, sending.subscription_id).await?,
            None => None,
        };
        let Some((sending, row)) = waiting.zip(found) else {
            sendings::drop_from_queue(&mut tx, due.sending_id).await?;
            return tx.commit().await;
        };
        drop(tx);
        let outcome = if row.stopped.is_empty() {
            self.attempt(due, &row, &sending).await
        } else {
            Err(Cannot::Nothing("The subscription was stopped before."))
        };
        self.note(due, sending, outcome.map_or_else(Outcome::Cannot, Outcome::Sent)).await
    }

    /// Asks for it as its reader, and hands it on.
    async fn attempt(&self, due: Due, row: &SubscriptionRow, sending: &SendingRow) -> Result<String, Cannot> {
        let later = |failure: Failure| Cannot::Later(failure.to_string());
        let member = absent_member(&self.app, row.account_id, due.mission_id).await.map_err(later)?;
        let Some((visitor, mission)) = member else { return Err(Cannot::Stop(NO_MEMBER)) };
        let caller = visitor.caller(&self.app, &mission.code, ASK_TIMEOUT).await.map_err(|problem| later(problem.0))?;
        // Nothing above what it lets out, whatever its reader may see.
        let caller = Caller { clearance: caller.clearance.min(Classification::of_rank(row.up_to)), ..caller };
        let content = content::ask(&self.app, &caller, row, sending).await?;
        match sending.channel.as_str() {
            "email" => self.by_email(row, sending, &visitor.account, &mission, &content).await,
            _ => self.by_webhook(row, sending, &mission, &content).await,
        }
    }

    async fn by_email(
        &self,
        row: &SubscriptionRow,
        sending: &SendingRow,
        account: &crate::store::accounts::Account,
        mission: &MissionRow,
        content: &Content,
    ) -> Result<String, Cannot> {
        let Some(mailer) = &self.mailer else { return Err(Cannot::Nothing(NO_MAIL)) };
        let Ok(address) = account.email.parse::<Address>() else {
            return Err(Cannot::Never("The account's address is none that mail goes to.".to_owned()));
        };
        let base = self.app.address_outside();
        let envelope = letter::Envelope {
            id: sending.id,
            from: self.from.clone(),
            to: Mailbox::new(Some(account.name.clone()), address),
            language: row.language.parse().unwrap_or(Language::En),
            at: self.clock.now(),
            mission: &mission.code,
            base: &base,
            unsubscribe_key: &row.unsubscribe_key,
        };
        let letter = letter::write(&envelope, content)
            .map_err(|error| Cannot::Never(format!("No letter can be made: {error}")))?;
        let sent = tokio::time::timeout(SEND_TIMEOUT, mailer.send(letter)).await;
        let sent = sent
            .unwrap_or_else(|_| Err(format!("The mail server did not answer within {} s.", SEND_TIMEOUT.as_secs())));
        sent.map(|()| "Sent.".to_owned()).map_err(Cannot::Later)
    }

    async fn by_webhook(
        &self,
        row: &SubscriptionRow,
        sending: &SendingRow,
        mission: &MissionRow,
        content: &Content,
    ) -> Result<String, Cannot> {
        let mut data = json!({
            "mission": mission.code,
            "subscription_id": row.id,
            "occasion": sending.occasion,
            "subject": row.subject,
            "reference": row.reference,
            "title": content.title,
            "format": row.format,
            "language": row.language,
        });
        match &content.what {
            What::File { name, content_type, bytes } => {
                data["file_name"] = json!(name);
                data["content_type"] = json!(content_type);
                data["content_base64"] = json!(BASE64_STANDARD.encode(bytes));
            }
            What::Digest(home) => {
                let language = row.language.parse().unwrap_or(Language::En);
                data["text"] = json!(letter::digest_text(home, language, &mission.code, &self.app.address_outside()));
            }
        }
        let now = self.clock.now();
        let timestamp = now.to_rfc3339_opts(SecondsFormat::Millis, true);
        let body = json!({ "type": "subscription.sent", "timestamp": timestamp, "data": data }).to_string();
        let secret = SigningSecret::of(row.secret.clone().unwrap_or_default());
        let answer =
            self.outgoing.post(&row.webhook_url, &secret, &sending.id.to_string(), now.timestamp(), body).await;
        match answer.verdict {
            Verdict::Taken => Ok(answer.said),
            Verdict::Gone => Err(Cannot::Stop(crate::webhooks::GONE)),
            Verdict::Again => Err(Cannot::Later(answer.said)),
            Verdict::Not => Err(Cannot::Never(answer.said)),
        }
    }

    /// Keeps what came of it, and when it is tried again.
    async fn note(&self, due: Due, sending: SendingRow, outcome: Outcome) -> Result<(), Failure> {
        let now = self.clock.now();
        let attempts = sending.attempts + 1;
        let mut stop = None;
        let (state, said, wait) = match outcome {
            Outcome::Sent(said) => ("sent", said, None),
            Outcome::Cannot(Cannot::Nothing(why)) => ("nothing", why.to_owned(), None),
            Outcome::Cannot(Cannot::Stop(why)) => {
                stop = Some(why);
                ("nothing", why.to_owned(), None)
            }
            Outcome::Cannot(Cannot::Never(why)) => ("dead", why, None),
            Outcome::Cannot(Cannot::Later(why)) => match wait_after(attempts, rand::random()) {
                Some(wait) => ("waiting", why, Some(wait)),
                None => ("dead", why, None),
            },
        };
        if matches!(state, "dead" | "waiting") {
            tracing::warn!(sending = %sending.id, state, attempts, "a subscription was not sent: {said}");
        }
        let noted = SendingRow { state: state.to_owned(), attempts, attempted_at: Some(now), outcome: said, ..sending };
        let mut tx = planner::begin(&self.app.db, due.mission_id).await?;
        sendings::note(&mut tx, &noted, wait.map(|wait| now + wait)).await?;
        if let Some(why) = stop {
            subscriptions::stop(&mut tx, noted.subscription_id, why).await?;
        }
        tx.commit().await
    }
}
