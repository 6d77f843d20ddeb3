//! The work of assessing: the mission's cycle, invitations, why a question does not apply, signatures.

use reqwest::Method;
use serde_json::{Value, json};

use super::Stage;
use crate::client::{ApiError, text};

/// Impact is assessed every February over the year before; the adviser signs where an outcome is marked.
pub(super) async fn set_cycle(stage: &Stage<'_>) -> Result<(), ApiError> {
    let people = stage.people;
    if people.coordinator.get("/assessment-cycle").await?["version"] != 0 {
        return Ok(());
    }
    let cycle = json!({
        "interval": "year", "kind": "impact", "months": [2], "lead_days": 30,
        "coordinator_id": account_of(stage, "coordinator").await?, "adviser_signs": "where_marked"
    });
    stage
        .write(&people.coordinator, Method::PUT, "/assessment-cycle", "cycle", json!({"cycle": cycle, "version": 0}))
        .await?;
    Ok(())
}

/// Invites an analyst, who has not answered, and an adviser, who accepts.
pub(super) async fn invite(stage: &Stage<'_>, assessment: &str) -> Result<(), ApiError> {
    let people = stage.people;
    let path = format!("/assessments/{assessment}/invitations");
    for (role, part) in [("coordinator", "lead"), ("focal_point", "analyst"), ("adviser", "adviser")] {
        let body = json!({"account_id": account_of(stage, role).await?, "role": part});
        stage.write(&people.coordinator, Method::PUT, &path, &format!("invite/{role}"), body).await?;
    }
    for (who, name, word) in [
        (&people.coordinator, "coordinator", ""),
        (&people.adviser, "adviser", "From the second week on; before that I am in Ndara."),
    ] {
        let body = json!({"accept": true, "word": word});
        stage.post(who, &format!("{path}/answer"), &format!("invite/{name}/answer"), body).await?;
    }
    Ok(())
}

/// Says of some outcomes, or of all that are open, why the question of women, girls and youth does not apply.
pub(super) async fn not_applicable(
    stage: &Stage<'_>,
    assessment: &str,
    name: &str,
    numbers: Option<&[&str]>,
    because: Value,
) -> Result<(), ApiError> {
    let path = format!("/assessments/{assessment}/gender");
    let overview = stage.people.adviser.get(&path).await?;
    let is_meant = |one: &&Value| {
        text(one, "answer") == "open" && numbers.is_none_or(|numbers| numbers.contains(&text(one, "number")))
    };
    let outcomes = overview["outcomes"].as_array().into_iter().flatten().filter(is_meant);
    let lineages: Vec<&str> = outcomes.map(|one| text(one, "outcome_lineage_id")).collect();
    if !lineages.is_empty() {
        let body = json!({"outcome_lineage_ids": lineages, "because": because});
        stage.write(&stage.people.adviser, Method::PUT, &path, name, body).await?;
    }
    Ok(())
}

/// The adviser signs, where that is asked for and not done.
pub(super) async fn sign(stage: &Stage<'_>, assessment: &str, name: &str) -> Result<(), ApiError> {
    let adviser = &stage.people.adviser;
    let course = adviser.get(&format!("/assessments/{assessment}/course")).await?;
    let mut asked = course["sign_off"].as_array().into_iter().flatten();
    if asked.any(|one| text(one, "role") == "adviser" && one["mine"] == true && text(one, "state") != "signed") {
        let body = json!({
            "role": "adviser", "decision": "signed", "findings_version": course["findings_version"],
            "remark": "Data by sex begin the year after; the next assessment answers the question."
        });
        stage.post(adviser, &format!("/assessments/{assessment}/sign"), name, body).await?;
    }
    Ok(())
}

/// The account of the member with a role.
async fn account_of(stage: &Stage<'_>, role: &str) -> Result<String, ApiError> {
    let members = stage.people.coordinator.get("/members").await?;
    let mut members = members["members"].as_array().into_iter().flatten();
    let found = members.find(|one| text(one, "role") == role);
    Ok(found.map(|one| text(one, "account_id").to_owned()).unwrap_or_default())
}
