//! The workbook, out: a sheet per table with drop-downs, locked ids and a heading that stays, a legend, and out of sight
//! the lists behind the drop-downs and what the workbook says now. Words are written as words: none of them is a
//! formula, whatever it begins with.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};
use cpas_proto::words::Language;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Format, FormatAlign,
    FormatBorder, Formula, ProtectionOptions, Workbook, Worksheet, XlsxError,
};

use super::{
    Origin, Row, Sheet, Tables,
    columns::{Column, Holds, Offer},
    words,
};

/// The sheet that nobody sees, with what the workbook says when it is written.
pub const KEPT: &str = "cpas";
/// What its first cell says.
pub const KEPT_FORMAT: &str = "cpas-framework-1";
/// The sheet with the lists behind the drop-downs.
const LISTS: &str = "lists";
/// Rows below the table that drop-downs reach, for what is added.
const ROWS_TO_ADD: u32 = 500;
/// Excel's own bound, in characters.
const CELL_CHARS_MAX: usize = 32_767;

/// What the workbook is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Material {
    pub origin: Origin,
    pub tables: Tables,
    /// What drop-downs offer.
    pub offers: BTreeMap<Offer, BTreeSet<String>>,
    /// What a planner reads for a task of a mandate, by its id.
    pub tasks: BTreeMap<String, String>,
    /// What other sheets call an item, by its key.
    pub labels: BTreeMap<String, String>,
    /// The codes of indicators, by their keys.
    pub codes: BTreeMap<String, String>,
}

/// Writes the workbook.
///
/// # Errors
/// What the library refuses; nothing of a plan should make it.
pub fn write(material: &Material, language: Language) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let lists = Lists::of(material, language);
    let page = Page { material, language, lists: &lists };
    super::legend::write(book.add_worksheet(), &material.origin, language)?;
    for sheet in Sheet::ALL {
        page.table(book.add_worksheet(), sheet)?;
    }
    lists.write(book.add_worksheet())?;
    kept(book.add_worksheet(), material)?;
    // The tree is what one opens it for.
    book.worksheet_from_index(1)?.set_active(true);
    book.save_to_buffer()
}

struct Page<'a> {
    material: &'a Material,
    language: Language,
    lists: &'a Lists,
}

impl Page<'_> {
    fn table(&self, to: &mut Worksheet, sheet: Sheet) -> Result<(), XlsxError> {
        let rows = self.material.tables.of(sheet);
        let last = u32::try_from(rows.len()).unwrap_or(u32::MAX - ROWS_TO_ADD) + ROWS_TO_ADD;
        to.set_name(sheet.name(self.language))?;
        let head = Format::new()
            .set_bold()
            .set_background_color(Color::RGB(0x00_4f_71))
            .set_font_color(Color::White)
            .set_border_bottom(FormatBorder::Thin)
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter);
        for (place, column) in (0u16..).zip(sheet.columns()) {
            to.write_string_with_format(0, place, column.heading(self.language), &head)?;
            to.set_column_width(place, column.width)?.set_column_format(place, &format_of(column, ""))?;
            if let Some(validation) = self.validation(column)? {
                to.add_data_validation(1, place, last, place, &validation)?;
            }
        }
        for (at, row) in (1u32..).zip(rows) {
            let kind = row.cell("kind");
            for (place, column) in (0u16..).zip(sheet.columns()) {
                self.cell(to, (at, place), column, row, if sheet == Sheet::Tree { kind } else { "" })?;
            }
        }
        to.set_row_height(0, 32)?
            .set_freeze_panes(1, if sheet == Sheet::Tree { 3 } else { 2 })?
            .set_repeat_rows(0, 0)?;
        // No password: it keeps from slips, not from people. Rows may be added; to move or delete some, it is taken off.
        to.protect_with_options(&ProtectionOptions {
            format_cells: true,
            format_columns: true,
            format_rows: true,
            insert_rows: true,
            sort: true,
            use_autofilter: true,
            ..ProtectionOptions::default()
        });
        let columns = u16::try_from(sheet.columns().len()).unwrap_or(u16::MAX);
        to.autofilter(0, 0, last - ROWS_TO_ADD, columns - 1)?.set_landscape();
        Ok(())
    }

    fn cell(
        &self,
        to: &mut Worksheet,
        at: (u32, u16),
        column: &Column,
        row: &Row,
        kind: &str,
    ) -> Result<(), XlsxError> {
        let text = if column.holds == Holds::Id { row.key.as_str() } else { row.cell(column.field) };
        let format = format_of(column, kind);
        let (row, place) = at;
        if text.is_empty() {
            return to.write_blank(row, place, &format).map(drop);
        }
        match column.holds {
            Holds::Number => {
                if let Ok(number) = text.parse::<f64>() {
                    return to.write_number_with_format(row, place, number, &format).map(drop);
                }
            }
            Holds::Date => {
                if let Some(day) = text.parse::<NaiveDate>().ok().and_then(|day| excel(day).ok()) {
                    return to.write_datetime_with_format(row, place, &day, &format).map(drop);
                }
            }
            _ => {}
        }
        to.write_string_with_format(row, place, clean(&self.shown(column, text)), &format).map(drop)
    }

    /// What a planner reads for what a cell says.
    fn shown(&self, column: &Column, text: &str) -> String {
        let named = |names: &BTreeMap<String, String>, key: &str| names.get(key).map_or(key, String::as_str).to_owned();
        match column.holds {
            Holds::Word(vocabulary) => words::shown(vocabulary, text, self.language).to_owned(),
            Holds::Task => named(&self.material.tasks, text),
            Holds::Item => named(&self.material.labels, text),
            Holds::Items => {
                text.split("; ").map(|key| named(&self.material.labels, key)).collect::<Vec<_>>().join("; ")
            }
            Holds::Indicator => named(&self.material.codes, text),
            _ => text.to_owned(),
        }
    }

    fn validation(&self, column: &Column) -> Result<Option<DataValidation>, XlsxError> {
        let of = |list: ListOf| {
            self.lists.range(list).map(|range| DataValidation::new().allow_list_formula(Formula::new(range)))
        };
        let (pick, pick_or_type) = match self.language {
            Language::En => ("Choose a word from the list.", "Choose from the list, or type."),
            Language::Fr => ("Choisissez un mot de la liste.", "Choisissez dans la liste, ou saisissez."),
        };
        Ok(match column.holds {
            Holds::Word(_) => {
                of(ListOf::Field(column.field, column.en)).map(|list| list.set_error_message(pick)).transpose()?
            }
            Holds::Open(offer) | Holds::Words(offer) => of(ListOf::Offer(offer))
                .map(|list| {
                    list.set_error_style(DataValidationErrorStyle::Information)
                        .show_error_message(false)
                        .set_input_message(pick_or_type)
                })
                .transpose()?,
            Holds::Task => of(ListOf::Tasks).map(|list| list.set_error_message(pick)).transpose()?,
            Holds::Number if column.field == "priority" => {
                Some(DataValidation::new().allow_whole_number(DataValidationRule::Between(1, 3)))
            }
            Holds::Number if column.field == "progress_percent" => {
                Some(DataValidation::new().allow_whole_number(DataValidationRule::Between(0, 100)))
            }
            _ => None,
        })
    }
}

fn excel(day: NaiveDate) -> Result<ExcelDateTime, XlsxError> {
    let small = |number: u32| u8::try_from(number).unwrap_or(1);
    ExcelDateTime::from_ymd(u16::try_from(day.year()).unwrap_or(1900), small(day.month()), small(day.day()))
}

/// How a cell looks: locked where nothing is to be written, objectives and outcomes standing out.
fn format_of(column: &Column, kind: &str) -> Format {
    let format = Format::new().set_align(FormatAlign::Top);
    let format = match column.holds {
        Holds::Id | Holds::Shown => {
            return format
                .set_font_color(Color::RGB(0x76_76_76))
                .set_background_color(Color::RGB(0xf2_f2_f2))
                .set_font_size(8);
        }
        Holds::Date => format.set_num_format("yyyy-mm-dd"),
        Holds::Text => format.set_text_wrap(),
        _ => format,
    };
    let format = format.set_unlocked();
    match kind {
        "objective" => format.set_bold().set_background_color(Color::RGB(0xd9_ee_f7)),
        "outcome" => format.set_background_color(Color::RGB(0xee_f7_fb)),
        "activity" => format.set_font_color(Color::RGB(0x40_40_40)),
        _ => format,
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum ListOf {
    /// The words of a column.
    Field(&'static str, &'static str),
    Offer(Offer),
    Tasks,
}

/// The lists behind the drop-downs, a column each.
struct Lists(BTreeMap<ListOf, Vec<String>>);

impl Lists {
    fn of(material: &Material, language: Language) -> Self {
        let mut lists: BTreeMap<ListOf, Vec<String>> = BTreeMap::new();
        for column in Sheet::ALL.iter().flat_map(|sheet| sheet.columns()) {
            if let Holds::Word(vocabulary) = column.holds {
                let shown = vocabulary.iter().map(|(word, ..)| words::shown(vocabulary, word, language).to_owned());
                lists.insert(ListOf::Field(column.field, column.en), shown.collect());
            }
        }
        for (offer, words) in &material.offers {
            lists.insert(ListOf::Offer(*offer), words.iter().cloned().collect());
        }
        lists.insert(ListOf::Tasks, material.tasks.values().cloned().collect());
        lists.retain(|_, words| !words.is_empty());
        Self(lists)
    }

    /// `=lists!$C$1:$C$4`.
    fn range(&self, list: ListOf) -> Option<String> {
        let place = self.0.keys().position(|other| *other == list)?;
        let letters = super::letters(u32::try_from(place).ok()?);
        Some(format!("={LISTS}!${letters}$1:${letters}${}", self.0.get(&list)?.len()))
    }

    fn write(&self, to: &mut Worksheet) -> Result<(), XlsxError> {
        to.set_name(LISTS)?.set_hidden(true);
        for (column, words) in (0u16..).zip(self.0.values()) {
            for (row, word) in (0u32..).zip(words) {
                to.write_string(row, column, clean(word))?;
            }
        }
        Ok(())
    }
}

/// What the workbook says when it is written, so that what was changed in it can be told from what others changed.
fn kept(to: &mut Worksheet, material: &Material) -> Result<(), XlsxError> {
    to.set_name(KEPT)?.set_very_hidden(true);
    let origin = &material.origin;
    let head = [KEPT_FORMAT, &origin.family, &origin.title, &origin.number.to_string()].map(clean);
    for (column, word) in (0u16..).zip(head) {
        to.write_string(0, column, word)?;
    }
    let mut at = 1;
    for sheet in Sheet::ALL {
        for row in material.tables.of(sheet) {
            for (column, word) in (0u16..).zip([sheet.what(), &row.key, &row.parent]) {
                to.write_string(at, column, clean(word))?;
            }
            for (column, field) in (3u16..).zip(sheet.columns()) {
                let text = row.cell(field.field);
                if !text.is_empty() {
                    to.write_string(at, column, clean(text))?;
                }
            }
            at += 1;
        }
    }
    Ok(())
}

/// As much as a cell takes.
pub(super) fn clean(text: &str) -> String {
    text.chars().take(CELL_CHARS_MAX).collect()
}
