//! Series through the door: frequencies, areas, gaps, cautions, many at once, explained.

use cpas_collection::domain::definition::{Definition, Kind, OverTime};
use cpas_proto::{
    collection::v1 as pb,
    words::{Frequency, Role},
};
use uuid::Uuid;

use crate::world::*;

async fn year_of_months(world: &World) {
    let rows: String = ["A1", "A2", "B"]
        .iter()
        .flat_map(|area| (1..=12).map(move |month| format!("OC-CIVDEATHS,{area},2024-{month:02},{month}\n")))
        .collect();
    world.import(&format!("indicator,area,period,value\n{rows}")).await;
}

#[tokio::test]
async fn areas_and_periods_roll_up() {
    let world = World::start().await;
    year_of_months(&world).await;
    let asked = |frequency: &str, areas: &[&str]| pb::GetSeriesRequest {
        frequency: frequency.to_owned(),
        ..series_of("OC-CIVDEATHS", areas, "")
    };
    let yearly = done(world.coordinator().get_series(asked("year", &["", "A", "A1"])).await);
    let values: Vec<(Option<f64>, f64)> =
        yearly.parts.iter().map(|part| (part.points[0].value, part.points[0].coverage)).collect();
    assert_eq!(values, [(Some(234.0), 1.0), (Some(156.0), 1.0), (Some(78.0), 1.0)]);
    let fiscal = done(world.coordinator().get_series(asked("fiscal_year", &["B"])).await);
    let values: Vec<(&str, Option<f64>, f64)> =
        fiscal.parts[0].points.iter().map(|point| (&*point.period, point.value, point.coverage)).collect();
    assert_eq!(values, [("FY2024", Some(21.0), 0.5), ("FY2025", Some(57.0), 0.5)]);
    let every = done(world.coordinator().get_series(asked("", &["*"])).await);
    assert_eq!(every.parts.iter().map(|part| &*part.area).collect::<Vec<_>>(), ["A1", "A2", "B"]);
    assert_eq!((every.frequency.as_str(), every.parts[0].points.len()), ("month", 12));
    let failure = refused(world.coordinator().get_series(asked("fortnight", &[])).await);
    assert_eq!(failure.violations[0].field, "frequency");
    assert_eq!(refused(world.coordinator().get_series(asked("", &["Z9"])).await).violations[0].field, "areas");
}

#[tokio::test]
async fn a_gap_is_missing_and_changing_areas_are_said() {
    let world = World::start().await;
    let text = "indicator,area,period,value\nOC-CIVDEATHS,A1,2024-01,4\nOC-CIVDEATHS,B,2024-03,5\n";
    world.import(text).await;
    let series = done(world.coordinator().get_series(series_of("OC-CIVDEATHS", &[], "")).await);
    let kinds: Vec<(&str, Option<f64>)> =
        series.parts[0].points.iter().map(|point| (&*point.kind, point.value)).collect();
    assert_eq!(kinds, [("value", Some(4.0)), ("missing", None), ("value", Some(5.0))]);
    let cautions: Vec<&str> = series.cautions.iter().map(|text| text.en.as_str()).collect();
    assert!(cautions[0].starts_with("The areas with data change from period to period"), "{cautions:?}");
    assert!(series.cautions.iter().all(|text| !text.fr.is_empty()));
    let bounded = pb::GetSeriesRequest {
        first_period: "2023-12".to_owned(),
        last_period: "2024-Q1".to_owned(),
        ..series_of("OC-CIVDEATHS", &["B"], "")
    };
    let series = done(world.coordinator().get_series(bounded).await);
    assert_eq!(series.parts[0].points.len(), 4, "to the month in which the last period ends");
}

#[tokio::test]
async fn a_point_is_explained_down_to_the_row_of_the_file() {
    let world = World::start().await;
    year_of_months(&world).await;
    let asked = pb::ExplainPointRequest {
        indicator: "OC-CIVDEATHS".to_owned(),
        area: "A".to_owned(),
        period: "2024-Q1".to_owned(),
        ..Default::default()
    };
    let explained = done(world.coordinator().explain_point(asked).await);
    let point = explained.point.expect("a point");
    assert_eq!((point.value, point.observations, explained.total), (Some(12.0), 6, 6));
    let mut rows: Vec<u32> =
        explained.contributions.iter().map(|own| own.observation.as_ref().expect("it").batch_row).collect();
    rows.sort_unstable();
    assert_eq!(rows, [2, 3, 4, 14, 15, 16]);
    assert!(
        explained.contributions.iter().all(|own| own.file_name == "observations.csv" && own.file_sha256.len() == 64)
    );
    let formula = explained.formula.expect("a formula");
    assert_eq!(formula.en, "sum over months of sum over areas of the values as given");
    assert_eq!(formula.fr, "somme sur les mois de : somme sur les zones de : valeurs données");
}

#[tokio::test]
async fn all_series_come_in_one_stream() {
    let world = World::start().await;
    year_of_months(&world).await;
    let troops = Definition {
        id: Uuid::from_u128(0xD3),
        code: "OP-TROOPS".to_owned(),
        kind: Kind::Average,
        over_time: OverTime::Average,
        frequency: Frequency::Year,
        ..deaths()
    };
    world.indicator(&troops).await;
    world.import("indicator,area,period,value\nOP-TROOPS,A,2023,100\nOP-TROOPS,B,2023,0.5\n").await;
    let mut stream = done(world.r#as(Role::Service).stream_series(pb::StreamSeriesRequest::default()).await);
    let mut found = Vec::new();
    while let Some(series) = stream.message().await.expect("a series") {
        let parts: Vec<(String, usize)> =
            series.parts.iter().map(|part| (part.area.clone(), part.points.len())).collect();
        found.push((series.indicator_code, series.frequency, parts));
    }
    let part = |area: &str, points| (area.to_owned(), points);
    assert_eq!(
        found,
        [
            (
                "OC-CIVDEATHS".to_owned(),
                "month".to_owned(),
                vec![part("", 12), part("A1", 12), part("A2", 12), part("B", 12)]
            ),
            ("OP-TROOPS".to_owned(), "year".to_owned(), vec![part("", 1), part("A", 1), part("B", 1)]),
        ]
    );
    let one = pb::StreamSeriesRequest { indicators: vec!["OP-TROOPS".to_owned()], ..Default::default() };
    let mut stream = done(world.r#as(Role::Service).stream_series(one).await);
    let series = stream.message().await.expect("a series").expect("one");
    assert_eq!(series.parts[0].points[0].value, Some(100.5));
    assert_eq!(stream.message().await.expect("the end"), None);
}

#[tokio::test]
async fn a_stream_with_slices_has_a_part_for_each_category_that_has_values() {
    let world = World::start().await;
    let text = "indicator,area,period,slice,value\nOC-CIVDEATHS,A1,2024-01,sex=f,3\nOC-CIVDEATHS,B,2024-01,sex=f,4\n\
                OC-CIVDEATHS,A1,2024-01,sex=m,5\n";
    world.import(text).await;
    let mut told = Vec::new();
    for (with_slices, with_area_slices) in [(false, true), (true, false), (true, true)] {
        let asked = pb::StreamSeriesRequest { with_slices, with_area_slices, ..Default::default() };
        let mut stream = done(world.r#as(Role::Service).stream_series(asked).await);
        let series = stream.message().await.expect("a series").expect("one");
        let parts = series.parts.iter().filter(|part| !part.slice.is_empty());
        told.push(parts.map(|part| (part.slice.clone(), part.area.clone(), part.points[0].value)).collect::<Vec<_>>());
    }
    let part = |slice: &str, area: &str, value| (slice.to_owned(), area.to_owned(), Some(value));
    assert!(told[0].is_empty(), "{told:?}");
    assert_eq!(told[1], [part("sex=f", "", 7.0), part("sex=m", "", 5.0)]);
    assert_eq!(told[2][0], part("sex=f", "", 7.0), "the mission as a whole first");
    for own in [part("sex=f", "A1", 3.0), part("sex=f", "B", 4.0), part("sex=m", "A1", 5.0)] {
        assert!(told[2].contains(&own), "{own:?} in {:?}", told[2]);
    }
    assert!(!told[2].iter().any(|(slice, area, _)| slice == "sex=m" && area == "B"), "what has no value has no part");
}

#[tokio::test]
async fn one_series_that_is_too_long_does_not_cost_the_others() {
    let world = World::start().await;
    let daily =
        Definition { id: Uuid::from_u128(0xD4), code: "CX-DAILY".to_owned(), frequency: Frequency::Day, ..deaths() };
    world.indicator(&daily).await;
    let text =
        "indicator,area,period,value\nCX-DAILY,A1,1990-01-01,1\nCX-DAILY,A1,2024-01-01,1\nOC-CIVDEATHS,A1,2024-01,3\n";
    world.import(text).await;
    let mut stream = done(world.r#as(Role::Service).stream_series(pb::StreamSeriesRequest::default()).await);
    let daily = stream.message().await.expect("a series").expect("one");
    assert_eq!((&*daily.indicator_code, daily.parts.len()), ("CX-DAILY", 0));
    assert!(daily.cautions[0].en.starts_with("There are more values than one series takes"));
    let other = stream.message().await.expect("a series").expect("another");
    assert_eq!(other.parts[0].points[0].value, Some(3.0));
    let failure = refused(world.coordinator().get_series(series_of("CX-DAILY", &[], "")).await);
    assert_eq!(failure.violations[0].field, "frequency");
    let by_year = pb::GetSeriesRequest { frequency: "year".to_owned(), ..series_of("CX-DAILY", &["A1"], "") };
    assert_eq!(done(world.coordinator().get_series(by_year).await).parts[0].points.len(), 35);
}

/// An observation of each type of indicator, as a form sends it.
fn of_type(kind: &str, code: &str, period: &str, number: f64) -> pb::EnterObservationRequest {
    let mut request = enter(code, "A1", period, number);
    let own = request.observation.as_mut().expect("an observation");
    match kind {
        "ratio" => {
            own.value = None;
            (own.numerator, own.denominator) = (Some(number), Some(number * 4.0));
        }
        "qualitative" => {
            own.value = None;
            own.text = format!("Word {number}");
        }
        _ => {}
    }
    request
}

#[tokio::test]
async fn every_type_of_indicator_goes_in_and_comes_back_in_its_series() {
    let world = World::start().await;
    for (place, (kind, over_time, year)) in [
        (Kind::Count, OverTime::Sum, Some(6.0)),
        (Kind::Sum, OverTime::Max, Some(4.0)),
        (Kind::Average, OverTime::Average, Some(3.0)),
        (Kind::Ratio, OverTime::Ratio, Some(0.25)),
        (Kind::Index, OverTime::Last, Some(4.0)),
        (Kind::Scale, OverTime::Min, Some(2.0)),
        (Kind::Milestone, OverTime::Last, Some(4.0)),
        (Kind::Qualitative, OverTime::Last, None),
    ]
    .into_iter()
    .enumerate()
    {
        let code = format!("CX-{}", kind.word().to_uppercase());
        let definition =
            Definition { id: Uuid::from_u128(0xE0 + place as u128), code: code.clone(), kind, over_time, ..deaths() };
        world.indicator(&definition).await;
        for (period, number) in [("2024-01", 2.0), ("2024-02", 4.0)] {
            let entered = world.coordinator().enter_observation(of_type(kind.word(), &code, period, number)).await;
            let entered = done(entered);
            done(world.coordinator().submit_observations(these(&[&entered])).await);
        }
        let asked = pb::GetSeriesRequest { frequency: "year".to_owned(), ..series_of(&code, &["A1"], "") };
        let series = done(world.coordinator().get_series(asked).await);
        let point = &series.parts[0].points[0];
        assert_eq!((&*point.period, point.value), ("2024", year), "{code}");
        let monthly = world.values(&code, "A1", "").await;
        let first = match kind {
            Kind::Ratio => Some(0.25),
            Kind::Qualitative => None,
            _ => Some(2.0),
        };
        assert_eq!(monthly[0], ("2024-01".to_owned(), first), "{code}");
    }
    let words = pb::ListObservationsRequest { indicator_code: "CX-QUALITATIVE".to_owned(), ..Default::default() };
    let words = done(world.coordinator().list_observations(words).await).observations;
    let words: std::collections::BTreeSet<&str> = words.iter().map(|own| &*own.text).collect();
    assert_eq!(words, ["Word 2", "Word 4"].into(), "words stay words");
    let number = world.coordinator().enter_observation(enter("CX-QUALITATIVE", "A1", "2024-03", 3.0)).await;
    assert!(!refused(number).violations.is_empty(), "a number where words belong");
}
