//! Reads from planning and collection what freezing pins.
//!
//! Indicators that are approved or active are read: a draft is not agreed yet, a retired one is not
//! measured any more. Of slices the values of each category in the whole mission are read, for the gaps between them; targets are
//! those of the total.

use std::collections::BTreeMap;

use chassis::{Caller, Failure, Mission};
use chrono::{DateTime, SecondsFormat, Utc};
use cpas_proto::{
    collection::v1::{self as collection, collection_service_client::CollectionServiceClient},
    common::v1::Text as PbText,
    planning::v1::{self as planning, planning_service_client::PlanningServiceClient},
    words::{Classification, Formula, Period, Slice},
};
use uuid::Uuid;

use super::{MESSAGE_BYTES_MAX, read_delivery};
use crate::{
    Config, Deps,
    domain::{
        Invalid,
        analysis::{Aim, Baseline, Direction, Point, Target},
        frozen::{self, FrozenTarget, Indicator, Inputs, Link, Outcome, Part, Plan},
        performance::{Late, Timely},
        text::Text,
        word, word_or_nothing,
    },
    error::{Error, answered},
};

const PAGE_SIZE: u32 = 500;
/// Longest lag that planning takes, in months.
const LAG_MONTHS_MAX: u32 = 120;

/// The plan with its classification, and the inputs of every indicator.
pub async fn everything(
    config: &Config,
    deps: &Deps,
    caller: &Caller,
    plan_id: Option<Uuid>,
    period: Period,
    cut_off: DateTime<Utc>,
) -> Result<(Plan, Classification, Vec<Inputs>), Error> {
    let mission = caller.mission()?.clone();
    let (plan, classification) = plan(deps, caller, plan_id).await?;
    let timely = read_delivery::timely(deps, &mission, period, cut_off).await?;
    let indicators = indicators(config, deps, &mission).await?;
    let targets = targets(deps, &mission).await?;
    let series = series(deps, &mission, cut_off).await?;
    let inputs = assembled(indicators, targets, series, &timely)?;
    Ok((plan, classification, inputs))
}

/// The plan, as the caller may see it; it must have been approved.
async fn plan(deps: &Deps, caller: &Caller, id: Option<Uuid>) -> Result<(Plan, Classification), Error> {
    let mut client =
        PlanningServiceClient::new(deps.planning.on_behalf(caller)).max_decoding_message_size(MESSAGE_BYTES_MAX);
    let asked = id.map_or_else(|| "active".to_owned(), |id| id.to_string());
    let plan = client.get_plan(planning::GetPlanRequest { id: asked }).await.map_err(answered("planning"));
    let plan = match plan {
        Err(Error::Neighbour { failure, .. }) if failure.code == chassis::Code::NotFound => {
            return Err(Error::Conflict(match id {
                None => {
                    "The mission has no active plan to assess. Activate one, or schedule the assessment with a plan."
                        .to_owned()
                }
                Some(_) => {
                    "The plan that the assessment was scheduled with cannot be read. Schedule it with another one."
                        .to_owned()
                }
            }));
        }
        plan => plan?.into_inner(),
    };
    if !matches!(plan.state.as_str(), "approved" | "active" | "superseded" | "archived") {
        let message = format!(
            "Plan {} is {}; only a plan that was approved can be assessed. Nothing was frozen.",
            plan.number, plan.state
        );
        return Err(Error::Conflict(message));
    }
    let late = read_delivery::late(deps, caller, &plan.id).await?;
    pinned(&plan, &late).map_err(|error| unreadable("planning", "the plan", error))
}

fn pinned(plan: &planning::Plan, late: &BTreeMap<String, Late>) -> Result<(Plan, Classification), Invalid> {
    let outcomes = plan.items.iter().filter(|item| item.kind == "outcome");
    let outcome = |item: &planning::PlanItem| {
        let under = marks::under(plan, item);
        let is_marked = |words: &[&str]| under.iter().any(|one| one.markers.iter().any(|own| words.contains(&&**own)));
        let outputs = under.iter().filter(|one| one.kind == "output");
        Ok(Outcome {
            gender_marked: is_marked(marks::GENDER),
            poc_marked: is_marked(marks::POC),
            outputs: outputs.map(|one| word("lineage_id", &one.lineage_id)).collect::<Result<_, Invalid>>()?,
            lineage_id: word("lineage_id", &item.lineage_id)?,
            number: item.number.clone(),
            statement: text(item.statement.as_ref()),
            lead_section: item.lead_section.clone(),
            contributing_sections: item.contributing_sections.clone(),
            markers: item.markers.clone(),
            areas: item.areas.clone(),
            stakeholder_id: word_or_nothing("stakeholder_id", &item.stakeholder_id)?,
        })
    };
    let lineages: BTreeMap<&str, &planning::PlanItem> =
        plan.items.iter().map(|item| (item.id.as_str(), item)).collect();
    let link = |link: &planning::ResultLink| {
        let lineage = |field: &str, id: &String| {
            let item = lineages.get(id.as_str()).ok_or_else(|| Invalid::new(field, "is not an item of the plan"))?;
            word(field, &item.lineage_id)
        };
        Ok(Link {
            output_lineage_id: lineage("output_id", &link.output_id)?,
            outcome_lineage_id: lineage("outcome_id", &link.outcome_id)?,
            hypothesis: text(link.hypothesis.as_ref()),
            lag_months: link.expected_lag_months.min(LAG_MONTHS_MAX),
            strength: link.strength.clone(),
        })
    };
    let mut links: Vec<&planning::ResultLink> = plan.links.iter().collect();
    // In the order of the plan, whatever order they came in.
    let place = |id: &String| plan.items.iter().position(|item| item.id == *id);
    links.sort_by_key(|link| (place(&link.outcome_id), place(&link.output_id)));
    let pinned = Plan {
        id: word("id", &plan.id)?,
        number: plan.number,
        title: text(plan.title.as_ref()),
        state: plan.state.clone(),
        outcomes: outcomes.map(outcome).collect::<Result<_, Invalid>>()?,
        links: links.into_iter().map(link).collect::<Result<_, Invalid>>()?,
        outputs: Some(read_delivery::outputs(plan, late)?),
    };
    Ok((pinned, classification(&plan.classification)?))
}

/// What of the plan an outcome's markers are.
mod marks {
    use super::planning::{Plan, PlanItem};

    /// Gender is a significant or the principal aim.
    pub const GENDER: &[&str] = &["gender:2", "gender:3"];
    pub const POC: &[&str] = &["poc"];

    /// The outcome, what lies under it, and the outputs that are linked to it.
    pub fn under<'a>(plan: &'a Plan, outcome: &'a PlanItem) -> Vec<&'a PlanItem> {
        let linked: Vec<&str> = plan
            .links
            .iter()
            .filter(|link| link.outcome_id == outcome.id)
            .map(|link| link.output_id.as_str())
            .collect();
        let mut under = vec![outcome];
        under.extend(plan.items.iter().filter(|item| linked.contains(&item.id.as_str())));
        let mut at = 0;
        while let Some(one) = under.get(at) {
            let id = one.id.as_str();
            let below = plan.items.iter().filter(|item| item.parent_id == id);
            let new: Vec<&PlanItem> = below.filter(|item| !under.iter().any(|known| known.id == item.id)).collect();
            under.extend(new);
            at += 1;
        }
        under
    }
}

async fn indicators(
    config: &Config,
    deps: &Deps,
    mission: &Mission,
) -> Result<Vec<(Indicator, Classification)>, Error> {
    let mut client =
        PlanningServiceClient::new(deps.planning.as_service(mission)).max_decoding_message_size(MESSAGE_BYTES_MAX);
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = planning::ListIndicatorsRequest { page_size: PAGE_SIZE, cursor, ..Default::default() };
        let page = client.list_indicators(page).await.map_err(answered("planning"))?.into_inner();
        for one in page.indicators.iter().filter(|one| matches!(one.state.as_str(), "approved" | "active")) {
            let read = definition(one).map_err(|error| unreadable("planning", &one.code, error))?;
            found.push(read);
        }
        if found.len() > config.indicators_max {
            return Err(Failure::exhausted(format!(
                "The mission has more than {} indicators, which is the most that one assessment freezes. Nothing was frozen.",
                config.indicators_max
            ))
            .into());
        }
        if page.next_cursor.is_empty() {
            return Ok(found);
        }
        cursor = page.next_cursor;
    }
}

fn definition(one: &planning::Indicator) -> Result<(Indicator, Classification), Invalid> {
    let period = word_or_nothing("baseline_period", &one.baseline_period)?;
    let baseline = one.baseline_value.filter(|value| value.is_finite()).map(|value| Baseline { value, period });
    let indicator = Indicator {
        id: word("id", &one.id)?,
        code: one.code.clone(),
        name: text(one.name.as_ref()),
        unit: one.unit.clone(),
        direction: word("direction", &one.direction)?,
        over_time: word("over_time", &one.over_time)?,
        frequency: word("frequency", &one.frequency)?,
        baseline,
        definition_version: one.definition_version,
        plan_item_lineage_id: word_or_nothing("plan_item_lineage_id", &one.plan_item_lineage_id)?,
        level: one.level.clone(),
        computed_from: computed_from(&one.formula)?,
    };
    Ok((indicator, classification(&one.classification)?))
}

fn computed_from(formula: &str) -> Result<Vec<String>, Invalid> {
    if formula.is_empty() {
        return Ok(Vec::new());
    }
    let formula: Formula = word("formula", formula)?;
    Ok(formula.indicators().into_iter().map(str::to_owned).collect())
}

/// Targets of the total by indicator, as planning has them.
async fn targets(deps: &Deps, mission: &Mission) -> Result<BTreeMap<String, Vec<planning::Target>>, Error> {
    let mut client =
        PlanningServiceClient::new(deps.planning.as_service(mission)).max_decoding_message_size(MESSAGE_BYTES_MAX);
    let all = client.list_targets(planning::ListTargetsRequest::default()).await.map_err(answered("planning"))?;
    let mut by_indicator: BTreeMap<String, Vec<planning::Target>> = BTreeMap::new();
    for target in all.into_inner().targets {
        if target.slice.parse::<Slice>().is_ok_and(|slice| slice.is_total()) {
            by_indicator.entry(target.indicator_id.clone()).or_default().push(target);
        }
    }
    Ok(by_indicator)
}

fn target(direction: Direction, target: &planning::Target) -> Result<Option<FrozenTarget>, Invalid> {
    let Some(aim) = Aim::of(direction, target.value, target.low, target.high) else { return Ok(None) };
    let period = word("period", &target.period)?;
    let area = some(&target.area);
    Ok(Some(FrozenTarget { id: word("id", &target.id)?, area, target: Target { period, aim } }))
}

/// Series by indicator as known at the cut-off, streamed one by one.
async fn series(
    deps: &Deps,
    mission: &Mission,
    cut_off: DateTime<Utc>,
) -> Result<BTreeMap<String, collection::Series>, Error> {
    let mut client =
        CollectionServiceClient::new(deps.collection.as_service(mission)).max_decoding_message_size(MESSAGE_BYTES_MAX);
    let ask = collection::StreamSeriesRequest {
        indicators: Vec::new(),
        as_known_at: cut_off.to_rfc3339_opts(SecondsFormat::Micros, true),
        with_slices: true,
        with_area_slices: false,
    };
    let mut stream = client.stream_series(ask).await.map_err(answered("collection"))?.into_inner();
    let mut by_indicator = BTreeMap::new();
    while let Some(series) = stream.message().await.map_err(answered("collection"))? {
        by_indicator.insert(series.indicator_id.clone(), series);
    }
    Ok(by_indicator)
}

fn assembled(
    indicators: Vec<(Indicator, Classification)>,
    mut targets: BTreeMap<String, Vec<planning::Target>>,
    mut series: BTreeMap<String, collection::Series>,
    timely: &BTreeMap<String, Timely>,
) -> Result<Vec<Inputs>, Error> {
    let one = |(indicator, own): (Indicator, Classification)| {
        let key = indicator.id.to_string();
        let targets = targets.remove(&key).unwrap_or_default();
        let series = series.remove(&key).unwrap_or_default();
        let code = indicator.code.clone();
        let timely = timely.get(&key).copied();
        let read = inputs(indicator, own, &targets, &series);
        let read = read.map(|inputs| Inputs { timely, ..inputs });
        read.map_err(|error| unreadable("planning or collection", &code, error))
    };
    indicators.into_iter().map(one).collect()
}

fn inputs(
    indicator: Indicator,
    own: Classification,
    targets: &[planning::Target],
    series: &collection::Series,
) -> Result<Inputs, Invalid> {
    let direction = indicator.direction;
    let kept: Vec<Option<FrozenTarget>> =
        targets.iter().map(|one| target(direction, one)).collect::<Result<_, Invalid>>()?;
    let mut cautions: Vec<Text> = series.cautions.iter().map(|caution| text(Some(caution))).collect();
    let unlike = kept.iter().filter(|target| target.is_none()).count();
    if unlike > 0 {
        cautions.push(Text::of(
            format!("{unlike} target(s) do not say what the direction \"{direction}\" needs and are left out."),
            format!("{unlike} cible(s) ne disent pas ce que demande le sens « {direction} » et ne sont pas prises en compte."),
        ));
    }
    let parts =
        series.parts.iter().filter(|part| part.slice.is_empty()).map(part_of).collect::<Result<_, Invalid>>()?;
    let slices = series.parts.iter().filter(|part| part.area.is_empty()).map(slice);
    let slices = slices.filter_map(Result::transpose).collect::<Result<_, Invalid>>()?;
    Ok(Inputs {
        indicator,
        targets: kept.into_iter().flatten().collect(),
        parts,
        slices,
        timely: None,
        cautions,
        classification: own.max(classification(&series.classification)?),
    })
}

/// The values of one category; of the total, or of categories of several dimensions at once, nothing.
fn slice(part: &collection::SeriesPart) -> Result<Option<frozen::Slice>, Invalid> {
    let asked: Slice = word("slice", &part.slice)?;
    let mut pairs = asked.pairs();
    let (Some((dimension, category)), None) = (pairs.next(), pairs.next()) else { return Ok(None) };
    let points = part_of(part)?.points;
    Ok(Some(frozen::Slice { dimension: dimension.to_owned(), category: category.to_owned(), points }))
}

pub(super) fn part_of(part: &collection::SeriesPart) -> Result<Part, Invalid> {
    let point = |point: &collection::Point| {
        let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
        Ok(Point {
            period: word("period", &point.period)?,
            value: finite(point.value),
            numerator: finite(point.numerator),
            denominator: finite(point.denominator),
            // A value that covers nothing is one whose coverage nobody computed.
            coverage: finite(Some(point.coverage)).filter(|share| *share > 0.0),
            share_verified: finite(Some(point.share_verified)),
        })
    };
    Ok(Part { area: some(&part.area), points: part.points.iter().map(point).collect::<Result<_, Invalid>>()? })
}

pub(super) fn text(text: Option<&PbText>) -> Text {
    text.map(|text| Text::of(&text.en, &text.fr)).unwrap_or_default()
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

pub(super) fn classification(word: &str) -> Result<Classification, Invalid> {
    Classification::parse_or_unclassified(word).map_err(|error| Invalid::new("classification", error.to_string()))
}

/// A neighbour's answer that does not follow the protocol is a bug on our side of the house.
fn unreadable(service: &str, what: &str, error: Invalid) -> Error {
    Failure::internal(format!("{service} answered something of {what} that cannot be read: {error}")).into()
}
