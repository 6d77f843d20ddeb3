//! Numbers as people write them, with a decimal point or a decimal comma.
//!
//! Most numbers say themselves which sign they use: `1,5` can only be one and a half, `1,234.5`
//! only a thousand and some. `1,234` and `1.234` do not; they are read as the rest of the file is
//! written, and where the file does not say either, a comma is refused rather than guessed.

cpas_proto::vocabulary! {
    /// The decimal sign of a file.
    pub enum DecimalSign as "a decimal sign" {
        Point = ".",
        Comma = ",",
        /// No number has decimals.
        Unseen = "none",
        /// Some numbers could be read both ways, and none says which.
        Ambiguous = "ambiguous",
        /// Some numbers use the one and some the other.
        Mixed = "mixed",
    }
}

/// What one number says about the decimal sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Nothing,
    Point,
    Comma,
    /// `1.234`
    PointOrGroup,
    /// `1,234`
    CommaOrGroup,
}

/// Collects over a file what its numbers say.
#[derive(Debug, Default, Clone, Copy)]
pub struct DecimalSurvey {
    points: u32,
    commas: u32,
    could_be_either: u32,
}

impl DecimalSurvey {
    /// Looks at one cell.
    pub fn see(&mut self, cell: &str) {
        match says(cell) {
            Says::Nothing => {}
            Says::Point => self.points += 1,
            Says::Comma => self.commas += 1,
            Says::PointOrGroup | Says::CommaOrGroup => self.could_be_either += 1,
        }
    }

    /// The sign of the file.
    pub fn sign(self) -> DecimalSign {
        match (self.points, self.commas, self.could_be_either) {
            (0, 0, 0) => DecimalSign::Unseen,
            (0, 0, _) => DecimalSign::Ambiguous,
            (_, 0, _) => DecimalSign::Point,
            (0, _, _) => DecimalSign::Comma,
            _ => DecimalSign::Mixed,
        }
    }
}

fn says(cell: &str) -> Says {
    let (points, commas) = (count(cell, '.'), count(cell, ','));
    match (points, commas) {
        (0, 0) => Says::Nothing,
        (1, 0) => one_sign(cell, '.', Says::PointOrGroup, Says::Point),
        (0, 1) => one_sign(cell, ',', Says::CommaOrGroup, Says::Comma),
        // Repeated, it can only group thousands, and then the other sign is the decimal one.
        (_, 0) => Says::Comma,
        (0, _) => Says::Point,
        _ if cell.rfind('.') > cell.rfind(',') => Says::Point,
        _ => Says::Comma,
    }
}

fn count(cell: &str, sign: char) -> usize {
    cell.chars().filter(|&character| character == sign).count()
}

fn one_sign(cell: &str, sign: char, either: Says, decimal: Says) -> Says {
    let (whole, rest) = cell.split_once(sign).unwrap_or((cell, ""));
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let grouped_by_space = whole.trim().contains(is_group_space);
    let leading_zero = whole.trim_start_matches(['-', '+', ' ']).starts_with('0');
    let three = rest.len() == 3 && digits(rest) == 3;
    if three && (1..=3).contains(&digits(whole)) && !leading_zero && !grouped_by_space { either } else { decimal }
}

/// Spaces and apostrophes that group thousands, the narrow and the non-breaking among them.
fn is_group_space(character: char) -> bool {
    matches!(character, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '\u{2019}')
}

/// Why a cell is no number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotANumber {
    #[error("\"{0}\" is not a number.")]
    Garbage(String),
    #[error(
        "\"{0}\" could be a decimal or a number with its thousands set apart, and no other number in the file says \
         which. Say whether the decimal sign is a point or a comma."
    )]
    Ambiguous(String),
}

/// The number in a cell that is not empty.
///
/// # Errors
/// When it is no number, or could be two.
pub fn parse_number(cell: &str, sign: DecimalSign) -> Result<f64, NotANumber> {
    if let Ok(number) = cell.parse::<i64>() {
        return Ok(number as f64);
    }
    let ambiguous = || NotANumber::Ambiguous(cell.to_owned());
    let comma = match (says(cell), sign) {
        (Says::Comma, _) | (Says::PointOrGroup | Says::CommaOrGroup, DecimalSign::Comma) => true,
        (Says::CommaOrGroup, DecimalSign::Ambiguous | DecimalSign::Mixed) => return Err(ambiguous()),
        // In a file that says nothing else a single point is the decimal sign that programs write.
        (Says::PointOrGroup, DecimalSign::Mixed) => return Err(ambiguous()),
        _ => false,
    };
    let (decimal, group) = if comma { (',', '.') } else { ('.', ',') };
    plain(cell, decimal, group)
        .and_then(|plain| plain.parse::<f64>().ok())
        .filter(|number| number.is_finite())
        .ok_or_else(|| NotANumber::Garbage(cell.to_owned()))
}

/// The number in the notation that Rust reads, `None` when it is malformed.
fn plain(cell: &str, decimal: char, group: char) -> Option<String> {
    let (whole, fraction) = match cell.split_once(decimal) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (cell, None),
    };
    let mut plain = String::with_capacity(cell.len());
    let unsigned = match whole.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => {
            plain.push('-');
            rest
        }
        None => whole.strip_prefix('+').unwrap_or(whole),
    };
    let separates = |character: char| character == group || is_group_space(character);
    let groups: Vec<&str> = unsigned.split(separates).collect();
    let well_grouped =
        groups.len() == 1 || ((1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|digits| digits.len() == 3));
    if !well_grouped {
        return None;
    }
    groups.iter().for_each(|digits| plain.push_str(digits));
    if let Some(fraction) = fraction {
        plain.push('.');
        plain.push_str(fraction);
    }
    let allowed = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E');
    (plain.bytes().any(|byte| byte.is_ascii_digit()) && plain.bytes().all(allowed)).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign_of(cells: &[&str]) -> DecimalSign {
        let mut survey = DecimalSurvey::default();
        cells.iter().for_each(|cell| survey.see(cell));
        survey.sign()
    }

    #[test]
    fn the_sign_is_told_by_the_whole_file() {
        assert_eq!(sign_of(&["1", "20", "300"]), DecimalSign::Unseen);
        assert_eq!(sign_of(&["1,234", "1,5"]), DecimalSign::Comma);
        assert_eq!(sign_of(&["1,234", "0.25"]), DecimalSign::Point);
        assert_eq!(sign_of(&["1,234", "12"]), DecimalSign::Ambiguous);
        assert_eq!(sign_of(&["1,5", "2.5"]), DecimalSign::Mixed);
        assert_eq!(sign_of(&["1.234.567"]), DecimalSign::Comma);
        assert_eq!(sign_of(&["0.125"]), DecimalSign::Point, "a group does not start with zero");
    }

    #[test]
    fn numbers_in_both_notations() {
        for (cell, sign, number) in [
            ("12", DecimalSign::Unseen, 12.0),
            ("-3", DecimalSign::Comma, -3.0),
            ("1,5", DecimalSign::Comma, 1.5),
            ("1.5", DecimalSign::Point, 1.5),
            ("1,234", DecimalSign::Point, 1234.0),
            ("1,234", DecimalSign::Comma, 1.234),
            ("1.234", DecimalSign::Comma, 1234.0),
            ("1 234,5", DecimalSign::Comma, 1234.5),
            ("1\u{202f}234", DecimalSign::Unseen, 1234.0),
            ("1,234,567.25", DecimalSign::Point, 1_234_567.25),
            ("1.234.567,25", DecimalSign::Comma, 1_234_567.25),
            ("1,5", DecimalSign::Mixed, 1.5),
            ("2.5", DecimalSign::Mixed, 2.5),
            ("1.234", DecimalSign::Ambiguous, 1.234),
            ("1.2E+03", DecimalSign::Point, 1200.0),
            ("+7", DecimalSign::Unseen, 7.0),
            (".5", DecimalSign::Point, 0.5),
        ] {
            assert_eq!(parse_number(cell, sign), Ok(number), "{cell} with {sign}");
        }
    }

    #[test]
    fn what_is_no_number_or_two_is_refused() {
        for cell in ["abc", "12 persons", "1,23,4", "--5", "1.2.3,4,5", "inf", "NaN", "5%", "1e999", "."] {
            assert!(matches!(parse_number(cell, DecimalSign::Point), Err(NotANumber::Garbage(_))), "{cell}");
        }
        assert_eq!(
            parse_number("1,234", DecimalSign::Ambiguous),
            Err(NotANumber::Ambiguous("1,234".to_owned())),
            "the file does not say"
        );
    }
}
