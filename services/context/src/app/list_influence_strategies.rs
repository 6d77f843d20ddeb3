use chassis::Caller;

use super::authority;
use crate::{
    Deps,
    domain::{
        ids::StakeholderId,
        page::{Cursor, Page, PageOf},
        strategy::{KnownOutcome, Strategy, TakeUp, take_up},
    },
    error::Error,
    store,
};

/// Which strategies are wanted.
#[derive(Debug, Clone)]
pub struct WantedStrategies {
    pub page: PageOf,
    pub stakeholder: Option<StakeholderId>,
    /// Only current ones that no outcome takes up.
    pub not_planned: bool,
}

/// A strategy with what takes it up.
#[derive(Debug, Clone)]
pub struct Listed {
    pub strategy: Strategy,
    pub take_up: TakeUp,
    pub outcomes: Vec<KnownOutcome>,
}

/// Strategies that the caller may see, the latest first. What takes them up comes of the plans that the
/// caller may see: of a hidden one nothing is said.
///
/// # Errors
/// The caller's role does not allow it.
pub async fn list_influence_strategies(
    deps: &Deps,
    caller: &Caller,
    wanted: WantedStrategies,
) -> Result<Page<Listed>, Error> {
    authority::allowed(caller, "ListInfluenceStrategies")?;
    let mut tx = deps.db.begin(caller).await?;
    let rows = store::strategies::page(&mut tx, &wanted.page, wanted.stakeholder, wanted.not_planned).await?;
    let page = wanted.page.cut(rows, |strategy| Cursor { key: String::new(), id: strategy.id.0 });
    let stakeholders: Vec<StakeholderId> = page.rows.iter().map(|strategy| strategy.stakeholder).collect();
    let outcomes = store::strategies::outcomes(&mut tx, &stakeholders).await?;
    let listed = page.rows.into_iter().map(|strategy| {
        let outcomes = outcomes.get(&(strategy.stakeholder, strategy.dimension)).cloned().unwrap_or_default();
        Listed { take_up: take_up(&outcomes), strategy, outcomes }
    });
    Ok(Page { rows: listed.collect(), next: page.next })
}
