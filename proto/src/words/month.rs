//! Names of months, as they stand in a sentence.

use super::Language;

const EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// The name of a month, 1 to 12; of no other number there is one.
pub fn month_name(number: u32, language: Language) -> Option<&'static str> {
    let names = match language {
        Language::En => EN,
        Language::Fr => FR,
    };
    names.get(usize::try_from(number.checked_sub(1)?).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_has_twelve_months() {
        assert_eq!(month_name(1, Language::En), Some("January"));
        assert_eq!(month_name(8, Language::Fr), Some("août"));
        assert_eq!(month_name(12, Language::Fr), Some("décembre"));
        assert_eq!((month_name(0, Language::En), month_name(13, Language::Fr)), (None, None));
    }
}
