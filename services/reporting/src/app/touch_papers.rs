//! Data changed: cleared and published sheets that cite it are marked, so that somebody looks at them.

use std::collections::BTreeMap;

use chassis::{Failure, Inbound, Tx};
use chrono::{DateTime, SecondsFormat, Utc};
use cpas_proto::{context::v1::Area, reporting::v1 as pb, words::Classification};

use super::{read_series::scope, take_in::data_classification};
use crate::{
    Error,
    domain::{
        sheet::SheetState,
        snapshot::{Part, Snapshot},
        touched::{Change, alters_values, touched},
    },
    events,
    store::{Connection, model, records, touches},
};

/// Marks what an event touches, and tells the first time.
pub async fn touch_papers(tx: &mut Tx, event: &Inbound) -> Result<(), Error> {
    let Some(changed) = events::observations_changed(event)? else { return Ok(()) };
    if !alters_values(&changed.change) {
        return Ok(());
    }
    let citing = touches::citing(tx, &changed.indicator_codes, event.recorded_at).await?;
    if citing.is_empty() {
        return Ok(());
    }
    let mission = tx.mission();
    let generation = model::read(tx).await?.generation;
    let fiscal_start_month = scope(tx, generation, event.mission_scope()).await?.fiscal_year_start_month;
    let parents = parents(tx, generation).await?;
    let change = Change { indicator_codes: &changed.indicator_codes, areas: &changed.areas, periods: &changed.periods };
    let of_data = data_classification(event, &changed.classification);
    for sheet in citing {
        let snapshot: Snapshot = serde_json::from_slice(&sheet.snapshot).map_err(Failure::internal)?;
        let number_ids = touched(&snapshot, change, &parents, fiscal_start_month);
        if number_ids.is_empty() {
            continue;
        }
        let cited = snapshot.parts.iter().flat_map(Part::measures).map(|measure| &measure.code);
        let mut indicator_codes: Vec<String> =
            cited.filter(|code| changed.indicator_codes.contains(code)).cloned().collect();
        indicator_codes.sort();
        indicator_codes.dedup();
        let classification = of_data.max(Classification::of_rank(sheet.classification));
        let touch = touches::Touch {
            sheet: sheet.id,
            snapshot_at: sheet.snapshot_at,
            classification: classification.rank(),
            at: event.recorded_at,
            indicator_codes: &indicator_codes,
            number_ids: &number_ids,
        };
        let first = touches::add(tx, mission, &touch).await?;
        if first && sheet.state == SheetState::Published.word() {
            let told = pb::FactSheetTouched {
                fact_sheet_id: sheet.id.to_string(),
                title: Some((&sheet.title.0).into()),
                indicator_codes,
                number_ids,
                change: changed.change.clone(),
                at: instant(event.recorded_at),
            };
            tx.publish(events::fact_sheet_touched(told, classification)).await?;
        }
    }
    Ok(())
}

/// The area that each area lies in.
async fn parents(connection: &mut Connection, generation: i32) -> Result<BTreeMap<String, String>, Error> {
    let mut parents = BTreeMap::new();
    for row in records::of_kind(connection, generation, "area").await? {
        let area: Area = row.message()?;
        parents.insert(area.code, area.parent_code);
    }
    Ok(parents)
}

/// A mark as the API shows it.
pub(super) fn as_touch(of: touches::Touched) -> pb::FactSheetTouch {
    pb::FactSheetTouch {
        first_at: instant(of.first_at),
        last_at: instant(of.last_at),
        changes: u32::try_from(of.changes).unwrap_or(u32::MAX),
        indicator_codes: of.indicator_codes,
        number_ids: of.number_ids,
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}
