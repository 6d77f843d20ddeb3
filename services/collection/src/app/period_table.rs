//! What every indicator comes to in one period, by area: the table that a mission looks at when a quarter is over.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chassis::{Caller, Code, Failure};
use chrono::{DateTime, SecondsFormat, Utc};
use cpas_proto::{
    collection::v1 as pb,
    words::{Frequency, Period, Slice},
};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{
    App,
    kept_series::{Kept, Key, snapshot_to_keep},
    material::{Material, Moment},
    moment,
    series::{Asked, EVERY_AREA, compute, too_large},
};
use crate::{
    domain::{definition::Definition, rollup::Area},
    store,
};

/// Series that are computed at a time.
const AT_A_TIME: usize = 4;

/// The table of a period.
///
/// # Errors
/// A period or a moment that is none.
pub async fn get_period_table(
    app: &App,
    caller: &Caller,
    asked: pb::GetPeriodTableRequest,
) -> Result<pb::PeriodTable, Failure> {
    let period = moment::period("period", &asked.period)?;
    let (mut tx, known_at) = app.read_as_known_at(caller, &asked.as_known_at).await?;
    let is_now = asked.as_known_at.is_empty();
    // Before anything that the answers hang on is read: what is written meanwhile is not in it.
    let snapshot = snapshot_to_keep(&mut tx, &asked.as_known_at, known_at).await?;
    let start = app.fiscal_start_month(caller, &mut tx).await?;
    let mut definitions = store::copies::definitions(&mut tx).await?;
    definitions.retain(|one| asked.section.is_empty() || one.owner_section == asked.section);
    let (definitions, longer): (Vec<Definition>, Vec<Definition>) =
        definitions.into_iter().partition(|one| fits(one.frequency, period.frequency()));
    let areas = Arc::new(store::copies::areas(&mut tx).await?);

    let mut wanted = Vec::with_capacity(definitions.len());
    for definition in definitions {
        let request = request(&definition, period, &asked.as_known_at);
        wanted.push((Key::of(caller, &request)?, definition));
    }
    let find = |(place, (key, _)): (usize, &(Key, Definition))| Some((place, app.kept.find(key)?));
    let mut kept: Vec<(usize, Arc<Kept>)> = wanted.iter().enumerate().filter_map(find).collect();
    kept.retain(|(_, kept)| kept.known_at <= known_at);
    let held: Vec<(&[_], &str)> =
        kept.iter().map(|(_, kept)| (kept.about.as_slice(), kept.snapshot.as_str())).collect();
    let stale = store::series_changes::stale(&mut tx, &held).await?;
    drop(tx);

    let mut found: BTreeMap<usize, pb::Series> = BTreeMap::new();
    for (_, (place, kept)) in kept.iter().enumerate().filter(|(nth, _)| !stale.contains(nth)) {
        found.insert(*place, if is_now { kept.as_of(known_at) } else { kept.series.clone() });
    }
    let retired: HashMap<String, bool> = wanted.iter().map(|(_, one)| (one.code.clone(), one.retired)).collect();
    let table = Table { app, caller, period, start, known_at, areas, snapshot };
    let missing = wanted.into_iter().enumerate().filter(|(place, _)| !found.contains_key(place));
    let missing: Vec<(usize, (Key, Definition))> = missing.collect();
    let computed: Vec<(usize, pb::Series)> = stream::iter(missing)
        .map(|(place, (key, definition))| table.series(place, key, definition))
        .buffer_unordered(AT_A_TIME)
        .try_collect()
        .await?;
    found.extend(computed);

    let says_something = |one: &pb::Series| {
        !one.cautions.is_empty() || one.parts.iter().flat_map(|part| &part.points).any(|point| point.kind != "missing")
    };
    let (series, without): (Vec<pb::Series>, Vec<pb::Series>) = found.into_values().partition(says_something);
    let mut without_data: Vec<String> = without.into_iter().map(|one| one.indicator_code).collect();
    without_data.retain(|code| !retired.get(code).copied().unwrap_or_default());
    Ok(pb::PeriodTable {
        period: period.to_string(),
        as_known_at: known_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        series,
        without_data,
        longer: longer.into_iter().filter(|one| !one.retired).map(|one| one.code).collect(),
    })
}

/// True where periods of one frequency lie whole in those of another.
fn fits(own: Frequency, asked: Frequency) -> bool {
    let length = |frequency| match frequency {
        Frequency::Day => 0,
        Frequency::Month => 1,
        Frequency::Quarter => 2,
        Frequency::HalfYear => 3,
        Frequency::Year | Frequency::FiscalYear => 4,
    };
    own == asked || length(own) < length(asked)
}

/// The series that makes a row: what it is kept under.
fn request(definition: &Definition, period: Period, as_known_at: &str) -> pb::GetSeriesRequest {
    pb::GetSeriesRequest {
        indicator: definition.id.to_string(),
        areas: vec![String::new(), EVERY_AREA.to_owned()],
        slice: String::new(),
        frequency: period.frequency().word().to_owned(),
        first_period: period.to_string(),
        last_period: period.to_string(),
        as_known_at: as_known_at.to_owned(),
    }
}

/// What is the same for all rows.
struct Table<'a> {
    app: &'a App,
    caller: &'a Caller,
    period: Period,
    start: u32,
    known_at: DateTime<Utc>,
    areas: Arc<Vec<Area>>,
    snapshot: Option<String>,
}

impl Table<'_> {
    /// Computes a row, and keeps it.
    async fn series(&self, place: usize, key: Key, definition: Definition) -> Result<(usize, pb::Series), Failure> {
        let mut tx = self.app.db.begin(self.caller).await?;
        let days = (Some(self.period.first_day(self.start)), Some(self.period.last_day(self.start)));
        let moment = Moment { known_at: self.known_at, days };
        let read = Material::read(&mut tx, definition.clone(), Arc::clone(&self.areas), self.start, moment).await;
        drop(tx);
        let material = match read {
            Ok(material) => material,
            // One that is too large does not cost the reader all others.
            Err(failure) if failure.code == Code::Invalid => return Ok((place, too_large(&definition, self.known_at))),
            Err(failure) => return Err(failure),
        };
        let about = material.about();
        let asked = Asked {
            areas: vec![String::new(), EVERY_AREA.to_owned()],
            slice: Slice::total(),
            frequency: self.period.frequency(),
            first: Some(self.period),
            last: Some(self.period),
        };
        let series = compute(material, asked, self.known_at).await?;
        if let Some(snapshot) = self.snapshot.clone() {
            self.app.kept.keep(key, Kept { series: series.clone(), known_at: self.known_at, snapshot, about });
        }
        Ok((place, series))
    }
}
