//! Headquarters keeps the library.

use chassis::{Caller, Tx, new_id};
use cpas_proto::{planning::v1 as pb, words::Classification};

use super::{json, recorded};
use crate::{
    Deps,
    domain::{
        broken::Broken,
        definition::Definition,
        ids::{ItemId, PlanId},
        item::Item,
        library::{Entry, Template, Theme, shared},
        text::Text,
    },
    error::Error,
    store::{
        indicators,
        library::{self, Shared},
        plans::{self, Which},
    },
};

/// An indicator for the library, as it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct NewLibraryIndicator {
    pub theme: Theme,
    pub definition: Definition,
    /// The version that it comes after; 0: it is new.
    pub seen_version: u32,
}

/// A framework for the library, as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLibraryTemplate {
    pub plan: PlanId,
    pub objective: ItemId,
    pub code: String,
    pub theme: Theme,
    pub title: Text,
    pub seen_version: u32,
}

/// Adds an indicator, or its next version.
///
/// # Errors
/// `Broken` for what is classified and for a formula; `Stale` with the newest version.
pub async fn set_library_indicator(
    deps: &Deps,
    caller: &Caller,
    new: NewLibraryIndicator,
) -> Result<pb::LibraryIndicator, Error> {
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let mut broken = Broken::nothing();
    if new.definition.classification != Classification::Unclassified {
        broken.add("indicator.classification", "Every mission reads the library; nothing classified goes into it.");
    }
    if new.definition.formula.is_some() {
        let said = "A formula names a mission's indicators by its own codes; write how it is computed into the method.";
        broken.add("indicator.formula", said);
    }
    broken.into_result(())?;
    let entry: pb::LibraryIndicator =
        add(&mut tx, deps, caller, new.theme, shared(new.definition), new.seen_version).await?;
    Ok(tx.finish(entry).await?)
}

/// Adds a framework, or its next version.
///
/// # Errors
/// `Broken` for an indicator that the library does not have and what [`Template::following`] refuses; `Stale` with the
/// newest version.
pub async fn set_library_template(
    deps: &Deps,
    caller: &Caller,
    (theme, template): (Theme, Template),
    seen_version: u32,
) -> Result<pb::LibraryTemplate, Error> {
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let known = library::newest::<Definition>(&mut tx).await?;
    let mut broken = Broken::nothing();
    for (part, code) in template.parts().iter().flat_map(|part| part.indicators.iter().map(move |code| (part, code))) {
        if known.iter().all(|entry| entry.what.code != *code) {
            let said = format!("The library has no indicator \"{code}\", which \"{}\" names.", part.statement.any());
            broken.add("outcomes", said);
        }
    }
    broken.into_result(())?;
    let before = library::find::<Template>(&mut tx, &template.code, seen_version).await?;
    let before = before.filter(|_| seen_version > 0).map(|entry| entry.what);
    let template = template.following(before.as_ref(), || new_id(deps.clock.now()).to_string())?;
    let entry: pb::LibraryTemplate = add(&mut tx, deps, caller, theme, template, seen_version).await?;
    Ok(tx.finish(entry).await?)
}

/// Keeps an objective of a plan, with what lies below it, as a framework for all missions.
///
/// # Errors
/// `Missing`; `Conflict` for a plan that is classified; `Broken` for an item that is no objective; `Stale` with the
/// newest version.
pub async fn keep_library_template(
    deps: &Deps,
    caller: &Caller,
    new: NewLibraryTemplate,
) -> Result<pb::LibraryTemplate, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let plan = plans::find(&mut tx, mission, Which::Id(new.plan)).await?.ok_or(Error::Missing("plan"))?;
    if plan.head.classification != Classification::Unclassified {
        let said = "This plan is classified, and every mission reads the library. Nothing was kept.";
        return Err(Error::Conflict(said.to_owned()));
    }
    let known: Vec<String> =
        library::newest::<Definition>(&mut tx).await?.into_iter().map(|entry| entry.what.code).collect();
    let own = indicators::all(&mut tx, mission).await?;
    let of_library = |item: &Item| {
        let measuring = own.iter().map(|own| &own.definition).filter(|own| own.plan_item == Some(item.lineage));
        measuring.filter(|own| known.contains(&own.code)).map(|own| own.code.clone()).collect()
    };
    let code = new.code.trim();
    let before = library::find::<Template>(&mut tx, code, 0).await?.map(|entry| entry.what);
    let named = (code, new.title);
    let fresh = || new_id(deps.clock.now()).to_string();
    let template = Template::of_plan(named, &plan.framework, new.objective, of_library, before.as_ref(), fresh)?;
    let entry: pb::LibraryTemplate = add(&mut tx, deps, caller, new.theme, template, new.seen_version).await?;
    Ok(tx.finish(entry).await?)
}

/// The next version of what is shared, as it is told.
async fn add<T, P>(
    tx: &mut Tx,
    deps: &Deps,
    caller: &Caller,
    theme: Theme,
    what: T,
    seen_version: u32,
) -> Result<P, Error>
where
    T: Shared + Send + Sync + Unpin,
    P: for<'a> From<&'a Entry<T>> + serde::Serialize,
{
    library::hold::<T>(tx, what.code()).await?;
    let code = what.code();
    let said = match (library::find::<T>(tx, code, 0).await?, seen_version) {
        (None, 0) => None,
        (None, _) => Some(format!("The library has no \"{code}\" yet; send 0 as the version that was seen.")),
        (Some(stored), seen) if stored.version == seen => None,
        (Some(stored), 0) => {
            let version = stored.version;
            Some(format!("The library has version {version} of \"{code}\" by now. Nothing was kept; read it again."))
        }
        (Some(stored), _) => {
            return Err(Error::Stale { version: stored.version.into(), current_json: json(&P::from(&stored))? });
        }
    };
    if let Some(said) = said {
        return Err(Broken::one("seen_version", said).into());
    }
    let recorded = recorded(caller, &deps.clock);
    let entry = Entry { theme, what, version: seen_version + 1, recorded: Some(recorded.clone()) };
    library::add(tx, &entry, &recorded).await?;
    Ok(P::from(&entry))
}
