//! Dashboards and their tiles, from and to the protocol.

use chassis::Failure;
use chrono::{DateTime, SecondsFormat, Utc};
use cpas_proto::{reporting::v1 as pb, words::Classification};

use crate::{
    Error,
    app::WrittenDashboard,
    domain::{
        dashboard::Dashboard,
        text::{TITLE_CHARS_MAX, Text},
        tile::{Filters, Tile, TileQuery, WrittenFilters, WrittenTile},
    },
};

/// A dashboard that somebody sends.
pub(super) fn written(request: pb::DraftDashboardRequest) -> Result<WrittenDashboard, Failure> {
    let pb::DraftDashboardRequest { title, tiles, filters, shared, classification } = request;
    let title: Text = title.unwrap_or_default().into();
    let title = Text::parse("title", &title.en, &title.fr, TITLE_CHARS_MAX).map_err(Error::from)?;
    let classification = Classification::parse_or_unclassified(&classification)
        .map_err(|error| Failure::bad_field("classification", error))?;
    let filters = written_filters(filters.unwrap_or_default());
    Ok(WrittenDashboard { title, tiles: written_tiles(tiles), filters, shared, classification })
}

pub(super) fn written_tiles(tiles: Vec<pb::DashboardTile>) -> Vec<WrittenTile> {
    let tile = |tile: pb::DashboardTile| {
        let query = tile.query.unwrap_or_default();
        WrittenTile {
            id: tile.id,
            kind: tile.kind,
            width: tile.width,
            title: tile.title.unwrap_or_default().into(),
            text: tile.text.unwrap_or_default().into(),
            query: TileQuery {
                indicator_codes: query.indicator_codes,
                area: query.area,
                level: query.level,
                dimensions: query.dimensions,
                most: query.most,
                outcome: query.outcome,
                events: query.events,
            },
        }
    };
    tiles.into_iter().map(tile).collect()
}

pub(super) fn written_filters(filters: pb::DashboardFilters) -> WrittenFilters {
    let pb::DashboardFilters { from, until, area, component, marker } = filters;
    WrittenFilters { from, until, area, component, marker }
}

impl From<&Filters> for pb::DashboardFilters {
    fn from(of: &Filters) -> Self {
        Self {
            from: of.from.map(|period| period.to_string()).unwrap_or_default(),
            until: of.until.map(|period| period.to_string()).unwrap_or_default(),
            area: of.area.clone(),
            component: of.component.map(|component| component.word().to_owned()).unwrap_or_default(),
            marker: of.marker.clone(),
        }
    }
}

impl From<&Tile> for pb::DashboardTile {
    fn from(of: &Tile) -> Self {
        let query = pb::DashboardQuery {
            indicator_codes: of.query.indicator_codes.clone(),
            area: of.query.area.clone(),
            level: of.query.level,
            dimensions: of.query.dimensions.clone(),
            most: of.query.most,
            outcome: of.query.outcome.clone(),
            events: of.query.events,
        };
        Self {
            id: of.id.clone(),
            kind: of.kind.word().to_owned(),
            width: of.width,
            title: (!of.title.is_blank()).then(|| (&of.title).into()),
            text: (!of.text.is_blank()).then(|| (&of.text).into()),
            query: Some(query),
        }
    }
}

/// Without what depends on who looks.
impl From<&Dashboard> for pb::Dashboard {
    fn from(of: &Dashboard) -> Self {
        Self {
            id: of.id.to_string(),
            title: Some((&of.title).into()),
            tiles: of.tiles.iter().map(Into::into).collect(),
            filters: Some((&of.filters).into()),
            shared: of.shared,
            version: of.version,
            made_by: of.made_by.clone(),
            recorded_by: of.recorded_by.clone(),
            recorded_at: instant(of.recorded_at),
            classification: of.classification.word().to_owned(),
            mine: false,
            may_change: false,
            removed_at: of.removed_at.map(instant).unwrap_or_default(),
        }
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}
