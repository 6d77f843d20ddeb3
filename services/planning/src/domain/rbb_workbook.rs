//! The crosswalk as an Excel workbook: a matrix of lines and items, the items by their numbers, and what is linked
//! to nothing. Words are written as words: none of them is a formula, whatever it begins with.

use std::collections::BTreeSet;

use cpas_proto::words::Language;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use super::{
    ids::ItemId,
    item::ItemKind,
    plan::Plan,
    rbb::{Crosswalk, LineKind, RbbLine},
};

/// Excel's own bound, in characters.
const CELL_CHARS_MAX: usize = 32_767;
/// Widths of columns, in characters.
const WIDE: f64 = 70.0;
const NARROW: f64 = 14.0;
const CELL: f64 = 7.0;
/// Row of the headings, below the title.
const HEADS: u32 = 3;
/// Columns before those of the items.
const FIRST_ITEM: u16 = 4;

/// The workbook of a plan's crosswalk.
///
/// # Errors
/// What the library refuses; nothing of a crosswalk should make it.
pub fn write(plan: &Plan, crosswalk: &Crosswalk, language: Language) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let page = Page { plan, crosswalk, language, numbers: plan.framework.numbers() };
    page.matrix(book.add_worksheet())?;
    page.items(book.add_worksheet())?;
    page.unlinked(book.add_worksheet())?;
    book.save_to_buffer()
}

struct Page<'a> {
    plan: &'a Plan,
    crosswalk: &'a Crosswalk,
    language: Language,
    numbers: std::collections::BTreeMap<ItemId, String>,
}

impl Page<'_> {
    fn word(&self, en: &'static str, fr: &'static str) -> &'static str {
        if self.language == Language::Fr { fr } else { en }
    }

    fn kind(&self, kind: LineKind) -> &'static str {
        match kind {
            LineKind::ExpectedAccomplishment => self.word("Expected accomplishment", "Réalisation escomptée"),
            LineKind::IndicatorOfAchievement => self.word("Indicator of achievement", "Indicateur de succès"),
            LineKind::PlannedOutput => self.word("Planned output", "Produit prévu"),
        }
    }

    /// Items that serve a line, and the outcomes and outputs that do not, in reading order.
    fn columns(&self) -> Vec<ItemId> {
        let serving: BTreeSet<ItemId> = self.crosswalk.links.iter().map(|(item, _)| *item).collect();
        let is_result = |kind| matches!(kind, ItemKind::Outcome | ItemKind::Output);
        let items = self.plan.framework.items().iter();
        items.filter(|item| serving.contains(&item.id) || is_result(item.kind())).map(|item| item.id).collect()
    }

    fn matrix(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_name(self.word("Crosswalk", "Concordance"))?;
        self.title(sheet)?;
        let head = Format::new().set_bold().set_border_bottom(FormatBorder::Thin).set_text_wrap();
        let heads = [("Year", "Année"), ("Line", "Ligne"), ("Code", "Code"), ("Budget", "Budget")]
            .map(|(en, fr)| self.word(en, fr));
        for (column, (word, width)) in (0u16..).zip(heads.into_iter().zip([NARROW, WIDE / 2.0, NARROW, WIDE])) {
            sheet.write_string_with_format(HEADS, column, word, &head)?.set_column_width(column, width)?;
        }
        let columns = self.columns();
        let turned = head.clone().set_rotation(90).set_align(FormatAlign::Center);
        for (column, item) in (FIRST_ITEM..).zip(&columns) {
            let number = self.numbers.get(item).map_or("", String::as_str);
            sheet.write_string_with_format(HEADS, column, number, &turned)?.set_column_width(column, CELL)?;
        }
        for (row, line) in (HEADS + 1..).zip(&self.crosswalk.lines) {
            self.line(sheet, row, line)?;
            for (column, item) in (FIRST_ITEM..).zip(&columns) {
                if self.crosswalk.links.contains(&(*item, line.id)) {
                    let mark = Format::new().set_align(FormatAlign::Center);
                    sheet.write_string_with_format(row, column, "✕", &mark)?;
                }
            }
        }
        sheet.set_freeze_panes(HEADS + 1, FIRST_ITEM)?.set_repeat_rows(HEADS, HEADS)?.set_landscape();
        Ok(())
    }

    fn title(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let title = format!(
            "{}: {}",
            self.word("Crosswalk to the results-based budget", "Concordance avec le budget axé sur les résultats"),
            self.plan.head.title.said(self.language)
        );
        sheet.write_string_with_format(0, 0, clean(&title), &Format::new().set_bold().set_font_size(14))?;
        let state = format!("{} {}", self.word("Version", "Version"), self.plan.head.number);
        let days = format!("{} – {}", self.plan.head.horizon.start, self.plan.head.horizon.end);
        sheet.write_string(1, 0, format!("{state}, {days}"))?;
        Ok(())
    }

    /// An expected accomplishment stands out; what is under it is folded with it.
    fn line(&self, sheet: &mut Worksheet, row: u32, line: &RbbLine) -> Result<(), XlsxError> {
        let top = line.content.kind == LineKind::ExpectedAccomplishment;
        let format = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        let format = if top { format.set_bold() } else { format.set_indent(1) };
        let period = line.content.period.to_string();
        let cells = [&period, self.kind(line.content.kind), &line.content.code, line.content.text.said(self.language)];
        for (column, cell) in (0u16..).zip(cells) {
            sheet.write_string_with_format(row, column, clean(cell), &format)?;
        }
        if !top {
            sheet.group_rows(row, row)?;
        }
        Ok(())
    }

    fn items(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_name(self.word("Plan items", "Éléments du plan"))?;
        let served = |item: ItemId| {
            let lines = self.crosswalk.lines.iter().filter(|line| self.crosswalk.links.contains(&(item, line.id)));
            lines.map(|line| line.content.code.as_str()).collect::<Vec<_>>().join(", ")
        };
        let rows: Vec<[String; 3]> = self.columns().into_iter().map(|id| self.row(id, served(id))).collect();
        self.list(sheet, &[("No.", "N°"), ("Statement", "Énoncé"), ("Budget lines", "Lignes du budget")], &rows)
    }

    fn unlinked(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_name(self.word("Linked to nothing", "Sans lien"))?;
        let item = self.word("plan item", "élément du plan").to_owned();
        let items = self.crosswalk.unlinked_items.iter().map(|id| self.row(*id, item.clone()));
        let lines = self.crosswalk.lines.iter().filter(|line| self.crosswalk.unlinked_lines.contains(&line.id));
        let lines = lines.map(|line| {
            let text = line.content.text.said(self.language).to_owned();
            [line.content.code.clone(), text, self.kind(line.content.kind).to_owned()]
        });
        let rows: Vec<[String; 3]> = items.chain(lines).collect();
        self.list(sheet, &[("No.", "N°"), ("Statement", "Énoncé"), ("What", "Quoi")], &rows)
    }

    fn row(&self, id: ItemId, last: String) -> [String; 3] {
        let number = self.numbers.get(&id).cloned().unwrap_or_default();
        let item = self.plan.framework.item(id);
        [number, item.map_or("", |item| item.content.statement.said(self.language)).to_owned(), last]
    }

    fn list(
        &self,
        sheet: &mut Worksheet,
        heads: &[(&'static str, &'static str); 3],
        rows: &[[String; 3]],
    ) -> Result<(), XlsxError> {
        let head = Format::new().set_bold().set_border_bottom(FormatBorder::Thin);
        for (column, ((en, fr), width)) in (0u16..).zip(heads.iter().zip([NARROW, WIDE, WIDE / 2.0])) {
            sheet.write_string_with_format(0, column, self.word(en, fr), &head)?.set_column_width(column, width)?;
        }
        let words = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        for (row, cells) in (1u32..).zip(rows) {
            for (column, cell) in (0u16..).zip(cells) {
                sheet.write_string_with_format(row, column, clean(cell), &words)?;
            }
        }
        sheet.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
        Ok(())
    }
}

/// As much as a cell takes.
fn clean(text: &str) -> String {
    text.chars().take(CELL_CHARS_MAX).collect()
}
