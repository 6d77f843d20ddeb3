//! Numbers that are kept as texts, so that what is read is what was written, to the last bit: the
//! shortest decimal that gives the same number back, which a JSON number read in a hurry may miss by one.
//!
//! Use as `#[serde(with = "exact")]` on a number, one that may be absent, or a list of either.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned, de::Error as _};

/// What is written as texts.
pub trait Exactly: Sized {
    type Texts: Serialize + DeserializeOwned;

    fn texts(&self) -> Self::Texts;
    /// Reads them back; one that is no finite number is refused.
    fn read(texts: Self::Texts) -> Result<Self, String>;
}

/// Writes numbers as texts.
pub fn serialize<T: Exactly, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.texts().serialize(serializer)
}

/// Reads them back.
pub fn deserialize<'de, T: Exactly, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::read(T::Texts::deserialize(deserializer)?).map_err(D::Error::custom)
}

impl Exactly for f64 {
    type Texts = String;

    fn texts(&self) -> String {
        self.to_string()
    }

    fn read(text: String) -> Result<Self, String> {
        match text.parse::<Self>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ => Err(format!("\"{text}\" is no finite number")),
        }
    }
}

impl<T: Exactly> Exactly for Option<T> {
    type Texts = Option<T::Texts>;

    fn texts(&self) -> Self::Texts {
        self.as_ref().map(T::texts)
    }

    fn read(texts: Self::Texts) -> Result<Self, String> {
        texts.map(T::read).transpose()
    }
}

impl<T: Exactly> Exactly for Vec<T> {
    type Texts = Vec<T::Texts>;

    fn texts(&self) -> Self::Texts {
        self.iter().map(T::texts).collect()
    }

    fn read(texts: Self::Texts) -> Result<Self, String> {
        texts.into_iter().map(T::read).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Kept {
        #[serde(with = "super")]
        values: Vec<Option<f64>>,
    }

    #[test]
    fn what_is_no_finite_number_is_refused() {
        for wrong in ["inf", "NaN", "many", ""] {
            assert!(serde_json::from_str::<Kept>(&format!(r#"{{"values":["{wrong}"]}}"#)).is_err(), "{wrong}");
        }
        assert!(serde_json::from_str::<Kept>(r#"{"values":[3]}"#).is_err(), "a number is no text");
        assert_eq!(serde_json::from_str::<Kept>(r#"{"values":[null]}"#).expect("nothing").values, [None]);
    }

    proptest! {
        #[test]
        fn every_finite_number_comes_back_to_the_bit(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            let text = serde_json::to_string(&Kept { values: vec![Some(value)] }).expect("JSON");
            let back = serde_json::from_str::<Kept>(&text).expect("our own").values[0].expect("a number");
            prop_assert_eq!(back.to_bits(), value.to_bits());
        }
    }
}
