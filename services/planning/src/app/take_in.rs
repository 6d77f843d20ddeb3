//! What neighbours tell, and what it does here. Each works in the transaction of its event's inbox.

use chassis::{Clock, Tx, new_id};
use cpas_proto::{assessment::v1 as assessment, context::v1 as context, words::Classification};
use uuid::Uuid;

use super::edit_plan::sources;
use crate::{
    domain::{
        change::{PlanChange, asks_for_change},
        ids::{ChangeId, RecommendationId, StakeholderId},
        text::Text,
    },
    error::Error,
    events,
    store::{changes, neighbours, plans, removed},
};

/// Opens a change to the plan, once per recommendation that leadership accepted for the plan.
pub async fn recommendation(tx: &mut Tx, clock: &Clock, told: assessment::Recommendation) -> Result<(), Error> {
    // A duplicate asks for what its original asks for.
    if !asks_for_change(&told.kind, &told.state) || !told.duplicate_of.is_empty() {
        return Ok(());
    }
    let text = told.text.unwrap_or_default();
    let change = PlanChange::opened(
        ChangeId(new_id(clock.now())),
        RecommendationId(id(&told.id)?),
        Text::of(text.en, text.fr),
        classification(&told.classification)?,
        clock.now(),
    );
    let mission = tx.mission();
    if changes::open(tx, mission, &change).await? {
        tx.publish(events::plan_change_recorded(&change)).await?;
    }
    Ok(())
}

/// Keeps a stakeholder; plans that seek its change are as classified as it is.
pub async fn stakeholder(tx: &mut Tx, told: context::Stakeholder) -> Result<(), Error> {
    let mission = tx.mission();
    let stakeholder = StakeholderId(id(&told.id)?);
    let classification = classification(&told.classification)?;
    let head = if told.merged_into.is_empty() { stakeholder } else { StakeholderId(id(&told.merged_into)?) };
    if !neighbours::keep_stakeholder(tx, mission, stakeholder, told.version, classification, head).await? {
        return Ok(());
    }
    removed::raise(tx, mission, stakeholder, classification).await?;
    for plan in plans::naming(tx, mission, stakeholder).await? {
        let Some(before) = plans::find_to_change(tx, mission, plan).await? else { continue };
        let mut after = before.clone();
        after.head.classification =
            neighbours::highest_classification(tx, mission, &before.stakeholders(), &sources(&before)).await?;
        if after != before {
            after.head.version += 1;
            plans::save(tx, mission, &before, &after).await?;
            tx.publish(events::plan_recorded(&after)?).await?;
        }
    }
    // Also what somebody took off one of these plans while this waited for it.
    removed::raise(tx, mission, stakeholder, classification).await
}

/// Keeps an area, or forgets one that never was.
pub async fn area(tx: &mut Tx, told: context::Area) -> Result<(), Error> {
    let mission = tx.mission();
    if told.withdrawn {
        return neighbours::forget_area(tx, id(&told.id)?).await;
    }
    neighbours::keep_area(tx, mission, id(&told.id)?, &told.code, told.version).await
}

/// Keeps which indicators an assessment analysed.
pub async fn analyses(tx: &mut Tx, told: Vec<assessment::Analysis>) -> Result<(), Error> {
    let mission = tx.mission();
    let pairs: Vec<(Uuid, Uuid)> = told
        .iter()
        .map(|analysis| Ok((id(&analysis.id)?, id(&analysis.indicator_id)?)))
        .collect::<Result<_, Error>>()?;
    neighbours::keep_analyses(tx, mission, &pairs).await
}

/// Keeps which analyses a finding rests on.
pub async fn finding(tx: &mut Tx, told: assessment::Finding) -> Result<(), Error> {
    let mission = tx.mission();
    let analyses: Vec<Uuid> = told
        .evidence
        .iter()
        .filter(|evidence| evidence.kind == "analysis")
        .map(|evidence| id(&evidence.id))
        .collect::<Result<_, Error>>()?;
    let classification = classification(&told.classification)?;
    neighbours::keep_finding(tx, mission, id(&told.id)?, told.version, classification, &analyses).await
}

fn id(id: &str) -> Result<Uuid, Error> {
    id.parse().map_err(|_| Error::unreadable(format!("\"{id}\" in an event is not an id")))
}

fn classification(word: &str) -> Result<Classification, Error> {
    Classification::parse_or_unclassified(word).map_err(Error::unreadable)
}
