//! What the analyses of a mission cost, from cold and on one core, each method beside the ordinary Python call on the
//! same series in the same run. See README.md.

use std::{
    collections::BTreeMap,
    hint::black_box,
    io::Write as _,
    path::Path,
    process::{Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use chrono::NaiveDate;
use cpas_assessment::domain::{
    analysis::{
        Aim, Baseline, Computed, Direction, Horizon, Model, OverTime, Point, Subject, Target, analyse, change_points,
        contribution::{Case, Measured, Side, contribution, estimate::estimate},
        ets, hamed_rao, mann_kendall, seasons, theil_sen, together, wilson,
    },
    text::Text,
};
use cpas_proto::words::{Frequency, Period};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

const INDICATORS: usize = 120;
const AREAS: usize = 20;
const YEARS: i32 = 10;
const FIRST_YEAR: i32 = 2016;
/// Pairs of an output's and an outcome's indicator that the plan's links bring together.
const LINKS: usize = 60;
const MISSIONS: u64 = 12;
/// Series that each method is timed on, one call each after one that does not count.
const SAMPLE: usize = 20;
const SAMPLE_PANELS: usize = 5;

const MISSION_MAX: Duration = Duration::from_secs(5);
const MISSIONS_MAX: Duration = Duration::from_secs(60);
const PAGE_MAX: Duration = Duration::from_millis(100);
const TIMES_FASTER: f64 = 20.0;

fn main() -> ExitCode {
    let horizon = Horizon {
        assessed: period(&format!("{}", FIRST_YEAR + YEARS - 1)),
        known_on: NaiveDate::from_ymd_opt(FIRST_YEAR + YEARS, 1, 31).expect("a day"),
        fiscal_start_month: 7,
    };
    let mut broken = Vec::new();
    let subjects = mission(1);
    let cases = links(&subjects, &horizon);
    let began = Instant::now();
    let kept = everything(&subjects, &cases, &horizon);
    let cold = began.elapsed();
    println!(
        "| {INDICATORS} indicators × (the mission and {AREAS} areas) × {} months, {LINKS} contributions | time |",
        YEARS * 12
    );
    println!("|---|--:|");
    println!("| all analyses of one mission, from cold, on one core ({kept} results) | {cold:.2?} |");
    promise(&mut broken, cold <= MISSION_MAX, || format!("one mission took {cold:.2?}, {MISSION_MAX:?} were promised"));
    let began = Instant::now();
    for seed in 1..=MISSIONS {
        let subjects = mission(seed);
        black_box(everything(&subjects, &links(&subjects, &horizon), &horizon));
    }
    let all = began.elapsed();
    println!("| {MISSIONS} missions, one after the other | {all:.2?} |");
    promise(&mut broken, all <= MISSIONS_MAX, || {
        format!("{MISSIONS} missions took {all:.2?}, {MISSIONS_MAX:?} were promised")
    });

    let (median, p95) = page(&subjects, &horizon);
    println!("| one indicator with all its areas: median of {INDICATORS} | {median:.2?} |");
    println!("| the same, p95 | {p95:.2?} |");
    promise(&mut broken, p95 <= PAGE_MAX, || format!("an indicator took {p95:.2?} at p95, {PAGE_MAX:?} were promised"));

    let series: Vec<Vec<f64>> = subjects.iter().step_by(subjects.len() / SAMPLE).take(SAMPLE).map(values).collect();
    let panels: Vec<&Case> = cases.iter().step_by(cases.len() / SAMPLE_PANELS).take(SAMPLE_PANELS).collect();
    let ours = ours(&series, &panels);
    let theirs = theirs(&series, &panels);
    println!("\n| method, one call (median) | ours | Python's | by | times as fast |");
    println!("|---|--:|--:|---|--:|");
    let (mut our_whole, mut their_whole) = (Duration::ZERO, Duration::ZERO);
    for (method, calls) in METHODS {
        let (mine, (other, by)) = (ours[method], &theirs[*method]);
        let times = other.as_secs_f64() / mine.as_secs_f64();
        println!("| {method} | {mine:.2?} | {other:.2?} | {by} | {times:.0} |");
        promise(&mut broken, times >= 1.0, || format!("{method} is slower than {by}"));
        our_whole += mine * *calls;
        their_whole += *other * *calls;
    }
    let times = their_whole.as_secs_f64() / our_whole.as_secs_f64();
    println!("| a mission's calls of these together | {our_whole:.2?} | {their_whole:.2?} | | {times:.0} |");
    promise(&mut broken, times >= TIMES_FASTER, || {
        format!("the whole is {times:.1} times as fast, {TIMES_FASTER} were promised")
    });
    broken.iter().for_each(|one| println!("NOT KEPT: {one}"));
    // Of a debug build the times say nothing.
    if broken.is_empty() || cfg!(debug_assertions) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn promise(broken: &mut Vec<String>, kept: bool, said: impl FnOnce() -> String) {
    if !kept {
        broken.push(said());
    }
}

/// Methods, and how many calls of each an assessment of a mission makes at most.
const METHODS: &[(&str, u32)] = &[
    ("Mann–Kendall", (INDICATORS * (AREAS + 1)) as u32),
    ("Hamed–Rao", (INDICATORS * (AREAS + 1)) as u32),
    ("Theil–Sen", (INDICATORS * (AREAS + 1)) as u32),
    ("change points", (INDICATORS * (AREAS + 1)) as u32),
    ("decomposition (STL)", (INDICATORS * (AREAS + 1)) as u32),
    ("exponential smoothing, the best of three", INDICATORS as u32),
    ("Wilson interval", INDICATORS as u32),
    ("two-way fixed effects with clustered errors", LINKS as u32),
];

fn everything(subjects: &[Subject], cases: &[Case], horizon: &Horizon) -> usize {
    let mut computed: Vec<Computed> = subjects.iter().map(|subject| analyse(subject, horizon)).collect();
    let families: Vec<bool> = subjects.iter().map(|subject| subject.area.is_some()).collect();
    together::correct(&mut computed.iter_mut().collect::<Vec<_>>(), |place| families[place]);
    let contributions: Vec<_> = cases.iter().map(contribution).collect();
    black_box(&computed).len() + black_box(&contributions).len()
}

/// Median and p95 of what each indicator's page shows: the mission and its areas.
fn page(subjects: &[Subject], horizon: &Horizon) -> (Duration, Duration) {
    let mut times: Vec<Duration> = subjects
        .chunks(AREAS + 1)
        .map(|own| {
            let began = Instant::now();
            own.iter().for_each(|subject| drop(black_box(analyse(subject, horizon))));
            began.elapsed()
        })
        .collect();
    times.sort();
    (times[times.len() / 2], times[times.len() * 95 / 100])
}

fn period(written: &str) -> Period {
    written.parse().expect("a period")
}

/// Series with a trend, a season, a change of level and noise; some of them counts that are mostly nothing.
fn mission(seed: u64) -> Vec<Subject> {
    let mut chance = StdRng::seed_from_u64(seed);
    let mut subjects = Vec::new();
    for number in 0..INDICATORS {
        let (slope, season, step) =
            (chance.random_range(-0.05..0.05), chance.random_range(0.0..3.0), chance.random_range(-4.0..4.0));
        let (changes_at, is_count) = (chance.random_range(30..90), number.is_multiple_of(3));
        let mut total = vec![0.0; (YEARS * 12) as usize];
        for place in 0..AREAS {
            let level = chance.random_range(2.0..12.0);
            let points: Vec<f64> = (0..YEARS * 12)
                .map(|month| {
                    let wave = season * (f64::from(month) * std::f64::consts::TAU / 12.0).sin();
                    let after = if month >= changes_at { step } else { 0.0 };
                    let value = level + slope * f64::from(month) + wave + after + chance.random_range(-2.0..2.0);
                    if is_count { value.max(0.0).round() } else { value.max(0.0) }
                })
                .collect();
            total.iter_mut().zip(&points).for_each(|(sum, value)| *sum += value);
            subjects.push(subject(number, Some(format!("A{place:02}")), is_count, &points));
        }
        subjects.push(subject(number, None, is_count, &total));
    }
    subjects
}

fn subject(number: usize, area: Option<String>, is_count: bool, values: &[f64]) -> Subject {
    let points = (0..).zip(values).map(|(month, value)| {
        Point::of(period(&format!("{}-{:02}", FIRST_YEAR + month / 12, month % 12 + 1)), Some(*value))
    });
    // The mission aims at something; what its areas come to is measured against no target of their own.
    let targets = match area {
        Some(_) => Vec::new(),
        None => vec![Target { period: period(&format!("{}-H1", FIRST_YEAR + YEARS)), aim: Aim::AtLeast(10.0) }],
    };
    Subject {
        code: format!("OC-{number:03}"),
        name: Text { en: format!("Indicator {number}"), fr: format!("Indicateur {number}") },
        unit: "persons".to_owned(),
        area,
        direction: if number.is_multiple_of(2) { Direction::Lower } else { Direction::Higher },
        over_time: if is_count { OverTime::Sum } else { OverTime::Average },
        frequency: Frequency::Month,
        baseline: Some(Baseline { value: values[0], period: Some(period(&format!("{FIRST_YEAR}"))) }),
        targets,
        points: points.collect(),
        cautions: Vec::new(),
    }
}

/// Each output beside an outcome, area by area.
fn links(subjects: &[Subject], horizon: &Horizon) -> Vec<Case> {
    let measured = |number: usize| {
        let own = &subjects[number * (AREAS + 1)..(number + 1) * (AREAS + 1)];
        let by_area =
            own.iter().filter_map(|one| Some((one.area.clone()?, one.points.clone()))).collect::<BTreeMap<_, _>>();
        let side = Side {
            code: own[0].code.clone(),
            name: own[0].name.clone(),
            unit: own[0].unit.clone(),
            direction: own[0].direction,
        };
        Measured { side, over_time: own[0].over_time, frequency: own[0].frequency, by_area }
    };
    (0..LINKS).map(|place| Case::of(&measured(place), &measured(INDICATORS - 1 - place), 3, horizon)).collect()
}

fn values(subject: &Subject) -> Vec<f64> {
    subject.points.iter().filter_map(|point| point.value).collect()
}

/// Times of one call each, the first left out; their median.
fn median<I, R>(inputs: impl IntoIterator<Item = I>, mut call: impl FnMut(I) -> R) -> Duration {
    let mut times: Vec<Duration> = inputs
        .into_iter()
        .map(|input| {
            let began = Instant::now();
            black_box(call(input));
            began.elapsed()
        })
        .skip(1)
        .collect();
    times.sort();
    times[times.len() / 2]
}

fn ours(series: &[Vec<f64>], panels: &[&Case]) -> BTreeMap<&'static str, Duration> {
    let all: Vec<Vec<Option<f64>>> = series.iter().map(|one| one.iter().copied().map(Some).collect()).collect();
    let tested: Vec<_> = all.iter().map(|one| mann_kendall::mann_kendall(one).expect("enough values")).collect();
    let columns: Vec<_> = panels.iter().map(|case| case.panel.as_ref().expect("a panel").columns().0).collect();
    BTreeMap::from([
        ("Mann–Kendall", median(&all, |one| mann_kendall::mann_kendall(one))),
        ("Hamed–Rao", median(all.iter().zip(&tested), |(one, test)| hamed_rao::hamed_rao(one, test))),
        ("Theil–Sen", median(&all, |one| theil_sen::theil_sen(one))),
        ("change points", median(&all, |one| change_points::changes(one, Model::Level, 3))),
        ("decomposition (STL)", median(&all, |one| seasons::seasons(one, None, 12))),
        ("exponential smoothing, the best of three", median(series, |one| ets::best(one))),
        ("Wilson interval", median(series, |one| wilson::wilson(one[0].floor(), 100.0))),
        ("two-way fixed effects with clustered errors", median(&columns, estimate)),
    ])
}

/// The same on the same series by `analyses.py`, in a process with one thread.
fn theirs(series: &[Vec<f64>], panels: &[&Case]) -> BTreeMap<String, (Duration, String)> {
    let panels: Vec<serde_json::Value> = panels
        .iter()
        .map(|case| {
            let columns = case.panel.as_ref().expect("a panel").columns().0;
            let (area, period): (Vec<usize>, Vec<usize>) = columns.rows.into_iter().unzip();
            serde_json::json!({"area": area, "period": period, "dose": columns.dose, "outcome": columns.outcome})
        })
        .collect();
    let asked = serde_json::json!({"series": series, "panels": panels}).to_string();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/analyses.py");
    let mut python = Command::new("python3")
        .arg(script)
        .env("OMP_NUM_THREADS", "1")
        .env("OPENBLAS_NUM_THREADS", "1")
        .env("MKL_NUM_THREADS", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3");
    python.stdin.take().expect("its input").write_all(asked.as_bytes()).expect("all of it");
    let answer = python.wait_with_output().expect("its end");
    assert!(answer.status.success(), "analyses.py ended with {}", answer.status);
    let told: BTreeMap<String, (f64, String)> = serde_json::from_slice(&answer.stdout).expect("its answer");
    told.into_iter().map(|(method, (seconds, by))| (method, (Duration::from_secs_f64(seconds), by))).collect()
}
