//! Assumptions and risks of the plan, with the tripwires that watch them.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Stage, plan::Framework};
use crate::{
    client::text,
    demo::{DemoError, provinces::area_code},
};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Risk {
    kind: String,
    /// "1.1", or "1.1.1>1.1" for a link.
    on: String,
    #[serde(default)]
    likelihood: u32,
    #[serde(default)]
    impact: u32,
    section: String,
    en: String,
    fr: String,
    do_en: String,
    do_fr: String,
    wire: Option<Wire>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    indicator: String,
    comparison: String,
    threshold: f64,
    periods: u32,
    /// Place of an area, from 1.
    area: Option<usize>,
}

fn content() -> Vec<Risk> {
    serde_yaml_ng::from_str(include_str!("../../../demo/risks.yaml"))
        .unwrap_or_else(|error| panic!("demo/risks.yaml: {error}"))
}

/// Adds them to the draft, before it is submitted.
pub(super) async fn tell(stage: &Stage<'_>, framework: &Framework) -> Result<(), DemoError> {
    let planner = &stage.people.coordinator;
    let plan = planner.get(&format!("/plans/{}", framework.id)).await?;
    let item = |number: &str| {
        let items = plan["items"].as_array().into_iter().flatten();
        let found = items.into_iter().find(|item| text(item, "number") == number);
        found.map(|item| text(item, "id").to_owned()).unwrap_or_default()
    };
    for (place, one) in content().iter().enumerate() {
        let (on, outcome) = one.on.split_once('>').unwrap_or((&one.on, ""));
        let mut risk = json!({
            "kind": one.kind, "item_id": item(on), "statement": {"en": one.en, "fr": one.fr},
            "likelihood": one.likelihood, "impact": one.impact, "owner_section": one.section,
            "response": {"en": one.do_en, "fr": one.do_fr}
        });
        if !outcome.is_empty() {
            risk["outcome_id"] = json!(item(outcome));
        }
        if let Some(wire) = &one.wire {
            let indicator = planner.get(&format!("/indicators/{}", wire.indicator)).await?;
            risk["tripwire"] = tripwire(wire, &indicator);
        }
        let path = format!("/plans/{}/risks", framework.id);
        stage.post(planner, &path, &format!("risk/{place}"), json!({"risk": risk})).await?;
    }
    Ok(())
}

fn tripwire(wire: &Wire, indicator: &Value) -> Value {
    json!({
        "indicator_id": indicator["id"], "comparison": wire.comparison, "threshold": wire.threshold,
        "periods": wire.periods, "area": wire.area.map(area_code).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::content::Content;

    #[test]
    fn what_is_watched_is_there() {
        let all = Content::read();
        let risks = content();
        assert!(risks.len() > 7, "enough to look at");
        for wire in risks.iter().filter_map(|risk| risk.wire.as_ref()) {
            assert!(all.indicators.iter().any(|one| one.code == wire.indicator), "{}", wire.indicator);
            assert!(wire.area.is_none_or(|area| (1..=all.provinces.len()).contains(&area)), "{}", wire.indicator);
        }
        for risk in &risks {
            let numbers = risk.on.split('>').map(|number| number.split('.').count()).collect::<Vec<_>>();
            assert!(matches!(numbers.as_slice(), [1..=4] | [3, 2]), "{}", risk.on);
        }
    }
}
