//! Areas, stakeholders with their history, evidence, and two context maps.

use std::collections::BTreeMap;

use chrono::Months;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Stage, together};
use crate::{
    client::{ApiError, text},
    demo::{
        DemoError, SEED,
        content::{Factor, Map, Relation, Stakeholder, Strategy, Text},
        page,
        provinces::{self, area_code, area_codes},
    },
    load,
};

/// What is said of each stance, from the one that prevents most, in English and French.
const ATTITUDES: [(&str, &str); 5] = [
    ("rejects the Accord", "rejette l'Accord"),
    ("distrusts the Accord", "se méfie de l'Accord"),
    ("waits", "attend"),
    ("accepts the Accord", "accepte l'Accord"),
    ("defends the Accord", "défend l'Accord"),
];
/// Months between two assessments of a stakeholder.
const ASSESSED_EVERY: u32 = 14;
/// Months between two context maps.
const MAPPED_EVERY: u32 = 4;

/// Returns the ids of the stakeholders by their keys.
pub(super) async fn tell(stage: &Stage<'_>) -> Result<BTreeMap<String, String>, DemoError> {
    let people = stage.people;
    // First of what is recorded: a load that is interrupted finds its years again by it.
    let mandate = &stage.content.context.mandate;
    let tasks: Vec<Value> = mandate
        .tasks
        .iter()
        .map(|task| {
            json!({"paragraph": task.paragraph, "text": {"en": task.en, "fr": task.fr}, "priority": task.priority})
        })
        .collect();
    let body = json!({
        "resolution": mandate.resolution, "adopted": stage.calendar.start(),
        "expires": stage.calendar.months_ahead(18), "tasks": tasks
    });
    stage.post(&people.coordinator, "/mandates", "mandate", body).await?;
    areas(stage).await?;
    let registered = together(stage.content.stakeholders.iter().map(|one| register(stage, one))).await?;
    let registered: BTreeMap<String, String> = registered.into_iter().collect();
    together(stage.content.relations.iter().map(|one| relate(stage, one, &registered))).await?;
    together(stage.content.strategies.iter().map(|one| influence(stage, one, &registered))).await?;
    let evidence = evidence(stage).await?;
    for map in &stage.content.context.maps {
        draw(stage, map, &evidence).await?;
    }
    let every = json!({"interval_months": MAPPED_EVERY, "version": 0});
    stage.write(&people.coordinator, Method::PUT, "/mapping-schedule", "mapping-schedule", every).await?;
    Ok(registered)
}

/// The provinces, two of which were one before the five years.
async fn areas(stage: &Stage<'_>) -> Result<(), DemoError> {
    let (who, since, provinces) = (&stage.people.coordinator, stage.calendar.start(), &stage.content.provinces);
    let geojson = provinces::geojson(SEED, provinces, since).to_string();
    let areas = load::areas(who, geojson.into_bytes()).await?;
    if areas.rejected > 0 {
        return Err(DemoError::Unexpected(format!("{} of the demo's areas were rejected", areas.rejected)));
    }
    let people = |number: usize| provinces[number - 1].people;
    let all: f64 = provinces::OF_GREATER.map(people).iter().sum();
    let parts = provinces::OF_GREATER
        .map(|number| json!({"code": area_code(number), "share": (people(number) / all * 1000.0).round() / 1000.0}));
    let body = json!({
        "code": provinces::GREATER, "date": since, "parts": parts,
        "share_basis": "people, census of the year before",
        "share_basis_fr": "population, recensement de l'année précédente",
        "note": "Law on the territorial administration", "note_fr": "Loi sur l'administration territoriale"
    });
    stage.post(who, "/area-changes/split", "area-change", body).await?;
    Ok(())
}

async fn relate(stage: &Stage<'_>, one: &Relation, ids: &BTreeMap<String, String>) -> Result<(), ApiError> {
    let until = one.until.map(|until| stage.calendar.months_ago(until).to_string()).unwrap_or_default();
    let body = json!({
        "from_id": ids[&one.from], "to_id": ids[&one.to], "kind": one.kind, "strength": one.strength,
        "from": stage.calendar.months_ago(one.since), "until": until,
        "note": one.note, "note_fr": one.note_fr
    });
    let name = format!("relation/{}/{}/{}/{}", one.from, one.kind, one.to, one.since);
    stage.write(&stage.people.coordinator, Method::PUT, "/stakeholder-relations", &name, body).await?;
    Ok(())
}

async fn register(stage: &Stage<'_>, one: &Stakeholder) -> Result<(String, String), ApiError> {
    let who = &stage.people.coordinator;
    let body = json!({
        "name": one.name, "kind": one.kind, "areas": area_codes(&one.areas),
        "description": {"en": one.en, "fr": one.fr}, "women_share": one.women, "aliases": one.aliases
    });
    let made = stage.post(who, "/stakeholders", &format!("stakeholder/{}", one.key), body).await?;
    let id = text(&made, "id").to_owned();
    if !one.also.is_empty() {
        // Two sections knew it by two names.
        let body = json!({"name": one.also, "kind": one.kind, "areas": area_codes(&one.areas)});
        let other = stage.post(who, "/stakeholders", &format!("stakeholder/{}/also", one.key), body).await?;
        let body = json!({"version": made["version"], "other_id": other["id"], "other_version": other["version"]});
        stage.post(who, &format!("/stakeholders/{id}/merge"), &format!("merge/{}", one.key), body).await?;
    }
    let last = one.path.len() - 1;
    for (place, stance) in one.path.iter().enumerate() {
        let back = (last - place) as u32 * ASSESSED_EVERY + 1;
        let as_of = stage.calendar.last_day() - Months::new(back);
        let (behaviour, behaviour_fr, confidence) =
            if place == last { (one.now.as_str(), one.now_fr.as_str(), "high") } else { ("", "", "medium") };
        let (attitude, attitude_fr) = ATTITUDES[usize::try_from(stance + 2).unwrap_or(2).min(4)];
        let body = json!({
            "as_of": as_of, "influence": one.influence, "interest": one.interest, "stance": stance,
            "attitude": attitude, "attitude_fr": attitude_fr,
            "behaviour": behaviour, "behaviour_fr": behaviour_fr, "confidence": confidence
        });
        let path = format!("/stakeholders/{id}/assessments");
        stage.post(who, &path, &format!("stance/{}/{place}", one.key), body).await?;
    }
    Ok((one.key.clone(), id))
}

async fn influence(stage: &Stage<'_>, one: &Strategy, ids: &BTreeMap<String, String>) -> Result<(), ApiError> {
    let body = json!({
        "stakeholder_id": ids[&one.stakeholder], "dimension": one.dimension, "lever": one.lever,
        "owner_section": one.section, "aim": {"en": one.en, "fr": one.fr},
        "risks": {"en": one.risk_en, "fr": one.risk_fr}
    });
    let name = format!("strategy/{}/{}", one.stakeholder, one.dimension);
    stage.post(&stage.people.adviser, "/influence-strategies", &name, body).await?;
    Ok(())
}

/// Ids of the evidence by their keys.
async fn evidence(stage: &Stage<'_>) -> Result<BTreeMap<String, String>, ApiError> {
    let mut ids = BTreeMap::new();
    for one in &stage.content.context.evidence {
        let (who, name) = (&stage.people.focal_point, format!("evidence/{}", one.key));
        let date = stage.calendar.months_ago(one.age).to_string();
        let made = if one.lines.is_empty() {
            let body = json!({
                "title": one.title, "source": one.source, "date": date, "link": one.link,
                "reliability": one.reliability, "credibility": one.credibility, "classification": one.classification
            });
            stage.post(who, "/evidence", &name, body).await?
        } else {
            let file_name = format!("{}.pdf", one.key);
            let query = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs([("file_name", &file_name), ("title", &one.title), ("source", &one.source)])
                .extend_pairs([("date", &date), ("reliability", &one.reliability)])
                .extend_pairs([("credibility", &one.credibility.to_string()), ("classification", &one.classification)])
                .finish();
            stage.send(who, &format!("/evidence/files?{query}"), &name, page::of(&one.title, &one.lines)).await?
        };
        ids.insert(one.key.clone(), text(&made, "id").to_owned());
    }
    Ok(ids)
}

/// An event and an observation that are evidence themselves.
pub(super) async fn record_from_data(stage: &Stage<'_>) -> Result<(), DemoError> {
    let who = &stage.people.focal_point;
    let events = who.all("/events?page_size=500", "events").await?;
    let deadliest = events.iter().max_by_key(|event| (event["deaths_best"].as_u64(), text(event, "external_id")));
    let observed = who.get("/observations?indicator_code=OC-ATTACKS&page_size=1").await?;
    let missing = || DemoError::Unexpected("the demo has neither events nor observations to be evidence".to_owned());
    let (event, observed) = deadliest.zip(observed["observations"].get(0)).ok_or_else(missing)?;
    // Of one that is known to its month the first day.
    let day = format!("{}-01", text(event, "date")).chars().take(10).collect::<String>();
    let pieces = [
        (
            "event",
            json!({"title": format!("{} near {}", text(event, "sub_kind"), text(event, "place")),
            "source": text(event, "source"), "date": day, "event_id": event["id"]}),
        ),
        (
            "observation",
            json!({"title": "Attacks on civilians in one month, as counted by JMAC", "source": "JMAC",
            "date": stage.calendar.months_ago(1).to_string(), "observation_id": observed["id"]}),
        ),
    ];
    for (key, mut body) in pieces {
        (body["reliability"], body["credibility"]) = (json!("B"), json!(2));
        stage.post(who, "/evidence", &format!("evidence/from-data/{key}"), body).await?;
    }
    Ok(())
}

/// The adviser drafts; somebody else reviews, and leadership publishes.
async fn draw(stage: &Stage<'_>, map: &Map, evidence: &BTreeMap<String, String>) -> Result<(), ApiError> {
    let (people, key) = (stage.people, &map.key);
    let body = json!({
        "title": map.title.message(), "period": stage.calendar.quarter(19), "areas": area_codes(&map.areas),
        "themes": map.themes, "narrative": map.narrative.message()
    });
    let mut drawn = stage.post(&people.adviser, "/context-maps", &format!("map/{key}"), body).await?;
    let id = text(&drawn, "id").to_owned();
    for (place, factor) in map.factors.iter().enumerate() {
        let body = json!({"version": drawn["version"], "factor": message(factor, evidence)});
        let path = format!("/context-maps/{id}/factors");
        let name = format!("map/{key}/{place}");
        drawn = stage.write(&people.adviser, Method::PUT, &path, &name, body).await?;
    }
    if map.publish {
        let steps = [("review", &people.coordinator), ("publish", &people.leadership)];
        for (step, who) in steps {
            let (path, name) = (format!("/context-maps/{id}/{step}"), format!("map/{key}/{step}"));
            drawn = stage.post(who, &path, &name, json!({"version": drawn["version"]})).await?;
        }
    }
    Ok(())
}

fn message(factor: &Factor, evidence: &BTreeMap<String, String>) -> Value {
    let evidence: Vec<&String> = factor.evidence.iter().filter_map(|key| evidence.get(key)).collect();
    json!({
        "kind": factor.kind, "title": {"en": factor.en, "fr": factor.fr},
        "narrative": {"en": factor.more_en, "fr": factor.more_fr}, "effect": factor.effect,
        "severity": factor.severity, "trend": factor.trend, "confidence": factor.confidence,
        "areas": area_codes(&factor.areas), "evidence_ids": evidence, "themes": factor.themes,
        "gender": factor.gender, "gender_note": factor.gender_note.as_ref().map(Text::message),
        "poc": factor.poc, "poc_note": factor.poc_note.as_ref().map(Text::message)
    })
}
