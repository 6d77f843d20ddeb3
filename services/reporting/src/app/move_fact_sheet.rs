//! A fact sheet goes on: cleared, withdrawn.

use chassis::{Caller, Tx};
use cpas_proto::{reporting::v1 as pb, words::Classification};
use uuid::Uuid;

use super::{fresh, sheet_to_change, take_snapshot::take_snapshot};
use crate::{
    Config, Deps, Error,
    domain::{
        sheet::{FactSheet, SheetState, Taken},
        snapshot::sha256,
    },
    events,
    store::sheets,
};

/// draft → cleared: takes the snapshot of all numbers, as known now.
pub async fn clear_fact_sheet(
    deps: &Deps,
    config: &Config,
    caller: &Caller,
    id: Uuid,
    version: i64,
) -> Result<pb::FactSheet, Error> {
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let sheet = sheets::find(&mut tx, id).await?.ok_or(Error::NotFound("fact sheet"))?;
    fresh(&sheet, version)?;
    if sheet.state != SheetState::Draft {
        // The rule says it; collection is not asked for numbers that nobody will see.
        let nothing = Taken { at: deps.clock.now(), sha256: String::new(), bytes: Vec::new() };
        sheet.clear(nothing, Classification::Unclassified, &caller.name, deps.clock.now())?;
        return Err(Error::NotFound("fact sheet"));
    }
    drop(tx);

    // Collection is asked while no transaction is open; who changes the sheet meanwhile makes this stale.
    let at = deps.clock.now();
    let snapshot = take_snapshot(deps, config, caller, &sheet, at).await?;
    let bytes = snapshot.to_bytes();
    let taken = Taken { at, sha256: sha256(&bytes), bytes };
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let sheet = sheet_to_change(&mut tx, id, version).await?;
    let sheet = sheet.clear(taken, snapshot.classification, &caller.name, deps.clock.now())?;
    store(tx, sheet).await
}

/// published → withdrawn.
pub async fn withdraw_fact_sheet(
    deps: &Deps,
    caller: &Caller,
    id: Uuid,
    version: i64,
    reason: &str,
) -> Result<pb::FactSheet, Error> {
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let sheet = sheet_to_change(&mut tx, id, version).await?.withdraw(reason, deps.clock.now())?;
    store(tx, sheet).await
}

pub(super) async fn store(mut tx: Tx, sheet: FactSheet) -> Result<pb::FactSheet, Error> {
    sheets::update(&mut tx, &sheet).await?;
    let told = pb::FactSheet::from(&sheet);
    tx.publish(events::fact_sheet_recorded(told.clone(), sheet.classification)).await?;
    Ok(tx.finish(told).await?)
}
