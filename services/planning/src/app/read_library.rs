//! Shows the library, and what of it is offered to the mission.

use std::collections::BTreeSet;

use chassis::Caller;
use cpas_proto::planning::v1 as pb;

use crate::{
    Deps,
    domain::{
        definition::Definition,
        diff::FieldChange,
        indicator::{Indicator, IndicatorState},
        library::{Entry, PartChange, Template, offered, template_changes},
    },
    error::Error,
    store::{indicators, library},
};

/// A change in the library that the mission has not answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub indicator: Indicator,
    pub library_version: u32,
    pub changes: Vec<FieldChange>,
}

/// A version of a framework, and what changed against the one before.
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateVersion {
    pub entry: Entry<Template>,
    /// Its title and theme.
    pub changes: Vec<FieldChange>,
    pub parts: Vec<PartChange>,
}

impl TemplateVersion {
    fn after(before: Option<&Entry<Template>>, entry: Entry<Template>) -> Self {
        let Some(before) = before else { return Self { entry, changes: Vec::new(), parts: Vec::new() } };
        let (old, new) = (&before.what.title, &entry.what.title);
        let fields = [
            ("title.en", &old.en, &new.en),
            ("title.fr", &old.fr, &new.fr),
            ("theme", &before.theme.word().to_owned(), &entry.theme.word().to_owned()),
        ];
        let changed = fields.into_iter().filter(|(_, before, after)| before != after);
        let changes = changed
            .map(|(field, before, after)| FieldChange { field, before: before.clone(), after: after.clone() })
            .collect();
        let parts = template_changes(&before.what, &entry.what);
        Self { changes, parts, entry }
    }
}

/// The library in its newest version.
///
/// # Errors
/// `Unavailable` when the database is away.
pub async fn get_library(deps: &Deps, caller: &Caller) -> Result<pb::Library, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let own: BTreeSet<String> =
        indicators::all(&mut tx, mission).await?.into_iter().map(|own| own.definition.code).collect();
    let entries = library::newest::<Definition>(&mut tx).await?;
    let told = entries.iter().map(|entry| {
        let in_mission = own.contains(&entry.what.code);
        pb::LibraryIndicator { in_mission, ..entry.into() }
    });
    let templates = library::newest::<Template>(&mut tx).await?;
    Ok(pb::Library { indicators: told.collect(), templates: templates.iter().map(Into::into).collect() })
}

/// All versions of a framework, the newest first, each with what changed.
///
/// # Errors
/// `Missing`.
pub async fn list_library_template_versions(
    deps: &Deps,
    caller: &Caller,
    code: &str,
) -> Result<Vec<TemplateVersion>, Error> {
    let mut tx = deps.db.begin(caller).await?;
    let entries = library::versions::<Template>(&mut tx, code).await?;
    let before = std::iter::once(None).chain(entries.iter().map(Some));
    let mut versions: Vec<TemplateVersion> =
        before.zip(&entries).map(|(before, entry)| TemplateVersion::after(before, entry.clone())).collect();
    versions.reverse();
    if versions.is_empty() { Err(Error::Missing("library entry")) } else { Ok(versions) }
}

/// What changed in the library since the mission took its indicators from it, or last said no.
///
/// # Errors
/// `Unavailable` when the database is away.
pub async fn list_library_offers(deps: &Deps, caller: &Caller) -> Result<pb::ListLibraryOffersResponse, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let newest = library::newest::<Definition>(&mut tx).await?;
    let mut offers = Vec::new();
    for indicator in indicators::all(&mut tx, mission).await? {
        let Some(link) = indicator.definition.library.clone() else { continue };
        let now = newest.iter().find(|entry| entry.what.code == link.code && entry.version > link.version);
        let Some(now) = now.filter(|_| indicator.state != IndicatorState::Retired) else { continue };
        let Some(before) = library::find::<Definition>(&mut tx, &link.code, link.version).await? else { continue };
        let changes = offered(&indicator.definition, &before.what, &now.what);
        if !changes.is_empty() {
            offers.push(Offer { indicator, library_version: now.version, changes });
        }
    }
    Ok(pb::ListLibraryOffersResponse { offers: offers.iter().map(Into::into).collect() })
}
