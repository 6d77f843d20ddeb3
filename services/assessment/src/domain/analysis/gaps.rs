//! Gaps: between women and men, ages, areas: how large, who is worse off, since when, and whether they close.
//!
//! Compared are the groups known in the latest period that two or more are known in; `unknown` is no group. Of two
//! groups, the difference is followed through time; of more, the distance from the highest to the lowest of the
//! same groups, because following the two that happen to be furthest apart at the end would find a widening in
//! scatter alone. Whether it widens is asked of Mann and Kendall ([`super::mann_kendall`]), and of two shares
//! there is Newcombe's interval ([`super::difference`]); of the furthest of many there is none, for the same reason.
//! Checked against `pymannkendall.original_test` and statsmodels by way of these.

use cpas_proto::{
    vocabulary,
    words::{Language, Period},
};
use serde::{Deserialize, Serialize};

use super::{
    Direction, Interval, OverTime, Point,
    difference::newcombe,
    mann_kendall::mann_kendall,
    sentence::{measure, number, probability},
};
use crate::domain::text::Text;

/// Name and version of the method.
pub const METHOD: &str = "gaps/1";
/// The dimension of areas.
pub const AREA: &str = "area";
/// The category of those of whom it is not known.
pub const UNKNOWN: &str = "unknown";

/// Values of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub category: String,
    /// One for each period, the same periods for all groups, in time order.
    pub points: Vec<Point>,
}

/// A group and its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Side {
    pub category: String,
    pub value: f64,
}

vocabulary! {
    /// What a gap does over time.
    pub enum Movement as "a movement of a gap" {
        Widening = "widening",
        Narrowing = "narrowing",
        /// Cannot be told from chance.
        None = "none",
        TooFew = "too_few",
    }
}

/// A gap in one dimension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// `sex`, `age`, `area`.
    pub dimension: String,
    pub period: Period,
    pub highest: Side,
    pub lowest: Side,
    /// Groups that were compared.
    pub groups: usize,
    /// Highest less lowest, 0 or more.
    pub difference: f64,
    /// 95 % interval of the difference, of two shares.
    pub interval: Option<Interval>,
    /// First period since which the one has been above the other without a break; absent where they are level.
    pub since: Option<Period>,
    pub movement: Movement,
    /// Of the movement (Mann–Kendall), and the periods it rests on.
    pub p: Option<f64>,
    pub n: usize,
    /// The one for whom it is worse, where more is better or worse.
    pub worse: Option<String>,
    /// For a leader.
    pub statement: Text,
}

/// What is measured, as far as gaps need it.
#[derive(Debug, Clone, Copy)]
pub struct Measure<'a> {
    pub unit: &'a str,
    pub direction: Direction,
    pub over_time: OverTime,
}

/// The gap between groups in one dimension. `None` where no period has two of them. Values are finite, and
/// `scale` is 100 for percentages.
pub fn gap(dimension: &str, groups: &[Group], measure: Measure<'_>, scale: f64) -> Option<Gap> {
    let groups: Vec<&Group> = groups.iter().filter(|group| group.category != UNKNOWN).collect();
    let periods = groups.iter().map(|group| group.points.len()).min()?;
    let value = |group: &Group, place: usize| group.points[place].value;
    let known = |place: usize| groups.iter().filter(|group| value(group, place).is_some()).count();
    let latest = (0..periods).rev().find(|place| known(*place) >= 2)?;
    let compared: Vec<&Group> = groups.iter().copied().filter(|group| value(group, latest).is_some()).collect();
    let by_value = |one: &&&Group, other: &&&Group| {
        value(one, latest).unwrap_or(0.0).total_cmp(&value(other, latest).unwrap_or(0.0))
    };
    let (high, low) = (*compared.iter().rev().max_by(by_value)?, *compared.iter().min_by(by_value)?);
    let (top, bottom) = (value(high, latest)?, value(low, latest)?);
    let difference = top - bottom;
    if !difference.is_finite() {
        return None;
    }
    let followed = followed(&compared, high, low, latest);
    let test = mann_kendall(&followed);
    let movement = match test {
        None => Movement::TooFew,
        Some(test) if !test.is_significant() => Movement::None,
        Some(test) if test.s > 0 => Movement::Widening,
        Some(_) => Movement::Narrowing,
    };
    let mut gap = Gap {
        dimension: dimension.to_owned(),
        period: high.points[latest].period,
        highest: Side { category: high.category.clone(), value: top },
        lowest: Side { category: low.category.clone(), value: bottom },
        groups: compared.len(),
        difference,
        interval: (compared.len() == 2 && measure.over_time == OverTime::Ratio)
            .then(|| interval(&high.points[latest], &low.points[latest], scale))
            .flatten(),
        since: (difference > 0.0).then(|| since(high, low, latest)),
        movement,
        p: test.map(|test| test.p),
        n: followed.iter().flatten().count(),
        worse: worse(measure.direction, high, low, difference),
        statement: Text::default(),
    };
    gap.statement = gap.said(measure);
    Some(gap)
}

/// The difference of two, or the span of more, of each period in which all of them are known.
fn followed(compared: &[&Group], high: &Group, low: &Group, latest: usize) -> Vec<Option<f64>> {
    (0..=latest)
        .map(|place| {
            if compared.len() == 2 {
                return Some(high.points[place].value? - low.points[place].value?);
            }
            let all: Option<Vec<f64>> = compared.iter().map(|group| group.points[place].value).collect();
            let all = all?;
            let top = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            Some(top - all.iter().copied().fold(f64::INFINITY, f64::min))
        })
        .map(|value| value.filter(|value: &f64| value.is_finite()))
        .collect()
}

/// The first period of the latest unbroken run in which the one is above the other; a period in which either is
/// unknown breaks nothing.
fn since(high: &Group, low: &Group, latest: usize) -> Period {
    let mut first = latest;
    for place in (0..latest).rev() {
        match (high.points[place].value, low.points[place].value) {
            (Some(top), Some(bottom)) if top > bottom => first = place,
            (Some(_), Some(_)) => break,
            _ => {}
        }
    }
    high.points[first].period
}

fn interval(high: &Point, low: &Point, scale: f64) -> Option<Interval> {
    let (_, of_one) = newcombe((high.numerator?, high.denominator?), (low.numerator?, low.denominator?))?;
    Some(Interval { low: of_one.low * scale, high: of_one.high * scale })
}

fn worse(direction: Direction, high: &Group, low: &Group, difference: f64) -> Option<String> {
    match direction {
        _ if difference <= 0.0 => None,
        Direction::Higher => Some(low.category.clone()),
        Direction::Lower => Some(high.category.clone()),
        Direction::InRange => None,
    }
}

impl Gap {
    /// What it says, for a leader, in both languages.
    fn said(&self, measure: Measure<'_>) -> Text {
        let say = |language| {
            [self.size(measure, language), self.course(language), counts(measure, language)]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        };
        Text::of(say(Language::En), say(Language::Fr))
    }

    fn size(&self, of: Measure<'_>, language: Language) -> String {
        let (by, period) = (dimension(&self.dimension, language), self.period);
        let side = |side: &Side| {
            (category(&self.dimension, &side.category, language).to_owned(), measure(side.value, of.unit, language))
        };
        let ((high, top), (low, bottom)) = (side(&self.highest), side(&self.lowest));
        let Some(since) = self.since else {
            return match language {
                Language::En => format!("By {by}, in {period}: no gap, {top} for all."),
                Language::Fr => format!("Par {by}, en {period} : aucun écart, {top} pour tous."),
            };
        };
        let difference = number(self.difference, language);
        let interval = self.interval.map(|ends| (number(ends.low, language), number(ends.high, language)));
        let worse = self.worse.as_ref().map(|one| category(&self.dimension, one, language));
        match language {
            Language::En => {
                let interval =
                    interval.map(|(low, high)| format!(" (95 % interval {low} to {high})")).unwrap_or_default();
                let worse = worse.map(|one| format!(", worse for {one}")).unwrap_or_default();
                format!(
                    "By {by}, in {period}: {high} {top}, {low} {bottom}, a gap of {difference}{interval}{worse}, the same way round since {since}."
                )
            }
            Language::Fr => {
                let interval =
                    interval.map(|(low, high)| format!(" (intervalle à 95 % de {low} à {high})")).unwrap_or_default();
                let worse = worse.map(|one| format!(", pire pour {one}")).unwrap_or_default();
                format!(
                    "Par {by}, en {period} : {high} {top}, {low} {bottom}, un écart de {difference}{interval}{worse}, dans le même sens depuis {since}."
                )
            }
        }
    }

    fn course(&self, language: Language) -> String {
        let Some(p) = self.p.map(|p| probability(p, language)) else { return String::new() };
        let n = self.n;
        match (self.movement, language) {
            (Movement::Widening, Language::En) => format!("It is widening (p {p}, n = {n})."),
            (Movement::Narrowing, Language::En) => format!("It is narrowing (p {p}, n = {n})."),
            (_, Language::En) => format!("Whether it widens or narrows cannot be told from chance (p {p}, n = {n})."),
            (Movement::Widening, Language::Fr) => format!("Il se creuse (p {p}, n = {n})."),
            (Movement::Narrowing, Language::Fr) => format!("Il se réduit (p {p}, n = {n})."),
            (_, Language::Fr) => {
                format!("Qu'il se creuse ou se réduise ne se distingue pas du hasard (p {p}, n = {n}).")
            }
        }
    }
}

fn counts(of: Measure<'_>, language: Language) -> String {
    match (of.over_time, language) {
        (OverTime::Sum, Language::En) => {
            "These are counts, not divided by how many people are in each group.".to_owned()
        }
        (OverTime::Sum, Language::Fr) => {
            "Ce sont des décomptes, non rapportés au nombre de personnes de chaque groupe.".to_owned()
        }
        _ => String::new(),
    }
}

fn dimension(name: &str, language: Language) -> &str {
    match (name, language) {
        ("sex", Language::Fr) => "sexe",
        ("age", Language::Fr) => "âge",
        (AREA, Language::Fr) => "zone",
        (name, _) => name,
    }
}

fn category<'a>(dimension: &str, name: &'a str, language: Language) -> &'a str {
    match (dimension, name, language) {
        ("sex", "f", Language::En) => "women and girls",
        ("sex", "m", Language::En) => "men and boys",
        ("sex", "f", Language::Fr) => "les femmes et les filles",
        ("sex", "m", Language::Fr) => "les hommes et les garçons",
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CASES: Measure<'static> = Measure { unit: "cases", direction: Direction::Lower, over_time: OverTime::Sum };

    fn group(category: &str, values: &[Option<f64>]) -> Group {
        let point =
            |(at, value): (usize, &Option<f64>)| Point::of((2015 + at).to_string().parse().expect("a year"), *value);
        Group { category: category.to_owned(), points: values.iter().enumerate().map(point).collect() }
    }

    fn known(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn a_gap_has_a_size_a_direction_and_a_beginning() {
        let women = group("f", &known(&[5.0, 9.0, 6.0, 7.0, 8.0, 9.0, 12.0]));
        let men = group("m", &[Some(6.0), Some(5.0), Some(4.0), None, Some(3.0), Some(2.0), Some(1.0)]);
        let unknown = group("unknown", &known(&[90.0; 7]));
        let found = gap("sex", &[women, men, unknown], CASES, 1.0).expect("a gap");
        assert_eq!((found.highest.category.as_str(), found.lowest.category.as_str()), ("f", "m"));
        assert_eq!((found.difference, found.groups, found.n), (11.0, 2, 6));
        assert_eq!(found.since, Some("2016".parse().expect("a year")), "the unknown year breaks nothing");
        assert_eq!((found.worse.as_deref(), found.movement), (Some("f"), Movement::Widening));
        let said = &found.statement;
        assert!(
            said.en.starts_with(
                "By sex, in 2021: women and girls 12 cases, men and boys 1 cases, a gap of 11, worse for women and girls, the same way round since 2016. It is widening (p"
            ),
            "{said:?}"
        );
        assert!(
            said.fr.contains("un écart de 11, pire pour les femmes et les filles") && said.fr.contains("Il se creuse"),
            "{said:?}"
        );
        assert!(said.en.contains("not divided by how many people"));
    }

    #[test]
    fn of_two_shares_the_gap_has_its_interval_and_of_three_none() {
        let share = |category: &str, part: f64, whole: f64| {
            let mut group = group(category, &known(&[100.0 * part / whole]));
            group.points[0] = Point { numerator: Some(part), denominator: Some(whole), ..group.points[0] };
            group
        };
        let measure = Measure { unit: "%", direction: Direction::Higher, over_time: OverTime::Ratio };
        let two = [share("f", 48.0, 80.0), share("m", 56.0, 70.0)];
        let found = gap("sex", &two, measure, 100.0).expect("a gap");
        let ends = found.interval.expect("two shares");
        assert!(ends.low > 5.0 && ends.low < 6.0 && ends.high > 33.0 && ends.high < 34.0, "{ends:?}");
        assert_eq!((found.worse.as_deref(), found.movement), (Some("f"), Movement::TooFew));
        let three = [two[0].clone(), two[1].clone(), share("x", 1.0, 3.0)];
        assert_eq!(gap("age", &three, measure, 100.0).expect("a gap").interval, None);
    }

    #[test]
    fn one_group_or_none_at_a_time_is_no_gap_and_equal_ones_say_so() {
        assert_eq!(gap("sex", &[group("f", &known(&[1.0]))], CASES, 1.0), None);
        let apart = [group("f", &[Some(1.0), None]), group("m", &[None, Some(2.0)])];
        assert_eq!(gap("sex", &apart, CASES, 1.0), None);
        let level = gap("sex", &[group("f", &known(&[3.0])), group("m", &known(&[3.0]))], CASES, 1.0).expect("level");
        assert_eq!((level.since, level.worse.as_deref(), level.difference), (None, None, 0.0));
        assert!(level.statement.en.starts_with("By sex, in 2015: no gap, 3 cases for all."));
    }

    proptest! {
        #[test]
        fn whatever_the_order_of_groups_the_gap_is_as_wide(
            values in prop::collection::vec(prop::collection::vec(prop::option::of(-1e9f64..1e9), 6), 0..5),
        ) {
            let groups: Vec<Group> =
                values.iter().enumerate().map(|(at, values)| group(&format!("g{at}"), values)).collect();
            let turned: Vec<Group> = groups.iter().rev().cloned().collect();
            let (one, other) = (gap("age", &groups, CASES, 1.0), gap("age", &turned, CASES, 1.0));
            let width = |gap: &Option<Gap>| gap.as_ref().map(|gap| (gap.difference, gap.movement, gap.p, gap.n));
            prop_assert_eq!(width(&one), width(&other));
            prop_assert!(one.is_none_or(|gap| gap.difference >= 0.0 && gap.difference.is_finite()));
        }
    }
}
