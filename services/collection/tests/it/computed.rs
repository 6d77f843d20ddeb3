//! Indicators that nobody enters: by a formula over others, and counted from geocoded events.

use chassis::{Code, Inbound, testing::eventually};
use cpas_collection::domain::definition::{Definition, EventMeasure, Kind, Measured, OverAreas, OverTime};
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Frequency, Role},
};
use uuid::Uuid;

use crate::world::*;

fn people() -> Definition {
    Definition { id: Uuid::from_u128(0xE1), code: "CX-PEOPLE".to_owned(), dimensions: Vec::new(), ..deaths() }
}

fn formula(number: u128, code: &str, formula: &str) -> Definition {
    Definition {
        id: Uuid::from_u128(number),
        code: code.to_owned(),
        kind: Kind::Index,
        over_time: OverTime::Last,
        over_areas: OverAreas::None,
        formula: Some(formula.parse().expect("a formula")),
        dimensions: Vec::new(),
        ..deaths()
    }
}

fn counted(number: u128, code: &str, measure: Measured, kinds: &[&str]) -> Definition {
    let kinds = kinds.iter().map(|&kind| kind.to_owned()).collect();
    let events = Some(EventMeasure { measure, kinds, sub_kinds: Vec::new() });
    Definition { id: Uuid::from_u128(number), code: code.to_owned(), dimensions: Vec::new(), events, ..deaths() }
}

async fn rates(world: &World) {
    world.indicator(&people()).await;
    world.indicator(&formula(0xE2, "CX-RATE", "OC-CIVDEATHS / CX-PEOPLE × 1000")).await;
    world.indicator(&formula(0xE3, "CX-TWICE", "sum(CX-RATE, CX-RATE)")).await;
}

const DEATHS_AND_PEOPLE: &str = "indicator,area,period,value\nOC-CIVDEATHS,A1,2024-01,1\nOC-CIVDEATHS,A2,2024-01,5\n\
                                 OC-CIVDEATHS,A1,2024-02,4\nCX-PEOPLE,A1,2024-01,1000\nCX-PEOPLE,A2,2024-01,1000\n";

#[tokio::test]
async fn a_formula_is_computed_at_every_area_and_period_from_its_parts() {
    let world = World::start().await;
    rates(&world).await;
    let batch = world.import(DEATHS_AND_PEOPLE).await;
    assert_eq!(batch.rows_added, 5);
    assert_eq!(
        world.values("CX-RATE", "A1", "").await,
        [("2024-01".to_owned(), Some(1.0))],
        "no people in February: missing"
    );
    assert_eq!(
        world.values("CX-RATE", "A", "").await,
        [("2024-01".to_owned(), Some(3.0))],
        "6 of 2000, not 1 and 5 added"
    );
    assert_eq!(world.values("CX-TWICE", "A", "").await, [("2024-01".to_owned(), Some(6.0))]);
    let wanted = pb::GetSeriesRequest {
        first_period: "2024-01".to_owned(),
        last_period: "2024-02".to_owned(),
        ..series_of("CX-RATE", &["*"], "")
    };
    let series = done(world.coordinator().get_series(wanted).await);
    let kinds: Vec<(&str, Vec<&str>)> = series
        .parts
        .iter()
        .map(|part| (part.area.as_str(), part.points.iter().map(|point| point.kind.as_str()).collect()))
        .collect();
    assert_eq!(kinds, [("A1", vec!["value", "missing"]), ("A2", vec!["value", "missing"])]);
    let asked = pb::ExplainPointRequest {
        indicator: "CX-RATE".to_owned(),
        area: "A".to_owned(),
        period: "2024-01".to_owned(),
        ..Default::default()
    };
    let explained = done(world.coordinator().explain_point(asked).await);
    let told = explained.formula.expect("a formula");
    assert_eq!(
        told.en,
        "OC-CIVDEATHS / CX-PEOPLE × 1000, where OC-CIVDEATHS = 6 (sum over areas of the values as given); \
         CX-PEOPLE = 2000 (sum over areas of the values as given)"
    );
    assert_eq!((explained.total, explained.contributions.len()), (4, 4), "down to the rows of the file");
    assert!(explained.contributions.iter().all(|own| own.file_name == "observations.csv"));
    world.entered(&world.caller(Role::Contributor), "B", "2024-01", 9.0).await;
    assert_eq!(world.values("CX-RATE", "B", "").await, [("2024-01".to_owned(), None)], "a draft is no value");
}

#[tokio::test]
async fn nobody_enters_what_is_computed() {
    let world = World::start().await;
    rates(&world).await;
    world.indicator(&counted(0xE4, "CX-CLASHES", Measured::Events, &[])).await;
    let refusal =
        refused(world.r#as(Role::Contributor).enter_observation(enter("CX-RATE", "A1", "2024-01", 1.0)).await);
    assert_eq!((refusal.code, refusal.violations[0].field.as_str()), (Code::Invalid, "indicator_code"));
    assert_eq!(
        refusal.violations[0].message,
        "CX-RATE is computed and takes no values; enter those of OC-CIVDEATHS, CX-PEOPLE."
    );
    let batch = world.preview("indicator,area,period,value\nCX-RATE,A1,2024-01,1\nCX-CLASHES,A1,2024-01,1\n").await;
    assert_eq!((batch.rows_added, batch.rejected.len()), (0, 2));
    assert!(batch.rejected[1].reason.contains("counted from geocoded events"), "{}", batch.rejected[1].reason);
}

#[tokio::test]
async fn an_input_that_one_may_not_see_leaves_nothing_to_infer() {
    let world = World::start().await;
    world.indicator(&Definition { classification: Classification::Confidential, ..people() }).await;
    world.indicator(&formula(0xE2, "CX-RATE", "OC-CIVDEATHS / CX-PEOPLE")).await;
    world.import(DEATHS_AND_PEOPLE).await;
    let asked = || pb::GetSeriesRequest {
        first_period: "2024-01".to_owned(),
        last_period: "2024-01".to_owned(),
        ..series_of("CX-RATE", &["A1"], "")
    };
    let cleared = done(world.coordinator().get_series(asked()).await);
    assert_eq!((cleared.parts[0].points[0].value, cleared.classification.as_str()), (Some(0.001), "confidential"));
    let other = world.cleared(Role::Coordinator, Classification::Unclassified);
    let series = done(world.of(&other).get_series(asked()).await);
    assert_eq!((series.parts[0].points[0].value, series.parts[0].points[0].observations), (None, 0));
    let told = |text: &str| series.cautions.iter().any(|caution| caution.en.starts_with(text));
    assert!(told("An indicator that the formula names is not known here"), "{:?}", series.cautions);
}

const EVENTS: &str = "event_id_cnty,event_date,event_type,latitude,longitude,fatalities,source\n\
                      X1,2024-01-10,Battles,5,15,3,Radio\nX2,2024-01-20,Riots,5,15,1,Radio\n\
                      X3,2024-03-05,Battles,5,25,4,Radio\n";

#[tokio::test]
async fn events_are_counted_by_type_area_and_period_and_as_they_were_known() {
    let world = World::start().await;
    world.indicator(&counted(0xE4, "CX-CLASHES", Measured::Events, &["battles"])).await;
    world.indicator(&counted(0xE5, "CX-KILLED", Measured::DeathsBest, &[])).await;
    let sent = send_events(&mut world.coordinator(), EVENTS.as_bytes()).await.expect("events");
    assert_eq!((sent.added, sent.rows_rejected), (3, 0), "{sent:?}");
    let of = |values: &[(&str, f64)]| -> Vec<(String, Option<f64>)> {
        values.iter().map(|&(period, value)| (period.to_owned(), Some(value))).collect()
    };
    let clashes = of(&[("2024-01", 1.0), ("2024-02", 0.0), ("2024-03", 1.0)]);
    assert_eq!(world.values("CX-CLASHES", "", "").await, clashes, "February was looked at, and nothing was there");
    assert_eq!(world.values("CX-KILLED", "A1", "").await, of(&[("2024-01", 4.0), ("2024-02", 0.0), ("2024-03", 0.0)]));
    let then = done(world.coordinator().get_series(series_of("CX-KILLED", &[""], "")).await).as_known_at;
    let corrected = EVENTS.replace("15,3,Radio", "15,30,Radio");
    let sent = send_events(&mut world.coordinator(), corrected.as_bytes()).await.expect("a correction");
    assert_eq!((sent.added, sent.changed), (0, 1));
    assert_eq!(world.values("CX-KILLED", "", "").await, of(&[("2024-01", 31.0), ("2024-02", 0.0), ("2024-03", 4.0)]));
    assert_eq!(
        world.values("CX-KILLED", "", &then).await,
        of(&[("2024-01", 4.0), ("2024-02", 0.0), ("2024-03", 4.0)]),
        "what was known then reads the same for ever"
    );
    let yearly =
        Definition { frequency: Frequency::Year, ..counted(0xE4, "CX-CLASHES", Measured::Events, &["battles"]) };
    world.indicator_in(&world.stage.mission, &yearly, 2).await;
    assert_eq!(world.values("CX-CLASHES", "", "").await, of(&[("2024", 2.0)]));
}

#[tokio::test]
async fn whoever_keeps_a_copy_is_told_what_was_recomputed_and_when() {
    let mut world = World::start().await;
    let _running = world.stage.start(&mut world.service);
    rates(&world).await;
    world.indicator(&counted(0xE4, "CX-CLASHES", Measured::Events, &[])).await;
    world.indicator(&formula(0xE5, "CX-SHARE", "CX-CLASHES × 2")).await;
    let secret =
        Definition { classification: Classification::Confidential, ..formula(0xE6, "CX-SECRET", "CX-PEOPLE × 2") };
    world.indicator(&secret).await;
    world.import(DEATHS_AND_PEOPLE).await;
    send_events(&mut world.coordinator(), EVENTS.as_bytes()).await.expect("events");
    let (bus, mission) = (world.stage.bus.clone(), world.stage.mission.id);
    let told = || async {
        let all: Vec<Inbound> = bus.replay(mission).await.unwrap_or_default();
        let changed = all.iter().filter(|event| event.noun_and_verb() == ("observations", "changed"));
        changed.filter_map(|event| event.decode().ok()).collect::<Vec<pb::ObservationsChanged>>()
    };
    eventually("all is told", || async { told().await.len() >= 4 }).await;
    let told: Vec<(String, Vec<String>, Vec<String>, String)> = told()
        .await
        .into_iter()
        .map(|own| (own.change, own.indicator_codes, own.periods, own.classification))
        .collect();
    let of = |change: &str, codes: &[&str], periods: &[&str], classification: &str| {
        let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        (change.to_owned(), owned(codes), owned(periods), classification.to_owned())
    };
    let months = ["2024-01", "2024-02"];
    assert_eq!(
        told,
        [
            of("imported", &["CX-PEOPLE", "OC-CIVDEATHS"], &months, "unclassified"),
            of("imported", &["CX-RATE", "CX-TWICE"], &months, "unclassified"),
            of("imported", &["CX-SECRET"], &months, "confidential"),
            of("recomputed", &["CX-CLASHES", "CX-SHARE"], &["2024-01", "2024-03"], "unclassified"),
        ]
    );
}
