//! The numbers of a sheet as CSV: a row of headings, a row of HXL tags, a row for each number (RFC 4180,
//! UTF-8 with a byte order mark, so that spreadsheets read the accents).
//!
//! A spreadsheet runs a cell that begins as a formula does. Words of others that begin so get an
//! apostrophe in front; numbers are written by us and stay numbers.

use cpas_proto::words::Language;

use super::{
    numbers::{COLUMNS, Cell, lines},
    snapshot::Snapshot,
    wording::say,
};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The file. `note` stands in each row.
pub fn write(snapshot: &Snapshot, language: Language, note: &str) -> Vec<u8> {
    let mut file = BYTE_ORDER_MARK.to_owned();
    row(&mut file, COLUMNS.iter().map(|column| Cell::Words(say(column.head, language).to_owned())));
    // A tag begins with "#", which no spreadsheet runs.
    row(&mut file, COLUMNS.iter().map(|column| Cell::Words(column.tag.to_owned())));
    for line in lines(snapshot, language, note) {
        row(&mut file, line.into_iter());
    }
    file.into_bytes()
}

/// A table of other numbers in the same manner: its columns with their tags, and its rows.
pub fn write_table(columns: &[(&str, &str)], rows: Vec<Vec<Cell>>) -> Vec<u8> {
    let mut file = BYTE_ORDER_MARK.to_owned();
    row(&mut file, columns.iter().map(|(head, _)| Cell::Words((*head).to_owned())));
    row(&mut file, columns.iter().map(|(_, tag)| Cell::Words((*tag).to_owned())));
    for line in rows {
        row(&mut file, line.into_iter());
    }
    file.into_bytes()
}

fn row(file: &mut String, cells: impl Iterator<Item = Cell>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            file.push(',');
        }
        match cell {
            Cell::Empty => {}
            Cell::Number(value) => file.push_str(&value.to_string()),
            Cell::Words(words) => file.push_str(&quoted(&harmless(&words))),
        }
    }
    file.push_str("\r\n");
}

/// The words, so that no spreadsheet takes them for a formula.
pub fn harmless(words: &str) -> String {
    // Spreadsheets look past blanks, and take the wide signs of East Asian keyboards for the narrow ones.
    let begins = words.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || is_unseen(c)).chars().next();
    let runs = begins
        .is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}'))
        || words.starts_with(['\t', '\r', '\n']);
    if runs { format!("'{words}") } else { words.to_owned() }
}

fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

fn quoted(words: &str) -> String {
    if words.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", words.replace('"', "\"\""))
    } else {
        words.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{document::tests::whole_sheet, text::Text};

    fn rows(file: &[u8]) -> Vec<Vec<String>> {
        let text = std::str::from_utf8(file).expect("UTF-8").strip_prefix(BYTE_ORDER_MARK).expect("a mark");
        let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
        let (mut inside, mut signs) = (false, text.chars().peekable());
        while let Some(sign) = signs.next() {
            match sign {
                '"' if inside && signs.peek() == Some(&'"') => cell.push(signs.next().expect("a quote")),
                '"' => inside = !inside,
                ',' if !inside => row.push(std::mem::take(&mut cell)),
                '\r' if !inside => {
                    assert_eq!(signs.next(), Some('\n'));
                    row.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut row));
                }
                sign => cell.push(sign),
            }
        }
        assert!(!inside && cell.is_empty() && row.is_empty(), "the last row ends");
        rows
    }

    #[test]
    fn headings_then_tags_then_a_row_for_each_number() {
        let sheet = whole_sheet();
        for (language, head) in [(Language::En, "Indicator code"), (Language::Fr, "Code de l’indicateur")] {
            let rows = rows(&write(&sheet, language, "Draft"));
            assert_eq!(rows[0][2], head);
            assert!(rows[1].iter().all(|tag| tag.starts_with('#')), "{:?}", rows[1]);
            assert_eq!(rows.len(), 2 + sheet.figures().count());
            assert!(rows.iter().all(|row| row.len() == COLUMNS.len()));
            let number = rows.iter().find(|row| row[0] == "n1").expect("the number");
            assert_eq!((number[2].as_str(), number[6].as_str(), number[8].as_str()), ("OC-1", "2024-Q1", "1234"));
            assert_eq!((number[9].as_str(), number[16].as_str()), ("value", "Draft"));
        }
    }

    #[test]
    fn zero_missing_and_suppressed_are_told_apart_and_a_hidden_value_is_not_there() {
        let rows = rows(&write(&whole_sheet(), Language::En, ""));
        let of = |id: &str| rows.iter().find(|row| row[0] == id).map(|row| (row[8].clone(), row[9].clone()));
        assert_eq!(of("b1:X2"), Some(("0".into(), "value".into())));
        assert_eq!(of("b1:X1"), Some((String::new(), "suppressed".into())));
        assert_eq!(of("b1:X3"), Some((String::new(), "missing".into())));
    }

    #[test]
    fn words_that_a_spreadsheet_would_run_are_harmless() {
        for hostile in
            ["=1+1", "+1", "-1", "@SUM(A1)", " \t=cmd|' /C calc'!A0", "\u{feff}=1", "\u{ff1d}1", "\r=1", "\u{200b}@x"]
        {
            assert!(harmless(hostile).starts_with('\''), "{hostile:?}");
        }
        for plain in ["", "Bangui", "#loc+code", "3 - 4", "'quoted'", "2024-Q1", "“=1”"] {
            assert_eq!(harmless(plain), plain);
        }
        let mut sheet = whole_sheet();
        for part in &mut sheet.parts {
            part.text = Text::same("=HYPERLINK(\"http://x\",\"y\")");
            if let Some(measure) = &mut part.measure {
                (measure.code, measure.unit) = ("@code".into(), "-unit".into());
                (measure.name, measure.source) = (Text::same("+name"), Text::same("=a,\"b\"\n=c"));
            }
        }
        for row in rows(&write(&sheet, Language::Fr, "=note")) {
            for cell in row {
                let runs = cell.starts_with(['=', '+', '@', '\t', '\r'])
                    || (cell.starts_with('-') && cell.parse::<f64>().is_err());
                assert!(!runs, "{cell:?}");
            }
        }
    }

    proptest::proptest! {
        /// Whatever words: they come back, but for the apostrophe, and no cell begins as a formula.
        #[test]
        fn any_words_are_one_harmless_cell(words in "[=+@\"',;\\-\\n\\r\\t a-zé\u{ff1d}\u{feff}]{0,12}") {
            let mut sheet = whole_sheet();
            let measure = sheet.parts[2].measure.as_mut().expect("a measure");
            measure.code = words.clone();
            let cell = rows(&write(&sheet, Language::En, ""))[2][2].clone();
            proptest::prop_assert!(cell == words || cell == format!("'{words}"), "{:?}", cell);
            let begins = cell.trim_start_matches(['\u{feff}', ' ', '\t', '\n', '\r']);
            let runs = begins.starts_with(['=', '+', '-', '@']);
            proptest::prop_assert!(!runs, "{:?}", cell);
        }
    }
}
