//! The sets of rows of a service: a mission's tables, or what stands behind the tiles of a dashboard.

use cpas_proto::{
    reporting::v1::Dashboard,
    tables::{TABLES, TILE_TABLES, Table},
    words::Language,
};

/// A set of rows.
#[derive(Debug, Clone)]
pub struct Set {
    /// As it stands in addresses.
    pub name: String,
    /// What people call it; empty: its name.
    pub title: String,
    pub table: &'static Table,
    /// The tile whose rows they are; empty: of all.
    pub tile: String,
}

/// All sets of a service, and what their types are called together.
#[derive(Debug, Clone)]
pub struct Model {
    pub sets: Vec<Set>,
    tables: &'static [Table],
}

impl Model {
    /// The tables of a mission.
    pub fn of_mission() -> Self {
        Self { sets: TABLES.iter().map(whole).collect(), tables: TABLES }
    }

    /// The tables of a dashboard, and of each of its tiles those that stand behind it.
    pub fn of_dashboard(dashboard: &Dashboard, language: Language) -> Self {
        let mut sets: Vec<Set> = TILE_TABLES.iter().map(whole).collect();
        for tile in &dashboard.tiles {
            let title = tile.title.as_ref().map(|title| title.in_language(language)).unwrap_or_default();
            let codes = tile.query.as_ref().map(|query| query.indicator_codes.join(", ")).unwrap_or_default();
            let title = if title.is_empty() { codes.as_str() } else { title };
            // A name has no hyphens, and ids have no capitals: no two tiles share one.
            let name = format!("tile_{}", tile.id.replace('-', "_"));
            let more = |name: String, table: &str| {
                let table = TILE_TABLES.iter().find(|own| own.name == table)?;
                Some(Set { name, title: title.to_owned(), table, tile: tile.id.clone() })
            };
            let has_events = tile.query.as_ref().is_some_and(|query| query.events);
            match tile.kind.as_str() {
                "text" => {}
                "tasks" => sets.extend(more(name, "TileTasks")),
                "recommendations" => sets.extend(more(name, "TileRecommendations")),
                "outcome" => {
                    sets.extend(more(format!("{name}_Indicators"), "TileValues"));
                    sets.extend(more(name, "TileFindings"));
                }
                _ => {
                    sets.extend(has_events.then(|| more(format!("{name}_Events"), "TileEvents")).flatten());
                    sets.extend(more(name, "TileValues"));
                }
            }
        }
        Self { sets, tables: TILE_TABLES }
    }

    /// The types of the rows.
    pub const fn tables(&self) -> &'static [Table] {
        self.tables
    }

    /// The set of a name.
    pub fn named(&self, name: &str) -> Option<&Set> {
        self.sets.iter().find(|set| set.name == name)
    }
}

impl Set {
    /// One sentence, or a title and one.
    pub fn about(&self) -> String {
        match self.title.as_str() {
            "" => self.table.about.to_owned(),
            title => format!("{title}: {}", self.table.about),
        }
    }
}

fn whole(table: &'static Table) -> Set {
    Set { name: table.name.to_owned(), title: String::new(), table, tile: String::new() }
}

#[cfg(test)]
pub mod tests {
    use cpas_proto::{
        common::v1::Text,
        reporting::v1::{DashboardQuery, DashboardTile},
    };

    use super::*;

    /// A dashboard with tiles of several kinds.
    pub fn board() -> Dashboard {
        let tile = |id: &str, kind: &str, events: bool| DashboardTile {
            id: id.to_owned(),
            kind: kind.to_owned(),
            title: Some(Text::of(format!("Tile <{id}>"), "")),
            query: Some(DashboardQuery { events, ..Default::default() }),
            ..Default::default()
        };
        let tiles = vec![
            tile("t1", "number", false),
            tile("t-2", "map", true),
            tile("t3", "outcome", false),
            tile("t4", "text", false),
            tile("t5", "tasks", false),
        ];
        Dashboard { tiles, ..Default::default() }
    }

    #[test]
    fn each_tile_has_the_sets_of_its_kind_under_names_of_their_own() {
        let model = Model::of_dashboard(&board(), Language::En);
        let own: Vec<(&str, &str)> =
            model.sets[TILE_TABLES.len()..].iter().map(|set| (set.name.as_str(), set.table.name)).collect();
        assert_eq!(
            own,
            [
                ("tile_t1", "TileValues"),
                ("tile_t_2_Events", "TileEvents"),
                ("tile_t_2", "TileValues"),
                ("tile_t3_Indicators", "TileValues"),
                ("tile_t3", "TileFindings"),
                ("tile_t5", "TileTasks"),
            ]
        );
        let names: std::collections::BTreeSet<&str> = model.sets.iter().map(|set| set.name.as_str()).collect();
        assert_eq!(names.len(), model.sets.len());
        let simple = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        assert!(names.iter().all(|name| simple(name)), "{names:?}");
        assert_eq!(model.named("tile_t_2").map(|set| set.tile.as_str()), Some("t-2"));
    }
}
