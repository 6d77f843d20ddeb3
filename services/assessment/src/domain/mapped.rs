//! Factors of the context maps as rival explanations: how severe what inhibits peace was, by kind, area and month.
//!
//! A map holds for every month of its period and every area that it covers: the severity of a kind is that of its most severe
//! inhibiting factor there, 1 to 5, and 0 where the map names none. Where several maps cover an area and month the one that was
//! published last counts. What no map covers is unknown.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use cpas_proto::words::{Classification, FactorKind, Frequency, Period};

use super::{
    analysis::{
        Direction, OverTime, Point,
        contribution::{Measured, Side},
    },
    text::Text,
};

/// A context map that was published by the cut-off.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapped {
    pub period: Period,
    /// Codes of the areas that it covers.
    pub areas: Vec<String>,
    pub published_at: DateTime<Utc>,
    /// What inhibits peace: kind, severity 1 to 5, areas.
    pub inhibiting: Vec<(FactorKind, u32, Vec<String>)>,
    pub classification: Classification,
}

/// The severity of each kind that any map names, and the highest classification of the maps.
pub fn severities(maps: &[Mapped], fiscal_start_month: u32) -> Vec<(Measured, Classification)> {
    let mut in_order: Vec<&Mapped> = maps.iter().collect();
    in_order.sort_by_key(|map| map.published_at);
    let mut of_place: BTreeMap<(&String, Period), &Mapped> = BTreeMap::new();
    for map in &in_order {
        for month in months(map.period, fiscal_start_month) {
            of_place.extend(map.areas.iter().map(|area| ((area, month), *map)));
        }
    }
    let classification = maps.iter().map(|map| map.classification).max().unwrap_or(Classification::Unclassified);
    let named: BTreeSet<&str> = maps.iter().flat_map(|map| &map.inhibiting).map(|(kind, ..)| kind.word()).collect();
    let kinds = FactorKind::ALL.iter().filter(|kind| named.contains(kind.word()));
    let severity = |kind: &FactorKind| {
        let mut by_area: BTreeMap<String, Vec<Point>> = BTreeMap::new();
        for ((area, month), map) in &of_place {
            let here = map.inhibiting.iter().filter(|(of, _, areas)| of == kind && areas.contains(area));
            let most = here.map(|(_, severity, _)| *severity).max().unwrap_or_default();
            by_area.entry((*area).clone()).or_default().push(Point::of(*month, Some(f64::from(most))));
        }
        let side = Side {
            code: format!("context:{kind}"),
            name: name(*kind),
            unit: String::new(),
            direction: Direction::Lower,
        };
        (Measured { side, over_time: OverTime::Average, frequency: Frequency::Month, by_area }, classification)
    };
    kinds.map(severity).collect()
}

/// Months of a period; of a day or part of one the month that it lies in.
fn months(period: Period, fiscal_start_month: u32) -> Vec<Period> {
    let last = period.last_day(fiscal_start_month);
    let first = Period::containing(period.first_day(fiscal_start_month), Frequency::Month, fiscal_start_month);
    std::iter::successors(Some(first), |month| Some(month.next(fiscal_start_month)))
        .take_while(|month| month.first_day(fiscal_start_month) <= last)
        .collect()
}

fn name(kind: FactorKind) -> Text {
    let (en, fr) = match kind {
        FactorKind::Political => ("political", "politiques"),
        FactorKind::Security => ("security", "de sécurité"),
        FactorKind::Social => ("social", "sociaux"),
        FactorKind::Economic => ("economic", "économiques"),
        FactorKind::Climate => ("climate", "climatiques"),
        FactorKind::Humanitarian => ("humanitarian", "humanitaires"),
    };
    Text::of(
        format!("Severity of inhibiting {en} factors on the context map"),
        format!("Gravité des facteurs {fr} défavorables sur la carte du contexte"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(period: &str, published: &str, areas: &[&str], inhibiting: &[(FactorKind, u32, &[&str])]) -> Mapped {
        let owned = |areas: &[&str]| areas.iter().map(|area| (*area).to_owned()).collect::<Vec<String>>();
        Mapped {
            period: period.parse().expect("a period"),
            areas: owned(areas),
            published_at: published.parse().expect("an instant"),
            inhibiting: inhibiting.iter().map(|(kind, severity, areas)| (*kind, *severity, owned(areas))).collect(),
            classification: Classification::Unclassified,
        }
    }

    #[test]
    fn each_month_and_area_has_the_most_severe_factor_of_the_map_published_last() {
        use FactorKind::{Economic, Security};
        let first =
            map("2024-Q1", "2024-01-05T00:00:00Z", &["A", "B"], &[(Security, 2, &["A"]), (Security, 4, &["A"])]);
        let mut later = map("2024-03", "2024-03-10T00:00:00Z", &["A"], &[(Economic, 3, &["A", "B"])]);
        later.classification = Classification::Confidential;
        // The order in which maps come decides nothing.
        let found = severities(&[later, first], 7);
        let codes: Vec<&str> = found.iter().map(|(one, _)| one.side.code.as_str()).collect();
        assert_eq!(codes, ["context:security", "context:economic"]);
        let values = |at: usize, area: &str| -> Vec<(String, Option<f64>)> {
            found[at].0.by_area[area].iter().map(|point| (point.period.to_string(), point.value)).collect()
        };
        let month = |at: &str, value: f64| (at.to_owned(), Some(value));
        assert_eq!(values(0, "A"), [month("2024-01", 4.0), month("2024-02", 4.0), month("2024-03", 0.0)]);
        assert_eq!(values(0, "B"), [month("2024-01", 0.0), month("2024-02", 0.0), month("2024-03", 0.0)]);
        assert_eq!(values(1, "A")[2], month("2024-03", 3.0));
        assert_eq!(values(1, "B")[2], month("2024-03", 0.0), "the later map does not cover it");
        assert!(found.iter().all(|(_, classification)| *classification == Classification::Confidential));
        assert!(found[0].0.side.name.fr.contains("de sécurité"));
        assert_eq!(severities(&[], 7), []);
    }

    #[test]
    fn a_period_of_any_length_has_its_months() {
        for (period, count) in
            [("2024", 12), ("FY2024", 12), ("2024-H1", 6), ("2024-Q2", 3), ("2024-05", 1), ("2024-05-07", 1)]
        {
            assert_eq!(months(period.parse().expect("a period"), 7).len(), count, "{period}");
        }
    }
}
