//! Observations as a file, streamed: a page in memory at a time, however many there are.

pub mod events;
mod template;
pub(in crate::app) mod workbook;

use std::collections::{BTreeSet, HashMap};

use async_stream::try_stream;
use chassis::{Caller, Failure};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use cpas_proto::{
    collection::v1 as pb,
    common::v1::FileChunk,
    words::{Classification, Language, Period},
};
use futures::{Stream, StreamExt as _, future::Either};

use super::{App, moment};
use crate::{
    domain::{
        definition::Definition,
        export::{Format, Row, csv, dhis2, jsonl},
        file::reference::AreaName,
        observation::State,
        rollup::Area,
    },
    error::Error,
    store::{
        self,
        export::{Exported, Narrowed},
    },
};

/// Observations read at a time.
const ROWS_AT_A_TIME: i64 = 10_000;

/// What a file is made of.
struct Wanted {
    mission: String,
    definitions: Vec<Definition>,
    /// `None`: all.
    areas: Option<Vec<String>>,
    area_names: HashMap<String, String>,
    days: (Option<NaiveDate>, Option<NaiveDate>),
    only_verified: bool,
    moment: DateTime<Utc>,
    language: Language,
    fiscal_start_month: u32,
}

/// The observations in force as a file.
///
/// # Errors
/// A field that cannot be used; an indicator or area that the caller cannot see. A stream that breaks off ends
/// with an error, so that nobody takes its beginning for the whole.
pub async fn export_observations(
    app: &App,
    caller: &Caller,
    asked: pb::ExportObservationsRequest,
) -> Result<impl Stream<Item = Result<FileChunk, Failure>> + Send + use<>, Failure> {
    let format: Format = asked.format.parse().map_err(|error| Error::bad("format", format!("{error}.")))?;
    if format == Format::Template {
        return Ok(Either::Left(template::pieces(app, caller, asked).await?));
    }
    let wanted = wanted(app, caller, asked).await?;
    if format == Format::Dhis2 {
        let start = wanted.fiscal_start_month;
        if let Some(own) = wanted.definitions.iter().find(|own| !dhis2::can_say(own.frequency, start)) {
            let message = format!(
                "{} is collected by fiscal year, and DHIS2 has none that starts in month {start}. Take another format, \
                 or name the indicators.",
                own.code
            );
            return Err(Error::bad("format", message).into());
        }
    }
    let (ending, content_type) = match format {
        Format::Csv => ("csv", "text/csv; charset=utf-8"),
        Format::Xlsx | Format::Template => ("xlsx", workbook::MEDIA_TYPE),
        Format::JsonLines => ("jsonl", "application/x-ndjson"),
        Format::Dhis2 => ("json", "application/json"),
    };
    let named = FileChunk {
        data: Vec::new(),
        file_name: format!("observations-{}-{}.{ending}", wanted.mission, wanted.moment.format("%Y-%m-%d")),
        content_type: content_type.to_owned(),
        ..FileChunk::default()
    };
    let (app, caller) = (app.clone(), caller.clone());
    let pieces = match format {
        Format::Xlsx => Either::Left(workbook::pieces(app, caller, wanted)),
        _ => Either::Right(written(app, caller, wanted, format)),
    };
    let pieces = pieces.map(|piece| piece.map(|data| FileChunk { data, ..FileChunk::default() }));
    Ok(Either::Right(futures::stream::once(async { Ok(named) }).chain(pieces)))
}

async fn wanted(app: &App, caller: &Caller, asked: pb::ExportObservationsRequest) -> Result<Wanted, Failure> {
    let language = match asked.language.as_str() {
        "" => Language::En,
        word => word.parse().map_err(|error| Error::bad("language", format!("{error}.")))?,
    };
    let period = |field, text: &str| if text.is_empty() { Ok(None) } else { moment::period(field, text).map(Some) };
    let (first, last): (Option<Period>, Option<Period>) =
        (period("first_period", &asked.first_period)?, period("last_period", &asked.last_period)?);
    let (mut tx, moment) = app.read_as_known_at(caller, &asked.as_known_at).await?;
    let mut definitions = store::copies::definitions(&mut tx).await?;
    if let Some(code) = asked.indicators.iter().find(|code| !definitions.iter().any(|own| own.code == **code)) {
        return Err(Error::bad("indicators", format!("The mission has no indicator \"{code}\".")).into());
    }
    let is_of_section = |own: &Definition| asked.section.is_empty() || own.owner_section == asked.section;
    if !asked.section.is_empty() && !definitions.iter().any(is_of_section) {
        let sentence = format!("No indicator of the mission is owned by a section \"{}\".", asked.section);
        return Err(Error::bad("section", sentence).into());
    }
    definitions.retain(|own| asked.indicators.is_empty() || asked.indicators.contains(&own.code));
    definitions.retain(is_of_section);
    let tree = store::copies::areas(&mut tx).await?;
    if let Some(code) = asked.areas.iter().find(|code| !tree.iter().any(|own| own.code == **code)) {
        return Err(Error::bad("areas", format!("The mission has no area \"{code}\".")).into());
    }
    let areas = (!asked.areas.is_empty()).then(|| with_those_inside(&asked.areas, &tree));
    let name = |AreaName { code, names }: AreaName| {
        let name = if language == Language::Fr { names.get(1) } else { names.first() };
        let name = name.filter(|name| !name.is_empty()).or_else(|| names.iter().find(|name| !name.is_empty()));
        (code, name.cloned().unwrap_or_default())
    };
    let area_names = store::copies::area_names(&mut tx).await?.into_iter().map(name).collect();
    let start = app.fiscal_start_month(caller, &mut tx).await?;
    Ok(Wanted {
        mission: caller.mission()?.code.clone(),
        definitions,
        areas,
        area_names,
        days: (first.map(|first| first.first_day(start)), last.map(|last| last.last_day(start))),
        only_verified: asked.only_verified,
        moment,
        language,
        fiscal_start_month: start,
    })
}

/// The areas and all that lie in them.
fn with_those_inside(asked: &[String], tree: &[Area]) -> Vec<String> {
    let mut found: BTreeSet<String> = asked.iter().cloned().collect();
    loop {
        let inside: Vec<&String> = tree
            .iter()
            .filter(|area| found.contains(&area.parent) && !found.contains(&area.code))
            .map(|area| &area.code)
            .collect();
        if inside.is_empty() {
            return found.into_iter().collect();
        }
        found.extend(inside.into_iter().cloned());
    }
}

/// Everything that was asked for, page by page: by indicator, then by time, area and slice. Each page has a
/// transaction of its own, so that a slow reader holds none open; all are of one moment.
fn pages(app: App, caller: Caller, wanted: &Wanted) -> impl Stream<Item = Result<Vec<Row>, Failure>> + Send {
    try_stream! {
        for definition in &wanted.definitions {
            let areas = wanted.areas.as_deref();
            let of = Narrowed { indicator: definition.id, moment: wanted.moment, areas, days: wanted.days };
            let mut after = None;
            loop {
                let mut tx = app.db.begin(&caller).await?;
                let found = store::export::page(&mut tx, &of, after.as_ref(), ROWS_AT_A_TIME).await?;
                drop(tx);
                let is_last = (found.len() as i64) < ROWS_AT_A_TIME;
                after = found.last().map(Exported::place);
                let mut rows = Vec::with_capacity(found.len());
                for own in found {
                    let state: State = own.state.parse().map_err(Failure::internal)?;
                    if !wanted.only_verified || state.is_verified() {
                        rows.push(row(own, definition, &wanted.area_names)?);
                    }
                }
                if !rows.is_empty() {
                    yield rows;
                }
                if is_last {
                    break;
                }
            }
        }
    }
}

fn row(own: Exported, definition: &Definition, names: &HashMap<String, String>) -> Result<Row, Failure> {
    Ok(Row {
        id: own.id,
        indicator: definition.code.clone(),
        definition_version: own.definition_version,
        period: own.period.parse().map_err(|_| Error::Broken(format!("stored period {}", own.period)))?,
        first_day: own.first_day,
        last_day: own.last_day,
        area_name: names.get(&own.area).cloned().unwrap_or_default(),
        area: own.area,
        slice: own.slice,
        kind: own.kind,
        value: own.value,
        numerator: own.numerator,
        denominator: own.denominator,
        level: own.level,
        text: own.text,
        state: own.state,
        classification: Classification::of_rank(own.classification).max(definition.classification),
        reliability: own.reliability,
        credibility: own.credibility,
        source: own.source,
        note: own.note,
        recorded_at: own.recorded_at,
    })
}

/// The formats that are text.
fn written(
    app: App,
    caller: Caller,
    wanted: Wanted,
    format: Format,
) -> impl Stream<Item = Result<Vec<u8>, Failure>> + Send {
    try_stream! {
        let head = match format {
            Format::Csv => csv::head(wanted.language),
            Format::Dhis2 => dhis2::HEAD.to_owned(),
            Format::JsonLines | Format::Xlsx | Format::Template => String::new(),
        };
        yield head.into_bytes();
        let (mission, start) = (wanted.mission.clone(), wanted.fiscal_start_month);
        let mut is_first = true;
        let pages = pages(app, caller, &wanted);
        futures::pin_mut!(pages);
        while let Some(rows) = pages.next().await {
            let mut text = String::new();
            for own in &rows? {
                match format {
                    Format::Dhis2 => is_first &= !dhis2::row(&mut text, is_first, &mission, start, own),
                    Format::JsonLines => jsonl::row(&mut text, own),
                    Format::Csv | Format::Xlsx | Format::Template => csv::row(&mut text, own),
                }
            }
            for piece in text.as_bytes().chunks(PIECE_BYTES) {
                yield piece.to_vec();
            }
        }
        if format == Format::Dhis2 {
            yield dhis2::TAIL.as_bytes().to_vec();
        }
    }
}

/// Largest piece that is sent at a time.
const PIECE_BYTES: usize = 256 * 1024;

/// As readers of a file see it.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
