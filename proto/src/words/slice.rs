//! Slices: one combination of disaggregation categories, or the total.

use std::{collections::BTreeMap, fmt, str::FromStr};

/// One combination of categories, `age=15-24,sex=f`; the empty slice is the total.
///
/// Dimensions are kept in alphabetical order, so that equal slices are equal texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Slice(BTreeMap<String, String>);

/// A text that is not a slice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a slice; write dimension=category pairs separated by commas, like sex=f,age=15-24")]
pub struct NotASlice(pub String);

impl Slice {
    /// The total.
    pub fn total() -> Self {
        Self::default()
    }

    /// True for the total.
    pub fn is_total(&self) -> bool {
        self.0.is_empty()
    }

    /// Category in one dimension, `None` where the slice does not speak of it.
    pub fn category(&self, dimension: &str) -> Option<&str> {
        self.0.get(dimension).map(String::as_str)
    }

    /// Dimensions and categories in alphabetical order of the dimension.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(dimension, category)| (dimension.as_str(), category.as_str()))
    }

    /// The dimensions it speaks of.
    pub fn dimensions(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl FromIterator<(String, String)> for Slice {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl FromStr for Slice {
    type Err = NotASlice;

    fn from_str(text: &str) -> Result<Self, NotASlice> {
        let refused = || NotASlice(text.to_owned());
        let mut pairs = BTreeMap::new();
        for pair in text.split([',', ';']).map(str::trim).filter(|pair| !pair.is_empty()) {
            let (dimension, category) = pair.split_once('=').ok_or_else(refused)?;
            let (dimension, category) = (dimension.trim(), category.trim());
            if dimension.is_empty() || category.is_empty() {
                return Err(refused());
            }
            if pairs.insert(dimension.to_owned(), category.to_owned()).is_some() {
                return Err(refused());
            }
        }
        Ok(Self(pairs))
    }
}

impl fmt::Display for Slice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (dimension, category)) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(",")?;
            }
            write!(f, "{dimension}={category}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_is_the_same_in_any_order() {
        let one: Slice = "sex=f, age=15-24".parse().expect("a slice");
        let other: Slice = "age=15-24;sex=f".parse().expect("a slice");
        assert_eq!(one, other);
        assert_eq!(one.to_string(), "age=15-24,sex=f");
        assert!("".parse::<Slice>().expect("the total").is_total());
    }

    #[test]
    fn what_is_no_slice_is_refused() {
        for text in ["f", "sex=", "=f", "sex=f,sex=m"] {
            assert!(text.parse::<Slice>().is_err(), "{text}");
        }
    }
}
