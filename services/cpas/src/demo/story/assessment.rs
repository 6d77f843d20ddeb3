//! An assessment of the last year, frozen, and the one before it, finalized; its findings and recommendations; two fact
//! sheets.

use std::collections::BTreeMap;

use chrono::Datelike as _;
use serde_json::{Value, json};

use super::{Stage, course, plan::Framework, workshop};
use crate::{
    client::{ApiError, text},
    demo::{
        DemoError,
        content::{Block, Finding, Recommendation, Sheet},
    },
};

/// Returns the id of the assessment.
pub(super) async fn tell(stage: &Stage<'_>, framework: &Framework) -> Result<String, DemoError> {
    let (people, content) = (stage.people, &stage.content.assessment);
    let year = stage.calendar.last_day().year();
    course::set_cycle(stage).await?;
    let last = before(stage, year - 1).await?;
    let body = json!({
        "title": content.title.message(), "kind": "impact", "period": year.to_string(), "follows_id": last
    });
    let mut assessment = stage.post(&people.coordinator, "/assessments", "assessment", body).await?;
    let id = text(&assessment, "id").to_owned();
    course::invite(stage, &id).await?;
    // Frozen data is as known now: everything that was imported is.
    for (step, name) in [("freeze", "freeze"), ("advance", "analysis"), ("advance", "workshop")] {
        let path = format!("/assessments/{id}/{step}");
        let body = json!({"version": assessment["version"]});
        assessment = stage.post(&people.coordinator, &path, &format!("assessment/{name}"), body).await?;
    }
    let analyses = analyses(stage, &id).await?;
    let (mut findings, mut first) = (Vec::new(), None);
    for (place, finding) in content.findings.iter().enumerate() {
        let body = json!({"finding": finding_message(&id, finding, framework, &analyses)});
        let made = stage.post(&people.adviser, "/findings", &format!("finding/{place}"), body).await?;
        findings.push(text(&made, "id").to_owned());
        first.get_or_insert(made);
    }
    if let Some(first) = first {
        workshop::hold(stage, &id, &first).await?;
    }
    let path = format!("/assessments/{id}/advance");
    let body = json!({"version": assessment["version"]});
    stage.post(&people.coordinator, &path, "assessment/leadership_review", body).await?;
    let because = json!({
        "en": "Reforms and arms at the border are counted, not people.",
        "fr": "On y compte des réformes et des armes à la frontière, non des personnes."
    });
    course::not_applicable(stage, &id, "not-applicable", Some(&["2.2", "2.4"]), because).await?;
    for (place, recommendation) in content.recommendations.iter().enumerate() {
        recommend(stage, &id, &findings, &format!("recommendation/{place}"), recommendation).await?;
    }
    Ok(id)
}

/// The assessment of the year before, finalized: what this one is held against.
async fn before(stage: &Stage<'_>, year: i32) -> Result<String, ApiError> {
    let people = stage.people;
    let title = json!({"en": format!("Impact in {year}"), "fr": format!("Impact en {year}")});
    let body = json!({"title": title, "kind": "impact", "period": year.to_string()});
    let mut assessment = stage.post(&people.coordinator, "/assessments", "assessment-before", body).await?;
    let id = text(&assessment, "id").to_owned();
    for (step, name) in
        [("freeze", "freeze"), ("advance", "analysis"), ("advance", "workshop"), ("advance", "leadership_review")]
    {
        let path = format!("/assessments/{id}/{step}");
        let body = json!({"version": assessment["version"]});
        assessment = stage.post(&people.coordinator, &path, &format!("assessment-before/{name}"), body).await?;
    }
    for (place, one) in stage.content.assessment.earlier.iter().enumerate() {
        recommend(stage, &id, &[], &format!("earlier-recommendation/{place}"), one).await?;
    }
    let because = json!({
        "en": "Data by sex and age were collected from the year after on.",
        "fr": "Les données par sexe et âge n’ont été recueillies qu’à partir de l’année suivante."
    });
    course::not_applicable(stage, &id, "assessment-before/not-applicable", None, because).await?;
    course::sign(stage, &id, "assessment-before/sign").await?;
    let body = json!({"version": assessment["version"]});
    let path = format!("/assessments/{id}/finalize");
    stage.post(&people.leadership, &path, "assessment-before/finalize", body).await?;
    Ok(id)
}

/// Id of each indicator's analysis of the whole mission.
async fn analyses(stage: &Stage<'_>, assessment: &str) -> Result<BTreeMap<String, String>, ApiError> {
    let list = stage.people.coordinator.get(&format!("/assessments/{assessment}/analyses")).await?;
    let all = list["analyses"].as_array().into_iter().flatten();
    let of_mission = all.filter(|analysis| text(analysis, "area").is_empty());
    Ok(of_mission
        .map(|analysis| (text(analysis, "indicator_code").to_owned(), text(analysis, "id").to_owned()))
        .collect())
}

fn finding_message(
    assessment: &str,
    finding: &Finding,
    framework: &Framework,
    analyses: &BTreeMap<String, String>,
) -> Value {
    let evidence: Vec<Value> = finding
        .analyses
        .iter()
        .map(|code| match analyses.get(code) {
            Some(id) => json!({"kind": "analysis", "id": id, "note": code}),
            None => json!({"kind": "note", "id": "", "note": format!("Series of {code}")}),
        })
        .collect();
    json!({
        "assessment_id": assessment, "outcome_lineage_id": framework.lineages.get(&finding.outcome),
        "question": finding.question, "progress_rating": finding.progress,
        "performance_rating": finding.performance, "direction": finding.direction,
        "narrative": {"en": finding.en, "fr": finding.fr}, "evidence": evidence,
        "alternative_explanations": finding.alternatives, "confidence": finding.confidence,
        "dissent": finding.dissent
    })
}

async fn recommend(
    stage: &Stage<'_>,
    assessment: &str,
    findings: &[String],
    name: &str,
    one: &Recommendation,
) -> Result<(), ApiError> {
    let rests_on: Vec<&String> = one.findings.iter().filter_map(|place| findings.get(*place)).collect();
    let body = json!({"recommendation": {
        "assessment_id": assessment, "text": {"en": one.en, "fr": one.fr}, "kind": one.kind,
        "owner_section": one.section, "due": stage.calendar.months_ahead(one.due),
        "indicator_codes": one.indicators, "finding_ids": rests_on
    }});
    let mut made = stage.post(&stage.people.adviser, "/recommendations", name, body).await?;
    if !one.decision.is_empty() {
        let path = format!("/recommendations/{}/decide", text(&made, "id"));
        let body = json!({"version": made["version"], "decision": one.decision, "reason": one.reason});
        made = stage.post(&stage.people.leadership, &path, &format!("{name}/decide"), body).await?;
    }
    for to in &one.steps {
        let path = format!("/recommendations/{}/progress", text(&made, "id"));
        // On the day that it was carried out there is no effect to look at yet.
        let reason = if to == "verified" { "Visited; its indicator has no value since." } else { "" };
        let body = json!({"version": made["version"], "to": to, "reason": reason});
        made = stage.post(&stage.people.coordinator, &path, &format!("{name}/{to}"), body).await?;
    }
    Ok(())
}

/// Drafts the fact sheets; the one that is published comes last, for it marks the end of the story.
pub(super) async fn sheets(stage: &Stage<'_>, assessment: &str) -> Result<(), DemoError> {
    let mut sheets: Vec<(usize, &Sheet)> = stage.content.assessment.sheets.iter().enumerate().collect();
    sheets.sort_by_key(|(_, sheet)| sheet.publish);
    let people = stage.people;
    for (place, sheet) in sheets {
        let blocks: Vec<Value> = sheet.blocks.iter().map(block).collect();
        let body = json!({
            "title": sheet.title.message(), "audience": sheet.audience, "assessment_id": assessment, "blocks": blocks
        });
        let mut made = stage.post(&people.coordinator, "/fact-sheets", &format!("sheet/{place}"), body).await?;
        if !sheet.publish {
            continue;
        }
        let id = text(&made, "id").to_owned();
        for (step, who) in [("clear", &people.leadership), ("publish", &people.coordinator)] {
            let (path, name) = (format!("/fact-sheets/{id}/{step}"), format!("sheet/{place}/{step}"));
            made = stage.post(who, &path, &name, json!({"version": made["version"]})).await?;
        }
    }
    Ok(())
}

fn block(block: &Block) -> Value {
    if block.indicator.is_empty() {
        json!({"kind": block.kind, "text": {"en": block.en, "fr": block.fr}})
    } else {
        json!({"kind": block.kind, "query": {"indicator_code": block.indicator, "area": block.area}})
    }
}
