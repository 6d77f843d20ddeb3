//! Rules on the plan as a whole and on its items.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use cpas_proto::words::Component;

use super::{Finding, Known, Rule};
use crate::domain::{
    ids::ItemId,
    indicator::IndicatorState,
    item::{Item, ItemKind, Nature},
    plan::Plan,
    text::Text,
};

/// Components that every objective is expected to be planned with.
const EXPECTED_COMPONENTS: [Component; 3] = [Component::Civilian, Component::Military, Component::Police];

pub(super) fn of_plan(plan: &Plan, known: Known<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if plan.framework.items().is_empty() {
        let message = Text::of(
            "The plan has no objective yet; add the first one.",
            "Le plan n’a pas encore d’objectif ; ajoutez le premier.",
        );
        findings.push(Finding::of_plan(Rule::PlanWithoutObjective, message));
    }
    if let Some(mandate) = known.mandates.iter().max_by_key(|mandate| mandate.expires)
        && mandate.expires_soon(known.today)
    {
        let (resolution, day) = (&mandate.resolution, mandate.expires);
        let message = if day < known.today {
            Text::of(
                format!("The mandate ({resolution}) expired on {day}; record the one that follows."),
                format!("Le mandat ({resolution}) a expiré le {day} ; enregistrez le suivant."),
            )
        } else {
            Text::of(
                format!("The mandate ({resolution}) expires on {day}; see what the plan needs by then."),
                format!("Le mandat ({resolution}) expire le {day} ; voyez ce qu’il faut au plan d’ici là."),
            )
        };
        findings.push(Finding::of_plan(Rule::MandateExpiresSoon, message).about(format!("{resolution} {day}")));
    }
    if let Some(way) = plan.framework.link_cycle() {
        let path = plan.framework.path(&way);
        let message = Text::of(
            format!("The links go round in a circle: {path}."),
            format!("Les liens tournent en rond : {path}."),
        );
        findings.push(Finding { item: way.first().copied(), ..Finding::of_plan(Rule::CycleInLinks, message) });
    }
    findings
}

pub(super) fn of_items(plan: &Plan, known: Known<'_>) -> Vec<Finding> {
    let reader = Reader { plan, known, numbers: plan.framework.numbers() };
    let mut findings = Vec::new();
    for item in plan.framework.items() {
        match &item.content.nature {
            Nature::Objective { .. } => reader.objective(item, &mut findings),
            Nature::Outcome { .. } => reader.outcome(item, &mut findings),
            Nature::Output { .. } => reader.output(item, &mut findings),
            Nature::Activity { depends_on, .. } => reader.activity(item, depends_on, &mut findings),
        }
        reader.horizon(item, &mut findings);
        reader.priority_areas(item, &mut findings);
    }
    findings
}

struct Reader<'a> {
    plan: &'a Plan,
    known: Known<'a>,
    numbers: BTreeMap<ItemId, String>,
}

impl Reader<'_> {
    fn number(&self, id: ItemId) -> &str {
        self.numbers.get(&id).map_or("", String::as_str)
    }

    fn objective(&self, item: &Item, findings: &mut Vec<Finding>) {
        let number = self.number(item.id);
        if matches!(item.content.nature, Nature::Objective { mandate_task: None }) {
            let message = Text::of(
                format!("Objective {number} cites no mandate task; choose the one that it serves."),
                format!("L’objectif {number} ne cite aucune tâche du mandat ; choisissez celle qu’il sert."),
            );
            findings.push(Finding::of_item(Rule::ObjectiveWithoutMandateTask, item.id, message));
        }
        let below = self.plan.framework.subtree(item.id);
        let present: BTreeSet<Component> = below
            .iter()
            .filter_map(|item| match item.content.nature {
                Nature::Output { component } => Some(component),
                _ => None,
            })
            .collect();
        for component in EXPECTED_COMPONENTS.into_iter().filter(|component| !present.contains(component)) {
            let name = component_name(component);
            let message = Text::of(
                format!("The {} component has no output under objective {number}.", name.en),
                format!("La composante {} n’a aucun produit sous l’objectif {number}.", name.fr),
            );
            findings.push(Finding::of_item(Rule::ComponentAbsentFromObjective, item.id, message).about(component));
        }
        self.mandate_dates(&below, findings);
    }

    /// One finding per objective, at the first item that runs outside: renewals make the rest a repetition.
    fn mandate_dates(&self, below: &[&Item], findings: &mut Vec<Finding>) {
        let adopted = self.known.mandates.iter().map(|mandate| mandate.adopted).min();
        let expires = self.known.mandates.iter().map(|mandate| mandate.expires).max();
        let (Some(adopted), Some(expires)) = (adopted, expires) else { return };
        let Some(outside) = below.iter().find(|item| lies_outside(item, adopted, expires)) else { return };
        let number = self.number(outside.id);
        let message = Text::of(
            format!("Item {number} has dates outside the mandate ({adopted} to {expires})."),
            format!("L’élément {number} a des dates hors du mandat ({adopted} – {expires})."),
        );
        findings.push(Finding::of_item(Rule::DatesOutsideMandate, outside.id, message));
    }

    fn outcome(&self, item: &Item, findings: &mut Vec<Finding>) {
        let number = self.number(item.id);
        if item.content.stakeholder().is_none() {
            let message = Text::of(
                format!("Outcome {number} names no stakeholder; choose the one whose change it is."),
                format!("L’effet {number} ne nomme aucun acteur ; choisissez celui dont il est le changement."),
            );
            findings.push(Finding::of_item(Rule::OutcomeWithoutStakeholder, item.id, message));
        }
        let measured = self.known.indicators.iter().any(|indicator| {
            indicator.definition.plan_item == Some(item.lineage) && indicator.state != IndicatorState::Retired
        });
        if !measured {
            let message = Text::of(
                format!("Outcome {number} has no indicator; nobody could tell whether it came about."),
                format!("L’effet {number} n’a pas d’indicateur ; personne ne saurait s’il s’est produit."),
            );
            findings.push(Finding::of_item(Rule::OutcomeWithoutIndicator, item.id, message));
        }
        let marked = self.plan.framework.subtree(item.id).iter().any(|item| item.content.has_gender_or_poc_marker());
        if !marked {
            let message = Text::of(
                format!("Outcome {number} and what lies under it have no gender marker (1 to 3) and no PoC marker."),
                format!("L’effet {number} et ses éléments n’ont ni marqueur genre (1 à 3) ni marqueur PdC."),
            );
            findings.push(Finding::of_item(Rule::OutcomeWithoutGenderOrPocMarker, item.id, message));
        }
    }

    fn output(&self, item: &Item, findings: &mut Vec<Finding>) {
        if !self.plan.framework.links().iter().any(|link| link.output == item.id) {
            let number = self.number(item.id);
            let message = Text::of(
                format!("Output {number} reaches no outcome; link it to the outcome that it works on."),
                format!("Le produit {number} n’atteint aucun effet ; reliez-le à l’effet sur lequel il agit."),
            );
            findings.push(Finding::of_item(Rule::OutputReachesNoOutcome, item.id, message));
        }
    }

    fn activity(&self, item: &Item, depends_on: &[ItemId], findings: &mut Vec<Finding>) {
        for before in depends_on.iter().filter_map(|id| self.plan.framework.item(*id)) {
            if let (Some(start), Some(end)) = (item.content.start, before.content.end)
                && start <= end
            {
                let (number, first) = (self.number(item.id), self.number(before.id));
                let message = Text::of(
                    format!("Activity {number} starts on {start}, but waits for {first}, which ends on {end}."),
                    format!("L’activité {number} commence le {start}, mais dépend de {first}, qui finit le {end}."),
                );
                let finding = Finding::of_item(Rule::ActivityBeforeItsDependency, item.id, message);
                findings.push(finding.about(before.lineage));
            }
        }
    }

    fn horizon(&self, item: &Item, findings: &mut Vec<Finding>) {
        let horizon = self.plan.head.horizon;
        if lies_outside(item, horizon.start, horizon.end) {
            let number = self.number(item.id);
            let message = Text::of(
                format!("Item {number} has dates outside the plan ({} to {}).", horizon.start, horizon.end),
                format!("L’élément {number} a des dates hors du plan ({} – {}).", horizon.start, horizon.end),
            );
            findings.push(Finding::of_item(Rule::DatesOutsidePlan, item.id, message));
        }
    }

    /// An area that an objective or outcome of first priority names, and in which no output or activity works.
    fn priority_areas(&self, item: &Item, findings: &mut Vec<Finding>) {
        let is_above = matches!(item.kind(), ItemKind::Objective | ItemKind::Outcome);
        if !is_above || !item.content.priority.is_some_and(|priority| priority.is_first()) {
            return;
        }
        let below = self.plan.framework.subtree(item.id);
        let works = below.iter().filter(|item| matches!(item.kind(), ItemKind::Output | ItemKind::Activity));
        let covered: BTreeSet<&String> = works.flat_map(|item| &item.content.areas).collect();
        for area in item.content.areas.iter().filter(|area| !covered.contains(area)) {
            let number = self.number(item.id);
            let message = Text::of(
                format!("{area} is a priority area of {number}, but no output or activity under it works there."),
                format!("{area} est une zone prioritaire de {number}, mais aucun produit ni activité n’y travaille."),
            );
            findings.push(Finding::of_item(Rule::PriorityAreaNotCovered, item.id, message).about(area));
        }
    }
}

fn lies_outside(item: &Item, first: NaiveDate, last: NaiveDate) -> bool {
    let outside = |day: Option<NaiveDate>| day.is_some_and(|day| day < first || day > last);
    outside(item.content.start) || outside(item.content.end)
}

fn component_name(component: Component) -> Text {
    match component {
        Component::Civilian => Text::of("civilian", "civile"),
        Component::Military => Text::of("military", "militaire"),
        Component::Police => Text::of("police", "police"),
        Component::Support => Text::of("support", "appui"),
    }
}
