//! Results and indicators with where they stand; each row as classified as the highest of what it is made of.

use std::collections::BTreeMap;

use chassis::{Failure, Tx};
use cpas_proto::{
    planning::v1::{Indicator, PlanItem, Target},
    reporting::v1 as pb,
    words::Classification,
};

use crate::{
    Error,
    app::{
        home_objectives::Shown,
        ratings::{self, Judged},
        standing,
    },
    domain::{
        feed::{Row, record_id},
        home::{self, SeriesPoint, Status},
    },
    store::{model, records, series},
};

/// Kinds of items that are results; an activity is none.
const RESULTS: [&str; 3] = ["objective", "outcome", "output"];

/// What both tables are made from.
pub(super) struct Material {
    shown: Shown,
    parts: BTreeMap<String, series::Part>,
    judged: BTreeMap<String, Judged>,
    /// Of the plan in force.
    plan: Classification,
    /// Of what is known about an indicator, by its code: the highest.
    classified: BTreeMap<String, Classification>,
    fiscal_start_month: u32,
}

impl Material {
    pub(super) async fn read(tx: &mut Tx, fiscal_start_month: u32) -> Result<Self, Error> {
        let generation = model::read(tx).await?.generation;
        let rows = records::of_home(tx, generation).await?;
        let plan = rows.iter().filter(|row| row.kind == "plan").map(records::Row::classification).max();
        let mut classified = of_codes(&rows)?;
        let mut parts = BTreeMap::new();
        for part in series::of_mission(tx, generation).await? {
            raise(&mut classified, &part.indicator_code, Classification::of_rank(part.classification));
            parts.insert(part.indicator_code.clone(), part);
        }
        Ok(Self {
            shown: Shown::of(&rows)?,
            parts,
            judged: ratings::of_all(tx, generation).await?,
            plan: plan.unwrap_or(Classification::Unclassified),
            classified,
            fiscal_start_month,
        })
    }

    fn points(&self) -> BTreeMap<&str, &[SeriesPoint]> {
        self.parts.iter().map(|(code, part)| (code.as_str(), part.points.as_slice())).collect()
    }

    fn classification(&self, code: &str) -> Classification {
        self.classified.get(code).copied().unwrap_or(Classification::Unclassified)
    }

    /// Objectives, outcomes and outputs of the plan in force.
    pub(super) fn results(&self) -> Result<Vec<Row>, Failure> {
        let points = self.points();
        let items = self.shown.items().iter().filter(|item| RESULTS.contains(&item.kind.as_str()));
        items.map(|item| self.result(item, &points)).collect()
    }

    fn result(&self, item: &PlanItem, points: &BTreeMap<&str, &[SeriesPoint]>) -> Result<Row, Failure> {
        let own = self.shown.measuring(&item.lineage_id, points, self.fiscal_start_month);
        // An objective stands as the worst of its outcomes.
        let below: Vec<pb::HomeIndicator> = match item.kind.as_str() {
            "objective" => {
                let outcomes = self.shown.below(&item.id, "outcome");
                outcomes
                    .flat_map(|one| self.shown.measuring(&one.lineage_id, points, self.fiscal_start_month))
                    .collect()
            }
            _ => Vec::new(),
        };
        let mut classification = self.plan;
        let mut statuses: Vec<Status> = Vec::new();
        for one in own.iter().chain(&below) {
            classification = classification.max(self.classification(&one.code));
            statuses.push(standing::status(&one.status)?);
        }
        let judged = self.judged.get(&item.lineage_id).filter(|_| item.kind == "outcome");
        let rating = judged.and_then(|of| of.ratings.first());
        classification = rating.map_or(classification, |rating| classification.max(rating.classification));
        let above = Some(&item.parent_id).filter(|id| !id.is_empty()).and_then(|id| self.shown.item(id));
        let row = Row::of_record(&item.lineage_id)
            .text("kind", &item.kind)
            .text("number", &item.number)
            .texts("statement", item.statement.as_ref())
            .id("parent_id", above.map(|above| record_id(&above.lineage_id)))
            .text("component", &item.component)
            .text("lead_section", &item.lead_section)
            .day("first_day", &item.start)
            .day("last_day", &item.end)
            .text("markers", &item.markers.join(","))
            .text("status", home::worst(statuses).word())
            .count("indicators", own.len())
            .text("classification", classification.word());
        let row = if item.priority > 0 { row.count("priority", item.priority as usize) } else { row };
        let Some(rating) = rating else { return Ok(row) };
        let finding = &rating.finding;
        Ok(row
            .text("progress_rating", &finding.progress_rating)
            .text("performance_rating", &finding.performance_rating)
            .text("direction", &finding.direction)
            .texts("finding", finding.narrative.as_ref())
            .id("assessment_id", Some(record_id(&finding.assessment_id)))
            .texts("assessment", rating.assessment.as_ref())
            .instant("found_at", Some(rating.at)))
    }

    /// The indicators in use.
    pub(super) fn standings(&self) -> Vec<Row> {
        let points = self.points();
        self.shown.indicators().iter().map(|indicator| self.standing(indicator, &points)).collect()
    }

    fn standing(&self, of: &Indicator, points: &BTreeMap<&str, &[SeriesPoint]>) -> Row {
        let now = self.shown.standing(of, points, self.fiscal_start_month);
        let targets = self.shown.targets(of);
        let target: Option<&Target> = standing::target_for(targets, &now.latest_period, self.fiscal_start_month);
        let result = self.shown.of_lineage(&of.plan_item_lineage_id);
        let classification =
            self.classification(&of.code).max(result.map_or(Classification::Unclassified, |_| self.plan));
        Row::of_record(&of.id)
            .text("code", &of.code)
            .texts("name", of.name.as_ref())
            .text("level", &of.level)
            .id("result_id", result.map(|result| record_id(&result.lineage_id)))
            .text("result_number", result.map_or("", |result| &result.number))
            .text("unit", &of.unit)
            .text("direction", &of.direction)
            .text("frequency", &of.frequency)
            .text("owner_section", &of.owner_section)
            .number("baseline_value", of.baseline_value)
            .text("baseline_period", &of.baseline_period)
            .number("latest_value", now.latest_value)
            .text("latest_period", &now.latest_period)
            .number("target_value", target.and_then(|target| target.value))
            .number("target_low", target.and_then(|target| target.low))
            .number("target_high", target.and_then(|target| target.high))
            .text("target_period", target.map_or("", |target| &target.period))
            .text("status", &now.status)
            .text("classification", classification.word())
    }
}

/// How classified indicators, their targets and analyses are, by code.
fn of_codes(rows: &[records::Row]) -> Result<BTreeMap<String, Classification>, Failure> {
    let mut classified = BTreeMap::new();
    let mut codes: BTreeMap<String, &str> = BTreeMap::new();
    for row in rows.iter().filter(|row| matches!(row.kind.as_str(), "indicator" | "analysis")) {
        raise(&mut classified, &row.code, row.classification());
        if row.kind == "indicator" {
            codes.insert(row.id.clone(), &row.code);
        }
    }
    for row in rows.iter().filter(|row| row.kind == "target") {
        let target: Target = row.message()?;
        if let Some(code) = codes.get(&target.indicator_id) {
            raise(&mut classified, code, row.classification());
        }
    }
    Ok(classified)
}

fn raise(classified: &mut BTreeMap<String, Classification>, code: &str, to: Classification) {
    let known = classified.entry(code.to_owned()).or_insert(to);
    *known = to.max(*known);
}
