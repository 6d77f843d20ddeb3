use chrono::NaiveDate;
use cpas_proto::words::{Frequency, Language};
use proptest::prelude::*;

use super::{super::Point, *};

const JULY: u32 = 7;

fn period(text: &str) -> Period {
    text.parse().expect("a period")
}

fn of(points: &[Point], frequency: Frequency) -> Series {
    let until: NaiveDate = "2030-12-31".parse().expect("a day");
    Series::new(points, frequency, JULY, until).0
}

fn months(values: &[f64]) -> Series {
    let name = |at: usize| format!("{}-{:02}", 2020 + at / 12, at % 12 + 1);
    let points: Vec<Point> =
        values.iter().enumerate().map(|(at, value)| Point::of(period(&name(at)), Some(*value))).collect();
    of(&points, Frequency::Month)
}

fn most(at: &str, most: f64) -> Option<Target> {
    Some(Target { period: period(at), aim: Aim::AtMost(most) })
}

/// Around 20, without a trend.
fn steady(count: usize) -> Vec<f64> {
    (0..count).map(|at| 20.0 + ((at * 7919) % 11) as f64 - 5.0).collect()
}

#[test]
fn a_year_to_come_is_the_sum_of_its_months_known_and_drawn() {
    let series = months(&steady(51));
    let found = forecast(&series, 12, most("2024", 400.0), OverTime::Sum).expect("51 months");
    assert_eq!((found.target.period, found.steps.len(), found.n), (period("2024"), 9, 51));
    assert_eq!(found.steps[0].period, period("2024-04"));
    assert!((found.target.value - 240.0).abs() < 20.0, "{:?}", found.target);
    assert!(found.target.low < found.target.value && found.target.value < found.target.high);
    assert!(found.chance > 0.99, "{}", found.chance);
    let hard = forecast(&series, 12, most("2024", 100.0), OverTime::Sum).expect("51 months");
    assert!(hard.chance < 0.01, "{}", hard.chance);
    let said = hard.sentence("attacks", Language::En);
    assert!(
        said.starts_with("If it goes on as before, 2")
            && said.contains("the chance of at most 100 attacks is below 1 %"),
        "{said}"
    );
    assert!(hard.sentence("attaques", Language::Fr).contains("est inférieure à 1\u{202f}%"));
    assert_eq!(forecast(&series, 12, most("2024", 100.0), OverTime::Sum), Ok(hard), "the same again");
}

#[test]
fn a_season_is_carried_forward() {
    let rains: Vec<f64> =
        steady(60).iter().enumerate().map(|(at, value)| value + if at % 12 == 6 { 80.0 } else { 0.0 }).collect();
    let found = forecast(&months(&rains), 12, most("2025", 9.0), OverTime::Average).expect("60 months");
    assert!(found.seasonal);
    let july = found.steps.iter().find(|step| step.period == period("2025-07")).expect("within the year");
    assert!(july.low > 70.0 && found.steps[0].high < 60.0, "{july:?} {:?}", found.steps[0]);
}

#[test]
fn what_cannot_be_forecast_says_why() {
    let why = |series: &Series, target, over_time| forecast(series, 12, target, over_time).expect_err("none");
    let year = |at: usize| Point::of(period(&(2010 + at).to_string()), Some(((at * 7) % 5) as f64));
    let few: Vec<Point> = (0..6).map(year).collect();
    let yearly = of(&few, Frequency::Year);
    let refused = forecast(&yearly, 1, most("2017", 3.0), OverTime::Sum).expect_err("a handful");
    assert_eq!(refused, NoForecast::TooFew { values: 6 });
    let said = refused.caution().expect("a reason");
    assert_eq!(
        said.en,
        "Of the target ahead no forecast is made from fewer than 12 values without a gap, and there are 6."
    );
    let long = months(&steady(30));
    assert_eq!(why(&long, None, OverTime::Sum), NoForecast::NothingAhead);
    assert_eq!(why(&long, most("2021", 1.0), OverTime::Sum), NoForecast::NothingAhead);
    assert_eq!(why(&long, most("2029", 1.0), OverTime::Sum), NoForecast::TooFar { ahead: 90, values: 30 });
    assert_eq!(why(&long, most("2023", 1.0), OverTime::Ratio), NoForecast::Length);
    assert_eq!(why(&months(&[7.0; 30]), most("2023", 1.0), OverTime::Sum), NoForecast::NoScatter);
    assert_eq!(NoForecast::NothingAhead.caution(), None);
}

#[test]
fn counts_are_not_drawn_below_zero_and_shares_not_above_all() {
    let rare: Vec<f64> = (0..30).map(|at| f64::from((at * 7919) % 3)).collect();
    let found = forecast(&months(&rare), 12, most("2023", 5.0), OverTime::Sum).expect("30 months");
    assert!(found.steps.iter().all(|step| step.low >= 0.0) && found.target.low >= 0.0, "{found:?}");
    let share = |at: usize| {
        let part = 10.0 - ((at * 7919) % 3) as f64;
        let name = format!("{}-{:02}", 2020 + at / 12, at % 12 + 1);
        Point { numerator: Some(part), denominator: Some(10.0), ..Point::of(period(&name), Some(10.0 * part)) }
    };
    let shares = of(&(0..30).map(share).collect::<Vec<_>>(), Frequency::Month);
    let found = forecast(&shares, 12, most("2022-12", 5.0), OverTime::Ratio).expect("30 months");
    assert!(found.steps.iter().all(|step| step.high <= 100.0), "{found:?}");
}

#[test]
fn the_past_is_tried_and_a_break_in_it_is_said_to_make_intervals_too_narrow() {
    let steady = forecast(&months(&steady(48)), 12, most("2024-12", 30.0), OverTime::Last).expect("48 months");
    assert_eq!((steady.tried.origins, steady.tried.values), (12, 78));
    assert!(steady.tried.coverage().expect("tried") > 0.85, "{:?}", steady.tried);
    assert!(!steady.tried.is_too_narrow());
    let jump: Vec<f64> = (0..48).map(|at| if at < 42 { 20.0 } else { 90.0 } + f64::from(at * 7 % 5)).collect();
    let jumped = forecast(&months(&jump), 12, most("2024-12", 30.0), OverTime::Last).expect("48 months");
    assert!(jumped.tried.is_too_narrow(), "{:?}", jumped.tried);
    assert!(jumped.cautions().iter().any(|caution| caution.en.contains("too narrow")), "{:?}", jumped.cautions());
    let short = forecast(
        &months(&[3.0, 5.0, 4.0, 6.0, 5.0, 7.0, 5.0, 4.0, 6.0, 8.0, 5.0, 6.0]),
        12,
        most("2021-02", 9.0),
        OverTime::Last,
    );
    assert_eq!(short.expect("just enough").tried.values, 0);
}

#[test]
fn the_interval_is_the_exact_normal_one_within_what_the_draws_leave_open() {
    let values: Vec<f64> = steady(40).iter().enumerate().map(|(at, value)| value + 500.0 + at as f64).collect();
    let found = forecast(&months(&values), 12, most("2024-01", 30.0), OverTime::Last).expect("40 months");
    let learned = Learned::of(&values, 12).expect("it varies");
    for (at, step) in found.steps.iter().enumerate() {
        let (expected, spread) = learned.ahead(at + 1);
        // Four Monte Carlo errors of the 2.5 % point of 2,000 draws, and of their median.
        assert!((step.low - (expected - 1.96 * spread)).abs() < 0.24 * spread, "{at}: {step:?} {expected} {spread}");
        assert!((step.high - (expected + 1.96 * spread)).abs() < 0.24 * spread, "{at}: {step:?} {expected} {spread}");
        assert!((step.value - expected).abs() < 0.12 * spread, "{at}: {step:?} {expected} {spread}");
    }
}

#[test]
fn draws_are_normal() {
    let mut chance = Normal::of(1);
    let drawn: Vec<f64> = (0..100_000).map(|_| chance.next()).collect();
    let mean = drawn.iter().sum::<f64>() / 1e5;
    let variance = drawn.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 1e5;
    let outside = drawn.iter().filter(|value| value.abs() > 1.959_963_984_540_054).count();
    assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
    assert!((4_700..5_300).contains(&outside), "{outside}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, ..ProptestConfig::default() })]
    #[test]
    fn whatever_the_values_nothing_is_nan(values in prop::collection::vec(-1e9f64..1e9, 0..60), over in 0usize..5) {
        let over_time = [OverTime::Sum, OverTime::Average, OverTime::Last, OverTime::Max, OverTime::Min][over];
        if let Ok(found) = forecast(&months(&values), 12, most("2025-06", 0.0), over_time) {
            prop_assert!(found.steps.iter().chain([&found.target]).all(|step| step.low <= step.value && step.value <= step.high));
            prop_assert!((0.0..=1.0).contains(&found.chance) && found.target.high.is_finite());
        }
    }
}
