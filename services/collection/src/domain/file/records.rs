//! Rows and cells of a CSV, one row at a time, in constant memory.
//!
//! Written here because the rules matter that the `csv` crate is lenient about: it takes a quoted
//! field that never closes for the rest of the file, without a bound, and says nothing.

use std::io::{BufRead, BufReader, Read};

/// Longest row, in bytes of UTF-8.
pub const ROW_BYTES_MAX: usize = 256 * 1024;
/// Most columns.
pub const COLUMNS_MAX: usize = 200;

/// Why a file cannot be read any further.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error(
        "A quoted field that starts in row {row}, column {column}, never closes. Close the quotation mark there \
         (or write two for one that belongs to the text). Nothing was read in."
    )]
    UnclosedQuote { row: u32, column: usize },
    #[error(
        "Row {row} is longer than {ROW_BYTES_MAX} bytes. Is this a CSV, with one record a line? Nothing was read in."
    )]
    RowTooLong { row: u32 },
    #[error("Row {row} has more than {COLUMNS_MAX} columns. Send a long table: one value a row. Nothing was read in.")]
    TooManyColumns { row: u32 },
    #[error("the file could not be read back")]
    Io(#[from] std::io::Error),
}

/// One row: its cells in one buffer, used again for the next.
#[derive(Debug, Default, Clone)]
pub struct Record {
    text: String,
    /// End of every cell in `text`.
    ends: Vec<usize>,
}

impl Record {
    /// The cell of a column from 0, trimmed; `None` beyond the last.
    pub fn cell(&self, column: usize) -> Option<&str> {
        let end = *self.ends.get(column)?;
        let start = if column == 0 { 0 } else { self.ends[column - 1] };
        Some(self.text[start..end].trim())
    }

    /// All cells in order.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|column| self.cell(column).unwrap_or_default())
    }

    /// Number of cells.
    pub fn width(&self) -> usize {
        self.ends.len()
    }

    /// True when no cell has anything in it.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    fn close_cell(&mut self) {
        self.ends.push(self.text.len());
    }
}

/// Reads rows one by one.
pub struct Records<R> {
    inner: BufReader<R>,
    delimiter: char,
    line: Vec<u8>,
    row: u32,
}

impl<R: Read> Records<R> {
    /// Over UTF-8 text.
    pub fn new(text: R, delimiter: char) -> Self {
        Self { inner: BufReader::with_capacity(64 * 1024, text), delimiter, line: Vec::new(), row: 0 }
    }

    /// Reads the next row into `record` and gives its number, counted from 1; `None` at the end.
    /// A row with a line break inside quotes is one row.
    ///
    /// # Errors
    /// When the file cannot be read any further.
    pub fn next(&mut self, record: &mut Record) -> Result<Option<u32>, Unreadable> {
        record.clear();
        self.line.clear();
        if !self.read_line()? {
            return Ok(None);
        }
        self.row += 1;
        if self.line.contains(&b'"') {
            self.split_quoted(record)?;
        } else {
            let text = self.text_from(0)?.trim_end_matches(['\n', '\r']);
            for cell in text.split(self.delimiter) {
                record.text.push_str(cell);
                record.ends.push(record.text.len());
            }
        }
        if record.width() > COLUMNS_MAX {
            return Err(Unreadable::TooManyColumns { row: self.row });
        }
        Ok(Some(self.row))
    }

    /// Appends the next line to `line`; false at the end of the file.
    fn read_line(&mut self) -> Result<bool, Unreadable> {
        let room = (ROW_BYTES_MAX + 2).saturating_sub(self.line.len());
        let read = (&mut self.inner).take(room as u64).read_until(b'\n', &mut self.line)?;
        if self.line.len() > ROW_BYTES_MAX {
            return Err(Unreadable::RowTooLong { row: self.row + 1 });
        }
        Ok(read > 0)
    }

    /// The text that was read from a place in `line` on.
    fn text_from(&self, start: usize) -> Result<&str, Unreadable> {
        Ok(std::str::from_utf8(&self.line[start..]).map_err(|error| std::io::Error::other(error.to_string()))?)
    }

    /// Splits the line that was read, and as many more as its quotes stay open for.
    fn split_quoted(&mut self, record: &mut Record) -> Result<(), Unreadable> {
        let row = self.row;
        let mut splitter = Splitter { delimiter: self.delimiter, quoted: false, fresh: true };
        let mut start = 0;
        loop {
            let text = self.text_from(start)?;
            let bare = text.trim_end_matches(['\n', '\r']);
            splitter.take(bare, record);
            if !splitter.quoted {
                record.close_cell();
                return Ok(());
            }
            // The quotes are still open: the line break belongs to the cell.
            record.text.push_str(&text[bare.len()..]);
            start = self.line.len();
            let unclosed = Unreadable::UnclosedQuote { row, column: record.width() + 1 };
            match self.read_line() {
                Ok(true) => {}
                Ok(false) | Err(Unreadable::RowTooLong { .. }) => return Err(unclosed),
                Err(error) => return Err(error),
            }
        }
    }
}

/// Splits a text into cells, piece by piece: quotes may stay open from one to the next.
struct Splitter {
    delimiter: char,
    quoted: bool,
    /// At the start of a cell, where a quotation mark opens quotes.
    fresh: bool,
}

impl Splitter {
    fn take(&mut self, text: &str, record: &mut Record) {
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '"' if self.quoted && characters.peek() == Some(&'"') => {
                    characters.next();
                    record.text.push('"');
                }
                '"' if self.quoted => self.quoted = false,
                '"' if self.fresh => self.quoted = true,
                _ if character == self.delimiter && !self.quoted => {
                    record.close_cell();
                    self.fresh = true;
                    continue;
                }
                _ => record.text.push(character),
            }
            self.fresh = self.fresh && character == ' ';
        }
    }
}

/// The delimiter of a table by its first lines: the one that splits most of them into the same
/// number of cells, and into the most.
pub fn guess_delimiter(head: &str) -> char {
    const LINES: usize = 20;
    let score = |delimiter: char| {
        let mut counts = Vec::new();
        let mut records = Records::new(head.as_bytes(), delimiter);
        let mut record = Record::default();
        while counts.len() < LINES && matches!(records.next(&mut record), Ok(Some(_))) {
            if !record.is_blank() {
                counts.push(record.width());
            }
        }
        // Above the table there may be titles, which have one cell.
        let agreeing = |width: usize| counts.iter().filter(|&&count| count == width).count();
        let widths = counts.iter().copied().filter(|&count| count > 1);
        let usual = widths.max_by_key(|&width| (agreeing(width), width));
        usual.map_or(0, |width| agreeing(width) * 1000 / counts.len() * 1000 + width)
    };
    // The comma comes last of equals, since it is also a decimal sign.
    [',', '\t', ';'].into_iter().max_by_key(|&delimiter| score(delimiter)).unwrap_or(',')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str, delimiter: char) -> Result<Vec<Vec<String>>, Unreadable> {
        let mut records = Records::new(text.as_bytes(), delimiter);
        let (mut record, mut rows) = (Record::default(), Vec::new());
        while records.next(&mut record)?.is_some() {
            rows.push(record.cells().map(str::to_owned).collect());
        }
        Ok(rows)
    }

    #[test]
    fn quotes_delimiters_and_line_breaks_inside_a_cell() {
        let text = "a,b,c\r\n\"one, two\",\"she said \"\"no\"\"\",\"two\nlines\"\r\n1,,3";
        let expected = vec![vec!["a", "b", "c"], vec!["one, two", "she said \"no\"", "two\nlines"], vec!["1", "", "3"]];
        assert_eq!(rows(text, ',').expect("readable"), expected);
    }

    #[test]
    fn a_quote_inside_an_unquoted_cell_is_a_character() {
        assert_eq!(rows("5\" mortar,1", ',').expect("readable"), vec![vec!["5\" mortar", "1"]]);
    }

    #[test]
    fn a_quoted_field_that_never_closes_is_told_with_its_row() {
        let text = format!("a,b\n1,2\n3,\"open\n{}", "x,y\n".repeat(10));
        let error = rows(&text, ',').expect_err("never closes");
        assert!(matches!(error, Unreadable::UnclosedQuote { row: 3, column: 2 }), "{error}");
        let endless = format!("a,b\n\"open,{}", "x,y\n".repeat(ROW_BYTES_MAX));
        let error = rows(&endless, ',').expect_err("never closes");
        assert!(matches!(error, Unreadable::UnclosedQuote { row: 2, column: 1 }), "{error}");
    }

    #[test]
    fn a_line_without_an_end_is_refused_within_a_bound() {
        let error = rows(&"x".repeat(ROW_BYTES_MAX * 3), ',').expect_err("too long");
        assert!(matches!(error, Unreadable::RowTooLong { row: 1 }));
        assert!(matches!(rows(&",".repeat(500), ','), Err(Unreadable::TooManyColumns { row: 1 })));
    }

    #[test]
    fn the_delimiter_is_the_one_that_splits_evenly() {
        assert_eq!(guess_delimiter("a;b;c\n1,5;2,5;3\n"), ';');
        assert_eq!(guess_delimiter("a,b,c\n1,\"x;y\",3\n"), ',');
        assert_eq!(guess_delimiter("a\tb, or c\n1\t2,5\n"), '\t');
        assert_eq!(guess_delimiter("one column\n1\n"), ';', "any will do");
    }

    proptest! {
        #[test]
        fn what_is_written_by_the_rules_is_read_back(
            table in prop::collection::vec(prop::collection::vec("[a-zé;,\"\n\r x]{0,6}", 2..5), 1..6)
        ) {
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(";");
            let text = table.iter().map(line).collect::<Vec<_>>().join("\r\n");
            let trimmed: Vec<Vec<String>> =
                table.iter().map(|row| row.iter().map(|cell| cell.trim().to_owned()).collect()).collect();
            prop_assert_eq!(rows(&text, ';').expect("well formed"), trimmed);
        }

        #[test]
        fn nothing_makes_it_fall_over(text in "[a,;\"\n\r\t é#]{0,200}", delimiter in prop::sample::select(vec![',', ';', '\t'])) {
            // An error or rows; never a panic, never without an end.
            if let Ok(rows) = rows(&text, delimiter) {
                prop_assert!(rows.len() <= text.lines().count() + 1);
            }
        }
    }
}
