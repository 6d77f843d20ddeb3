//! Values that stand far from their neighbours in time.

use std::collections::BTreeMap;

use cpas_proto::words::{Frequency, Period};

use super::Held;
use crate::domain::rollup::Says;

/// Beyond this modified z-score a value stands out.
const SCORE_MAX: f64 = 3.5;
/// Makes the median absolute deviation of a normal distribution its standard deviation.
const NORMAL: f64 = 0.6745;
/// Fewer values say nothing.
const VALUES_MIN: usize = 8;
/// Full years from which on the season is taken off.
const YEARS_MIN: usize = 4;

/// A value that was judged.
pub(super) struct Outlier {
    /// Its place among what is held.
    pub number: usize,
    /// The modified z-score, where it lies beyond the limit.
    pub beyond: Option<f64>,
    /// Values that it was compared with, itself among them.
    pub values: usize,
    pub adjusted: bool,
}

/// Judges the totals of every area and frequency that has enough of them.
pub(super) fn find(held: &[Held], fiscal_start_month: u32) -> Vec<Outlier> {
    let mut series: BTreeMap<(&str, Frequency), Vec<(usize, f64)>> = BTreeMap::new();
    for (number, one) in held.iter().enumerate().filter(|(_, one)| one.fact.slice.is_total()) {
        let value = match one.fact.says {
            Says::Value(value) => value,
            Says::Ratio { numerator, denominator } => numerator / denominator,
            Says::Missing | Says::NotApplicable | Says::Suppressed => continue,
        };
        series.entry((&one.fact.area, one.fact.period.frequency())).or_default().push((number, value));
    }
    let mut judged = Vec::new();
    for values in series.into_values() {
        if values.len() < VALUES_MIN {
            continue;
        }
        let periods: Vec<Period> = values.iter().map(|(number, _)| held[*number].fact.period).collect();
        let numbers: Vec<f64> = values.iter().map(|(_, value)| *value).collect();
        let season = season(&periods, &numbers, fiscal_start_month);
        let left: Vec<f64> = match &season {
            Some(season) => numbers.iter().zip(season).map(|(value, usual)| value - usual).collect(),
            None => numbers,
        };
        for ((number, _), score) in values.iter().zip(scores(&left)) {
            let beyond = score.filter(|score| score.abs() > SCORE_MAX);
            judged.push(Outlier { number: *number, beyond, values: values.len(), adjusted: season.is_some() });
        }
    }
    judged
}

/// The modified z-score of each value; none where the median deviation is zero.
pub(super) fn scores(values: &[f64]) -> Vec<Option<f64>> {
    let centre = median(values);
    let deviation = median(&values.iter().map(|value| (value - centre).abs()).collect::<Vec<_>>());
    let score = |value: &f64| (deviation > 0.0).then(|| NORMAL * (value - centre) / deviation);
    values.iter().map(score).collect()
}

/// What is usual in the part of the year of each value; `None` where that cannot be told.
fn season(periods: &[Period], values: &[f64], fiscal_start_month: u32) -> Option<Vec<f64>> {
    let parts = match periods.first()?.frequency() {
        Frequency::Month => 12,
        Frequency::Quarter => 4,
        Frequency::HalfYear => 2,
        Frequency::Day | Frequency::Year | Frequency::FiscalYear => return None,
    };
    let part = |period: &Period| {
        use chrono::Datelike as _;
        period.first_day(fiscal_start_month).month0() * parts / 12
    };
    let mut by_part: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for (period, value) in periods.iter().zip(values) {
        by_part.entry(part(period)).or_default().push(*value);
    }
    let known = by_part.len() == parts as usize && by_part.values().all(|values| values.len() >= YEARS_MIN);
    let usual: BTreeMap<u32, f64> = by_part.iter().map(|(part, values)| (*part, median(values))).collect();
    known.then(|| periods.iter().map(|period| usual[&part(period)]).collect())
}

/// The middle value; of an even number the mean of the two in the middle.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        even if even % 2 == 0 => f64::midpoint(sorted[middle - 1], sorted[middle]),
        _ => sorted[middle],
    }
}

/// The sentence about an outlier.
pub(super) fn said(score: f64, values: usize, adjusted: bool) -> (String, String) {
    let (above, au_dessus) = if score > 0.0 { ("above", "au-dessus") } else { ("below", "au-dessous") };
    let (season, saison) = if adjusted { (" of the season", " de la saison") } else { ("", "") };
    (
        format!(
            "Far {above} what is usual{season}: modified z-score {score:.1} among {values} values. Check it; a true \
             value stays, with a note."
        ),
        format!(
            "Loin {au_dessus} de l’habituel{saison} : score z modifié {} parmi {values} valeurs. À vérifier ; une \
             valeur exacte reste, avec une note.",
            format!("{score:.1}").replace('.', ",")
        ),
    )
}
