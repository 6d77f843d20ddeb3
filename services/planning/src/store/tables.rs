//! The tables that other programs read: Indicators and Targets.

use chassis::table::Source;

/// Where their rows are.
pub const SOURCES: &[Source] = &[
    Source {
        table: "Indicators",
        from: "indicators i WHERE TRUE",
        columns: &[
            ("id", "i.id"),
            ("code", "i.code"),
            ("name_en", "nullif(i.definition->'name'->>'en', '')"),
            ("name_fr", "nullif(i.definition->'name'->>'fr', '')"),
            ("level", "i.definition->>'level'"),
            ("kind", "i.definition->>'kind'"),
            ("unit", "nullif(i.definition->>'unit', '')"),
            ("direction", "i.definition->>'direction'"),
            ("over_time", "i.definition->>'over_time'"),
            ("over_areas", "i.definition->>'over_areas'"),
            ("frequency", "i.definition->>'frequency'"),
            ("baseline_value", "(i.definition->'baseline'->>'value')::double precision"),
            ("baseline_period", "i.definition->'baseline'->>'period'"),
            ("owner_section", "nullif(i.definition->>'owner_section', '')"),
            ("state", "i.state"),
            ("definition_version", "i.definition_version"),
            (
                "classification",
                "(ARRAY['unclassified', 'confidential', 'strictly_confidential'])[i.classification + 1]",
            ),
            ("recorded_at", "i.recorded_at"),
        ],
    },
    Source {
        table: "Targets",
        // The join hides targets of indicators that the caller may not see.
        from: "targets t JOIN indicators i ON i.mission_id = t.mission_id AND i.id = t.indicator_id \
               WHERE NOT EXISTS (SELECT FROM targets later WHERE later.mission_id = t.mission_id \
               AND later.id = t.id AND later.version > t.version)",
        columns: &[
            ("id", "t.id"),
            ("indicator_code", "i.code"),
            ("period", "t.period"),
            ("area_code", "nullif(t.area, '')"),
            ("slice", "nullif(t.slice, '')"),
            ("value", "t.value"),
            ("low", "t.low"),
            ("high", "t.high"),
            ("reason", "nullif(t.reason, '')"),
            ("recorded_at", "t.recorded_at"),
            ("recorded_by", "t.recorded_by_name"),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::SOURCES;

    #[test]
    fn every_column_has_its_sql() {
        let wrong: Vec<String> = SOURCES.iter().flat_map(chassis::table::Source::check).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
