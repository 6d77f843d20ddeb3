//! The plan: objectives, outcomes, outputs, activities, and the links of the theory of change.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use super::{Stage, review};
use crate::{
    client::{ApiError, text},
    demo::{DemoError, content::Outcome, people::all_areas, provinces::area_codes},
};

/// The drafted plan.
pub(super) struct Framework {
    pub id: String,
    /// Number of an item, "1.2" -> its lineage.
    pub lineages: BTreeMap<String, String>,
    /// Version after the last edit.
    version: i64,
}

/// Adds to the draft one item after the other.
struct Draft<'s> {
    stage: &'s Stage<'s>,
    id: String,
    plan: Value,
}

pub(super) async fn tell(stage: &Stage<'_>, stakeholders: &BTreeMap<String, String>) -> Result<Framework, DemoError> {
    let mandates = stage.people.coordinator.get("/mandates").await?;
    let tasks: Vec<String> = mandates["mandates"][0]["tasks"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|task| text(task, "id").to_owned())
        .collect();
    let (start, end) = (stage.calendar.start(), stage.calendar.months_ahead(18));
    let body = json!({"title": stage.content.plan.title.message(), "start": start, "end": end});
    let plan = stage.post(&stage.people.coordinator, "/plans", "plan", body).await?;
    let mut draft = Draft { stage, id: text(&plan, "id").to_owned(), plan };
    for (place, objective) in stage.content.plan.objectives.iter().enumerate() {
        let number = format!("{}", place + 1);
        let task = tasks.get(objective.task).cloned().unwrap_or_default();
        // Where any of its outcomes is sought.
        let mut areas: Vec<usize> = objective.outcomes.iter().flat_map(|outcome| outcome.areas.clone()).collect();
        areas.sort_unstable();
        areas.dedup();
        let item = json!({
            "kind": "objective", "statement": {"en": objective.en, "fr": objective.fr}, "mandate_task_id": task,
            "start": start, "end": end, "areas": area_codes(&areas), "priority": 1
        });
        let id = draft.add(&number, item).await?;
        for (place, outcome) in objective.outcomes.iter().enumerate() {
            draft.outcome(&format!("{number}.{}", place + 1), &id, outcome, stakeholders).await?;
        }
    }
    let items = draft.plan["items"].as_array().cloned().unwrap_or_default();
    let lineages =
        items.iter().map(|item| (text(item, "number").to_owned(), text(item, "lineage_id").to_owned())).collect();
    let version = draft.plan["version"].as_i64().unwrap_or_default();
    Ok(Framework { id: draft.id, lineages, version })
}

/// Submitted by the planner, endorsed and approved by others, and put into force.
pub(super) async fn activate(stage: &Stage<'_>, framework: &Framework) -> Result<(), DemoError> {
    let people = stage.people;
    let mut version = json!(framework.version);
    let steps = [
        ("submit", &people.coordinator),
        ("endorse", &people.component_head),
        ("approve", &people.leadership),
        ("activate", &people.coordinator),
    ];
    for (step, who) in steps {
        let path = format!("/plans/{}/{step}", framework.id);
        let plan = stage.post(who, &path, &format!("plan/{step}"), json!({"version": version})).await?;
        version = plan["version"].clone();
        if step == "submit" {
            review::tell(stage, &plan).await?;
        }
    }
    Ok(())
}

/// The planner begins the next version, which takes up what leadership accepted: an output more. It stays a draft.
pub(super) async fn next_version(stage: &Stage<'_>, framework: &Framework) -> Result<Value, DemoError> {
    let planner = &stage.people.coordinator;
    let asked = |list: &Value| {
        let changes = list["plan_changes"].as_array()?;
        changes.first().map(|change| text(change, "id").to_owned())
    };
    let change = planner.until("/plan-changes", asked).await?;
    let path = format!("/plans/{}/next-version", framework.id);
    let plan = stage.post(planner, &path, "plan/next", json!({"plan_change_id": change})).await?;
    let item_of = |number: &str| {
        plan["items"].as_array().into_iter().flatten().find(|item| text(item, "number") == number).cloned()
    };
    let next = &stage.content.plan.next;
    let outcome = item_of(&next.outcome)
        .ok_or_else(|| DemoError::Unexpected(format!("The next version has no outcome {}.", next.outcome)))?;
    let item = json!({
        "kind": "output", "parent_id": outcome["id"], "statement": {"en": next.en, "fr": next.fr},
        "component": next.component, "lead_section": next.section, "areas": area_codes(&next.areas),
        "start": stage.calendar.months_ahead(1), "end": stage.calendar.months_ahead(18), "priority": 1,
        "position": u32::MAX, "plan_change_id": change
    });
    let path = format!("/plans/{}/items", text(&plan, "id"));
    let body = json!({"version": plan["version"], "item": item});
    let plan = stage.post(planner, &path, "plan/next/item", body).await?;
    waive(stage, text(&plan, "id")).await?;
    Ok(plan)
}

/// One finding of the check is right for this plan, and the planner says why.
async fn waive(stage: &Stage<'_>, plan: &str) -> Result<(), DemoError> {
    let planner = &stage.people.coordinator;
    let check = planner.get(&format!("/plans/{plan}/check")).await?;
    let of_rule = |rule: &str| {
        let findings = check["findings"].as_array().into_iter().flatten();
        findings
            .into_iter()
            .find(|finding| text(finding, "rule") == rule)
            .map(|finding| text(finding, "key").to_owned())
    };
    // Loaded before, it is waived already: the same key does it once.
    if let Some(key) = of_rule("component-absent-from-objective").or_else(|| of_rule("output-reaches-no-outcome")) {
        let reason = "The police hands this over to the national police before the new version begins.";
        let path = format!("/plans/{plan}/check/waive");
        stage.post(planner, &path, "plan/next/waiver", json!({"key": key, "reason": reason})).await?;
    }
    Ok(())
}

impl Draft<'_> {
    /// Adds an item at the place that its number says, and returns its id.
    async fn add(&mut self, number: &str, mut item: Value) -> Result<String, ApiError> {
        let place = number.rsplit('.').next().and_then(|place| place.parse::<u32>().ok()).unwrap_or(1);
        item["position"] = json!(place.saturating_sub(1));
        let body = json!({"version": self.plan["version"], "item": item});
        let path = format!("/plans/{}/items", self.id);
        let who = &self.stage.people.coordinator;
        self.plan = self.stage.post(who, &path, &format!("item/{number}"), body).await?;
        Ok(self.item(number).unwrap_or_default())
    }

    /// Id of the item with a number.
    fn item(&self, number: &str) -> Option<String> {
        let mut items = self.plan["items"].as_array().into_iter().flatten();
        items.find(|item| text(item, "number") == number).map(|item| text(item, "id").to_owned())
    }

    async fn outcome(
        &mut self,
        number: &str,
        objective: &str,
        outcome: &Outcome,
        stakeholders: &BTreeMap<String, String>,
    ) -> Result<(), ApiError> {
        let calendar = self.stage.calendar;
        let (start, end) = (calendar.start(), calendar.months_ahead(18));
        let areas = if outcome.areas.is_empty() { all_areas(&self.stage.content) } else { area_codes(&outcome.areas) };
        let lead = outcome.outputs.first().map(|output| output.section.clone()).unwrap_or_default();
        let mut contributing: Vec<&String> = outcome.outputs.iter().map(|output| &output.section).collect();
        contributing.dedup();
        contributing.retain(|section| **section != lead);
        let id = self
            .add(
                number,
                json!({
                    "kind": "outcome", "parent_id": objective, "statement": {"en": outcome.en, "fr": outcome.fr},
                    "stakeholder_id": stakeholders.get(&outcome.stakeholder), "dimension": outcome.dimension,
                    "areas": areas, "markers": outcome.markers, "lead_section": lead,
                    "contributing_sections": contributing, "start": start, "end": end, "priority": 1
                }),
            )
            .await?;
        for (place, output) in outcome.outputs.iter().enumerate() {
            let number = format!("{number}.{}", place + 1);
            let output_id = self
                .add(
                    &number,
                    json!({
                        "kind": "output", "parent_id": id, "statement": {"en": output.en, "fr": output.fr},
                        "component": output.component, "lead_section": output.section, "areas": areas,
                        "start": start, "end": end, "priority": 2
                    }),
                )
                .await?;
            if place == 0 {
                self.activity(&number, &output_id, outcome, &output.section).await?;
            }
            self.link(&number, &output_id, &id, outcome, place).await?;
        }
        Ok(())
    }

    async fn activity(&mut self, number: &str, output: &str, outcome: &Outcome, section: &str) -> Result<(), ApiError> {
        let status = match outcome.progress {
            0 => "planned",
            100 => "done",
            _ => "ongoing",
        };
        let calendar = self.stage.calendar;
        // Every second one waits for the one before it; the later its objective, the later it ends.
        let places: Vec<u32> = number.split('.').filter_map(|place| place.parse().ok()).collect();
        let (objective, place) = (places.first().copied().unwrap_or(1), places.get(1).copied().unwrap_or(1));
        let (start, end, waits_for) = if place.is_multiple_of(2) {
            let before = self.item(&format!("{objective}.{}.1.1", place - 1));
            (calendar.months_ago(2), calendar.months_ahead(3 + objective), before)
        } else {
            let end = if outcome.progress == 100 { calendar.months_ago(3) } else { calendar.months_ahead(1 + place) };
            (calendar.months_ago(8 + place), end, None)
        };
        let item = json!({
            "kind": "activity", "parent_id": output, "statement": {"en": outcome.act_en, "fr": outcome.act_fr},
            "lead_section": section, "start": start, "end": end, "depends_on": waits_for.into_iter().collect::<Vec<_>>(),
            "activity_status": status, "progress_percent": outcome.progress
        });
        self.add(&format!("{number}.1"), item).await.map(drop)
    }

    async fn link(
        &mut self,
        number: &str,
        output: &str,
        outcome_id: &str,
        outcome: &Outcome,
        place: usize,
    ) -> Result<(), ApiError> {
        let strength = ["strong", "moderate", "weak"][place % 3];
        let link = json!({
            "output_id": output, "outcome_id": outcome_id,
            "hypothesis": {"en": outcome.why_en, "fr": outcome.why_fr}, "expected_lag_months": 2 + 3 * place,
            "strength": strength
        });
        let body = json!({"version": self.plan["version"], "link": link});
        let path = format!("/plans/{}/links", self.id);
        let who = &self.stage.people.coordinator;
        self.plan = self.stage.write(who, Method::PUT, &path, &format!("link/{number}"), body).await?;
        Ok(())
    }
}
