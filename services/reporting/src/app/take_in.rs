//! An event becomes the newest state of its records, and a line.

use chassis::{Inbound, Tx};
use cpas_proto::words::Classification;
use uuid::Uuid;

use crate::{
    Error, events,
    store::{Connection, changes, model, reached, records, series},
};

/// Applies an event to the model that is read, and to the one that is being built beside it. Twice, or
/// after a newer one, it changes nothing.
pub async fn take_in(tx: &mut Tx, event: &Inbound) -> Result<(), Error> {
    let mission = tx.mission();
    let generations = model::hold(tx, mission).await?;
    for generation in generations.written() {
        apply(tx, mission, generation, event).await?;
    }
    Ok(())
}

/// Applies an event to one generation.
pub(super) async fn apply(
    connection: &mut Connection,
    mission: Uuid,
    generation: i32,
    event: &Inbound,
) -> Result<(), Error> {
    if events::is_private(event)? {
        return Ok(());
    }
    let (kept, told) = events::read(event)?;
    for record in &kept {
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
    Ok(())
}

/// The higher of what the event is and what it says of its rows; an unknown word is the highest.
pub(super) fn data_classification(event: &Inbound, said: &str) -> Classification {
    let said = Classification::parse_or_unclassified(said).unwrap_or(Classification::StrictlyConfidential);
    event.classification.max(said)
}
