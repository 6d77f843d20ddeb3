//! The rows of a file against the rules: an error rejects a row, a warning is shown with it.

use chassis::{Failure, Tx};
use cpas_proto::words::Classification;
use uuid::Uuid;

use super::rule_book::{Judged, RuleBook, error_among};
use crate::{
    domain::{definition::Definition, rule::Said},
    error::Error,
    store::{
        self,
        landing_rules::{Group, LandedRow},
    },
};

/// Rows that are judged at a time; one area of one indicator is judged as a whole.
const ROWS_AT_A_TIME: i64 = 20_000;
/// Warnings that are shown with a file.
const WARNINGS_MAX: usize = 1_000;

/// What is asked of who sends a row that breaks a warning, in English and French.
const ASK_FOR_NOTE: (&str, &str) = (
    " Say in the note column why it is right; without a note it stays a draft.",
    " Dites dans la colonne des notes pourquoi elle est juste ; sans note, elle reste un brouillon.",
);

/// What the rules said of a file.
#[derive(Debug, Default)]
pub(super) struct Judgement {
    /// Rows that break a warning, with what it says: the first of them.
    warned: Vec<(i32, String, String)>,
    /// Rows that break a warning and have no note.
    held: Vec<i32>,
}

/// Judges the good rows of the landing that are about indicators with rules, and rejects those that
/// break one whose severity is error.
pub(super) async fn judge(tx: &mut Tx, codes: &[String], start: u32) -> Result<Judgement, Failure> {
    let definitions = store::copies::definitions(tx).await?;
    let named: Vec<Uuid> = definitions.iter().filter(|one| codes.contains(&one.code)).map(|one| one.id).collect();
    let mut book = RuleBook::open(tx, &definitions, &named, start).await?;
    let mut judgement = Judgement::default();
    if book.is_empty() {
        return Ok(judgement);
    }
    let groups = store::landing_rules::groups(tx, &book.indicators()).await?;
    for (indicator, areas) in portions(groups) {
        let Some(definition) = definitions.iter().find(|one| one.id == indicator) else { continue };
        book.forget_values();
        let mut seen: Vec<Uuid> = book.looked_at(indicator).into_iter().collect();
        if !seen.contains(&indicator) {
            seen.push(indicator);
        }
        let rows = store::landing_rules::landed(tx, &seen, &areas).await?;
        judgement.portion(tx, &mut book, definition, &rows).await?;
    }
    Ok(judgement)
}

/// Areas of one indicator, as many as are judged at a time.
fn portions(groups: Vec<Group>) -> Vec<(Uuid, Vec<String>)> {
    let mut portions: Vec<(Uuid, Vec<String>)> = Vec::new();
    let mut rows = 0;
    for group in groups {
        rows += group.rows;
        match portions.last_mut() {
            Some((indicator, areas)) if *indicator == group.indicator_id && rows <= ROWS_AT_A_TIME => {
                areas.push(group.area);
            }
            _ => {
                rows = group.rows;
                portions.push((group.indicator_id, vec![group.area]));
            }
        }
    }
    portions
}

impl Judgement {
    async fn portion(
        &mut self,
        tx: &mut Tx,
        book: &mut RuleBook,
        definition: &Definition,
        rows: &[LandedRow],
    ) -> Result<(), Failure> {
        let judged = rows.iter().map(of_landed).collect::<Result<Vec<_>, Failure>>()?;
        book.look_around(tx, judged.iter().map(|one| (one.indicator, one.period, one.area))).await?;
        for one in &judged {
            book.put(*one);
        }
        let (mut rejected, mut reasons, mut reasons_fr) = (Vec::new(), Vec::new(), Vec::new());
        for (row, one) in rows.iter().zip(judged).filter(|(row, _)| row.indicator_id == definition.id) {
            let breaches = book.breaches(definition, one);
            if let Some(error) = error_among(&breaches) {
                rejected.push(row.row);
                reasons.push(error.en.clone());
                reasons_fr.push(error.fr.clone());
                continue;
            }
            let Some(warning) = breaches.into_iter().next() else { continue };
            if !row.noted {
                self.held.push(row.row);
            }
            if self.warned.len() < WARNINGS_MAX {
                let (ask, ask_fr) = if row.noted { ("", "") } else { ASK_FOR_NOTE };
                self.warned.push((row.row, format!("{}{ask}", warning.en), format!("{}{ask_fr}", warning.fr)));
            }
        }
        if !rejected.is_empty() {
            store::landing_rules::reject(tx, &rejected, &reasons, &reasons_fr).await?;
        }
        Ok(())
    }

    /// Keeps what is to be kept with the batch, after its good rows were.
    pub async fn keep(self, tx: &mut Tx, batch: Uuid, classification: Classification) -> Result<(), Failure> {
        if !self.held.is_empty() {
            store::landing_rules::hold(tx, batch, &self.held).await?;
        }
        if !self.warned.is_empty() {
            let rows: Vec<i32> = self.warned.iter().map(|(row, ..)| *row).collect();
            let (reasons, reasons_fr): (Vec<_>, Vec<_>) = self.warned.into_iter().map(|(_, en, fr)| (en, fr)).unzip();
            store::landing_rules::warn(tx, batch, classification, &rows, &reasons, &reasons_fr).await?;
        }
        Ok(())
    }
}

fn of_landed(row: &LandedRow) -> Result<Judged<'_>, Failure> {
    let said = Said::of_stored(&row.kind, row.value, row.numerator, row.denominator, &row.level);
    let period = row.period.parse().map_err(|_| Error::Broken(format!("landed period {}", row.period)))?;
    Ok(Judged { indicator: row.indicator_id, period, area: &row.area, slice: &row.slice, said })
}
