//! What is kept beside the records: where each indicator stands, for each clearance that sees it otherwise; and what lists
//! and counts look at of a recommendation. Made again for whatever an event touches, in the same transaction.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use chassis::{Caller, Failure, Mission, Tx};
use cpas_proto::{
    assessment::v1::{Analysis, Recommendation},
    planning::v1::{Indicator, Target},
    words::Classification,
};

use super::{get_leadership_view::fell_from, heard, read_series, standing};
use crate::{
    Deps, Error,
    domain::{
        home::SeriesPoint,
        leadership::{urgency, worse_value},
        theme::since_last,
    },
    store::{
        Connection, measures,
        model::{self, Model},
        recommended,
        records::Row,
        series::Part,
        standings::{self, Analysed, Standing},
    },
};

/// Indicators that are made again at once.
const INDICATORS_AT_ONCE: usize = 200;
/// Time to make all of a generation from before it was kept.
const COMPLETE_TIME_MAX: Duration = Duration::from_secs(300);

/// What events touched.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub indicator_ids: BTreeSet<String>,
    pub indicator_codes: BTreeSet<String>,
    /// The fiscal year of the mission starts in another month.
    pub all: bool,
    /// Something else that themes are counted from.
    pub counted: bool,
    /// Indicators whose data changed, and how classified these are: their series are read by another consumer.
    pub data: BTreeMap<String, Classification>,
}

impl Touched {
    fn any(&self) -> bool {
        self.all || self.counted || !self.indicator_ids.is_empty() || !self.indicator_codes.is_empty()
    }
}

/// Opens a transaction of the caller on a read model of which all is kept; the first who asks after an older version
/// wrote it waits until it is made.
///
/// # Errors
/// As the database's.
pub(super) async fn begin(deps: &Deps, caller: &Caller) -> Result<(Tx, Model), Error> {
    let tx = deps.db.begin(caller).await?;
    ready(tx, deps, caller).await
}

/// The same for a transaction that is open: it, or another one.
///
/// # Errors
/// As the database's.
pub(super) async fn ready(mut tx: Tx, deps: &Deps, caller: &Caller) -> Result<(Tx, Model), Error> {
    let mission = caller.mission()?;
    let mut model = Model { mission: mission.id, generation: model::read(&mut tx).await?.generation };
    // Of a mission of which nothing was heard there is nothing to make.
    if standings::stamp(&mut tx, model).await?.is_none() && model::is_known(&mut tx).await? {
        drop(tx);
        complete(deps, mission.clone()).await?;
        tx = deps.db.begin(caller).await?;
        model.generation = model::read(&mut tx).await?.generation;
    }
    Ok((tx, model))
}

/// Makes what is not yet kept of the generation that is read. It goes on when the caller hangs up.
pub(super) async fn complete(deps: &Deps, mission: Mission) -> Result<(), Error> {
    let deps = deps.clone();
    let work = async move {
        let own = Caller::service(crate::NAME, mission.clone(), Instant::now() + COMPLETE_TIME_MAX);
        let mut tx = deps.db.begin(&own).await?;
        let generation = model::hold(&mut tx, mission.id).await?.generation;
        fill(&mut tx, &mission, Model { mission: mission.id, generation }).await?;
        Ok(tx.commit().await?)
    };
    tokio::spawn(work).await.map_err(Failure::internal)?
}

/// Makes all of it, unless it is there.
pub(super) async fn fill(connection: &mut Connection, mission: &Mission, model: Model) -> Result<(), Error> {
    standings::lock(connection, model.mission).await?;
    if standings::stamp(connection, model).await?.is_some() {
        return Ok(());
    }
    for row in recommended::unread(connection, model).await? {
        let kept = heard::kept_recommendation(&row.message::<Recommendation>()?);
        recommended::read(connection, model, (&row.id, row.recorded_at), &kept).await?;
    }
    make_all(connection, mission, model).await?;
    Ok(standings::begin(connection, model).await?)
}

/// Makes again what an event touched; nothing where not all is kept yet.
pub(super) async fn refresh(
    connection: &mut Connection,
    mission: &Mission,
    model: Model,
    touched: &Touched,
) -> Result<(), Error> {
    if !touched.any() {
        return Ok(());
    }
    standings::lock(connection, model.mission).await?;
    if standings::stamp(connection, model).await?.is_none() {
        return Ok(());
    }
    let mut changed = touched.counted || touched.all;
    if touched.all {
        make_all(connection, mission, model).await?;
    } else if !touched.indicator_ids.is_empty() || !touched.indicator_codes.is_empty() {
        let (ids, codes): (Vec<_>, Vec<_>) =
            (touched.indicator_ids.iter().cloned().collect(), touched.indicator_codes.iter().cloned().collect());
        for some in parts_of(&ids, &codes) {
            changed |= make(connection, mission, model, some).await?;
        }
    }
    if changed {
        standings::mark(connection, model).await?;
    }
    Ok(())
}

/// Ids, then codes, some at a time.
fn parts_of<'a>(ids: &'a [String], codes: &'a [String]) -> impl Iterator<Item = (&'a [String], &'a [String])> {
    let by_id = ids.chunks(INDICATORS_AT_ONCE).map(|some| (some, &[][..]));
    by_id.chain(codes.chunks(INDICATORS_AT_ONCE).map(|some| (&[][..], some)))
}

async fn make_all(connection: &mut Connection, mission: &Mission, model: Model) -> Result<(), Error> {
    let mut after = String::new();
    loop {
        let ids = standings::ids_after(connection, model, &after, INDICATORS_AT_ONCE as i64).await?;
        let Some(last) = ids.last() else { return Ok(()) };
        after.clone_from(last);
        make(connection, mission, model, (&ids, &[])).await?;
    }
}

/// Makes where some indicators stand. True when one stands otherwise than before.
async fn make(
    connection: &mut Connection,
    mission: &Mission,
    model: Model,
    (ids, codes): (&[String], &[String]),
) -> Result<bool, Error> {
    let start = read_series::scope(connection, model.generation, mission.clone()).await?.fiscal_year_start_month;
    let rows = standings::indicators(connection, model, ids, codes).await?;
    if rows.is_empty() {
        return Ok(false);
    }
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let codes: Vec<String> = rows.iter().map(|row| row.code.clone()).collect();
    let known = Known::read(connection, model, &ids, &codes).await?;
    let mut stands = Vec::new();
    for row in &rows {
        stands.extend(known.standings(row, start)?);
    }
    Ok(standings::replace(connection, model, &ids, &stands).await?)
}

/// What indicators stand on, each with how classified it is.
struct Known {
    targets: BTreeMap<String, Vec<(i16, Target)>>,
    analyses: BTreeMap<String, Vec<(Analysed, Analysis)>>,
    series: BTreeMap<String, Part>,
    observed: BTreeMap<String, (i16, i64)>,
}

impl Known {
    async fn read(connection: &mut Connection, model: Model, ids: &[String], codes: &[String]) -> Result<Self, Error> {
        let mut known = Self {
            targets: BTreeMap::new(),
            analyses: BTreeMap::new(),
            series: BTreeMap::new(),
            observed: BTreeMap::new(),
        };
        for row in measures::targets(connection, model, ids).await? {
            let target: Target = row.message()?;
            known.targets.entry(target.indicator_id.clone()).or_default().push((row.classification, target));
        }
        for found in standings::analyses(connection, model, codes).await? {
            let analysis: Analysis = found.record.message()?;
            known.analyses.entry(found.record.code.clone()).or_default().push((found, analysis));
        }
        for part in measures::whole_series(connection, model, codes).await? {
            known.series.insert(part.indicator_code.clone(), part);
        }
        for (code, classification, observations) in standings::observed(connection, model, codes).await? {
            known.observed.insert(code, (classification, observations));
        }
        Ok(known)
    }

    /// Where an indicator stands at each clearance at which it is seen otherwise.
    fn standings(&self, row: &Row, start: u32) -> Result<Vec<Standing>, Failure> {
        let indicator: Indicator = row.message()?;
        let highest = Classification::StrictlyConfidential.rank();
        let mut levels: BTreeSet<i16> =
            self.classified(&row.code, &indicator.id).filter(|of| *of > row.classification).collect();
        levels.insert(row.classification);
        let levels: Vec<i16> = levels.into_iter().collect();
        let until = |place: usize| levels.get(place + 1).map_or(highest, |next| next - 1);
        levels
            .iter()
            .enumerate()
            .map(|(place, level)| self.standing(row, &indicator, (*level, until(place)), start))
            .collect()
    }

    fn classified<'a>(&'a self, code: &str, id: &str) -> impl Iterator<Item = i16> + use<'a> {
        let targets = self.targets.get(id).into_iter().flatten().map(|(of, _)| *of);
        let analyses = self.analyses.get(code).into_iter().flatten().map(|(of, _)| of.record.classification);
        let series = self.series.get(code).map(|part| part.classification);
        targets.chain(analyses).chain(series).chain(self.observed.get(code).map(|(of, _)| *of))
    }

    fn standing(
        &self,
        row: &Row,
        indicator: &Indicator,
        (level, clearance_max): (i16, i16),
        start: u32,
    ) -> Result<Standing, Failure> {
        let targets = self.targets.get(&indicator.id).into_iter().flatten().filter(|(of, _)| *of <= level);
        let targets = standing::by_indicator(targets.map(|(_, target)| target.clone()).collect());
        let targets = targets.get(&indicator.id).map(Vec::as_slice).unwrap_or_default();
        let series = self.series.get(&row.code).filter(|part| part.classification <= level);
        let points: &[SeriesPoint] = series.map(|part| part.points.as_slice()).unwrap_or_default();
        let (newest, before) = self.newest_two(&row.code, level);
        let shown = standing::indicator(indicator, points, targets, newest, start);
        let (low, high) = newest.map_or((None, None), |of| (of.target_low, of.target_high));
        let fell = fell_from(before, newest)?;
        let worse = worse_value(&indicator.direction, low, high, points);
        let worse = match fell.is_some() || worse.is_some() {
            true => {
                let (fell, rated, share) = urgency(fell.is_some(), standing::status(&shown.status)?, worse);
                Some((fell, rated as i16, share))
            }
            false => None,
        };
        let observed = self.observed.get(&row.code).filter(|(of, _)| *of <= level);
        let says = points.iter().rev().find(|point| point.kind != "missing");
        Ok(Standing {
            indicator_id: row.id.clone(),
            classification: level,
            clearance_max,
            code: row.code.clone(),
            in_use: matches!(row.state.as_str(), "approved" | "active"),
            about: indicator.plan_item_lineage_id.clone(),
            frequency: indicator.frequency.clone(),
            status: shown.status,
            since_last: since_last(&indicator.direction, low, high, points).word().to_owned(),
            latest_period: says.map(|point| point.period.clone()).unwrap_or_default(),
            worse,
            observations: observed.map_or(0, |(_, count)| *count),
        })
    }

    /// The newest analysis that a clearance sees, and that of the assessment before it.
    fn newest_two(&self, code: &str, level: i16) -> (Option<&Analysis>, Option<&Analysis>) {
        let mut seen: Vec<&(Analysed, Analysis)> =
            self.analyses.get(code).into_iter().flatten().filter(|(of, _)| of.record.classification <= level).collect();
        seen.sort_by(|(one, _), (other, _)| {
            (other.record.recorded_at, &one.record.id).cmp(&(one.record.recorded_at, &other.record.id))
        });
        let newest = seen.first().copied();
        let before = seen.iter().find(|(of, _)| newest.is_some_and(|(newest, _)| of.parent != newest.parent));
        (newest.map(|(_, analysis)| analysis), before.map(|(_, analysis)| analysis))
    }
}
