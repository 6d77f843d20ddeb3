//! Gathers what there is on an outcome for a finding to rest on, as far as the reader may see it.

use chassis::{Caller, Code};
use uuid::Uuid;

use super::{assessment, read_context};
use crate::{
    Deps,
    domain::{
        assessment::NotMovable,
        frozen::Outcome,
        gathered::{Around, Item, Own, Scope, gather},
        text::Text,
    },
    error::Error,
    store,
};

/// What was gathered, and what could not be.
#[derive(Debug, Clone, PartialEq)]
pub struct Gathered {
    pub assessment_id: Uuid,
    pub outcome: Uuid,
    /// The most relevant first.
    pub items: Vec<Item>,
    pub cautions: Vec<Text>,
}

/// Its own records are read in one transaction, then context is asked on the reader's behalf: each hides what is above the
/// clearance. Where context is away, the rest is given and it is said.
///
/// # Errors
/// There is no such assessment or outcome; it is not frozen yet.
pub async fn gather_evidence(
    deps: &Deps,
    caller: &Caller,
    assessment_id: Uuid,
    lineage_id: Uuid,
) -> Result<Gathered, Error> {
    let mission = caller.mission()?.clone();
    let mut tx = deps.db.begin(caller).await?;
    let of = assessment(&mut tx, assessment_id).await?;
    let pinned = of.pinned.as_ref().ok_or(NotMovable::NotFrozenYet)?;
    let plan = store::frozen::plan(&mut tx, mission.id, of.id).await?.ok_or(Error::NotFound("outcome"))?;
    let outcome = plan.outcomes.iter().find(|outcome| outcome.lineage_id == lineage_id);
    let outcome = outcome.ok_or(Error::NotFound("outcome"))?;
    let linked = plan.links.iter().filter(|link| link.outcome_lineage_id == lineage_id);
    let items = items_of(outcome, linked.map(|link| link.output_lineage_id));
    let own = Own {
        analyses: store::analyses::of_items(&mut tx, mission.id, of.id, &items).await?,
        contributions: store::contributions::of_outcome(&mut tx, mission.id, of.id, lineage_id).await?,
        hot_spots: store::hot_spots::classified(&mut tx, mission.id, of.id).await?,
        findings: store::findings::of_assessment(&mut tx, mission.id, of.id).await?,
        earlier: store::findings::earlier(&mut tx, mission.id, of.id, lineage_id).await?,
    };
    drop(tx);
    let month = mission.fiscal_year_start_month;
    let first = of.period.first_day(month);
    let last = of.period.last_day(month).min(pinned.cut_off.date_naive()).max(first);
    let (around, cautions) = match read_context::around(deps, caller, (first, last), pinned.cut_off).await {
        Ok(around) => (around, Vec::new()),
        Err(Error::Neighbour { failure, .. }) if matches!(failure.code, Code::Unavailable | Code::Exhausted) => {
            (Around::default(), vec![context_is_away()])
        }
        Err(error) => return Err(error),
    };
    let scope = Scope { assessment_id, outcome, first, last, parents: around.parents.clone() };
    Ok(Gathered { assessment_id, outcome: lineage_id, items: gather(&scope, &own, &around), cautions })
}

/// The outcome, its outputs and those that are linked to it.
fn items_of(outcome: &Outcome, linked: impl Iterator<Item = Uuid>) -> Vec<Uuid> {
    let all = std::iter::once(outcome.lineage_id).chain(outcome.outputs.iter().copied()).chain(linked);
    let mut items: Vec<Uuid> = all.collect();
    items.sort_unstable();
    items.dedup();
    items
}

fn context_is_away() -> Text {
    Text::of(
        "What the context holds could not be read now: factors, evidence and stakeholders are missing here.",
        "Ce que contient le contexte n'a pas pu être lu : facteurs, éléments de preuve et acteurs manquent ici.",
    )
}
