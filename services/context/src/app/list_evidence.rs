use chassis::Caller;

use super::authority;
use crate::{
    Deps,
    domain::{
        evidence::Evidence,
        page::{Cursor, Page, PageOf},
    },
    error::Error,
    store,
};

/// Evidence, the latest recorded first.
///
/// # Errors
/// The caller's role does not allow it.
pub async fn list_evidence(deps: &Deps, caller: &Caller, page: PageOf) -> Result<Page<Evidence>, Error> {
    authority::allowed(caller, "ListEvidence")?;
    let mut tx = deps.db.begin(caller).await?;
    let rows = store::evidence::page(&mut tx, &page).await?;
    Ok(page.cut(rows, |evidence| Cursor { key: String::new(), id: evidence.id.0 }))
}
