//! Dashboards that people of the mission built.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Stage, plan::Framework};
use crate::{
    client::Api,
    demo::{DemoError, content::Text, people::People},
};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dashboard {
    pub by: String,
    pub shared: bool,
    pub title: Text,
    pub tiles: Vec<Tile>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tile {
    pub kind: String,
    pub width: u32,
    #[serde(default)]
    pub indicators: Vec<String>,
    /// Number of the outcome that the tile is about.
    #[serde(default)]
    pub outcome: String,
    /// A map with its events.
    #[serde(default)]
    pub events: bool,
    #[serde(default)]
    pub en: String,
    #[serde(default)]
    pub fr: String,
}

pub(crate) fn content() -> Vec<Dashboard> {
    serde_yaml_ng::from_str(include_str!("../../../demo/dashboards.yaml"))
        .unwrap_or_else(|error| panic!("demo/dashboards.yaml: {error}"))
}

/// Builds them.
pub(super) async fn tell(stage: &Stage<'_>, framework: &Framework) -> Result<(), DemoError> {
    for (place, dashboard) in content().iter().enumerate() {
        let tiles: Vec<Value> = dashboard.tiles.iter().map(|of| tile(of, framework)).collect();
        let body = json!({"title": dashboard.title.message(), "tiles": tiles, "shared": dashboard.shared});
        stage.post(maker(stage.people, &dashboard.by)?, "/dashboards", &format!("dashboard/{place}"), body).await?;
    }
    Ok(())
}

fn maker<'p>(people: &'p People, role: &str) -> Result<&'p Api, DemoError> {
    Ok(match role {
        "adviser" => &people.adviser,
        "component_head" => &people.component_head,
        "coordinator" => &people.coordinator,
        other => return Err(DemoError::Unexpected(format!("demo/dashboards.yaml: no {other} builds dashboards"))),
    })
}

fn tile(of: &Tile, framework: &Framework) -> Value {
    let text = (!of.en.is_empty()).then(|| json!({"en": of.en, "fr": of.fr}));
    let outcome = framework.lineages.get(&of.outcome).cloned().unwrap_or_default();
    let query = json!({"indicator_codes": of.indicators, "outcome": outcome, "events": of.events});
    json!({"kind": of.kind, "width": of.width, "text": text, "query": query})
}
