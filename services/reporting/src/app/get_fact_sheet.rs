//! Fact sheets as the caller may see them.

use std::collections::BTreeMap;

use chassis::Caller;
use cpas_proto::reporting::v1 as pb;
use uuid::Uuid;

use super::{is_known, is_visible, touch_papers::as_touch};
use crate::{
    Deps, Error,
    domain::sheet::{FactSheet, SheetState},
    store::{sheets, touches},
};

/// Newest sheets in a list.
const SHEETS_MAX: i64 = 200;

/// One sheet, with its numbers once it is cleared.
pub async fn get_fact_sheet(deps: &Deps, caller: &Caller, id: Uuid) -> Result<pb::FactSheet, Error> {
    let mut tx = deps.db.begin(caller).await?;
    let found = sheets::find(&mut tx, id).await?.filter(|sheet| is_known(caller, sheet));
    let sheet = found.ok_or(Error::NotFound("fact sheet"))?;
    let touched = touches::of_sheets(&mut tx, &[id]).await?.pop().map(as_touch);
    Ok(for_reader(caller, pb::FactSheet { touched, ..(&sheet).into() }))
}

/// The newest sheets, without their numbers.
pub async fn list_fact_sheets(deps: &Deps, caller: &Caller) -> Result<Vec<pb::FactSheet>, Error> {
    let mut tx = deps.db.begin(caller).await?;
    let sheets = sheets::list(&mut tx, caller.is_only_reader(), SHEETS_MAX).await?;
    let ids: Vec<Uuid> = sheets.iter().map(|sheet| sheet.id).collect();
    let touched = touches::of_sheets(&mut tx, &ids).await?;
    let mut touched: BTreeMap<Uuid, touches::Touched> =
        touched.into_iter().map(|touched| (touched.fact_sheet_id, touched)).collect();
    let told = |sheet: &FactSheet| {
        let touched = touched.remove(&sheet.id).map(as_touch);
        for_reader(caller, pb::FactSheet { touched, ..sheet.into() })
    };
    Ok(sheets.iter().map(told).collect())
}

/// The sheet, if it exists for the caller; else as if it never was.
pub(super) async fn find(deps: &Deps, caller: &Caller, id: Uuid) -> Result<FactSheet, Error> {
    let mut tx = deps.db.begin(caller).await?;
    let found = sheets::find(&mut tx, id).await?.filter(|sheet| is_visible(caller, sheet));
    found.ok_or(Error::NotFound("fact sheet"))
}

/// A reader is not told which persons wrote, cleared and published it, on which assessment it rests, nor that
/// its data changed; and of a withdrawn one nothing that it said.
fn for_reader(caller: &Caller, sheet: pb::FactSheet) -> pb::FactSheet {
    if !caller.is_only_reader() {
        return sheet;
    }
    if sheet.state == SheetState::Withdrawn.word() {
        let pb::FactSheet { id, title, audience, state, published_at, reason, classification, version, .. } = sheet;
        return pb::FactSheet {
            id,
            title,
            audience,
            state,
            published_at,
            reason,
            classification,
            version,
            ..Default::default()
        };
    }
    let (recorded_by, cleared_by, published_by, assessment_id, touched) = Default::default();
    pb::FactSheet { recorded_by, cleared_by, published_by, assessment_id, touched, ..sheet }
}
