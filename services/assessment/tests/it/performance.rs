//! Whether the mission did what it planned, output by output, of what was frozen.

use chassis::Clock;
use cpas_proto::{
    assessment::v1 as pb,
    collection::v1 as collection,
    common::v1::Text,
    planning::v1 as planning,
    words::{Classification, Role},
};
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use crate::world::*;

/// An output of two areas with two activities, measured by the patrols and a confidential indicator.
fn furnish(world: &World) {
    let mut held = world.neighbours.held();
    let outcome = held.plans[0].items[0].id.clone();
    let item = |kind: &str, number: &str, parent: &str| planning::PlanItem {
        id: Uuid::new_v4().to_string(),
        lineage_id: Uuid::new_v4().to_string(),
        kind: kind.to_owned(),
        number: number.to_owned(),
        parent_id: parent.to_owned(),
        lead_section: SECTION.to_owned(),
        ..Default::default()
    };
    let output = planning::PlanItem {
        statement: Some(Text::of("Patrols on market days", "Patrouilles les jours de marché")),
        component: "military".to_owned(),
        areas: vec!["CF11".to_owned(), "CF3".to_owned()],
        ..item("output", "1.1.1", &outcome)
    };
    let bare = planning::PlanItem {
        component: "police".to_owned(),
        lead_section: "UNPOL".to_owned(),
        ..item("output", "1.1.2", &outcome)
    };
    let done = planning::PlanItem { activity_status: "done".to_owned(), ..item("activity", "1.1.1.1", &output.id) };
    let slow = planning::PlanItem {
        activity_status: "ongoing".to_owned(),
        end: "2024-06-30".to_owned(),
        ..item("activity", "1.1.1.2", &output.id)
    };
    let late = planning::WorkActivity { item_id: slow.id.clone(), late: "overdue".to_owned(), ..Default::default() };
    held.work.sections = vec![planning::WorkSection { section: SECTION.to_owned(), activities: vec![late] }];
    let (deaths, secret) = (held.indicators[0].id.clone(), held.indicators[2].id.clone());
    for measuring in [0, 2] {
        held.indicators[measuring].plan_item_lineage_id = output.lineage_id.clone();
    }
    let timely = |id: &String, part| collection::IndicatorQuality {
        indicator_id: id.clone(),
        timely: Some(collection::QualityShare { part, of: 10 }),
        ..Default::default()
    };
    held.quality = collection::DataQuality {
        first_day: "2024-01-01".to_owned(),
        last_day: "2026-01-01".to_owned(),
        indicators: vec![timely(&deaths, 7), timely(&secret, 1)],
        ..Default::default()
    };
    held.plans[0].items.extend([output, bare, done, slow]);
}

async fn read(world: &World, clearance: Classification, of: &pb::Assessment) -> pb::Performance {
    let caller = cleared(world.who(Role::Adviser), clearance);
    let ask = pb::GetPerformanceRequest { assessment_id: of.id.clone() };
    done(world.client(&caller).get_performance(ask).await)
}

#[tokio::test]
async fn each_output_says_what_was_delivered_done_in_time_and_covered() {
    let world = World::start_at(Clock::fixed("2025-02-01T08:00:00Z".parse().expect("an instant"))).await;
    furnish(&world);
    let frozen = world.frozen().await;
    assert_eq!(
        world.neighbours.held().asked_quality_of,
        [14],
        "months from the assessed period to the day of freezing"
    );
    let found = read(&world, Classification::StrictlyConfidential, &frozen).await;
    assert!(found.known);
    let [output, bare] = found.outputs.as_slice() else { panic!("two outputs: {:?}", found.outputs) };
    assert_eq!((output.number.as_str(), output.indicators.len()), ("1.1.1", 2));
    let deaths = output.indicators.iter().find(|one| one.code == DEATHS).expect("it measures it");
    assert_eq!((deaths.target, deaths.target_period.as_str()), (Some(80.0), "2026"));
    assert!(!deaths.analysis_id.is_empty() && deaths.achievement.is_some());
    let counts = output.activities.expect("counted");
    assert_eq!((counts.all, counts.done, counts.late), (2, 1, 1));
    assert_eq!((output.late[0].number.as_str(), output.late[0].late.as_str()), ("1.1.1.2", "overdue"));
    assert_eq!((output.timely, output.timely_of), (Some(8), Some(20)));
    assert_eq!((&output.areas_with_data, output.areas_planned.len()), (&vec!["CF11".to_owned()], 2));
    let said = output.summary.as_ref().expect("words");
    assert!(
        said.en.contains("Of its 2 activities 1 are done and 1 late.") && said.en.contains("not of CF3"),
        "{}",
        said.en
    );
    assert!(!said.fr.is_empty());
    assert_eq!((bare.status.as_str(), bare.timely, bare.indicators.len()), ("no_data", None, 0));
    let named: Vec<(&str, u32)> = found.components.iter().map(|one| (one.name.as_str(), one.outputs)).collect();
    assert_eq!(named, [("military", 1), ("police", 1)]);
    assert_eq!((found.timely_from.as_str(), found.timely_until.as_str()), ("2024-01-01", "2026-01-01"));

    // What planning and collection say later changes nothing of it.
    {
        let mut held = world.neighbours.held();
        held.work.sections.clear();
        held.quality.indicators.clear();
        held.plans[0].items.truncate(1);
    }
    assert_eq!(read(&world, Classification::StrictlyConfidential, &frozen).await, found);
}

#[tokio::test]
async fn what_is_above_a_clearance_is_not_counted() {
    let world = World::start_at(Clock::fixed("2025-02-01T08:00:00Z".parse().expect("an instant"))).await;
    furnish(&world);
    let frozen = world.frozen().await;
    let found = read(&world, Classification::Unclassified, &frozen).await;
    assert_eq!(found.outputs[0].indicators.len(), 1);
    assert_eq!((found.outputs[0].timely, found.outputs[0].timely_of), (Some(7), Some(10)));
    assert_eq!((found.components[0].timely, found.components[0].timely_of), (7, 10));
    world.neighbours.held().plans[0].classification = "confidential".to_owned();
    let secret = world.frozen().await;
    assert!(!read(&world, Classification::Unclassified, &secret).await.known, "its plan is not theirs to see");
    assert!(read(&world, Classification::Confidential, &secret).await.known);
}

#[tokio::test]
async fn an_assessment_from_before_outputs_were_kept_says_that_it_is_not_known() {
    let world = World::start_at(Clock::fixed("2025-02-01T08:00:00Z".parse().expect("an instant"))).await;
    furnish(&world);
    let frozen = world.frozen().await;
    let mut owner = PgConnection::connect(&world.stage.database.owner_url).await.expect("the owner");
    let scope = format!(
        "SELECT set_config('app.mission_id', '{}', false), set_config('app.clearance', '2', false)",
        world.stage.mission.id
    );
    sqlx::query(sqlx::AssertSqlSafe(scope)).execute(&mut owner).await.expect("a scope");
    let older = "UPDATE frozen_plans SET body = body - 'outputs'";
    assert_eq!(sqlx::query(older).execute(&mut owner).await.expect("as it was").rows_affected(), 1);
    let found = read(&world, Classification::StrictlyConfidential, &frozen).await;
    assert_eq!((found.known, found.outputs.len()), (false, 0));
}
