//! Entering many observations at once: a block of a grid, or what another system sends. Each row is
//! stored or not by itself, and only once under its key.

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
    rule_book::{RuleBook, error_among, of_new},
};
use crate::{
    domain::{
        definition::Definition,
        lifetime::Lifetimes,
        lock::{Changer, Lock, may_change},
        observation::cell,
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

/// Most rows of one call.
const ROWS_MAX: usize = 1_000;
/// Longest key of a row, in characters.
const KEY_CHARS_MAX: usize = 100;

/// Stores the rows that can be stored, each as a draft, and says of every one what became of it.
///
/// # Errors
/// No row or too many; a row without a key. Then nothing was stored.
pub async fn enter_observations(
    app: &App,
    caller: &Caller,
    rows: Vec<pb::EntryRow>,
) -> Result<pb::EnterObservationsResponse, Failure> {
    check(&rows)?;
    let mut tx = app.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let outcomes = enter_rows(app, caller, &mut tx, &rows, Once::ByKey).await?;
    let ids: Vec<Uuid> = outcomes.iter().filter_map(|one| one.shown).collect();
    let shown: HashMap<Uuid, Known> = store::observations::find_all(&mut tx, app.clock.now(), &ids)
        .await?
        .into_iter()
        .map(|one| (one.id, one))
        .collect();
    let outcomes = outcomes.into_iter().map(|one| one.rendered(&shown)).collect();
    tx.finish(pb::EnterObservationsResponse { outcomes }).await
}

/// What keeps rows from being stored twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Once {
    /// Each row's key, which is remembered.
    ByKey,
    /// What they came with, which the caller knows to be new: nobody waits for another, and no key is remembered.
    ByWhole,
}

/// The same within a transaction: by every door that takes rows.
pub(super) async fn enter_rows(
    app: &App,
    caller: &Caller,
    tx: &mut Tx,
    rows: &[pb::EntryRow],
    once: Once,
) -> Result<Vec<Outcome>, Failure> {
    let mission = tx.mission();
    store::known::writes(tx, mission).await?;
    let before = match once {
        Once::ByWhole => HashMap::new(),
        Once::ByKey => {
            store::entries::one_at_a_time(tx, mission, caller.account).await?;
            let keys: Vec<String> = rows.iter().map(|row| row.key.clone()).collect();
            let before = store::entries::stored(tx, caller.account, &keys).await?;
            before.into_iter().map(|row| (row.key.clone(), row)).collect()
        }
    };
    let entering = Entering { before, ..Entering::open(app, caller, tx, rows).await? };
    let outcomes = entering.outcomes(tx, rows).await?;
    let stored: Vec<&Outcome> = outcomes.iter().filter(|one| one.new.is_some()).collect();
    if !stored.is_empty() {
        entering.publish(tx, &stored).await?;
        if once == Once::ByKey {
            let keys: Vec<EnteredRow> = stored.iter().filter_map(|one| one.entered()).collect();
            store::entries::remember(tx, mission, caller.account, &keys, entering.now).await?;
        }
    }
    Ok(outcomes)
}

/// Checks that rows can be taken together.
///
/// # Errors
/// No row or too many; a row without a key, or two with the same.
pub(super) fn check(rows: &[pb::EntryRow]) -> Result<(), Failure> {
    if rows.is_empty() || rows.len() > ROWS_MAX {
        return Err(Error::bad("rows", format!("Send between 1 and {ROWS_MAX} rows at a time.")).into());
    }
    let no_key = |row: &pb::EntryRow| row.key.is_empty() || row.key.chars().count() > KEY_CHARS_MAX;
    if rows.iter().any(no_key) {
        let message = format!("Every row needs a key of its own, of 1 to {KEY_CHARS_MAX} characters: a UUID does.");
        return Err(Error::bad("rows", message).into());
    }
    let keys: HashSet<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    if keys.len() < rows.len() {
        return Err(Error::bad("rows", "Two rows have the same key.").into());
    }
    Ok(())
}

/// A row that names a cell which the caller may write to.
struct Wanted {
    definition: usize,
    period: Period,
    /// Without id, edition and author.
    new: New,
}

/// All that rows are judged by, read once.
struct Entering<'a> {
    caller: &'a Caller,
    reach: Reach,
    now: DateTime<Utc>,
    start: u32,
    definitions: Vec<Definition>,
    by_name: HashMap<String, usize>,
    lifetimes: Lifetimes,
    locks: Vec<Lock>,
    /// What was stored under the keys before.
    before: HashMap<String, EnteredRow>,
    /// The observations that the rows say they saw.
    bases: HashMap<Uuid, Known>,
}

impl<'a> Entering<'a> {
    async fn open(app: &App, caller: &'a Caller, tx: &mut Tx, rows: &[pb::EntryRow]) -> Result<Self, Failure> {
        let now = app.clock.now();
        let definitions = store::copies::definitions(tx).await?;
        let mut by_name = HashMap::new();
        for (place, one) in definitions.iter().enumerate() {
            by_name.insert(one.code.to_uppercase(), place);
            by_name.insert(one.id.to_string(), place);
        }
        let lifetimes = Lifetimes::of(&store::copies::areas(tx).await?);
        let bases: Vec<Uuid> = rows.iter().filter_map(|row| row.base_id.parse().ok()).collect();
        let bases = store::observations::find_all(tx, now, &bases).await?;
        Ok(Self {
            caller,
            reach: Reach::of(caller, ENTERING),
            now,
            start: app.fiscal_start_month(caller, tx).await?,
            definitions,
            by_name,
            lifetimes,
            locks: store::locks::locks(tx).await?,
            before: HashMap::new(),
            bases: bases.into_iter().map(|known| (known.id, known)).collect(),
        })
    }

    /// Judges the rows in order, and stores those that can be.
    async fn outcomes(&self, tx: &mut Tx, rows: &[pb::EntryRow]) -> Result<Vec<Outcome>, Failure> {
        let wanted: Vec<Result<Wanted, Failure>> = rows.iter().map(|row| self.wanted(row)).collect();
        let cells: BTreeSet<Uuid> = wanted.iter().flatten().map(|one| one.new.cell).collect();
        let cells: Vec<Uuid> = cells.into_iter().collect();
        let mut histories: HashMap<Uuid, Vec<Known>> = HashMap::new();
        for known in store::observations::histories(tx, self.now, &cells).await? {
            histories.entry(known.cell).or_default().push(known);
        }
        let book = self.rule_book(tx, &wanted).await?;
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
                        let history = histories.get(&wanted.new.cell).map_or(&[][..], Vec::as_slice);
                        self.enter(row, wanted, history, &book)
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
        let new: Vec<&New> = outcomes.iter().filter_map(|one| one.new.as_ref()).collect();
        if new.is_empty() {
            return Ok(outcomes);
        }
        let mission = tx.mission();
        let recorded = store::observations::insert_many(tx, mission, &new).await?;
        for (row, outcome) in rows.iter().zip(&mut outcomes) {
            let Some(new) = outcome.new.as_ref().filter(|new| !recorded.contains(&new.id)) else { continue };
            // Another transaction recorded this edition a moment ago, and this one cannot see it yet.
            let head =
                histories.get(&new.cell).and_then(|all| all.iter().rev().find(|known| known.state != "rejected"));
            *outcome = conflict(row, head);
        }
        Ok(outcomes)
    }

    /// The rules, with what stands around the rows and what they say themselves: a block is judged as one.
    async fn rule_book(&self, tx: &mut Tx, wanted: &[Result<Wanted, Failure>]) -> Result<RuleBook, Failure> {
        let indicator = |one: &Wanted| self.definitions[one.definition].id;
        let indicators: BTreeSet<Uuid> = wanted.iter().flatten().map(indicator).collect();
        let indicators: Vec<Uuid> = indicators.into_iter().collect();
        let mut book = RuleBook::open(tx, &self.definitions, &indicators, self.start).await?;
        if book.is_empty() {
            return Ok(book);
        }
        let places = wanted.iter().flatten().map(|one| (indicator(one), one.period, one.new.area.as_str()));
        book.look_around(tx, places).await?;
        for one in wanted.iter().flatten() {
            book.put(of_new(indicator(one), one.period, &one.new));
        }
        Ok(book)
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
    fn wanted(&self, row: &pb::EntryRow) -> Result<Wanted, Failure> {
        let asked = row.observation.clone().unwrap_or_default();
        let named = if asked.indicator_id.is_empty() {
            asked.indicator_code.to_uppercase()
        } else {
            asked.indicator_id.clone()
        };
        let place = *self.by_name.get(&named).ok_or_else(|| {
            Error::bad("indicator_code", format!("The mission has no indicator \"{}\".", asked.indicator_code))
        })?;
        let definition = &self.definitions[place];
        definition.takes_values().map_err(|message| Error::bad("indicator_code", message))?;
        let period = moment::period("period", &asked.period)?;
        there_in(&self.lifetimes, &asked.area, period, self.start)?;
        self.reach.check(&definition.owner_section, &asked.area)?;
        let slice: Slice = asked.slice.parse().map_err(|error| Error::bad("slice", format!("{error}.")))?;
        let slice = definition.known_slice(slice.pairs()).map_err(|message| Error::bad("slice", message))?;
        let changer = Changer { is_coordinator: self.caller.has(Role::Coordinator), reason: &asked.reason };
        may_change(&self.locks, period, self.start, changer).map_err(Error::Conflict)?;
        let mut new = written(definition, &asked)?;
        new.period = period.to_string();
        (new.first_day, new.last_day) = (period.first_day(self.start), period.last_day(self.start));
        (new.area, new.slice) = (asked.area, slice.to_string());
        if row.base_id.is_empty() {
            let classification = classification(self.caller, definition, &asked.classification)?;
            new.cell = cell(definition.id, period, &new.area, &slice, classification);
            new.classification = classification.rank();
            return Ok(Wanted { definition: place, period, new });
        }
        let base = row.base_id.parse().ok().and_then(|id: Uuid| self.bases.get(&id));
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
        let definition = &self.definitions[definition];
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
        new.id = new_id(self.now);
        new.edition = history.last().map_or(1, |last| last.edition + 1);
        (new.recorded_at, new.recorded_by) = (self.now, self.caller.account);
        new.recorded_by_name.clone_from(&self.caller.name);
        let code = definition.code.clone();
        Ok(Outcome::stored(row, new, code).warned(breaches))
    }

    /// One event for all that was stored.
    async fn publish(&self, tx: &mut Tx, stored: &[&Outcome]) -> Result<(), Failure> {
        let new = || stored.iter().filter_map(|one| one.new.as_ref());
        let texts = |of: fn(&New) -> &String| new().map(of).cloned().collect::<BTreeSet<_>>().into_iter().collect();
        let codes: BTreeSet<String> = stored.iter().map(|one| one.code.clone()).collect();
        let touched = Touched {
            rows: stored.len() as i64,
            indicator_codes: codes.into_iter().collect(),
            areas: texts(|new| &new.area),
            periods: texts(|new| &new.period),
            classification: new().map(|new| new.classification).max().unwrap_or_default(),
        };
        events::observations_changed(tx, "entered", None, touched).await
    }
}
