//! Five years of observations: trends, seasons, a change point, gaps, outliers and late corrections.

use std::fmt::Write as _;

use super::{
    calendar::{Calendar, MONTHS, QUARTERS},
    chance::Chance,
    content::{Content, Indicator, Province, Weight},
    provinces::area_code,
};

/// Month after which indicators with a `shift` have changed: the cantonment of the largest armed group.
pub const CHANGE_POINT: u32 = 37;
/// How often a value is missing altogether.
const GAPS: f64 = 0.03;
/// How often a count is some times what it should be.
const OUTLIERS: f64 = 0.004;
/// Factor of an outlier.
const OUTLIER: f64 = 4.5;
/// Months in which Sando could not be reached and reported nothing.
const UNREACHED: std::ops::Range<u32> = 22..26;
const UNREACHED_AREA: usize = 11;
/// How often a value of the last eighteen months is corrected late.
const CORRECTIONS: f64 = 0.04;
const CORRECTED_FROM: u32 = MONTHS - 21;
const CORRECTED_UNTIL: u32 = MONTHS - 3;

/// One value of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub code: String,
    /// Empty: the mission.
    pub area: String,
    pub period: String,
    /// Months from the beginning until the end of its period.
    pub month: u32,
    pub slice: &'static str,
    pub measure: Measure,
    pub note: &'static str,
}

/// What a row says.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    Value(f64),
    Ratio(f64, f64),
    Words(&'static str),
}

/// Everything that was observed, oldest first.
pub fn observations(seed: u64, content: &Content, calendar: Calendar) -> Vec<Row> {
    let mut rows: Vec<Row> =
        content.indicators.iter().flat_map(|indicator| series(seed, indicator, &content.provinces, calendar)).collect();
    rows.sort_by_key(|row| row.month);
    rows
}

/// What provinces corrected after it had been approved: the same cells with other values.
pub fn corrections(seed: u64, rows: &[Row]) -> Vec<Row> {
    let mut chance = Chance::new(seed, "corrections");
    let late = rows.iter().filter(|row| (CORRECTED_FROM..CORRECTED_UNTIL).contains(&row.month));
    let of_provinces = late.filter(|row| !row.area.is_empty() && row.slice.is_empty());
    of_provinces
        .filter_map(|row| {
            let Measure::Value(value) = row.measure else { return None };
            if !chance.happens(CORRECTIONS) {
                return None;
            }
            let step = (value * chance.between(0.1, 0.4)).round().max(1.0);
            // Most late news is of things that were not known before.
            let fewer = value >= step && chance.happens(0.3);
            let measure = Measure::Value(if fewer { value - step } else { value + step });
            Some(Row { measure, note: "Corrected after verification in the field", ..row.clone() })
        })
        .collect()
}

/// A CSV with a heading; `french`: semicolons, decimal commas and French headings, as some sections send it.
pub fn csv(rows: &[Row], french: bool) -> String {
    let (comma, heading) = match french {
        false => (",", "Indicator code,Area code,Period,Slice,Value,Numerator,Denominator,Note,Source"),
        true => (";", "Code indicateur;Code zone;Période;Ventilation;Valeur;Numérateur;Dénominateur;Note;Source"),
    };
    let number = |value: f64| {
        let text = format!("{value}");
        if french { text.replace('.', ",") } else { text }
    };
    let mut file = format!("{heading}\n");
    for row in rows {
        let (value, numerator, denominator) = match &row.measure {
            Measure::Value(value) => (number(*value), String::new(), String::new()),
            Measure::Ratio(over, under) => (String::new(), number(*over), number(*under)),
            Measure::Words(words) => (format!("\"{words}\""), String::new(), String::new()),
        };
        let Row { code, area, period, slice, note, .. } = row;
        let cells = [code, area, period, *slice, &value, &numerator, &denominator, note, "Section returns"];
        // Writing to a String does not fail.
        let _ = writeln!(file, "{}", cells.join(comma));
    }
    file
}

fn series(seed: u64, indicator: &Indicator, provinces: &[Province], calendar: Calendar) -> Vec<Row> {
    let places: Vec<usize> = if indicator.by_area { (1..=provinces.len()).collect() } else { vec![0] };
    let periods = if indicator.monthly { MONTHS } else { QUARTERS };
    let mut rows = Vec::new();
    for place in places {
        let mut chance = Chance::new(seed, &format!("{} {place}", indicator.code));
        let weight = weight(indicator, provinces, place);
        let own = chance.between(0.85, 1.15);
        for step in 0..periods {
            let (month, period) = match i32::try_from(step) {
                Ok(step_) if indicator.monthly => (step, calendar.month(step_)),
                Ok(step_) => (step * 3 + 2, calendar.quarter(step_)),
                Err(_) => continue,
            };
            let expected = expected(indicator, month, calendar.month_of_year(month)) * weight * own;
            let gone = place == UNREACHED_AREA && UNREACHED.contains(&month);
            if gone || chance.happens(GAPS) {
                continue;
            }
            let area = if place == 0 { String::new() } else { area_code(place) };
            let row = |slice, measure| Row {
                code: indicator.code.clone(),
                area: area.clone(),
                period: period.clone(),
                month,
                slice,
                measure,
                note: "",
            };
            if indicator.sex {
                let women = if indicator.kind == "ratio" { 0.5 } else { chance.between(0.3, 0.55) };
                for (slice, share, lean) in [("sex=f", women, 0.92), ("sex=m", 1.0 - women, 1.08)] {
                    rows.push(row(
                        slice,
                        measure(indicator, expected * if_ratio(indicator, lean, share), share, step, &mut chance),
                    ));
                }
            } else {
                rows.push(row("", measure(indicator, expected, 1.0, step, &mut chance)));
            }
        }
    }
    rows
}

/// Of a ratio the level leans by sex; of a count the share counts.
fn if_ratio(indicator: &Indicator, lean: f64, share: f64) -> f64 {
    if indicator.kind == "ratio" { lean } else { share }
}

/// What the indicator comes to in a month, before chance.
pub fn expected(indicator: &Indicator, month: u32, month_of_year: u32) -> f64 {
    let years = f64::from(month) / 12.0;
    // The dry season, with its peak in February.
    let wave = (std::f64::consts::TAU * (f64::from(month_of_year) - 1.0) / 12.0).cos();
    let shift = indicator.shift.filter(|_| month > CHANGE_POINT).unwrap_or(1.0);
    indicator.typical * (1.0 + indicator.trend).powf(years) * (1.0 + indicator.season * wave) * shift
}

fn weight(indicator: &Indicator, provinces: &[Province], place: usize) -> f64 {
    let Some(province) = place.checked_sub(1).and_then(|place| provinces.get(place)) else { return 1.0 };
    let mean = |of: fn(&Province) -> f64| provinces.iter().map(of).sum::<f64>() / provinces.len() as f64;
    match (indicator.weight, indicator.kind.as_str()) {
        // Where there is more violence, shares are somewhat worse.
        (Weight::Violence | Weight::People, "ratio") if indicator.direction == "higher" => {
            1.12 - 0.1 * province.violence
        }
        (Weight::Violence, _) => province.violence / mean(|province| province.violence),
        (Weight::People, _) => province.people / mean(|province| province.people),
        (Weight::None, _) => 1.0,
    }
}

fn measure(indicator: &Indicator, expected: f64, share: f64, step: u32, chance: &mut Chance) -> Measure {
    match indicator.kind.as_str() {
        "ratio" => {
            let sample = (indicator.sample * share * chance.between(0.8, 1.2)).round().max(1.0);
            let noise = chance.normal() * 0.5 / sample.sqrt();
            let level = (expected + noise * 0.6).clamp(0.0, 1.0);
            Measure::Ratio((level * sample).round().min(sample), sample)
        }
        "count" => {
            let outlier = if chance.happens(OUTLIERS) { OUTLIER } else { 1.0 };
            // People in sites do not change as chance events do.
            let spread = if indicator.stock { 1.0 } else { chance.between(0.8, 1.2) };
            Measure::Value(chance.count(expected * outlier * spread))
        }
        "sum" => Measure::Value((expected * chance.between(0.75, 1.25) * 10.0).round() / 10.0),
        "milestone" => Measure::Value((expected.floor()).min(indicator.most.unwrap_or(expected))),
        "scale" => Measure::Value((expected + chance.normal() * 0.4).round().clamp(1.0, indicator.most.unwrap_or(5.0))),
        "qualitative" => Measure::Words(words(&indicator.code, step)),
        _ => Measure::Value((expected * (1.0 + chance.normal() * 0.04) * 10.0).round() / 10.0),
    }
}

/// What a qualitative indicator says, in the order of its quarters.
fn words(code: &str, step: u32) -> &'static str {
    const KATASI: [&str; 5] = [
        "Shelters the leadership and denies arms transfers",
        "Receives the guarantors and asks for time",
        "Sends an envoy to the monitoring committee",
        "Opens the joint border commission",
        "Supports the Accord in public and shares findings on arms",
    ];
    const STORIES: [&str; 5] = [
        "Peacekeepers are said to escort gold out of the country",
        "Displaced people are said to hide fighters",
        "Vaccination teams are said to take photographs for an attack",
        "The voter roll is said to be sold to a party",
        "Herders are said to be armed by a neighbour",
    ];
    let said = if code == "OC-KATASI" { &KATASI } else { &STORIES };
    let per_saying = QUARTERS as usize / said.len();
    if code == "OC-KATASI" {
        said[(step as usize / per_saying).min(said.len() - 1)]
    } else {
        said[step as usize % said.len()]
    }
}
