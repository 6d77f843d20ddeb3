//! Takes the indicators of a workbook: drafts those that are new, revises those that changed.

use std::collections::BTreeMap;

use chassis::{Caller, Tx};
use cpas_proto::planning::v1 as pb;

use super::{cells, state::State, take::Taken};
use crate::{
    Deps,
    app::{
        draft_indicator::draft_in,
        revise_indicator::{Revision, revise_in},
    },
    domain::{
        definition::Definition,
        ids::IndicatorId,
        indicator::Indicator,
        workbook::{NEW, Row, merge::Merged},
    },
    error::Error,
};

/// Writes what is new or changed.
pub(super) async fn take(
    tx: &mut Tx,
    deps: &Deps,
    caller: &Caller,
    state: &State,
    merged: Merged,
    taken: &mut Taken,
) -> Result<(), Error> {
    let stored: BTreeMap<String, &Indicator> =
        state.indicators.iter().map(|indicator| (indicator.id.to_string(), indicator)).collect();
    taken.indicators.extend(stored.iter().map(|(key, indicator)| (key.clone(), indicator.id)));
    let is_touched = |row: &&Row| merged.changes.iter().any(|change| change.key == row.key && change.is_written);
    // What a formula names may be in a row below it.
    let (plain, computed): (Vec<&Row>, Vec<&Row>) =
        merged.rows.iter().filter(is_touched).partition(|row| row.cell("formula").is_empty());
    for row in plain.into_iter().chain(computed) {
        match one(tx, deps, caller, stored.get(&row.key).copied(), row, taken).await {
            Ok(id) => drop(taken.indicators.insert(row.key.clone(), id)),
            Err(error) => taken.refused(row, error)?,
        }
    }
    taken.take(&merged);
    Ok(())
}

async fn one(
    tx: &mut Tx,
    deps: &Deps,
    caller: &Caller,
    stored: Option<&Indicator>,
    row: &Row,
    taken: &Taken,
) -> Result<IndicatorId, Error> {
    let key = row.cell("plan_item_lineage_id");
    // A row of the tree that is new has its id for a lineage; the key of any other is its lineage.
    let measures = if key.starts_with(NEW) { taken.item(key).unwrap_or_default() } else { key.to_owned() };
    let told = cells::to_indicator(row, stored.map(pb::Indicator::from).as_ref(), measures);
    let definition = Definition::try_from(pb::DraftIndicatorRequest { indicator: Some(told) })?;
    match stored {
        None => Ok(draft_in(tx, deps, caller, definition).await?.id),
        Some(stored) => {
            let revision = Revision { id: stored.id, seen_version: stored.version, definition };
            Ok(revise_in(tx, deps, caller, revision).await?.id)
        }
    }
}
