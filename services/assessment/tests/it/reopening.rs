//! An assessment is taken back with a reason that stays, and what was frozen reads the same to the byte.

use chassis::{Caller, Code};
use cpas_proto::{assessment::v1 as pb, collection::v1 as collection, common::v1::Text, words::Role};
use prost::Message as _;
use sqlx::{Connection as _, Executor as _, PgConnection};

use crate::world::*;

impl World {
    /// An assessment before leadership, each outcome with a reason why the question of women, girls and youth does not apply.
    pub async fn reviewed(&self, mut of: pb::Assessment) -> pb::Assessment {
        self.not_applicable(&of).await;
        for _ in 0..3 {
            of = done(self.coordinator().advance_assessment(moved(&of)).await);
        }
        of
    }

    /// Says of every outcome that is open that the question of women, girls and youth does not apply.
    pub async fn not_applicable(&self, of: &pb::Assessment) {
        let ask = pb::GetGenderOverviewRequest { assessment_id: of.id.clone() };
        let outcomes = done(self.coordinator().get_gender_overview(ask).await).outcomes;
        let open = outcomes.into_iter().filter(|one| one.answer == "open");
        let state = pb::StateGenderNotApplicableRequest {
            assessment_id: of.id.clone(),
            outcome_lineage_ids: open.map(|one| one.outcome_lineage_id).collect(),
            because: Some(Text::of("Deaths are not counted by sex.", "Les décès ne sont pas comptés par sexe.")),
            ..Default::default()
        };
        done(self.coordinator().state_gender_not_applicable(state).await);
    }

    /// How an assessment went, as somebody sees it.
    pub async fn course(&self, caller: &Caller, of: &pb::Assessment) -> pb::AssessmentCourse {
        let ask = pb::GetAssessmentCourseRequest { assessment_id: of.id.clone() };
        done(self.client(caller).get_assessment_course(ask).await)
    }
}

fn reopen(of: &pb::Assessment, to: &str, reason: &str) -> pb::ReopenAssessmentRequest {
    pb::ReopenAssessmentRequest { id: of.id.clone(), version: of.version, to: to.to_owned(), reason: reason.to_owned() }
}

/// All that was frozen, as it is told and as it lies in the database.
async fn frozen_bytes(world: &World, reader: &Caller, of: &pb::Assessment) -> Vec<Vec<u8>> {
    let mut bytes: Vec<Vec<u8>> = world.analyses(reader, of).await.iter().map(prost::Message::encode_to_vec).collect();
    for one in world.contributions(reader, of).await {
        let whole = world.client(reader).get_contribution(pb::GetContributionRequest { id: one.id }).await;
        bytes.push(done(whole).encode_to_vec());
    }
    let spots = pb::GetHotSpotsRequest { assessment_id: of.id.clone() };
    bytes.push(done(world.client(reader).get_hot_spots(spots).await).encode_to_vec());
    let mut tx = world.stage.db.begin(&world.who(Role::Service)).await.expect("a transaction");
    for sql in [
        "SELECT body::text FROM frozen_inputs ORDER BY indicator_code",
        "SELECT body::text FROM frozen_plans",
        "SELECT body::text FROM analyses ORDER BY id",
        "SELECT inputs::text || result::text FROM hot_spots",
    ] {
        let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut *tx).await.expect(sql);
        assert!(!rows.is_empty(), "{sql}");
        bytes.extend(rows.into_iter().map(String::into_bytes));
    }
    bytes
}

#[tokio::test]
async fn what_was_frozen_reads_the_same_after_a_correction_finalizing_and_reopening() {
    let world = World::start().await;
    world.furnish_links();
    let frozen = world.frozen().await;
    let reader = world.who(Role::Verifier);
    let before = frozen_bytes(&world, &reader, &frozen).await;
    assert!(before.len() > 10, "{}", before.len());
    {
        let mut held = world.neighbours.held();
        held.series[0].parts[0] = part("", &[(2020, Some(1.0)), (2024, Some(9_999.0))]);
        held.series[0].cautions.clear();
        held.indicators[0].definition_version = 9;
        held.plans[0].number = 4;
        held.targets.clear();
        held.events.push(collection::Event {
            id: "late".to_owned(),
            date: "2024-05-05".to_owned(),
            ..Default::default()
        });
    }
    assert_eq!(frozen_bytes(&world, &reader, &frozen).await, before, "after the correction");
    let reviewed = world.reviewed(frozen).await;
    let finalized = done(world.leadership().finalize_assessment(moved(&reviewed)).await);
    assert_eq!(frozen_bytes(&world, &reader, &finalized).await, before, "finalized");

    let back = reopen(&finalized, "leadership_review", "A number was corrected after the fact.");
    let back = done(world.leadership().reopen_assessment(back).await);
    assert_eq!((back.state.as_str(), back.version), ("leadership_review", finalized.version + 1));
    assert_eq!((&back.cut_off, &back.frozen_at), (&finalized.cut_off, &finalized.frozen_at));
    assert_eq!(frozen_bytes(&world, &reader, &back).await, before, "reopened");
    let workshop =
        done(world.coordinator().reopen_assessment(reopen(&back, "workshop", "The room looks again.")).await);
    assert_eq!(workshop.state, "workshop");
    assert_eq!(frozen_bytes(&world, &reader, &workshop).await, before, "in the workshop again");
    world.found(&workshop).await;

    let told = world.told().await;
    assert_eq!(told.iter().filter(|kind| kind.ends_with(".AssessmentReopened")).count(), 2);
    let steps = world.course(&reader, &workshop).await.steps;
    let steps: Vec<(&str, &str, &str)> =
        steps.iter().map(|step| (step.from.as_str(), step.to.as_str(), step.reason.as_str())).collect();
    assert_eq!(
        steps,
        [
            ("", "scheduled", ""),
            ("scheduled", "frozen", ""),
            ("frozen", "analysis", ""),
            ("analysis", "workshop", ""),
            ("workshop", "leadership_review", ""),
            ("leadership_review", "finalized", ""),
            ("finalized", "leadership_review", "A number was corrected after the fact."),
            ("leadership_review", "workshop", "The room looks again."),
        ]
    );
}

#[tokio::test]
async fn taking_back_needs_a_reason_a_role_and_a_place_to_go() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let early = refused(world.coordinator().reopen_assessment(reopen(&frozen, "analysis", "Too early")).await);
    assert_eq!(early.code, Code::Conflict, "{early}");
    let reviewed = world.reviewed(frozen).await;
    let silent = refused(world.coordinator().reopen_assessment(reopen(&reviewed, "workshop", "  ")).await);
    assert_eq!((silent.code, field(&silent)), (Code::Invalid, "reason"));
    for to in ["scheduled", "frozen", "finalized"] {
        let nowhere = refused(world.coordinator().reopen_assessment(reopen(&reviewed, to, "Why not")).await);
        assert_eq!(nowhere.code, Code::Conflict, "{to}");
    }
    let stale = pb::ReopenAssessmentRequest { version: 1, ..reopen(&reviewed, "analysis", "Late") };
    assert_eq!(refused(world.coordinator().reopen_assessment(stale).await).code, Code::Stale);
    for role in [Role::Adviser, Role::ComponentHead, Role::HqAnalyst] {
        let denied = world.client(&world.who(role)).reopen_assessment(reopen(&reviewed, "analysis", "Why not")).await;
        assert_eq!(refused(denied).code, Code::Denied, "{role}");
    }
    let finalized = done(world.leadership().finalize_assessment(moved(&reviewed)).await);
    let back = reopen(&finalized, "leadership_review", "The mandate changed.");
    assert_eq!(refused(world.coordinator().reopen_assessment(back.clone()).await).code, Code::Denied);
    let further = reopen(&finalized, "analysis", "The mandate changed.");
    assert_eq!(refused(world.leadership().reopen_assessment(further).await).code, Code::Conflict);
    let mut leadership = world.leadership();
    let first = done(leadership.reopen_assessment(keyed(back.clone(), "back-1")).await);
    assert_eq!(done(leadership.reopen_assessment(keyed(back, "back-1")).await), first, "sent twice, done once");
}

#[tokio::test]
async fn the_history_and_the_signatures_take_no_change() {
    let world = World::start().await;
    world.reviewed(world.frozen().await).await;
    for table in ["assessment_steps", "assessment_signatures", "gender_statements"] {
        for change in ["UPDATE {} SET body = '{}'", "DELETE FROM {}", "TRUNCATE {}"] {
            let change = change.replacen("{}", table, 1);
            let mut tx = world.stage.db.begin(&world.who(Role::Service)).await.expect("a transaction");
            let error = tx.execute(sqlx::AssertSqlSafe(change.clone())).await.expect_err("it stays");
            let code = error.as_database_error().and_then(|error| error.code()).expect("an SQL state").into_owned();
            assert_eq!(code, "42501", "{change}: insufficient privilege");
        }
    }
    // Not even the owner of the table, in the scope of the mission.
    let mut owner = PgConnection::connect(&world.stage.database.owner_url).await.expect("the owner");
    let scope = format!(
        "SELECT set_config('app.mission_id', '{}', false), set_config('app.clearance', '2', false)",
        world.stage.mission.id
    );
    owner.execute(sqlx::AssertSqlSafe(scope)).await.expect("a scope");
    for change in
        ["UPDATE assessment_steps SET body = '{}'", "DELETE FROM assessment_steps", "TRUNCATE assessment_signatures"]
    {
        let error = owner.execute(change).await.expect_err(change);
        assert!(error.to_string().contains("written once and never changed"), "{change}: {error}");
    }
}
