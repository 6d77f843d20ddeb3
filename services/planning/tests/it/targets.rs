//! Targets, and what they were before.

use chassis::Code;
use cpas_proto::{
    planning::v1 as pb,
    words::{Classification, Frequency, Period},
};

use crate::world::{World, answer, deaths, refusal};

fn target(indicator: &pb::Indicator, period: &str, value: f64) -> pb::Target {
    pb::Target {
        indicator_id: indicator.id.clone(),
        period: period.to_owned(),
        value: Some(value),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_changed_after_its_period_opened_says_why_and_the_past_stays_readable() {
    let world = World::start().await;
    let planner = world.planner();
    let indicator = planner.draft_indicator(deaths("OC-CIVDEATHS")).await.expect("an indicator");
    let this_year = Period::containing(world.stage.clock.today(), Frequency::FiscalYear, 7).to_string();
    let first = planner.set_target(target(&indicator, &this_year, 100.0)).await.expect("a first target");

    let change = pb::Target { version: first.version, ..target(&indicator, &this_year, 80.0) };
    assert_eq!(refusal(planner.set_target(change.clone()).await), (Code::Invalid, vec!["target.reason".to_owned()]));
    assert_eq!(planner.targets(&indicator.id, false).await, std::slice::from_ref(&first), "nothing was changed");
    let told = pb::Target { reason: "The baseline was corrected.".to_owned(), ..change };
    let second = planner.set_target(told).await.expect("with its reason");
    assert_eq!((&second.id, second.version), (&first.id, 2));
    assert_eq!(planner.targets(&indicator.id, false).await, std::slice::from_ref(&second));
    assert_eq!(planner.targets(&indicator.id, true).await, [second, first], "newest first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_period_gets_no_target_without_a_reason() {
    let world = World::start().await;
    let planner = world.planner();
    let indicator = planner.draft_indicator(deaths("OC-CIVDEATHS")).await.expect("an indicator");
    let late = target(&indicator, "2020", 5.0);
    assert_eq!(refusal(planner.set_target(late.clone()).await), (Code::Invalid, vec!["target.reason".to_owned()]));
    let told = pb::Target { reason: "Loaded from the plan of that year.".to_owned(), ..late };
    assert!(planner.set_target(told).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_is_set_for_what_exists() {
    let world = World::start().await;
    let planner = world.planner();
    let indicator = planner.draft_indicator(deaths("OC-CIVDEATHS")).await.expect("an indicator");
    let fits = target(&indicator, "2090", 5.0);
    for (wrong, field) in [
        (pb::Target { indicator_id: uuid::Uuid::new_v4().to_string(), ..fits.clone() }, "target.indicator_id"),
        (pb::Target { period: "twenty".to_owned(), ..fits.clone() }, "target.period"),
        (pb::Target { area: "CF99".to_owned(), ..fits.clone() }, "target.area"),
        (pb::Target { slice: "sex=f".to_owned(), ..fits.clone() }, "target.slice"),
        (pb::Target { value: None, ..fits.clone() }, "target.value"),
        (pb::Target { low: Some(1.0), ..fits.clone() }, "target.value"),
        (pb::Target { period: "2090-01-01".to_owned(), ..fits.clone() }, "target.period"),
    ] {
        assert_eq!(refusal(planner.set_target(wrong).await), (Code::Invalid, vec![field.to_owned()]));
    }
    assert_eq!(planner.targets("", false).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_target_again_changes_nothing_and_another_needs_the_version() {
    let world = World::start().await;
    let planner = world.planner();
    let indicator = planner.draft_indicator(deaths("OC-CIVDEATHS")).await.expect("an indicator");
    let first = planner.set_target(target(&indicator, "2090", 5.0)).await.expect("a target");
    assert_eq!(planner.set_target(target(&indicator, "2090", 5.0)).await.expect("the same"), first);
    let refused = planner.set_target(target(&indicator, "2090", 6.0)).await.expect_err("it saw none");
    let (version, json) = refused.current.expect("what is stored");
    assert_eq!((refused.code, version), (Code::Stale, 1));
    assert_eq!(serde_json::from_str::<pb::Target>(&json).expect("a target"), first);
    let seen = pb::Target { version: 1, ..target(&indicator, "2090", 6.0) };
    assert_eq!(planner.set_target(seen).await.expect("before its period opens no reason is needed").version, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_is_as_classified_as_its_indicator_now_is() {
    let world = World::start().await;
    let planner = world.planner();
    let mut uncleared = world.planner();
    uncleared.caller.clearance = Classification::Unclassified;
    let indicator = planner.draft_indicator(deaths("OC-CIVDEATHS")).await.expect("an indicator");
    let first = planner.set_target(target(&indicator, "2090", 5.0)).await.expect("a target");
    let classified = async |indicator: &pb::Indicator, classification: &str| {
        let given = pb::Indicator { classification: classification.to_owned(), ..indicator.clone() };
        let request = pb::ReviseIndicatorRequest { indicator: Some(given) };
        answer(planner.client().revise_indicator(request).await).expect("a revision")
    };
    let raised = classified(&indicator, "confidential").await;
    assert_eq!(uncleared.targets("", true).await, []);
    let second = pb::Target { version: first.version, ..target(&indicator, "2090", 6.0) };
    let second = planner.set_target(second).await.expect("set while it is confidential");
    classified(&raised, "unclassified").await;
    assert_eq!(
        uncleared.targets("", false).await,
        std::slice::from_ref(&second),
        "the newest, not what was seen before"
    );
}
