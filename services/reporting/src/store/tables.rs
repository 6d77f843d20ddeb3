//! The tables that other programs read. Their rows are made for each question; the database filters and pages them.

use chassis::table::Source;

/// Of the mission.
pub const OF_MISSION: &[Source] = &[
    Source::given("Results"),
    Source::given("Standings"),
    Source::given("Recommendations"),
    Source::given("Papers"),
    Source::given("Dashboards"),
];

/// Of one dashboard.
pub const OF_DASHBOARD: &[Source] = &[
    Source::given("Tiles"),
    Source::given("TileValues"),
    Source::given("TileRecommendations"),
    Source::given("TileTasks"),
    Source::given("TileFindings"),
    Source::given("TileEvents"),
];

#[cfg(test)]
mod tests {
    use cpas_proto::tables::{TABLES, TILE_TABLES};

    use super::{OF_DASHBOARD, OF_MISSION};

    #[test]
    fn every_table_that_is_said_to_be_here_is() {
        let own = TABLES.iter().filter(|table| table.service == crate::NAME).map(|table| table.name);
        assert_eq!(own.collect::<Vec<_>>(), OF_MISSION.iter().map(|one| one.table).collect::<Vec<_>>());
        let own = TILE_TABLES.iter().map(|table| table.name);
        assert_eq!(own.collect::<Vec<_>>(), OF_DASHBOARD.iter().map(|one| one.table).collect::<Vec<_>>());
    }
}
