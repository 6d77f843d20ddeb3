//! The workshop of the assessment: five people on the first outcome, a vote by name, a secret one, a decision, the minutes.

use serde_json::{Value, json};

use super::Stage;
use crate::client::{Api, ApiError, text};

/// Holds it on the outcome of a finding, and closes it.
pub(super) async fn hold(stage: &Stage<'_>, assessment: &str, finding: &Value) -> Result<(), ApiError> {
    let people = stage.people;
    let path = format!("/workshops/{assessment}");
    let workshop = stage.post(&people.coordinator, &path, "workshop", json!({})).await?;
    if text(&workshop, "state") == "closed" {
        return Ok(());
    }
    let members: [(&str, &Api); 5] = [
        ("coordinator", &people.coordinator),
        ("focal_point", &people.focal_point),
        ("component_head", &people.component_head),
        ("adviser", &people.adviser),
        ("leadership", &people.leadership),
    ];
    for (name, who) in members {
        stage.post(who, &format!("{path}/join"), &format!("workshop/join/{name}"), json!({})).await?;
    }
    let guest = json!({"name": "Adaeze Cole", "section": "OCHA"});
    stage.post(&people.coordinator, &format!("{path}/guests"), "workshop/guest", guest).await?;
    let outcome = text(finding, "outcome_lineage_id");
    let turn = json!({"outcome_lineage_id": outcome});
    stage.post(&people.coordinator, &format!("{path}/turn"), "workshop/turn", turn).await?;

    let rating = text(finding, "progress_rating");
    let named = json!({"outcome_lineage_id": outcome, "finding_id": text(finding, "id"), "question": "progress"});
    let named = vote(stage, &path, "rating", named, members, [rating, "at_risk", rating, rating, "abstain"]).await?;
    let proposal = json!({
        "outcome_lineage_id": outcome, "question": "proposal", "secret": true,
        "text": {
            "en": "Ask the next quarter's patrols to report by market day.",
            "fr": "Demander aux patrouilles du prochain trimestre de rendre compte par jour de marché."
        }
    });
    vote(stage, &path, "proposal", proposal, members, ["yes", "yes", "no", "yes", "yes"]).await?;
    let decision = json!({
        "outcome_lineage_id": outcome, "vote_id": named, "proposed_by": "Nadège Mbemba",
        "finding_id": text(finding, "id"), "finding_version": finding["version"], "progress_rating": rating,
        "text": {
            "en": "The rating stands; the next assessment looks at market days by themselves.",
            "fr": "La note est maintenue ; la prochaine évaluation regardera les jours de marché à part."
        }
    });
    stage.post(&people.coordinator, &format!("{path}/decisions"), "workshop/decision", decision).await?;
    let now = people.coordinator.get(&path).await?;
    let version = json!({"version": now["version"]});
    stage.post(&people.coordinator, &format!("{path}/close"), "workshop/close", version).await?;
    Ok(())
}

/// Opens a vote, lets each vote, and closes it; gives its id.
async fn vote(
    stage: &Stage<'_>,
    path: &str,
    name: &str,
    body: Value,
    members: [(&str, &Api); 5],
    choices: [&str; 5],
) -> Result<String, ApiError> {
    let coordinator = &stage.people.coordinator;
    let opened = stage.post(coordinator, &format!("{path}/votes"), &format!("workshop/{name}"), body).await?;
    let id = text(&opened, "id").to_owned();
    // Told again from where it stopped, it may be closed already.
    if text(&opened, "state") == "closed" {
        return Ok(id);
    }
    for ((who, member), choice) in members.into_iter().zip(choices) {
        let key = format!("demo-{who}-{id}");
        let body = json!({"choice": choice, "ballot_key": key});
        stage.post(member, &format!("{path}/votes/{id}/cast"), &format!("workshop/{name}/{who}"), body).await?;
    }
    let version = json!({"version": 1});
    stage.post(coordinator, &format!("{path}/votes/{id}/close"), &format!("workshop/{name}/close"), version).await?;
    Ok(id)
}
