//! One number over all rows of the read model: the same rows give the same number.

use sqlx::PgConnection;

/// SHA-256 in hexadecimal over all rows that the caller may see, in order of their keys. Nothing in it
/// depends on when or in which order events arrived, nor on the generation.
pub async fn of(connection: &mut PgConnection, generation: i32) -> Result<String, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT encode(sha256(coalesce(string_agg(print, ''::bytea ORDER BY key COLLATE \"C\"), ''::bytea)), 'hex') FROM (\
         SELECT jsonb_build_array('record', kind, id)::text AS key, \
           sha256(convert_to(jsonb_build_array(kind, id, code, state, parent, version, recorded_at AT TIME ZONE 'UTC', \
             classification)::text, 'UTF8') || body) AS print FROM record WHERE generation = $1 \
         UNION ALL SELECT jsonb_build_array('series', indicator_code, area, slice)::text, \
           sha256(convert_to(jsonb_build_array(indicator_code, area, slice, frequency, observations, points, \
             classification)::text, 'UTF8')) FROM series WHERE generation = $1 \
         UNION ALL SELECT jsonb_build_array('touched', indicator_code)::text, \
           sha256(convert_to(jsonb_build_array(indicator_code, classification)::text, 'UTF8')) \
           FROM touched WHERE generation = $1 \
         UNION ALL SELECT jsonb_build_array('reached', kind, id, state)::text, \
           sha256(convert_to(jsonb_build_array(kind, id, state, at AT TIME ZONE 'UTC', classification)::text, 'UTF8')) \
           FROM reached WHERE generation = $1 \
         UNION ALL SELECT jsonb_build_array('standing', indicator_id, classification)::text, \
           sha256(convert_to(jsonb_build_array(indicator_id, classification, clearance_max, code, in_use, about, frequency, status, \
             since_last, latest_period, fell, rated, share, observations)::text, 'UTF8')) FROM standing WHERE generation = $1 \
         UNION ALL SELECT jsonb_build_array('waiting', state, classification)::text, \
           sha256(convert_to(jsonb_build_array(state, classification, observations)::text, 'UTF8')) \
           FROM waiting WHERE generation = $1 \
         UNION ALL SELECT jsonb_build_array('change', event_id)::text, \
           sha256(convert_to(jsonb_build_array(event_id, at AT TIME ZONE 'UTC', what, record_id, text_en, text_fr, path, \
             published, classification)::text, 'UTF8')) FROM change WHERE generation = $1) rows",
    )
    .bind(generation)
    .fetch_one(connection)
    .await
}
