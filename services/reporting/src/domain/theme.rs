//! What is under a theme: how values develop, and what may be added up over missions.

use super::{home::SeriesPoint, leadership::worse_value};

/// Two quotients of value and parts are the same scale within this share of one.
const SCALE_SHARE: f64 = 1e-6;

cpas_proto::vocabulary! {
    /// How the newest value stands to the one before.
    pub enum SinceLast as "a change since the last value" {
        Better = "better",
        Same = "same",
        Worse = "worse",
        Unknown = "unknown",
    }
}

/// How the newest value stands to the one before it, gaps passed over. Of a range better is nearer to it; without a range
/// and with fewer than two values nothing is known.
pub fn since_last(direction: &str, low: Option<f64>, high: Option<f64>, points: &[SeriesPoint]) -> SinceLast {
    let mut valued = points.iter().rev().filter(|point| point.value.is_some());
    let (Some(now), Some(before)) = (valued.next(), valued.next()) else { return SinceLast::Unknown };
    if direction == "in_range" && low.is_none() && high.is_none() {
        return SinceLast::Unknown;
    }
    let (forth, back) = ([before.clone(), now.clone()], [now.clone(), before.clone()]);
    let is_worse = |direction, pair| worse_value(direction, low, high, pair).is_some();
    let is_better = match direction {
        "in_range" => is_worse(direction, &back),
        "lower" => is_worse("higher", &forth),
        _ => is_worse("lower", &forth),
    };
    match (is_worse(direction, &forth), is_better) {
        (true, _) => SinceLast::Worse,
        (false, true) => SinceLast::Better,
        (false, false) => SinceLast::Same,
    }
}

cpas_proto::vocabulary! {
    /// How values of several missions become one.
    pub enum How as "a way to add up" {
        Sum = "sum",
        /// Sum of numerators over sum of denominators, never an average of ratios.
        Ratio = "ratio",
        NotAdded = "not_added",
    }
}

/// How the values of an indicator become one over missions: as its definition says of areas.
pub fn how(over_areas: &str) -> How {
    match over_areas {
        "sum" => How::Sum,
        "ratio" => How::Ratio,
        _ => How::NotAdded,
    }
}

/// What a mission gives to a value over several.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Given {
    pub value: f64,
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
}

impl Given {
    /// Numerator, denominator, and what their quotient is multiplied by to be the value: 1, or 100 of a percentage.
    fn parts(&self) -> Option<(f64, f64, Option<f64>)> {
        let (numerator, denominator) = (self.numerator?, self.denominator.filter(|all| *all > 0.0)?);
        let scale = (numerator != 0.0).then(|| self.value * denominator / numerator);
        Some((numerator, denominator, scale))
    }
}

/// Values of several missions as one.
#[derive(Debug, Clone, PartialEq)]
pub struct Together {
    pub value: f64,
    /// Sums of the parts of a ratio.
    pub parts: Option<(f64, f64)>,
    /// Which of those that were given are in it; of a ratio not those whose parts are not known, or are on another scale.
    pub taken: Vec<bool>,
}

/// Adds up as the definition says; `None` where nothing can be.
pub fn together(how: How, given: &[Given]) -> Option<Together> {
    match how {
        How::NotAdded => None,
        How::Sum => (!given.is_empty()).then(|| Together {
            value: given.iter().map(|one| one.value).sum(),
            parts: None,
            taken: vec![true; given.len()],
        }),
        How::Ratio => {
            let scale = given.iter().find_map(|one| one.parts()?.2).unwrap_or(1.0);
            let fits = |own: Option<f64>| own.is_none_or(|own| (own - scale).abs() <= SCALE_SHARE * scale.abs());
            let parts: Vec<Option<(f64, f64)>> = given
                .iter()
                .map(|one| {
                    one.parts()
                        .filter(|(.., own)| fits(*own))
                        .map(|(numerator, denominator, _)| (numerator, denominator))
                })
                .collect();
            let sums = parts.iter().flatten().fold((0.0, 0.0), |all, one| (all.0 + one.0, all.1 + one.1));
            (sums.1 > 0.0).then(|| Together {
                value: scale * sums.0 / sums.1,
                parts: Some(sums),
                taken: parts.iter().map(Option::is_some).collect(),
            })
        }
    }
}

/// What is preferred among ratings of one outcome: that of the question about the change, else the last, which is the
/// worst where they are given from good to bad.
pub fn rating_of<'a>(preferred: &str, ratings: &[(&'a str, &'a str)]) -> Option<&'a str> {
    let own = ratings.iter().find(|(question, rating)| *question == preferred && !rating.is_empty());
    own.or_else(|| ratings.iter().rev().find(|(_, rating)| !rating.is_empty())).map(|(_, rating)| *rating)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn series(values: &[Option<f64>]) -> Vec<SeriesPoint> {
        let point = |(place, value): (usize, &Option<f64>)| SeriesPoint {
            period: format!("2024-{:02}", place + 1),
            value: *value,
            ..Default::default()
        };
        values.iter().enumerate().map(point).collect()
    }

    #[test]
    fn better_depends_on_the_direction_and_too_little_is_unknown() {
        let fell = series(&[Some(9.0), None, Some(3.0), None]);
        assert_eq!(since_last("lower", None, None, &fell), SinceLast::Better);
        assert_eq!(since_last("higher", None, None, &fell), SinceLast::Worse);
        assert_eq!(
            since_last("lower", None, None, &series(&[Some(0.0), Some(0.0)])),
            SinceLast::Same,
            "zero is a value"
        );
        assert_eq!(since_last("lower", None, None, &series(&[Some(9.0), None])), SinceLast::Unknown);
        assert_eq!(since_last("in_range", None, None, &fell), SinceLast::Unknown, "nobody set a range");
        assert_eq!(since_last("in_range", Some(4.0), Some(5.0), &fell), SinceLast::Better, "1 away instead of 4");
    }

    fn ratio(numerator: f64, denominator: f64) -> Given {
        Given { value: numerator / denominator, numerator: Some(numerator), denominator: Some(denominator) }
    }

    #[test]
    fn a_ratio_is_sum_over_sum_and_what_has_no_parts_is_left_out() {
        let untold = Given { value: 0.9, numerator: None, denominator: None };
        let all = together(How::Ratio, &[ratio(1.0, 10.0), untold, ratio(90.0, 100.0)]).expect("a ratio");
        assert!((all.value - 91.0 / 110.0).abs() < 1e-12, "not the average of 0.1 and 0.9: {all:?}");
        assert_eq!((all.parts, all.taken), (Some((91.0, 110.0)), vec![true, false, true]));
        let percent = |given: Given| Given { value: 100.0 * given.value, ..given };
        let all = together(How::Ratio, &[percent(ratio(1.0, 4.0)), percent(ratio(0.0, 4.0)), ratio(1.0, 2.0)]);
        let all = all.expect("a percentage");
        assert!((all.value - 12.5).abs() < 1e-9, "{all:?}");
        assert_eq!(all.taken, [true, true, false], "another scale is not added");
        assert_eq!(together(How::Ratio, &[untold]), None);
    }

    #[test]
    fn averages_and_nothing_are_not_added() {
        assert_eq!(how("average"), How::NotAdded);
        assert_eq!(together(How::NotAdded, &[ratio(1.0, 2.0)]), None);
        assert_eq!(together(How::Sum, &[]), None, "nothing is not zero");
    }

    #[test]
    fn the_question_about_the_change_rates_before_the_others() {
        let all = [("delivery", "achieved"), ("change", "at_risk"), ("next", "")];
        assert_eq!(rating_of("change", &all), Some("at_risk"));
        assert_eq!(rating_of("link", &all), Some("at_risk"), "else the last that rates");
        assert_eq!(rating_of("change", &[("change", "")]), None);
    }

    proptest! {
        /// A ratio over missions lies between the least and the greatest of theirs.
        #[test]
        fn a_ratio_lies_between_its_parts(parts in prop::collection::vec((0.0..1e6_f64, 1.0..1e6_f64), 1..12)) {
            let given: Vec<Given> = parts.iter().map(|(numerator, denominator)| ratio(*numerator, *denominator)).collect();
            let all = together(How::Ratio, &given).expect("a ratio");
            let least = given.iter().map(|one| one.value).fold(f64::INFINITY, f64::min);
            let most = given.iter().map(|one| one.value).fold(f64::NEG_INFINITY, f64::max);
            let slack = 1e-9 * most.abs().max(1.0);
            prop_assert!(all.value >= least - slack && all.value <= most + slack);
        }

        /// Turned round, a change is the other way.
        #[test]
        fn a_change_turns_with_the_direction(old in -1e6..1e6_f64, new in -1e6..1e6_f64) {
            let points = series(&[Some(old), Some(new)]);
            let turned = match since_last("higher", None, None, &points) {
                SinceLast::Better => SinceLast::Worse,
                SinceLast::Worse => SinceLast::Better,
                other => other,
            };
            prop_assert_eq!(turned, since_last("lower", None, None, &points));
        }
    }
}
