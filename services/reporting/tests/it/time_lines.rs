//! Lines of time: what stands on one, for a mission and for several; what does not, and who sees it.

use chassis::{Fact, testing::eventually};
use cpas_proto::{
    assessment::v1 as assessment,
    common::v1::Text,
    context::v1 as context,
    planning::v1 as planning,
    reporting::v1 as pb,
    words::{Classification, Role},
};
use tonic::Code;

use crate::{
    across_missions::{Missions, assessed, cloned, marked_plan, mission_told},
    world::{FULL, World, plan},
};

const OPEN: Classification = Classification::Unclassified;

fn counting_events(code: &str) -> planning::Indicator {
    let measure = planning::EventMeasure {
        measure: "deaths_civilians".into(),
        kinds: vec!["Battles".into()],
        ..Default::default()
    };
    planning::Indicator {
        level: "context".into(),
        event_measure: Some(measure),
        frequency: "month".into(),
        ..cloned(code)
    }
}

fn analysed(code: &str) -> Fact {
    let change = assessment::ChangePoint { period: "2024-03".into(), change: "fall".into(), before: 20.0, after: 5.0 };
    let analysis = assessment::Analysis {
        id: format!("analysis-{code}"),
        assessment_id: "a1".into(),
        indicator_code: code.to_owned(),
        latest_period: "2024-05".into(),
        status: "no_data".into(),
        change_points: vec![change],
        ..Default::default()
    };
    let message = assessment::AnalysesComputed { assessment_id: "a1".into(), analyses: vec![analysis] };
    Fact::new("analyses", "computed", "a1", OPEN, &message)
}

fn mapped(classification: Classification) -> Fact {
    let map = context::ContextMap {
        id: "map-1".into(),
        title: Some(Text::of("The east", "L’est")),
        state: "published".into(),
        published_at: "2024-04-02T10:00:00Z".into(),
        version: 3,
        ..Default::default()
    };
    let message = context::ContextMapRecorded { context_map: Some(map) };
    Fact::new("context_map", "recorded", "map-1", classification, &message)
}

fn recommended(state: &str, version: i64) -> Fact {
    let of = assessment::Recommendation {
        id: "r1".into(),
        text: Some(Text::of("Patrol at night", "Patrouiller la nuit")),
        kind: "posture".into(),
        state: state.to_owned(),
        version,
        ..Default::default()
    };
    let message = assessment::RecommendationRecorded { recommendation: Some(of) };
    Fact::new("recommendation", "recorded", "r1", OPEN, &message)
}

async fn line(world: &World, role: Role, months: (&str, &str)) -> pb::TimeLine {
    let request = pb::GetTimeLineRequest { first_month: months.0.into(), last_month: months.1.into() };
    world.as_role(role).get_time_line(request).await.expect("a line").into_inner()
}

fn kinds(line: &pb::TimeLine) -> Vec<&str> {
    line.marks.iter().map(|mark| mark.kind.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_ratings_targets_plan_recommendations_and_maps_stand_on_one_line() {
    let missions = Missions::start().await;
    let (world, ours) = (&missions.world, missions.ours());
    missions.tell("planning", ours, marked_plan(&["poc"], &[])).await;
    missions
        .takes_up(ours, counting_events("CX-KILLED"), &[("2024-01", 20.0), ("2024-02", 0.0), ("2024-03", 5.0)])
        .await;
    let target = planning::Target {
        id: "t1".into(),
        indicator_id: "id-CX-KILLED".into(),
        period: "2024-03".into(),
        value: Some(6.0),
        version: 1,
        ..Default::default()
    };
    missions
        .tell("planning", ours, Fact::new("target", "set", "t1", OPEN, &planning::TargetSet { target: Some(target) }))
        .await;
    let missed = planning::Target {
        id: "t2".into(),
        indicator_id: "id-CX-KILLED".into(),
        period: "2024-01".into(),
        value: Some(6.0),
        version: 1,
        ..Default::default()
    };
    missions
        .tell("planning", ours, Fact::new("target", "set", "t2", OPEN, &planning::TargetSet { target: Some(missed) }))
        .await;
    missions.tell("assessment", ours, analysed("CX-KILLED")).await;
    for fact in assessed("a1", "2024-Q1", "at_risk", OPEN) {
        missions.tell("assessment", ours, fact).await;
    }
    missions.tell("context", ours, mapped(OPEN)).await;
    for (state, version) in [("accepted", 1), ("implemented", 2), ("verified", 3)] {
        missions.tell("assessment", ours, recommended(state, version)).await;
    }
    eventually("all of it is heard", || async {
        let line = line(world, Role::Leadership, ("2024-01", "")).await;
        line.marks.len() == 5 && line.series.iter().any(|of| of.points.len() == 3 && !of.changes.is_empty())
    })
    .await;
    let whole = line(world, Role::Leadership, ("2024-01", "")).await;
    let series = &whole.series[0];
    assert_eq!(
        (series.measure.as_str(), series.event_kinds.as_slice()),
        ("deaths_civilians", &["Battles".to_owned()][..])
    );
    assert_eq!(
        series.points.iter().map(|point| point.value).collect::<Vec<_>>(),
        [Some(20.0), Some(0.0), Some(5.0)],
        "zero stands"
    );
    assert_eq!((series.changes[0].period.as_str(), series.analysed_until.as_str()), ("2024-03", "2024-05"));
    let days: Vec<(&str, &str)> = whole.marks[..3].iter().map(|mark| (mark.kind.as_str(), mark.at.as_str())).collect();
    assert_eq!(
        days,
        [("outcome_rated", "2024-03-31"), ("target_achieved", "2024-03-31"), ("context_map_published", "2024-04-02")]
    );
    let rated = &whole.marks[0];
    assert_eq!((rated.rating.as_str(), rated.path.as_str()), ("at_risk", "assessments/a1?outcome=lineage-oc1"));
    assert_eq!(rated.text.as_ref().map(|text| text.en.as_str()), Some("1.1 outcome 1.1"));
    assert_eq!(
        (whole.marks[1].value, whole.marks[1].period.as_str()),
        (Some(5.0), "2024-03"),
        "the other target was not reached"
    );
    // It was verified later; when it was implemented is not lost with that.
    let mut later = kinds(&whole)[3..].to_vec();
    later.sort_unstable();
    assert_eq!(later, ["plan_in_force", "recommendation_implemented"]);

    let narrow = line(world, Role::Coordinator, ("2024-02", "2024-03")).await;
    assert_eq!((narrow.first_month.as_str(), narrow.last_month.as_str()), ("2024-02", "2024-03"));
    assert_eq!((narrow.series[0].points.len(), kinds(&narrow).len()), (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_missions_have_the_same_months_and_only_those_are_read() {
    let missions = Missions::start().await;
    missions.takes_up(missions.ours(), counting_events("CX-KILLED"), &[("2024-03", 5.0)]).await;
    missions.takes_up(&missions.other, counting_events("CX-DEATHS"), &[("2024-06", 7.0)]).await;
    missions.tell("context", &missions.other, mapped(Classification::Confidential)).await;
    let asked = |codes: &str| pb::GetTimeLinesAcrossMissionsRequest { missions: codes.into(), ..Default::default() };
    let lines = async |codes: &str| {
        missions.hq().get_time_lines_across_missions(asked(codes)).await.expect("lines").into_inner().lines
    };
    eventually("both are there", || async {
        lines("UNMIC, OTHER").await.iter().all(|line| line.series.len() == 1)
            && lines("OTHER").await[0].marks.len() == 1
    })
    .await;
    let both = lines("UNMIC,OTHER,UNMIC").await;
    let months: Vec<(&str, &str)> =
        both.iter().map(|line| (line.first_month.as_str(), line.last_month.as_str())).collect();
    assert_eq!(months, [("2021-07", "2024-06"); 2], "one axis for all");
    let codes: Vec<_> = both.iter().filter_map(|line| line.mission.as_ref().map(|own| own.code.as_str())).collect();
    assert_eq!(codes, ["OTHER", "UNMIC"]);
    assert!(missions.reads(&missions.third).await.iter().all(|read| read.call != "GetTimeLinesAcrossMissions"));
    assert_eq!(missions.reads(&missions.other).await[0].call, "GetTimeLinesAcrossMissions");

    let mut uncleared = missions.hq_cleared(OPEN);
    let seen = uncleared.get_time_lines_across_missions(asked("OTHER")).await.expect("lines").into_inner().lines;
    assert!(seen[0].marks.is_empty(), "the map is confidential: {:?}", seen[0].marks);
    for (codes, code) in
        [("", Code::InvalidArgument), ("A,B,C,D,E,F,G", Code::InvalidArgument), ("NONE", Code::NotFound)]
    {
        let refused = missions.hq().get_time_lines_across_missions(asked(codes)).await.expect_err("a refusal");
        assert_eq!(refused.code(), code, "{codes}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_of_months_and_of_ones_own_mission() {
    let missions = Missions::start().await;
    missions.tell("gateway", missions.ours(), mission_told(missions.ours())).await;
    missions.takes_up(&missions.other, counting_events("CX-DEATHS"), &[("2024-06", 7.0)]).await;
    missions.tell("context", &missions.other, mapped(OPEN)).await;
    eventually("the other mission has a line", || async {
        let request = pb::GetTimeLinesAcrossMissionsRequest { missions: "OTHER".into(), ..Default::default() };
        let lines = missions.hq().get_time_lines_across_missions(request).await.expect("lines").into_inner().lines;
        lines[0].series.len() == 1
    })
    .await;
    let ours = line(&missions.world, Role::Leadership, ("", "")).await;
    assert!(ours.series.is_empty() && ours.marks.is_empty() && ours.first_month.is_empty(), "{ours:?}");
    for (first, last) in [("2024-Q1", ""), ("", "May"), ("2024-05", "2024-04"), ("2001-01", "2024-04")] {
        let request = pb::GetTimeLineRequest { first_month: first.into(), last_month: last.into() };
        let refused = missions.world.as_role(Role::Leadership).get_time_line(request).await.expect_err("a refusal");
        assert_eq!(refused.code(), Code::InvalidArgument, "{first} {last}");
    }
}

/// What the line keeps beside the newest state is the same after a rebuild, and in whatever order it was heard.
#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_knows_again_when_states_were_reached() {
    let world = World::full().await;
    for (state, version) in [("accepted", 1), ("implemented", 2), ("verified", 3)] {
        world.tell("assessment", recommended(state, version)).await;
    }
    world.tell("planning", plan("superseded", 7)).await;
    world.heard(FULL + 4).await;
    let (before, seen) = (world.state().await, line(&world, Role::Leadership, ("", "")).await);
    let mut known = kinds(&seen);
    known.sort_unstable();
    assert_eq!(known, ["plan_in_force", "recommendation_implemented"], "states that later ones hide");
    assert_eq!(world.rebuild().await, before, "events, last event and checksum are the same");
    assert_eq!(line(&world, Role::Leadership, ("", "")).await.marks, seen.marks);
    let mut tx = world.stage.db.begin(&world.stage.caller(Role::Service)).await.expect("a transaction");
    sqlx::query("DELETE FROM reached").execute(&mut *tx).await.expect("damage");
    tx.commit().await.expect("a commit");
    assert_ne!(world.state().await.checksum, before.checksum, "the checksum speaks of them too");
    assert_eq!(world.rebuild().await, before);
}
