//! Dashboards that people of the mission built.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Stage;
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
pub(super) async fn tell(stage: &Stage<'_>) -> Result<(), DemoError> {
    for (place, dashboard) in content().iter().enumerate() {
        let tiles: Vec<Value> = dashboard.tiles.iter().map(tile).collect();
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

fn tile(of: &Tile) -> Value {
    let text = (!of.en.is_empty()).then(|| json!({"en": of.en, "fr": of.fr}));
    json!({"kind": of.kind, "width": of.width, "text": text, "query": {"indicator_codes": of.indicators}})
}
