//! Eighty indicators through their states, and their targets; one that is computed, and three that count events.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Stage, plan::Framework, together};
use crate::{
    client::{ApiError, text},
    demo::{
        DemoError,
        calendar::{MONTHS, QUARTERS},
        content::Indicator,
        incidents::FIRST_MONTH,
    },
};

/// Every so manyth indicator has a milestone that is due at the end of the observations already, and how
/// much of the way it asks for; the others have a target a year ahead, every second a modest one.
const DUE_EVERY: usize = 3;
const MILESTONE: f64 = 0.7;
const MODEST: f64 = 0.85;
const COMPUTED: &str = "CX-KILLEDPERATTACK";

/// What is counted from the geocoded events: code, names, kind and unit, measure, and the types of events; none: all.
struct Counted {
    code: &'static str,
    en: &'static str,
    fr: &'static str,
    kind: &'static str,
    unit: &'static str,
    measure: &'static str,
    kinds: &'static [&'static str],
    /// In the first month of the events.
    before: f64,
}

const COUNTED: [Counted; 3] = [
    Counted {
        code: "CX-CIVKILLED",
        en: "Civilians killed in recorded events",
        fr: "Civils tués dans les événements relevés",
        kind: "sum",
        unit: "persons",
        measure: "deaths_civilians",
        kinds: &[],
        before: 9.0,
    },
    Counted {
        code: "CX-CLASHES",
        en: "Armed clashes recorded",
        fr: "Affrontements armés relevés",
        kind: "count",
        unit: "events",
        measure: "events",
        kinds: &["Battles"],
        before: 1.0,
    },
    Counted {
        code: "CX-CIVATTACKS",
        en: "Attacks on civilians recorded",
        fr: "Attaques contre des civils relevées",
        kind: "count",
        unit: "events",
        measure: "events",
        kinds: &["Violence against civilians"],
        before: 2.0,
    },
];

pub(super) async fn tell(stage: &Stage<'_>, framework: &Framework) -> Result<(), DemoError> {
    let all = stage.content.indicators.iter().enumerate();
    together(all.map(|(place, indicator)| define(stage, framework, place, indicator))).await?;
    compute(stage).await?;
    for counted in COUNTED {
        count_events(stage, counted).await?;
    }
    Ok(())
}

/// Nobody enters this one: its formula names two that are entered.
async fn compute(stage: &Stage<'_>) -> Result<(), ApiError> {
    let body = json!({"indicator": {
        "code": COMPUTED, "name": {"en": "Civilians killed per attack", "fr": "Civils tués par attaque"},
        "level": "context", "kind": "ratio", "unit": "persons per attack", "direction": "lower", "frequency": "month",
        "formula": "ratio(OC-CIVDEATHS, OC-ATTACKS)", "owner_section": "JMAC",
        "baseline_value": 2.1, "baseline_period": stage.calendar.month(-1),
        "source": {"en": "The two indicators of the formula", "fr": "Les deux indicateurs de la formule"},
        "method": {"en": "Persons killed by attacks of the same area and period.", "fr": "Personnes tuées rapportées aux attaques de la même zone et de la même période."},
        "verification": {"en": "As the two indicators are verified.", "fr": "Comme les deux indicateurs sont vérifiés."}
    }});
    in_use(stage, COMPUTED, body).await.map(drop)
}

/// Nobody enters these either: they are counted from the events that are sent later.
async fn count_events(stage: &Stage<'_>, one: Counted) -> Result<(), ApiError> {
    let body = json!({"indicator": {
        "code": one.code, "name": {"en": one.en, "fr": one.fr}, "level": "context", "kind": one.kind, "unit": one.unit,
        "direction": "lower", "over_time": "sum", "over_areas": "sum", "frequency": "month", "owner_section": "JMAC",
        "event_measure": {"measure": one.measure, "kinds": one.kinds},
        "baseline_value": one.before, "baseline_period": stage.calendar.month(FIRST_MONTH.cast_signed()),
        "source": {"en": "The mission's incident system", "fr": "Le système d'incidents de la mission"},
        "method": {"en": "Counted from geocoded events by area and month.", "fr": "Compté à partir des événements géolocalisés, par zone et par mois."},
        "verification": {"en": "JMAC checks each event against a second source.", "fr": "Le JMAC recoupe chaque événement avec une seconde source."}
    }});
    in_use(stage, one.code, body).await.map(drop)
}

/// An indicator through its states; its id.
async fn in_use(stage: &Stage<'_>, code: &str, body: Value) -> Result<String, ApiError> {
    let people = stage.people;
    let mut made = stage.post(&people.coordinator, "/indicators", &format!("indicator/{code}"), body).await?;
    let id = text(&made, "id").to_owned();
    for (step, who) in [("approve", &people.component_head), ("activate", &people.coordinator)] {
        let name = format!("indicator/{code}/{step}");
        made = stage.post(who, &format!("/indicators/{id}/{step}"), &name, json!({"version": made["version"]})).await?;
    }
    Ok(id)
}

async fn define(stage: &Stage<'_>, framework: &Framework, place: usize, one: &Indicator) -> Result<(), ApiError> {
    let people = stage.people;
    let code = &one.code;
    let id = in_use(stage, code, json!({"indicator": message(stage, framework, one)})).await?;
    let ahead = period(stage, one, 4);
    let now = period(stage, one, 0);
    let mut targets = vec![(ahead, if place.is_multiple_of(2) { MODEST } else { 1.0 })];
    if place.is_multiple_of(DUE_EVERY) {
        targets.push((now, MILESTONE));
    }
    for (period, way) in targets {
        let Some(mut target) = aim(stage, one, way) else { continue };
        target["indicator_id"] = json!(id);
        target["period"] = json!(period);
        target["reason"] = json!("Set with the approval of the plan.");
        let name = format!("target/{code}/{period}");
        stage.write(&people.coordinator, Method::PUT, "/targets", &name, json!({"target": target})).await?;
    }
    Ok(())
}

fn message(stage: &Stage<'_>, framework: &Framework, one: &Indicator) -> Value {
    let (over_time, over_areas) = one.aggregation();
    let disaggregations = if one.sex { json!([{"dimension": "sex", "categories": ["f", "m"]}]) } else { json!([]) };
    let before = if one.monthly { stage.calendar.month(-1) } else { stage.calendar.quarter(-1) };
    let is_numeric = one.kind != "qualitative";
    let classification = if one.confidential { "confidential" } else { "" };
    json!({
        "code": one.code, "name": {"en": one.en, "fr": one.fr}, "level": one.level(), "kind": one.kind,
        "unit": one.unit, "direction": one.direction, "over_time": over_time, "over_areas": over_areas,
        "frequency": if one.monthly { "month" } else { "quarter" }, "disaggregations": disaggregations,
        "baseline_value": is_numeric.then(|| baseline(stage, one)),
        "baseline_period": if is_numeric { before } else { String::new() },
        "source": {"en": format!("Returns of {}", one.section), "fr": format!("Rapports de la section {}", one.section)},
        "method": {"en": "Counted by the section for each period and checked against patrol and partner reports.", "fr": "Décompté par la section pour chaque période et recoupé avec les rapports des patrouilles et des partenaires."},
        "verification": {"en": "A sample of entries is traced to its source each quarter.", "fr": "Un échantillon est rapproché de sa source chaque trimestre."},
        "owner_section": one.section, "classification": classification,
        "plan_item_lineage_id": framework.lineages.get(&one.item).cloned().unwrap_or_default()
    })
}

/// Provinces that a value of the mission is the sum of.
fn places(stage: &Stage<'_>, one: &Indicator) -> f64 {
    let is_sum = matches!(one.kind.as_str(), "count" | "sum");
    if one.by_area && is_sum { stage.content.provinces.len() as f64 } else { 1.0 }
}

fn baseline(stage: &Stage<'_>, one: &Indicator) -> f64 {
    let value = one.typical * places(stage, one);
    if matches!(one.kind.as_str(), "count" | "milestone" | "scale") { value.round() } else { value }
}

/// What is aimed at for the mission, a range or a value; `way` is the share of the way to the full aim.
fn aim(stage: &Stage<'_>, one: &Indicator, way: f64) -> Option<Value> {
    if let Some([low, high]) = one.range {
        return Some(json!({"low": low, "high": high}));
    }
    let is_sum = matches!(one.kind.as_str(), "count" | "sum");
    let value = match one.aim? {
        // For provinces the file has the factor by which the sum is to change.
        factor if one.by_area && is_sum => factor * baseline(stage, one),
        aim => aim,
    };
    let start = baseline(stage, one);
    let value = start + (value - start) * way;
    let value = if one.kind == "ratio" { (value * 100.0).round() / 100.0 } else { value.round() };
    Some(json!({"value": value}))
}

/// The last period of the observations, or one that many quarters after it.
fn period(stage: &Stage<'_>, one: &Indicator, quarters_ahead: u32) -> String {
    let place = |last: u32| i32::try_from(last).unwrap_or_default();
    if one.monthly {
        stage.calendar.month(place(MONTHS - 1 + 3 * quarters_ahead))
    } else {
        stage.calendar.quarter(place(QUARTERS - 1 + quarters_ahead))
    }
}
