//! The decision log: who decided what, when, why, on which evidence; never changed.

use cpas_proto::{assessment::v1 as pb, common::v1::Text, words::Role};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use crate::world::*;

#[tokio::test]
async fn a_decision_is_logged_with_who_when_why_and_on_which_evidence() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let proposed = world.proposed(&frozen).await;
    let head = world.who(Role::Leadership);
    let decided = done(world.client(&head).decide_recommendation(decide(&proposed, "partly", "One patrol only")).await);
    assert_eq!((decided.state.as_str(), decided.version), ("partly", 2));

    let log = done(world.coordinator().list_decisions(pb::ListDecisionsRequest {}).await).decisions;
    assert_eq!(log.len(), 1);
    let entry = &log[0];
    assert_eq!((&entry.recommendation_id, entry.decision.as_str()), (&proposed.id, "partly"));
    assert_eq!((entry.decided_by.clone(), entry.reason.as_str()), (head.account.to_string(), "One patrol only"));
    assert_eq!((&entry.finding_ids, &entry.decided_at), (&proposed.finding_ids, &decided.decided_at));

    // Revised afterwards: the log still names the version that was read.
    let finding = pb::Finding {
        id: proposed.finding_ids[0].clone(),
        version: 1,
        narrative: Some(Text::of("More attacks.", "")),
        ..world.finding(&frozen)
    };
    done(world.coordinator().revise_finding(record(finding)).await);
    let log = done(world.coordinator().list_decisions(pb::ListDecisionsRequest {}).await).decisions;
    let read = &log[0].findings[0];
    assert_eq!((read.version, read.newest_version, read.question.as_str()), (1, 2, "change"));
    assert_eq!(read.narrative.as_ref().expect("as it read then").en, "Fewer attacks on markets.");
    let mut tx = world.stage.db.begin(&world.who(Role::Service)).await.expect("a transaction");
    let versions: Vec<i64> =
        sqlx::query_scalar("SELECT finding_versions FROM decisions").fetch_one(&mut *tx).await.expect("the entry");
    assert_eq!(versions, [1]);
}

#[tokio::test]
async fn it_is_decided_once() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let proposed = world.proposed(&frozen).await;
    let (yes, no) = (decide(&proposed, "accepted", ""), decide(&proposed, "rejected", "No fuel"));
    let (mut first, mut second) = (world.leadership(), world.leadership());
    let (yes, no) = tokio::join!(first.decide_recommendation(yes), second.decide_recommendation(no));
    assert!(yes.is_ok() != no.is_ok(), "one of two at the same time");
    assert_eq!(world.rows("decisions").await, 1);
}

#[tokio::test]
async fn the_decision_log_takes_no_change() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let proposed = world.proposed(&frozen).await;
    done(world.leadership().decide_recommendation(decide(&proposed, "accepted", "")).await);
    let changes = [
        "UPDATE decisions SET reason = 'Because'",
        "DELETE FROM decisions",
        "TRUNCATE decisions",
        "DROP TABLE decisions",
    ];

    // The application's role has no right to.
    for change in changes {
        let mut tx = world.stage.db.begin(&world.who(Role::Service)).await.expect("a transaction");
        let error = tx.execute(change).await.expect_err(change);
        let code = error.as_database_error().and_then(|error| error.code()).expect("an SQL state").into_owned();
        assert_eq!(code, "42501", "{change}: insufficient privilege");
    }
    let mut tx = world.stage.db.begin(&world.who(Role::Service)).await.expect("a transaction");
    let rights: Vec<String> = sqlx::query_scalar(
        "SELECT privilege FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS privilege \
         WHERE has_table_privilege(current_user, 'decisions', privilege)",
    )
    .fetch_all(&mut *tx)
    .await
    .expect("its rights");
    assert_eq!(rights, ["SELECT", "INSERT"]);
    drop(tx);

    // Not even the owner of the table changes an entry.
    let mut owner = PgConnection::connect(&world.stage.database.owner_url).await.expect("the owner");
    let scope = format!(
        "SELECT set_config('app.mission_id', '{}', false), set_config('app.clearance', '2', false)",
        world.stage.mission.id
    );
    owner.execute(AssertSqlSafe(scope)).await.expect("a scope");
    for change in &changes[..3] {
        let error = owner.execute(*change).await.expect_err(change);
        assert!(error.to_string().contains("written once and never changed"), "{change}: {error}");
    }
    assert_eq!(world.rows("decisions").await, 1);
}
