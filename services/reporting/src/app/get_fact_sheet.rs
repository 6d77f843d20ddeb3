//! Fact sheets as the caller may see them.

use chassis::Caller;
use cpas_proto::reporting::v1 as pb;
use uuid::Uuid;

use super::is_visible;
use crate::{Deps, Error, domain::sheet::FactSheet, store::sheets};

/// Newest sheets in a list.
const SHEETS_MAX: i64 = 200;

/// One sheet, with its numbers once it is cleared.
pub async fn get_fact_sheet(deps: &Deps, caller: &Caller, id: Uuid) -> Result<pb::FactSheet, Error> {
    Ok(for_reader(caller, (&find(deps, caller, id).await?).into()))
}

/// The newest sheets, without their numbers.
pub async fn list_fact_sheets(deps: &Deps, caller: &Caller) -> Result<Vec<pb::FactSheet>, Error> {
    let mut tx = deps.db.begin(caller).await?;
    let sheets = sheets::list(&mut tx, caller.is_only_reader(), SHEETS_MAX).await?;
    Ok(sheets.iter().map(|sheet| for_reader(caller, sheet.into())).collect())
}

/// The sheet, if it exists for the caller; else as if it never was.
pub(super) async fn find(deps: &Deps, caller: &Caller, id: Uuid) -> Result<FactSheet, Error> {
    let mut tx = deps.db.begin(caller).await?;
    let found = sheets::find(&mut tx, id).await?.filter(|sheet| is_visible(caller, sheet));
    found.ok_or(Error::NotFound("fact sheet"))
}

/// A reader is not told which persons wrote, cleared and published it, nor on which assessment it rests.
fn for_reader(caller: &Caller, sheet: pb::FactSheet) -> pb::FactSheet {
    if !caller.is_only_reader() {
        return sheet;
    }
    let (recorded_by, cleared_by, published_by, assessment_id) = Default::default();
    pb::FactSheet { recorded_by, cleared_by, published_by, assessment_id, ..sheet }
}
