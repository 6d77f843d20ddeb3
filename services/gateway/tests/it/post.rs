//! A gateway that sends letters to a small mail server, and how they read.

use std::{collections::BTreeMap, sync::Arc};

use base64::Engine as _;
use chassis::{
    Caller, Clock, Stop, Tx,
    testing::{Stage, eventually},
};
use chrono::{DateTime, Utc};
use cpas_gateway::{
    Config, MIGRATOR,
    digests::{MailTransport, Sender, run},
    routes::{NewMember, add_member},
};
use uuid::Uuid;

use crate::{
    neighbours::Neighbours,
    smtp::{Smtp, Taken},
    world::{PASSWORD, World},
};

/// A Monday, before the hour.
pub const EARLY: &str = "2026-03-02T04:00:00Z";

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// A gateway whose letters go to a mail server, on a clock that stands still.
pub struct Post {
    pub world: World,
    pub smtp: Smtp,
}

impl Post {
    pub async fn open(neighbours: Neighbours) -> Self {
        Self::beside(&Arc::new(neighbours), |_| {}).await
    }

    pub async fn beside(neighbours: &Arc<Neighbours>, change: impl FnOnce(&mut Config)) -> Self {
        let smtp = Smtp::default();
        let address = smtp.listen().await;
        let stage = Stage::open_at("gateway", &MIGRATOR, Clock::fixed(at(EARLY))).await;
        let world = World::on(stage, neighbours, |config| {
            config.mail_transport = MailTransport::Smtp;
            config.mail_smtp_url = format!("smtp://{address}");
            config.mail_from = "CPAS <cpas@mission.example>".to_owned();
            config.public_url = "https://cpas.example.org".to_owned();
            change(config);
        });
        Self { world: world.await, smtp }
    }

    /// Sends, as a replica of its own.
    pub fn replica(&self) -> (Stop, tokio::task::JoinHandle<()>) {
        let (stop, all) = (Stop::new(), self.world.stage.stop.clone());
        let sender = Sender::new(self.world.app.clone()).expect("a sender").expect("letters go out");
        let own = stop.clone();
        let running = tokio::spawn(async move {
            tokio::select! { () = run(sender, own) => {}, () = all.wait() => {} }
        });
        (stop, running)
    }

    pub fn set_clock(&self, instant: &str) {
        self.world.stage.clock.set(at(instant));
    }

    pub async fn member(&self, mission: Uuid, name: &str, role: &str, section: &str) -> Uuid {
        let new = NewMember {
            email: format!("{}@ours.example", name.to_lowercase()),
            name: name.to_owned(),
            role: role.to_owned(),
            section: section.to_owned(),
            clearance: "confidential".to_owned(),
            password: PASSWORD.to_owned(),
            ..Default::default()
        };
        add_member(&self.world.app, mission, Uuid::nil(), new).await.expect("a member").account_id
    }

    /// A look into the mission's rows.
    pub async fn look(&self, mission: Uuid) -> Tx {
        let scope = chassis::Mission { id: mission, ..self.world.stage.mission.clone() };
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
        self.world.stage.db.begin(&Caller::service("gateway", scope, deadline)).await.expect("a look")
    }

    pub async fn attempts(&self, mission: Uuid, account: Uuid) -> i32 {
        let found = sqlx::query_scalar("SELECT attempts FROM digest WHERE account_id = $1").bind(account);
        found.fetch_optional(&mut *self.look(mission).await).await.expect("a row").unwrap_or(0)
    }

    /// Digests of a mission that were due on a day, by state.
    pub async fn states(&self, mission: Uuid, day: &str) -> BTreeMap<String, i64> {
        let mut tx = self.look(mission).await;
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT state, count(*) FROM digest WHERE day = $1::text::date GROUP BY state")
                .bind(&day[..10])
                .fetch_all(&mut *tx)
                .await
                .expect("rows");
        rows.into_iter().collect()
    }

    /// Waits until all that was due on a day is done, and says how.
    pub async fn done(&self, mission: Uuid, day: &str, all: i64) -> BTreeMap<String, i64> {
        eventually("all digests are done", || async {
            let states = self.states(mission, day).await;
            states.values().sum::<i64>() == all && !states.contains_key("waiting")
        })
        .await;
        self.states(mission, day).await
    }
}

/// Headers, and the text and HTML parts as a mail program shows them.
pub fn read(letter: &str) -> (BTreeMap<String, String>, String, String) {
    let (head, body) = letter.split_once("\r\n\r\n").expect("a head");
    let head = headers(head);
    let boundary = head["content-type"].split("boundary=").nth(1).expect("parts").trim_matches('"').to_owned();
    let line = format!("--{boundary}");
    let mut parts = body.split(&line).skip(1).filter_map(|part| {
        let (head, body) = part.trim_start().split_once("\r\n\r\n")?;
        Some(decoded(&headers(head)["content-transfer-encoding"], body))
    });
    (head, parts.next().expect("text"), parts.next().expect("HTML"))
}

fn headers(text: &str) -> BTreeMap<String, String> {
    let unfolded = text.replace("\r\n ", " ").replace("\r\n\t", " ");
    let pairs = unfolded.lines().filter_map(|line| line.split_once(": "));
    pairs.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect()
}

fn decoded(encoding: &str, body: &str) -> String {
    let bytes = match encoding {
        "base64" => {
            let text: String = body.split_whitespace().collect();
            base64::prelude::BASE64_STANDARD.decode(text).expect("base64")
        }
        "quoted-printable" => {
            let joined = body.replace("=\r\n", "");
            let mut bytes = Vec::new();
            let mut rest = joined.as_str();
            while let Some((before, after)) = rest.split_once('=') {
                bytes.extend_from_slice(before.as_bytes());
                bytes.push(u8::from_str_radix(&after[..2], 16).expect("two digits"));
                rest = &after[2..];
            }
            bytes.extend_from_slice(rest.as_bytes());
            bytes
        }
        _ => body.as_bytes().to_vec(),
    };
    String::from_utf8(bytes).expect("UTF-8").replace("\r\n", "\n")
}

pub fn of<'a>(taken: &'a [Taken], email: &str) -> Vec<&'a Taken> {
    taken.iter().filter(|own| own.to == [email]).collect()
}
