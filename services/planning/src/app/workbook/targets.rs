//! Takes the targets of a workbook: sets those that are new or changed.

use std::collections::BTreeMap;

use chassis::{Caller, Tx};
use cpas_proto::planning::v1 as pb;

use super::{cells, state::State, take::Taken};
use crate::{
    Deps,
    app::set_target::set_in,
    domain::{
        target::GivenTarget,
        workbook::{Row, Sheet, merge::Merged},
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
    let keys = state.tables.of(Sheet::Targets).iter().map(|row| row.key.clone());
    let versions: BTreeMap<String, i64> = keys.zip(state.targets.iter().map(|target| target.version)).collect();
    let is_written = |row: &&Row| merged.changes.iter().any(|change| change.key == row.key && change.is_written);
    for row in merged.rows.iter().filter(is_written) {
        let Some(indicator) = taken.indicators.get(row.cell("indicator")) else {
            // The indicator is refused itself, and says why.
            continue;
        };
        let told = cells::to_target(row, indicator.to_string(), versions.get(&row.key).copied().unwrap_or(0));
        let set = match GivenTarget::try_from(pb::SetTargetRequest { target: Some(told) }) {
            Ok(given) => set_in(tx, deps, caller, given).await.map(drop),
            Err(broken) => Err(broken.into()),
        };
        if let Err(error) = set {
            taken.refused(row, error)?;
        }
    }
    taken.take(&merged);
    Ok(())
}
