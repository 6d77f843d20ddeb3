use proptest::prelude::*;

use super::*;

fn months(values: &[f64], first_month: u32) -> Vec<Point> {
    let month = |at: u32| format!("{}-{:02}", 2023 + (first_month - 1 + at) / 12, (first_month - 1 + at) % 12 + 1);
    let point = |(at, value): (u32, &f64)| Point::of(month(at).parse().expect("a period"), Some(*value));
    (0..).zip(values).map(point).collect()
}

fn watched<'a>(points: &'a [Point], direction: Direction) -> Watched<'a> {
    Watched {
        points,
        frequency: Frequency::Month,
        unit: "attacks",
        direction,
        implemented: "2024-01-15".parse().expect("a day"),
        known_on: "2024-12-31".parse().expect("a day"),
        fiscal_start_month: 7,
    }
}

#[test]
fn a_lower_level_is_better_where_less_is_and_says_what_it_cannot() {
    // Twelve months before, the month itself, six after.
    let mut values: Vec<f64> = (0..12).map(|at| 30.0 + f64::from(at % 4)).collect();
    values.push(25.0);
    values.extend([12.0, 14.0, 13.0, 15.0, 12.0, 13.0]);
    let points = months(&values, 1);
    let found = effect(&watched(&points, Direction::Lower));
    assert_eq!((found.outcome, found.n_before, found.n_after), (Outcome::Better, 12, 6));
    assert_eq!((found.median_before, found.median_after), (Some(31.5), Some(13.0)));
    let shift = found.shift.expect("enough");
    assert!((shift.difference + 18.0).abs() < 1e-9, "{shift:?}");
    assert!(shift.interval.low <= shift.difference && shift.difference <= shift.interval.high);
    assert!(found.statement.en.contains("18 attacks lower than before"), "{}", found.statement.en);
    assert!(found.statement.en.ends_with("does not say that it came from it."));
    assert!(found.statement.fr.contains("plus bas de 18 attacks"), "{}", found.statement.fr);
    assert!(found.cautions.iter().any(|one| one.en.contains("less than a year")));
    assert!(found.cautions.iter().any(|one| one.en.contains("compared with nothing")));
    assert_eq!(effect(&watched(&points, Direction::Higher)).outcome, Outcome::Worse);
    assert_eq!(effect(&watched(&points, Direction::InRange)).outcome, Outcome::Moved);
}

#[test]
fn too_little_data_says_nothing() {
    let points = months(&[5.0, 6.0, 7.0, 8.0, 5.0, 6.0, 5.0, 7.0, 8.0, 6.0, 7.0, 5.0, 1.0, 1.0], 1);
    let found = effect(&watched(&points, Direction::Lower));
    assert_eq!((found.outcome, found.n_after, found.shift), (Outcome::TooLittle, 1, None));
    assert!(found.statement.en.contains("too little data says nothing"));
    assert!(found.statement.fr.contains("trop peu de données ne disent rien"));
    let nothing = effect(&watched(&[], Direction::Lower));
    assert_eq!((nothing.outcome, nothing.n_before), (Outcome::TooLittle, 0));
    // Three and three cannot reject anything at 5 %, three and five can.
    assert_eq!(shift(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]), None);
    assert!(shift(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0, 7.0, 8.0]).is_some());
}

#[test]
fn a_trend_that_goes_on_is_said_to_go_on() {
    let values: Vec<f64> = (0..24).map(|at| 100.0 - 2.0 * f64::from(at)).collect();
    let found = effect(&watched(&months(&values, 1), Direction::Lower));
    assert_eq!((found.outcome, found.trend_before), (Outcome::Better, Verdict::Improving));
    assert!(found.statement.en.contains("may be that trend going on"), "{}", found.statement.en);
}

#[test]
fn two_years_on_either_side_are_looked_at() {
    let values: Vec<f64> = (0..60).map(f64::from).collect();
    let points = months(&values, 1);
    let given = Watched {
        implemented: "2025-12-10".parse().expect("a day"),
        known_on: "2030-01-01".parse().expect("a day"),
        ..watched(&points, Direction::Higher)
    };
    let found = effect(&given);
    assert_eq!((found.n_before, found.n_after, found.points.len()), (24, 24, 49));
}

proptest! {
    #[test]
    fn no_series_panics_or_gives_no_number(
        values in prop::collection::vec(prop::option::of(prop_oneof![-1e12f64..1e12, Just(0.0)]), 0..40),
    ) {
        let points: Vec<Point> = months(&vec![0.0; values.len()], 1).into_iter().zip(values)
            .map(|(point, value)| Point { value, ..point }).collect();
        let found = effect(&watched(&points, Direction::Lower));
        if let Some(Shift { difference, interval, confidence }) = found.shift {
            prop_assert!(difference.is_finite() && interval.low <= difference && difference <= interval.high);
            prop_assert!((0.95..=1.0).contains(&confidence));
        }
    }

    #[test]
    fn the_order_within_a_side_does_not_matter_and_sides_turn(
        before in prop::collection::vec(-1e6f64..1e6, 5..15), after in prop::collection::vec(-1e6f64..1e6, 5..15),
    ) {
        let found = shift(&before, &after).expect("enough");
        let turned: Vec<f64> = before.iter().rev().copied().collect();
        prop_assert_eq!(shift(&turned, &after), Some(found));
        let back = shift(&after, &before).expect("enough");
        prop_assert!((back.difference + found.difference).abs() < 1e-6);
        prop_assert!((back.interval.low + found.interval.high).abs() < 1e-6);
    }

    #[test]
    fn another_unit_and_another_zero_change_the_numbers_only(
        before in prop::collection::vec(-1e3f64..1e3, 5..12), after in prop::collection::vec(-1e3f64..1e3, 5..12),
        scale in 0.1f64..10.0, zero in -1e3f64..1e3,
    ) {
        let to = |values: &[f64]| values.iter().map(|value| scale * value + zero).collect::<Vec<_>>();
        let (found, other) = (shift(&before, &after).expect("enough"), shift(&to(&before), &to(&after)).expect("enough"));
        prop_assert!((other.difference - scale * found.difference).abs() < 1e-6);
        prop_assert!((other.interval.high - scale * found.interval.high).abs() < 1e-6);
    }
}

/// Values as chance gives them, each like the one before by so much.
fn by_chance(seed: u64, count: usize, likeness: f64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut uniform = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let mut last = 0.0;
    let mut values = Vec::with_capacity(count);
    for place in 0..count + 20 {
        let noise = (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
        last = likeness * last + noise;
        // The first ones still remember where it began.
        if place >= 20 {
            values.push(last);
        }
    }
    values
}

#[test]
fn without_an_effect_it_seldom_says_one_and_neighbours_that_are_alike_mislead_it() {
    let share_told = |likeness: f64| {
        let told = (1..=2_000).filter(|seed| {
            let values = by_chance(*seed, 24, likeness);
            let Shift { interval, .. } = shift(&values[..12], &values[12..]).expect("enough");
            interval.low > 0.0 || interval.high < 0.0
        });
        told.count() as f64 / 2_000.0
    };
    assert!(share_told(0.0) <= 0.06, "{}", share_told(0.0));
    assert!(share_told(0.6) > 0.15, "{}: this is why likeness is told", share_told(0.6));
}
