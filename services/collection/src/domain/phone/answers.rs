//! From answers to what is observed.

use super::{Answered, WHOLE};
use crate::domain::definition::{Definition, Kind};

/// An answer as it is entered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Given {
    /// Empty: told from the parts.
    pub kind: String,
    pub slice: String,
    pub value: Option<f64>,
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
    pub level: String,
    pub text: String,
}

/// What an answer is.
#[derive(Debug, Clone, PartialEq)]
pub enum Judged {
    Given(Given),
    /// Kept in the instance, since the form is older than what the mission asks today. A sentence says why.
    Left(String),
    /// No answer to its question: the instance is refused.
    Wrong(String),
}

/// Judges an answer by the definition that its indicator has today; `None`: there is none that the sender may see.
pub fn given(answered: &Answered, definition: Option<&Definition>) -> Judged {
    let Some(definition) = definition else {
        return Judged::Left("The mission does not have this indicator any more.".to_owned());
    };
    let code = &definition.code;
    if let Err(sentence) = definition.takes_values() {
        return Judged::Left(sentence);
    }
    let slice = match answered.slice.parse::<cpas_proto::words::Slice>() {
        Ok(slice) => definition.known_slice(slice.pairs()),
        Err(error) => Err(format!("{error}.")),
    };
    let slice = match slice {
        Ok(slice) => slice.to_string(),
        Err(sentence) => return Judged::Left(sentence),
    };
    if !answered.without.is_empty() {
        return Judged::Given(Given { kind: answered.without.clone(), slice, ..Given::default() });
    }
    let is_ratio = !answered.numerator.is_empty() || !answered.denominator.is_empty();
    if is_ratio != (definition.kind == Kind::Ratio) {
        return Judged::Left(format!("{code} is measured in another way now than when the form was made."));
    }
    let given = Given { slice, ..Given::default() };
    let number = |said: &str| said.parse::<f64>().ok().filter(|number| number.is_finite());
    let wrong = |said: &str| Judged::Wrong(format!("{code}: \"{said}\" is not a number."));
    match definition.kind {
        Kind::Ratio => match (number(&answered.numerator), number(&answered.denominator)) {
            (None, _) if answered.numerator.is_empty() => Judged::Wrong(format!("{code}: the numerator is missing.")),
            (_, None) if answered.denominator.is_empty() => {
                Judged::Wrong(format!("{code}: the denominator is missing."))
            }
            (None, _) => wrong(&answered.numerator),
            (_, None) => wrong(&answered.denominator),
            (numerator, denominator) => Judged::Given(Given { numerator, denominator, ..given }),
        },
        Kind::Qualitative => Judged::Given(Given { text: answered.value.clone(), ..given }),
        Kind::Scale | Kind::Milestone => Judged::Given(Given { level: answered.value.clone(), ..given }),
        _ => match number(&answered.value) {
            Some(value) => Judged::Given(Given { value: Some(value), ..given }),
            None => wrong(&answered.value),
        },
    }
}

/// Why areas that were chosen make no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Nowhere {
    #[error("The instance does not say where. Nothing was stored.")]
    Nothing,
    #[error("{inner} does not lie in {outer}. Choose the area again from the top. Nothing was stored.")]
    Apart { outer: String, inner: String },
}

/// The place of areas chosen one in another: the innermost; empty: the mission as a whole. `lies_in` says whether an
/// area lies, or lay, in another.
///
/// # Errors
/// A sentence, when nothing was chosen or one does not lie in the one before.
pub fn place_of(areas: &[String], lies_in: impl Fn(&str, &str) -> bool) -> Result<String, Nowhere> {
    if let Some(pair) = areas.windows(2).find(|pair| !lies_in(&pair[1], &pair[0])) {
        return Err(Nowhere::Apart { outer: pair[0].clone(), inner: pair[1].clone() });
    }
    match areas.last().map(String::as_str) {
        None => Err(Nowhere::Nothing),
        Some(WHOLE) => Ok(String::new()),
        Some(area) => Ok(area.to_owned()),
    }
}
