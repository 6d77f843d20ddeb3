//! Numbers and words of the sentences for a leader, in English and French.

use cpas_proto::words::{Frequency, Language};

use super::{Aim, Status};

/// Non-breaking thin space, which French sets between thousands and before the percent sign.
const NARROW: char = '\u{202f}';

/// A number with at most four significant digits after which nothing matters to a reader; whole
/// numbers are written in full.
pub(in crate::domain) fn number(value: f64, language: Language) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.to_owned();
    }
    let magnitude = if value == 0.0 { 0 } else { value.abs().log10().floor() as i32 };
    let decimals = (3 - magnitude).clamp(0, 6) as usize;
    let text = format!("{:.*}", decimals, value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = fraction.trim_end_matches('0');
    let (thousands, point) = match language {
        Language::En => (',', '.'),
        Language::Fr => (NARROW, ','),
    };
    let mut written = String::new();
    let is_zero = whole == "0" && fraction.is_empty();
    if value < 0.0 && !is_zero {
        written.push('−');
    }
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            written.push(thousands);
        }
        written.push(digit);
    }
    if !fraction.is_empty() {
        written.push(point);
        written.push_str(fraction);
    }
    written
}

/// A number with its unit.
pub(in crate::domain) fn measure(value: f64, unit: &str, language: Language) -> String {
    match unit {
        "" => number(value, language),
        "%" => format!("{}{}%", number(value, language), gap(language)),
        unit => format!("{} {unit}", number(value, language)),
    }
}

/// A share as a whole percentage.
pub(super) fn percent(share: f64, language: Language) -> String {
    format!("{}{}%", number((share * 100.0).round(), language), gap(language))
}

/// A probability: three decimals, or that it is below them.
pub(in crate::domain) fn probability(p: f64, language: Language) -> String {
    let text = if p < 0.001 { "< 0.001".to_owned() } else { format!("= {p:.3}") };
    match language {
        Language::En => text,
        Language::Fr => text.replace('.', ","),
    }
}

/// What is aimed at, "at least 80 %".
pub(super) fn aim(aim: Aim, unit: &str, language: Language) -> String {
    let measure = |value| measure(value, unit, language);
    match (aim, language) {
        (Aim::AtLeast(value), Language::En) => format!("at least {}", measure(value)),
        (Aim::AtLeast(value), Language::Fr) => format!("au moins {}", measure(value)),
        (Aim::AtMost(value), Language::En) => format!("at most {}", measure(value)),
        (Aim::AtMost(value), Language::Fr) => format!("au plus {}", measure(value)),
        (Aim::Within { low, high }, Language::En) => format!("{} to {}", number(low, language), measure(high)),
        (Aim::Within { low, high }, Language::Fr) => format!("{} à {}", number(low, language), measure(high)),
    }
}

/// The status as a reader says it.
pub(in crate::domain) const fn status(status: Status, language: Language) -> &'static str {
    match (status, language) {
        (Status::Achieved, Language::En) => "achieved",
        (Status::OnTrack, Language::En) => "on track",
        (Status::AtRisk, Language::En) => "at risk",
        (Status::OffTrack, Language::En) => "off track",
        (Status::NoData, Language::En) => "no data",
        (Status::Achieved, Language::Fr) => "atteint",
        (Status::OnTrack, Language::Fr) => "en bonne voie",
        (Status::AtRisk, Language::Fr) => "à risque",
        (Status::OffTrack, Language::Fr) => "hors trajectoire",
        (Status::NoData, Language::Fr) => "sans données",
    }
}

/// One period of a frequency, "per month".
pub(super) const fn per(frequency: Frequency, language: Language) -> &'static str {
    match (frequency, language) {
        (Frequency::Day, Language::En) => "per day",
        (Frequency::Month, Language::En) => "per month",
        (Frequency::Quarter, Language::En) => "per quarter",
        (Frequency::HalfYear, Language::En) => "per half-year",
        (Frequency::Year, Language::En) => "per year",
        (Frequency::FiscalYear, Language::En) => "per fiscal year",
        (Frequency::Day, Language::Fr) => "par jour",
        (Frequency::Month, Language::Fr) => "par mois",
        (Frequency::Quarter, Language::Fr) => "par trimestre",
        (Frequency::HalfYear, Language::Fr) => "par semestre",
        (Frequency::Year, Language::Fr) => "par an",
        (Frequency::FiscalYear, Language::Fr) => "par exercice",
    }
}

const fn gap(language: Language) -> &'static str {
    match language {
        Language::En => " ",
        Language::Fr => "\u{202f}",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_each_language_writes_them() {
        for (value, en, fr) in [
            (0.0, "0", "0"),
            (1234567.0, "1,234,567", "1\u{202f}234\u{202f}567"),
            (12.3456, "12.35", "12,35"),
            (-0.00012, "−0.00012", "−0,00012"),
            (-0.0000001, "0", "0"),
            (100.0, "100", "100"),
        ] {
            assert_eq!(number(value, Language::En), en);
            assert_eq!(number(value, Language::Fr), fr);
        }
        assert_eq!(measure(45.5, "%", Language::Fr), "45,5\u{202f}%");
        assert_eq!(probability(0.0004, Language::Fr), "< 0,001");
        assert_eq!(aim(Aim::Within { low: 2.0, high: 4.0 }, "days", Language::En), "2 to 4 days");
    }
}
