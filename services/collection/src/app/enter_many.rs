//! Entering many observations at once: a block of a grid, or what another system sends. Each row is
//! stored or not by itself, and only once under its key.

use std::collections::{HashMap, HashSet};

use chassis::{Caller, Failure, Tx};
use cpas_proto::collection::v1 as pb;
use uuid::Uuid;

use super::{
    App,
    entering::{Bases, Entering, Ground, Histories, Wanted, record, tell},
    entry_outcome::Outcome,
};
use crate::{
    error::Error,
    store::{
        self,
        entries::EnteredRow,
        observations::{Known, New},
    },
};

/// Most rows of one call.
const ROWS_MAX: usize = 1_000;
/// Longest key of a row, in characters.
const KEY_CHARS_MAX: usize = 100;

/// Stores the rows that can be stored, each as a draft, and says of every one what became of it.
///
/// # Errors
/// No row or too many; a row without a key. Then nothing was stored.
pub async fn enter_observations(
    app: &App,
    caller: &Caller,
    rows: Vec<pb::EntryRow>,
) -> Result<pb::EnterObservationsResponse, Failure> {
    check(&rows)?;
    let mut tx = app.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let outcomes = enter_rows(app, caller, &mut tx, &rows).await?;
    let ids: Vec<Uuid> = outcomes.iter().filter_map(|one| one.shown).collect();
    let shown: HashMap<Uuid, Known> = store::observations::find_all(&mut tx, app.clock.now(), &ids)
        .await?
        .into_iter()
        .map(|one| (one.id, one))
        .collect();
    let outcomes = outcomes.into_iter().map(|one| one.rendered(&shown)).collect();
    tx.finish(pb::EnterObservationsResponse { outcomes }).await
}

/// The same within a transaction.
async fn enter_rows(app: &App, caller: &Caller, tx: &mut Tx, rows: &[pb::EntryRow]) -> Result<Vec<Outcome>, Failure> {
    let mission = tx.mission();
    store::known::writes(tx, mission).await?;
    store::entries::one_at_a_time(tx, mission, caller.account).await?;
    let keys: Vec<String> = rows.iter().map(|row| row.key.clone()).collect();
    let before = store::entries::stored(tx, caller.account, &keys).await?;
    let ground = Ground::read(app, caller, tx).await?;
    let bases = Bases::of(tx, ground.now, rows.iter()).await?;
    let entering = Entering::of(caller, &ground, &bases).after(before);

    let wanted: Vec<Result<Wanted, Failure>> = rows.iter().map(|row| entering.wanted(row)).collect();
    let histories = Histories::of(tx, ground.now, wanted.iter().flatten()).await?;
    let mut book = ground.rule_book(tx, wanted.iter().flatten()).await?;
    // A block is judged as one: by what its rows say themselves.
    book.put_all(wanted.iter().flatten().map(|one| ground.judged(one)));
    let mut outcomes = entering.outcomes(rows, wanted, &histories, &book)?;
    record(tx, rows.iter().zip(&mut outcomes), &histories).await?;
    let told: Vec<(&New, &str)> =
        outcomes.iter().filter_map(|one| Some((one.new.as_ref()?, one.code.as_str()))).collect();
    if !told.is_empty() {
        tell(tx, "entered", &told).await?;
        let keys: Vec<EnteredRow> = outcomes.iter().filter_map(Outcome::entered).collect();
        store::entries::remember(tx, mission, caller.account, &keys, ground.now).await?;
    }
    Ok(outcomes)
}

/// Checks that rows can be taken together.
///
/// # Errors
/// No row or too many; a row without a key, or two with the same.
pub(super) fn check(rows: &[pb::EntryRow]) -> Result<(), Failure> {
    if rows.is_empty() || rows.len() > ROWS_MAX {
        return Err(Error::bad("rows", format!("Send between 1 and {ROWS_MAX} rows at a time.")).into());
    }
    let no_key = |row: &pb::EntryRow| row.key.is_empty() || row.key.chars().count() > KEY_CHARS_MAX;
    if rows.iter().any(no_key) {
        let message = format!("Every row needs a key of its own, of 1 to {KEY_CHARS_MAX} characters: a UUID does.");
        return Err(Error::bad("rows", message).into());
    }
    let keys: HashSet<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    if keys.len() < rows.len() {
        return Err(Error::bad("rows", "Two rows have the same key.").into());
    }
    Ok(())
}
