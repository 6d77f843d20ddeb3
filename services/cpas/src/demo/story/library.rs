//! A framework of the library: headquarters shares it, the mission takes a branch, and what headquarters changes
//! then waits for an answer.

use std::collections::BTreeMap;

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Stage;
use crate::{
    client::{ApiError, text},
    demo::{DemoError, content::Text, provinces::area_codes},
};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shared {
    code: String,
    theme: String,
    title: Text,
    objective: Text,
    /// As the API takes them.
    outcomes: Value,
    stakeholder: String,
    section: String,
    areas: Vec<usize>,
    now: Text,
}

fn content() -> Shared {
    serde_yaml_ng::from_str(include_str!("../../../demo/library.yaml"))
        .unwrap_or_else(|error| panic!("demo/library.yaml: {error}"))
}

/// Adds the first branch to a draft, whole enough to be submitted.
pub(super) async fn tell(
    stage: &Stage<'_>,
    draft: &Value,
    stakeholders: &BTreeMap<String, String>,
) -> Result<(), DemoError> {
    let shared = content();
    let first = keep(stage, &shared, 0, shared.outcomes.clone()).await?;
    let planner = &stage.people.coordinator;
    let path = format!("/plans/{}", text(draft, "id"));
    let branch = json!([first["outcomes"][0]["outputs"][0]["id"]]);
    let body = json!({
        "version": draft["version"], "code": shared.code, "lead_section": shared.section, "item_ids": branch
    });
    let plan = stage.post(planner, &format!("{path}/clone-template"), "library/clone", body).await?;
    let mut items = plan["items"].as_array().into_iter().flatten();
    let outcome = items.find(|item| item["library_part_id"] == first["outcomes"][0]["id"]).cloned();
    if let Some(mut item) = outcome {
        item["stakeholder_id"] = json!(stakeholders.get(&shared.stakeholder));
        item["areas"] = json!(area_codes(&shared.areas));
        let body = json!({"version": plan["version"], "item": item});
        stage.write(planner, Method::PUT, &format!("{path}/items"), "library/outcome", body).await?;
    }
    let mut outcomes = first["outcomes"].clone();
    outcomes[0]["outputs"][0]["statement"] = shared.now.message();
    keep(stage, &shared, 1, outcomes).await?;
    Ok(())
}

async fn keep(stage: &Stage<'_>, shared: &Shared, seen_version: u32, outcomes: Value) -> Result<Value, ApiError> {
    let body = json!({
        "theme": shared.theme, "title": shared.title.message(), "objective": shared.objective.message(),
        "outcomes": outcomes, "seen_version": seen_version
    });
    let path = format!("/library/templates/{}", shared.code);
    stage.write(&stage.people.hq_analyst, Method::PUT, &path, &format!("library/{seen_version}"), body).await
}
