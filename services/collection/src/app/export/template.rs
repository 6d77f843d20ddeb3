//! The entry template as a workbook: what is due of some indicators between two periods, as it stands.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use async_stream::try_stream;
use chassis::{Caller, Failure};
use chrono::{Months, NaiveDate};
use cpas_proto::{
    collection::v1 as pb,
    common::v1::FileChunk,
    words::{Language, Period},
};
use futures::Stream;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    super::{
        App,
        quality::{OBSERVATIONS_MAX, waived},
        quality_facts::held,
    },
    Wanted, wanted,
    workbook::{MEDIA_TYPE, Pieces, put_cells, shortened},
};
use crate::{
    domain::{
        definition::Definition,
        export::{
            heading,
            template::{Due, Said, columns, periods_between, slices},
        },
        lifetime::Lifetimes,
        lock::{Lock, lock_over},
        quality::{Facts, Held, Waived, Window, expected_in},
    },
    error::Error,
    store::{self, heads::Head},
};

/// Most rows of a template: more would not be filled in by hand.
const ROWS_MAX: usize = 50_000;
/// Areas that reported in as long a time, and in as long before it, are expected.
const MONTHS: u32 = 12;
const WAITING: usize = 2;
/// Widths of columns, in characters.
const WIDTHS: [f64; 11] = [18.0, 12.0, 24.0, 11.0, 18.0, 14.0, 14.0, 14.0, 40.0, 28.0, 12.0];

/// The template in pieces; its name and media type come with the first.
///
/// # Errors
/// Neither a section nor indicators, or not both periods; more rows than one is made of; nothing that is due.
pub(super) async fn pieces(
    app: &App,
    caller: &Caller,
    asked: pb::ExportObservationsRequest,
) -> Result<impl Stream<Item = Result<FileChunk, Failure>> + Send + use<>, Failure> {
    if asked.section.is_empty() && asked.indicators.is_empty() {
        return Err(Error::bad("section", "Name the section that the template is for, or its indicators.").into());
    }
    for (field, text) in [("first_period", &asked.first_period), ("last_period", &asked.last_period)] {
        if text.is_empty() {
            return Err(Error::bad(field, "Name the first and the last period of the template.").into());
        }
    }
    if !asked.as_known_at.is_empty() || asked.only_verified {
        let field = if asked.only_verified { "only_verified" } else { "as_known_at" };
        return Err(Error::bad(field, "A template has what stands now; leave this out.").into());
    }
    let name = format!("template-{}_{}", asked.first_period, asked.last_period);
    let board = Board::read(app, caller, asked).await?;
    let (mission, language) = (board.wanted.mission.clone(), board.wanted.language);
    let rows = tokio::task::spawn_blocking(move || board.rows()).await.map_err(Failure::internal)??;
    if rows.is_empty() {
        let sentence = "Nothing is due there that could be filled in: no indicator is collected in these periods, or \
                        all of it is waived or locked.";
        return Err(Error::bad("first_period", sentence).into());
    }
    let (app, deadline) = (app.clone(), caller.deadline);
    Ok(try_stream! {
        yield FileChunk {
            data: Vec::new(),
            file_name: format!("{name}-{mission}.xlsx"),
            content_type: MEDIA_TYPE.to_owned(),
            ..FileChunk::default()
        };
        // Kept while it is written, which ends at the caller's deadline at the latest: each takes room on disk.
        let place = Arc::clone(&app.workbooks).acquire_owned().await.map_err(Failure::internal)?;
        let (to_reader, mut pieces) = mpsc::channel::<Vec<u8>>(WAITING);
        let writing = tokio::task::spawn_blocking(move || {
            let _place = place;
            write(&rows, language, Pieces::new(to_reader, deadline))
        });
        while let Some(data) = pieces.recv().await {
            yield FileChunk { data, ..FileChunk::default() };
        }
        writing.await.map_err(Failure::internal)?.map_err(Failure::internal)?;
    })
}

/// What a template is made of.
struct Board {
    wanted: Wanted,
    days: (NaiveDate, NaiveDate),
    window: Window,
    standing: HashMap<Uuid, Vec<Held>>,
    waived: HashMap<Uuid, Waived>,
    locks: Vec<Lock>,
    lifetimes: Lifetimes,
    /// Indicator, period, area -> slice -> what stands there.
    heads: HashMap<(Uuid, String, String), BTreeMap<String, Head>>,
}

impl Board {
    async fn read(app: &App, caller: &Caller, asked: pb::ExportObservationsRequest) -> Result<Self, Failure> {
        let mut wanted = wanted(app, caller, asked).await?;
        // What is computed is not collected.
        wanted.definitions.retain(|own| own.takes_values().is_ok());
        let days = match wanted.days {
            (Some(first), Some(last)) if first <= last => (first, last),
            _ => return Err(Error::bad("last_period", "The last period ends before the first begins.").into()),
        };
        let start = wanted.fiscal_start_month;
        let window = Window { today: app.clock.today(), months: MONTHS, fiscal_start_month: start };
        let ids: Vec<Uuid> = wanted.definitions.iter().map(|own| own.id).collect();
        let before = window.today.checked_sub_months(Months::new(MONTHS * 2)).unwrap_or(NaiveDate::MIN);
        let mut tx = app.db.begin(caller).await?;
        let from = before.min(days.0);
        let standing = store::quality::standing(&mut tx, &ids, from, OBSERVATIONS_MAX as i64 + 1).await?;
        if standing.len() > OBSERVATIONS_MAX {
            let message =
                format!("More than {OBSERVATIONS_MAX} observations would be looked at; ask for fewer periods.");
            return Err(Error::bad("first_period", message).into());
        }
        let waived = waived(&store::waivers::in_force(&mut tx, &ids, days.0).await?)?;
        let locks = store::locks::locks(&mut tx).await?;
        let lifetimes = Lifetimes::of(&store::copies::areas(&mut tx).await?);
        let areas = wanted.areas.as_deref();
        let between = (Some(days.0), Some(days.1));
        let found = store::heads::heads(&mut tx, &ids, areas, between, ROWS_MAX as i64 + 1).await?;
        drop(tx);
        if found.len() > ROWS_MAX {
            return Err(too_many().into());
        }
        let mut by_indicator: HashMap<Uuid, Vec<Held>> = HashMap::new();
        for row in &standing {
            by_indicator.entry(row.indicator_id).or_default().push(held(row)?);
        }
        let mut heads: HashMap<_, BTreeMap<String, Head>> = HashMap::new();
        for head in found {
            let place = (head.indicator_id, head.period.clone(), head.area.clone());
            heads.entry(place).or_default().insert(head.slice.clone(), head);
        }
        Ok(Self { wanted, days, window, standing: by_indicator, waived, locks, lifetimes, heads })
    }

    /// By indicator, then by period, area and slice.
    fn rows(&self) -> Result<Vec<Due>, Error> {
        let mut rows = Vec::new();
        for definition in &self.wanted.definitions {
            self.of_indicator(definition, &mut rows)?;
        }
        Ok(rows)
    }

    fn of_indicator(&self, definition: &Definition, rows: &mut Vec<Due>) -> Result<(), Error> {
        let start = self.wanted.fiscal_start_month;
        let nothing = Vec::new();
        let held = self.standing.get(&definition.id).unwrap_or(&nothing);
        let facts = Facts::of(definition, held, start);
        let periods = periods_between(self.days.0, self.days.1, definition.frequency, start);
        let is_waived = |period: Period, area: &str| {
            self.waived.get(&definition.id).is_some_and(|own| own.contains(&(period, area.to_owned())))
        };
        let is_wanted = |area: &String| self.wanted.areas.as_ref().is_none_or(|areas| areas.contains(area));
        for place in expected_in(definition, &facts, &self.lifetimes, self.window, &periods) {
            // No file changes what is locked.
            if !is_wanted(&place.area)
                || (place.filled.is_none() && is_waived(place.period, &place.area))
                || lock_over(&self.locks, place.period, start).is_some()
            {
                continue;
            }
            let period = place.period.to_string();
            let heads = self.heads.get(&(definition.id, period, place.area.clone()));
            for slice in slices(definition, heads.into_iter().flatten().map(|(slice, _)| slice.as_str())) {
                if rows.len() == ROWS_MAX {
                    return Err(too_many());
                }
                let said = heads.and_then(|heads| heads.get(&slice)).map(said).unwrap_or_default();
                rows.push(Due {
                    indicator: definition.code.clone(),
                    area_name: self.wanted.area_names.get(&place.area).cloned().unwrap_or_default(),
                    area: place.area.clone(),
                    period: place.period,
                    slice,
                    due: place.due,
                    said,
                });
            }
        }
        Ok(())
    }
}

fn said(head: &Head) -> Said {
    Said {
        kind: head.kind.clone(),
        value: head.value,
        numerator: head.numerator,
        denominator: head.denominator,
        level: head.level.clone(),
        text: head.text.clone(),
        note: head.note.clone(),
    }
}

fn too_many() -> Error {
    let message =
        format!("The template would have more than {ROWS_MAX} rows; ask for fewer periods, areas or indicators.");
    Error::bad("first_period", message)
}

fn write(rows: &[Due], language: Language, mut pieces: Pieces) -> Result<(), XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let cover = book.add_worksheet_with_constant_memory()?.set_name("CPAS")?;
    cover.set_column_width(0, 100)?;
    for (place, (en, fr)) in (0..).zip(ABOUT) {
        cover.write_string(place, 0, if language == Language::Fr { *fr } else { *en })?;
    }
    let name = if language == Language::Fr { "Saisie" } else { "Entry" };
    let sheet = book.add_worksheet_with_constant_memory()?.set_name(name)?;
    sheet.set_freeze_panes(2, 0)?;
    let columns = columns();
    for (place, (column, width)) in (0..).zip(columns.iter().zip(WIDTHS)) {
        sheet.set_column_width(place, width)?;
        sheet.write_string_with_format(0, place, heading(column, language), &bold)?;
    }
    for (place, column) in (0..).zip(&columns) {
        sheet.write_string(1, place, shortened(column.2))?;
    }
    for (at, row) in (2..).zip(rows) {
        put_cells(sheet, at, row.cells())?;
    }
    book.save_to_writer(&mut pieces)?;
    Ok(pieces.end()?)
}

/// What the first sheet says.
const ABOUT: &[(&str, &str)] = &[
    (
        "Fill in the column \"Value\" of the second sheet, for a ratio \"Numerator\" and \"Denominator\", and import the workbook.",
        "Remplissez la colonne « Valeur » de la deuxième feuille, pour un rapport « Numérateur » et « Dénominateur », et importez le classeur.",
    ),
    (
        "A row that is left empty says nothing. Zero is written 0; write \"missing\", \"not applicable\" or \"suppressed\" where that is so.",
        "Une ligne laissée vide ne dit rien. Zéro s’écrit 0 ; écrivez « manquant », « sans objet » ou « supprimé » là où c’est le cas.",
    ),
    (
        "Keep the first two rows of the sheet: by them the import knows the columns.",
        "Gardez les deux premières lignes de la feuille : elles disent à l’importation ce que contiennent les colonnes.",
    ),
    (
        "The workbook is as classified as the most classified of its rows.",
        "Le classeur est aussi protégé que la plus protégée de ses lignes.",
    ),
];
