//! An event becomes the newest state of its records, and a line.

use std::slice;

use chassis::{Failure, Inbound, Tx};
use cpas_proto::{gateway::v1 as gateway, words::Classification};
use uuid::Uuid;

use super::kept::{self, Touched};
use crate::{
    Error, events,
    store::{
        Connection, changes,
        model::{self, Model},
        reached,
        records::{self, Kept},
        series,
    },
};

/// Applies events of a mission to the model that is read, and to the one that is being built beside it. Twice, or after a
/// newer one, an event changes nothing.
pub async fn take_in(tx: &mut Tx, heard: &[Inbound]) -> Result<(), Error> {
    let Some(last) = heard.last() else { return Ok(()) };
    let mission = tx.mission();
    let generations = model::hold(tx, mission).await?;
    for generation in generations.written() {
        let mut touched = Touched::default();
        for event in heard {
            apply(tx, mission, generation, event, &mut touched).await?;
        }
        touch_data(tx, mission, generation, &touched).await?;
        kept::refresh(tx, &last.mission_scope(), Model { mission, generation }, &touched).await?;
    }
    Ok(())
}

/// Remembers which indicators have data, in one order for all who do.
pub(super) async fn touch_data(
    connection: &mut Connection,
    mission: Uuid,
    generation: i32,
    touched: &Touched,
) -> Result<(), Error> {
    for (code, classification) in &touched.data {
        series::touch(connection, mission, generation, slice::from_ref(code), *classification).await?;
    }
    Ok(())
}

/// Applies an event to one generation, but for its data. Adds what is to be made again of what is kept beside the records.
pub(super) async fn apply(
    connection: &mut Connection,
    mission: Uuid,
    generation: i32,
    event: &Inbound,
    touched: &mut Touched,
) -> Result<(), Error> {
    if events::is_private(event)? {
        return Ok(());
    }
    let (kept, told) = events::read(event)?;
    for record in &kept {
        if record.kind == "mission" {
            touched.all |= starts_otherwise(connection, generation, record).await?;
        }
        touch(touched, record);
        records::keep(&mut *connection, mission, generation, event.classification, event.recorded_at, record).await?;
        if reached::is_kept(record.kind, &record.state) {
            let state = (record.kind, record.id.as_str(), record.state.as_str());
            reached::keep(&mut *connection, mission, generation, event.classification, event.recorded_at, state)
                .await?;
        }
    }
    if let Some(changed) = events::observations_changed(event)? {
        let classification = data_classification(event, &changed.classification);
        for code in changed.indicator_codes {
            let highest = touched.data.entry(code).or_insert(classification);
            *highest = classification.max(*highest);
        }
    }
    let (noun, verb) = event.noun_and_verb();
    let line = changes::Event {
        id: event.id,
        at: event.recorded_at,
        what: format!("{noun}.{verb}"),
        // From what the event carries, never from how it arrived: a dead letter comes without a subject.
        record_id: kept.first().map_or_else(|| told.path.clone(), |record| record.id.clone()),
        classification: event.classification,
    };
    Ok(changes::write(connection, mission, generation, &line, &told).await?)
}

/// What stands on a record.
fn touch(touched: &mut Touched, record: &Kept) {
    match record.kind {
        "indicator" => drop(touched.indicator_ids.insert(record.id.clone())),
        "target" => drop(touched.indicator_ids.insert(record.parent.clone())),
        // One of an area has the area behind the code.
        "analysis" if !record.code.contains('|') => drop(touched.indicator_codes.insert(record.code.clone())),
        "plan" | "finding" | "recommendation" | "assessment" => touched.counted = true,
        _ => {}
    }
}

/// True when the fiscal year of a mission starts in another month than before.
async fn starts_otherwise(connection: &mut Connection, generation: i32, record: &Kept) -> Result<bool, Error> {
    let Some(before) = records::find(connection, generation, record.kind, &record.id).await? else { return Ok(true) };
    let now = <gateway::Mission as prost::Message>::decode(record.body.as_slice()).map_err(Failure::internal)?;
    let before: gateway::Mission = before.message()?;
    Ok(before.fiscal_year_start_month != now.fiscal_year_start_month)
}

/// The higher of what the event is and what it says of its rows; an unknown word is the highest.
pub(super) fn data_classification(event: &Inbound, said: &str) -> Classification {
    let said = Classification::parse_or_unclassified(said).unwrap_or(Classification::StrictlyConfidential);
    event.classification.max(said)
}
