//! What the values of one indicator say of their quality, found from the observations themselves.

use std::sync::Arc;

use chassis::{Failure, Tx};
use chrono::{Datelike as _, Months, NaiveDate};
use cpas_proto::words::Period;
use uuid::Uuid;

use super::{
    rule_book::{Judged, RuleBook},
    series::says,
};
use crate::{
    domain::{
        definition::Definition,
        observation::State,
        quality::{self, Broken, Facts, Held, Judgement, Problem},
        rollup::{AreaTree, Fact},
        rule::Said,
    },
    error::Error,
    store::{self, quality::Standing},
};

/// Most observations that are looked at for one indicator.
const OBSERVATIONS_MAX: usize = 500_000;
/// Twice the longest window: who reported in as long a time before it is expected in it.
const LOOKED_AT_MONTHS: u32 = 120;

/// What all indicators of a mission are looked at with.
pub(super) struct Around {
    pub definitions: Vec<Definition>,
    pub tree: Arc<AreaTree>,
    pub fiscal_start_month: u32,
    pub from_day: NaiveDate,
}

/// What was found of an indicator.
pub(super) struct Found {
    pub facts: Facts,
    /// But for what is missing or late.
    pub problems: Vec<Problem>,
    /// What a write has to be about to change it.
    pub about: Vec<Uuid>,
}

/// The first day of what is looked at: that of a year, so that it stays for one.
pub(super) fn from_day(today: NaiveDate) -> NaiveDate {
    let first = today.checked_sub_months(Months::new(LOOKED_AT_MONTHS)).unwrap_or(NaiveDate::MIN);
    first.with_ordinal(1).unwrap_or(first)
}

/// Finds it, as far as the transaction sees.
///
/// # Errors
/// `Invalid` for more observations than are looked at.
pub(super) async fn find(tx: &mut Tx, definition: &Definition, around: &Around) -> Result<Found, Failure> {
    let start = around.fiscal_start_month;
    let mut book = RuleBook::open(tx, &around.definitions, &[definition.id], start).await?;
    let mut looked_at: Vec<Uuid> = book.looked_at(definition.id).into_iter().chain([definition.id]).collect();
    looked_at.sort_unstable();
    looked_at.dedup();
    let standing = store::quality::standing(tx, &looked_at, around.from_day, OBSERVATIONS_MAX as i64 + 1).await?;
    if standing.len() > OBSERVATIONS_MAX {
        let message = format!("More than {OBSERVATIONS_MAX} observations would be looked at for {}.", definition.code);
        return Err(Error::bad("indicator", message).into());
    }
    looked_at.push(store::series_changes::WHOLE_MISSION);
    let (own, tree) = (definition.clone(), Arc::clone(&around.tree));
    // On a thread of its own: a large indicator would hold up other calls.
    let work = move || -> Result<(Facts, Vec<Problem>), Failure> {
        for row in &standing {
            book.put_stored(row.indicator_id, &row.period, &row.area, &row.slice, said(row))?;
        }
        let own_rows = standing.iter().filter(|row| row.indicator_id == own.id);
        let held = own_rows.map(held).collect::<Result<Vec<Held>, Failure>>()?;
        Ok(quality::find(&own, &tree, &held, start, |one| judgement(&book, &own, one)))
    };
    let (facts, problems) = tokio::task::spawn_blocking(work).await.map_err(Failure::internal)??;
    Ok(Found { facts, problems, about: looked_at })
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

/// An observation in force as the domain knows it.
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
