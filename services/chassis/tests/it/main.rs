//! The chassis against real PostgreSQL and NATS.

mod across;
mod alarms;
mod cancel;
mod closing;
mod deadline;
mod events;
mod idempotency;
mod tenancy;

use chassis::{Caller, Db, Fact, Failure, Tx, testing::Stage};
use cpas_proto::{gateway::v1 as pb, words::Classification};
use sqlx::migrate::Migrator;
use uuid::Uuid;

static MIGRATIONS: Migrator = sqlx::migrate!("tests/it/migrations");

async fn stage() -> Stage {
    Stage::open("context", &MIGRATIONS).await
}

/// A use case as services have them: a row and its event in one transaction.
async fn write_note(db: &Db, caller: &Caller, text: &str) -> Result<Uuid, Failure> {
    let mut tx = db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let id = insert_note(&mut tx, text, Classification::Unclassified).await?;
    tx.publish(fact(text)).await?;
    tx.finish(id).await
}

async fn insert_note(tx: &mut Tx, text: &str, classification: Classification) -> Result<Uuid, Failure> {
    let id = Uuid::new_v4();
    sqlx::query("INSERT INTO note (mission_id, id, text, classification) VALUES ($1, $2, $3, $4)")
        .bind(tx.mission())
        .bind(id)
        .bind(text)
        .bind(classification.rank())
        .execute(&mut **tx)
        .await?;
    Ok(id)
}

fn fact(text: &str) -> Fact {
    let mission = pb::Mission { name: text.to_owned(), ..Default::default() };
    Fact::new(
        "note",
        "written",
        text,
        Classification::Unclassified,
        &pb::MissionRecorded { mission: Some(mission), step: None },
    )
}

async fn count(db: &Db, caller: &Caller, query: &'static str) -> i64 {
    let mut tx = db.begin(caller).await.expect("a transaction");
    sqlx::query_scalar(query).fetch_one(&mut *tx).await.expect("a number")
}
