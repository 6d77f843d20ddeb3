//! Taking a file, reading and checking all of it, and storing it as a dry run.

use std::{collections::BTreeMap, sync::Arc};

use chassis::{Caller, Failure, Tx, new_id};
use chrono::TimeDelta;
use cpas_proto::{collection::v1 as pb, words::Role};
use tokio::{sync::mpsc, task::JoinHandle};
use uuid::Uuid;

use super::{
    App, import_work, imports,
    progress::{Progress, Stage},
    reach::Reach,
    reading::{Found, Reading},
    rejected_rows, ruled_rows,
    spool::Sent,
    surveys::{complete_sets, warnings},
    tables::{Mapping, Table, Tables},
};
use crate::{
    domain::file::{Reference, Survey, Unusable, frame::layout_key},
    error::Error,
    events,
    store::{
        self,
        batches::{Batch, Json, SheetOfBatch},
        staging::Verdicts,
    },
};

/// Pieces on their way to the database.
const PIECES: usize = 8;
/// Areas that a batch names.
const AREAS_NAMED_MAX: usize = 500;

/// Stores a file as a previewed batch: its good rows wait, its rejected rows are kept with their reasons. `work` is what
/// is told of it.
///
/// # Errors
/// When the file cannot be used at all; then nothing is stored.
pub async fn preview_import(
    app: &App,
    caller: &Caller,
    sent: Sent,
    said: Mapping,
    (work, progress): (Uuid, Arc<Progress>),
) -> Result<pb::ImportBatch, Failure> {
    let reach = Reach::of(caller, &[Role::Coordinator, Role::HqAnalyst]);
    let found = app.tables(caller, &sent, said).await?;
    let surveyed = app.surveys(caller, &found).await?;
    let rows = surveyed.iter().map(|(_, survey)| u64::from(survey.rows)).sum();
    progress.begin(Stage::Reading, rows);

    let mut tx = app.db.begin(caller).await?;
    let now = app.clock.now();
    let batch = new_id(now);
    store::staging::drop_stale(&mut tx, now - TimeDelta::days(app.config.preview_days.into())).await?;
    store::landing::create(&mut tx).await?;
    let mut spoken_of = Found::nothing();
    for (table, (reference, survey)) in found.read.iter().zip(&surveyed) {
        let reading = Reading {
            batch,
            file: Arc::clone(&table.file),
            survey: survey.clone(),
            reference: Arc::clone(reference),
            reach: reach.clone(),
            sheet: found.place(&table.sheet),
            rows_before: spoken_of.last_row,
            is_wide: table.is_wide,
            progress: Arc::clone(&progress),
        };
        spoken_of = land(&mut tx, reading, spoken_of).await?;
    }
    progress.begin(Stage::Checking, 0);
    let mission = tx.mission();
    let checked = Checked { batch, found: &found, surveyed: &surveyed, spoken_of: &spoken_of };
    let mut sheets = checked.keep(&mut tx, &sent).await?;
    let (good, rejected) = checked.counts(&mut tx, &mut sheets).await?;
    for (headings, mapping) in to_remember(&found.read) {
        store::layouts::remember(&mut tx, mission, &headings, &mapping, now, caller.account).await?;
    }
    let row = Batch { recorded_at: now, ..checked.batch(caller, &sent, sheets, good, rejected) };
    store::batches::insert(&mut tx, mission, &row).await?;
    tx.publish(events::import_recorded(row.clone().into(), spoken_of.classification)).await?;
    let shown = imports::with_rows(&mut tx, row).await?;
    import_work::settle(&mut tx, work, batch).await?;
    tx.finish(shown).await
}

/// The mappings that the sender said, by headings: of columns only, as a constant is of this file; and none where two
/// tables with the same headings are read otherwise.
fn to_remember(tables: &[Table]) -> BTreeMap<String, Mapping> {
    let mut said: BTreeMap<String, Option<Mapping>> = BTreeMap::new();
    for table in tables.iter().filter(|table| table.is_said) {
        let is_of_this_file = table.mapping.values().any(|to| to.starts_with('='));
        let own = (!is_of_this_file && !table.mapping.is_empty()).then(|| table.mapping.clone());
        let known = said.entry(layout_key(&table.headings)).or_insert_with(|| own.clone());
        if *known != own {
            *known = None;
        }
    }
    said.into_iter().filter_map(|(headings, mapping)| Some((headings, mapping?))).collect()
}

/// Lets a table land, a piece at a time as it is read.
async fn land(tx: &mut Tx, reading: Reading, found: Found) -> Result<Found, Failure> {
    let (pieces, mut arriving) = mpsc::channel::<Vec<u8>>(PIECES);
    let reading: JoinHandle<Result<Found, Failure>> = tokio::task::spawn_blocking(move || reading.run(found, &pieces));
    let mut copy = store::landing::copy(tx).await?;
    while let Some(piece) = arriving.recv().await {
        copy.send(piece).await?;
    }
    copy.finish().await?;
    reading.await.map_err(Failure::internal)?
}

/// A file all of whose rows have landed.
struct Checked<'a> {
    batch: Uuid,
    found: &'a Tables,
    /// Of each table that is read.
    surveyed: &'a [(Arc<Reference>, Survey)],
    spoken_of: &'a Found,
}

impl Checked<'_> {
    /// Judges the rows, keeps the good ones and what is to be shown of the others; the sheets, without counts.
    async fn keep(&self, tx: &mut Tx, sent: &Sent) -> Result<Vec<SheetOfBatch>, Failure> {
        let (batch, classification) = (self.batch, self.spoken_of.classification);
        let Some((reference, _)) = self.surveyed.first() else { return Err(Error::Unusable(Unusable::NoRows).into()) };
        let names = if self.found.read.len() > 1 { self.found.names() } else { Vec::new() };
        store::landing::reject_repeated(tx, &names).await?;
        let codes: Vec<String> = self.spoken_of.indicators.iter().cloned().collect();
        let judgement = ruled_rows::judge(tx, &codes, reference.fiscal_start_month).await?;
        store::landing::keep_good(tx, batch).await?;
        store::landing::keep_shown(tx, batch, classification).await?;
        let mut sheets = self.sheets();
        rejected_rows::keep(tx, batch, classification, self.found, &mut sheets).await?;
        let sentences = self.warnings(tx, sent).await?;
        let mission = tx.mission();
        store::batches::warn(tx, mission, batch, classification.rank(), &sentences).await?;
        let sets = complete_sets(&self.spoken_of.sliced, reference);
        if !sets.is_empty() {
            let place = i32::try_from(sentences.len()).unwrap_or(i32::MAX);
            store::landing::warn_of_mismatches(tx, batch, place, classification, &sets).await?;
        }
        judgement.keep(tx, batch, classification).await?;
        Ok(sheets)
    }

    /// Every visible sheet of a workbook; none of anything else.
    fn sheets(&self) -> Vec<SheetOfBatch> {
        let sheet = |name: String| {
            let read = self.found.read.iter().zip(self.surveyed).find(|(table, _)| table.sheet == name);
            let left = self.found.left.iter().find(|left| left.sheet == name);
            let own = SheetOfBatch { name, ..SheetOfBatch::default() };
            match (read, left) {
                (Some((table, (_, survey))), _) => SheetOfBatch {
                    mapping: survey.layout.described(&survey.headings),
                    headings: survey.headings.clone(),
                    heading_row: table.heading_row,
                    is_wide: table.is_wide,
                    ..own
                },
                (None, Some(left)) => SheetOfBatch { left_out: left.reason.clone(), ..own },
                (None, None) => SheetOfBatch { left_out: "It was not asked for.".to_owned(), ..own },
            }
        };
        self.found.names().into_iter().map(sheet).collect()
    }

    /// What the good rows would do, and how many rows are rejected: of each sheet, and in all.
    async fn counts(&self, tx: &mut Tx, sheets: &mut [SheetOfBatch]) -> Result<(Verdicts, i64), Failure> {
        let verdicts = store::staging::weigh(tx, self.batch).await?;
        let all = count_sheets(sheets, &verdicts);
        let mut rejected = 0;
        for (place, rows) in store::landing::rejected_by_sheet(tx).await? {
            rejected += rows;
            if let Some(sheet) = sheet_at(sheets, place) {
                sheet.rejected = rows;
            }
        }
        Ok((all, rejected))
    }

    fn batch(
        &self,
        caller: &Caller,
        sent: &Sent,
        sheets: Vec<SheetOfBatch>,
        verdicts: Verdicts,
        rejected: i64,
    ) -> Batch {
        let first = self.surveyed.first().map(|(_, survey)| survey);
        let headings = first.map(|survey| survey.headings.clone()).unwrap_or_default();
        let count = |rows: i64| i32::try_from(rows).unwrap_or(i32::MAX);
        let periods = self.spoken_of.periods;
        let (first_period, last_period) =
            periods.map_or_else(Default::default, |(first, last)| (first.to_string(), last.to_string()));
        let book = self.found.book.as_ref().map_or("", |book| book.format());
        let read: Vec<&str> = self.found.read.iter().map(|table| table.sheet.as_str()).collect();
        let encoding = first.map_or("", |survey| survey.encoding.word());
        let good = verdicts.added + verdicts.changed + verdicts.unchanged;
        Batch {
            id: self.batch,
            file_name: sent.name.clone(),
            sha256: sent.sha256.clone(),
            state: "previewed".to_owned(),
            encoding: if book.is_empty() { encoding.to_owned() } else { format!("{book}, {}", read.join(", ")) },
            delimiter: first.map(|survey| survey.delimiter.to_string()).unwrap_or_default(),
            decimal_sign: first.map(|survey| survey.decimal_sign.word().to_owned()).unwrap_or_default(),
            hxl_tags: first.is_some_and(|survey| survey.hxl_tags),
            mapping: Json(first.map(|survey| survey.layout.described(&headings)).unwrap_or_default()),
            headings,
            rows_read: count(good + rejected),
            rows_added: count(verdicts.added),
            rows_changed: count(verdicts.changed),
            rows_unchanged: count(verdicts.unchanged),
            rows_rejected: count(rejected),
            indicator_codes: self.spoken_of.indicators.iter().cloned().collect(),
            areas: self.spoken_of.areas.iter().take(AREAS_NAMED_MAX).cloned().collect(),
            first_period,
            last_period,
            recorded_at: chrono::DateTime::UNIX_EPOCH,
            recorded_by: caller.account,
            recorded_by_name: caller.name.clone(),
            committed_at: None,
            reversed_at: None,
            reason: String::new(),
            version: 1,
            classification: self.spoken_of.classification.rank(),
            book: book.to_owned(),
            sheets: Json(sheets),
        }
    }

    /// What is to be said about the file as a whole, and about each of its tables.
    async fn warnings(&self, tx: &mut Tx, sent: &Sent) -> Result<Vec<String>, Failure> {
        let mut sentences = Vec::new();
        if let Some((name, at)) = store::batches::committed_before(tx, &sent.sha256).await? {
            sentences.push(format!(
                "The same file was imported on {} as \"{name}\". Where nothing was corrected since, nothing will change.",
                at.format("%Y-%m-%d")
            ));
        }
        for (table, (_, survey)) in self.found.read.iter().zip(self.surveyed) {
            let of_table = table.told.iter().cloned().chain(warnings(survey));
            if self.found.read.len() > 1 {
                sentences.extend(of_table.map(|sentence| format!("Sheet \"{}\": {sentence}", table.sheet)));
            } else {
                sentences.extend(of_table);
            }
        }
        Ok(sentences)
    }
}

/// Notes what the rows of each sheet would do; in all.
pub(super) fn count_sheets(sheets: &mut [SheetOfBatch], verdicts: &[Verdicts]) -> Verdicts {
    let mut all = Verdicts::default();
    for one in verdicts {
        all.added += one.added;
        all.changed += one.changed;
        all.unchanged += one.unchanged;
        if let Some(sheet) = sheet_at(sheets, one.sheet) {
            (sheet.added, sheet.changed, sheet.unchanged) = (one.added, one.changed, one.unchanged);
        }
    }
    all
}

fn sheet_at(sheets: &mut [SheetOfBatch], place: i16) -> Option<&mut SheetOfBatch> {
    sheets.get_mut(usize::try_from(place).ok()?.checked_sub(1)?)
}
