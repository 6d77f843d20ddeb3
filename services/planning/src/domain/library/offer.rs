//! What a next version of a framework offers to a plan that has taken a part of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    broken::Broken,
    framework::{Framework, Refused},
    ids::{ItemId, LineageId},
    item::{Content, Item, ItemKind, Nature},
    library::{Graft, Happened, Part, Template, TemplateLink, graft::taken_as, template::said},
    text::Text,
};

const INDICATORS: &str = "indicator_codes";

/// A framework of the library, and what a plan has decided on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Theirs {
    /// All its versions.
    pub versions: BTreeMap<u32, Template>,
    /// Ids of parts, with the version up to which the mission took or left what was offered of them.
    pub decided: BTreeMap<String, u32>,
}

/// What an offer is held against: the mission's indicators.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Here {
    /// All codes.
    pub codes: BTreeSet<String>,
    /// Those that measure an item.
    pub measuring: BTreeMap<LineageId, Vec<String>>,
}

/// One field of an offer, as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedField {
    pub field: &'static str,
    /// In the version that was decided on before.
    pub before: String,
    /// In the version that is offered.
    pub after: String,
    /// In the plan.
    pub own: String,
}

/// A change to one part that the mission has not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateOffer {
    pub code: String,
    pub part: String,
    /// The version that is offered, and the one that was decided on before; 0: none.
    pub version: u32,
    pub since: u32,
    pub happened: Happened,
    /// The plan's item; of a new part the one that it would lie in.
    pub item: ItemId,
    pub fields: Vec<OfferedField>,
    /// Parts that come with a new one; items that would go with one that is gone.
    pub below: Vec<(ItemKind, Text)>,
}

impl Theirs {
    fn newest(&self) -> Option<(u32, &Template)> {
        self.versions.last_key_value().map(|(version, template)| (*version, template))
    }

    fn decided(&self, link: &TemplateLink) -> u32 {
        self.decided.get(&link.part).copied().unwrap_or_default().max(link.version)
    }

    /// A part that was not in the version that the mission decided on.
    fn is_new(&self, part: &str) -> bool {
        let Some(version) = self.decided.get(part) else { return true };
        self.versions.get(version).is_none_or(|then| then.part(part).is_none())
    }
}

/// What the newest version of a framework offers to a plan, in the reading order of the plan.
pub fn template_offers(framework: &Framework, theirs: &Theirs, here: &Here) -> Vec<TemplateOffer> {
    let Some((version, now)) = theirs.newest() else { return Vec::new() };
    let parts = now.parts();
    let mut gone: BTreeSet<ItemId> = BTreeSet::new();
    let mut offers = Vec::new();
    for item in framework.items() {
        // What lies in something that is gone goes with it.
        if item.parent.is_some_and(|parent| gone.contains(&parent)) {
            gone.insert(item.id);
            continue;
        }
        let Some(link) = item.library.as_ref().filter(|link| link.code == now.code) else { continue };
        let since = theirs.decided(link);
        let then = theirs.versions.get(&since).and_then(|then| then.part(&link.part));
        let blank = TemplateOffer {
            code: now.code.clone(),
            part: link.part.clone(),
            version,
            since,
            happened: Happened::Changed,
            item: item.id,
            fields: Vec::new(),
            below: Vec::new(),
        };
        match (then, parts.iter().find(|part| part.id == link.part)) {
            (then, Some(part)) if since < version => {
                let fields = offered_fields(then.as_ref(), part, item, here);
                if !fields.is_empty() {
                    offers.push(TemplateOffer { fields, ..blank.clone() });
                }
            }
            (Some(_), None) if since < version => {
                gone.insert(item.id);
                let below = framework.subtree(item.id).into_iter().skip(1);
                let below = below.map(|item| (item.kind(), item.content.statement.clone())).collect();
                offers.push(TemplateOffer { happened: Happened::Gone, below, ..blank.clone() });
            }
            _ => {}
        }
        let below = parts.iter().filter(|part| part.parent == Some(link.part.as_str()) && theirs.is_new(part.id));
        let below = below.filter(|part| taken_as(framework, &now.code, part.id).is_none());
        offers.extend(below.map(|part| {
            let since = theirs.decided.get(part.id).copied().unwrap_or_default();
            added(part, &parts, TemplateOffer { since, ..blank.clone() })
        }));
    }
    offers
}

/// A new part, with what lies in it.
fn added(part: &Part<'_>, parts: &[Part<'_>], offer: TemplateOffer) -> TemplateOffer {
    let said = part.fields().into_iter().filter(|(_, after)| !after.is_empty());
    let field = |(field, after)| OfferedField { field, before: String::new(), after, own: String::new() };
    let below = parts.iter().filter(|other| other.parent == Some(part.id));
    TemplateOffer {
        part: part.id.to_owned(),
        happened: Happened::Added,
        fields: said.map(field).collect(),
        below: below.map(|part| (part.nature.kind(), part.statement.clone())).collect(),
        ..offer
    }
}

/// What the library changed of a part, where the plan has it otherwise.
fn offered_fields(then: Option<&Part<'_>>, now: &Part<'_>, item: &Item, here: &Here) -> Vec<OfferedField> {
    let then: BTreeMap<&str, String> = then.map(Part::fields).unwrap_or_default().into_iter().collect();
    let own: BTreeMap<&str, String> = said(&item.content.statement, &item.content.nature).into_iter().collect();
    let mut fields = Vec::new();
    for (field, after) in now.fields() {
        let before = then.get(field).cloned().unwrap_or_default();
        let measuring = || here.measuring.get(&item.lineage).map(|codes| codes.join(", ")).unwrap_or_default();
        let own = own.get(field).cloned().unwrap_or_else(measuring);
        let is_otherwise = match field {
            // Indicators that the mission has already are left as they are; none is taken away.
            INDICATORS => now.indicators.iter().any(|code| !listed(&before, code) && !here.codes.contains(code)),
            _ => own != after,
        };
        if before != after && is_otherwise {
            fields.push(OfferedField { field, before, after, own });
        }
    }
    fields
}

fn listed(codes: &str, code: &str) -> bool {
    codes.split(", ").any(|one| one == code)
}

/// The plan with what was offered; the fields in `keep` stay the plan's own.
///
/// # Errors
/// The offer has no such field, a new output would have no lead section, the plan is full.
pub fn answered(
    framework: &Framework,
    offer: &TemplateOffer,
    now: &Template,
    keep: &[String],
    lead_section: Option<&str>,
    mut fresh: impl FnMut() -> ItemId,
) -> Result<Graft, Refused> {
    let item = framework.item(offer.item).ok_or(Refused::NoItem(offer.item))?;
    let mut graft = Graft::on(framework);
    match (offer.happened, now.part(&offer.part)) {
        (Happened::Changed, Some(part)) => {
            check_kept(offer, keep)?;
            let taken: BTreeSet<&str> = offer
                .fields
                .iter()
                .map(|one| one.field)
                .filter(|field| !keep.iter().any(|kept| kept == field))
                .collect();
            if taken.contains(INDICATORS) {
                graft.measured.extend(part.indicators.iter().map(|code| (code.clone(), item.lineage)));
            }
            let link = TemplateLink { code: now.code.clone(), version: offer.version, part: offer.part.clone() };
            let content = with_fields(item, &part, &taken)?;
            graft.framework = framework.revised(item.id, content)?.linked_to_library(item.id, link);
            graft.touched.push(item.id);
        }
        (Happened::Added, Some(part)) => {
            let lead = lead_section.or(item.content.lead_section.as_deref());
            let from = (now, offer.version);
            let id = fresh();
            graft.add(from, &part, Some(item.id), lead, id)?;
            for below in now.parts().iter().filter(|below| below.parent == Some(part.id)) {
                graft.add(from, below, Some(id), lead, fresh())?;
            }
        }
        _ => {
            graft.decided.extend(parts_below(framework, item, &now.code));
            graft.framework = framework.removed(item.id)?;
        }
    }
    graft.decided.insert(offer.part.clone());
    Ok(graft)
}

/// An item with these fields of a part.
fn with_fields(item: &Item, part: &Part<'_>, taken: &BTreeSet<&str>) -> Result<Content, Broken> {
    let mut content = item.content.clone();
    if taken.contains("statement.en") {
        content.statement.en.clone_from(&part.statement.en);
    }
    if taken.contains("statement.fr") {
        content.statement.fr.clone_from(&part.statement.fr);
    }
    match (&mut content.nature, &part.nature) {
        (Nature::Outcome { dimension, .. }, Nature::Outcome { dimension: theirs, .. })
            if taken.contains("dimension") =>
        {
            *dimension = *theirs;
        }
        (Nature::Output { component }, Nature::Output { component: theirs }) if taken.contains("component") => {
            *component = *theirs;
        }
        _ => {}
    }
    if content.statement.is_blank() {
        return Err(Broken::one("keep_fields", "Nothing would be left of its statement; take one language of it."));
    }
    content.checked()
}

/// The parts on which a mission decides by leaving an offer.
pub fn left(framework: &Framework, offer: &TemplateOffer, now: &Template) -> BTreeSet<String> {
    let mut parts = BTreeSet::from([offer.part.clone()]);
    if offer.happened == Happened::Gone
        && let Some(item) = framework.item(offer.item)
    {
        // What lies in it is gone there too, and not asked for again.
        let below = parts_below(framework, item, &now.code);
        parts.extend(below.into_iter().filter(|part| now.part(part).is_none()));
    }
    parts
}

fn parts_below(framework: &Framework, item: &Item, code: &str) -> Vec<String> {
    let linked = framework.subtree(item.id).into_iter().filter_map(|item| item.library.clone());
    linked.filter(|link| link.code == code).map(|link| link.part).collect()
}

fn check_kept(offer: &TemplateOffer, keep: &[String]) -> Result<(), Broken> {
    let mut broken = Broken::nothing();
    for (place, field) in keep.iter().enumerate() {
        if offer.fields.iter().all(|one| one.field != field) {
            broken.add(format!("keep_fields[{place}]"), format!("\"{field}\" is not one of the fields offered."));
        }
    }
    broken.into_result(())
}
