//! Entering many observations at once: a block of a grid, or what another system sends. Each row is
//! stored or not by itself, and only once under its key.

use std::collections::{BTreeSet, HashMap, HashSet};

use chassis::{Caller, Code, Failure, Tx, new_id};
use chrono::{DateTime, Utc};
use cpas_proto::{
    collection::v1 as pb,
    words::{Period, Role, Slice},
};
use prost::Message as _;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    App,
    enter::{ENTERING, classification, written},
    moment,
    reach::Reach,
};
use crate::{
    domain::{
        definition::Definition,
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
    let mission = tx.mission();
    store::known::writes(&mut tx, mission).await?;
    store::entries::one_at_a_time(&mut tx, mission, caller.account).await?;
    let entering = Entering::open(app, caller, &mut tx, &rows).await?;
    let outcomes = entering.outcomes(&mut tx, &rows).await?;
    let stored: Vec<&Outcome> = outcomes.iter().filter(|one| one.new.is_some()).collect();
    if !stored.is_empty() {
        entering.publish(&mut tx, &stored).await?;
        let keys: Vec<EnteredRow> = stored.iter().filter_map(|one| one.entered()).collect();
        store::entries::remember(&mut tx, mission, caller.account, &keys, entering.now).await?;
    }
    let ids: Vec<Uuid> = outcomes.iter().filter_map(|one| one.shown).collect();
    let shown: HashMap<Uuid, Known> = store::observations::find_all(&mut tx, entering.now, &ids)
        .await?
        .into_iter()
        .map(|one| (one.id, one))
        .collect();
    let outcomes = outcomes.into_iter().map(|one| one.rendered(&shown)).collect();
    tx.finish(pb::EnterObservationsResponse { outcomes }).await
}

fn check(rows: &[pb::EntryRow]) -> Result<(), Failure> {
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

/// What became of a row.
#[derive(Debug)]
struct Outcome {
    key: String,
    fingerprint: Vec<u8>,
    word: &'static str,
    /// What was stored now.
    new: Option<New>,
    /// Code of its indicator.
    code: String,
    /// The observation that is shown with it.
    shown: Option<Uuid>,
    field: String,
    message: String,
}

impl Outcome {
    fn new(row: &pb::EntryRow, word: &'static str, shown: Option<Uuid>) -> Self {
        let fingerprint = fingerprint(row);
        let (field, message, code) = (String::new(), String::new(), String::new());
        Self { key: row.key.clone(), fingerprint, word, new: None, code, shown, field, message }
    }

    fn refused(row: &pb::EntryRow, failure: Failure) -> Self {
        let field = failure.violations.first().map(|one| one.field.clone()).unwrap_or_default();
        Self { field, message: failure.message, ..Self::new(row, "refused", None) }
    }

    fn entered(&self) -> Option<EnteredRow> {
        let observation_id = self.new.as_ref()?.id;
        Some(EnteredRow { key: self.key.clone(), fingerprint: self.fingerprint.clone(), observation_id })
    }

    fn rendered(self, shown: &HashMap<Uuid, Known>) -> pb::EntryOutcome {
        pb::EntryOutcome {
            key: self.key,
            outcome: self.word.to_owned(),
            observation: self.shown.and_then(|id| shown.get(&id)).cloned().map(Into::into),
            field: self.field,
            message: self.message,
        }
    }
}

fn fingerprint(row: &pb::EntryRow) -> Vec<u8> {
    Sha256::digest(row.encode_to_vec()).to_vec()
}

/// A row that names a cell which the caller may write to.
struct Wanted {
    definition: usize,
    period: Period,
    area: String,
    slice: String,
    cell: Uuid,
    classification: i16,
    base: Option<Uuid>,
}

/// All that rows are judged by, read once.
struct Entering<'a> {
    caller: &'a Caller,
    reach: Reach,
    now: DateTime<Utc>,
    start: u32,
    definitions: Vec<Definition>,
    by_name: HashMap<String, usize>,
    areas: HashSet<String>,
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
        let areas = store::copies::areas(tx).await?.into_iter().map(|area| area.code).collect();
        let keys: Vec<String> = rows.iter().map(|row| row.key.clone()).collect();
        let before = store::entries::stored(tx, caller.account, &keys).await?;
        let bases: Vec<Uuid> = rows.iter().filter_map(|row| row.base_id.parse().ok()).collect();
        let bases = store::observations::find_all(tx, now, &bases).await?;
        Ok(Self {
            caller,
            reach: Reach::of(caller, ENTERING),
            now,
            start: app.fiscal_start_month(caller, tx).await?,
            definitions,
            by_name,
            areas,
            locks: store::locks::locks(tx).await?,
            before: before.into_iter().map(|row| (row.key.clone(), row)).collect(),
            bases: bases.into_iter().map(|known| (known.id, known)).collect(),
        })
    }

    /// Judges the rows in order, and stores those that can be.
    async fn outcomes(&self, tx: &mut Tx, rows: &[pb::EntryRow]) -> Result<Vec<Outcome>, Failure> {
        let wanted: Vec<Result<Wanted, Failure>> = rows.iter().map(|row| self.wanted(row)).collect();
        let cells: BTreeSet<Uuid> = wanted.iter().flatten().map(|one| one.cell).collect();
        let cells: Vec<Uuid> = cells.into_iter().collect();
        let mut histories: HashMap<Uuid, Vec<Known>> = HashMap::new();
        for known in store::observations::histories(tx, self.now, &cells).await? {
            histories.entry(known.cell).or_default().push(known);
        }
        let mut written_to = HashSet::new();
        let mut outcomes = Vec::with_capacity(rows.len());
        for (row, wanted) in rows.iter().zip(wanted) {
            let outcome = match self.stored_before(row) {
                Some(outcome) => Ok(outcome),
                None => match wanted {
                    Ok(wanted) if !written_to.insert(wanted.cell) => {
                        let said =
                            "An earlier row of this call is about the same cell. Send this one after its answer.";
                        Err(Error::bad("rows", said).into())
                    }
                    Ok(wanted) => {
                        let history = histories.get(&wanted.cell).map_or(&[][..], Vec::as_slice);
                        self.enter(tx, row, wanted, history).await
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
    fn wanted(&self, row: &pb::EntryRow) -> Result<Wanted, Failure> {
        let asked = row.observation.clone().unwrap_or_default();
        let named =
            if asked.indicator_id.is_empty() { asked.indicator_code.to_uppercase() } else { asked.indicator_id };
        let place = *self.by_name.get(&named).ok_or_else(|| {
            Error::bad("indicator_code", format!("The mission has no indicator \"{}\".", asked.indicator_code))
        })?;
        let definition = &self.definitions[place];
        if definition.retired {
            let said = format!("{} is retired and takes no new values.", definition.code);
            return Err(Error::bad("indicator_code", said).into());
        }
        let period = moment::period("period", &asked.period)?;
        if !asked.area.is_empty() && !self.areas.contains(&asked.area) {
            return Err(Error::bad("area", format!("The mission has no area \"{}\".", asked.area)).into());
        }
        self.reach.check(&definition.owner_section, &asked.area)?;
        let slice: Slice = asked.slice.parse().map_err(|error| Error::bad("slice", format!("{error}.")))?;
        let slice = definition.known_slice(slice.pairs()).map_err(|message| Error::bad("slice", message))?;
        let changer = Changer { is_coordinator: self.caller.has(Role::Coordinator), reason: &asked.reason };
        may_change(&self.locks, period, self.start, changer).map_err(Error::Conflict)?;
        let text = slice.to_string();
        let mut wanted = Wanted {
            definition: place,
            period,
            area: asked.area,
            slice: text,
            cell: Uuid::nil(),
            classification: 0,
            base: None,
        };
        if row.base_id.is_empty() {
            let classification = classification(self.caller, definition, &asked.classification)?;
            wanted.cell = cell(definition.id, period, &wanted.area, &slice, classification);
            wanted.classification = classification.rank();
            return Ok(wanted);
        }
        let base = row.base_id.parse().ok().and_then(|id: Uuid| self.bases.get(&id));
        let base = base.ok_or(Error::NotFound("observation"))?;
        let same = base.indicator_id == definition.id
            && (&base.period, &base.area, &base.slice) == (&period.to_string(), &wanted.area, &wanted.slice);
        if !same {
            let said = "The observation that this row would replace is in another cell.";
            return Err(Error::bad("base_id", said).into());
        }
        (wanted.cell, wanted.classification, wanted.base) = (base.cell, base.classification, Some(base.id));
        Ok(wanted)
    }

    async fn enter(
        &self,
        tx: &mut Tx,
        row: &pb::EntryRow,
        wanted: Wanted,
        history: &[Known],
    ) -> Result<Outcome, Failure> {
        let asked = row.observation.clone().unwrap_or_default();
        let definition = &self.definitions[wanted.definition];
        let head = history.iter().rev().find(|known| known.state != "rejected");
        let mut new = written(definition, &asked)?;
        if let Some(head) = head {
            keep_what_is_left_out(&mut new, head);
            if says_the_same(&new, head) {
                return Ok(Outcome::new(row, "unchanged", Some(head.id)));
            }
        }
        let seen = head.map(|head| head.id) == wanted.base
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
        new.id = new_id(self.now);
        new.period = wanted.period.to_string();
        (new.first_day, new.last_day) = (wanted.period.first_day(self.start), wanted.period.last_day(self.start));
        (new.area, new.slice, new.cell) = (wanted.area, wanted.slice, wanted.cell);
        new.edition = history.last().map_or(1, |last| last.edition + 1);
        new.supersedes = wanted.base;
        new.classification = wanted.classification;
        (new.recorded_at, new.recorded_by) = (self.now, self.caller.account);
        new.recorded_by_name.clone_from(&self.caller.name);
        let mission = tx.mission();
        if !store::observations::insert(tx, mission, &new).await? {
            // Another transaction recorded this edition a moment ago, and this one cannot see it yet.
            return Ok(conflict(row, head));
        }
        let code = definition.code.clone();
        let shown = Some(new.id);
        Ok(Outcome { code, new: Some(new), ..Outcome::new(row, "stored", shown) })
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
        tx.publish(events::observations_changed("entered", None, touched)).await
    }
}

fn conflict(row: &pb::EntryRow, head: Option<&Known>) -> Outcome {
    let message = match head {
        Some(head) => format!(
            "{} recorded another value on {}. Yours was not stored; look at both and choose.",
            head.recorded_by_name,
            head.recorded_at.format("%Y-%m-%d")
        ),
        None => "What stood in the cell is not there any more. Yours was not stored; look again and choose.".to_owned(),
    };
    Outcome { message, ..Outcome::new(row, "conflict", head.map(|head| head.id)) }
}

/// A failure that leaves the other rows as they are.
fn concerns_the_row(code: Code) -> bool {
    matches!(code, Code::Invalid | Code::Denied | Code::NotFound | Code::Conflict)
}

/// A grid shows no source and no reliability: what it does not send stays.
fn keep_what_is_left_out(new: &mut New, head: &Known) {
    if new.source.is_empty() {
        new.source.clone_from(&head.source);
    }
    if new.reliability.is_empty() {
        new.reliability.clone_from(&head.reliability);
    }
    if new.credibility == 0 {
        new.credibility = head.credibility;
    }
}

fn says_the_same(new: &New, head: &Known) -> bool {
    new.kind == head.kind
        && (new.value, new.numerator, new.denominator) == (head.value, head.numerator, head.denominator)
        && (&new.level, &new.text, &new.note, &new.source) == (&head.level, &head.text, &head.note, &head.source)
        && (&new.reliability, new.credibility) == (&head.reliability, head.credibility)
}
