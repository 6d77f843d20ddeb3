//! Themes over missions and regions: what is counted, what is added up, and what became of recommendations.

use chassis::{Fact, testing::eventually};
use cpas_proto::{assessment::v1 as assessment, planning::v1 as planning, reporting::v1 as pb, words::Classification};
use tonic::Code;

use crate::across_missions::{LIBRARY, Missions, assessed, cloned, marked_plan, mission_in};

const OPEN: Classification = Classification::Unclassified;

async fn themes(missions: &Missions) -> pb::ThemesAcrossMissions {
    let request = pb::GetThemesAcrossMissionsRequest {};
    missions.hq().get_themes_across_missions(request).await.expect("themes").into_inner()
}

async fn theme(missions: &Missions, theme: &str) -> pb::ThemeAcrossMissions {
    let request = pb::GetThemeAcrossMissionsRequest { theme: theme.to_owned() };
    missions.hq().get_theme_across_missions(request).await.expect("a theme").into_inner()
}

async fn became(missions: &Missions) -> pb::RecommendationsAcrossMissions {
    let request = pb::GetRecommendationsAcrossMissionsRequest {};
    missions.hq().get_recommendations_across_missions(request).await.expect("counts").into_inner()
}

fn measuring(code: &str) -> planning::Indicator {
    planning::Indicator { plan_item_lineage_id: "lineage-oc1".into(), ..cloned(code) }
}

/// A recommendation that rests on a finding.
fn recommended(id: &str, finding: &str, state: &str) -> Fact {
    let of = assessment::Recommendation {
        id: id.to_owned(),
        kind: "plan".into(),
        state: state.to_owned(),
        finding_ids: if finding.is_empty() { Vec::new() } else { vec![finding.to_owned()] },
        due: "2024-01-01".into(),
        version: 1,
        ..Default::default()
    };
    let message = assessment::RecommendationRecorded { recommendation: Some(of) };
    Fact::new("recommendation", "recorded", id, OPEN, &message)
}

fn of<'a>(counts: &'a [pb::ThemeCount], theme: &str, mission: &str) -> &'a pb::ThemeCount {
    let found = counts.iter().find(|one| one.theme == theme && one.mission == mission);
    found.unwrap_or_else(|| panic!("no {theme} of {mission} in {counts:?}"))
}

fn statuses(counts: &[pb::StatusCount]) -> Vec<(&str, u32)> {
    counts.iter().map(|one| (one.status.as_str(), one.count)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_theme_is_counted_by_mission_and_region_with_ratings_change_and_recommendations() {
    let missions = Missions::start().await;
    for (mission, countries) in
        [(missions.ours(), &["CF"][..]), (&missions.other, &["South Sudan", "Sudan"]), (&missions.third, &["Atlantis"])]
    {
        missions.tell("gateway", mission, mission_in(mission, countries, 2)).await;
    }
    for (mission, code, values) in [
        (missions.ours(), "OURS-DEATHS", &[("2024-Q1", 9.0), ("2024-Q2", 3.0)][..]),
        (&missions.other, "OTHER-DEATHS", &[("2024-Q2", 4.0)]),
    ] {
        missions.tell("planning", mission, marked_plan(&["poc", "gender:2"], &["poc", "gender:0"])).await;
        missions.takes_up(mission, measuring(code), values).await;
    }
    // The newest finalized assessment that rates the outcome counts, not one that says nothing of it.
    for fact in
        assessed("a1", "2023-H2", "off_track", OPEN).into_iter().chain(assessed("a2", "2024-H1", "on_track", OPEN))
    {
        missions.tell("assessment", missions.ours(), fact).await;
    }
    missions.tell("assessment", missions.ours(), recommended("r1", "finding-a2", "accepted")).await;
    missions.tell("assessment", missions.ours(), recommended("r2", "", "implemented")).await;
    eventually("all of it is heard", || async {
        let told = themes(&missions).await;
        let ours = told.counts.iter().find(|one| one.theme == "poc" && one.mission == "UNMIC");
        let other = told.counts.iter().any(|one| one.theme == "poc" && one.mission == "OTHER" && one.unknown == 1);
        ours.is_some_and(|ours| ours.better == 1 && !ours.recommendations.is_empty() && !ours.ratings.is_empty())
            && other
            && told.regions.len() == 4
            && became(&missions).await.counts.iter().map(|one| one.count).sum::<u32>() == 2
    })
    .await;
    let told = themes(&missions).await;
    let ours = of(&told.counts, "poc", "UNMIC");
    assert_eq!((ours.outcomes, ours.outputs, ours.indicators), (1, 1, 1));
    assert_eq!(
        statuses(&ours.statuses),
        [("no_data", 2)],
        "no target says how it stands, and the output has no indicator"
    );
    assert_eq!((statuses(&ours.ratings), ours.unrated), (vec![("on_track", 1)], 0), "the newest assessment");
    assert_eq!(statuses(&ours.performance), [("adequate", 1)]);
    assert_eq!((ours.better, ours.same, ours.worse, ours.unknown), (1, 0, 0, 0), "fewer deaths are better");
    let recommendations: Vec<_> =
        ours.recommendations.iter().map(|one| (one.state.as_str(), one.count, one.late)).collect();
    assert_eq!(recommendations, [("accepted", 1, 1)], "the other speaks of no item");
    let other = of(&told.counts, "poc", "OTHER");
    assert_eq!(
        (other.unknown, other.unrated, other.ratings.len()),
        (1, 1, 0),
        "one value is no change, no rating is said"
    );
    assert!(!told.counts.iter().any(|one| one.theme == "gender" && one.outputs > 0), "gender 0 is no theme");
    assert_eq!(told.without_plan, ["THIRD"], "no plan is not a plan without the theme");

    let regions: Vec<(&str, Vec<&str>)> =
        told.regions.iter().map(|one| (one.code.as_str(), one.missions.iter().map(String::as_str).collect())).collect();
    assert_eq!(regions, [("014", vec!["OTHER"]), ("015", vec!["OTHER"]), ("017", vec!["UNMIC"]), ("", vec!["THIRD"])]);
    let middle = told.by_region.iter().find(|one| one.region == "017" && one.theme == "poc").expect("Middle Africa");
    assert_eq!((middle.outcomes, middle.better, middle.mission.as_str()), (1, 1, ""));

    // What became of recommendations, by theme: one that speaks of nothing marked is under none, and said so.
    let became = became(&missions).await;
    let by_theme: Vec<(&str, &str, u32)> =
        became.by_theme.iter().map(|one| (one.theme.as_str(), one.state.as_str(), one.count)).collect();
    assert_eq!(by_theme, [("", "implemented", 1), ("gender", "accepted", 1), ("poc", "accepted", 1)]);
    let by_state: Vec<(&str, u32)> = became.counts.iter().map(|one| (one.state.as_str(), one.count)).collect();
    assert_eq!(by_state, [("accepted", 1), ("implemented", 1)], "each once where themes are not told apart");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_theme_opens_what_it_counts_and_adds_up_only_what_the_library_defines() {
    let missions = Missions::start().await;
    for (mission, code, value) in [
        (missions.ours(), "OURS-DEATHS", 3.0),
        (&missions.other, "OTHER-DEATHS", 4.0),
        (&missions.third, "THIRD-DEATHS", 50.0),
    ] {
        missions.tell("planning", mission, marked_plan(&["youth"], &[])).await;
        let unit = if value > 10.0 { "incidents" } else { "persons" };
        let indicator = planning::Indicator { unit: unit.into(), ..measuring(code) };
        missions.takes_up(mission, indicator, &[("2024-Q2", value)]).await;
    }
    eventually("the values are there", || async {
        let told = theme(&missions, "youth").await;
        told.items.len() == 3 && told.items.iter().all(|item| item.indicators.iter().any(|one| one.value.is_some()))
    })
    .await;
    let told = theme(&missions, "youth").await;
    let items: Vec<(&str, &str, &str)> = told
        .items
        .iter()
        .map(|item| (item.mission.as_str(), item.number.as_str(), item.indicators[0].code.as_str()))
        .collect();
    assert_eq!(
        items,
        [("OTHER", "1.1", "OTHER-DEATHS"), ("THIRD", "1.1", "THIRD-DEATHS"), ("UNMIC", "1.1", "OURS-DEATHS")]
    );
    let [shared] = told.shared.as_slice() else { panic!("{:?}", told.shared) };
    assert_eq!(
        (shared.library_code.as_str(), shared.how.as_str(), shared.period.as_str()),
        (LIBRARY, "sum", "2024-Q2")
    );
    assert_eq!((shared.value, shared.missions.as_slice()), (Some(7.0), &["OTHER".to_owned(), "UNMIC".to_owned()][..]));
    let left: Vec<(&str, &str)> = shared.left_out.iter().map(|one| (one.mission.as_str(), one.why.as_str())).collect();
    assert_eq!(left, [("THIRD", "definition")], "another unit is not added");
    assert!(theme(&missions, "poc").await.items.is_empty());

    // Each mission sees it, in words of its own, and a theme without a name is refused.
    let newest = missions.reads(&missions.other).await.into_iter().next().expect("a trace");
    assert_eq!(newest.call, "GetThemeAcrossMissions");
    assert!(newest.text.is_some_and(|text| text.en.contains("marker poc")));
    let refused = missions.hq().get_theme_across_missions(pb::GetThemeAcrossMissionsRequest::default()).await;
    assert_eq!(refused.expect_err("a refusal").code(), Code::InvalidArgument);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_above_the_clearance_rates_nothing_and_marks_no_recommendation() {
    let missions = Missions::start().await;
    missions.tell("planning", missions.ours(), marked_plan(&["poc"], &[])).await;
    for fact in assessed("a1", "2024-H1", "on_track", Classification::Confidential) {
        missions.tell("assessment", missions.ours(), fact).await;
    }
    missions.tell("assessment", missions.ours(), recommended("r1", "finding-a1", "accepted")).await;
    eventually("the cleared see it", || async {
        themes(&missions).await.counts.iter().any(|one| one.unrated == 0 && !one.recommendations.is_empty())
    })
    .await;
    let mut uncleared = missions.hq_cleared(OPEN);
    let told =
        uncleared.get_themes_across_missions(pb::GetThemesAcrossMissionsRequest {}).await.expect("themes").into_inner();
    let ours = of(&told.counts, "poc", "UNMIC");
    assert_eq!((ours.unrated, ours.ratings.len(), ours.recommendations.len()), (1, 0, 0));
    let request = pb::GetRecommendationsAcrossMissionsRequest {};
    let became = uncleared.get_recommendations_across_missions(request).await.expect("counts").into_inner();
    let by_theme: Vec<&str> = became.by_theme.iter().map(|one| one.theme.as_str()).collect();
    assert_eq!(by_theme, [""], "the finding that would tell the theme is not seen");
}
