//! Events as a GeoJSON FeatureCollection of points (RFC 7946, WGS 84).

use serde_json::json;

use super::Event;

/// Before the first event.
pub const HEAD: &str = "{\"type\":\"FeatureCollection\",\"features\":[";
/// After the last.
pub const TAIL: &str = "\n]}\n";

/// One event.
pub fn event(text: &mut String, is_first: bool, event: &Event) {
    let feature = json!({
        "type": "Feature",
        "id": event.id.to_string(),
        "geometry": {"type": "Point", "coordinates": [event.longitude, event.latitude]},
        "properties": {
            "source": event.source,
            "external_id": event.external_id,
            "kind": event.kind,
            "sub_kind": event.sub_kind,
            "date": event.date,
            "date_precision": event.date_precision,
            "point_precision": event.point_precision,
            "place": event.place,
            "area": event.area,
            "deaths_best": event.deaths_best,
            "deaths_low": event.deaths_low,
            "deaths_high": event.deaths_high,
            "deaths_civilians": event.deaths_civilians,
            "actor_one": event.actor_one,
            "actor_two": event.actor_two,
            "notes": event.notes,
            "classification": event.classification.word(),
        },
    });
    text.push_str(if is_first { "\n" } else { ",\n" });
    text.push_str(&feature.to_string());
}
