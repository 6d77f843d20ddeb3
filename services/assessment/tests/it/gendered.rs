//! The question of women, girls and youth: what is known, who answered, and what finalizing asks for.

use chassis::Code;
use cpas_proto::{
    assessment::v1 as pb,
    collection::v1 as collection,
    common::v1::Text,
    words::{Classification, Role},
};

use crate::world::*;

fn overview(of: &pb::Assessment) -> pb::GetGenderOverviewRequest {
    pb::GetGenderOverviewRequest { assessment_id: of.id.clone() }
}

fn state(of: &pb::Assessment, outcomes: &[String], because: &str) -> pb::StateGenderNotApplicableRequest {
    pb::StateGenderNotApplicableRequest {
        assessment_id: of.id.clone(),
        outcome_lineage_ids: outcomes.to_vec(),
        because: Some(Text::of(because, "")),
        ..Default::default()
    }
}

#[tokio::test]
async fn finalizing_names_the_outcomes_that_neither_answer_nor_say_why_not() {
    let world = World::start().await;
    let second = world.second_outcome().to_string();
    let mut of = world.frozen().await;
    for _ in 0..3 {
        of = done(world.coordinator().advance_assessment(moved(&of)).await);
    }
    let open = refused(world.leadership().finalize_assessment(moved(&of)).await);
    assert_eq!(open.code, Code::Conflict);
    assert!(open.message.contains("open for these outcomes: 1.1, 1.2."), "{open}");

    let empty =
        refused(world.coordinator().state_gender_not_applicable(state(&of, std::slice::from_ref(&second), " ")).await);
    assert_eq!(field(&empty), "because");
    let nobody = refused(world.coordinator().state_gender_not_applicable(state(&of, &[], "No data")).await);
    assert_eq!(field(&nobody), "outcome_lineage_ids");
    let foreign = [uuid::Uuid::new_v4().to_string()];
    let foreign = refused(world.coordinator().state_gender_not_applicable(state(&of, &foreign, "No data")).await);
    assert_eq!(field(&foreign), "outcome_lineage_ids[0]");
    let elsewhere = world.of_section(Role::FocalPoint, "Engineering");
    let far = world
        .client(&elsewhere)
        .state_gender_not_applicable(state(&of, std::slice::from_ref(&second), "No data"))
        .await;
    assert_eq!(refused(far).code, Code::Denied, "another section");

    let told = done(
        world.coordinator().state_gender_not_applicable(state(&of, std::slice::from_ref(&second), "No data")).await,
    );
    let answers: Vec<&str> = told.outcomes.iter().map(|one| one.answer.as_str()).collect();
    assert_eq!(answers, ["open", "not_applicable"]);
    let reason = told.outcomes[1].not_applicable.as_ref().expect("a reason");
    assert_eq!(reason.because.as_ref().map(|text| text.en.as_str()), Some("No data"));
    assert!(!reason.recorded_by_name.is_empty());
    let open = refused(world.leadership().finalize_assessment(moved(&of)).await);
    assert!(open.message.contains("these outcomes: 1.1."), "{open}");

    let answer = pb::Finding { question: "gender_and_youth".to_owned(), ..world.finding(&of) };
    let answer = done(world.coordinator().record_finding(record(answer)).await);
    let told = done(world.coordinator().get_gender_overview(overview(&of)).await);
    assert_eq!((told.outcomes[0].answer.as_str(), &told.outcomes[0].finding_ids), ("answered", &vec![answer.id]));
    let unsigned = refused(world.leadership().finalize_assessment(moved(&of)).await);
    assert!(unsigned.message.contains("The adviser"), "every outcome is answered: {unsigned}");
    let told = world.told().await;
    assert_eq!(told.iter().filter(|kind| kind.ends_with(".GenderStatementRecorded")).count(), 1);
}

#[tokio::test]
async fn the_overview_says_what_is_known_by_sex_and_age_and_which_gaps_were_frozen() {
    let world = World::start().await;
    {
        let mut held = world.neighbours.held();
        let outcome = world.outcome.to_string();
        for indicator in &mut held.indicators {
            indicator.plan_item_lineage_id = outcome.clone();
        }
        let years = |values: [f64; 5]| (2020..).zip(values.map(Some)).collect::<Vec<(i32, Option<f64>)>>();
        let slice =
            |slice: &str, values| collection::SeriesPart { slice: slice.to_owned(), ..part("", &years(values)) };
        held.series[0].parts.extend([
            slice("sex=f", [200.0, 180.0, 190.0, 160.0, 150.0]),
            slice("sex=m", [300.0, 250.0, 190.0, 140.0, 90.0]),
        ]);
        held.plans[0].items[0].markers = vec!["poc".to_owned(), "gender:1".to_owned()];
    }
    let scheduled = world.scheduled().await;
    let early = refused(world.coordinator().get_gender_overview(overview(&scheduled)).await);
    assert_eq!(early.code, Code::Conflict);
    let of = done(world.coordinator().freeze_assessment(freeze(&scheduled)).await);
    let told = done(world.client(&world.who(Role::Verifier)).get_gender_overview(overview(&of)).await);
    let outcome = &told.outcomes[0];
    assert_eq!((outcome.gender_marked, outcome.poc_marked), (false, true), "gender 1 promises little");
    assert_eq!(told.adviser.as_ref().map(|one| one.state.as_str()), Some("waiting"));
    let known: Vec<(&str, bool, bool)> =
        outcome.indicators.iter().map(|one| (one.code.as_str(), one.by_sex, one.by_age)).collect();
    assert_eq!(known, [(DEATHS, true, false), (SECRET, false, false), (PATROLS, false, false)]);
    let gap = &outcome.indicators[0].gaps[0];
    assert_eq!((gap.difference, gap.worse.as_str(), gap.since.as_str()), (60.0, "f", "2023"));
    assert!(outcome.indicators[0].gaps.iter().all(|gap| gap.dimension != "area"), "areas stand elsewhere");

    // What is above a clearance is not there, nor counted.
    let low = cleared(world.who(Role::Verifier), Classification::Unclassified);
    let secret = pb::StateGenderNotApplicableRequest {
        classification: "confidential".to_owned(),
        ..state(&of, std::slice::from_ref(&outcome.outcome_lineage_id), "A source would be known")
    };
    let above = refused(
        world
            .client(&cleared(world.who(Role::Adviser), Classification::Unclassified))
            .state_gender_not_applicable(secret.clone())
            .await,
    );
    assert_eq!(field(&above), "classification");
    done(world.coordinator().state_gender_not_applicable(secret).await);
    let seen = done(world.client(&low).get_gender_overview(overview(&of)).await);
    assert_eq!(seen.outcomes[0].answer, "open");
    assert_eq!(seen.outcomes[0].indicators.len(), 2);
}
