//! What stands in the cells of an entry grid.

use std::collections::HashMap;

use chassis::{Caller, Failure};
use cpas_proto::{collection::v1 as pb, words::Period};
use uuid::Uuid;

use super::{
    App, moment,
    rule_book::{Judged, RuleBook, told},
};
use crate::{
    domain::{definition::Definition, rule::Said},
    error::Error,
    store::{self, heads::Head, remarks::SignRow},
};

/// Most cells of one answer.
const CELLS_MAX: usize = 20_000;

/// The head of every cell of a section's indicators, or of one indicator; and which of the cells are marked or commented.
///
/// # Errors
/// Neither a section nor an indicator; a period that is none; more cells than one answer takes.
pub async fn list_entry_cells(
    app: &App,
    caller: &Caller,
    asked: pb::ListEntryCellsRequest,
) -> Result<pb::ListEntryCellsResponse, Failure> {
    if asked.section.is_empty() == asked.indicator.is_empty() {
        return Err(Error::bad("section", "Name a section, or one indicator.").into());
    }
    let period = |field, text: &str| if text.is_empty() { Ok(None) } else { moment::period(field, text).map(Some) };
    let (first, last) = (period("first_period", &asked.first_period)?, period("last_period", &asked.last_period)?);
    let mut tx = app.db.begin(caller).await?;
    let start = app.fiscal_start_month(caller, &mut tx).await?;
    let own = |one: &Definition| {
        if asked.indicator.is_empty() {
            one.owner_section == asked.section
        } else {
            one.code == asked.indicator || one.id.to_string() == asked.indicator
        }
    };
    let all = store::copies::definitions(&mut tx).await?;
    let definitions: HashMap<Uuid, &Definition> = all.iter().filter(|one| own(one)).map(|one| (one.id, one)).collect();
    let indicators: Vec<Uuid> = definitions.keys().copied().collect();
    let areas = (!asked.every_area).then(|| vec![asked.area]);
    let days = (first.map(|first| first.first_day(start)), last.map(|last| last.last_day(start)));
    let found = store::heads::heads(&mut tx, &indicators, areas.as_deref(), days, CELLS_MAX as i64 + 1).await?;
    if found.len() > CELLS_MAX {
        let message = format!("More than {CELLS_MAX} cells have a value there; ask for fewer periods.");
        return Err(Error::bad("first_period", message).into());
    }
    let mut book = RuleBook::open(&mut tx, &all, &indicators, start).await?;
    let waiting = |head: &&Head| matches!(head.state.as_str(), "draft" | "returned");
    let places: Vec<(Uuid, Period, &str)> = found
        .iter()
        .filter(waiting)
        .filter_map(|head| Some((head.indicator_id, head.period.parse().ok()?, &*head.area)))
        .collect();
    book.look_around(&mut tx, places.into_iter()).await?;
    let cell = |head: Head| {
        let Some(&definition) = definitions.get(&head.indicator_id) else { return head.into() };
        let mut breaches = Vec::new();
        if let Some(period) = head.period.parse().ok().filter(|_| waiting(&&head)) {
            let said = Said::of_stored(&head.kind, head.value, head.numerator, head.denominator, &head.level);
            let one = Judged { indicator: definition.id, period, area: &head.area, slice: &head.slice, said };
            breaches = told(book.breaches(definition, one));
        }
        pb::EntryCell { indicator_code: definition.code.clone(), breaches, ..head.into() }
    };
    let signs = store::remarks::signs(&mut tx, &indicators, areas.as_deref(), days, CELLS_MAX as i64).await?;
    let sign = |row: SignRow| {
        let code = definitions.get(&row.indicator_id).map(|own| own.code.clone()).unwrap_or_default();
        pb::CellSign { indicator_code: code, ..row.into() }
    };
    let signs = signs.into_iter().map(sign).collect();
    Ok(pb::ListEntryCellsResponse { cells: found.into_iter().map(cell).collect(), signs })
}
