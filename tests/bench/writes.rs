//! A durable write with its outbox against one INSERT, and the way of its event to a consumer against a
//! publication that JetStream acknowledges.

use std::{
    cell::Cell,
    collections::BTreeMap,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use async_nats::jetstream;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    samples::{LONG, Samples, compare, line},
    stage::{AREAS, Stage, WRITTEN},
};

const INSERTS: usize = 1_000;
/// Writes whose event is followed to its consumers.
const FOLLOWED: usize = 200;
const FOLLOW_MAX: Duration = Duration::from_secs(30);
/// Of reporting: one keeps records, one reads changed series again.
const CONSUMERS: usize = 2;
const EFFECT_MAX: Duration = Duration::from_secs(120);
/// How exactly an effect is seen.
const LOOK_EVERY: Duration = Duration::from_millis(1);
/// About the size of the event of one observation, with its headers.
const EVENT_BYTES: usize = 600;

/// Values of one indicator, each about another area and day.
struct Values(Cell<usize>);

impl Values {
    fn next(&self) -> Value {
        let place = self.0.replace(self.0.get() + 1);
        let (area, day) = (place % AREAS, place / AREAS);
        let period = format!("2001-{:02}-{:02}", day / 28 % 12 + 1, day % 28 + 1);
        json!({"observation": {
            "indicator_code": WRITTEN, "area": format!("A{area:02}"), "period": period, "kind": "value", "value": 1.0
        }})
    }
}

pub async fn measure(stage: &Stage) {
    let values = Values(Cell::new(0));
    let written = Samples::take(LONG, async || write(stage, &values).await).await;
    let inserted = pgbench(stage).await;
    compare(
        "(4) durable write with its outbox: `POST /observations`",
        &written,
        "one `INSERT` under pgbench, same indexes",
        &inserted,
    );
    // Behind so many writes in a row the consumers are late.
    for (consumer, time) in until_effect(stage).await {
        line(&format!("consumer `{consumer}` after the last of these writes"), &Samples::of(vec![time]), "");
    }
    let followed = follow(stage, &values).await;
    let published = publish(stage).await;
    for (consumer, times) in followed {
        let what = format!("(5) outbox to effect of consumer `{consumer}`");
        compare(&what, &Samples::of(times), "JetStream publication until its ack", &published);
    }
}

async fn write(stage: &Stage, values: &Values) {
    let key = Uuid::new_v4().to_string();
    let request = stage.team.focal_point.request(reqwest::Method::POST, "/observations");
    let response = request.header("idempotency-key", key).json(&values.next()).send().await.expect("an answer");
    let status = response.status();
    let body = response.text().await.expect("a body");
    assert!(status.is_success(), "{status} {body}");
}

/// One client, one row a transaction, prepared, flushed as the service's; each transaction's time from
/// pgbench's log.
async fn pgbench(stage: &Stage) -> Samples {
    let (mission, indicator) = (stage.mission, stage.indicator(WRITTEN).await);
    let script = format!(
        "INSERT INTO bench.single (mission_id, id, indicator_id, definition_version, period, first_day, last_day, area, \
         slice, cell, edition, kind, value, classification, recorded_state, recorded_at, recorded_by, recorded_by_name) \
         VALUES ('{mission}', uuidv7(), '{indicator}', 1, '2001-01-01', '2001-01-01', '2001-01-01', 'A00', '', \
         gen_random_uuid(), 1, 'value', 1, 0, 'draft', now(), '{mission}', 'pgbench');\n"
    );
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("insert.sql");
    std::fs::write(&file, script).expect("a file");
    let program = PathBuf::from(std::env::var_os("CPAS_PG_BIN").expect("CPAS_PG_BIN")).join("pgbench");
    let address = stage.cluster.local.database_url();
    let address = address.rsplit_once('/').expect("an address with a database").0;
    let output = Command::new(program)
        .current_dir(folder.path())
        .args(["--no-vacuum", "--protocol=prepared", "--client=1", "--jobs=1", "--log", "--file=insert.sql"])
        .arg(format!("--transactions={INSERTS}"))
        .arg(format!("{address}/cpas_collection"))
        .output()
        .expect("pgbench runs");
    assert!(output.status.success(), "pgbench: {}", String::from_utf8_lossy(&output.stderr));
    let logs = std::fs::read_dir(folder.path()).expect("the folder").map(|entry| entry.expect("an entry").path());
    let log = logs
        .filter(|path| path.to_string_lossy().contains("pgbench_log"))
        .map(|path| std::fs::read_to_string(path).expect("pgbench's log"))
        .collect::<String>();
    // Client, transaction, microseconds, …
    let time = |line: &str| line.split(' ').nth(2).and_then(|micros| micros.parse().ok()).map(Duration::from_micros);
    Samples::of(log.lines().map(|line| time(line).expect("a line of pgbench's log")).collect())
}

/// From the instant that an event was dated, just before its commit, until the effect of each of reporting's
/// consumers is committed and seen. One write at a time: nothing waits behind another event.
async fn follow(stage: &Stage, values: &Values) -> BTreeMap<String, Vec<Duration>> {
    let mut times: BTreeMap<String, Vec<Duration>> = BTreeMap::new();
    let end = Instant::now() + FOLLOW_MAX;
    for _ in 0..FOLLOWED {
        write(stage, values).await;
        for (consumer, time) in until_effect(stage).await {
            times.entry(consumer).or_default().push(time);
        }
        if Instant::now() > end {
            break;
        }
    }
    times
}

/// Waits for the effects of collection's last event: consumer and time.
async fn until_effect(stage: &Stage) -> BTreeMap<String, Duration> {
    let (event, recorded): (Uuid, f64) = sqlx::query_as(
        "SELECT id, extract(epoch FROM recorded_at)::double precision FROM chassis.outbox ORDER BY seq DESC LIMIT 1",
    )
    .fetch_one(&stage.collection)
    .await
    .expect("the event");
    let mut seen = BTreeMap::new();
    let since = Instant::now();
    while seen.len() < CONSUMERS {
        assert!(since.elapsed() < EFFECT_MAX, "event {event} had no effect but in {seen:?}");
        let consumers: Vec<String> = sqlx::query_scalar("SELECT consumer FROM chassis.inbox WHERE event_id = $1")
            .bind(event)
            .fetch_all(&stage.reporting)
            .await
            .expect("the inbox");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs_f64();
        for consumer in consumers {
            seen.entry(consumer).or_insert_with(|| Duration::from_secs_f64((now - recorded).max(0.0)));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    seen
}

/// One message after the other into a stream of its own on the same server, each until its PubAck.
async fn publish(stage: &Stage) -> Samples {
    let address: async_nats::ServerAddr = stage.cluster.local.nats_url().parse().expect("an address");
    let mut options = async_nats::ConnectOptions::new();
    if let (Some(user), Some(password)) = (address.username(), address.password()) {
        options = options.user_and_password(user.to_owned(), password.to_owned());
    }
    let client = options.connect(address).await.expect("NATS");
    let stream = jetstream::new(client);
    let config = jetstream::stream::Config {
        name: "BENCH".to_owned(),
        subjects: vec!["bench.>".to_owned()],
        storage: jetstream::stream::StorageType::File,
        ..Default::default()
    };
    stream.create_stream(config).await.expect("a stream");
    Samples::take(LONG, async || {
        let payload = vec![b'x'; EVENT_BYTES].into();
        stream.publish("bench.event", payload).await.expect("NATS").await.expect("its ack");
    })
    .await
}
