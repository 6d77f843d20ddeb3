//! What is said to findings: comments by name, dissents with a name or without.

use chassis::{Caller, Code};
use cpas_proto::{
    assessment::v1 as pb,
    words::{Classification, Role},
};

use crate::{since::finalized, world::*};

fn comment(finding: &pb::Finding, text: &str) -> pb::AddFindingCommentRequest {
    pb::AddFindingCommentRequest {
        assessment_id: finding.assessment_id.clone(),
        finding_id: finding.id.clone(),
        text: text.to_owned(),
    }
}

fn settle(comment: &pb::FindingComment) -> pb::SettleFindingCommentRequest {
    pb::SettleFindingCommentRequest {
        assessment_id: comment.assessment_id.clone(),
        id: comment.id.clone(),
        version: comment.version,
    }
}

fn dissent(finding: &pb::Finding, text: &str, without_name: bool) -> pb::DissentFromFindingRequest {
    pb::DissentFromFindingRequest {
        assessment_id: finding.assessment_id.clone(),
        finding_id: finding.id.clone(),
        text: text.to_owned(),
        without_name,
    }
}

impl World {
    async fn comments(&self, caller: &Caller, of: &pb::Assessment) -> Vec<pb::FindingComment> {
        let ask = pb::ListFindingCommentsRequest { assessment_id: of.id.clone() };
        done(self.client(caller).list_finding_comments(ask).await).comments
    }

    async fn dissents(&self, caller: &Caller, of: &pb::Assessment) -> Vec<pb::FindingDissent> {
        let ask = pb::ListFindingDissentsRequest { assessment_id: of.id.clone() };
        done(self.client(caller).list_finding_dissents(ask).await).dissents
    }
}

#[tokio::test]
async fn a_comment_is_resolved_and_reopened_by_its_author_or_who_assesses() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let finding = world.found(&frozen).await;
    let (name, account) = ("Amina Diallo".to_owned(), uuid::Uuid::new_v4());
    let author = Caller { name, account, ..world.who(Role::Contributor) };
    let said = done(world.client(&author).add_finding_comment(comment(&finding, " Which markets? ")).await);
    assert_eq!(
        (said.text.as_str(), said.recorded_by_name.as_str(), said.own),
        ("Which markets?", "Amina Diallo", true)
    );
    assert_eq!(field(&refused(world.client(&author).add_finding_comment(comment(&finding, " ")).await)), "text");

    let other = world.who(Role::Verifier);
    let strange = refused(world.client(&other).resolve_finding_comment(settle(&said)).await);
    assert_eq!(strange.code, Code::Denied, "{}", strange.message);
    let resolved = done(world.coordinator().resolve_finding_comment(settle(&said)).await);
    assert!(!resolved.resolved_at.is_empty() && resolved.version == 2 && !resolved.own);
    let stale = refused(world.client(&author).reopen_finding_comment(settle(&said)).await);
    assert_eq!(stale.code, Code::Stale);
    let again = refused(world.coordinator().resolve_finding_comment(settle(&resolved)).await);
    assert_eq!(again.code, Code::Conflict, "{}", again.message);
    let open = done(world.client(&author).reopen_finding_comment(settle(&resolved)).await);
    assert_eq!((open.resolved_at.as_str(), open.version), ("", 3));
    assert_eq!(world.comments(&author, &frozen).await, [open]);
    let told = world.told().await;
    let heard = told.iter().filter(|kind| *kind == "cpas.assessment.v1.FindingCommentRecorded").count();
    assert_eq!(heard, 3, "{told:?}");

    finalized(&world, frozen).await;
    let late = refused(world.client(&author).add_finding_comment(comment(&finding, "Too late?")).await);
    assert_eq!(late.code, Code::Conflict, "{}", late.message);
}

#[tokio::test]
async fn what_is_said_to_a_finding_above_a_clearance_is_not_there() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let secret = pb::Finding { classification: "confidential".to_owned(), ..world.finding(&frozen) };
    let secret = done(world.coordinator().record_finding(record(secret)).await);
    let said = done(world.coordinator().add_finding_comment(comment(&secret, "Who says so?")).await);
    done(world.coordinator().dissent_from_finding(dissent(&secret, "I do not believe it.", true)).await);
    let low = cleared(world.who(Role::Coordinator), Classification::Unclassified);
    assert!(world.comments(&low, &frozen).await.is_empty() && world.dissents(&low, &frozen).await.is_empty());
    let mut client = world.client(&low);
    for failure in [
        refused(client.add_finding_comment(comment(&secret, "?")).await),
        refused(client.resolve_finding_comment(settle(&said)).await),
        refused(client.dissent_from_finding(dissent(&secret, "?", false)).await),
    ] {
        assert_eq!(failure.code, Code::NotFound, "{}", failure.message);
    }
    let high = world.who(Role::Verifier);
    assert_eq!((world.comments(&high, &frozen).await.len(), world.dissents(&high, &frozen).await.len()), (1, 1));
}

#[tokio::test]
async fn a_dissent_without_a_name_keeps_nothing_of_who_it_was() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let finding = world.found(&frozen).await;
    let (name, account) = ("Brice Ngoma".to_owned(), uuid::Uuid::new_v4());
    let who = Caller { name, account, ..world.who(Role::Contributor) };
    let ask = dissent(&finding, "The patrols came after the calm.", true);
    let kept = done(world.client(&who).dissent_from_finding(keyed(ask.clone(), "dissent-1")).await);
    assert_eq!((kept.without_name, kept.recorded_by.as_str(), kept.recorded_by_name.as_str()), (true, "", ""));
    assert_eq!(kept.recorded_at.len(), "2025-07-01".len(), "the day only");
    assert_eq!(done(world.client(&who).dissent_from_finding(keyed(ask, "dissent-1")).await), kept, "sent twice");
    assert_eq!(world.rows("finding_dissents").await, 1);
    let words = dissent(&finding, "Something else.", true);
    let other = refused(world.client(&who).dissent_from_finding(keyed(words, "dissent-1")).await);
    assert_eq!((other.code, world.rows("finding_dissents").await), (Code::Conflict, 1), "{}", other.message);
    let told = world.told().await;
    assert!(!told.iter().any(|kind| kind.ends_with("FindingDissentRecorded")), "an instant would tell: {told:?}");

    // Nowhere in the database of the service is the account or the name: no table of it, the outbox and idempotency among them.
    let mut tx = world.stage.db.begin(&world.who(Role::Service)).await.expect("a transaction");
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'chassis') \
         AND has_table_privilege(format('%I.%I', schemaname, tablename), 'SELECT')",
    )
    .fetch_all(&mut *tx)
    .await
    .expect("the tables");
    assert!(tables.iter().any(|one| one == "chassis.outbox") && tables.iter().any(|one| one == "chassis.idempotency"));
    for table in &tables {
        for trace in [who.account.to_string(), "Brice Ngoma".to_owned()] {
            let count = format!("SELECT count(*) FROM {table} t WHERE position($1 IN t::text) > 0");
            let count = sqlx::query_scalar(sqlx::AssertSqlSafe(count)).bind(&trace).fetch_one(&mut *tx).await;
            let count: i64 = count.expect("a count");
            assert_eq!(count, 0, "{trace} in {table}");
            let told = "SELECT count(*) FROM chassis.outbox WHERE position($1::bytea IN payload) > 0";
            let told = sqlx::query_scalar(told).bind(trace.as_bytes()).fetch_one(&mut *tx).await;
            let told: i64 = told.expect("a count");
            assert_eq!(told, 0, "{trace} in what is told");
        }
    }
    drop(tx);
    assert_eq!(world.told().await.last().map(String::as_str), Some("cpas.assessment.v1.FindingRecorded"));
}

#[tokio::test]
async fn several_dissent_also_by_name_each_from_the_version_that_they_read() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let first = world.found(&frozen).await;
    let named = Caller { name: "Amina Diallo".to_owned(), ..world.who(Role::Verifier) };
    let ask = dissent(&first, "Fewer were reported, not fewer happened.", false);
    let one = done(world.client(&named).dissent_from_finding(keyed(ask.clone(), "dissent-2")).await);
    assert_eq!(done(world.client(&named).dissent_from_finding(keyed(ask, "dissent-2")).await), one, "sent twice");
    let second = pb::Finding { dissent: "The police see it otherwise.".to_owned(), ..first.clone() };
    let second = done(world.coordinator().revise_finding(record(second)).await);
    done(world.client(&named).dissent_from_finding(dissent(&second, "Still.", true)).await);
    done(world.coordinator().dissent_from_finding(dissent(&second, "So do I.", false)).await);
    let all = world.dissents(&world.who(Role::HqAnalyst), &frozen).await;
    assert_eq!(all.len(), 3);
    assert_eq!(all.iter().find(|found| found.id == one.id), Some(&one));
    assert_eq!((one.finding_version, one.recorded_by_name.as_str(), one.without_name), (1, "Amina Diallo", false));
    assert!(all.iter().filter(|found| found.id != one.id).all(|found| found.finding_version == 2));
    let list = pb::ListFindingsRequest { assessment_id: frozen.id.clone() };
    let finding = done(world.coordinator().list_findings(list).await).findings.remove(0);
    assert_eq!((finding.dissent.as_str(), finding.version), ("The police see it otherwise.", 2), "it stays as it was");

    for text in ["", " \n"] {
        let empty = refused(world.coordinator().dissent_from_finding(dissent(&second, text, true)).await);
        assert_eq!(field(&empty), "text");
    }
    finalized(&world, frozen).await;
    let late = refused(world.client(&named).dissent_from_finding(dissent(&second, "Too late?", true)).await);
    assert_eq!(late.code, Code::Conflict);
}
