//! A subscription as somebody wishes it, and as it is shown.

use chassis::{Caller, Failure};
use chrono::{DateTime, Utc};
use cpas_proto::{
    reporting::v1 as pb,
    words::{Classification, Language, Role},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::webhooks::{bad, instant};
use crate::{
    App, language,
    problem::Problem,
    store::{members::Member, sendings::SendingRow, subscriptions::SubscriptionRow},
    subscriptions::{ENDED_BY_HAND, SentAs, Subject, When},
    webhooks::{SigningSecret, check_address},
};

/// What a paper may start from; which of them there are, reporting knows.
const REFERENCE_CHARS_MAX: usize = 60;

#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SubscriptionWish {
    /// Empty: oneself. A coordinator has things sent to others too.
    pub account_id: String,
    /// dashboard, paper or digest.
    subject: String,
    /// Id of a dashboard, or "ready"; template of a paper; of a digest empty.
    reference: String,
    /// daily, weekly, monthly, or published: when such a paper is.
    rhythm: String,
    /// Weekly: 1 to 7, from Monday on; monthly: 1 to 28.
    day: i16,
    /// 0 to 23, of the mission's own time.
    hour: i16,
    /// pdf, docx, xlsx, html or csv; of a digest text.
    format: String,
    /// en or fr.
    language: String,
    by_email: bool,
    /// Another system that it is sent to; empty: to none. One's own subscriptions only.
    webhook_url: String,
    /// The highest classification that leaves; empty: unclassified.
    clearance: String,
    /// It is sent no more until this is false.
    stopped: bool,
    pub version: i64,
}

#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeZoneWish {
    /// Of the IANA database: "Africa/Bangui".
    pub time_zone: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SubscriptionList {
    pub subscriptions: Vec<SubscriptionView>,
    pub time_zone: String,
    /// False: this installation sends no e-mail.
    pub sends: bool,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SubscriptionView {
    id: String,
    account_id: String,
    /// Empty: no member any more.
    account_name: String,
    mine: bool,
    subject: String,
    reference: String,
    rhythm: String,
    day: i16,
    hour: i16,
    format: String,
    language: String,
    by_email: bool,
    webhook_url: String,
    clearance: &'static str,
    /// Empty: at work. Else why it is not.
    stopped: String,
    /// Absent: not by the clock.
    next_due: Option<String>,
    version: i64,
    recorded_at: String,
    recorded_by: String,
    /// Newest first.
    sendings: Vec<SendingView>,
    /// What messages are signed with; shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SendingView {
    id: String,
    /// email or webhook.
    channel: String,
    /// When it was planned.
    at: String,
    /// waiting, sent, nothing or dead.
    state: String,
    attempts: i32,
    /// What came of the last attempt.
    outcome: String,
}

/// A wish that can be stored.
pub struct Checked {
    pub account_id: Uuid,
    pub webhook_url: String,
    subject: Subject,
    reference: String,
    rhythm: When,
    day: i16,
    hour: i16,
    format: SentAs,
    language: Language,
    by_email: bool,
    up_to: Classification,
    stopped: bool,
}

impl Checked {
    /// A new one.
    pub async fn of(app: &App, caller: &Caller, wish: SubscriptionWish) -> Result<Self, Problem> {
        let account_id = match wish.account_id.as_str() {
            "" => caller.account,
            id => id.parse().map_err(|_| bad("account_id", "This is no member of the mission."))?,
        };
        if account_id != caller.account && !caller.has(Role::Coordinator) {
            return Err(Failure::denied("Only a coordinator has something sent to others.").into());
        }
        if account_id != caller.account && !wish.webhook_url.trim().is_empty() {
            return Err(bad(
                "webhook_url",
                "What another member may see goes to another system only by that member's own choice.",
            )
            .into());
        }
        Self::parsed(app, caller, account_id, wish).await
    }

    /// A change of one that is stored.
    pub async fn changing(
        app: &App,
        caller: &Caller,
        wish: SubscriptionWish,
        stored: &SubscriptionRow,
    ) -> Result<Self, Problem> {
        let same_address = wish.webhook_url.trim() == stored.webhook_url || wish.webhook_url.trim().is_empty();
        if stored.account_id != caller.account && !same_address {
            return Err(bad(
                "webhook_url",
                "What another member may see goes to another system only by that member's own choice.",
            )
            .into());
        }
        Self::parsed(app, caller, stored.account_id, wish).await
    }

    async fn parsed(app: &App, caller: &Caller, account_id: Uuid, wish: SubscriptionWish) -> Result<Self, Problem> {
        let subject: Subject = wish.subject.parse().map_err(|error| Failure::bad_field("subject", error))?;
        let rhythm: When = wish.rhythm.parse().map_err(|error| Failure::bad_field("rhythm", error))?;
        let format: SentAs = wish.format.parse().map_err(|error| Failure::bad_field("format", error))?;
        let language: Language = wish.language.parse().map_err(|error| Failure::bad_field("language", error))?;
        let up_to = Classification::parse_or_unclassified(&wish.clearance)
            .map_err(|error| Failure::bad_field("clearance", error))?;
        if up_to > caller.clearance {
            let rule = format!("Your own clearance is {}; you cannot let more be told.", caller.clearance);
            return Err(bad("clearance", rule).into());
        }
        if (subject == Subject::Digest) != (format == SentAs::Text) {
            return Err(bad("format", "A digest is sent as text, and nothing else is.").into());
        }
        if rhythm == When::Published && subject != Subject::Paper {
            return Err(bad("rhythm", "Only a paper is sent when it is published.").into());
        }
        let last = if rhythm == When::Monthly { 28 } else { 7 };
        if matches!(rhythm, When::Weekly | When::Monthly) && !(1..=last).contains(&wish.day) {
            return Err(
                bad("day", "A day of the week goes from 1, Monday, to 7; one of the month from 1 to 28.").into()
            );
        }
        if !(0..=23).contains(&wish.hour) {
            return Err(bad("hour", "An hour goes from 0 to 23.").into());
        }
        let webhook_url = match wish.webhook_url.trim() {
            "" => String::new(),
            url => check_address(url, app.config.webhook_private_allowed)
                .map_err(|refused| bad("webhook_url", refused.to_string()))?
                .into(),
        };
        if !wish.by_email && webhook_url.is_empty() {
            return Err(bad("by_email", "It goes by e-mail, to another system, or both.").into());
        }
        let reference = reference(app, caller, subject, wish.reference.trim()).await?;
        let (day, hour, by_email, stopped) = (wish.day, wish.hour, wish.by_email, wish.stopped);
        Ok(Self {
            account_id,
            webhook_url,
            subject,
            reference,
            rhythm,
            day,
            hour,
            format,
            language,
            by_email,
            up_to,
            stopped,
        })
    }

    /// To be stored.
    pub fn row(
        self,
        id: Uuid,
        caller: &Caller,
        now: DateTime<Utc>,
        key: &str,
        secret: Option<&SigningSecret>,
    ) -> SubscriptionRow {
        SubscriptionRow {
            id,
            account_id: self.account_id,
            subject: self.subject.word().to_owned(),
            reference: self.reference,
            rhythm: self.rhythm.word().to_owned(),
            day: self.day,
            hour: self.hour,
            format: self.format.word().to_owned(),
            language: self.language.word().to_owned(),
            by_email: self.by_email,
            webhook_url: self.webhook_url,
            secret: secret.map(|secret| secret.bytes().to_vec()),
            up_to: self.up_to.rank(),
            stopped: if self.stopped { ENDED_BY_HAND.to_owned() } else { String::new() },
            unsubscribe_key: key.to_owned(),
            since: now,
            version: 1,
            recorded_at: now,
            recorded_by: caller.account,
            recorded_by_name: caller.name.clone(),
        }
    }

    /// What is stored of a change; `seen` is the version that its writer saw.
    pub fn changed(
        self,
        stored: &SubscriptionRow,
        seen: i64,
        now: DateTime<Utc>,
        secret: Option<&SigningSecret>,
    ) -> SubscriptionRow {
        let resumes = !stored.stopped.is_empty() && !self.stopped;
        let stopped = match (self.stopped, stored.stopped.as_str()) {
            (false, _) => String::new(),
            (true, "") => ENDED_BY_HAND.to_owned(),
            (true, why) => why.to_owned(),
        };
        let kept = stored.secret.clone().filter(|_| !self.webhook_url.is_empty());
        SubscriptionRow {
            subject: self.subject.word().to_owned(),
            reference: self.reference,
            rhythm: self.rhythm.word().to_owned(),
            day: self.day,
            hour: self.hour,
            format: self.format.word().to_owned(),
            language: self.language.word().to_owned(),
            by_email: self.by_email,
            webhook_url: self.webhook_url,
            secret: secret.map(|secret| secret.bytes().to_vec()).or(kept),
            up_to: self.up_to.rank(),
            stopped,
            // What was published while it was stopped is not sent afterwards.
            since: if resumes { now } else { stored.since },
            version: seen,
            ..stored.clone()
        }
    }
}

/// What it is of, if it is there for the caller.
async fn reference(app: &App, caller: &Caller, subject: Subject, reference: &str) -> Result<String, Problem> {
    match subject {
        Subject::Digest => Ok(String::new()),
        Subject::Paper if reference.is_empty() || reference.chars().count() > REFERENCE_CHARS_MAX => {
            Err(bad("reference", "Say which kind of paper it is to be, by its template.").into())
        }
        Subject::Paper => Ok(reference.to_owned()),
        Subject::Dashboard => {
            let request = pb::GetDashboardRequest { id: reference.to_owned() };
            let found = app.reporting(caller).get_dashboard(request).await.map_err(Failure::from)?;
            Ok(found.into_inner().id)
        }
    }
}

/// As it is shown to the caller.
pub fn view(
    row: SubscriptionRow,
    due: Option<DateTime<Utc>>,
    sent: Vec<SendingRow>,
    people: &[Member],
    caller: &Caller,
    secret: Option<String>,
) -> SubscriptionView {
    let name = people.iter().find(|person| person.account_id == row.account_id).map(|person| person.name.clone());
    let shown = |sending: SendingRow| SendingView {
        id: sending.id.to_string(),
        channel: sending.channel,
        at: instant(sending.recorded_at),
        state: sending.state,
        attempts: sending.attempts,
        outcome: language::here(&sending.outcome),
    };
    SubscriptionView {
        id: row.id.to_string(),
        account_id: row.account_id.to_string(),
        account_name: name.unwrap_or_default(),
        mine: row.account_id == caller.account,
        subject: row.subject,
        reference: row.reference,
        rhythm: row.rhythm,
        day: row.day,
        hour: row.hour,
        format: row.format,
        language: row.language,
        by_email: row.by_email,
        webhook_url: row.webhook_url,
        clearance: Classification::of_rank(row.up_to).word(),
        stopped: language::here(&row.stopped),
        next_due: due.map(instant),
        version: row.version,
        recorded_at: instant(row.recorded_at),
        recorded_by: row.recorded_by_name,
        sendings: sent.into_iter().map(shown).collect(),
        secret,
    }
}
