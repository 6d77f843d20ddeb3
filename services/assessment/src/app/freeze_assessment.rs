//! Freezes an assessment: pins the plan and the data as known at the cut-off, and computes.
//!
//! Plan and data are read first, with no transaction open; then everything is stored in one. When a
//! neighbour is away, nothing is stored. What is frozen is the mission's and complete, whoever freezes
//! it: it is read and stored with full clearance, and each row carries its own classification.

use std::time::Duration;

use chassis::{Caller, Failure, Mission, new_id};
use chrono::{DateTime, NaiveDate, Utc};
use cpas_proto::{assessment::v1 as pb, words::Classification};
use uuid::Uuid;

use super::{Seen, read_events, read_inputs, read_maps};
use crate::{
    Config, Deps,
    domain::{
        analysis::{
            Computed, Horizon, Subject,
            hot_spots::{Case, HotSpots, hot_spots},
        },
        assessment::{Assessment, Pinned},
        contributed::{self, CONTRIBUTIONS_MAX, Contributed},
        frozen::{self, Analysis, Inputs, Plan},
    },
    error::Error,
    events, store,
};

/// What is to be frozen.
#[derive(Debug, Clone)]
pub struct Freeze {
    pub seen: Seen,
    /// `None`: now.
    pub cut_off: Option<DateTime<Utc>>,
}

/// scheduled → frozen.
pub async fn freeze_assessment(
    config: &Config,
    deps: &Deps,
    caller: &Caller,
    freeze: Freeze,
) -> Result<Assessment, Error> {
    let mission = caller.mission()?.clone();
    let now = deps.clock.now();
    let scheduled = match look(deps, caller, &freeze).await? {
        Looked::Done(done) => return Ok(done),
        Looked::Scheduled(assessment) => assessment,
    };
    let cut_off = scheduled.cut_off(freeze.cut_off, now)?;
    let horizon = horizon(&scheduled, cut_off, &mission);
    let read = async {
        let inputs =
            read_inputs::everything(config, deps, caller, scheduled.plan_id, scheduled.period, cut_off).await?;
        let (first, last) = days(&horizon);
        let maps = read_maps::maps(deps, &mission, cut_off).await?;
        Ok::<_, Error>((inputs, read_events::happenings(deps, &mission, first, last).await?, maps))
    };
    let read = tokio::time::timeout(Duration::from_millis(config.freeze_read_timeout_ms), read).await;
    let ((plan, plan_classification, inputs), (case, case_classification), maps) =
        read.map_err(|_| Error::Neighbour {
            service: "planning, collection or context",
            failure: Failure::unavailable("reading took too long"),
        })??;
    let id = scheduled.id;
    refuse_too_many(contributed::count(&plan, &inputs))?;
    let (plan, inputs, analyses, contributions, gathered) = tokio::task::spawn_blocking(move || {
        let analyses = computed(id, &inputs, &horizon, now);
        let pairs = contributed::pairs(&plan, &inputs, &horizon).into_iter();
        let context = contributed::of_context(&inputs, &maps, &horizon);
        let contributions: Vec<Contributed> =
            pairs.map(|pair| pair.computed(new_id(now), id, &context, &horizon)).collect();
        let gathered = hot_spots(&case);
        (plan, inputs, analyses, contributions, Gathered { case, found: gathered, classification: case_classification })
    })
    .await
    .map_err(Failure::internal)?;
    let pinned = Pinned { plan_id: plan.id, plan_number: plan.number, cut_off, frozen_at: now };
    let kept = Kept { plan, plan_classification, inputs, analyses, contributions, gathered };
    store_all(deps, caller, &freeze, pinned, &kept).await
}

enum Looked {
    Done(Assessment),
    Scheduled(Assessment),
}

/// A first look, before anything is read from others: it must be there and as the writer saw it.
async fn look(deps: &Deps, caller: &Caller, freeze: &Freeze) -> Result<Looked, Error> {
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(Looked::Done(done));
    }
    let assessment = super::assessment(&mut tx, freeze.seen.id).await?;
    freeze.seen.check(assessment.version, || pb::Assessment::from(&assessment))?;
    Ok(Looked::Scheduled(assessment))
}

struct Kept {
    plan: Plan,
    plan_classification: Classification,
    inputs: Vec<Inputs>,
    analyses: Vec<Analysis>,
    contributions: Vec<Contributed>,
    gathered: Gathered,
}

/// Where events gather, as secret as they are.
struct Gathered {
    case: Case,
    found: HotSpots,
    classification: Classification,
}

fn refuse_too_many(contributions: usize) -> Result<(), Error> {
    if contributions <= CONTRIBUTIONS_MAX {
        return Ok(());
    }
    Err(Failure::exhausted(format!(
        "The links of the plan bring {contributions} pairs of an output's and an outcome's indicator together, and one \
         assessment computes {CONTRIBUTIONS_MAX} at most. Nothing was frozen."
    ))
    .into())
}

async fn store_all(
    deps: &Deps,
    caller: &Caller,
    freeze: &Freeze,
    pinned: Pinned,
    kept: &Kept,
) -> Result<Assessment, Error> {
    let mission = caller.mission()?.id;
    let cleared = Caller { clearance: Classification::StrictlyConfidential, ..caller.clone() };
    let mut tx = deps.db.begin(&cleared).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let assessment =
        store::assessments::for_change(&mut tx, mission, freeze.seen.id).await?.ok_or(Error::NotFound("assessment"))?;
    freeze.seen.check(assessment.version, || pb::Assessment::from(&assessment))?;
    let (from, frozen_at) = (assessment.state, pinned.frozen_at);
    let assessment = assessment.freeze(pinned)?;
    super::moved(&mut tx, caller, &assessment, from, "", frozen_at).await?;
    store::frozen::keep_plan(&mut tx, mission, assessment.id, &kept.plan, kept.plan_classification).await?;
    store::frozen::keep_inputs(&mut tx, mission, assessment.id, &kept.inputs).await?;
    store::analyses::insert(&mut tx, mission, assessment.id, &kept.analyses).await?;
    store::contributions::insert(&mut tx, mission, assessment.id, &kept.contributions).await?;
    let Gathered { case, found, classification } = &kept.gathered;
    store::hot_spots::insert(&mut tx, mission, assessment.id, case, found, *classification).await?;
    for fact in events::analyses_computed(assessment.id, &kept.analyses) {
        tx.publish(fact).await?;
    }
    for fact in events::contributions_computed(assessment.id, &kept.contributions) {
        tx.publish(fact).await?;
    }
    Ok(tx.finish(assessment).await?)
}

fn horizon(assessment: &Assessment, cut_off: DateTime<Utc>, mission: &Mission) -> Horizon {
    Horizon {
        assessed: assessment.period,
        known_on: cut_off.date_naive(),
        fiscal_start_month: mission.fiscal_year_start_month,
    }
}

/// First and last day of the assessed period, as far as it is known.
fn days(horizon: &Horizon) -> (NaiveDate, NaiveDate) {
    let (first, last) = (horizon.assessed.first_day(horizon.fiscal_start_month), horizon.until());
    (first, last.max(first))
}

fn computed(assessment_id: Uuid, inputs: &[Inputs], horizon: &Horizon, now: DateTime<Utc>) -> Vec<Analysis> {
    let of_one = |(subject, computed, place): (Subject, Computed, usize)| Analysis {
        id: new_id(now),
        assessment_id,
        indicator_id: inputs[place].indicator.id,
        indicator_code: subject.code,
        indicator_name: subject.name,
        unit: subject.unit,
        direction: subject.direction,
        definition_version: inputs[place].indicator.definition_version,
        area: subject.area,
        computed,
        classification: inputs[place].classification,
    };
    frozen::analyses(inputs, horizon).into_iter().map(of_one).collect()
}
