//! Taking a file, reading and checking all of it, and storing it as a dry run.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    sync::Arc,
    time::{Duration, Instant},
};

use chassis::{Caller, Failure, Tx, new_id};
use chrono::TimeDelta;
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Period, Role},
};
use tokio::{sync::mpsc, task::JoinHandle};
use uuid::Uuid;

use super::{
    App, imports,
    objects::{self, Owner},
    reach::{Reach, beyond},
    ruled_rows,
    spool::Spooled,
    spread,
};
use crate::{
    domain::{
        definition::Definition,
        file::{DecimalSign, Encoding, Field, Reader, Reference, Rejection, Survey, survey},
        lifetime::Lifetimes,
    },
    error::Error,
    events,
    store::{
        self,
        batches::{Batch, Json},
        landing::{CompleteSet, Lines},
    },
};

/// Pieces on their way to the database, and the size of one in bytes.
const PIECES: usize = 8;
const PIECE_BYTES: usize = 128 * 1024;
/// How often news of an unknown code is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Areas that a batch names.
const AREAS_NAMED_MAX: usize = 500;
/// Dimensions whose slices are checked against totals, for one indicator.
const DIMENSIONS_CHECKED_MAX: usize = 4;

/// Stores a file as a previewed batch: its good rows wait, its rejected rows are kept with their reasons.
///
/// # Errors
/// When the file cannot be used at all; then nothing is stored.
pub async fn preview_import(
    app: &App,
    caller: &Caller,
    file: Spooled,
    mapping: BTreeMap<String, String>,
) -> Result<pb::ImportBatch, Failure> {
    let reach = Reach::of(caller, &[Role::Coordinator, Role::HqAnalyst]);
    let mut file = Arc::new(file);
    let known = app.reference(caller).await?;
    if let Some(table) = objects_of(caller, &file, &known, app.config.import_bytes_max).await? {
        file = Arc::new(file.read_as(table, Encoding::Utf8));
    }
    let spread = spread::spread(&file, &mapping, &known, app.config.import_bytes_max).await?;
    let read_how = spread.map(|(table, sentence)| {
        file = Arc::new(file.read_as(table, Encoding::Utf8));
        sentence
    });
    let (reference, survey) = app.survey(caller, &file, mapping).await?;

    let mut tx = app.db.begin(caller).await?;
    let now = app.clock.now();
    let batch = new_id(now);
    store::staging::drop_stale(&mut tx, now - TimeDelta::days(app.config.preview_days.into())).await?;
    store::landing::create(&mut tx).await?;
    let (pieces, arriving) = mpsc::channel(PIECES);
    let reading =
        Reading { batch, file: Arc::clone(&file), survey: survey.clone(), reference: reference.clone(), reach };
    let reading: JoinHandle<Result<Found, Failure>> = tokio::task::spawn_blocking(move || reading.run(&pieces));
    land(&mut tx, arriving).await?;
    let found = reading.await.map_err(Failure::internal)??;
    store::landing::reject_repeated(&mut tx).await?;
    let codes: Vec<String> = found.indicators.iter().cloned().collect();
    let judgement = ruled_rows::judge(&mut tx, &codes, reference.fiscal_start_month).await?;
    let (good, rejected) = store::landing::keep_good(&mut tx, batch).await?;
    store::landing::keep_shown(&mut tx, batch, found.classification).await?;
    let mission = tx.mission();
    let mut sentences: Vec<String> = read_how.into_iter().collect();
    sentences.extend(warnings(&mut tx, &survey, &file).await?);
    store::batches::warn(&mut tx, mission, batch, found.classification.rank(), &sentences).await?;
    let sets = complete_sets(&found.sliced, &reference);
    if !sets.is_empty() {
        let place = i32::try_from(sentences.len()).unwrap_or(i32::MAX);
        store::landing::warn_of_mismatches(&mut tx, batch, place, found.classification, &sets).await?;
    }
    judgement.keep(&mut tx, batch, found.classification).await?;
    let verdicts = store::staging::weigh(&mut tx, batch).await?;
    debug_assert_eq!(good, verdicts.added + verdicts.changed + verdicts.unchanged, "one head a cell");

    let headings = survey.headings.clone();
    let count = |rows: i64| i32::try_from(rows).unwrap_or(i32::MAX);
    let (first_period, last_period) =
        found.periods.map_or_else(Default::default, |(first, last)| (first.to_string(), last.to_string()));
    let row = Batch {
        id: batch,
        file_name: file.name.clone(),
        sha256: file.sha256.clone(),
        state: "previewed".to_owned(),
        encoding: match &file.sheet {
            Some(sheet) => format!("XLSX, {sheet}"),
            None => survey.encoding.word().to_owned(),
        },
        delimiter: survey.delimiter.to_string(),
        decimal_sign: survey.decimal_sign.word().to_owned(),
        hxl_tags: survey.hxl_tags,
        mapping: Json(survey.layout.described(&headings)),
        headings,
        rows_read: count(good + rejected),
        rows_added: count(verdicts.added),
        rows_changed: count(verdicts.changed),
        rows_unchanged: count(verdicts.unchanged),
        rows_rejected: count(rejected),
        indicator_codes: found.indicators.into_iter().collect(),
        areas: found.areas.into_iter().take(AREAS_NAMED_MAX).collect(),
        first_period,
        last_period,
        recorded_at: now,
        recorded_by: caller.account,
        recorded_by_name: caller.name.clone(),
        committed_at: None,
        reversed_at: None,
        reason: String::new(),
        version: 1,
        classification: found.classification.rank(),
    };
    store::batches::insert(&mut tx, mission, &row).await?;
    tx.publish(events::import_recorded(row.clone().into(), found.classification)).await?;
    let shown = imports::with_rows(&mut tx, row).await?;
    tx.finish(shown).await
}

/// A file of JSON as a table; `None` for any other.
async fn objects_of(
    caller: &Caller,
    file: &Arc<Spooled>,
    reference: &Reference,
    bytes_max: u64,
) -> Result<Option<File>, Failure> {
    let owner = Owner { mission: caller.mission()?.code.clone(), fiscal_start_month: reference.fiscal_start_month };
    let file = Arc::clone(file);
    let table = tokio::task::spawn_blocking(move || {
        let text = file.open().map_err(|error| Error::Broken(error.to_string()))?;
        if objects::is_json(&text)? { objects::table(&text, &owner, bytes_max).map(Some) } else { Ok(None) }
    });
    Ok(table.await.map_err(Failure::internal)??)
}

/// Sends the pieces to the landing as they arrive.
async fn land(tx: &mut Tx, mut arriving: mpsc::Receiver<Vec<u8>>) -> Result<(), Failure> {
    let mut copy = store::landing::copy(tx).await?;
    while let Some(piece) = arriving.recv().await {
        copy.send(piece).await?;
    }
    copy.finish().await?;
    Ok(())
}

impl App {
    /// Surveys a file against what the mission has. Where it names codes that are not known, waits a
    /// little for news of them: they may have been made a moment ago in another service.
    async fn survey(
        &self,
        caller: &Caller,
        file: &Arc<Spooled>,
        mapping: BTreeMap<String, String>,
    ) -> Result<(Arc<Reference>, Survey), Failure> {
        let end = Instant::now() + Duration::from_millis(self.config.unknown_code_wait_ms);
        let mut reference = self.reference(caller).await?;
        loop {
            let (spooled, known, wanted) = (Arc::clone(file), Arc::clone(&reference), mapping.clone());
            let rows_max = self.config.import_rows_max;
            let surveyed = tokio::task::spawn_blocking(move || {
                survey(|| spooled.open(), spooled.encoding, &wanted, &known, rows_max)
            });
            let surveyed = surveyed.await.map_err(Failure::internal)?.map_err(Error::from)?;
            let news = |reference: &Reference| {
                surveyed
                    .unknown_codes
                    .iter()
                    .any(|code| reference.indicator(code).is_some() || !reference.areas(code).is_empty())
            };
            loop {
                if surveyed.unknown_codes.is_empty() || Instant::now() >= end {
                    return Ok((reference, surveyed));
                }
                tokio::time::sleep(LOOK_EVERY).await;
                reference = self.reference(caller).await?;
                if news(&reference) {
                    break;
                }
            }
        }
    }

    async fn reference(&self, caller: &Caller) -> Result<Arc<Reference>, Failure> {
        let mut tx = self.db.begin(caller).await?;
        let definitions = store::copies::definitions(&mut tx).await?;
        let areas = store::copies::area_names(&mut tx).await?;
        let locks = store::locks::locks(&mut tx).await?;
        let start = self.fiscal_start_month(caller, &mut tx).await?;
        let lifetimes = Lifetimes::of(&store::copies::areas(&mut tx).await?);
        Ok(Arc::new(Reference::new(definitions, areas, locks, start).with_lifetimes(lifetimes)))
    }
}

/// What the rows of a file speak of.
#[derive(Debug)]
struct Found {
    indicators: BTreeSet<String>,
    areas: BTreeSet<String>,
    /// Codes of the indicators that have slices in the file.
    sliced: BTreeSet<String>,
    periods: Option<(Period, Period)>,
    classification: Classification,
}

/// The second time through the file, on a thread of its own.
struct Reading {
    batch: Uuid,
    file: Arc<Spooled>,
    survey: Survey,
    reference: Arc<Reference>,
    reach: Reach,
}

impl Reading {
    fn run(self, pieces: &mpsc::Sender<Vec<u8>>) -> Result<Found, Failure> {
        let start = self.reference.fiscal_start_month;
        let file = self.file.open().map_err(Failure::internal)?;
        let mut reader = Reader::new(file, &self.survey, &self.reference);
        let mut lines = Lines::new(self.batch, start);
        let mut found = Found {
            indicators: BTreeSet::new(),
            areas: BTreeSet::new(),
            sliced: BTreeSet::new(),
            periods: None,
            classification: Classification::Unclassified,
        };
        while let Some(row) = reader.next_row().map_err(Error::from)? {
            let (number, record) = (row.number, row.record);
            match row.outcome {
                Ok(good) if self.reach.covers(&good.definition.owner_section, good.area) => {
                    found.note(good.definition, good.area, good.period, !good.slice.is_total(), start);
                    lines.good(number, record, &good);
                }
                Ok(good) => {
                    let reason = beyond(&good.definition.owner_section, good.area);
                    lines.rejected(number, record, &Rejection { column: String::new(), reason });
                }
                Err(rejection) => lines.rejected(number, record, &rejection),
            }
            // When nobody takes the pieces any more, whoever took them has failed and says why.
            if lines.bytes() >= PIECE_BYTES && pieces.blocking_send(lines.take()).is_err() {
                return Ok(found);
            }
        }
        let _ = pieces.blocking_send(lines.take());
        Ok(found)
    }
}

impl Found {
    fn note(&mut self, definition: &Definition, area: &str, period: Period, sliced: bool, start: u32) {
        if !self.indicators.contains(&definition.code) {
            self.indicators.insert(definition.code.clone());
        }
        if !self.areas.contains(area) {
            self.areas.insert(area.to_owned());
        }
        if sliced && !self.sliced.contains(&definition.code) {
            self.sliced.insert(definition.code.clone());
        }
        self.classification = self.classification.max(definition.classification);
        let (first, last) = self.periods.get_or_insert((period, period));
        if period != *first && period.first_day(start) < first.first_day(start) {
            *first = period;
        }
        if period != *last && period.last_day(start) > last.last_day(start) {
            *last = period;
        }
    }
}

/// What is to be said about a file as a whole.
async fn warnings(tx: &mut Tx, survey: &Survey, file: &Spooled) -> Result<Vec<String>, Failure> {
    let mut sentences = Vec::new();
    if let Some((name, at)) = store::batches::committed_before(tx, &file.sha256).await? {
        sentences.push(format!(
            "The same file was imported on {} as \"{name}\". Where nothing was corrected since, nothing will change.",
            at.format("%Y-%m-%d")
        ));
    }
    match survey.decimal_sign {
        DecimalSign::Ambiguous => sentences.push(
            "Some numbers could be read with a decimal point or with their thousands set apart, and none in the file \
             says which. A single point was taken for the decimal sign; numbers like 1,234 were rejected."
                .to_owned(),
        ),
        DecimalSign::Mixed => sentences.push(
            "Some numbers use a decimal point and some a decimal comma. Those that can be read in one way only were \
             taken, the others rejected."
                .to_owned(),
        ),
        DecimalSign::Point | DecimalSign::Comma | DecimalSign::Unseen => {}
    }
    if survey.days_are_firsts {
        let sentence = "All days in the file are the first of a month, as spreadsheets write a month: each was taken for \
                        the period of its indicator that begins on it.";
        sentences.push(sentence.to_owned());
    }
    if !survey.layout.fields.contains_key(&Field::Area) {
        let sentence = "No column names an area: every row was taken to speak of the mission as a whole.";
        sentences.push(sentence.to_owned());
    }
    Ok(sentences)
}

/// The sets of slices that are complete, for the indicators that have slices in the file.
fn complete_sets(codes: &BTreeSet<String>, reference: &Reference) -> Vec<CompleteSet> {
    let mut sets = Vec::new();
    let indicators = codes.iter().filter_map(|code| reference.indicator(code));
    for definition in indicators.filter(|definition| definition.kind.adds_up_over_slices()) {
        let mut dimensions: Vec<(&str, i64)> = definition
            .dimensions
            .iter()
            .map(|dimension| (dimension.name.as_str(), dimension.required().count() as i64))
            .filter(|(_, required)| *required > 0)
            .collect();
        dimensions.sort_unstable();
        dimensions.truncate(DIMENSIONS_CHECKED_MAX);
        for chosen in 1_u32..1 << dimensions.len() {
            let of_set = dimensions.iter().enumerate().filter(|(place, _)| chosen & (1 << place) != 0);
            let (names, required): (Vec<&str>, Vec<i64>) = of_set.map(|(_, dimension)| *dimension).unzip();
            sets.push(CompleteSet {
                indicator: definition.id,
                dimensions: names.join(","),
                slices: required.iter().product(),
            });
        }
    }
    sets
}
