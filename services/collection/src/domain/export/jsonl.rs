//! JSON lines: an object for every observation. What is not there is `null`; numbers are numbers.

use serde_json::{Value, json};

use super::Row;

/// One observation and the end of its line.
pub fn row(text: &mut String, row: &Row) {
    let number = |number: Option<f64>| number.map_or(Value::Null, Value::from);
    let word = |word: &str| if word.is_empty() { Value::Null } else { Value::from(word) };
    let object = json!({
        "observation_id": row.id.to_string(),
        "indicator": row.indicator,
        "definition_version": row.definition_version,
        "period": row.period.to_string(),
        "first_day": row.first_day.to_string(),
        "last_day": row.last_day.to_string(),
        "area": row.area,
        "area_name": word(&row.area_name),
        "slice": row.slice,
        "kind": row.kind,
        "value": number(if row.kind == "ratio" { row.quotient() } else { row.value }),
        "numerator": number(row.numerator),
        "denominator": number(row.denominator),
        "level": word(&row.level),
        "text": word(&row.text),
        "state": row.state,
        "classification": row.classification.word(),
        "reliability": word(&row.reliability),
        "credibility": if row.credibility == 0 { Value::Null } else { row.credibility.into() },
        "source": word(&row.source),
        "note": word(&row.note),
        "recorded_at": row.recorded(),
    });
    text.push_str(&object.to_string());
    text.push('\n');
}
