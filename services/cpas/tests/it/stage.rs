//! A system of its own for a test: its databases on the test PostgreSQL, a NATS of its own.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use chassis::testing::Nats;
use cpas::{
    client::Api,
    compose::{Ground, SERVICES, System},
};
use cpas_gateway::routes::{NewMember, NewMission, add_member, open_mission};
use cpas_reporting::domain::manifest::PaperKey;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use uuid::Uuid;

pub const PASSWORD: &str = "a long enough password";
/// A busy machine takes its time for the events of the demo.
const SETTLE_MAX: Duration = Duration::from_secs(180);
/// Between two looks that have to be alike.
const SETTLE_LOOK: Duration = Duration::from_millis(1_500);

/// A running system that takes its databases along when it ends.
pub struct Stage {
    pub system: System,
    pub address: String,
    pub ground: Ground,
    _nats: Nats,
}

impl Stage {
    pub async fn open() -> Self {
        Self::on(None, None).await
    }

    /// With its files of evidence in a folder, and papers signed.
    pub async fn open_in(folder: &Path, key: PaperKey) -> Self {
        Self::on(Some(folder.to_owned()), Some(key)).await
    }

    async fn on(files: Option<PathBuf>, paper_key: Option<PaperKey>) -> Self {
        let superuser_url = std::env::var("CPAS_TEST_DATABASE_URL")
            .expect("CPAS_TEST_DATABASE_URL; run the tests under deploy/local/backing.py");
        let nats = Nats::start();
        let prefix = format!("s{}", &Uuid::new_v4().simple().to_string()[..10]);
        let ground = Ground {
            superuser_url,
            database_prefix: prefix,
            password: "test".to_owned(),
            nats_url: nats.url.clone(),
            stream: "CPAS".to_owned(),
            paper_key,
            files,
            mail: None,
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let system = System::start(ground.clone(), listener).await.expect("a system");
        let address = format!("http://{}", system.address());
        Self { system, address, ground, _nats: nats }
    }

    /// Opens a mission and returns its coordinator, at a browser.
    pub async fn mission(&self, code: &str) -> Api {
        let new = NewMission {
            code: code.to_owned(),
            name: code.to_owned(),
            name_fr: String::new(),
            countries: vec![],
            languages: vec!["en".to_owned()],
            fiscal_year_start_month: 7,
        };
        let mission = open_mission(&self.system.app, new).await.expect("a mission");
        let email = email(code);
        let new = NewMember {
            email: email.clone(),
            name: format!("Coordinator of {code}"),
            role: "coordinator".to_owned(),
            clearance: "confidential".to_owned(),
            password: PASSWORD.to_owned(),
            ..NewMember::default()
        };
        let mission: Uuid = mission.id.parse().expect("an id");
        add_member(&self.system.app, mission, Uuid::nil(), new).await.expect("a member");
        Api::sign_in(&self.address, code, &email, PASSWORD).await.expect("a session")
    }

    /// An API token of the mission's coordinator.
    pub async fn token(&self, code: &str) -> String {
        let client = reqwest::Client::new();
        let sign_in = json!({"email": email(code), "password": PASSWORD});
        let url = format!("{}/api/v1", self.address);
        let answer = client.post(format!("{url}/session")).json(&sign_in).send().await.expect("an answer");
        let cookie =
            answer.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a cookie").to_owned();
        let session: Value = answer.json().await.expect("a session");
        let wish = json!({"name": "loading", "mission": code, "roles": ["coordinator"], "expires_in_days": 1});
        let request = client.post(format!("{url}/tokens")).header("cookie", cookie);
        let request = request.header("x-csrf-token", session["csrf_token"].as_str().expect("a token"));
        let token: Value = request.json(&wish).send().await.expect("an answer").json().await.expect("a token");
        token["token"].as_str().unwrap_or_else(|| panic!("{token}")).to_owned()
    }

    /// URL of the gateway's database, as its application role.
    pub async fn gateway_url(&self) -> String {
        let database = format!("{}_gateway", self.ground.database_prefix);
        let made = chassis::db::create_database(&self.ground.superuser_url, &database, "test").await;
        made.expect("it is there").1
    }

    /// Waits until all that happened in a mission is told and has taken effect: nothing waits in an outbox, and no more is
    /// handled from one look to the next.
    pub async fn settle(&self, mission: Uuid) {
        let end = tokio::time::Instant::now() + SETTLE_MAX;
        let mut before = None;
        loop {
            let now = self.told_and_heard(mission).await;
            if now.0 == 0 && before == Some(now) {
                return;
            }
            assert!(tokio::time::Instant::now() < end, "not settled within {SETTLE_MAX:?}: {now:?}");
            before = Some(now);
            tokio::time::sleep(SETTLE_LOOK).await;
        }
    }

    /// Events of a mission that wait to be told, and effects of events in all services.
    async fn told_and_heard(&self, mission: Uuid) -> (i64, i64) {
        let superuser = self.ground.superuser_url.rsplit_once('/').expect("a database").0;
        let mut found = (0, 0);
        for service in SERVICES {
            let url = format!("{superuser}/{}_{service}", self.ground.database_prefix);
            let mut connection = PgConnection::connect(&url).await.expect("the database");
            let counts: (i64, i64) = sqlx::query_as(
                "SELECT (SELECT count(*) FROM chassis.outbox WHERE mission_id = $1 AND sent_at IS NULL), \
                 (SELECT count(*) FROM chassis.inbox)",
            )
            .bind(mission)
            .fetch_one(&mut connection)
            .await
            .expect("counts");
            found = (found.0 + counts.0, found.1 + counts.1);
        }
        found
    }

    /// Ends the system and drops what it had.
    pub async fn close(self) {
        self.system.shutdown().await;
        let mut connection = PgConnection::connect(&self.ground.superuser_url).await.expect("the test database");
        for service in SERVICES {
            let database = format!("{}_{service}", self.ground.database_prefix);
            let drop = format!("DROP DATABASE {database} WITH (FORCE)");
            connection.execute(AssertSqlSafe(drop)).await.expect("a drop");
            let drop = format!("DROP ROLE {database}_owner, {database}_app");
            connection.execute(AssertSqlSafe(drop)).await.expect("a drop");
        }
    }
}

fn email(code: &str) -> String {
    format!("coordinator@{}.example", code.to_lowercase())
}
