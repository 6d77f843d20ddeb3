//! A framework of the library: an objective and what lies below it. Its parts keep their ids through its
//! versions, so that what a mission took of it is found again.

use std::collections::BTreeSet;

use cpas_proto::words::Component;
use serde::{Deserialize, Serialize};

use crate::domain::{
    broken::Broken,
    definition::parse_code,
    diff::FieldChange,
    framework::Framework,
    ids::ItemId,
    item::{Dimension, Item, ItemKind, Nature},
    text::Text,
};

/// Id of a framework's objective; it has one.
pub const OBJECTIVE: &str = "objective";
/// Most outcomes and outputs of one framework.
pub const PARTS_MAX: usize = 200;

/// A framework: an objective and what lies below it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Template {
    pub code: String,
    pub title: Text,
    pub objective: Text,
    pub outcomes: Vec<TemplateOutcome>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemplateOutcome {
    /// The same through all versions; in a framework that is to be kept, empty where it is new.
    #[serde(default)]
    pub id: String,
    #[serde(flatten)]
    pub statement: Text,
    pub dimension: Dimension,
    /// Codes of the library.
    pub indicators: Vec<String>,
    pub outputs: Vec<TemplateOutput>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemplateOutput {
    #[serde(default)]
    pub id: String,
    #[serde(flatten)]
    pub statement: Text,
    pub component: Component,
    pub indicators: Vec<String>,
}

/// The part of a framework that a plan item was cloned from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateLink {
    pub code: String,
    /// The version that was last taken.
    pub version: u32,
    /// Id of the part.
    pub part: String,
}

/// One item of a framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<'a> {
    pub id: &'a str,
    /// Id of the part that it lies in.
    pub parent: Option<&'a str>,
    pub statement: &'a Text,
    /// Without what is a mission's own.
    pub nature: Nature,
    pub indicators: &'a [String],
}

/// What happened to a part from one version to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happened {
    Added,
    Changed,
    Gone,
}

impl Happened {
    /// As the API says it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Gone => "gone",
        }
    }
}

/// A part that is not as it was in the version before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartChange {
    pub id: String,
    pub kind: ItemKind,
    pub statement: Text,
    pub happened: Happened,
    /// Of one that changed.
    pub fields: Vec<FieldChange>,
}

impl Template {
    /// Its parts in reading order, the objective first.
    pub fn parts(&self) -> Vec<Part<'_>> {
        let mut parts = vec![Part {
            id: OBJECTIVE,
            parent: None,
            statement: &self.objective,
            nature: Nature::Objective { mandate_task: None },
            indicators: &[],
        }];
        for outcome in &self.outcomes {
            parts.push(Part {
                id: &outcome.id,
                parent: Some(OBJECTIVE),
                statement: &outcome.statement,
                nature: Nature::Outcome { stakeholder: None, dimension: outcome.dimension },
                indicators: &outcome.indicators,
            });
            parts.extend(outcome.outputs.iter().map(|output| Part {
                id: &output.id,
                parent: Some(&outcome.id),
                statement: &output.statement,
                nature: Nature::Output { component: output.component },
                indicators: &output.indicators,
            }));
        }
        parts
    }

    pub fn part(&self, id: &str) -> Option<Part<'_>> {
        self.parts().into_iter().find(|part| part.id == id)
    }

    /// One that was written without ids of its parts: their places are their ids.
    #[must_use]
    pub fn identified(mut self) -> Self {
        for (place, outcome) in self.outcomes.iter_mut().enumerate() {
            let number = (place + 1).to_string();
            for (place, output) in outcome.outputs.iter_mut().enumerate() {
                name(&mut output.id, || format!("{number}.{}", place + 1));
            }
            name(&mut outcome.id, || number);
        }
        self
    }

    /// The framework as it comes after the version before: its new parts get ids.
    ///
    /// # Errors
    /// The code is none, it has no outcome or too many parts, an id is given twice or is not one of the version
    /// before.
    pub fn following(mut self, before: Option<&Self>, mut fresh: impl FnMut() -> String) -> Result<Self, Broken> {
        let mut broken = Broken::nothing();
        let parent_of = |id: &str| before.and_then(|before| before.part(id)).map(|part| part.parent.map(str::to_owned));
        let mut seen = BTreeSet::from([OBJECTIVE.to_owned()]);
        let mut settle = |field: String, id: &mut String, parent: &str| match parent_of(id) {
            Some(_) if !seen.insert(id.clone()) => broken.add(field, "This id is given twice."),
            Some(known) if known.as_deref() == Some(parent) => {}
            // What goes to another outcome is gone there and new here.
            Some(_) => *id = fresh(),
            None if id.is_empty() => *id = fresh(),
            None => {
                broken.add(field, "The version before has nothing under this id; leave it empty for what is new.");
            }
        };
        for (place, outcome) in self.outcomes.iter_mut().enumerate() {
            settle(format!("outcomes[{place}].id"), &mut outcome.id, OBJECTIVE);
            for (below, output) in outcome.outputs.iter_mut().enumerate() {
                settle(format!("outcomes[{place}].outputs[{below}].id"), &mut output.id, &outcome.id);
            }
        }
        broken.into_result(())?;
        self.checked()
    }

    fn checked(mut self) -> Result<Self, Broken> {
        let mut broken = Broken::nothing();
        self.code = broken.keep(parse_code("code", &self.code)).unwrap_or_default();
        if self.outcomes.is_empty() {
            broken.add("outcomes", "A framework has at least one outcome.");
        }
        if self.parts().len() > PARTS_MAX {
            broken.add("outcomes", format!("A framework takes at most {PARTS_MAX} items; split it."));
        }
        broken.into_result(self)
    }

    /// The part of a plan under an objective, without what is a mission's own. `indicators` names those of
    /// the library that measure an item. What was cloned from the version before, was kept in it, or reads like
    /// it, keeps its id.
    ///
    /// # Errors
    /// The code is none, the item is no objective, nothing or too much lies below it.
    pub fn of_plan(
        (code, title): (&str, Text),
        framework: &Framework,
        objective: ItemId,
        indicators: impl Fn(&Item) -> Vec<String>,
        before: Option<&Self>,
        mut fresh: impl FnMut() -> String,
    ) -> Result<Self, Broken> {
        let top = framework.item(objective).filter(|item| matches!(item.content.nature, Nature::Objective { .. }));
        let top = top.ok_or_else(|| Broken::one("item_id", "A framework begins with an objective; choose one."))?;
        let mut known = before.map(Self::parts).unwrap_or_default();
        let mut id_of = |item: &Item, parent: &str| {
            // A part that is kept from here again is known by its lineage.
            let own = item.lineage.to_string();
            let is_taken = |id: &str| before.is_some_and(|before| before.part(id).is_some());
            take_id(&mut known, code, parent, item).unwrap_or_else(|| if is_taken(&own) { fresh() } else { own })
        };
        let mut outcomes = Vec::new();
        for outcome in framework.children(Some(objective)) {
            let Nature::Outcome { dimension, .. } = outcome.content.nature else { continue };
            let id = id_of(outcome, OBJECTIVE);
            let mut outputs = Vec::new();
            for output in framework.children(Some(outcome.id)) {
                let Nature::Output { component } = output.content.nature else { continue };
                let (statement, indicators) = (output.content.statement.clone(), indicators(output));
                outputs.push(TemplateOutput { id: id_of(output, &id), statement, component, indicators });
            }
            let (statement, indicators) = (outcome.content.statement.clone(), indicators(outcome));
            outcomes.push(TemplateOutcome { id, statement, dimension, indicators, outputs });
        }
        if outcomes.is_empty() {
            return Err(Broken::one("item_id", "This objective has no outcomes yet; there is nothing to share."));
        }
        Self { code: code.to_owned(), title, objective: top.content.statement.clone(), outcomes }.checked()
    }
}

fn name(id: &mut String, place: impl FnOnce() -> String) {
    if id.is_empty() {
        *id = place();
    }
}

/// The id of the part that an item was, which no other item takes then.
fn take_id(known: &mut Vec<Part<'_>>, code: &str, parent: &str, item: &Item) -> Option<String> {
    let linked = item.library.as_ref().filter(|link| link.code == code).map(|link| link.part.clone());
    let own = linked.clone().unwrap_or_else(|| item.lineage.to_string());
    let words = &item.content.statement;
    let reads_alike = |part: &Part<'_>| {
        let alike = |ours: &str, theirs: &str| !ours.is_empty() && ours == theirs;
        alike(&words.en, &part.statement.en) || alike(&words.fr, &part.statement.fr)
    };
    let find = |is: &dyn Fn(&Part<'_>) -> bool| known.iter().position(|part| part.parent == Some(parent) && is(part));
    let place = find(&|part| part.id == own).or_else(|| find(&|part| linked.is_none() && reads_alike(part)))?;
    Some(known.swap_remove(place).id.to_owned())
}

impl Part<'_> {
    /// Its fields by the names of the API, as a reader sees them.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = said(self.statement, &self.nature);
        fields.push(("indicator_codes", self.indicators.join(", ")));
        fields
    }
}

/// Statement, and what of the nature is not a mission's own.
pub(super) fn said(statement: &Text, nature: &Nature) -> Vec<(&'static str, String)> {
    let mut fields = vec![("statement.en", statement.en.clone()), ("statement.fr", statement.fr.clone())];
    match nature {
        Nature::Outcome { dimension, .. } => fields.push(("dimension", dimension.word().to_owned())),
        Nature::Output { component } => fields.push(("component", component.word().to_owned())),
        Nature::Objective { .. } | Nature::Activity { .. } => {}
    }
    fields
}

/// What changed from one version of a framework to another, part by part; what is gone comes last.
pub fn template_changes(before: &Template, now: &Template) -> Vec<PartChange> {
    let change = |part: &Part<'_>, happened, fields| PartChange {
        id: part.id.to_owned(),
        kind: part.nature.kind(),
        statement: part.statement.clone(),
        happened,
        fields,
    };
    let mut changes = Vec::new();
    for part in now.parts() {
        let Some(old) = before.part(part.id) else {
            changes.push(change(&part, Happened::Added, Vec::new()));
            continue;
        };
        let pairs = old.fields().into_iter().zip(part.fields());
        let differ = pairs.filter(|((_, before), (_, after))| before != after);
        let fields: Vec<_> = differ.map(|((field, before), (_, after))| FieldChange { field, before, after }).collect();
        if !fields.is_empty() {
            changes.push(change(&part, Happened::Changed, fields));
        }
    }
    let parts = before.parts();
    let gone = parts.iter().filter(|part| now.part(part.id).is_none());
    changes.extend(gone.map(|part| change(part, Happened::Gone, Vec::new())));
    changes
}
