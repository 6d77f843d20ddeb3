//! Freezing pins the plan and the data, computes, and happens whole or not at all.

use chassis::Code;
use cpas_assessment::domain::{
    analysis::Horizon,
    frozen::{Inputs, analyses},
};
use cpas_proto::{
    assessment::v1 as pb,
    words::{Classification, Role},
};

use crate::world::*;

#[tokio::test]
async fn freezing_pins_the_plan_and_computes_every_series() {
    let world = World::start().await;
    let scheduled = world.scheduled().await;
    assert_eq!((scheduled.state.as_str(), scheduled.version), ("scheduled", 1));
    let frozen = done(world.coordinator().freeze_assessment(freeze(&scheduled)).await);
    assert_eq!((frozen.state.as_str(), frozen.version, frozen.plan_number), ("frozen", 2, 3));
    assert_eq!(frozen.plan_id, world.plan.to_string());
    assert!(!frozen.cut_off.is_empty() && frozen.frozen_at >= frozen.cut_off);
    assert_eq!(world.neighbours.held().asked_as_known_at, [&*frozen.cut_off], "data as known at the cut-off");

    let analyses = world.analyses(&world.who(Role::Adviser), &frozen).await;
    let of: Vec<_> = analyses.iter().map(|one| (one.indicator_code.as_str(), one.area.as_str())).collect();
    assert_eq!(
        of,
        [(DEATHS, ""), (DEATHS, "CF11"), (SECRET, ""), (PATROLS, "")],
        "drafts and empty areas are left out"
    );

    let deaths = &analyses[0];
    assert!((deaths.achievement.expect("a way") - 260.0 / 420.0).abs() < 1e-12);
    assert_eq!((deaths.status.as_str(), deaths.trend.as_str(), deaths.n), ("on_track", "improving", 5));
    assert_eq!((deaths.target, deaths.target_period.as_str()), (Some(80.0), "2026"), "not the target of a slice");
    assert_eq!((deaths.mann_kendall_s, deaths.slope), (Some(-10.0), Some(-65.0)));
    assert!((deaths.mann_kendall_p.expect("p") - 2.0 / 120.0).abs() < 1e-12);
    assert_eq!((deaths.definition_version, deaths.latest_period.as_str()), (2, "2024"));
    assert!(deaths.cautions.iter().any(|caution| caution.en.starts_with("The areas with data")), "carried over");
    let statement = deaths.statement.as_ref().expect("a sentence");
    assert!(statement.en.contains("62 % of the way") && statement.fr.contains("en bonne voie"), "{statement:?}");

    let area = &analyses[1];
    assert_eq!(area.points.len(), 5, "gaps keep their place");
    assert_eq!((area.trend.as_str(), area.baseline), ("too_few", Some(200.0)));
    let patrols = &analyses[3];
    assert_eq!((patrols.status.as_str(), patrols.trend.as_str(), patrols.n), ("no_data", "too_few", 0));
}

#[tokio::test]
async fn a_frozen_assessment_does_not_change_with_the_data() {
    let world = World::start().await;
    let frozen = world.frozen().await;
    let reader = world.who(Role::Verifier);
    let before = world.analyses(&reader, &frozen).await;
    {
        let mut held = world.neighbours.held();
        held.series[0].parts[0] = part("", &[(2020, Some(1.0)), (2024, Some(9_999.0))]);
        held.plans[0].number = 4;
        held.indicators[0].definition_version = 3;
        held.targets.clear();
    }
    assert_eq!(world.analyses(&reader, &frozen).await, before);
    let get = pb::GetAssessmentRequest { id: frozen.id.clone() };
    assert_eq!(done(world.client(&reader).get_assessment(get).await), frozen);

    let another = world.frozen().await;
    assert_eq!(another.plan_number, 4, "only a new assessment sees the correction");
    let corrected = world.analyses(&reader, &another).await;
    assert_eq!(corrected[0].latest_value, Some(9_999.0));
    assert_eq!(world.analyses(&reader, &frozen).await, before);
}

#[tokio::test]
async fn every_analysis_is_computed_again_to_the_same_bytes_from_what_was_kept() {
    let world = World::start().await;
    {
        // Thirds and sums of tenths have a last digit that a reader in a hurry misses.
        let mut held = world.neighbours.held();
        for part in held.series.iter_mut().flat_map(|series| &mut series.parts) {
            for (at, point) in part.points.iter_mut().enumerate() {
                point.value = point.value.map(|value| value / 3.0 + 0.1 * at as f64);
            }
        }
        held.indicators[0].baseline_value = held.indicators[0].baseline_value.map(|value| value / 7.0);
    }
    let frozen = world.frozen().await;
    let mut tx = world.stage.db.begin(&world.who(Role::Service)).await.expect("a transaction");
    let kept: Vec<sqlx::types::Json<Inputs>> =
        sqlx::query_scalar("SELECT body FROM frozen_inputs ORDER BY indicator_code")
            .fetch_all(&mut *tx)
            .await
            .expect("inputs");
    assert_eq!(kept.len(), 3);
    let horizon = Horizon {
        assessed: frozen.period.parse().expect("a period"),
        known_on: frozen.cut_off[..10].parse().expect("a day"),
        fiscal_start_month: 7,
    };
    let kept: Vec<Inputs> = kept.into_iter().map(|inputs| inputs.0).collect();
    let again = analyses(&kept, &horizon);
    let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM analyses").fetch_one(&mut *tx).await.expect("a count");
    assert!(again.len() > 3 && stored == again.len() as i64, "{stored} are stored, {} computed", again.len());
    for (subject, computed, _) in again {
        let (before, now): (String, String) = sqlx::query_as(
            "SELECT (body->'computed')::text, $1::jsonb::text FROM analyses WHERE indicator_code = $2 AND area = $3",
        )
        .bind(serde_json::to_value(&computed).expect("JSON"))
        .bind(&subject.code)
        .bind(subject.area.clone().unwrap_or_default())
        .fetch_one(&mut *tx)
        .await
        .expect("the same indicator and area");
        assert_eq!(before, now, "{} {:?}", subject.code, subject.area);
    }
}

#[tokio::test]
async fn nothing_is_half_frozen_when_collection_is_away() {
    let world = World::start().await;
    let scheduled = world.scheduled().await;
    for (away, breaks_after) in [(true, None), (false, Some(1))] {
        {
            let mut held = world.neighbours.held();
            held.collection_is_away = away;
            held.breaks_after = breaks_after;
        }
        let failure = refused(world.coordinator().freeze_assessment(freeze(&scheduled)).await);
        assert_eq!(failure.code, Code::Unavailable);
        assert!(failure.message.contains("collection service does not answer"), "{}", failure.message);
        let get = pb::GetAssessmentRequest { id: scheduled.id.clone() };
        assert_eq!(done(world.coordinator().get_assessment(get).await), scheduled);
        for table in ["frozen_plans", "frozen_inputs", "analyses"] {
            assert_eq!(world.rows(table).await, 0, "{table}");
        }
        assert_eq!(world.told().await, ["cpas.assessment.v1.AssessmentRecorded"], "of the scheduling only");
    }
    world.neighbours.held().breaks_after = None;
    let frozen = done(world.coordinator().freeze_assessment(freeze(&scheduled)).await);
    assert_eq!(frozen.state, "frozen", "once collection is back, the same request does it");
}

#[tokio::test]
async fn a_plan_that_nobody_approved_is_not_assessed() {
    let world = World::start().await;
    let scheduled = world.scheduled().await;
    world.neighbours.held().plans[0].state = "draft".to_owned();
    let failure = refused(world.coordinator().freeze_assessment(freeze(&scheduled)).await);
    assert_eq!(failure.code, Code::Conflict);
    assert!(failure.message.contains("no active plan"), "{}", failure.message);

    let named = pb::ScheduleAssessmentRequest { plan_id: world.plan.to_string(), ..schedule() };
    let named = done(world.coordinator().schedule_assessment(named).await);
    let failure = refused(world.coordinator().freeze_assessment(freeze(&named)).await);
    assert!(failure.message.contains("Plan 3 is draft"), "{}", failure.message);
    world.neighbours.held().plans[0].state = "superseded".to_owned();
    assert_eq!(done(world.coordinator().freeze_assessment(freeze(&named)).await).state, "frozen");
}

#[tokio::test]
async fn the_cut_off_is_not_in_the_future_and_pins_once() {
    let world = World::start().await;
    let scheduled = world.scheduled().await;
    let late = pb::FreezeAssessmentRequest { cut_off: "2999-01-01T00:00:00Z".to_owned(), ..freeze(&scheduled) };
    let failure = refused(world.coordinator().freeze_assessment(late).await);
    assert_eq!((failure.code, field(&failure)), (Code::Invalid, "cut_off"));
    let unreadable = pb::FreezeAssessmentRequest { cut_off: "yesterday".to_owned(), ..freeze(&scheduled) };
    assert_eq!(field(&refused(world.coordinator().freeze_assessment(unreadable).await)), "cut_off");

    let past = pb::FreezeAssessmentRequest { cut_off: "2025-02-01T12:00:00+02:00".to_owned(), ..freeze(&scheduled) };
    let frozen = done(world.coordinator().freeze_assessment(past).await);
    assert_eq!(frozen.cut_off, "2025-02-01T10:00:00.000000Z");
    let again = refused(world.coordinator().freeze_assessment(freeze(&scheduled)).await);
    assert_eq!((again.code, again.current.as_ref().map(|(version, _)| *version)), (Code::Stale, Some(2)));
    let once_more = refused(world.coordinator().freeze_assessment(freeze(&frozen)).await);
    assert_eq!(once_more.code, Code::Conflict);
}

#[tokio::test]
async fn what_is_confidential_is_frozen_by_all_and_seen_by_few() {
    let world = World::start().await;
    world.neighbours.held().series[0].classification = "strictly_confidential".to_owned();
    let coordinator = cleared(world.who(Role::Coordinator), Classification::Unclassified);
    let scheduled = world.scheduled().await;
    let frozen = done(world.client(&coordinator).freeze_assessment(freeze(&scheduled)).await);

    let codes = async |clearance| {
        let caller = cleared(world.who(Role::Adviser), clearance);
        let mut codes: Vec<_> =
            world.analyses(&caller, &frozen).await.into_iter().map(|one| one.indicator_code).collect();
        codes.dedup();
        codes
    };
    assert_eq!(codes(Classification::Unclassified).await, [PATROLS]);
    assert_eq!(codes(Classification::Confidential).await, [SECRET, PATROLS], "the definition is confidential");
    assert_eq!(
        codes(Classification::StrictlyConfidential).await,
        [DEATHS, SECRET, PATROLS],
        "its values are strictly so"
    );

    let mut tx = world.stage.db.begin_unscoped().await.expect("a transaction");
    let told: Vec<(String, i16)> = sqlx::query_as(
        "SELECT kind, classification FROM chassis.outbox WHERE kind LIKE '%AnalysesComputed' ORDER BY seq",
    )
    .fetch_all(&mut *tx)
    .await
    .expect("the outbox");
    assert_eq!(told.iter().map(|(_, rank)| *rank).collect::<Vec<_>>(), [0, 1, 2], "told apart by classification");
}

/// 120 indicators by month over five years in 16 areas: what the largest missions have.
#[tokio::test]
async fn a_mission_of_real_size_is_frozen_and_listed_in_one_message() {
    const INDICATORS: usize = 120;
    const AREAS: usize = 16;
    let world = World::start().await;
    world.furnish_by_month(INDICATORS, AREAS);
    let started = std::time::Instant::now();
    let frozen = world.frozen().await;
    let took = started.elapsed();
    let ask = pb::ListAnalysesRequest { assessment_id: frozen.id.clone() };
    let mut client = world.coordinator().max_decoding_message_size(MESSAGE_BYTES_MAX);
    let analyses = done(client.list_analyses(ask).await).analyses;
    assert_eq!(analyses.len(), INDICATORS * (AREAS + 1));
    assert!(analyses.iter().all(|one| one.n == 60 && one.method.contains("normal")));
    let bytes: usize = analyses.iter().map(prost::Message::encoded_len).sum();
    println!("{} analyses frozen in {took:?}, {bytes} bytes to list", analyses.len());
    assert!(bytes < MESSAGE_BYTES_MAX, "{bytes} bytes do not fit one message");
}

#[tokio::test]
async fn more_indicators_than_the_bound_are_not_frozen() {
    let world = World::start().await;
    let scheduled = world.scheduled().await;
    world.furnish_by_month(INDICATORS_MAX + 1, 0);
    let failure = refused(world.coordinator().freeze_assessment(freeze(&scheduled)).await);
    assert_eq!(failure.code, Code::Exhausted);
    assert!(failure.message.contains("more than 150 indicators"), "{}", failure.message);
    assert_eq!(world.rows("analyses").await, 0);
}
