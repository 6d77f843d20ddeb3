//! What is kept beside the records is what they say: however they came, and at each clearance.

use std::collections::{BTreeMap, BTreeSet};

use chassis::{Caller, Fact, testing::eventually};
use cpas_proto::{
    assessment::v1 as assessment,
    common::v1::TableQuery,
    planning::v1 as planning,
    reporting::v1 as pb,
    words::{Classification, Role},
};
use cpas_reporting::store::{model, records};
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};

use crate::world::{World, indicator, observations, plan};

const CODES: [&str; 4] = ["K-0", "K-1", "K-2", "K-3"];
const CLEARANCES: [Classification; 3] =
    [Classification::Unclassified, Classification::Confidential, Classification::StrictlyConfidential];

/// Something that another service tells.
#[derive(Debug, Clone)]
enum Told {
    Indicator { of: usize, version: i64, state: &'static str, class: usize },
    Target { of: usize, version: i64, value: f64, class: usize },
    Analysis { of: usize, assessment: usize, status: &'static str, class: usize },
    Value { of: usize, quarter: usize, value: f64 },
    Recommendation { number: usize, version: i64, state: &'static str, days: i64, duplicate: bool, class: usize },
}

fn told() -> impl Strategy<Value = Told> {
    let (of, class) = (0..CODES.len(), 0..CLEARANCES.len());
    let value = prop_oneof![Just(0.0), -50.0..150.0_f64];
    prop_oneof![
        (of.clone(), 1..6_i64, prop::sample::select(vec!["active", "approved", "draft", "retired"]), class.clone())
            .prop_map(|(of, version, state, class)| Told::Indicator { of, version, state, class }),
        (of.clone(), 1..6_i64, value.clone(), class.clone()).prop_map(|(of, version, value, class)| Told::Target {
            of,
            version,
            value,
            class
        }),
        (of.clone(), 0..3_usize, prop::sample::select(vec!["achieved", "on_track", "off_track", ""]), class.clone())
            .prop_map(|(of, assessment, status, class)| Told::Analysis { of, assessment, status, class }),
        (of, 0..4_usize, value).prop_map(|(of, quarter, value)| Told::Value { of, quarter, value }),
        (
            0..3_usize,
            1..6_i64,
            prop::sample::select(vec!["proposed", "accepted", "in_progress", "verified"]),
            -60..60_i64,
            any::<bool>(),
            class
        )
            .prop_map(|(number, version, state, days, duplicate, class)| {
                Told::Recommendation { number, version, state, days, duplicate, class }
            }),
    ]
}

async fn tell(world: &World, told: &Told) {
    match *told {
        Told::Indicator { of, version, state, class } => {
            let mut fact = indicator(CODES[of], "", "count", CLEARANCES[class]);
            let mut message: planning::IndicatorRecorded =
                prost::Message::decode(fact.payload.as_slice()).expect("one");
            let indicator = message.indicator.as_mut().expect("an indicator");
            (indicator.version, indicator.state) = (version, state.to_owned());
            fact.payload = prost::Message::encode_to_vec(&message);
            world.tell("planning", fact).await;
        }
        Told::Target { of, version, value, class } => {
            let target = planning::Target {
                id: format!("target-{of}"),
                indicator_id: format!("id-{}", CODES[of]),
                period: "2024-Q4".into(),
                value: Some(value),
                version,
                ..Default::default()
            };
            let message = planning::TargetSet { target: Some(target) };
            world.tell("planning", Fact::new("target", "set", CODES[of], CLEARANCES[class], &message)).await;
        }
        Told::Analysis { of, assessment, status, class } => {
            let analysis = assessment::Analysis {
                id: format!("analysis-{of}-{assessment}"),
                assessment_id: format!("assessment-{assessment}"),
                indicator_code: CODES[of].to_owned(),
                latest_period: "2024-Q2".into(),
                status: status.to_owned(),
                ..Default::default()
            };
            let assessment_id = format!("assessment-{assessment}");
            let message = assessment::AnalysesComputed { assessment_id, analyses: vec![analysis] };
            world.tell("assessment", Fact::new("analyses", "computed", "a", CLEARANCES[class], &message)).await;
        }
        Told::Value { of, quarter, value } => {
            world.collection.set(CODES[of], "CA01", &format!("2024-Q{}", quarter + 1), value);
            world.tell("collection", observations(&[CODES[of]], "entered", 1)).await;
        }
        Told::Recommendation { number, version, state, days, duplicate, class } => {
            let day = chrono::Utc::now().date_naive() + chrono::TimeDelta::days(days);
            let of = assessment::Recommendation {
                id: format!("r-{number}"),
                owner_section: "Civil Affairs".into(),
                due: day.to_string(),
                state: state.to_owned(),
                duplicate_of: if duplicate { "r-9".to_owned() } else { String::new() },
                version,
                ..Default::default()
            };
            let message = assessment::RecommendationRecorded { recommendation: Some(of) };
            let fact = Fact::new("recommendation", "recorded", format!("r-{number}"), CLEARANCES[class], &message);
            world.tell("assessment", fact).await;
        }
    }
}

/// How each indicator in use stands by the feed, which is made from all records each time.
async fn plain(world: &World, caller: &Caller) -> BTreeMap<String, String> {
    let columns = ["code", "status"].map(str::to_owned).to_vec();
    let query = TableQuery { table: "Standings".to_owned(), columns, ..Default::default() };
    let page = world.as_caller(caller).read_table(query).await.expect("rows").into_inner();
    let told = page.rows.iter().map(|row| serde_json::from_str::<BTreeMap<String, String>>(row).expect("a row"));
    told.map(|mut row| (row.remove("code").unwrap_or_default(), row.remove("status").unwrap_or_default())).collect()
}

/// How each indicator in use stands by what is kept, and by all the records.
async fn compare(world: &World, clearance: Classification) {
    let caller = Caller { clearance, ..world.stage.caller(Role::Leadership) };
    let plain = plain(world, &caller).await;
    let mut tx = world.stage.db.begin(&caller).await.expect("a transaction");
    let kept: Vec<(String, String)> = sqlx::query_as(
        "SELECT code, status FROM standing JOIN model USING (mission_id, generation) \
         WHERE in_use AND clearance_max >= (SELECT chassis.clearance())",
    )
    .fetch_all(&mut *tx)
    .await
    .expect("rows");
    assert_eq!(kept.len(), plain.len(), "each indicator stands once: {kept:?}");
    assert_eq!(kept.into_iter().collect::<BTreeMap<_, _>>(), plain, "at {clearance:?}");

    let generation = model::read(&mut tx).await.expect("the model").generation;
    let today = chrono::Utc::now().date_naive().to_string();
    let all = records::of_kind(&mut tx, generation, "recommendation").await.expect("records");
    let late = all.iter().filter(|row| {
        let of: assessment::Recommendation = row.message().expect("a recommendation");
        matches!(row.state.as_str(), "accepted" | "in_progress") && of.duplicate_of.is_empty() && of.due < today
    });
    let late: BTreeSet<&str> = late.map(|row| row.id.as_str()).collect();
    let request = pb::GetLeadershipViewRequest::default();
    let view = world.as_caller(&caller).get_leadership_view(request).await.expect("a view").into_inner();
    assert_eq!(view.late.iter().map(|one| one.id.as_str()).collect::<BTreeSet<_>>(), late, "at {clearance:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_what_the_records_say() {
    let world = World::empty().await;
    world.tell("planning", plan("active", 1)).await;
    let mut runner = TestRunner::default();
    let mut events = 1;
    for _ in 0..3 {
        let some = prop::collection::vec(told(), 12..20).new_tree(&mut runner).expect("events").current();
        for one in &some {
            tell(&world, one).await;
        }
        events += some.len() as u64;
        world.heard(events).await;
        // The series are read by a consumer of their own, at its own time.
        let rebuilt = world.rebuild().await;
        eventually("what is kept agrees with what is made anew", || async {
            world.state().await.checksum == rebuilt.checksum
        })
        .await;
        for clearance in CLEARANCES {
            compare(&world, clearance).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_in_any_order_is_kept_as_if_made_anew() {
    let world = World::full().await;
    let mut runner = TestRunner::default();
    let some = prop::collection::vec(told(), 30..40).new_tree(&mut runner).expect("events").current();
    for one in &some {
        tell(&world, one).await;
    }
    world.heard(crate::world::FULL + some.len() as u64).await;
    let values = some.iter().filter(|one| matches!(one, Told::Value { .. })).count();
    eventually("the series are read", || async {
        let mut tx = world.stage.db.begin(&world.stage.caller(Role::Service)).await.expect("a transaction");
        let read: i64 = sqlx::query_scalar("SELECT count(*) FROM chassis.inbox WHERE consumer = 'reporting-series'")
            .fetch_one(&mut *tx)
            .await
            .expect("a count");
        read as usize > values
    })
    .await;
    let kept = world.state().await;
    assert_eq!(world.rebuild().await.checksum, kept.checksum, "told one by one, or made at once: {some:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_older_version_kept_is_completed_when_somebody_asks() {
    let world = World::full().await;
    let due = Told::Recommendation { number: 1, version: 1, state: "accepted", days: -3, duplicate: false, class: 0 };
    tell(&world, &due).await;
    world.heard(crate::world::FULL + 1).await;
    let request = pb::GetLeadershipViewRequest::default;
    let before = world.as_role(Role::Leadership).get_leadership_view(request()).await.expect("a view").into_inner();
    assert_eq!(before.late.len(), 1);
    let (home, kept) = (world.home(Role::Coordinator).await, world.state().await);
    let mut tx = world.stage.db.begin(&world.stage.caller(Role::Service)).await.expect("a transaction");
    for damage in [
        "DELETE FROM kept",
        "DELETE FROM standing",
        "UPDATE record SET about = '', due = NULL, section = '', indicator_codes = NULL WHERE kind = 'recommendation'",
    ] {
        sqlx::query(damage).execute(&mut *tx).await.expect("as it was before");
    }
    tx.commit().await.expect("a commit");
    let after = world.as_role(Role::Leadership).get_leadership_view(request()).await.expect("a view").into_inner();
    assert_eq!(after, before);
    assert_eq!((world.home(Role::Coordinator).await, world.state().await), (home, kept));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_objectives_twelve_are_shown_at_a_time_and_all_are_counted() {
    let world = World::empty().await;
    let mut fact = plan("active", 1);
    let mut message: planning::PlanRecorded = prost::Message::decode(fact.payload.as_slice()).expect("a plan");
    if let Some(plan) = &mut message.plan {
        let first = plan.items[0].clone();
        plan.items.extend((2..31_u32).map(|number| planning::PlanItem {
            id: format!("o{number}"),
            lineage_id: format!("lineage-o{number}"),
            number: number.to_string(),
            position: number,
            ..first.clone()
        }));
    }
    fact.payload = prost::Message::encode_to_vec(&message);
    world.tell("planning", fact).await;
    // Of the first outcome, so that it is seen that what is not shown is not read instead.
    world.tell("planning", indicator("K-0", "", "count", Classification::Unclassified)).await;
    world.heard(2).await;
    for (skip, skipped, first, shown) in [(0, 0, "1", 12), (12, 12, "13", 12), (24, 24, "25", 6), (4_000, 24, "25", 6)]
    {
        let request = pb::GetMissionHomeRequest { skip_objectives: skip };
        let home = world.as_role(Role::Coordinator).get_mission_home(request).await.expect("a home").into_inner();
        assert_eq!((home.objectives_count, home.objectives_skipped), (30, skipped), "after {skip}");
        assert_eq!((home.objectives[0].number.as_str(), home.objectives.len()), (first, shown), "after {skip}");
        let measured = home.objectives.iter().flat_map(|of| &of.outcomes).map(|of| of.indicators.len()).sum::<usize>();
        assert_eq!(measured, usize::from(skipped == 0), "after {skip}");
        let request = pb::GetLeadershipViewRequest { skip_objectives: skip };
        let view = world.as_role(Role::Leadership).get_leadership_view(request).await.expect("a view").into_inner();
        assert_eq!((view.objectives_count, view.objectives_skipped), (30, skipped), "after {skip}");
        assert_eq!((view.objectives[0].number.as_str(), view.objectives.len()), (first, shown), "after {skip}");
    }
    let reader = pb::GetMissionHomeRequest::default();
    let home = world.as_role(Role::Reader).get_mission_home(reader).await.expect("a home").into_inner();
    assert_eq!((home.objectives_count, home.objectives.len()), (0, 0), "a reader does not even learn how many");
}
