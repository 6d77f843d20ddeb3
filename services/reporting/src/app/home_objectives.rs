//! The plan in force as its objectives, each with where it stands.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
    sync::Arc,
};

use chassis::Failure;
use cpas_proto::{
    assessment::v1::Analysis,
    planning::v1::{Indicator, Plan, PlanItem, Target},
    reporting::v1 as pb,
    words::Classification,
};

use super::{
    remembered::{PlanSeen, Remembered},
    standing,
};
use crate::{
    Error,
    domain::home,
    store::{Connection, measures, model::Model, records, series::Part},
};

/// Objectives that a home and the view of leadership show at once, with all that is below them: a mission has about six.
const OBJECTIVES_SHOWN: u32 = 12;

/// The plan in force and what measures it, with what is looked for by id found at once.
#[derive(Default)]
pub(super) struct Shown {
    plan: Arc<PlanSeen>,
    indicators: Vec<Indicator>,
    targets: BTreeMap<String, Vec<Target>>,
    analyses: HashMap<String, Analysis>,
    /// Places of the indicators that measure an item, by its lineage id.
    measuring: HashMap<String, Vec<usize>>,
}

/// The plan in force, and how classified it is.
pub(super) async fn plan_in_force(
    connection: &mut Connection,
    remembered: &Remembered,
    model: Model,
) -> Result<(Arc<PlanSeen>, Classification), Error> {
    let (mut newest, mut highest) = (Arc::new(PlanSeen::default()), Classification::Unclassified);
    // While one plan follows another, both may be in force here for a moment.
    for in_force in measures::plans(connection, model).await? {
        highest = highest.max(Classification::of_rank(in_force.classification));
        let plan = match remembered.plan(model, &in_force) {
            Some(plan) => plan,
            None => {
                // Gone since: the next one is told in a moment.
                let Some(body) = measures::plan_body(connection, model, &in_force).await? else { continue };
                let plan = <Plan as prost::Message>::decode(body.as_slice()).map_err(Failure::internal)?;
                let plan = Arc::new(PlanSeen::of(plan));
                remembered.keep_plan(model, in_force, plan.clone());
                plan
            }
        };
        if plan.plan.number >= newest.plan.number {
            newest = plan;
        }
    }
    Ok((newest, highest))
}

/// What measures some parts of a plan, and the series of the mission as a whole of each.
pub(super) struct Measures {
    pub shown: Shown,
    pub parts: Vec<Part>,
}

impl Measures {
    /// Of these parts of the plan, and the indicators with these codes.
    pub(super) async fn read(
        connection: &mut Connection,
        model: Model,
        plan: Arc<PlanSeen>,
        lineages: &[String],
        codes: &[String],
    ) -> Result<Self, Error> {
        let mut shown = Shown { plan, ..Default::default() };
        let rows = measures::indicators(connection, model, lineages, codes).await?;
        let mut indicators = Vec::new();
        for row in &rows {
            let indicator: Indicator = row.message()?;
            // Of what is kept from before, what an indicator measures stands in its body alone.
            if lineages.contains(&indicator.plan_item_lineage_id) || codes.contains(&indicator.code) {
                indicators.push(indicator);
            }
        }
        let ids: Vec<String> = indicators.iter().map(|indicator| indicator.id.clone()).collect();
        let codes: Vec<String> = indicators.iter().map(|indicator| indicator.code.clone()).collect();
        let targets = measures::targets(connection, model, &ids).await?;
        shown.targets =
            standing::by_indicator(targets.iter().map(records::Row::message).collect::<Result<_, Failure>>()?);
        for row in measures::analyses(connection, model, &codes).await? {
            shown.analyses.insert(row.code.clone(), row.message()?);
        }
        shown.measure_by(indicators);
        Ok(Self { shown, parts: measures::whole_series(connection, model, &codes).await? })
    }

    /// The points of each indicator.
    pub(super) fn points(&self) -> BTreeMap<&str, &[home::SeriesPoint]> {
        self.parts.iter().map(|part| (part.indicator_code.as_str(), part.points.as_slice())).collect()
    }
}

/// How many objectives there are, how many are passed over, and the places of those that are shown. Past the last there is
/// nothing to show: then the last that there are.
pub(super) fn shown_places(plan: &PlanSeen, skipped: u32) -> (u32, u32, Range<usize>) {
    let count = u32::try_from(objectives_of(plan).count()).unwrap_or(u32::MAX);
    let skipped = skipped.min(count.saturating_sub(1) / OBJECTIVES_SHOWN * OBJECTIVES_SHOWN);
    (count, skipped, skipped as usize..(skipped + OBJECTIVES_SHOWN) as usize)
}

/// The lineages of the outcomes of some objectives.
pub(super) fn outcomes_of(plan: &PlanSeen, places: Range<usize>) -> Vec<String> {
    let objectives = objectives_of(plan).skip(places.start).take(places.len());
    let outcomes = objectives.flat_map(|objective| plan.below(&objective.id).filter(|item| item.kind == "outcome"));
    outcomes.map(|outcome| outcome.lineage_id.clone()).collect()
}

/// The objectives of a plan, in their order.
pub(super) fn objectives_of(plan: &PlanSeen) -> impl Iterator<Item = &PlanItem> {
    plan.below("").filter(|item| item.kind == "objective")
}

impl Shown {
    /// From all that is known.
    pub(super) fn of(rows: &[records::Row]) -> Result<Self, Failure> {
        let (mut shown, mut indicators, mut targets, mut newest) =
            (Self::default(), Vec::new(), Vec::new(), Plan::default());
        for row in rows {
            match row.kind.as_str() {
                "plan" => {
                    let plan: Plan = row.message()?;
                    if plan.number >= newest.number {
                        newest = plan;
                    }
                }
                "indicator" => indicators.push(row.message()?),
                "target" => targets.push(row.message()?),
                _ => drop(shown.analyses.insert(row.code.clone(), row.message()?)),
            }
        }
        shown.plan = Arc::new(PlanSeen::of(newest));
        shown.targets = standing::by_indicator(targets);
        shown.measure_by(indicators);
        Ok(shown)
    }

    /// Takes these as the indicators in use.
    pub(super) fn measure_by(&mut self, mut indicators: Vec<Indicator>) {
        indicators.sort_by(|a, b| a.code.cmp(&b.code));
        self.measuring.clear();
        for (place, indicator) in indicators.iter().enumerate() {
            self.measuring.entry(indicator.plan_item_lineage_id.clone()).or_default().push(place);
        }
        self.indicators = indicators;
    }

    /// What the analysis for the whole mission says of an indicator.
    pub(super) fn analysis(&self, code: &str) -> Option<&Analysis> {
        self.analyses.get(code)
    }

    /// The items of a kind below another one, or of none, in their order.
    pub(super) fn below<'a>(&'a self, parent: &str, kind: &'a str) -> impl Iterator<Item = &'a PlanItem> {
        self.plan.below(parent).filter(move |item| item.kind == kind)
    }

    /// The item of the plan in force with this id.
    pub(super) fn item(&self, id: &str) -> Option<&PlanItem> {
        self.plan.item(id)
    }

    /// The item of the plan in force of this lineage.
    pub(super) fn of_lineage(&self, lineage_id: &str) -> Option<&PlanItem> {
        self.plan.of_lineage(lineage_id)
    }

    /// Some objectives of the plan in force, with their outcomes and what measures them.
    pub(super) fn objectives(
        &self,
        places: Range<usize>,
        points: &BTreeMap<&str, &[home::SeriesPoint]>,
        fiscal_start_month: u32,
    ) -> Result<Vec<pb::HomeObjective>, Failure> {
        let mut objectives = Vec::new();
        for objective in objectives_of(&self.plan).skip(places.start).take(places.len()) {
            let outcomes = self
                .below(&objective.id, "outcome")
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
        let indicators = self.measuring(&outcome.lineage_id, points, fiscal_start_month);
        let statuses = indicators.iter().map(|indicator| standing::status(&indicator.status));
        Ok(pb::HomeOutcome {
            lineage_id: outcome.lineage_id.clone(),
            number: outcome.number.clone(),
            statement: outcome.statement.clone(),
            status: home::worst(statuses.collect::<Result<Vec<_>, _>>()?).word().to_owned(),
            indicators,
        })
    }

    /// What measures an item of the plan.
    pub(super) fn measuring(
        &self,
        lineage_id: &str,
        points: &BTreeMap<&str, &[home::SeriesPoint]>,
        fiscal_start_month: u32,
    ) -> Vec<pb::HomeIndicator> {
        self.indicators_of(lineage_id).map(|indicator| self.standing(indicator, points, fiscal_start_month)).collect()
    }

    /// An indicator with where it stands.
    pub(super) fn standing(
        &self,
        indicator: &Indicator,
        points: &BTreeMap<&str, &[home::SeriesPoint]>,
        fiscal_start_month: u32,
    ) -> pb::HomeIndicator {
        let points = points.get(indicator.code.as_str()).copied().unwrap_or_default();
        standing::indicator(
            indicator,
            points,
            self.targets(indicator),
            self.analyses.get(&indicator.code),
            fiscal_start_month,
        )
    }

    /// All items of the plan in force.
    pub(super) fn items(&self) -> &[PlanItem] {
        &self.plan.plan.items
    }

    /// The indicators in use, in the order of their codes.
    pub(super) fn indicators(&self) -> &[Indicator] {
        &self.indicators
    }

    /// The indicator in use with this code.
    pub(super) fn indicator(&self, code: &str) -> Option<&Indicator> {
        let place = self.indicators.binary_search_by(|indicator| indicator.code.as_str().cmp(code)).ok()?;
        self.indicators.get(place)
    }

    /// The targets of an indicator for the mission as a whole.
    pub(super) fn targets(&self, indicator: &Indicator) -> &[Target] {
        self.targets.get(&indicator.id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The approved and active indicators that measure an item of the plan.
    pub(super) fn indicators_of<'a>(&'a self, lineage_id: &str) -> impl Iterator<Item = &'a Indicator> {
        self.measuring.get(lineage_id).into_iter().flatten().map(|place| &self.indicators[*place])
    }
}
