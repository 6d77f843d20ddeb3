//! A series as a picture: bars from zero for amounts, a line for all else; target and baseline drawn,
//! labels on the lines, what is missing a gap.

use std::fmt::Write as _;

use cpas_proto::words::Language;

use super::{
    figure::{self, Figure, Kind},
    snapshot::{Measure, Part},
    svg::{Anchor, BLUE, FAINT, INK, Picture},
    wording::{Phrase, say},
};

const WIDTH: f64 = 640.0;
/// Least height of a bar, in units of the picture.
const BAR_HEIGHT_MIN: f64 = 1.0;
const HEIGHT: f64 = 280.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 92.0;
const TOP: f64 = 18.0;
const BOTTOM: f64 = 34.0;
/// Labels that fit below the chart.
const PERIOD_LABELS: usize = 7;
/// Bars that have room for their value.
const VALUE_LABELS: usize = 13;

/// The chart of a block's figures, in order of their periods.
pub fn draw(part: &Part, measure: &Measure, title: &str, language: Language) -> String {
    let figures = &part.figures;
    let scale = Scale::of(figures, measure);
    let mut picture = Picture::new(WIDTH, HEIGHT);
    axes(&mut picture, &scale, figures, language);
    if measure.is_amount() {
        bars(&mut picture, &scale, figures, language);
    } else {
        line(&mut picture, &scale, figures, language);
    }
    references(&mut picture, &scale, figures, measure, language);
    picture.finish(&part.id, title, &describe(figures, measure, language))
}

/// The chart in words, for those who do not see it: from where to where, the extremes, and the gaps.
pub fn describe(figures: &[Figure], measure: &Measure, language: Language) -> String {
    let valued: Vec<(&Figure, f64)> = figures.iter().filter_map(|figure| Some((figure, figure.value?))).collect();
    let (Some((first, _)), Some((last, _))) = (valued.first(), valued.last()) else {
        return format!("{}: {}.", measure.name.within(language), say(Phrase::NoData, language));
    };
    let told = |figure: &Figure| {
        let value = figure.written_with_unit(&measure.unit, language);
        format!("{value} ({})", figure::period(&figure.period, language))
    };
    let highest = valued.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(*first, |(figure, _)| *figure);
    let lowest = valued.iter().min_by(|a, b| a.1.total_cmp(&b.1)).map_or(*first, |(figure, _)| *figure);
    let gaps = figures.len() - valued.len();
    let mut words = match language {
        Language::En => format!(
            "{}: from {} to {}; highest {}, lowest {}.",
            measure.name.within(language),
            told(first),
            told(last),
            told(highest),
            told(lowest)
        ),
        Language::Fr => format!(
            "{} : de {} à {} ; maximum {}, minimum {}.",
            measure.name.within(language),
            told(first),
            told(last),
            told(highest),
            told(lowest)
        ),
    };
    if gaps > 0 {
        let all = figures.len();
        let sentence = match language {
            Language::En => format!(" {gaps} of {all} periods have no value shown."),
            Language::Fr => format!(" {gaps} périodes sur {all} sont sans valeur affichée."),
        };
        words.push_str(&sentence);
    }
    words
}

struct Scale {
    low: f64,
    high: f64,
    step: f64,
    places: usize,
}

impl Scale {
    fn of(figures: &[Figure], measure: &Measure) -> Self {
        let drawn = figures.iter().flat_map(|figure| [figure.value, figure.target]).flatten();
        let all: Vec<f64> = drawn.chain(measure.baseline).filter(|value| value.is_finite()).collect();
        let (mut low, mut high) = all
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
        if all.is_empty() {
            (low, high) = (0.0, 1.0);
        }
        // Bars stand on zero; a line leaves it only where it would be squeezed flat.
        if measure.is_amount() || low <= 0.6 * high {
            (low, high) = (low.min(0.0), high.max(0.0));
        }
        if high <= low {
            high = low + 1.0;
        }
        let step = nice_step((high - low) / 4.0);
        let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
        Self { low, high, step, places: figures.len().max(1) }
    }

    fn slot(&self) -> f64 {
        (WIDTH - LEFT - RIGHT) / self.places as f64
    }

    fn x(&self, place: usize) -> f64 {
        LEFT + self.slot() * (place as f64 + 0.5)
    }

    fn y(&self, value: f64) -> f64 {
        TOP + (HEIGHT - TOP - BOTTOM) * (self.high - value) / (self.high - self.low)
    }
}

/// 1, 2 or 5 times a power of ten, at least as large as asked.
fn nice_step(at_least: f64) -> f64 {
    let power = 10f64.powf(at_least.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| factor * power >= at_least).unwrap_or(10.0);
    factor * power
}

fn axes(picture: &mut Picture, scale: &Scale, figures: &[Figure], language: Language) {
    let right = WIDTH - RIGHT;
    let ticks = ((scale.high - scale.low) / scale.step).round() as usize;
    for tick in 0..=ticks {
        let value = scale.low + scale.step * tick as f64;
        // 0.1 + 0.2 is not 0.3: what is a rounding away from zero is zero.
        let value = if value.abs() < scale.step / 1e6 { 0.0 } else { value };
        let (y, ink) = (scale.y(value), if value == 0.0 { INK } else { FAINT });
        picture.raw(&format!(r#"<path d="M{LEFT} {y:.1}H{right}" stroke="{ink}" stroke-width="1"/>"#));
        picture.label([LEFT - 6.0, y + 4.0], Anchor::End, r#"font-size="11""#, &figure::number(value, language));
    }
    let every = figures.len().div_ceil(PERIOD_LABELS).max(1);
    let last = figures.len().saturating_sub(1);
    for (place, figure) in figures.iter().enumerate() {
        // Counted from the end, so that the newest period has its label.
        if (last - place).is_multiple_of(every) {
            let label = short_period(&figure.period, language);
            picture.label([scale.x(place), HEIGHT - BOTTOM + 18.0], Anchor::Middle, r#"font-size="11""#, &label);
        }
    }
}

fn bars(picture: &mut Picture, scale: &Scale, figures: &[Figure], language: Language) {
    let width = (scale.slot() * 0.7).min(48.0);
    for (place, figure) in figures.iter().enumerate() {
        let x = scale.x(place);
        match figure.value {
            Some(value) => {
                let (top, bottom) = (scale.y(value.max(0.0)), scale.y(value.min(0.0)));
                // A zero is a value: a bar without a height is drawn by nobody.
                let (left, height) = (x - width / 2.0, (bottom - top).max(BAR_HEIGHT_MIN));
                let top = if value < 0.0 { top } else { bottom - height };
                picture.raw(&format!(
                    r#"<rect x="{left:.1}" y="{top:.1}" width="{width:.1}" height="{height:.1}" fill="{BLUE}"/>"#
                ));
                if figures.len() <= VALUE_LABELS {
                    let words = figure::number(value, language);
                    picture.label([x, top - 4.0], Anchor::Middle, r#"font-size="11""#, &words);
                }
            }
            None => gap(picture, scale, x, figure.kind),
        }
    }
}

fn line(picture: &mut Picture, scale: &Scale, figures: &[Figure], language: Language) {
    let mut path = String::new();
    let mut is_pen_down = false;
    for (place, figure) in figures.iter().enumerate() {
        let x = scale.x(place);
        match figure.value {
            Some(value) => {
                let (command, y) = (if is_pen_down { 'L' } else { 'M' }, scale.y(value));
                write!(path, "{command}{x:.1} {y:.1}").expect("a string takes all");
                picture.raw(&format!(r#"<circle cx="{x:.1}" cy="{y:.1}" r="2.6" fill="{BLUE}"/>"#));
                is_pen_down = true;
            }
            None => {
                gap(picture, scale, x, figure.kind);
                is_pen_down = false;
            }
        }
    }
    if !path.is_empty() {
        picture.raw(&format!(r#"<path d="{path}" fill="none" stroke="{BLUE}" stroke-width="2.2"/>"#));
    }
    let last = figures.iter().enumerate().rev().find_map(|(place, figure)| Some((place, figure.value?)));
    if let Some((place, value)) = last {
        let at = [scale.x(place) + 7.0, scale.y(value) + 4.0];
        let words = figure::number(value, language);
        picture.label(at, Anchor::Start, r#"font-weight="bold""#, &words);
    }
}

/// A gap is marked on the ground: a hollow ring for missing, a star for suppressed, a stroke for not applicable.
fn gap(picture: &mut Picture, scale: &Scale, x: f64, kind: Kind) {
    let ground = scale.y(scale.low.max(0.0).min(scale.high)) - 6.0;
    match kind {
        Kind::Suppressed => picture.label([x, ground + 6.0], Anchor::Middle, r#"font-size="14""#, "*"),
        Kind::NotApplicable => {
            let left = x - 4.0;
            picture.raw(&format!(r#"<path d="M{left:.1} {ground:.1}h8" stroke="{INK}" stroke-width="1.2"/>"#));
        }
        Kind::Value | Kind::Missing => picture.raw(&format!(
            r##"<circle cx="{x:.1}" cy="{ground:.1}" r="2.6" fill="#ffffff" stroke="{INK}" stroke-width="1"/>"##
        )),
    }
}

/// Target (dashed, a step at each period) and baseline (dotted), each with its word at the right.
fn references(picture: &mut Picture, scale: &Scale, figures: &[Figure], measure: &Measure, language: Language) {
    let right = WIDTH - RIGHT;
    let half = scale.slot() / 2.0;
    let mut last = None;
    // One stroke for a run of equal targets: dashes that begin anew at each period look like a solid line.
    for run in figures.iter().enumerate().collect::<Vec<_>>().chunk_by(|a, b| a.1.target == b.1.target) {
        let (Some((first, figure)), Some((end, _))) = (run.first(), run.last()) else { continue };
        let Some(target) = figure.target else { continue };
        let (from, to, y) = (scale.x(*first) - half, scale.x(*end) + half, scale.y(target));
        picture.raw(&format!(
            r#"<path d="M{from:.1} {y:.1}H{to:.1}" stroke="{INK}" stroke-width="1.6" stroke-dasharray="6 3"/>"#
        ));
        last = Some(target);
    }
    let mut taken: Vec<f64> = Vec::new();
    let newest = figures.iter().rev().find_map(|figure| figure.value);
    if let (Some(value), false) = (newest, measure.is_amount()) {
        taken.push(scale.y(value));
    }
    let mut word = |picture: &mut Picture, phrase, value| {
        let mut y = scale.y(value);
        while taken.iter().any(|other| (other - y).abs() < 13.0) {
            y += 3.0;
        }
        taken.push(y);
        let words = format!("{} {}", say(phrase, language), figure::number(value, language));
        picture.label([right + 4.0, y + 4.0], Anchor::Start, r#"font-size="11""#, &words);
    };
    if let Some(target) = last {
        word(picture, Phrase::Target, target);
    }
    if let Some(baseline) = measure.baseline {
        let y = scale.y(baseline);
        picture.raw(&format!(
            r#"<path d="M{LEFT} {y:.1}H{right}" stroke="{INK}" stroke-width="1.2" stroke-dasharray="1.5 3"/>"#
        ));
        word(picture, Phrase::Baseline, baseline);
    }
}

/// A period short enough to stand below a bar: `03/2024`, `Q1 2024`.
fn short_period(text: &str, language: Language) -> String {
    match text.split_once('-') {
        Some((year, month)) if month.len() == 2 && month.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{month}/{year}")
        }
        _ => figure::period(text, language),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::tests::{measure, part_of};

    #[test]
    fn bars_stand_on_zero_and_a_gap_is_no_zero() {
        let part = part_of("chart", &[("2024-Q1", Some(40.0)), ("2024-Q2", None), ("2024-Q3", Some(0.0))]);
        let svg = draw(&part, &measure("count"), "Deaths", Language::En);
        assert_eq!(svg.matches("<rect").count(), 2, "a bar for each value, also for zero");
        assert!(!svg.contains(r#"height="0.0""#), "and one that can be seen: {svg}");
        assert_eq!(svg.matches(r##"fill="#ffffff""##).count(), 1, "the gap is marked");
        assert!(svg.contains(">0</text>"), "the axis starts at zero: {svg}");
        assert!(svg.contains("1 of 3 periods have no value shown."));
    }

    #[test]
    fn a_line_breaks_where_a_value_is_missing() {
        let points = [("2024-Q1", Some(4.0)), ("2024-Q2", Some(5.0)), ("2024-Q3", None), ("2024-Q4", Some(6.0))];
        let svg = draw(&part_of("chart", &points), &measure("average"), "Trust", Language::Fr);
        let path = svg.lines().find(|line| line.contains(r#"stroke-width="2.2""#)).expect("the line");
        assert_eq!(path.matches('M').count(), 2, "{path}");
        assert!(svg.contains("T4 2024"));
    }

    #[test]
    fn an_empty_series_says_so() {
        let svg = draw(&part_of("chart", &[]), &measure("average"), "Trust", Language::En);
        assert!(svg.contains("no data"));
    }

    #[test]
    fn steps_are_round() {
        for (at_least, step) in [(0.9, 1.0), (1.1, 2.0), (23.0, 50.0), (0.012, 0.02), (6.0, 10.0)] {
            assert!((nice_step(at_least) - step).abs() < 1e-9, "{at_least}");
        }
    }
}
