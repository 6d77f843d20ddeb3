//! Stories of whole analyses; the parts are tested beside themselves.

use super::*;

const JULY: u32 = 7;

fn period(text: &str) -> Period {
    text.parse().expect("a period")
}

fn horizon(assessed: &str, known_on: &str) -> Horizon {
    Horizon { assessed: period(assessed), known_on: known_on.parse().expect("a day"), fiscal_start_month: JULY }
}

fn deaths(values: &[(&str, f64)]) -> Subject {
    let point = |(at, value): &(&str, f64)| Point::of(period(at), Some(*value));
    Subject {
        code: "OC-CIVDEATHS".to_owned(),
        name: Text::of("Civilian deaths", "Civils tués"),
        unit: "deaths".to_owned(),
        area: None,
        direction: Direction::Lower,
        over_time: OverTime::Sum,
        frequency: period(values.first().map_or("2024", |(at, _)| *at)).frequency(),
        baseline: Some(Baseline { value: 500.0, period: Some(period("2020")) }),
        targets: vec![Target { period: period("2026"), aim: Aim::AtMost(80.0) }],
        points: values.iter().map(point).collect(),
        cautions: Vec::new(),
    }
}

fn has(cautions: &[Text], words: &str) -> bool {
    cautions.iter().any(|caution| caution.en.contains(words))
}

#[test]
fn a_yearly_series_on_its_way_to_the_target() {
    let years = [("2020", 500.0), ("2021", 430.0), ("2022", 380.0), ("2023", 300.0), ("2024", 240.0)];
    let computed = analyse(&deaths(&years), &horizon("2024", "2025-02-01"));
    let share = computed.achievement.expect("a way from 500 to 80");
    assert!((share - 260.0 / 420.0).abs() < 1e-12);
    assert_eq!((computed.status, computed.trend.verdict), (Status::OnTrack, Verdict::Improving));
    assert_eq!(computed.method, "standing/1; mann-kendall/1 exact; theil-sen/1");
    assert_eq!(
        computed.statement.en,
        "Civilian deaths (whole mission): 240 deaths in 2024. That is 62 % of the way from 500 deaths (2020) to at most \
         80 deaths by 2026, where 67 % was expected by now: on track. The trend is improving: −65 deaths per year \
         (95 % interval −80 to −50; p = 0.017, n = 5)."
    );
    assert!(
        computed
            .statement
            .fr
            .starts_with("Civils tués (ensemble de la mission) : 240 deaths en 2024. Soit 62\u{202f}% du chemin")
    );
}

#[test]
fn months_are_brought_to_the_year_that_the_target_speaks_of() {
    let months = [("2024-01", 20.0), ("2024-02", 20.0), ("2024-03", 20.0)];
    let computed = analyse(&deaths(&months), &horizon("2024-Q1", "2024-04-20"));
    // 60 in three months is 240 a year.
    assert!((computed.achievement.expect("a way") - 260.0 / 420.0).abs() < 1e-12);
    assert!(has(&computed.cautions, "240 deaths for 2024, projected from 3 of 12 parts"));
    assert_eq!(computed.trend.verdict, Verdict::TooFew);
    assert_eq!(computed.latest, Some((period("2024-03"), 20.0)));
}

#[test]
fn few_deaths_in_half_a_year_are_not_yet_an_achievement() {
    let months = [("2026-01", 1.0), ("2026-02", 2.0)];
    let computed = analyse(&deaths(&months), &horizon("2026-Q1", "2026-03-10"));
    assert_eq!(computed.status, Status::OnTrack, "ten more months can take it back");
}

#[test]
fn a_baseline_of_a_month_is_not_held_against_a_target_of_a_year() {
    let subject = Subject {
        baseline: Some(Baseline { value: 50.0, period: Some(period("2020-06")) }),
        ..deaths(&[("2024-01", 20.0)])
    };
    let computed = analyse(&subject, &horizon("2024-Q1", "2024-04-20"));
    assert_eq!((computed.achievement, computed.status), (None, Status::NoData));
    assert!(has(&computed.cautions, "another length"));
}

#[test]
fn what_the_period_or_the_cut_off_leaves_out_is_not_seen() {
    let years = [("2022", 380.0), ("2023", 300.0), ("2024", 10.0), ("2025", 5.0)];
    let computed = analyse(&deaths(&years), &horizon("2023", "2026-01-01"));
    assert_eq!(computed.latest, Some((period("2023"), 300.0)));
    assert_eq!(computed.points.len(), 2);
    assert!(has(&computed.cautions, "2 value(s) end after"));
    let early = analyse(&deaths(&years), &horizon("2025", "2024-06-30"));
    assert_eq!(early.latest, Some((period("2023"), 300.0)), "2024 was not over");
}

#[test]
fn an_old_value_is_no_data_unless_nothing_newer_was_due() {
    let stale = analyse(&deaths(&[("2019", 500.0), ("2020", 500.0)]), &horizon("2023", "2024-01-31"));
    assert_eq!(stale.status, Status::NoData);
    assert!(stale.statement.en.contains("no value for 2023; the last one known is 500 deaths in 2020."));
    let yearly = analyse(&deaths(&[("2023", 200.0)]), &horizon("2024-Q3", "2024-10-05"));
    assert_ne!(yearly.status, Status::NoData, "the year 2024 is not over: 2023 is the latest there is");
}

#[test]
fn without_target_or_value_it_says_so() {
    let without_target = Subject { targets: Vec::new(), ..deaths(&[("2024", 200.0)]) };
    let computed = analyse(&without_target, &horizon("2024", "2025-01-31"));
    assert_eq!((computed.status, computed.target, computed.achievement), (Status::NoData, None, None));
    assert!(computed.statement.en.contains("No target is set"));
    let empty = analyse(&deaths(&[]), &horizon("2024", "2025-01-31"));
    assert_eq!((empty.status, empty.n, empty.trend.verdict), (Status::NoData, 0, Verdict::TooFew));
    assert!(empty.statement.fr.contains("aucune valeur connue"));
}

#[test]
fn the_next_milestone_counts_then_the_last() {
    let targets = vec![
        Target { period: period("2026"), aim: Aim::AtMost(80.0) },
        Target { period: period("2024"), aim: Aim::AtMost(250.0) },
        Target { period: period("2022"), aim: Aim::AtMost(400.0) },
    ];
    let subject = Subject { targets, ..deaths(&[("2023", 300.0), ("2024", 240.0)]) };
    let computed = analyse(&subject, &horizon("2024", "2025-01-31"));
    assert_eq!(computed.target.map(|target| target.period), Some(period("2024")));
    assert_eq!(computed.status, Status::Achieved);
    let later = Subject { targets: subject.targets[2..].to_vec(), ..subject };
    assert_eq!(
        analyse(&later, &horizon("2024", "2025-01-31")).target.map(|target| target.period),
        Some(period("2022"))
    );
}

#[test]
fn in_a_range_nearer_is_better() {
    let quarters: Vec<(String, f64)> =
        (0..8).map(|at| (format!("{}-Q{}", 2023 + at / 4, at % 4 + 1), 90.0 - 5.0 * f64::from(at))).collect();
    let borrowed: Vec<(&str, f64)> = quarters.iter().map(|(at, value)| (at.as_str(), *value)).collect();
    let subject = Subject {
        direction: Direction::InRange,
        over_time: OverTime::Average,
        baseline: Some(Baseline { value: 95.0, period: Some(period("2022-Q4")) }),
        targets: vec![Target { period: period("2025-Q4"), aim: Aim::Within { low: 40.0, high: 60.0 } }],
        ..deaths(&borrowed)
    };
    let computed = analyse(&subject, &horizon("2024", "2025-01-31"));
    assert_eq!((computed.status, computed.trend.verdict), (Status::Achieved, Verdict::Improving));
    assert!(computed.method.contains("of the distance from the range"));
    let unset = Subject { targets: Vec::new(), ..subject };
    let computed = analyse(&unset, &horizon("2024", "2025-01-31"));
    assert_eq!(computed.trend.verdict, Verdict::None);
    assert!(has(&computed.cautions, "neither better nor worse"));
}

#[test]
fn four_values_say_that_they_cannot_speak() {
    let years = [("2021", 430.0), ("2022", 380.0), ("2023", 300.0), ("2024", 240.0)];
    let computed = analyse(&deaths(&years), &horizon("2024", "2025-02-01"));
    assert_eq!(computed.trend.verdict, Verdict::None);
    assert!(has(&computed.cautions, "No order of these 4 values could be significant at 5 %"));
}

#[test]
fn a_value_that_rests_on_little_says_so() {
    let mut subject = deaths(&[("2023", 300.0), ("2024", 240.0)]);
    subject.points[1].coverage = Some(0.4);
    subject.points[1].share_verified = Some(0.0);
    let computed = analyse(&subject, &horizon("2024", "2025-02-01"));
    assert!(has(&computed.cautions, "The value of 2024 covers 40 % of what it should."));
    assert!(has(&computed.cautions, "0 % are verified"));
    let earlier = analyse(&subject, &horizon("2023", "2025-02-01"));
    assert!(!has(&earlier.cautions, "verified"), "it is the latest value that counts");
}

#[test]
fn a_change_of_level_is_dated_and_a_break_in_recording_is_told_apart() {
    let months: Vec<String> = (1..=12).map(|month| format!("2024-{month:02}")).collect();
    let monthly = |values: [f64; 12]| {
        let values: Vec<(&str, f64)> = months.iter().map(String::as_str).zip(values).collect();
        analyse(&deaths(&values), &horizon("2024", "2025-02-01"))
    };
    let fallen = monthly([30.0, 33.0, 29.0, 31.0, 32.0, 30.0, 9.0, 11.0, 10.0, 8.0, 9.0, 10.0]);
    assert_eq!(fallen.change_points.len(), 1, "{:?}", fallen.change_points);
    let point = fallen.change_points[0];
    assert_eq!((point.period, point.change), (period("2024-07"), Change::Fall));
    assert!(
        fallen.statement.en.contains("Its level fell in 2024-07, from 30.83 to 9.5 deaths on average."),
        "{:?}",
        fallen.statement
    );
    assert!(fallen.statement.fr.contains("Son niveau a baissé en 2024-07"));
    assert!(fallen.method.contains("change-points/1 of counts; outliers/2"), "{}", fallen.method);

    let begun = monthly([0.0, 0.0, 0.0, 0.0, 0.0, 30.0, 29.0, 33.0, 31.0, 30.0, 28.0, 32.0]);
    assert_eq!(begun.change_points.iter().map(|point| point.change).collect::<Vec<_>>(), [Change::CodingBreak]);
    assert!(!begun.statement.en.contains("Its level"), "no change for a leader");
    assert!(has(&begun.cautions, "perhaps it was not recorded"));

    let wild = monthly([30.0, 33.0, 29.0, 31.0, 140.0, 30.0, 32.0, 28.0, 31.0, 30.0, 29.0, 32.0]);
    assert_eq!(wild.outliers, [period("2024-05")]);
    assert!(has(&wild.cautions, "Far from the other values: 2024-05"));
    let few = analyse(&deaths(&[("2023", 3.0), ("2024", 90.0)]), &horizon("2024", "2025-02-01"));
    assert!(few.change_points.is_empty() && few.outliers.is_empty());
}
