//! Simulations with a known truth, 15 areas × 24 periods, and what holds for any input.
//!
//! 1,000 panels of each kind; `CPAS_SIMULATED_PANELS=100` makes as many as one likes.

use cpas_proto::words::{Frequency, Period};
use proptest::prelude::*;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

use super::{
    super::{
        Cell, Checked, Contribution, Direction, Estimate, Grade, Kind, Side, checks, contribution,
        tests::{Chance, panels},
    },
    *,
};

/// A mission in which areas take the output up at different times and keep it at a dose of one.
struct Made {
    /// Period of the start of each area; `None`: never.
    starts: Vec<Option<usize>>,
    periods: usize,
    /// Added to the outcome of an area that starts at the first so many periods after.
    effect: fn(usize, usize) -> f64,
}

const AREAS: usize = 15;
const PERIODS: usize = 24;

/// Five areas early, five late, five never.
fn cohorts() -> Vec<Option<usize>> {
    (0..AREAS).map(|area| [Some(6), Some(15), None][area % 3]).collect()
}

impl Made {
    fn case(&self, seed: u64) -> Case {
        let mut chance = Chance(ChaCha8Rng::seed_from_u64(seed));
        let first: Period = "2001-01".parse().expect("a period");
        let periods: Vec<Period> =
            std::iter::successors(Some(first), |period| Some(period.next(7))).take(self.periods).collect();
        let common: Vec<f64> = periods.iter().map(|_| 2.0 * chance.normal()).collect();
        let mut cells = Vec::new();
        for (area, start) in self.starts.iter().enumerate() {
            let (level, mut noise) = (3.0 * chance.normal(), 0.0);
            for (at, period) in periods.iter().enumerate() {
                noise = 0.4 * noise + chance.normal();
                let since = start.and_then(|start| Some((start, at.checked_sub(start)?)));
                let effect = since.map_or(0.0, |(start, since)| (self.effect)(start, since));
                cells.push(Cell {
                    area: format!("A{area:02}"),
                    period: *period,
                    dose: Some(f64::from(u8::from(since.is_some()))),
                    outcome: Some(20.0 + level + common[at] + noise + effect),
                });
            }
        }
        let side = |code: &str, direction| Side {
            code: code.to_owned(),
            name: Text::default(),
            unit: String::new(),
            direction,
        };
        Case {
            output: side("OP-1", Direction::Higher),
            outcome: side("OC-1", Direction::Lower),
            lag_months: 0,
            panel: Ok(Panel { frequency: Frequency::Month, lag_periods: 0, fiscal_start_month: 7, cells }),
            rivals: Vec::new(),
        }
    }

    /// The mean effect on those that took it up, since they did.
    fn truth(&self) -> f64 {
        let effects: Vec<f64> = self
            .starts
            .iter()
            .flatten()
            .flat_map(|start| (0..self.periods - start).map(|since| (self.effect)(*start, since)))
            .collect();
        effects.iter().sum::<f64>() / effects.len() as f64
    }
}

/// Shares of many panels of which each of several things is true; on both cores.
fn shares<const N: usize>(made: &Made, seed: u64, is: impl Fn(&Contribution) -> [bool; N] + Sync) -> [f64; N] {
    let half = |from: usize| {
        let mut counts = [0.0; N];
        for at in (from..panels()).step_by(2) {
            let found = is(&contribution(&made.case(seed + at as u64)));
            counts.iter_mut().zip(found).for_each(|(count, found)| *count += f64::from(u8::from(found)));
        }
        counts
    };
    let (ours, theirs) = std::thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        (half(0), other.join().expect("no panel panics"))
    });
    std::array::from_fn(|at| (ours[at] + theirs[at]) / panels() as f64)
}

fn of_starts(found: &Contribution) -> &Staggered {
    found.staggered.as_ref().and_then(|compared| compared.found.as_ref()).expect("areas start and keep it")
}

#[test]
fn effects_that_differ_by_cohort_and_grow_are_covered_where_two_way_fixed_effects_is_not() {
    let made = Made {
        starts: cohorts(),
        periods: PERIODS,
        effect: |start, since| if start < 10 { -0.5 * since as f64 } else { -1.0 },
    };
    let truth = made.truth();
    let [covered, by_effects] = shares(&made, 110_000, |found| {
        let (starts, two_way) = (of_starts(found), found.bootstrap.as_ref().expect("numbers"));
        let within = |low: Option<f64>, high: Option<f64>| {
            low.is_none_or(|low| low <= truth) && high.is_none_or(|high| truth <= high)
        };
        [within(Some(starts.low), Some(starts.high)), within(two_way.low, two_way.high)]
    });
    println!("cohorts that differ: {covered} cover, {by_effects} of two-way fixed effects");
    assert!(covered >= 0.93, "{covered}");
    assert!(by_effects <= 0.5, "{by_effects}");
}

#[test]
fn without_an_effect_the_interval_holds_none_in_most_panels_and_few_placebos_are_first() {
    let made = Made { starts: cohorts(), periods: PERIODS, effect: |_, _| 0.0 };
    let [covered] = shares(&made, 120_000, |found| [!of_starts(found).is_clear()]);
    println!("no effect: {covered} of the intervals hold none");
    assert!((0.93..=1.0).contains(&covered), "{covered}");

    let starts = (0..AREAS).map(|area| (area % 5 == 0).then_some(10 + area / 5)).collect();
    let made = Made { starts, periods: PERIODS, effect: |_, _| 0.0 };
    let [clear] = shares(&made, 130_000, |found| [mixed(found).p <= 0.1]);
    println!("no effect, three of fifteen start: {clear} with a p of the synthetic control up to 10 %");
    assert!(clear <= 0.13, "{clear}");
}

fn mixed(found: &Contribution) -> &Synthetic {
    found.synthetic.as_ref().and_then(|compared| compared.found.as_ref()).expect("enough are without")
}

#[test]
fn one_area_that_changes_is_first_among_its_placebos_and_the_grade_still_cannot_be_told() {
    let starts = (0..AREAS).map(|area| (area == 4).then_some(12)).collect();
    let made = Made { starts, periods: PERIODS, effect: |_, _| -6.0 };
    let [first, near, told] = shares(&made, 140_000, |found| {
        let one = mixed(found);
        [one.p <= one.p_least(), (one.gap + 6.0).abs() < 2.0, found.grade != Grade::CannotTell]
    });
    println!("one area changes: {first} first among fifteen, {near} near the truth");
    assert!(first >= 0.8 && near >= 0.8, "{first} {near}");
    assert!(told < f64::EPSILON, "a comparison raises no grade: {told}");
    let found = contribution(&made.case(140_000));
    let said = &found.synthetic.as_ref().expect("a panel").statement;
    assert!(said.en.contains("in A04 from 2002-01 on") && said.en.contains("the rank among 15 areas"), "{said:?}");
    assert!(said.en.contains("with so many it cannot go below 0.067") && said.fr.contains("sous 0,067"), "{said:?}");
    let starts = &found.staggered.as_ref().expect("a panel").statement;
    assert_eq!(
        starts.en,
        "Does not apply: 1 area(s) take the output up with enough periods known around the start, and it takes 3."
    );
}

#[test]
fn doses_that_rise_and_fall_make_neither_apply_and_the_reason_is_told() {
    let made = Made { starts: cohorts(), periods: PERIODS, effect: |_, _| 0.0 };
    let mut case = made.case(1);
    for (at, cell) in case.panel.as_mut().expect("a panel").cells.iter_mut().enumerate() {
        cell.dose = cell.dose.map(|dose| dose * (at % 4) as f64);
    }
    let found = contribution(&case);
    for (statement, applies) in [
        found.synthetic.as_ref().map(|one| (&one.statement, one.found.is_some())).expect("a panel"),
        found.staggered.as_ref().map(|one| (&one.statement, one.found.is_some())).expect("a panel"),
    ] {
        assert!(
            !applies && statement.en.starts_with("Does not apply: in 10 area(s) the output rises and falls"),
            "{statement:?}"
        );
        assert!(statement.fr.starts_with("Ne s'applique pas : dans 10 zone(s)"), "{statement:?}");
    }
    assert!(!found.checks.iter().any(|check| matches!(check.kind, Kind::Staggered | Kind::Synthetic)));
}

/// What a comparison of such an effect makes of an association that goes down.
fn said(effect: f64, low: f64, high: f64, gap: f64, p: f64) -> Vec<(Kind, Checked)> {
    let found = contribution(&Made { starts: cohorts(), periods: PERIODS, effect: |_, _| -3.0 }.case(5));
    let estimate = Estimate { coefficient: -1.0, ..found.estimate.clone().expect("numbers") };
    let one = of_starts(&found).clone();
    let starts = Compared {
        statement: Text::default(),
        found: Some(Staggered { effect, low, high, ..one }),
        method: String::new(),
    };
    let follows = Synthetic { adopters: Vec::new(), without: 24, periods: 20, left_out: 0, gap, ratio: 2.0, p };
    let mix = Compared { statement: Text::default(), found: Some(follows), method: String::new() };
    checks::of_comparisons(&estimate, &mix, &starts).into_iter().map(|check| (check.kind, check.checked)).collect()
}

#[test]
fn what_contradicts_the_association_stops_it_and_what_agrees_raises_nothing() {
    let of = |starts, mix| vec![(Kind::Staggered, starts), (Kind::Synthetic, mix)];
    assert_eq!(said(-2.0, -3.0, -1.0, -2.0, 0.04), of(Checked::Holds, Checked::Holds));
    assert_eq!(said(-2.0, -5.0, 1.0, 2.0, 0.4), of(Checked::Careful, Checked::Holds));
    assert_eq!(said(2.0, 1.0, 3.0, 2.0, 0.04), of(Checked::Stops, Checked::Stops));
    assert_eq!(said(2.0, 1.0, 3.0, 2.0, 0.08), of(Checked::Stops, Checked::Careful));
}

#[test]
fn whatever_the_two_say_no_grade_is_raised() {
    let rank = |grade| match grade {
        Grade::CannotTell => 0,
        Grade::Weak | Grade::Contrary => 1,
        Grade::Moderate => 2,
        Grade::Strong => 3,
    };
    let mut seen = std::collections::BTreeSet::new();
    let effects: [fn(usize, usize) -> f64; 4] = [|_, _| -3.0, |_, _| -0.7, |_, _| 0.0, |_, _| 3.0];
    for (effect, seed) in effects.into_iter().flat_map(|effect| (150_000..150_010).map(move |seed| (effect, seed))) {
        let starts = (0..AREAS).map(|area| [Some(6 + area / 3), Some(15), None][area % 3]).collect();
        let case = Made { starts, periods: PERIODS, effect }.case(seed);
        let found = contribution(&case);
        let is_ours = |check: &&checks::Check| matches!(check.kind, Kind::Staggered | Kind::Synthetic);
        let others: Vec<checks::Check> = found.checks.iter().filter(|check| !is_ours(check)).cloned().collect();
        let graded = |checks: &[checks::Check]| {
            super::super::grade::grade(case.good_sign(), found.estimate.as_ref(), found.bootstrap.as_ref(), checks).0
        };
        let without = graded(&others);
        seen.insert(rank(without));
        for checked in [Checked::Holds, Checked::Careful, Checked::Stops] {
            for kinds in [&[Kind::Staggered][..], &[Kind::Synthetic], &[Kind::Staggered, Kind::Synthetic]] {
                let ours = kinds.iter().map(|kind| checks::Check { kind: *kind, checked, text: Text::default() });
                let with = graded(&others.iter().cloned().chain(ours).collect::<Vec<_>>());
                assert!(rank(with) <= rank(without), "{checked}: from {without} to {with}");
                assert!(checked != Checked::Stops || with == Grade::CannotTell, "a contradiction stops it");
            }
        }
    }
    assert!(seen.len() > 2, "grades of several kinds were looked at: {seen:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]
    #[test]
    fn whatever_the_outcomes_no_comparison_panics_and_every_number_is_one(
        outcomes in prop::collection::vec(prop_oneof![-1e300f64..1e300, -3.0f64..3.0, Just(0.0), 0.0f64..1e-300], 14 * 14),
        starts in prop::collection::vec(prop::option::of(0usize..14), 14),
        never in 0usize..14,
        small in any::<bool>(),
    ) {
        let mut case = Made { starts: vec![None; 14], periods: 14, effect: |_, _| 0.0 }.case(3);
        for (at, cell) in case.panel.as_mut().expect("a panel").cells.iter_mut().enumerate() {
            let start = starts[at / 14].filter(|_| at / 14 >= never);
            cell.dose = Some(f64::from(u8::from(start.is_some_and(|start| at % 14 >= start))));
            cell.outcome = Some(if small { outcomes[at] / 1e299 } else { outcomes[at] });
        }
        let panel = case.panel.clone().expect("a panel");
        let (mix, starts) = (by_synthetic(&case, &panel), by_starts(&case, &panel));
        for text in [&mix.statement, &starts.statement] {
            prop_assert!(!text.en.contains("NaN") && !text.en.contains("caused") && !text.fr.contains("causé"), "{text:?}");
        }
        // What is no number could not be read back.
        let written = serde_json::to_string(&(&mix, &starts)).expect("JSON");
        let read: (Compared<Synthetic>, Compared<Staggered>) = serde_json::from_str(&written).expect("our own");
        prop_assert_eq!(read, (mix, starts));
    }

    #[test]
    fn scale_and_order_change_nothing(seed in 0u64..500) {
        let starts = (0..AREAS).map(|area| [Some(9), Some(11), None, None, None][area % 5]).collect();
        let made = Made { starts, periods: 16, effect: |_, _| -1.0 };
        let case = made.case(seed);
        let panel = case.panel.clone().expect("a panel");
        let starts = Starts::of(&panel).expect("areas start");
        let (mut scaled, mut turned) = (starts.clone(), starts.clone());
        scaled.areas.iter_mut().flat_map(|one| &mut one.outcome).for_each(|value| *value *= 1024.0);
        turned.areas.reverse();
        let (one, other, reversed) = (staggered(&starts), staggered(&scaled), staggered(&turned));
        let (one, other, reversed) = (one.expect("applies"), other.expect("applies"), reversed.expect("applies"));
        prop_assert_eq!(one.effect * 1024.0, other.effect);
        prop_assert!((one.effect - reversed.effect).abs() < 1e-12 && (one.p - reversed.p).abs() < 1e-9);
        let (one, other, reversed) = (synthetic(&starts), synthetic(&scaled), synthetic(&turned));
        let (one, other, reversed) = (one.expect("applies"), other.expect("applies"), reversed.expect("applies"));
        prop_assert_eq!((one.gap * 1024.0, one.p), (other.gap, other.p));
        prop_assert!((one.gap - reversed.gap).abs() < 1e-6, "{} {}", one.gap, reversed.gap);
    }
}
