//! What becomes of rows that somebody enters, judged by what was read once for all of them.

use std::collections::{BTreeSet, HashMap, HashSet};

use chassis::{Caller, Failure, Tx, new_id};
use chrono::{DateTime, Utc};
use cpas_proto::{
    collection::v1 as pb,
    words::{Period, Role, Slice},
};
use uuid::Uuid;

use super::{
    App,
    enter::{ENTERING, classification, there_in, written},
    entry_outcome::{Outcome, concerns_the_row, conflict, fingerprint, keep_what_is_left_out, says_the_same},
    moment,
    reach::Reach,
    rule_book::{Judged, RuleBook, error_among, of_new},
};
use crate::{
    domain::{
        definition::Definition,
        lifetime::Lifetimes,
        lock::{Changer, Lock, may_change},
        observation::cell,
        rollup::Area,
    },
    error::Error,
    events,
    store::{
        self,
        entries::EnteredRow,
        moves::Touched,
        observations::{Known, New},
    },
};

/// What rows of one mission are judged by, as far as one clearance sees.
#[derive(Debug)]
pub(super) struct Ground {
    pub now: DateTime<Utc>,
    pub start: u32,
    pub definitions: Vec<Definition>,
    pub areas: Vec<Area>,
    pub locks: Vec<Lock>,
    /// Places of the definitions, by code and by id.
    by_name: HashMap<String, usize>,
    lifetimes: Lifetimes,
}

impl Ground {
    /// Reads it; after [`store::known::writes`], so that what is written is dated by a clock that is asked later.
    pub async fn read(app: &App, caller: &Caller, tx: &mut Tx) -> Result<Self, Failure> {
        let now = app.clock.now();
        let definitions = store::copies::definitions(tx).await?;
        let mut by_name = HashMap::new();
        for (place, one) in definitions.iter().enumerate() {
            by_name.insert(one.code.to_uppercase(), place);
            by_name.insert(one.id.to_string(), place);
        }
        let areas = store::copies::areas(tx).await?;
        let lifetimes = Lifetimes::of(&areas);
        let start = app.fiscal_start_month(caller, tx).await?;
        Ok(Self { now, start, definitions, areas, locks: store::locks::locks(tx).await?, by_name, lifetimes })
    }

    /// The rules of what is written about, with what stands around it.
    pub async fn rule_book<'w>(
        &self,
        tx: &mut Tx,
        wanted: impl Iterator<Item = &'w Wanted> + Clone,
    ) -> Result<RuleBook, Failure> {
        let indicators: BTreeSet<Uuid> = wanted.clone().map(|one| self.indicator(one)).collect();
        let indicators: Vec<Uuid> = indicators.into_iter().collect();
        let mut book = RuleBook::open(tx, &self.definitions, &indicators, self.start).await?;
        if !book.is_empty() {
            let places = wanted.map(|one| (self.indicator(one), one.period, one.new.area.as_str()));
            book.look_around(tx, places).await?;
        }
        Ok(book)
    }

    /// A row as rules see it.
    pub fn judged<'w>(&self, wanted: &'w Wanted) -> Judged<'w> {
        of_new(self.indicator(wanted), wanted.period, &wanted.new)
    }

    fn indicator(&self, wanted: &Wanted) -> Uuid {
        self.definitions[wanted.definition].id
    }
}

/// A row that names a cell which the caller may write to.
#[derive(Debug)]
pub(super) struct Wanted {
    /// Its place among the definitions.
    pub definition: usize,
    pub period: Period,
    /// Without id, edition and author.
    pub new: New,
}

/// What is known of the cells that rows are about: all editions, oldest first.
#[derive(Debug, Default)]
pub(super) struct Histories(HashMap<Uuid, Vec<Known>>);

impl Histories {
    pub async fn of(tx: &mut Tx, now: DateTime<Utc>, wanted: impl Iterator<Item = &Wanted>) -> Result<Self, Failure> {
        let cells: BTreeSet<Uuid> = wanted.map(|one| one.new.cell).collect();
        let cells: Vec<Uuid> = cells.into_iter().collect();
        let mut all: HashMap<Uuid, Vec<Known>> = HashMap::new();
        for known in store::observations::histories(tx, now, &cells).await? {
            all.entry(known.cell).or_default().push(known);
        }
        Ok(Self(all))
    }

    fn of_cell(&self, cell: Uuid) -> &[Known] {
        self.0.get(&cell).map_or(&[][..], Vec::as_slice)
    }

    /// What counts in a cell.
    fn head(&self, cell: Uuid) -> Option<&Known> {
        self.of_cell(cell).iter().rev().find(|known| known.state != "rejected")
    }
}

/// The observations that rows say they saw.
#[derive(Debug, Default)]
pub(super) struct Bases(HashMap<Uuid, Known>);

impl Bases {
    pub async fn of(
        tx: &mut Tx,
        now: DateTime<Utc>,
        rows: impl Iterator<Item = &pb::EntryRow>,
    ) -> Result<Self, Failure> {
        let named: Vec<Uuid> = rows.filter_map(|row| row.base_id.parse().ok()).collect();
        if named.is_empty() {
            return Ok(Self::default());
        }
        let found = store::observations::find_all(tx, now, &named).await?;
        Ok(Self(found.into_iter().map(|known| (known.id, known)).collect()))
    }
}

/// Somebody who enters rows.
pub(super) struct Entering<'a> {
    caller: &'a Caller,
    reach: Reach,
    ground: &'a Ground,
    /// What was stored under the keys of the rows before.
    before: HashMap<String, EnteredRow>,
    bases: &'a Bases,
}

impl<'a> Entering<'a> {
    pub fn of(caller: &'a Caller, ground: &'a Ground, bases: &'a Bases) -> Self {
        Self { caller, reach: Reach::of(caller, ENTERING), ground, before: HashMap::new(), bases }
    }

    /// With what was stored before under the keys of rows, which are answered as they were then.
    #[must_use]
    pub fn after(self, before: Vec<EnteredRow>) -> Self {
        Self { before: before.into_iter().map(|row| (row.key.clone(), row)).collect(), ..self }
    }

    /// Judges rows in order: what becomes of each. Those that are to be stored come with their observations.
    pub fn outcomes(
        &self,
        rows: &[pb::EntryRow],
        wanted: Vec<Result<Wanted, Failure>>,
        histories: &Histories,
        book: &RuleBook,
    ) -> Result<Vec<Outcome>, Failure> {
        let mut written_to = HashSet::new();
        let mut outcomes = Vec::with_capacity(rows.len());
        for (row, wanted) in rows.iter().zip(wanted) {
            let outcome = match self.stored_before(row) {
                Some(outcome) => Ok(outcome),
                None => match wanted {
                    Ok(wanted) if !written_to.insert(wanted.new.cell) => {
                        let said =
                            "An earlier row of this call is about the same cell. Send this one after its answer.";
                        Err(Error::bad("rows", said).into())
                    }
                    Ok(wanted) => {
                        let history = histories.of_cell(wanted.new.cell);
                        self.enter(row, wanted, history, book)
                    }
                    Err(failure) => Err(failure),
                },
            };
            outcomes.push(match outcome {
                Ok(outcome) => outcome,
                Err(failure) if concerns_the_row(failure.code) => Outcome::refused(row, failure),
                Err(failure) => return Err(failure),
            });
        }
        Ok(outcomes)
    }

    fn stored_before(&self, row: &pb::EntryRow) -> Option<Outcome> {
        let before = self.before.get(&row.key)?;
        if before.fingerprint == fingerprint(row) {
            return Some(Outcome::new(row, "stored", Some(before.observation_id)));
        }
        let said = "This key was used for another row. Nothing was stored of this one; send it under a new key.";
        Some(Outcome::refused(row, Failure::conflict(said)))
    }

    /// The cell that a row names, where the caller may write.
    pub fn wanted(&self, row: &pb::EntryRow) -> Result<Wanted, Failure> {
        let asked = row.observation.clone().unwrap_or_default();
        let named = if asked.indicator_id.is_empty() {
            asked.indicator_code.to_uppercase()
        } else {
            asked.indicator_id.clone()
        };
        let place = *self.ground.by_name.get(&named).ok_or_else(|| {
            Error::bad("indicator_code", format!("The mission has no indicator \"{}\".", asked.indicator_code))
        })?;
        let definition = &self.ground.definitions[place];
        definition.takes_values().map_err(|message| Error::bad("indicator_code", message))?;
        let period = moment::period("period", &asked.period)?;
        there_in(&self.ground.lifetimes, &asked.area, period, self.ground.start)?;
        self.reach.check(&definition.owner_section, &asked.area)?;
        let slice: Slice = asked.slice.parse().map_err(|error| Error::bad("slice", format!("{error}.")))?;
        let slice = definition.known_slice(slice.pairs()).map_err(|message| Error::bad("slice", message))?;
        let changer = Changer { is_coordinator: self.caller.has(Role::Coordinator), reason: &asked.reason };
        may_change(&self.ground.locks, period, self.ground.start, changer).map_err(Error::Conflict)?;
        let mut new = written(definition, &asked)?;
        new.period = period.to_string();
        (new.first_day, new.last_day) = (period.first_day(self.ground.start), period.last_day(self.ground.start));
        (new.area, new.slice) = (asked.area, slice.to_string());
        if row.base_id.is_empty() {
            let classification = classification(self.caller, definition, &asked.classification)?;
            new.cell = cell(definition.id, period, &new.area, &slice, classification);
            new.classification = classification.rank();
            return Ok(Wanted { definition: place, period, new });
        }
        let base = row.base_id.parse().ok().and_then(|id: Uuid| self.bases.0.get(&id));
        let base = base.ok_or(Error::NotFound("observation"))?;
        let same = base.indicator_id == definition.id
            && (&base.period, &base.area, &base.slice) == (&new.period, &new.area, &new.slice);
        if !same {
            let said = "The observation that this row would replace is in another cell.";
            return Err(Error::bad("base_id", said).into());
        }
        (new.cell, new.classification, new.supersedes) = (base.cell, base.classification, Some(base.id));
        Ok(Wanted { definition: place, period, new })
    }

    /// What becomes of a row; one that is to be stored comes with its observation.
    fn enter(
        &self,
        row: &pb::EntryRow,
        wanted: Wanted,
        history: &[Known],
        book: &RuleBook,
    ) -> Result<Outcome, Failure> {
        let Wanted { definition, period, mut new } = wanted;
        let definition = &self.ground.definitions[definition];
        let head = history.iter().rev().find(|known| known.state != "rejected");
        let breaches = book.breaches(definition, of_new(definition.id, period, &new));
        if let Some(head) = head {
            keep_what_is_left_out(&mut new, head);
            if says_the_same(&new, head) {
                return Ok(Outcome::new(row, "unchanged", Some(head.id)).warned(breaches));
            }
        }
        let seen = head.map(|head| head.id) == new.supersedes
            && (row.base_version == 0 || head.is_none_or(|head| head.version() == row.base_version));
        if !seen {
            return Ok(conflict(row, head));
        }
        if let Some(head) = head {
            let entered_by_caller = head.recorded_by == self.caller.account;
            if !entered_by_caller && !self.caller.has(Role::FocalPoint) && !self.caller.has(Role::Coordinator) {
                let said = "A contributor corrects their own entries; a focal point any.";
                return Err(Error::OutOfReach(said.to_owned()).into());
            }
        }
        if error_among(&breaches).is_some() {
            return Ok(Outcome::broken(row, breaches));
        }
        new.id = new_id(self.ground.now);
        new.edition = history.last().map_or(1, |last| last.edition + 1);
        (new.recorded_at, new.recorded_by) = (self.ground.now, self.caller.account);
        new.recorded_by_name.clone_from(&self.caller.name);
        let code = definition.code.clone();
        Ok(Outcome::stored(row, new, code).warned(breaches))
    }
}

/// Stores what outcomes say is to be stored. Where another transaction recorded that edition of a cell a moment ago, the
/// outcome is a conflict.
pub(super) async fn record<'o>(
    tx: &mut Tx,
    outcomes: impl IntoIterator<Item = (&'o pb::EntryRow, &'o mut Outcome)>,
    histories: &Histories,
) -> Result<(), Failure> {
    let mut outcomes: Vec<_> = outcomes.into_iter().filter(|(_, outcome)| outcome.new.is_some()).collect();
    let mut new: Vec<&New> = outcomes.iter().filter_map(|(_, outcome)| outcome.new.as_ref()).collect();
    if new.is_empty() {
        return Ok(());
    }
    // In one order for all: who waits for another's cell does not hold one that the other waits for.
    new.sort_unstable_by_key(|new| new.cell);
    let mission = tx.mission();
    let recorded = store::observations::insert_many(tx, mission, &new).await?;
    for (row, outcome) in &mut outcomes {
        let Some(new) = outcome.new.as_ref().filter(|new| !recorded.contains(&new.id)) else { continue };
        // This transaction cannot see it yet.
        **outcome = conflict(row, histories.head(new.cell));
    }
    Ok(())
}

/// Tells that observations were entered, or submitted: one event for all of them.
pub(super) async fn tell(tx: &mut Tx, change: &str, told: &[(&New, &str)]) -> Result<(), Failure> {
    let texts = |of: fn(&New) -> &String| {
        told.iter().map(|(new, _)| of(new).clone()).collect::<BTreeSet<_>>().into_iter().collect()
    };
    let codes: BTreeSet<String> = told.iter().map(|(_, code)| (*code).to_owned()).collect();
    let touched = Touched {
        rows: told.len() as i64,
        indicator_codes: codes.into_iter().collect(),
        areas: texts(|new| &new.area),
        periods: texts(|new| &new.period),
        classification: told.iter().map(|(new, _)| new.classification).max().unwrap_or_default(),
    };
    events::observations_changed(tx, change, None, touched).await
}
