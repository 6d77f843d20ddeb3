//! An event becomes the newest state of its records, and a line.

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

/// Applies an event to the model that is read, and to the one that is being built beside it. Twice, or
/// after a newer one, it changes nothing.
pub async fn take_in(tx: &mut Tx, event: &Inbound) -> Result<(), Error> {
    let mission = tx.mission();
    let generations = model::hold(tx, mission).await?;
    for generation in generations.written() {
        let touched = apply(tx, mission, generation, event).await?;
        kept::refresh(tx, &event.mission_scope(), Model { mission, generation }, &touched).await?;
    }
    Ok(())
}

/// Applies an event to one generation. Returns what is to be made again of what is kept beside the records.
pub(super) async fn apply(
    connection: &mut Connection,
    mission: Uuid,
    generation: i32,
    event: &Inbound,
) -> Result<Touched, Error> {
    let mut touched = Touched::default();
    if events::is_private(event)? {
        return Ok(touched);
    }
    let (kept, told) = events::read(event)?;
    for record in &kept {
        if record.kind == "mission" {
            touched.all |= starts_otherwise(connection, generation, record).await?;
        }
        touch(&mut touched, record);
        records::keep(&mut *connection, mission, generation, event.classification, event.recorded_at, record).await?;
        let state = (record.kind, record.state.as_str());
        if reached::KEPT.contains(&state) {
            let state = (record.kind, record.id.as_str(), record.state.as_str());
            reached::keep(&mut *connection, mission, generation, event.classification, event.recorded_at, state)
                .await?;
        }
    }
    if let Some(changed) = events::observations_changed(event)? {
        let classification = data_classification(event, &changed.classification);
        series::touch(&mut *connection, mission, generation, &changed.indicator_codes, classification).await?;
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
    changes::write(connection, mission, generation, &line, &told).await?;
    Ok(touched)
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
