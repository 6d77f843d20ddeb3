//! A part of a framework as items of a mission's plan.

use std::collections::BTreeSet;

use crate::domain::{
    broken::Broken,
    framework::{Framework, Refused},
    ids::{ItemId, LineageId},
    item::{Content, Item},
    library::{Part, Template, TemplateLink},
};

/// What came of writing a framework of the library into a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graft {
    pub framework: Framework,
    /// Items that are new, or say something else.
    pub touched: Vec<ItemId>,
    /// Codes of the library's indicators, each with what it is to measure.
    pub measured: Vec<(String, LineageId)>,
    /// Ids of the parts that the mission has decided on by this.
    pub decided: BTreeSet<String>,
}

impl Graft {
    /// Nothing written yet.
    pub fn on(framework: &Framework) -> Self {
        Self { framework: framework.clone(), touched: Vec::new(), measured: Vec::new(), decided: BTreeSet::new() }
    }

    /// Adds a part below an item, at the end.
    pub(super) fn add(
        &mut self,
        (template, version): (&Template, u32),
        part: &Part<'_>,
        parent: Option<ItemId>,
        lead_section: Option<&str>,
        id: ItemId,
    ) -> Result<(), Refused> {
        let content = Content {
            statement: part.statement.clone(),
            lead_section: lead_section.map(str::to_owned),
            contributing_sections: Vec::new(),
            areas: Vec::new(),
            markers: Vec::new(),
            start: None,
            end: None,
            priority: None,
            nature: part.nature.clone(),
            plan_change: None,
        };
        let library = TemplateLink { code: template.code.clone(), version, part: part.id.to_owned() };
        let lineage = LineageId(id.0);
        let item =
            Item { id, lineage, parent, position: u32::MAX, content: content.checked()?, library: Some(library) };
        self.framework = self.framework.added(item)?;
        self.touched.push(id);
        self.decided.insert(part.id.to_owned());
        self.measured.extend(part.indicators.iter().map(|code| (code.clone(), lineage)));
        Ok(())
    }
}

/// The item of a plan that was cloned from a part.
pub(super) fn taken_as<'a>(framework: &'a Framework, code: &str, part: &str) -> Option<&'a Item> {
    let is_it = |link: &TemplateLink| link.code == code && link.part == part;
    framework.items().iter().find(|item| item.library.as_ref().is_some_and(is_it))
}

/// Adds the chosen parts of a framework, with what they lie in; what the plan has of them already is left as
/// it is, and the rest goes below it. Nothing chosen: all of it.
///
/// # Errors
/// There is no such part, the plan has all of it, an output would have no lead section, the plan is full.
pub fn clone_part(
    framework: &Framework,
    (template, version): (&Template, u32),
    chosen: &[String],
    lead_section: Option<&str>,
    mut fresh: impl FnMut() -> ItemId,
) -> Result<Graft, Refused> {
    let parts = template.parts();
    let mut broken = Broken::nothing();
    let mut wanted: BTreeSet<&str> = BTreeSet::new();
    for (place, id) in chosen.iter().enumerate() {
        let mut next = parts.iter().find(|part| part.id == id);
        if next.is_none() {
            broken.add(format!("item_ids[{place}]"), "This framework has no item under this id.");
        }
        while let Some(part) = next.filter(|part| wanted.insert(part.id)) {
            next = part.parent.and_then(|parent| parts.iter().find(|part| part.id == parent));
        }
    }
    broken.into_result(())?;
    let mut graft = Graft::on(framework);
    for part in parts.iter().filter(|part| chosen.is_empty() || wanted.contains(part.id)) {
        let code = template.code.as_str();
        if taken_as(&graft.framework, code, part.id).is_some() {
            continue;
        }
        let parent = part.parent.and_then(|parent| taken_as(&graft.framework, code, parent)).map(|item| item.id);
        graft.add((template, version), part, parent, lead_section, fresh())?;
        // What lies in it was there to be chosen.
        let below = parts.iter().filter(|other| other.parent == Some(part.id));
        graft.decided.extend(below.map(|other| other.id.to_owned()));
    }
    if graft.touched.is_empty() {
        return Err(Broken::one("item_ids", "The plan has all of this already.").into());
    }
    Ok(graft)
}

/// Items that are about to come back lose the link that another item of the plan has by now, so that a change
/// in the library is offered to one of them.
pub fn drop_doubles(framework: &Framework, items: &mut [Item]) {
    for item in items {
        item.library = item.library.take().filter(|link| taken_as(framework, &link.code, &link.part).is_none());
    }
}
