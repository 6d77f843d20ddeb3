//! What happened around a mission and what it did, as one line of time. What stands beside each other on it was at the same
//! time, and nothing more is said.

use std::collections::{BTreeMap, HashMap, HashSet};

use chassis::Failure;
use chrono::NaiveDate;
use cpas_proto::{
    assessment::v1::{Analysis, Assessment, Finding, Recommendation},
    common::v1::Text,
    context::v1::ContextMap,
    planning::v1::{Indicator, Plan, PlanChange, PlanItem, Target},
    reporting::v1 as pb,
    words::Period,
};
use prost::Message;

use super::across::marked::progress;
use crate::{
    domain::{
        home::{Goal, SeriesPoint},
        time_line::{MARKS_MAX, Months, SERIES_MAX, achieves, place_among},
    },
    store::{reached::Reached, records::Row, series::Part},
};

/// What is known of one mission.
#[derive(Default)]
pub(super) struct Known {
    rows: HashMap<String, Vec<Row>>,
    pub parts: Vec<Part>,
    pub reached: Vec<Reached>,
}

/// All that could stand on the line.
pub(super) struct Line {
    series: Vec<pb::TimeLineSeries>,
    marks: Vec<(NaiveDate, pb::TimeLineMark)>,
    fiscal_start_month: u32,
}

impl Known {
    pub(super) fn take(&mut self, row: Row) {
        self.rows.entry(row.kind.clone()).or_default().push(row);
    }

    /// Series and marks, the latter by day.
    pub(super) fn drawn(&self, fiscal_start_month: u32) -> Result<Line, Failure> {
        let mut marks = self.rated(fiscal_start_month)?;
        marks.extend(self.achieved(fiscal_start_month)?);
        marks.extend(self.planned()?);
        marks.extend(self.implemented()?);
        marks.extend(self.mapped()?);
        marks.sort_by(|(at, a), (on, b)| (at, &a.kind, &a.path).cmp(&(on, &b.kind, &b.path)));
        Ok(Line { series: self.series()?, marks, fiscal_start_month })
    }

    fn all<M: Message + Default>(&self, kind: &str) -> Result<Vec<(&Row, M)>, Failure> {
        let rows = self.rows.get(kind).into_iter().flatten();
        rows.map(|row| Ok((row, row.message()?))).collect()
    }

    /// The points of each indicator.
    fn points(&self) -> HashMap<&str, &[SeriesPoint]> {
        self.parts.iter().map(|part| (part.indicator_code.as_str(), part.points.as_slice())).collect()
    }

    /// Indicators of what happens around the mission, with the changes that the newest analysis found.
    fn series(&self) -> Result<Vec<pb::TimeLineSeries>, Failure> {
        let analyses: HashMap<&str, Analysis> =
            self.all::<Analysis>("analysis")?.into_iter().map(|(row, of)| (row.code.as_str(), of)).collect();
        let points = self.points();
        let points = |code: &str| points.get(code).copied().unwrap_or_default();
        let mut all: Vec<(u8, Indicator)> = Vec::new();
        for (_, of) in self.all::<Indicator>("indicator")? {
            all.extend(place_among(&of.level, of.event_measure.is_some()).map(|place| (place, of)));
        }
        all.retain(|(_, of)| points(&of.code).iter().any(|point| point.value.is_some()));
        all.sort_by(|(place, a), (other, b)| (place, &a.code).cmp(&(other, &b.code)));
        all.truncate(SERIES_MAX);
        Ok(all.into_iter().map(|(_, of)| as_series(&of, points(&of.code), analyses.get(of.code.as_str()))).collect())
    }

    /// How finalized assessments rated outcomes, on the last day of what they assessed.
    fn rated(&self, start: u32) -> Result<Vec<(NaiveDate, pb::TimeLineMark)>, Failure> {
        let outcomes = self.outcomes()?;
        let findings = self.all::<Finding>("finding")?;
        let mut found: HashMap<&str, Vec<&Finding>> = HashMap::new();
        for (_, finding) in &findings {
            found.entry(&finding.assessment_id).or_default().push(finding);
        }
        let mut marks = Vec::new();
        for (_, assessment) in self.all::<Assessment>("assessment")? {
            let Ok(period) = assessment.period.parse::<Period>() else { continue };
            let mut of_outcome: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
            for finding in found.get(assessment.id.as_str()).into_iter().flatten() {
                of_outcome.entry(&finding.outcome_lineage_id).or_default().push(finding);
            }
            for (lineage, own) in of_outcome {
                let rating = progress(&own)?;
                if rating.is_empty() {
                    continue;
                }
                let text = outcomes.get(lineage).map(numbered);
                let path = format!("assessments/{}?outcome={lineage}", assessment.id);
                let mark =
                    pb::TimeLineMark { text, rating, detail: assessment.title.clone(), ..mark("outcome_rated", path) };
                marks.push((period.last_day(start), mark));
            }
        }
        Ok(marks)
    }

    /// The outcomes of all plans by lineage, as the newest plan words them.
    fn outcomes(&self) -> Result<HashMap<String, PlanItem>, Failure> {
        let mut plans: Vec<Plan> = self.all::<Plan>("plan")?.into_iter().map(|(_, plan)| plan).collect();
        plans.sort_by_key(|plan| plan.number);
        let items = plans.into_iter().flat_map(|plan| plan.items).filter(|item| item.kind == "outcome");
        Ok(items.map(|item| (item.lineage_id.clone(), item)).collect())
    }

    /// Targets of the mission as a whole that a value of their period reached, on the last day of it.
    fn achieved(&self, start: u32) -> Result<Vec<(NaiveDate, pb::TimeLineMark)>, Failure> {
        let indicators: HashMap<String, Indicator> =
            self.all::<Indicator>("indicator")?.into_iter().map(|(_, of)| (of.id.clone(), of)).collect();
        let points = self.points();
        let points = |code: &str| points.get(code).copied().unwrap_or_default();
        let mut marks = Vec::new();
        for (_, target) in self.all::<Target>("target")? {
            let Some(of) = indicators.get(&target.indicator_id) else { continue };
            let Ok(period) = target.period.parse::<Period>() else { continue };
            if !target.area.is_empty() || !target.slice.is_empty() {
                continue;
            }
            let goal = Goal { target: target.value, low: target.low, high: target.high, ..Goal::default() };
            let reaches = |point: &SeriesPoint| {
                let value = (point.period.parse().ok()?, point.value?);
                achieves(&of.direction, &of.over_time, value, (period, goal), start).then_some(value.1)
            };
            let Some(value) = points(&of.code).iter().rev().find_map(reaches) else { continue };
            let mark = pb::TimeLineMark {
                text: of.name.clone(),
                period: target.period.clone(),
                value: Some(value),
                unit: of.unit.clone(),
                ..mark("target_achieved", format!("indicators/{}?view=targets", of.code))
            };
            marks.push((period.last_day(start), mark));
        }
        Ok(marks)
    }

    /// Plans that came into force, and changes to them that were done.
    fn planned(&self) -> Result<Vec<(NaiveDate, pb::TimeLineMark)>, Failure> {
        let mut marks = Vec::new();
        for (row, plan) in self.all::<Plan>("plan")? {
            let Some(at) = self.when(row, "active") else { continue };
            let version = Text::of(format!("Version {}", plan.number), format!("Version {}", plan.number));
            let path = format!("plan/{}", plan.id);
            marks.push((
                at,
                pb::TimeLineMark { text: plan.title, detail: Some(version), ..mark("plan_in_force", path) },
            ));
        }
        for (row, change) in self.all::<PlanChange>("plan_change")? {
            let Some(at) = self.when(row, "done") else { continue };
            marks.push((
                at,
                pb::TimeLineMark { text: change.text, ..mark("plan_changed", "plan?view=changes".to_owned()) },
            ));
        }
        Ok(marks)
    }

    fn implemented(&self) -> Result<Vec<(NaiveDate, pb::TimeLineMark)>, Failure> {
        let all = self.all::<Recommendation>("recommendation")?.into_iter();
        let marks = all.filter_map(|(row, of)| {
            let at = self.when(row, "implemented")?;
            Some((
                at,
                pb::TimeLineMark { text: of.text, ..mark("recommendation_implemented", "recommendations".to_owned()) },
            ))
        });
        Ok(marks.collect())
    }

    fn mapped(&self) -> Result<Vec<(NaiveDate, pb::TimeLineMark)>, Failure> {
        let all = self.all::<ContextMap>("context_map")?.into_iter();
        let marks = all.filter_map(|(row, of)| {
            let at = of.published_at.get(..10)?.parse().ok()?;
            Some((
                at,
                pb::TimeLineMark {
                    text: of.title,
                    ..mark("context_map_published", format!("context-maps/{}", row.id))
                },
            ))
        });
        Ok(marks.collect())
    }

    /// When a record first reached a state; of what was heard before that was kept only where it is still in it.
    fn when(&self, row: &Row, state: &str) -> Option<NaiveDate> {
        let kept = self.reached.iter().find(|own| own.kind == row.kind && own.id == row.id && own.state == state);
        let at = kept.map(|own| own.at).or_else(|| (row.state == state).then_some(row.recorded_at));
        at.map(|at| at.date_naive())
    }
}

impl Line {
    /// The newest day that something stands on: of a value the last of its period.
    pub(super) fn newest(&self) -> Option<NaiveDate> {
        let points = self.series.iter().flat_map(|of| &of.points).filter(|point| point.value.is_some());
        let points =
            points.filter_map(|point| Some(point.period.parse::<Period>().ok()?.last_day(self.fiscal_start_month)));
        points.chain(self.marks.iter().map(|(at, _)| *at)).max()
    }

    /// What of it is in these months.
    pub(super) fn within(self, mission: pb::AcrossMission, months: Option<Months>) -> pb::TimeLine {
        let Some(months) = months else { return pb::TimeLine { mission: Some(mission), ..Default::default() } };
        let start = self.fiscal_start_month;
        let is_in = |period: &str| {
            let period = period.parse::<Period>().ok();
            period.is_some_and(|period| {
                period.last_day(start) >= months.first_day() && period.first_day(start) <= months.last_day()
            })
        };
        let mut series = self.series;
        for of in &mut series {
            of.points.retain(|point| is_in(&point.period));
            of.changes.retain(|change| is_in(&change.period));
        }
        let marks: Vec<_> = self.marks.into_iter().filter(|(at, _)| months.holds(*at)).collect();
        // The newest stay.
        let too_many = marks.len().saturating_sub(MARKS_MAX);
        let marks = marks.into_iter().skip(too_many).map(|(at, mark)| pb::TimeLineMark { at: at.to_string(), ..mark });
        pb::TimeLine {
            mission: Some(mission),
            first_month: months.first.to_string(),
            last_month: months.last.to_string(),
            series,
            marks: marks.collect(),
            marks_left_out: u32::try_from(too_many).unwrap_or(u32::MAX),
        }
    }
}

fn mark(kind: &str, path: String) -> pb::TimeLineMark {
    pb::TimeLineMark { kind: kind.to_owned(), path, ..Default::default() }
}

fn numbered(item: &PlanItem) -> Text {
    let text = item.statement.clone().unwrap_or_default();
    let with = |words: String| if words.is_empty() { words } else { format!("{} {words}", item.number) };
    Text { en: with(text.en), fr: with(text.fr) }
}

fn as_series(of: &Indicator, points: &[SeriesPoint], analysis: Option<&Analysis>) -> pb::TimeLineSeries {
    let events = of.event_measure.clone().unwrap_or_default();
    let changes = analysis.into_iter().flat_map(|analysis| &analysis.change_points);
    let mut seen = HashSet::new();
    pb::TimeLineSeries {
        indicator_code: of.code.clone(),
        name: of.name.clone(),
        unit: of.unit.clone(),
        frequency: of.frequency.clone(),
        measure: events.measure,
        event_kinds: events.kinds,
        points: points
            .iter()
            .filter(|point| seen.insert(point.period.as_str()))
            .map(|point| pb::TimeLinePoint {
                period: point.period.clone(),
                value: point.value,
                kind: point.kind.clone(),
            })
            .collect(),
        changes: changes
            .map(|change| pb::TimeLineChange {
                period: change.period.clone(),
                change: change.change.clone(),
                before: change.before,
                after: change.after,
            })
            .collect(),
        analysed_until: analysis.map(|analysis| analysis.latest_period.clone()).unwrap_or_default(),
    }
}
