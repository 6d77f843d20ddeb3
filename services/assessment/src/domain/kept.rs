//! How what was pinned is written, so that what is read years later is what was written, to the last bit.
//!
//! A number of more than fifteen digits may be missed by one in the last place when it is read as a number, as sums of tenths
//! and means are; and a zero below zero loses its sign in the database. Such numbers are written as `{"exact": "0.1…"}`, all
//! others as they are, so that what was written before is read as it was.
//!
//! Use as `#[serde(with = "kept")]`.

use serde::{
    Deserialize as _, Deserializer, Serialize, Serializer, de::DeserializeOwned, de::Error as _, ser::Error as _,
};
use serde_json::{Map, Number, Value};

/// The one key of a number that is written as a text.
const EXACT: &str = "exact";
/// Significant digits of which any decimal is read as what was written.
const DIGITS_MAX: usize = 15;
/// Powers of ten between which it is.
const POWER_MAX: i32 = 15;

/// Writes it.
pub fn serialize<T: Serialize, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut written = serde_json::to_value(value).map_err(S::Error::custom)?;
    each(&mut written, &|number| {
        is_at_risk(number).then(|| Value::from(Map::from_iter([(EXACT.to_owned(), Value::from(number.to_string()))])))
    });
    written.serialize(serializer)
}

/// Reads it back.
pub fn deserialize<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut written = Value::deserialize(deserializer)?;
    restore(&mut written);
    T::deserialize(written).map_err(D::Error::custom)
}

/// Puts something else in the place of numbers that are no whole ones.
fn each(value: &mut Value, instead: &impl Fn(f64) -> Option<Value>) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(|one| each(one, instead)),
        Value::Object(all) => all.values_mut().for_each(|one| each(one, instead)),
        Value::Number(number) if number.is_f64() => {
            if let Some(other) = number.as_f64().and_then(instead) {
                *value = other;
            }
        }
        _ => {}
    }
}

fn restore(value: &mut Value) {
    if let Some(number) = exact(value) {
        *value = number;
        return;
    }
    match value {
        Value::Array(all) => all.iter_mut().for_each(restore),
        Value::Object(all) => all.values_mut().for_each(restore),
        _ => {}
    }
}

/// The number that an object of the one key stands for.
fn exact(value: &Value) -> Option<Value> {
    let fields = value.as_object().filter(|fields| fields.len() == 1)?;
    let number: f64 = fields.get(EXACT)?.as_str()?.parse().ok()?;
    Number::from_f64(number).map(Value::Number)
}

/// Whether a decimal as short as can be may be read as another number.
fn is_at_risk(number: f64) -> bool {
    if number == 0.0 {
        return number.is_sign_negative();
    }
    let written = format!("{number:e}");
    let (digits, power) = written.split_once('e').unwrap_or((&written, "0"));
    let count = digits.chars().filter(char::is_ascii_digit).count();
    count > DIGITS_MAX || power.parse::<i32>().map_or(true, |power| power.abs() > POWER_MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Pinned {
        #[serde(with = "super")]
        values: Vec<(String, Option<f64>)>,
    }

    #[test]
    fn most_numbers_are_written_as_they_are_and_read_where_they_were_written_before() {
        let pinned = Pinned {
            values: vec![
                ("2024".to_owned(), Some(12.5)),
                ("exact".to_owned(), None),
                ("x".to_owned(), Some(0.1 + 0.2)),
            ],
        };
        let written = serde_json::to_string(&pinned).expect("JSON");
        assert_eq!(written, r#"{"values":[["2024",12.5],["exact",null],["x",{"exact":"0.30000000000000004"}]]}"#);
        assert_eq!(serde_json::from_str::<Pinned>(&written).expect("ours"), pinned);
        let before: Pinned = serde_json::from_str(r#"{"values":[["2024",12.5],["x",3]]}"#).expect("written before");
        assert_eq!(before.values, [("2024".to_owned(), Some(12.5)), ("x".to_owned(), Some(3.0))]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]
        #[test]
        fn what_is_read_is_what_was_written_to_the_bit(
            value in prop_oneof![
                any::<f64>().prop_filter("finite", |value| value.is_finite()),
                -1e6f64..1e6, (0u32..100_000).prop_map(|tenths| f64::from(tenths) / 10.0), Just(-0.0), Just(1e22), Just(5e-324),
            ],
        ) {
            let pinned = Pinned { values: vec![(String::new(), Some(value))] };
            let read: Pinned = serde_json::from_str(&serde_json::to_string(&pinned).expect("JSON")).expect("ours");
            prop_assert_eq!(read.values[0].1.expect("it").to_bits(), value.to_bits());
        }
    }
}
