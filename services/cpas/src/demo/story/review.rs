//! What people ask about the plan while it is in review; the planner settles it before it is endorsed.

use serde_json::{Value, json};

use super::Stage;
use crate::{
    client::{ApiError, text},
    demo::DemoError,
};

/// Number of an item, and what is asked; each by the adviser or the head of a component in turn.
const ASKED: &[(&str, &str)] = &[
    ("1.3", "Half of the alert focal points are to be women. Who follows that up once they are trained?"),
    ("2.1", "The storage sites depend on engineers who rotate in the spring. Is there a reserve?"),
    ("3.1", "Please count calls from women apart; the desks open in this period."),
    ("4.1", "The second list of names must not be shared beyond the task force."),
];

pub(super) async fn tell(stage: &Stage<'_>, plan: &Value) -> Result<(), DemoError> {
    let people = stage.people;
    let plan_id = text(plan, "id");
    for (place, (number, words)) in ASKED.iter().enumerate() {
        let mut items = plan["items"].as_array().into_iter().flatten();
        let Some(item) = items.find(|item| text(item, "number") == *number) else { continue };
        let who = if place.is_multiple_of(2) { &people.adviser } else { &people.component_head };
        let body = json!({"item_id": item["id"], "text": words});
        let path = format!("/plans/{plan_id}/comments");
        let comment = stage.post(who, &path, &format!("comment/{place}"), body).await?;
        settle(stage, plan_id, place, &comment).await?;
    }
    Ok(())
}

async fn settle(stage: &Stage<'_>, plan: &str, place: usize, comment: &Value) -> Result<(), ApiError> {
    let path = format!("/plans/{plan}/comments/{}/resolve", text(comment, "id"));
    let body = json!({"version": comment["version"]});
    stage.post(&stage.people.coordinator, &path, &format!("comment/{place}/resolve"), body).await.map(drop)
}
