//! What a number of a fact sheet rests on.
//!
//! Staff see what collection shows them. A reader of a published public sheet sees period, area, slice,
//! value, state, and row and hash of the file; not who entered it nor the file's name, which may be a
//! person's; and of events those that are unclassified. Where a number counts persons and any value behind it
//! is small, no value behind it is shown; and behind a suppressed number nothing is.

use chassis::{Caller, Failure};
use cpas_proto::{
    collection::v1::{
        Contribution, CountedEvent, ExplainPointRequest, PointExplanation,
        collection_service_client::CollectionServiceClient,
    },
    reporting::v1 as pb,
    words::Classification,
};
use uuid::Uuid;

use super::{get_fact_sheet::find, take_snapshot::as_number};
use crate::{
    Config, Deps, Error,
    domain::{figure::Kind, sheet::FactSheet, snapshot::Snapshot},
};

/// Explains a number as it was known at the snapshot; only a cleared sheet has numbers.
pub async fn explain_number(
    deps: &Deps,
    config: &Config,
    caller: &Caller,
    id: Uuid,
    number_id: &str,
) -> Result<pb::NumberExplanation, Error> {
    let sheet: FactSheet = find(deps, caller, id).await?;
    let taken = sheet.snapshot.as_ref().ok_or(Error::NotFound("number"))?;
    let snapshot: Snapshot = serde_json::from_slice(&taken.bytes).map_err(Failure::internal)?;
    let (part, measure, figure) = snapshot.figure(number_id).ok_or(Error::NotFound("number"))?;
    let number = as_number(&snapshot, part, measure, figure);
    let only_reader = caller.is_only_reader();
    if figure.period.is_empty() || (figure.kind == Kind::Suppressed && only_reader) {
        return Ok(pb::NumberExplanation { number: Some(number), ..Default::default() });
    }
    // With the eyes that the snapshot was taken with, so that the explanation is of this very number.
    let asking = match only_reader {
        // A reader may not ask collection; what reporting asks for itself is cut down below.
        true => Caller::service(crate::NAME, caller.mission()?.clone(), caller.deadline),
        false => caller.clone(),
    };
    let transport = deps.collection.on_behalf(&Caller { clearance: snapshot.classification, ..asking });
    let request = ExplainPointRequest {
        indicator: measure.code.clone(),
        area: figure.area.clone(),
        period: figure.period.clone(),
        slice: figure.slice.clone(),
        as_known_at: snapshot.as_known_at.clone(),
    };
    let told = CollectionServiceClient::new(transport).explain_point(request).await?.into_inner();
    let sources = match only_reader {
        true => for_reader(&told, measure.persons, config.small_cell_max),
        false => told.contributions.iter().map(source).collect(),
    };
    let events = match only_reader {
        true => events_for_reader(&told, measure.persons, config.small_cell_max),
        false => told.events.iter().map(event).collect(),
    };
    // What is left out is not counted either.
    let left =
        |total: u32, all: usize, shown: usize| total.saturating_sub(u32::try_from(all - shown).unwrap_or(u32::MAX));
    Ok(pb::NumberExplanation {
        number: Some(number),
        total: left(told.total, told.contributions.len(), sources.len()),
        events_total: left(told.events_total, told.events.len(), events.len()),
        formula: told.formula,
        sources,
        events,
    })
}

fn event(of: &CountedEvent) -> pb::NumberEvent {
    let of = of.clone();
    pb::NumberEvent {
        event_id: of.event_id,
        indicator_code: of.indicator_code,
        amount: of.amount,
        source: of.source,
        external_id: of.external_id,
        kind: of.kind,
        sub_kind: of.sub_kind,
        first_date: of.first_date,
        last_date: of.last_date,
        place: of.place,
        area: of.area,
        classification: of.classification,
        changed_since: of.changed_since,
    }
}

fn events_for_reader(told: &PointExplanation, persons: bool, small_cell_max: u32) -> Vec<pb::NumberEvent> {
    let open = told.events.iter().filter(|event| is_open(&event.classification));
    let mut events: Vec<pb::NumberEvent> = open.map(event).collect();
    if persons && events.iter().any(|event| is_small(event.amount, small_cell_max)) {
        events.iter_mut().for_each(|event| event.amount = None);
    }
    events
}

fn is_open(classification: &str) -> bool {
    matches!(Classification::parse_or_unclassified(classification), Ok(Classification::Unclassified))
}

fn is_small(value: Option<f64>, small_cell_max: u32) -> bool {
    value.is_some_and(|value| value > 0.0 && value <= f64::from(small_cell_max))
}

fn source(of: &Contribution) -> pb::NumberSource {
    let observation = of.observation.clone().unwrap_or_default();
    pb::NumberSource {
        observation_id: observation.id,
        period: observation.period,
        area: observation.area,
        slice: observation.slice,
        value: observation.value,
        numerator: observation.numerator,
        denominator: observation.denominator,
        state: observation.state,
        recorded_at: observation.recorded_at,
        recorded_by: observation.recorded_by,
        batch_id: observation.batch_id,
        batch_row: observation.batch_row,
        file_name: of.file_name.clone(),
        file_sha256: of.file_sha256.clone(),
    }
}

fn for_reader(told: &PointExplanation, persons: bool, small_cell_max: u32) -> Vec<pb::NumberSource> {
    let is_small = |value| is_small(value, small_cell_max);
    let open = told.contributions.iter().filter(|contribution| {
        let word = contribution.observation.as_ref().map(|observation| observation.classification.as_str());
        is_open(word.unwrap_or_default())
    });
    let mut sources: Vec<pb::NumberSource> = open
        .map(|contribution| {
            let (recorded_by, batch_id, file_name) = Default::default();
            pb::NumberSource { recorded_by, batch_id, file_name, ..source(contribution) }
        })
        .collect();
    let any_small = sources
        .iter()
        .any(|source| is_small(source.value) || is_small(source.numerator) || is_small(source.denominator));
    if persons && any_small {
        for source in &mut sources {
            (source.value, source.numerator, source.denominator) = (None, None, None);
        }
    }
    sources
}
