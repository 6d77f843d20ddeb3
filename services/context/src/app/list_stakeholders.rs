use chassis::Caller;

use super::authority;
use crate::{
    Deps,
    domain::{
        fold::fold,
        page::{Cursor, Page, PageOf},
        stakeholder::{Stakeholder, StakeholderKind},
    },
    error::Error,
    store,
};

/// Which stakeholders are wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub page: PageOf,
    /// Part of a name or alias; empty: all.
    pub search: String,
    pub kind: Option<StakeholderKind>,
}

/// Stakeholders by name, those that the caller may see.
///
/// # Errors
/// The caller's role does not allow it.
pub async fn list_stakeholders(deps: &Deps, caller: &Caller, wanted: Wanted) -> Result<Page<Stakeholder>, Error> {
    authority::allowed(caller, "ListStakeholders")?;
    let mut tx = deps.db.begin(caller).await?;
    let rows = store::stakeholders::page(&mut tx, &wanted.page, &fold(&wanted.search), wanted.kind).await?;
    Ok(wanted.page.cut(rows, |stakeholder| Cursor { key: stakeholder.folded_name(), id: stakeholder.id.0 }))
}
