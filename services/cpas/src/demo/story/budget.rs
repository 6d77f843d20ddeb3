//! The crosswalk from the plan to the results-based budget.

use chrono::Datelike as _;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Stage, plan::Framework};
use crate::{client::text, demo::DemoError};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Accomplishment {
    code: String,
    en: String,
    fr: String,
    /// Numbers of the items that serve it.
    on: Vec<String>,
    lines: Vec<Line>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    kind: String,
    code: String,
    en: String,
    fr: String,
    on: Vec<String>,
}

fn content() -> Vec<Accomplishment> {
    serde_yaml_ng::from_str(include_str!("../../../demo/budget.yaml"))
        .unwrap_or_else(|error| panic!("demo/budget.yaml: {error}"))
}

/// Adds the lines, and links items of the draft to them, before it is submitted.
pub(super) async fn tell(stage: &Stage<'_>, framework: &Framework) -> Result<(), DemoError> {
    let planner = &stage.people.coordinator;
    let plan = planner.get(&format!("/plans/{}", framework.id)).await?;
    let period = format!("FY{}", stage.calendar.months_ahead(12).year());
    let add = async |kind: &str, parent: &str, code: &str, en: &str, fr: &str| {
        let line = json!({
            "kind": kind, "parent_id": parent, "code": code, "text": {"en": en, "fr": fr}, "period": period
        });
        stage.write(planner, Method::PUT, "/rbb-lines", &format!("budget/{code}"), json!({"line": line})).await
    };
    for one in content() {
        let top = add("expected_accomplishment", "", &one.code, &one.en, &one.fr).await?;
        serve(stage, &plan, &top, &one.on).await?;
        for line in &one.lines {
            let made = add(&line.kind, text(&top, "id"), &line.code, &line.en, &line.fr).await?;
            serve(stage, &plan, &made, &line.on).await?;
        }
    }
    Ok(())
}

/// Links items, by their numbers, to a line.
async fn serve(stage: &Stage<'_>, plan: &Value, line: &Value, numbers: &[String]) -> Result<(), DemoError> {
    let path = format!("/plans/{}/rbb-crosswalk", text(plan, "id"));
    for number in numbers {
        let items = plan["items"].as_array().into_iter().flatten();
        let Some(item) = items.into_iter().find(|item| text(item, "number") == number) else { continue };
        let body = json!({"item_id": item["id"], "line_id": line["id"], "linked": true});
        let name = format!("budget/{}/{number}", text(line, "code"));
        stage.write(&stage.people.coordinator, Method::PUT, &path, &name, body).await?;
    }
    Ok(())
}
