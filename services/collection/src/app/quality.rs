//! How good the data of indicators are, and what there is to mend.

use std::collections::HashMap;

use chassis::{Caller, Failure};
use chrono::{Months, NaiveDate};
use cpas_proto::{collection::v1 as pb, common::v1::Text, words::Period};
use uuid::Uuid;

use super::{
    App,
    rule_book::{Judged, RuleBook},
    series::says,
};
use crate::{
    domain::{
        definition::Definition,
        lifetime::Lifetimes,
        observation::State,
        quality::{
            self, Broken, HISTORY_MONTHS, Held, Judgement, Problem, ProblemKind, Quality, Share, Waived, Window,
        },
        rollup::{Area, AreaTree, Fact},
        rule::Said,
    },
    error::Error,
    store::{self, quality::Standing, waivers::Waiver},
};

/// Most observations that one answer is made of.
pub(super) const OBSERVATIONS_MAX: usize = 500_000;
/// Months of the window when nothing is said, and at most.
const MONTHS: u32 = 12;
const MONTHS_MAX: u32 = 60;
/// Most problems of one answer.
const PROBLEMS_MAX: usize = 1_000;

/// What the measures are computed from.
struct Material {
    definitions: Vec<Definition>,
    areas: Vec<Area>,
    standing: Vec<Standing>,
    waived: HashMap<Uuid, Waived>,
    book: RuleBook,
    window: Window,
}

/// The measures of every indicator that the caller may see, or of a section's.
///
/// # Errors
/// A window that is too long; more observations than one answer is made of.
pub async fn get_data_quality(
    app: &App,
    caller: &Caller,
    asked: pb::GetDataQualityRequest,
) -> Result<pb::DataQuality, Failure> {
    let own = |one: &Definition| {
        one.takes_values().is_ok() && (asked.section.is_empty() || one.owner_section == asked.section)
    };
    let material = read(app, caller, asked.months, own).await?;
    let (from, to) = (material.window.first_day(), material.window.today);
    let indicators = computed(material, |definition, quality, _| measures(definition, &quality)).await?;
    Ok(pb::DataQuality { first_day: from.to_string(), last_day: to.to_string(), indicators })
}

/// What there is to mend about one indicator.
///
/// # Errors
/// `NotFound` for an indicator that the caller cannot see; a kind of problem that is none.
pub async fn list_quality_problems(
    app: &App,
    caller: &Caller,
    asked: pb::ListQualityProblemsRequest,
) -> Result<pb::ListQualityProblemsResponse, Failure> {
    let kind: Option<ProblemKind> = match asked.kind.as_str() {
        "" => None,
        word => Some(word.parse().map_err(|error| Error::bad("kind", format!("{error}.")))?),
    };
    let own = |one: &Definition| one.code == asked.indicator || one.id.to_string() == asked.indicator;
    let material = read(app, caller, asked.months, own).await?;
    if material.definitions.is_empty() {
        return Err(Error::NotFound("indicator").into());
    }
    let found = computed(material, move |_, _, problems| problems).await?;
    let all: Vec<Problem> =
        found.into_iter().flatten().filter(|one| kind.is_none_or(|kind| one.kind == kind)).collect();
    let total = u32::try_from(all.len()).unwrap_or(u32::MAX);
    let problems = all.into_iter().take(PROBLEMS_MAX).map(told).collect();
    Ok(pb::ListQualityProblemsResponse { problems, total })
}

/// The window of a request, 12 months without a word.
pub(super) fn window(app: &App, months: u32, fiscal_start_month: u32) -> Result<Window, Failure> {
    let months = if months == 0 { MONTHS } else { months };
    if months > MONTHS_MAX {
        return Err(Error::bad("months", format!("Ask for at most {MONTHS_MAX} months.")).into());
    }
    Ok(Window { today: app.clock.today(), months, fiscal_start_month })
}

async fn read(app: &App, caller: &Caller, months: u32, own: impl Fn(&Definition) -> bool) -> Result<Material, Failure> {
    let mut tx = app.db.begin(caller).await?;
    let fiscal_start_month = app.fiscal_start_month(caller, &mut tx).await?;
    let window = window(app, months, fiscal_start_month)?;
    let all = store::copies::definitions(&mut tx).await?;
    let definitions: Vec<Definition> = all.iter().filter(|one| own(one)).cloned().collect();
    let ids: Vec<Uuid> = definitions.iter().map(|one| one.id).collect();
    let mut book = RuleBook::open(&mut tx, &all, &ids, fiscal_start_month).await?;
    let mut looked_at: Vec<Uuid> = ids.iter().flat_map(|id| book.looked_at(*id)).chain(ids.iter().copied()).collect();
    looked_at.sort_unstable();
    looked_at.dedup();
    let standing = store::quality::standing(&mut tx, &looked_at, history(window), OBSERVATIONS_MAX as i64 + 1).await?;
    if standing.len() > OBSERVATIONS_MAX {
        let message = format!("More than {OBSERVATIONS_MAX} observations would be looked at; ask for one section.");
        return Err(Error::bad("section", message).into());
    }
    let areas = store::copies::areas(&mut tx).await?;
    let waived = waived(&store::waivers::in_force(&mut tx, &ids, window.first_day()).await?)?;
    drop(tx);
    for row in &standing {
        book.put_stored(row.indicator_id, &row.period, &row.area, &row.slice, said(row))?;
    }
    Ok(Material { definitions, areas, standing, waived, book, window })
}

/// The waived places by indicator.
pub(super) fn waived(waivers: &[Waiver]) -> Result<HashMap<Uuid, Waived>, Failure> {
    let mut waived: HashMap<Uuid, Waived> = HashMap::new();
    for own in waivers {
        let period = own.period.parse().map_err(|_| Error::Broken(format!("stored period {}", own.period)))?;
        waived.entry(own.indicator_id).or_default().insert((period, own.area.clone()));
    }
    Ok(waived)
}

/// The first day of what is looked at: enough to tell the usual from the unusual, and who reported before.
fn history(window: Window) -> NaiveDate {
    let months = HISTORY_MONTHS.max(window.months * 2);
    window.today.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN)
}

/// Judges on a thread of its own: a large mission would hold up other calls.
async fn computed<T: Send + 'static>(
    material: Material,
    take: impl Fn(&Definition, Quality, Vec<Problem>) -> T + Send + 'static,
) -> Result<Vec<T>, Failure> {
    let work = move || -> Result<Vec<T>, Failure> {
        let Material { definitions, areas, standing, waived, book, window } = material;
        let (tree, lifetimes) = (AreaTree::new(&areas), Lifetimes::of(&areas));
        let mut by_indicator: HashMap<Uuid, Vec<Held>> = HashMap::new();
        for row in &standing {
            by_indicator.entry(row.indicator_id).or_default().push(held(row)?);
        }
        let judged = |definition: &Definition| {
            let held = by_indicator.remove(&definition.id).unwrap_or_default();
            let rules = |one: &Held| judgement(&book, definition, one);
            let none = Waived::new();
            let waived = waived.get(&definition.id).unwrap_or(&none);
            let (quality, problems) = quality::judge(definition, (&tree, &lifetimes), &held, waived, window, rules);
            take(definition, quality, problems)
        };
        Ok(definitions.iter().map(judged).collect())
    };
    tokio::task::spawn_blocking(work).await.map_err(Failure::internal)?
}

fn judgement(book: &RuleBook, definition: &Definition, held: &Held) -> Judgement {
    let (by_itself, with_others) = book.kinds(definition.id);
    let slice = held.fact.slice.to_string();
    let said = Said::of(held.fact.says);
    if said.number().is_none() {
        return Judgement::default();
    }
    let one = Judged { indicator: definition.id, period: held.fact.period, area: &held.fact.area, slice: &slice, said };
    let broken = book
        .breaches(definition, one)
        .into_iter()
        .map(|breach| Broken { with_others: breach.looks_around, en: breach.en, fr: breach.fr })
        .collect();
    Judgement { by_itself, with_others, broken }
}

fn said(row: &Standing) -> Said {
    Said::of_stored(&row.kind, row.value, row.numerator, row.denominator, &row.level)
}

pub(super) fn held(row: &Standing) -> Result<Held, Failure> {
    let state: State = row.state.parse().map_err(Failure::internal)?;
    let period: Period = row.period.parse().map_err(|_| Error::Broken(format!("stored period {}", row.period)))?;
    Ok(Held {
        id: row.id,
        fact: Fact {
            period,
            area: row.area.clone(),
            slice: row.slice.parse().map_err(|_| Error::Broken(format!("stored slice {}", row.slice)))?,
            says: says(&row.kind, row.value, row.numerator, row.denominator, &row.level),
            verified: state.is_verified(),
            definition_version: row.definition_version.try_into().unwrap_or_default(),
        },
        first_recorded: row.first_recorded_at.date_naive(),
    })
}

fn measures(definition: &Definition, of: &Quality) -> pb::IndicatorQuality {
    let share = |share: Share| (share.of > 0).then_some(pb::QualityShare { part: share.part, of: share.of });
    pb::IndicatorQuality {
        indicator_id: definition.id.to_string(),
        indicator_code: definition.code.clone(),
        section: definition.owner_section.clone(),
        frequency: definition.frequency.word().to_owned(),
        complete: share(of.complete),
        timely: share(of.timely),
        valid: share(of.valid),
        consistent: share(of.consistent),
        outlying: share(of.outlying),
        verified: share(of.verified),
        totals_off: share(of.totals_off),
        last_period: of.last_period.map(|period| period.to_string()).unwrap_or_default(),
        periods_behind: of.periods_behind,
        hints: of.hints,
    }
}

fn told(of: Problem) -> pb::QualityProblem {
    pb::QualityProblem {
        kind: of.kind.word().to_owned(),
        period: of.period.to_string(),
        area: of.area,
        slice: of.slice.to_string(),
        observation_id: of.observation.map(|id| id.to_string()).unwrap_or_default(),
        message: Some(Text { en: of.en, fr: of.fr }),
    }
}
