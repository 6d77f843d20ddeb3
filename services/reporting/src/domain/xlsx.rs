//! A sheet as an Excel workbook: what it is about and where its numbers come from, the table behind each
//! chart, map and table, and all numbers one below the other. Words are written as words: none of them is
//! a formula, whatever it begins with.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::{
    document::{self, Document, Drawn, Spoken, Table},
    figure::Kind,
    numbers::{COLUMNS, Cell, lines},
    snapshot::Snapshot,
    wording::{Phrase, say},
};
use cpas_proto::words::Language;

/// Excel's own bounds.
const CELL_CHARS_MAX: usize = 32_767;
const SHEET_NAME_CHARS_MAX: usize = 31;
/// Widths of columns, in characters.
const WIDE: f64 = 60.0;
const NARROW: f64 = 16.0;
const FIRST: f64 = 34.0;

/// The workbook. Its properties hold the snapshot's day, not today.
///
/// # Errors
/// What the library refuses; nothing of a sheet should make it.
pub fn write(snapshot: &Snapshot, document: &Document, language: Language) -> Result<Vec<u8>, XlsxError> {
    write_book(document, Some(snapshot), language)
}

/// The workbook of a document that rests on no snapshot: its tables, and no list of all numbers.
///
/// # Errors
/// What the library refuses; nothing of a document should make it.
pub fn write_tables(document: &Document, language: Language) -> Result<Vec<u8>, XlsxError> {
    write_book(document, None, language)
}

fn write_book(document: &Document, snapshot: Option<&Snapshot>, language: Language) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let [year, month, day] = document.date;
    let made = ExcelDateTime::from_ymd(
        u16::try_from(year).unwrap_or(1970),
        u8::try_from(month).unwrap_or(1),
        u8::try_from(day).unwrap_or(1),
    )?;
    let properties = DocProperties::new()
        .set_title(clean(&document.title.words, 255))
        .set_author(clean(&document.mission, 255))
        .set_company("CPAS")
        .set_creation_datetime(&made);
    book.set_properties(&properties);
    let styles = Styles::new();
    about(book.add_worksheet(), document, &styles, language)?;
    let mut place = 0;
    for part in &document.parts {
        let (title, table, disclaimer, note) = match part {
            Drawn::Picture { title, table, disclaimer, note, .. } => (title, table, *disclaimer, *note),
            Drawn::Table { table, note, .. } => (&table.caption, table, None, *note),
            _ => continue,
        };
        place += 1;
        let sheet = book.add_worksheet();
        sheet.set_name(sheet_name(place, title))?;
        let source = document.notes.iter().find(|known| known.number == note);
        let below = [disclaimer, source.map(|note| note.text.as_str()), Some(document.as_known.as_str())];
        one_table(sheet, title, table, below.into_iter().flatten(), &styles)?;
    }
    let note = document.banner.as_deref().unwrap_or_default();
    if let Some(snapshot) = snapshot {
        all_numbers(book.add_worksheet(), snapshot, language, note, &styles)?;
    }
    book.save_to_buffer()
}

struct Styles {
    title: Format,
    head: Format,
    words: Format,
    whole: Format,
    exact: Format,
    absent: Format,
    soft: Format,
}

impl Styles {
    fn new() -> Self {
        let head = Format::new().set_bold().set_border_bottom(FormatBorder::Thin).set_text_wrap();
        Self {
            title: Format::new().set_bold().set_font_size(14),
            head: head.set_align(FormatAlign::Top),
            words: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            whole: Format::new().set_num_format("#,##0"),
            exact: Format::new(),
            absent: Format::new().set_italic().set_align(FormatAlign::Right),
            soft: Format::new().set_italic().set_font_color("#595959"),
        }
    }

    fn number(&self, value: f64) -> &Format {
        if value.fract() == 0.0 { &self.whole } else { &self.exact }
    }
}

/// Title, mission, day, sources and cautions.
fn about(sheet: &mut Worksheet, document: &Document, styles: &Styles, language: Language) -> Result<(), XlsxError> {
    sheet.set_name(say(Phrase::About, language))?;
    sheet.set_column_width(0, NARROW)?.set_column_width(1, WIDE)?;
    sheet.write_string_with_format(0, 0, clean(&document.title.words, CELL_CHARS_MAX), &styles.title)?;
    let facts = [
        Some(document.mission.as_str()),
        Some(document.audience),
        Some(&document.as_known),
        document.banner.as_deref(),
    ];
    let mut row = 1;
    for fact in facts.into_iter().flatten().chain(document.suppressed) {
        sheet.write_string(row, 0, clean(fact, CELL_CHARS_MAX))?;
        row += 1;
    }
    if !document.notes.is_empty() {
        row += 1;
        sheet.write_string_with_format(row, 0, document.labels.sources, &styles.head)?;
    }
    for note in &document.notes {
        row += 1;
        sheet.write_string(row, 0, clean(&note.code, CELL_CHARS_MAX))?;
        let words: Vec<&str> =
            std::iter::once(note.text.as_str()).chain(note.cautions.iter().map(String::as_str)).collect();
        sheet.write_string_with_format(row, 1, clean(&words.join("\n"), CELL_CHARS_MAX), &styles.words)?;
    }
    Ok(())
}

/// The table of a chart, a map or a table, with what a reader must know below it.
fn one_table<'a>(
    sheet: &mut Worksheet,
    title: &Spoken,
    table: &Table,
    below: impl Iterator<Item = &'a str>,
    styles: &Styles,
) -> Result<(), XlsxError> {
    const HEADS: u32 = 2;
    sheet.set_column_width(0, FIRST)?;
    sheet.write_string_with_format(0, 0, clean(&title.words, CELL_CHARS_MAX), &styles.title)?;
    for (column, head) in (0_u16..).zip(&table.heads) {
        if column > 0 {
            sheet.set_column_width(column, NARROW)?;
        }
        sheet.write_string_with_format(HEADS, column, clean(head, CELL_CHARS_MAX), &styles.head)?;
    }
    sheet.set_freeze_panes(HEADS + 1, 1)?;
    sheet.set_repeat_rows(HEADS, HEADS)?;
    let mut row = HEADS;
    for document::Row { head, cells, .. } in &table.rows {
        row += 1;
        sheet.write_string(row, 0, clean(head, CELL_CHARS_MAX))?;
        for (column, cell) in (1_u16..).zip(cells) {
            match (cell.kind, cell.value) {
                (Kind::Value, Some(value)) => {
                    sheet.write_number_with_format(row, column, value, styles.number(value))?
                }
                (Kind::Value, None) => sheet.write_string(row, column, clean(&cell.words, CELL_CHARS_MAX))?,
                (_, _) => {
                    sheet.write_string_with_format(row, column, clean(&cell.words, CELL_CHARS_MAX), &styles.absent)?
                }
            };
        }
    }
    row += 1;
    for words in below {
        row += 1;
        sheet.write_string_with_format(row, 0, clean(words, CELL_CHARS_MAX), &styles.soft)?;
    }
    Ok(())
}

/// What a CSV holds, in a sheet: headings with a filter, HXL tags, a row for each number.
fn all_numbers(
    sheet: &mut Worksheet,
    snapshot: &Snapshot,
    language: Language,
    note: &str,
    styles: &Styles,
) -> Result<(), XlsxError> {
    sheet.set_name(say(Phrase::AllNumbers, language))?;
    for (column, of) in (0_u16..).zip(&COLUMNS) {
        sheet.set_column_width(column, NARROW)?;
        sheet.write_string_with_format(0, column, say(of.head, language), &styles.head)?;
        sheet.write_string_with_format(1, column, of.tag, &styles.soft)?;
    }
    sheet.set_freeze_panes(2, 1)?;
    for (row, line) in (2_u32..).zip(lines(snapshot, language, note)) {
        for (column, cell) in (0_u16..).zip(line) {
            match cell {
                Cell::Words(words) => drop(sheet.write_string(row, column, clean(&words, CELL_CHARS_MAX))?),
                Cell::Number(value) => drop(sheet.write_number(row, column, value)?),
                Cell::Empty => {}
            }
        }
    }
    Ok(())
}

/// A name that Excel takes, and that no other sheet has: the number tells them apart.
fn sheet_name(place: usize, title: &Spoken) -> String {
    let allowed = |c: &char| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') && !c.is_control();
    // Excel counts in UTF-16.
    let mut units = 0;
    let name = format!("{place} {}", title.words.trim());
    let short = name.chars().filter(allowed).take_while(|c| {
        units += c.len_utf16();
        units <= SHEET_NAME_CHARS_MAX
    });
    short.collect::<String>().trim_end().to_owned()
}

/// Words as a cell takes them.
fn clean(words: &str, chars_max: usize) -> String {
    let plain = |c: &char| (!c.is_control() || matches!(c, '\n' | '\t')) && !matches!(c, '\u{fffe}' | '\u{ffff}');
    let mut units = 0;
    let short = words.chars().filter(plain).take_while(|c| {
        units += c.len_utf16();
        units <= chars_max
    });
    short.collect()
}

#[cfg(test)]
mod tests;
