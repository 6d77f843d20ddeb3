//! The one door across missions: nothing is seen through it without a trace, and nothing is changed.

use chassis::{
    Caller, Code,
    db::{Across, OutsideRead, Reading},
    testing::{self, Stage},
};
use cpas_proto::words::{Classification, Role};
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use crate::{insert_note, stage, write_note};

fn headquarters(stage: &Stage) -> Caller {
    Caller { mission: None, name: "Daniel Asante".to_owned(), ..stage.caller(Role::HqAnalyst) }
}

async fn door(stage: &Stage, caller: &Caller) -> Across {
    let reading = Reading { call: "GetNotes", text_en: "All notes".to_owned(), text_fr: "Toutes les notes".to_owned() };
    stage.db.begin_across(caller, reading).await.expect("an open door")
}

async fn notes(across: &mut Across) -> Vec<String> {
    sqlx::query_scalar("SELECT text FROM note ORDER BY text").fetch_all(&mut **across).await.expect("notes")
}

async fn traces(stage: &Stage, caller: &Caller) -> Vec<OutsideRead> {
    let mut tx = stage.db.begin(caller).await.expect("a transaction");
    tx.reads_from_outside(None, 100).await.expect("the trace")
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_noted_means_nothing_seen() {
    let stage = stage().await;
    let ours = stage.caller(Role::Coordinator);
    let other = testing::mission("OTHER");
    let theirs = testing::caller(Role::Coordinator, &other);
    write_note(&stage.db, &ours, "ours").await.expect("a note");
    write_note(&stage.db, &theirs, "theirs").await.expect("a note");

    let hq = headquarters(&stage);
    let mut across = door(&stage, &hq).await;
    assert!(notes(&mut across).await.is_empty(), "nothing is noted yet");
    across.note(&[other.id]).await.expect("a trace");
    assert_eq!(notes(&mut across).await, ["theirs"], "only what is noted");
    across.note(&[stage.mission.id]).await.expect("a trace");
    let read = notes(&mut across).await;
    assert_eq!(across.finish(read).await.expect("an answer"), ["ours", "theirs"]);

    let [trace] = <[_; 1]>::try_from(traces(&stage, &ours).await).expect("one read of ours");
    let told = (trace.account, trace.account_name.as_str(), trace.call.as_str(), trace.text_fr.as_str());
    assert_eq!(told, (hq.account, "Daniel Asante", "GetNotes", "Toutes les notes"));
    assert_eq!(trace.clearance(), Classification::StrictlyConfidential);
    assert_eq!(traces(&stage, &theirs).await.len(), 1, "and one of theirs");

    // What an earlier transaction noted opens nothing for a later one.
    assert!(notes(&mut door(&stage, &hq).await).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_is_not_finished_leaves_no_trace_and_a_mission_that_is_not_read_neither() {
    let stage = stage().await;
    let (ours, other) = (stage.caller(Role::Auditor), testing::mission("OTHER"));
    let mut across = door(&stage, &headquarters(&stage)).await;
    across.note(&[stage.mission.id]).await.expect("a trace");
    drop(across);
    let mut across = door(&stage, &headquarters(&stage)).await;
    across.note(&[other.id]).await.expect("a trace");
    across.finish(()).await.expect("a commit");
    assert!(traces(&stage, &ours).await.is_empty());
    assert_eq!(traces(&stage, &testing::caller(Role::Auditor, &other)).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_above_the_clearance_is_not_seen_through_it() {
    let stage = stage().await;
    let mut tx = stage.db.begin(&stage.caller(Role::Coordinator)).await.expect("a transaction");
    insert_note(&mut tx, "secret", Classification::StrictlyConfidential).await.expect("a note");
    insert_note(&mut tx, "plain", Classification::Unclassified).await.expect("a note");
    tx.commit().await.expect("a commit");
    let hq = Caller { clearance: Classification::Confidential, ..headquarters(&stage) };
    let mut across = door(&stage, &hq).await;
    across.note(&[stage.mission.id]).await.expect("a trace");
    assert_eq!(notes(&mut across).await, ["plain"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_opens_for_headquarters_only_and_outside_of_any_mission() {
    let stage = stage().await;
    for role in Role::ALL {
        let within = stage.caller(*role);
        let outside = Caller { mission: None, ..within.clone() };
        for caller in [within, outside] {
            let opens = *role == Role::HqAnalyst && caller.mission.is_none();
            let reading = Reading { call: "GetNotes", text_en: String::new(), text_fr: String::new() };
            let outcome = stage.db.begin_across(&caller, reading).await;
            assert_eq!(outcome.is_ok(), opens, "{role}");
            assert!(outcome.err().is_none_or(|failure| failure.code == Code::Denied), "{role}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_through_it() {
    let stage = stage().await;
    write_note(&stage.db, &stage.caller(Role::Coordinator), "ours").await.expect("a note");
    let writes = [
        "UPDATE note SET text = 'other'",
        "DELETE FROM note",
        "INSERT INTO note (mission_id, id, text) VALUES (gen_random_uuid(), gen_random_uuid(), '')",
        "SELECT count(*) FROM tally",
        "SELECT count(*) FROM chassis.outside_read",
        "INSERT INTO chassis.outbox (id) VALUES (gen_random_uuid())",
    ];
    for write in writes {
        let mut across = door(&stage, &headquarters(&stage)).await;
        across.note(&[stage.mission.id]).await.expect("a trace");
        let refused = sqlx::query(write).execute(&mut *across).await.expect_err(write);
        assert!(refused.to_string().contains("permission denied"), "{write}: {refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_is_never_changed() {
    let stage = stage().await;
    let mut across = door(&stage, &headquarters(&stage)).await;
    across.note(&[stage.mission.id]).await.expect("a trace");
    across.finish(()).await.expect("a commit");
    let ours = stage.caller(Role::Coordinator);
    let before = traces(&stage, &ours).await;
    let changes = [
        "UPDATE chassis.outside_read SET account_name = 'nobody'",
        "DELETE FROM chassis.outside_read",
        "TRUNCATE chassis.outside_read",
        "INSERT INTO chassis.outside_read SELECT * FROM chassis.outside_read",
        "SELECT chassis.note_outside_read('{}', '{}', now(), gen_random_uuid(), '', '', '', '')",
    ];
    for change in changes {
        let mut tx = stage.db.begin(&ours).await.expect("a transaction");
        let refused = sqlx::query(change).execute(&mut *tx).await.expect_err(change);
        assert!(refused.to_string().contains("permission denied"), "by the application, {change}: {refused}");
        // The owner, who may all that: a trigger stops it.
        if !change.starts_with("INSERT") && !change.starts_with("SELECT") {
            let mut owner = PgConnection::connect(&stage.database.owner_url).await.expect("the owner");
            let refused = sqlx::query(change).execute(&mut owner).await.expect_err(change);
            assert!(refused.to_string().contains("what was noted is not changed"), "by the owner, {change}: {refused}");
        }
    }
    assert_eq!(traces(&stage, &ours).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trace_is_read_a_page_at_a_time() {
    let stage = stage().await;
    for _ in 0..3 {
        let mut across = door(&stage, &headquarters(&stage)).await;
        across.note(&[stage.mission.id]).await.expect("a trace");
        across.finish(()).await.expect("a commit");
    }
    let mut tx = stage.db.begin(&stage.caller(Role::Leadership)).await.expect("a transaction");
    let page = tx.reads_from_outside(None, 2).await.expect("a page");
    let rest = tx.reads_from_outside(page.last().map(|last| last.id), 2).await.expect("a page");
    let ids: Vec<Uuid> = page.iter().chain(&rest).map(|read| read.id).collect();
    assert_eq!((page.len(), rest.len()), (2, 1));
    assert!(ids.is_sorted_by(|one, other| one > other), "newest first");
}
