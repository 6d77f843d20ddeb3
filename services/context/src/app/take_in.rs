//! What planning tells, and what is kept of it. Works in the transaction of its event's inbox.

use std::collections::BTreeSet;

use chassis::{Failure, Tx};
use cpas_proto::{planning::v1 as planning, words::Classification};
use uuid::Uuid;

use crate::{
    domain::{Text, ids::StakeholderId, strategy::LivePlan},
    error::Error,
    store::{
        self,
        strategies::{self, ToldOutcome, ToldPlan},
    },
};

/// Keeps the outcomes of a plan that is in force or on its way; of any other only that it is no more.
///
/// # Errors
/// The event cannot be read.
pub async fn plan(tx: &mut Tx, told: planning::Plan) -> Result<(), Error> {
    let mission = tx.mission();
    let classification = Classification::parse_or_unclassified(&told.classification).map_err(unreadable)?;
    let plan = ToldPlan { id: id(&told.id)?, version: told.version, state: told.state, classification };
    if !strategies::keep_plan(tx, mission, &plan).await? {
        return Ok(());
    }
    let areas: BTreeSet<&String> = told.items.iter().flat_map(|item| &item.areas).collect();
    if !areas.is_empty() {
        self::areas(tx, &areas.into_iter().cloned().collect::<Vec<_>>()).await?;
    }
    let is_live = plan.state.parse::<LivePlan>().is_ok();
    let about =
        told.items.into_iter().filter(|item| is_live && item.kind == "outcome" && !item.stakeholder_id.is_empty());
    let outcomes = about.map(outcome).collect::<Result<Vec<_>, Error>>()?;
    Ok(strategies::keep_outcomes(tx, mission, &plan, &outcomes).await?)
}

/// Notes that data, events, a plan or a target speak of these areas; of none: of more than are named.
///
/// # Errors
/// The database is away.
pub async fn areas(tx: &mut Tx, codes: &[String]) -> Result<(), Error> {
    Ok(store::area_changes::mark_used(tx, codes).await?)
}

fn outcome(item: planning::PlanItem) -> Result<ToldOutcome, Error> {
    let statement = item.statement.unwrap_or_default();
    Ok(ToldOutcome {
        item: id(&item.id)?,
        number: item.number,
        statement: Text::of(statement.en, statement.fr),
        stakeholder: StakeholderId(id(&item.stakeholder_id)?),
        dimension: item.dimension.parse().map_err(unreadable)?,
    })
}

fn id(id: &str) -> Result<Uuid, Error> {
    id.parse().map_err(|_| unreadable(format!("\"{id}\" in an event is not an id")))
}

fn unreadable(error: impl std::fmt::Display) -> Error {
    Failure::internal(error.to_string()).into()
}
