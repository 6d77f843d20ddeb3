//! Series of one indicator, rolled up to the asked areas and periods; and of many at once.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
    sync::Arc,
};

use async_stream::try_stream;
use chassis::{Caller, Code, Failure};
use chrono::{DateTime, SecondsFormat, Utc};
use cpas_proto::{
    collection::v1 as pb,
    common::v1::Text,
    words::{Classification, Frequency, Period, Slice},
};
use futures::Stream;
use uuid::Uuid;

use super::{
    App,
    kept_series::{Kept, Key, snapshot_to_keep},
    material::{Material, Moment},
    moment,
};
use crate::{
    domain::{
        definition::Definition,
        lifetime::Lifetimes,
        rollup::{Amount, Area, Cell, Says, Sources},
    },
    error::Error,
    store,
};

/// Most points of one part of a series.
const POINTS_MAX: usize = 4_000;
/// Most parts of a series.
const PARTS_MAX: usize = 1_000;
/// Most categories that parts are made for beside the total.
const SLICES_MAX: usize = 100;
/// Most parts of a series with those of categories in areas.
const SLICED_PARTS_MAX: usize = 2_000;
/// In place of areas: one part for each that has data.
pub(super) const EVERY_AREA: &str = "*";

/// The parts that somebody asks for.
pub(super) struct Asked {
    pub(super) areas: Vec<String>,
    pub(super) slice: Slice,
    pub(super) frequency: Frequency,
    pub(super) first: Option<Period>,
    pub(super) last: Option<Period>,
}

impl Asked {
    /// True for an area that is asked for by its name.
    fn names(&self, area: &str) -> bool {
        area.is_empty() || self.areas.iter().any(|own| own == area)
    }
}

/// The series of one indicator.
///
/// # Errors
/// `NotFound` for an indicator that the caller cannot see; a field that cannot be used.
pub async fn get_series(app: &App, caller: &Caller, asked: pb::GetSeriesRequest) -> Result<pb::Series, Failure> {
    let key = Key::of(caller, &asked)?;
    if let Some(series) = kept(app, caller, &key, &asked).await? {
        return Ok(series);
    }
    let (mut tx, known_at) = app.read_as_known_at(caller, &asked.as_known_at).await?;
    let snapshot = snapshot_to_keep(&mut tx, &asked.as_known_at, known_at).await?;
    let definition = store::copies::definition(&mut tx, &asked.indicator).await?.ok_or(Error::NotFound("indicator"))?;
    let start = app.fiscal_start_month(caller, &mut tx).await?;
    let period = |field, text: &str| if text.is_empty() { Ok(None) } else { moment::period(field, text).map(Some) };
    let (first, last) = (period("first_period", &asked.first_period)?, period("last_period", &asked.last_period)?);
    let frequency = match asked.frequency.as_str() {
        "" => definition.frequency,
        word => word.parse().map_err(|error| Error::bad("frequency", format!("{error}.")))?,
    };
    let slice: Slice = asked.slice.parse().map_err(|error| Error::bad("slice", format!("{error}.")))?;
    let slice = definition.known_slice(slice.pairs()).map_err(|message| Error::bad("slice", message))?;
    let areas = Arc::new(store::copies::areas(&mut tx).await?);
    check_areas(&asked.areas, &areas)?;
    let days = (first.map(|first| first.first_day(start)), last.map(|last| last.last_day(start)));
    // A longer period that the first one lies in is not part of what is asked, and harmless.
    let material = Material::read(&mut tx, definition, areas, start, Moment { known_at, days }).await?;
    drop(tx);
    let about = material.about();
    let series = compute(material, Asked { areas: asked.areas, slice, frequency, first, last }, known_at).await?;
    if let Some(snapshot) = snapshot {
        app.kept.keep(key, Kept { series: series.clone(), known_at, snapshot, about });
    }
    Ok(series)
}

/// The series that was computed before, where nothing was written since that it hangs on.
async fn kept(
    app: &App,
    caller: &Caller,
    key: &Key,
    asked: &pb::GetSeriesRequest,
) -> Result<Option<pb::Series>, Failure> {
    let Some(kept) = app.kept.find(key) else { return Ok(None) };
    let now = app.clock.now();
    if kept.known_at > now {
        return Ok(None);
    }
    let mut tx = app.db.begin(caller).await?;
    if !store::series_changes::none_since(&mut tx, &kept.about, &kept.snapshot).await? {
        return Ok(None);
    }
    // What was known at a moment stays of that moment.
    Ok(Some(if asked.as_known_at.is_empty() { kept.as_of(now) } else { kept.series.clone() }))
}

fn check_areas(asked: &[String], areas: &[Area]) -> Result<(), Failure> {
    let known = |code: &String| code.is_empty() || code == EVERY_AREA || areas.iter().any(|area| area.code == *code);
    match asked.iter().find(|code| !known(code)) {
        Some(code) => Err(Error::bad("areas", format!("The mission has no area \"{code}\".")).into()),
        None if asked.len() > PARTS_MAX => Err(Error::bad("areas", format!("At most {PARTS_MAX} areas.")).into()),
        None => Ok(()),
    }
}

/// The series of many indicators, each in its own frequency, for the mission and every area that has
/// data.
///
/// # Errors
/// Codes that are not known.
pub async fn stream_series(
    app: &App,
    caller: &Caller,
    asked: pb::StreamSeriesRequest,
) -> Result<impl Stream<Item = Result<pb::Series, Failure>> + Send + use<>, Failure> {
    let (mut tx, known_at) = app.read_as_known_at(caller, &asked.as_known_at).await?;
    let mut definitions: HashMap<Uuid, Definition> =
        store::copies::definitions(&mut tx).await?.into_iter().map(|own| (own.id, own)).collect();
    let wanted: Vec<Uuid> = if asked.indicators.is_empty() {
        store::series::indicators_with_data(&mut tx).await?
    } else {
        // A code that the caller cannot see, or that was never there, gives no series.
        let named = asked.indicators.iter().collect::<BTreeSet<_>>();
        let by_code: BTreeMap<&String, Uuid> = definitions.values().map(|own| (&own.code, own.id)).collect();
        by_code.into_iter().filter(|(code, _)| named.contains(code)).map(|(_, id)| id).collect()
    };
    let areas = Arc::new(store::copies::areas(&mut tx).await?);
    let start = app.fiscal_start_month(caller, &mut tx).await?;
    drop(tx);
    let (app, caller) = (app.clone(), caller.clone());
    Ok(try_stream! {
        for id in wanted {
            let Some(definition) = definitions.remove(&id) else { continue };
            let slices = match (asked.with_slices, asked.with_area_slices) {
                (false, _) => Slices::None,
                (true, false) => Slices::OfMission,
                (true, true) => Slices::OfAreas,
            };
            let asked = Many { areas: &areas, start, known_at, slices };
            yield match one_of_many(&app, &caller, definition.clone(), asked).await {
                // One that is too large does not cost the reader all others.
                Err(failure) if failure.code == Code::Invalid => too_large(&definition, known_at),
                series => series?,
            };
        }
    })
}

/// What is the same for all series of a stream.
struct Many<'a> {
    areas: &'a Arc<Vec<Area>>,
    start: u32,
    known_at: DateTime<Utc>,
    slices: Slices,
}

/// What categories a stream has parts for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slices {
    None,
    OfMission,
    OfAreas,
}

async fn one_of_many(app: &App, caller: &Caller, definition: Definition, of: Many<'_>) -> Result<pb::Series, Failure> {
    let Many { areas, start, known_at, slices } = of;
    // A transaction for each: a reader who is slow holds none open.
    let mut tx = app.db.begin(caller).await?;
    let frequency = definition.frequency;
    let moment = Moment { known_at, days: (None, None) };
    let material = Material::read(&mut tx, definition, Arc::clone(areas), start, moment).await?;
    drop(tx);
    let areas_asked = vec![String::new(), EVERY_AREA.to_owned()];
    let asked = Asked { areas: areas_asked, slice: Slice::total(), frequency, first: None, last: None };
    if slices == Slices::None {
        return compute(material, asked, known_at).await;
    }
    let computed = tokio::task::spawn_blocking(move || sliced(&material, &asked, slices, known_at));
    computed.await.map_err(Failure::internal)?
}

/// The series, and one part for each category of each dimension, of the mission as a whole and of each area, that has
/// values.
fn sliced(material: &Material, asked: &Asked, slices: Slices, known_at: DateTime<Utc>) -> Result<pb::Series, Failure> {
    let mut whole = series(material, asked, known_at)?;
    let dimensions = material.definition.dimensions.iter();
    let pairs = dimensions.flat_map(|own| own.categories.iter().map(|category| (own.name.as_str(), category.as_str())));
    for pair in pairs.take(SLICES_MAX) {
        let Ok(slice) = material.definition.known_slice([pair]) else { continue };
        let areas = if slices == Slices::OfAreas { asked.areas.clone() } else { Vec::new() };
        let one = Asked { areas, slice, frequency: asked.frequency, first: None, last: None };
        let parts = series(material, &one, known_at)?.parts;
        let valued = parts.into_iter().filter(|part| part.points.iter().any(|point| point.value.is_some()));
        // The mission as a whole comes first of each category: what has no room any more is an area's.
        let room = |part: &pb::SeriesPart, kept: usize| part.area.is_empty() || kept < SLICED_PARTS_MAX;
        for part in valued {
            if room(&part, whole.parts.len()) {
                whole.parts.push(part);
            }
        }
    }
    Ok(whole)
}

/// In place of a series that would be too long: no parts, and why.
pub(super) fn too_large(definition: &Definition, known_at: DateTime<Utc>) -> pb::Series {
    pb::Series {
        indicator_id: definition.id.to_string(),
        indicator_code: definition.code.clone(),
        frequency: definition.frequency.word().to_owned(),
        as_known_at: known_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        parts: Vec::new(),
        cautions: vec![Text::of(
            "There are more values than one series takes; ask for a part of the periods.",
            "Il y a plus de valeurs qu’une série n’en prend ; demandez une partie des périodes.",
        )],
        // What it is not shown of may be as secret as a record can be.
        classification: Classification::StrictlyConfidential.word().to_owned(),
    }
}

/// Computes on a thread of its own: a large indicator would hold up other calls.
pub(super) async fn compute(material: Material, asked: Asked, known_at: DateTime<Utc>) -> Result<pb::Series, Failure> {
    let computed = tokio::task::spawn_blocking(move || series(&material, &asked, known_at));
    computed.await.map_err(Failure::internal)?
}

fn series(material: &Material, asked: &Asked, known_at: DateTime<Utc>) -> Result<pb::Series, Failure> {
    let definition = &material.definition;
    let mut sources = material.sources()?;
    let mut series = pb::Series {
        indicator_id: definition.id.to_string(),
        indicator_code: definition.code.clone(),
        frequency: asked.frequency.word().to_owned(),
        as_known_at: known_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        parts: Vec::new(),
        cautions: Vec::new(),
        classification: material.classification().word().to_owned(),
    };
    let Some(periods) = periods(&sources, asked, material.start)? else { return Ok(series) };
    let mut all_cautions = BTreeSet::new();
    let lifetimes = Lifetimes::of(&material.areas);
    for area in parts(&asked.areas, &sources) {
        // Beside what it was merged of, as one of all areas, an area carries nothing from before.
        sources.set_carrying(asked.names(&area));
        let points: Vec<(Period, Rc<Cell>)> =
            periods.iter().map(|&period| (period, sources.point(&area, period, &asked.slice))).collect();
        let is_empty = points.iter().all(|(_, cell)| cell.amount == Amount::Missing);
        if is_empty && sources.is_computed() && !asked.names(&area) {
            // Its inputs have data there, but never all of them.
            continue;
        }
        all_cautions.extend(sources.cautions(&area, &asked.slice, &points));
        let points = points
            .iter()
            .map(|(period, cell)| noted(point(*period, cell), &lifetimes, &area, *period, material.start))
            .collect();
        series.parts.push(pb::SeriesPart { area, slice: asked.slice.to_string(), points });
    }
    series.cautions = all_cautions.into_iter().map(|caution| Text::of(caution.text().0, caution.text().1)).collect();
    Ok(series)
}

/// The areas that parts are made for.
fn parts(asked: &[String], sources: &Sources<'_>) -> Vec<String> {
    if asked.is_empty() {
        return vec![String::new()];
    }
    let mut parts: Vec<String> = Vec::new();
    for code in asked {
        if code == EVERY_AREA {
            parts.extend(sources.areas());
        } else {
            parts.push(code.clone());
        }
    }
    let mut seen = BTreeSet::new();
    parts.retain(|part| seen.insert(part.clone()));
    parts.truncate(PARTS_MAX);
    parts
}

/// The periods from the first to the last that are asked for, or that there is data about.
fn periods(sources: &Sources<'_>, asked: &Asked, start: u32) -> Result<Option<Vec<Period>>, Failure> {
    let data = sources.range(asked.frequency, start);
    let as_asked = |day| Period::containing(day, asked.frequency, start);
    let first = asked.first.map(|first| as_asked(first.first_day(start))).or(data.map(|data| data.0));
    let last = asked.last.map(|last| as_asked(last.last_day(start))).or(data.map(|data| data.1));
    let (Some(first), Some(last)) = (first, last) else { return Ok(None) };
    let mut periods = Vec::new();
    let mut period = first;
    while period.first_day(start) <= last.first_day(start) {
        if periods.len() == POINTS_MAX {
            let message =
                format!("This would be more than {POINTS_MAX} points; ask for fewer periods, or longer ones.");
            return Err(Error::bad("frequency", message).into());
        }
        periods.push(period);
        period = period.next(start);
    }
    Ok(Some(periods))
}

/// The point, with what a reader has to know where its area came of others or ended.
pub(super) fn noted(point: pb::Point, lifetimes: &Lifetimes, area: &str, period: Period, start: u32) -> pb::Point {
    let note = lifetimes.note(area, period.first_day(start), period.last_day(start));
    pb::Point { note: note.map(|(en, fr)| Text::of(en, fr)), ..point }
}

/// A point as it travels.
pub(super) fn point(period: Period, cell: &Cell) -> pb::Point {
    let (numerator, denominator) = match cell.amount {
        Amount::Ratio { numerator, denominator } => (Some(numerator), Some(denominator)),
        _ => (None, None),
    };
    pb::Point {
        period: period.to_string(),
        value: cell.amount.quotient(),
        numerator,
        denominator,
        kind: cell.amount.kind().to_owned(),
        observations: cell.observations,
        coverage: cell.coverage,
        share_verified: cell.share_verified(),
        mismatch: cell.mismatch,
        note: None,
    }
}

/// What a stored observation says.
pub(super) fn says(
    kind: &str,
    value: Option<f64>,
    numerator: Option<f64>,
    denominator: Option<f64>,
    level: &str,
) -> Says {
    match (kind, value, numerator, denominator) {
        ("value", Some(value), ..) => Says::Value(value),
        ("ratio", _, Some(numerator), Some(denominator)) => Says::Ratio { numerator, denominator },
        ("missing", ..) => Says::Missing,
        ("suppressed", ..) => Says::Suppressed,
        // A level that is a number counts as one; to words no number applies.
        ("level", ..) => level.parse().map_or(Says::NotApplicable, Says::Value),
        _ => Says::NotApplicable,
    }
}
