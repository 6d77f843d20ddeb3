//! Every indicator in one period: the same as one series after the other, for each reader, whatever was written.

use chassis::{Caller, Code};
use chrono::{SecondsFormat, Utc};
use cpas_collection::domain::definition::Definition;
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Frequency, Role},
};
use uuid::Uuid;

use crate::world::*;

fn of(period: &str) -> pb::GetPeriodTableRequest {
    pb::GetPeriodTableRequest { period: period.to_owned(), ..Default::default() }
}

fn codes(table: &pb::PeriodTable) -> Vec<&str> {
    table.series.iter().map(|one| one.indicator_code.as_str()).collect()
}

async fn with_others(world: &World) -> Definition {
    let yearly = Definition {
        id: Uuid::from_u128(0xF1),
        code: "OC-YEARLY".to_owned(),
        frequency: Frequency::Year,
        dimensions: Vec::new(),
        ..deaths()
    };
    let twice = Definition {
        id: Uuid::from_u128(0xF2),
        code: "CX-TWICE".to_owned(),
        formula: Some("OC-CIVDEATHS × 2".parse().expect("a formula")),
        dimensions: Vec::new(),
        ..deaths()
    };
    let secret = Definition {
        id: Uuid::from_u128(0xF3),
        code: "OC-SECRET".to_owned(),
        classification: Classification::Confidential,
        dimensions: Vec::new(),
        ..deaths()
    };
    for one in [&yearly, &twice, &secret] {
        world.indicator(one).await;
    }
    secret
}

async fn entered(world: &World, indicator: &str, area: &str, period: &str, value: f64) {
    let caller = world.caller(Role::FocalPoint);
    let draft = done(world.of(&caller).enter_observation(enter(indicator, area, period, value)).await);
    done(world.of(&caller).submit_observations(these(&[&draft])).await);
}

/// Each row as the series of its indicator says it, asked where nothing is kept.
async fn same_as_one_by_one(world: &World, by: &Caller, period: &str, frequency: &str) -> pb::PeriodTable {
    let table = done(world.of(by).get_period_table(of(period)).await);
    for row in &table.series {
        let asked = pb::GetSeriesRequest {
            frequency: frequency.to_owned(),
            first_period: period.to_owned(),
            last_period: period.to_owned(),
            ..series_of(&row.indicator_code, &["", "*"], "")
        };
        let alone = done(world.elsewhere(by).get_series(asked).await);
        assert_eq!(row.parts, alone.parts, "{} in {period}", row.indicator_code);
        assert_eq!((&row.cautions, &row.classification), (&alone.cautions, &alone.classification));
    }
    table
}

#[tokio::test]
async fn it_says_of_each_indicator_what_its_series_says_after_every_write() {
    let world = World::start().await;
    with_others(&world).await;
    let coordinator = world.caller(Role::Coordinator);
    let empty = same_as_one_by_one(&world, &coordinator, "2024-Q1", "quarter").await;
    assert!(empty.series.is_empty(), "{:?}", codes(&empty));
    assert_eq!(empty.longer, ["OC-YEARLY"], "a year is no part of a quarter");
    assert_eq!(empty.without_data, ["CX-TWICE", "OC-CIVDEATHS", "OC-SECRET", "OC-TRUST"]);

    entered(&world, "OC-CIVDEATHS", "A1", "2024-01", 5.0).await;
    let first = same_as_one_by_one(&world, &coordinator, "2024-Q1", "quarter").await;
    assert_eq!(codes(&first), ["CX-TWICE", "OC-CIVDEATHS"], "what is computed of it too");
    entered(&world, "OC-CIVDEATHS", "A2", "2024-03", 2.0).await;
    entered(&world, "OC-SECRET", "A1", "2024-02", 9.0).await;
    let second = same_as_one_by_one(&world, &coordinator, "2024-Q1", "quarter").await;
    assert_eq!(codes(&second), ["CX-TWICE", "OC-CIVDEATHS", "OC-SECRET"]);
    let whole = &second.series[1].parts[0];
    assert_eq!((whole.area.as_str(), whole.points[0].value), ("", Some(7.0)));

    // What was written in another quarter changes nothing here; in this one, by another process, it does.
    entered(&world, "OC-CIVDEATHS", "A1", "2024-05", 50.0).await;
    let third = same_as_one_by_one(&world, &coordinator, "2024-Q1", "quarter").await;
    assert_eq!(third.series, second.series.iter().map(|one| with_moment(one, &third)).collect::<Vec<_>>());
    let focal = world.caller(Role::FocalPoint);
    let draft = done(world.elsewhere(&focal).enter_observation(enter("OC-CIVDEATHS", "A1", "2024-02", 1.0)).await);
    done(world.elsewhere(&focal).submit_observations(these(&[&draft])).await);
    let fourth = same_as_one_by_one(&world, &coordinator, "2024-Q1", "quarter").await;
    assert_eq!(fourth.series[1].parts[0].points[0].value, Some(8.0));

    // As it was known.
    let then = pb::GetPeriodTableRequest { as_known_at: third.as_known_at.clone(), ..of("2024-Q1") };
    for _ in 0..2 {
        let known = done(world.coordinator().get_period_table(then.clone()).await);
        assert_eq!(known.series[1].parts, third.series[1].parts);
    }
    let year = same_as_one_by_one(&world, &coordinator, "2024", "year").await;
    assert_eq!((year.longer.len(), year.series[1].parts[0].points[0].value), (0, Some(58.0)));
}

/// The same row, of the moment of another table.
fn with_moment(row: &pb::Series, of: &pb::PeriodTable) -> pb::Series {
    pb::Series { as_known_at: of.as_known_at.clone(), ..row.clone() }
}

#[tokio::test]
async fn who_may_not_see_an_indicator_is_not_told_of_it() {
    let world = World::start().await;
    let secret = with_others(&world).await;
    entered(&world, "OC-CIVDEATHS", "A1", "2024-01", 5.0).await;
    let outsider = world.cleared(Role::FocalPoint, Classification::Unclassified);
    // The kept rows of who sees more are nobody else's.
    for data in [false, true] {
        if data {
            entered(&world, &secret.code, "A1", "2024-01", 9.0).await;
        }
        let seen = done(world.coordinator().get_period_table(of("2024-Q1")).await);
        assert_eq!(codes(&seen).contains(&secret.code.as_str()), data);
        let table = done(world.of(&outsider).get_period_table(of("2024-Q1")).await);
        assert_eq!(codes(&table), ["CX-TWICE", "OC-CIVDEATHS"]);
        assert!(!table.without_data.contains(&secret.code) && !table.longer.contains(&secret.code));
    }
    // Only those of a section.
    let own = pb::GetPeriodTableRequest { section: "UNPOL".to_owned(), ..of("2024-Q1") };
    let table = done(world.coordinator().get_period_table(own).await);
    assert!(codes(&table).is_empty());
    assert_eq!(table.without_data, ["OC-TRUST"]);
    expect_code(world.r#as(Role::Reader).get_period_table(of("2024-Q1")).await, Code::Denied);
}

#[tokio::test]
async fn what_is_no_period_or_moment_is_said() {
    let world = World::start().await;
    for wrong in ["", "2024-Q5", "next quarter"] {
        let failure = refused(world.coordinator().get_period_table(of(wrong)).await);
        assert_eq!((failure.code, failure.violations[0].field.as_str()), (Code::Invalid, "period"), "{wrong}");
    }
    let moment = pb::GetPeriodTableRequest { as_known_at: "yesterday".to_owned(), ..of("2024-Q1") };
    assert_eq!(refused(world.coordinator().get_period_table(moment).await).violations[0].field, "as_known_at");
    let now = Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true);
    let moment = pb::GetPeriodTableRequest { as_known_at: now, ..of("2024-Q1") };
    assert!(done(world.coordinator().get_period_table(moment).await).series.is_empty());
}
