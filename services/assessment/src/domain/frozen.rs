//! What freezing keeps: the plan, the definitions, targets and values as they were known at the
//! cut-off, so that the assessment reads, and can be computed again, the same years later.

use cpas_proto::words::{Classification, Frequency};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    analysis::{Baseline, Computed, Direction, Horizon, OverTime, Point, Subject, Target, analyse, gaps, together},
    gapped, kept,
    performance::{Output, Timely},
    text::Text,
};

/// An outcome of the pinned plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The same through all versions of the plan.
    pub lineage_id: Uuid,
    pub number: String,
    pub statement: Text,
    pub lead_section: String,
    pub contributing_sections: Vec<String>,
    #[serde(default)]
    pub markers: Vec<String>,
    /// Codes; empty: the whole mission, or it was pinned before they were kept. So with what follows.
    #[serde(default)]
    pub areas: Vec<String>,
    /// The one whose change it is.
    #[serde(default)]
    pub stakeholder_id: Option<Uuid>,
    /// It or what lies under it promises much for gender (gender 2 or 3); what was frozen before markers were kept
    /// promises nothing.
    #[serde(default)]
    pub gender_marked: bool,
    #[serde(default)]
    pub poc_marked: bool,
    /// Lineage ids of the outputs under it, and of those that are linked to it.
    #[serde(default)]
    pub outputs: Vec<Uuid>,
}

impl Outcome {
    /// Sections that work on it; empty where none is named, which every section reaches.
    pub fn sections(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.lead_section).chain(&self.contributing_sections).map(String::as_str)
    }
}

/// Why an output of the pinned plan should bring an outcome about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    pub output_lineage_id: Uuid,
    pub outcome_lineage_id: Uuid,
    pub hypothesis: Text,
    /// Months until the effect is expected, 0 to 120.
    pub lag_months: u32,
    /// As the plan has it: weak, moderate or strong.
    pub strength: String,
}

/// The plan as it was pinned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub id: Uuid,
    pub number: u32,
    pub title: Text,
    pub state: String,
    pub outcomes: Vec<Outcome>,
    /// In the order of the outcomes; a plan that was pinned before links were has none.
    #[serde(default)]
    pub links: Vec<Link>,
    /// In the order of the plan; `None`: it was pinned before they were kept.
    #[serde(default)]
    pub outputs: Option<Vec<Output>>,
}

/// The definition of an indicator as it was pinned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Indicator {
    pub id: Uuid,
    pub code: String,
    pub name: Text,
    pub unit: String,
    pub direction: Direction,
    pub over_time: OverTime,
    pub frequency: Frequency,
    #[serde(with = "kept")]
    pub baseline: Option<Baseline>,
    pub definition_version: u32,
    /// Lineage id of the outcome or output that it measures.
    pub plan_item_lineage_id: Option<Uuid>,
    /// context, outcome or output; empty in what was frozen before it was kept.
    #[serde(default)]
    pub level: String,
    /// Codes that its formula names.
    #[serde(default)]
    pub computed_from: Vec<String>,
}

/// A target of the total as it was pinned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrozenTarget {
    pub id: Uuid,
    /// `None`: the whole mission.
    pub area: Option<String>,
    pub target: Target,
}

/// Values of the total in one area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// `None`: the mission as a whole.
    pub area: Option<String>,
    pub points: Vec<Point>,
}

/// Values of one category in the mission as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// `sex`, `age`.
    pub dimension: String,
    pub category: String,
    pub points: Vec<Point>,
}

/// Everything that is kept of one indicator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    pub indicator: Indicator,
    #[serde(with = "kept")]
    pub targets: Vec<FrozenTarget>,
    #[serde(with = "kept")]
    pub parts: Vec<Part>,
    /// What was frozen before slices were read has none.
    #[serde(default, with = "kept")]
    pub slices: Vec<Slice>,
    /// Values that were there by the day they were due; `None`: unknown, or frozen before it was kept.
    #[serde(default)]
    pub timely: Option<Timely>,
    /// What came with the series.
    pub cautions: Vec<Text>,
    /// The highest of the definition's and the values'.
    pub classification: Classification,
}

impl Inputs {
    /// Computes all analyses of the indicator: the mission as a whole, and each area that has values.
    ///
    /// Where values are by area only (they cannot be added up), there is no analysis of the whole, unless
    /// the whole has a target.
    pub fn analyses(&self, horizon: &Horizon) -> Vec<(Subject, Computed)> {
        let mut all: Vec<(Subject, Computed)> = self
            .subjects()
            .map(|subject| {
                let computed = analyse(&subject, horizon);
                (subject, computed)
            })
            .collect();
        for gap in gapped::gaps(self, horizon) {
            // Without an analysis of the whole it stands with the area that it is about.
            let is_its = |subject: &Subject| {
                subject.area.is_none() || subject.area.as_ref().is_some_and(|area| *area == gap.highest.category)
            };
            let Some((_, computed)) = all.iter_mut().find(|(subject, _)| is_its(subject)) else { continue };
            if computed.gaps.is_empty() {
                computed.method += &format!("; {}", gaps::METHOD);
            }
            computed.gaps.push(gap);
        }
        all
    }

    fn subjects(&self) -> impl Iterator<Item = Subject> {
        let mut areas: Vec<&String> = self
            .parts
            .iter()
            .filter(|part| part.points.iter().any(|point| point.value.is_some()))
            .filter_map(|part| part.area.as_ref())
            .collect();
        areas.sort();
        areas.dedup();
        let known = |part: &Part| part.area.is_none() && part.points.iter().any(|point| point.value.is_some());
        let aimed = self.targets.iter().any(|target| target.area.is_none());
        let by_area_only = !areas.is_empty() && !aimed && !self.parts.iter().any(known);
        let whole = (!by_area_only).then(|| self.subject(None));
        whole.into_iter().chain(areas.into_iter().map(|area| self.subject(Some(area))))
    }

    fn subject(&self, area: Option<&String>) -> Subject {
        let indicator = &self.indicator;
        let points: Vec<Point> =
            self.parts.iter().filter(|part| part.area.as_ref() == area).flat_map(|part| part.points.clone()).collect();
        Subject {
            code: indicator.code.clone(),
            name: indicator.name.clone(),
            unit: indicator.unit.clone(),
            area: area.cloned(),
            direction: indicator.direction,
            over_time: indicator.over_time,
            frequency: indicator.frequency,
            baseline: if area.is_none() { indicator.baseline } else { self.baseline_of_area(&points) },
            targets: self
                .targets
                .iter()
                .filter(|target| target.area.as_ref() == area)
                .map(|target| target.target)
                .collect(),
            points,
            cautions: self.cautions.clone(),
        }
    }

    /// The written baseline is the mission's; an area's is what its own series says of that period.
    fn baseline_of_area(&self, points: &[Point]) -> Option<Baseline> {
        let period = self.indicator.baseline?.period?;
        let value = points.iter().find(|point| point.period == period)?.value?;
        Some(Baseline { value, period: Some(period) })
    }
}

/// Computes all analyses of an assessment, in the order of its inputs, and corrects their trends for having been
/// tested together: each with those of its own classification and below, so that no number tells of what is above it.
pub fn analyses(inputs: &[Inputs], horizon: &Horizon) -> Vec<(Subject, Computed, usize)> {
    let of_one = |(place, one): (usize, &Inputs)| {
        one.analyses(horizon).into_iter().map(move |(subject, computed)| (subject, computed, place)).collect::<Vec<_>>()
    };
    let mut all: Vec<(Subject, Computed, usize)> = inputs.iter().enumerate().flat_map(of_one).collect();
    let families: Vec<Classification> = all.iter().map(|(.., place)| inputs[*place].classification).collect();
    let mut computed: Vec<&mut Computed> = all.iter_mut().map(|(_, computed, _)| computed).collect();
    together::correct(&mut computed, |place| families[place]);
    all
}

/// A computed analysis as it is kept and told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    pub id: Uuid,
    pub assessment_id: Uuid,
    pub indicator_id: Uuid,
    pub indicator_code: String,
    pub indicator_name: Text,
    pub unit: String,
    pub direction: Direction,
    pub definition_version: u32,
    /// `None`: the mission as a whole.
    pub area: Option<String>,
    pub computed: Computed,
    pub classification: Classification,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::analysis::Aim;

    fn part(area: Option<&str>, values: &[(&str, Option<f64>)]) -> Part {
        let point = |(period, value): &(&str, Option<f64>)| Point::of(period.parse().expect("a period"), *value);
        Part { area: area.map(str::to_owned), points: values.iter().map(point).collect() }
    }

    fn inputs(parts: Vec<Part>) -> Inputs {
        let target = |area: Option<&str>, most| FrozenTarget {
            id: Uuid::nil(),
            area: area.map(str::to_owned),
            target: Target { period: "2026".parse().expect("a period"), aim: Aim::AtMost(most) },
        };
        Inputs {
            indicator: Indicator {
                id: Uuid::nil(),
                code: "OC-1".to_owned(),
                name: Text::of("Attacks", ""),
                unit: "attacks".to_owned(),
                direction: Direction::Lower,
                over_time: OverTime::Sum,
                frequency: Frequency::Year,
                baseline: Some(Baseline { value: 100.0, period: Some("2020".parse().expect("a period")) }),
                definition_version: 3,
                plan_item_lineage_id: None,
                level: "outcome".to_owned(),
                computed_from: Vec::new(),
            },
            targets: vec![target(None, 10.0), target(Some("CF11"), 2.0)],
            parts,
            slices: Vec::new(),
            timely: None,
            cautions: vec![Text::of("The areas with data change from year to year.", "")],
            classification: Classification::Unclassified,
        }
    }

    fn horizon() -> Horizon {
        Horizon {
            assessed: "2024".parse().expect("a period"),
            known_on: "2025-02-01".parse().expect("a day"),
            fiscal_start_month: 7,
        }
    }

    #[test]
    fn the_whole_and_each_area_with_values_are_computed() {
        let inputs = inputs(vec![
            part(None, &[("2020", Some(100.0)), ("2024", Some(50.0))]),
            part(Some("CF12"), &[("2024", Some(20.0))]),
            part(Some("CF11"), &[("2020", Some(42.0)), ("2024", Some(22.0))]),
            part(Some("CF13"), &[("2024", None)]),
        ]);
        let analyses = inputs.analyses(&horizon());
        let areas: Vec<_> = analyses.iter().map(|(subject, _)| subject.area.as_deref()).collect();
        assert_eq!(areas, [None, Some("CF11"), Some("CF12")]);
        let shares: Vec<_> = analyses.iter().map(|(_, computed)| computed.achievement).collect();
        assert_eq!(shares, [Some(50.0 / 90.0), Some(0.5), None], "an area has its own target and baseline");
        assert!(analyses.iter().all(|(_, computed)| computed.cautions[0].en.starts_with("The areas with data")));
    }

    #[test]
    fn what_is_above_a_clearance_is_not_among_the_tests_it_sees() {
        let years = |fall: f64| -> Vec<(String, Option<f64>)> {
            (0..6).map(|at| ((2019 + at).to_string(), Some(200.0 - fall * f64::from(at)))).collect()
        };
        let of = |fall, classification| {
            let values = years(fall);
            let borrowed: Vec<(&str, Option<f64>)> = values.iter().map(|(at, value)| (at.as_str(), *value)).collect();
            Inputs { classification, ..inputs(vec![part(None, &borrowed)]) }
        };
        let open = Classification::Unclassified;
        let given = [of(10.0, open), of(5.0, open), of(20.0, Classification::Confidential)];
        let found = analyses(&given, &horizon());
        let tested: Vec<_> = found.iter().map(|(_, computed, _)| computed.together.expect("several").tested).collect();
        assert_eq!(tested, [2, 2, 3]);
        let (_, first, _) = &found[0];
        assert!(first.statement.en.contains("The trend stands out among 2 tested at once"), "{:?}", first.statement);
        assert!(first.method.ends_with("benjamini-hochberg/1 of 2"), "{}", first.method);
        let alone = analyses(&given[..1], &horizon());
        assert_eq!(alone[0].1.together, None, "one test is not corrected");
    }

    #[test]
    fn without_values_the_whole_is_no_data_and_without_a_whole_there_is_none() {
        assert_eq!(inputs(Vec::new()).analyses(&horizon()).len(), 1);
        let mut by_area = inputs(vec![part(None, &[("2024", None)]), part(Some("CF11"), &[("2024", Some(1.0))])]);
        assert_eq!(by_area.analyses(&horizon()).len(), 2, "the whole has a target, which nothing speaks to");
        by_area.targets.retain(|target| target.area.is_some());
        let analyses = by_area.analyses(&horizon());
        assert_eq!(analyses.len(), 1);
        assert_eq!(analyses[0].0.area.as_deref(), Some("CF11"));
    }
}
