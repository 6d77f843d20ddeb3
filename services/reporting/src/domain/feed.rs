//! Rows of the tables that other programs read, as JSON objects by the names of the columns.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use cpas_proto::{common::v1::Text, words::Period};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

/// A row that is being written; what is not said of it is absent.
#[derive(Debug, Default)]
pub struct Row(Map<String, Value>);

impl Row {
    /// A row that is known by what it speaks of: the same words give the same id.
    pub fn of(about: &[&str]) -> Self {
        Self::default().id("id", Some(id_of(about)))
    }

    /// A row of a record.
    pub fn of_record(id: &str) -> Self {
        Self::default().id("id", Some(record_id(id)))
    }

    /// An empty text is none.
    pub fn text(self, name: &str, text: &str) -> Self {
        self.put(name, (!text.is_empty()).then(|| text.into()))
    }

    /// In both languages.
    pub fn texts(self, name: &str, text: Option<&Text>) -> Self {
        let (en, fr) = text.map_or(("", ""), |text| (text.en.as_str(), text.fr.as_str()));
        self.text(&format!("{name}_en"), en).text(&format!("{name}_fr"), fr)
    }

    pub fn number(self, name: &str, number: Option<f64>) -> Self {
        self.put(name, number.filter(|number| number.is_finite()).map(Into::into))
    }

    pub fn count(self, name: &str, count: usize) -> Self {
        self.put(name, Some(i32::try_from(count).unwrap_or(i32::MAX).into()))
    }

    pub fn flag(self, name: &str, flag: bool) -> Self {
        self.put(name, Some(flag.into()))
    }

    /// The day that a text begins with; absent where it is none.
    pub fn day(self, name: &str, text: &str) -> Self {
        let day = text.get(..10).and_then(|day| day.parse::<NaiveDate>().ok());
        self.put(name, day.map(|day| day.to_string().into()))
    }

    pub fn instant(self, name: &str, at: Option<DateTime<Utc>>) -> Self {
        self.put(name, at.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true).into()))
    }

    /// An instant as a record writes it.
    pub fn written_instant(self, name: &str, at: &str) -> Self {
        self.instant(name, DateTime::parse_from_rfc3339(at).ok().map(|at| at.to_utc()))
    }

    pub fn id(self, name: &str, id: Option<Uuid>) -> Self {
        self.put(name, id.map(|id| id.to_string().into()))
    }

    /// The period, and its days.
    pub fn period(self, period: &str, fiscal_start_month: u32) -> Self {
        let days = period.parse::<Period>().ok().map(|period| {
            (period.first_day(fiscal_start_month).to_string(), period.last_day(fiscal_start_month).to_string())
        });
        let (first, last) = days.unzip();
        self.text("period", period).put("first_day", first.map(Into::into)).put("last_day", last.map(Into::into))
    }

    fn put(mut self, name: &str, value: Option<Value>) -> Self {
        // No text of a database has this character.
        let value = match value {
            Some(Value::String(text)) if text.contains('\0') => Some(text.replace('\0', "").into()),
            value => value,
        };
        self.0.extend(value.map(|value| (name.to_owned(), value)));
        self
    }
}

/// Rows as one text.
pub fn written(rows: Vec<Row>) -> String {
    Value::from(rows.into_iter().map(|row| Value::Object(row.0)).collect::<Vec<_>>()).to_string()
}

/// The id of a record; one that has another kind of id is known by its words.
pub fn record_id(id: &str) -> Uuid {
    id.parse().unwrap_or_else(|_| id_of(&[id]))
}

/// The id of what has none: of its words, and always the same.
fn id_of(about: &[&str]) -> Uuid {
    let mut hash = Sha256::new();
    for word in about {
        hash.update((word.len() as u64).to_be_bytes());
        hash.update(word.as_bytes());
    }
    let hash = hash.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_what_is_there_and_nothing_else() {
        let row = Row::of(&["t1", "A"])
            .text("code", "A\0")
            .text("unit", "")
            .texts("name", Some(&Text::of("Name", "")))
            .number("value", Some(0.0))
            .number("other", Some(f64::NAN))
            .day("due", "2024-05-01T10:00:00Z")
            .day("start", "soon")
            .period("2024-Q1", 7);
        let told: Value = serde_json::from_str(&written(vec![row])).expect("JSON");
        let id = told[0]["id"].as_str().expect("an id").to_owned();
        assert_eq!(
            told,
            serde_json::json!([{
                "id": id, "code": "A", "name_en": "Name", "value": 0.0, "due": "2024-05-01", "period": "2024-Q1",
                "first_day": "2024-01-01", "last_day": "2024-03-31"
            }])
        );
    }

    #[test]
    fn the_same_words_give_the_same_id_and_others_another() {
        assert_eq!(id_of(&["a", "b"]), id_of(&["a", "b"]));
        assert_ne!(id_of(&["a", "b"]), id_of(&["ab", ""]));
        assert_eq!(
            record_id("0190b3d0-0000-7000-8000-000000000000").to_string(),
            "0190b3d0-0000-7000-8000-000000000000"
        );
        assert_eq!(record_id("r1"), record_id("r1"));
    }
}
