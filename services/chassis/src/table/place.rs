//! Where a page ended, as a cursor: the values that its last row is ordered by, and the moment.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use cpas_proto::tables::{Column, Kind, Value, is_year};

/// Longest cursor, in bytes.
const CURSOR_BYTES_MAX: usize = 16 * 1024;

/// A value of the last row; `None`: it was absent.
pub type Found = Option<Value>;

/// The cursor of a place, which is a JSON array of texts and nulls as the database wrote it.
pub fn cursor(place: &str, moment: &str) -> String {
    // Two texts; it cannot fail.
    BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&(moment, place)).unwrap_or_default())
}

/// The values of a cursor for the columns of an order, and its moment; `None`: it is of another list.
pub fn read(cursor: &str, order: &[(&'static Column, bool)]) -> Option<(Vec<Found>, String)> {
    if cursor.len() > CURSOR_BYTES_MAX {
        return None;
    }
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (moment, place): (String, String) = serde_json::from_slice(&bytes).ok()?;
    DateTime::parse_from_rfc3339(&moment).ok()?;
    let place: Vec<Option<String>> = serde_json::from_str(&place).ok()?;
    if place.len() != order.len() {
        return None;
    }
    let values = place.into_iter().zip(order).map(|(text, (column, _))| match text {
        None => column.nullable.then_some(None),
        Some(text) => value(column.kind, text).map(Some),
    });
    Some((values.collect::<Option<_>>()?, moment))
}

fn value(kind: Kind, text: String) -> Option<Value> {
    Some(match kind {
        Kind::Text => Value::Text(text),
        Kind::Number | Kind::Count => Value::Number(text.parse().ok().filter(|number: &f64| number.is_finite())?),
        Kind::Flag => Value::Flag(text.parse().ok()?),
        Kind::Day => Value::Day(text.parse().ok().filter(|day: &NaiveDate| is_year(day.year()))?),
        Kind::Instant => Value::Instant(text.parse().ok().filter(|instant: &DateTime<Utc>| is_year(instant.year()))?),
        Kind::Id => Value::Id(text.parse().ok()?),
    })
}

#[cfg(test)]
mod tests {
    use cpas_proto::tables::Table;

    use super::*;

    fn order(names: &[&str]) -> Vec<(&'static Column, bool)> {
        let table = Table::named("Observations").expect("the table");
        names.iter().map(|name| (table.column(name).expect("a column"), false)).collect()
    }

    #[test]
    fn a_place_is_read_back_for_the_same_order_only() {
        let id = "0190b3d0-0000-7000-8000-000000000000";
        let made = cursor(&format!("[\"0.1\", null, \"{id}\"]"), "2026-01-02T03:04:05.000006Z");
        let (values, moment) = read(&made, &order(&["value", "area_code", "id"])).expect("a place");
        assert_eq!(moment, "2026-01-02T03:04:05.000006Z");
        assert_eq!(values, [Some(Value::Number(0.1)), None, Some(Value::Id(id.parse().expect("an id")))]);
        assert!(read(&made, &order(&["value", "id"])).is_none(), "another order");
        assert!(read(&made, &order(&["first_day", "area_code", "id"])).is_none(), "another kind");
        assert!(read(&made, &order(&["value", "kind", "id"])).is_none(), "never absent");
        for broken in ["", "x", "e30", &made[1..]] {
            assert!(read(broken, &order(&["id"])).is_none(), "{broken}");
        }
    }
}
