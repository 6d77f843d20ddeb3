//! The mission's home: where it stands, what changed, what waits.

use std::collections::BTreeMap;

use chassis::{Caller, Failure};
use chrono::SecondsFormat;
use cpas_proto::{
    assessment::v1::Analysis,
    common::v1::Text,
    planning::v1::{Indicator, Plan, PlanItem, Target},
    reporting::v1 as pb,
};

use super::{home_tasks, standing};
use crate::{
    Config, Deps, Error,
    domain::home,
    store::{changes, model, records, series},
};

/// Changes that a home tells.
const CHANGES_MAX: i64 = 20;

/// The home, for the caller's roles and clearance. A reader sees how many areas there are and what was
/// published: plan, indicators and stakeholders are the mission's own.
pub async fn get_mission_home(deps: &Deps, config: &Config, caller: &Caller) -> Result<pb::MissionHome, Error> {
    let fiscal_start_month = caller.mission()?.fiscal_year_start_month;
    let only_reader = caller.is_only_reader();
    let mut tx = deps.db.begin(caller).await?;
    let generation = model::read(&mut tx).await?.generation;
    let (_, known) = changes::extent(&mut tx, generation).await?;
    let told = changes::newest(&mut tx, generation, only_reader, CHANGES_MAX).await?;
    let counts = records::counts(&mut tx, generation).await?;
    let count = |kind: &str| counts.iter().filter(|count| count.kind == kind).map(|count| count.count).sum::<i64>();
    let mut home = pb::MissionHome {
        changes: told.into_iter().map(change).collect(),
        known_at: known.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true)).unwrap_or_default(),
        areas: number(count("area")),
        ..Default::default()
    };
    if only_reader {
        // When the last event came would tell that something happened.
        home.known_at = home.changes.first().map(|change| change.at.clone()).unwrap_or_default();
        return Ok(home);
    }
    let shown = Shown::of(records::of_home(&mut tx, generation).await?)?;
    let parts = series::of_mission(&mut tx, generation).await?;
    home.observations = number(series::observations(&mut tx, generation).await?);
    home.stakeholders = number(count("stakeholder"));
    let retired = counts.iter().filter(|count| count.kind == "indicator" && count.state == "retired");
    home.indicators = number(count("indicator") - retired.map(|count| count.count).sum::<i64>());
    home.tasks = home_tasks::for_caller(caller, config, &counts, deps.clock.now());
    let points: BTreeMap<&str, &[home::SeriesPoint]> =
        parts.iter().map(|part| (part.indicator_code.as_str(), part.points.as_slice())).collect();
    home.objectives = shown.objectives(&points, fiscal_start_month)?;
    Ok(home)
}

/// The plan in force and what measures it.
#[derive(Default)]
struct Shown {
    plan: Plan,
    indicators: Vec<Indicator>,
    targets: BTreeMap<String, Vec<Target>>,
    analyses: BTreeMap<String, Analysis>,
}

impl Shown {
    fn of(rows: Vec<records::Row>) -> Result<Self, Failure> {
        let (mut shown, mut targets) = (Self::default(), Vec::new());
        for row in &rows {
            match row.kind.as_str() {
                // While one plan follows another, both may be in force here for a moment.
                "plan" => {
                    let plan: Plan = row.message()?;
                    if plan.number >= shown.plan.number {
                        shown.plan = plan;
                    }
                }
                "indicator" => shown.indicators.push(row.message()?),
                "target" => targets.push(row.message()?),
                _ => drop(shown.analyses.insert(row.code.clone(), row.message()?)),
            }
        }
        shown.indicators.sort_by(|a, b| a.code.cmp(&b.code));
        shown.targets = standing::by_indicator(targets);
        Ok(shown)
    }

    fn objectives(
        &self,
        points: &BTreeMap<&str, &[home::SeriesPoint]>,
        fiscal_start_month: u32,
    ) -> Result<Vec<pb::HomeObjective>, Failure> {
        let items = |kind: &str, parent: &str| {
            let mut items: Vec<&PlanItem> =
                self.plan.items.iter().filter(|item| item.kind == kind && item.parent_id == parent).collect();
            items.sort_by_key(|item| item.position);
            items
        };
        let mut objectives = Vec::new();
        for objective in items("objective", "") {
            let outcomes = items("outcome", &objective.id)
                .into_iter()
                .map(|outcome| self.outcome(outcome, points, fiscal_start_month))
                .collect::<Result<Vec<_>, _>>()?;
            let statuses = outcomes.iter().map(|outcome| standing::status(&outcome.status));
            objectives.push(pb::HomeObjective {
                lineage_id: objective.lineage_id.clone(),
                number: objective.number.clone(),
                statement: objective.statement.clone(),
                status: home::worst(statuses.collect::<Result<Vec<_>, _>>()?).word().to_owned(),
                outcomes,
            });
        }
        Ok(objectives)
    }

    fn outcome(
        &self,
        outcome: &PlanItem,
        points: &BTreeMap<&str, &[home::SeriesPoint]>,
        fiscal_start_month: u32,
    ) -> Result<pb::HomeOutcome, Failure> {
        let own = self.indicators.iter().filter(|indicator| indicator.plan_item_lineage_id == outcome.lineage_id);
        let indicators: Vec<pb::HomeIndicator> = own
            .map(|indicator| {
                let points = points.get(indicator.code.as_str()).copied().unwrap_or_default();
                let targets = self.targets.get(&indicator.id).map(Vec::as_slice).unwrap_or_default();
                let analysis = self.analyses.get(&indicator.code);
                standing::indicator(indicator, points, targets, analysis, fiscal_start_month)
            })
            .collect();
        let statuses = indicators.iter().map(|indicator| standing::status(&indicator.status));
        Ok(pb::HomeOutcome {
            lineage_id: outcome.lineage_id.clone(),
            number: outcome.number.clone(),
            statement: outcome.statement.clone(),
            status: home::worst(statuses.collect::<Result<Vec<_>, _>>()?).word().to_owned(),
            indicators,
        })
    }
}

fn change(row: changes::Row) -> pb::HomeChange {
    pb::HomeChange {
        at: row.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        what: row.what,
        text: Some(Text { en: row.text_en, fr: row.text_fr }),
        path: row.path,
    }
}

fn number(count: i64) -> u32 {
    u32::try_from(count.max(0)).unwrap_or(u32::MAX)
}
