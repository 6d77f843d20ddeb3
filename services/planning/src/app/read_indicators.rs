//! Shows indicators.

use chassis::Caller;
use cpas_proto::planning::v1 as pb;

use crate::{
    Config, Deps,
    domain::indicator::{Indicator, IndicatorState},
    error::Error,
    store::indicators::{self, KeptVersion, Page, Which},
};

/// A page of indicators as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorPage {
    /// 0: the default of the configuration.
    pub size: u32,
    /// `next_cursor` of the page before; empty: the first page.
    pub cursor: String,
    pub search: String,
    pub state: Option<IndicatorState>,
}

/// An indicator, with its newest definition or an older one. A mere reader sees what is or was active.
///
/// # Errors
/// `Missing`.
pub async fn get_indicator(
    deps: &Deps,
    caller: &Caller,
    which: Which,
    definition_version: u32,
) -> Result<pb::Indicator, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let indicator = indicators::find(&mut tx, mission, &which).await?;
    let mut indicator: Indicator = indicator
        .filter(|indicator| indicator.state.is_published() || !caller.is_only_reader())
        .ok_or(Error::Missing("indicator"))?;
    if definition_version != 0 && definition_version != indicator.definition_version {
        let older = indicators::find_definition(&mut tx, mission, indicator.id, definition_version).await?;
        let (definition, recorded) = older.ok_or(Error::Missing("version of the definition"))?;
        if definition.classification > caller.clearance {
            return Err(Error::Missing("version of the definition"));
        }
        indicator = Indicator { definition, definition_version, recorded, ..indicator };
    }
    Ok(pb::Indicator::from(&indicator))
}

/// The versions of a definition that the caller may see, the newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct IndicatorVersions(pub Vec<KeptVersion>);

/// What was changed in an indicator's definition, when and by whom. A version that is more classified
/// than the caller may see is left out; the one after it is told against the one before.
///
/// # Errors
/// `Missing`.
pub async fn list_indicator_versions(deps: &Deps, caller: &Caller, which: Which) -> Result<IndicatorVersions, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let indicator = indicators::find(&mut tx, mission, &which)
        .await?
        .filter(|indicator| indicator.state.is_published() || !caller.is_only_reader())
        .ok_or(Error::Missing("indicator"))?;
    let mut versions = indicators::versions(&mut tx, mission, indicator.id).await?;
    versions.retain(|version| version.definition.classification <= caller.clearance);
    Ok(IndicatorVersions(versions))
}

/// A page of indicators, by code. A mere reader sees what is or was active.
///
/// # Errors
/// `Unavailable` when the database is away.
pub async fn list_indicators(
    deps: &Deps,
    config: &Config,
    caller: &Caller,
    page: IndicatorPage,
) -> Result<pb::ListIndicatorsResponse, Error> {
    let mission = caller.mission()?.id;
    let size = match page.size {
        0 => config.indicators_page_size_default,
        size => size.min(config.indicators_page_size_max),
    };
    let page = Page {
        size,
        after_code: page.cursor,
        search: page.search,
        state: page.state,
        published_only: caller.is_only_reader(),
    };
    let mut tx = deps.db.begin(caller).await?;
    let mut found = indicators::page(&mut tx, mission, &page).await?;
    let has_more = found.len() > size as usize;
    found.truncate(size as usize);
    let last = found.last().filter(|_| has_more);
    let next_cursor = last.map(|indicator| indicator.definition.code.clone()).unwrap_or_default();
    Ok(pb::ListIndicatorsResponse { indicators: found.iter().map(pb::Indicator::from).collect(), next_cursor })
}
