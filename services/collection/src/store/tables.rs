//! The tables that other programs read: Observations, Events and Areas.

use chassis::table::Source;

/// What of the state of an observation counts.
macro_rules! in_force {
    ($of:literal, $step:literal) => {
        concat!("coalesce(", $step, ".state, ", $of, ".recorded_state) IN ('submitted', 'verified', 'approved')")
    };
}

/// The last step of an observation at the moment.
macro_rules! last_step {
    ($of:literal, $step:literal) => {
        concat!(
            "LEFT JOIN LATERAL (SELECT s.state FROM observation_step s WHERE s.mission_id = ",
            $of,
            ".mission_id AND s.observation_id = ",
            $of,
            ".id AND s.at <= {moment} ORDER BY s.number DESC LIMIT 1) ",
            $step,
            " ON true "
        )
    };
}

/// Where their rows are.
pub const SOURCES: &[Source] = &[
    Source {
        table: "Observations",
        // The same observations as `series::in_force`: of several editions the last that counts; of several
        // classifications the highest that the caller may see.
        from: concat!(
            "observation o JOIN indicator i ON i.mission_id = o.mission_id AND i.id = o.indicator_id ",
            last_step!("o", "last"),
            "WHERE o.recorded_at <= {moment} AND ",
            in_force!("o", "last"),
            " AND NOT EXISTS (SELECT FROM observation n ",
            last_step!("n", "later"),
            "WHERE n.mission_id = o.mission_id AND n.cell = o.cell AND n.edition > o.edition \
             AND n.recorded_at <= {moment} AND ",
            in_force!("n", "later"),
            ") AND NOT EXISTS (SELECT FROM observation n ",
            last_step!("n", "later"),
            "WHERE n.mission_id = o.mission_id AND n.indicator_id = o.indicator_id AND n.first_day = o.first_day \
             AND n.area = o.area AND n.period = o.period AND n.slice = o.slice AND n.classification > 0 \
             AND n.classification > o.classification AND n.recorded_at <= {moment} AND ",
            in_force!("n", "later"),
            ")"
        ),
        columns: &[
            ("id", "o.id"),
            ("indicator_code", "i.code"),
            ("definition_version", "o.definition_version"),
            ("period", "o.period"),
            ("first_day", "o.first_day"),
            ("last_day", "o.last_day"),
            ("area_code", "nullif(o.area, '')"),
            ("slice", "nullif(o.slice, '')"),
            ("kind", "o.kind"),
            // A quotient beyond what a number holds is left out; the database would refuse the whole page.
            (
                "value",
                "CASE WHEN o.kind <> 'ratio' THEN o.value \
                 WHEN abs(o.denominator) >= 1e-100 AND abs(o.numerator) <= 1e200 THEN o.numerator / o.denominator END",
            ),
            ("numerator", "o.numerator"),
            ("denominator", "o.denominator"),
            ("level", "nullif(o.level, '')"),
            ("text", "nullif(o.text, '')"),
            ("state", "coalesce(last.state, o.recorded_state)"),
            ("verified", "coalesce(last.state, o.recorded_state) IN ('verified', 'approved')"),
            (
                "classification",
                "(ARRAY['unclassified', 'confidential', 'strictly_confidential'])\
                 [greatest(o.classification, i.classification) + 1]",
            ),
            ("reliability", "nullif(o.reliability, '')"),
            ("credibility", "nullif(o.credibility, 0)"),
            ("source", "nullif(o.source, '')"),
            ("note", "nullif(o.note, '')"),
            ("recorded_at", "o.recorded_at"),
            ("recorded_by", "o.recorded_by_name"),
        ],
    },
    Source {
        table: "Events",
        from: "geo_event e WHERE e.id NOT IN (SELECT id FROM geo_event_shadowed)",
        columns: &[
            ("id", "e.id"),
            ("source", "e.source"),
            ("external_id", "e.external_id"),
            ("kind", "e.kind"),
            ("sub_kind", "nullif(e.sub_kind, '')"),
            ("first_day", "e.first_day"),
            ("last_day", "e.last_day"),
            ("date_precision", "e.date_precision"),
            ("longitude", "e.longitude"),
            ("latitude", "e.latitude"),
            ("point_precision", "nullif(e.point_precision, '')"),
            ("place", "nullif(e.place, '')"),
            ("area_code", "nullif(e.area, '')"),
            ("deaths_best", "e.deaths_best"),
            ("deaths_low", "e.deaths_low"),
            ("deaths_high", "e.deaths_high"),
            ("deaths_civilians", "e.deaths_civilians"),
            ("actor_one", "nullif(e.actor_one, '')"),
            ("actor_two", "nullif(e.actor_two, '')"),
            ("notes", "nullif(e.notes, '')"),
            (
                "classification",
                "(ARRAY['unclassified', 'confidential', 'strictly_confidential'])[e.classification + 1]",
            ),
            ("recorded_at", "e.recorded_at"),
        ],
    },
    Source {
        table: "Areas",
        from: "area a WHERE TRUE",
        columns: &[
            ("id", "a.id"),
            ("code", "a.code"),
            ("name_en", "nullif(a.name_en, '')"),
            ("name_fr", "nullif(a.name_fr, '')"),
            ("level", "a.level"),
            ("parent_code", "nullif(a.parent_code, '')"),
            ("valid_from", "a.valid_from"),
            ("valid_to", "a.valid_to"),
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
