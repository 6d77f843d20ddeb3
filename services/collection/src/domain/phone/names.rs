//! Names of forms and of their questions.
//!
//! A question's name says by itself which indicator, slice and part it is about. So an instance that was filled with
//! any older version of a form is read without that version.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// Longest readable part of a form's id, in characters.
const READABLE_CHARS_MAX: usize = 40;

/// What of a value a question asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Value,
    Numerator,
    Denominator,
}

impl Part {
    const fn letter(self) -> char {
        match self {
            Self::Value => 'v',
            Self::Numerator => 'n',
            Self::Denominator => 'd',
        }
    }
}

/// Id of a section's form: readable, and the same for ever.
pub fn of_form(section: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
    let words: String = section.chars().map(plain).collect();
    let readable: String = words.split_whitespace().collect::<Vec<_>>().join("-");
    let readable: String = readable.chars().take(READABLE_CHARS_MAX).collect();
    let digest = hex(&Sha256::digest(section.as_bytes())[..4]);
    if readable.is_empty() { format!("section-{digest}") } else { format!("{readable}-{digest}") }
}

/// Name of the group of an indicator's questions.
pub fn of_indicator(id: Uuid) -> String {
    format!("i_{}", id.simple())
}

/// The indicator of a group; `None` for what is no such name.
pub fn indicator(name: &str) -> Option<Uuid> {
    Uuid::try_parse(name.strip_prefix("i_")?).ok()
}

/// Name of the question about a slice, "age=15-24,sex=f"; empty: the total.
pub fn of_field(part: Part, slice: &str) -> String {
    let mut name = format!("{}_", part.letter());
    for byte in slice.bytes() {
        if byte.is_ascii_alphanumeric() {
            name.push(char::from(byte));
        } else {
            name.push('_');
            name.push_str(&hex(&[byte]));
        }
    }
    name
}

/// Part and slice of a question; `None` for what is no such name.
pub fn field(name: &str) -> Option<(Part, String)> {
    let (part, rest) = name.split_at_checked(2)?;
    let part = match part {
        "v_" => Part::Value,
        "n_" => Part::Numerator,
        "d_" => Part::Denominator,
        _ => return None,
    };
    let mut bytes = Vec::with_capacity(rest.len());
    let mut left = rest;
    while let Some(next) = left.chars().next() {
        if next == '_' {
            bytes.push(u8::from_str_radix(left.get(1..3)?, 16).ok()?);
            left = &left[3..];
        } else if next.is_ascii_alphanumeric() {
            bytes.push(next as u8);
            left = &left[1..];
        } else {
            return None;
        }
    }
    Some((part, String::from_utf8(bytes).ok()?))
}

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_form_keeps_its_id_and_two_sections_have_two() {
        assert_eq!(of_form("Human Rights"), of_form("Human Rights"));
        assert!(of_form("Human Rights").starts_with("human-rights-"));
        assert_ne!(of_form("Human Rights"), of_form("Human  Rights"));
        assert!(of_form("人权").starts_with("section-"));
    }

    #[test]
    fn names_are_names_of_xml_and_read_back() {
        let name = of_field(Part::Value, "age=15-24,sex=f");
        assert_eq!(name, "v_age_3d15_2d24_2csex_3df");
        assert_eq!(field(&name), Some((Part::Value, "age=15-24,sex=f".to_owned())));
        for wrong in ["", "v", "x_1", "v_a=b", "v_1_", "v_1_zz", "n_é"] {
            assert_eq!(field(wrong), None, "{wrong}");
        }
        let id = Uuid::from_u128(7);
        assert_eq!(indicator(&of_indicator(id)), Some(id));
        assert_eq!(indicator("i_7"), None);
    }

    proptest! {
        #[test]
        fn any_slice_reads_back(slice in ".{0,40}") {
            for part in [Part::Value, Part::Numerator, Part::Denominator] {
                let name = of_field(part, &slice);
                prop_assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
                prop_assert_eq!(field(&name), Some((part, slice.clone())));
            }
        }
    }
}
