//! Takes a workbook into what is stored, within a transaction that may be taken back.

use std::collections::BTreeMap;

use chassis::{Caller, Tx};
use sha2::{Digest as _, Sha256};

use super::{Preview, Sent, indicators, plan, state::State, targets};
use crate::{
    Deps,
    domain::{
        broken::Broken,
        framework::Refused,
        ids::{IndicatorId, ItemId},
        indicator::IndicatorRefused,
        lifecycle::PlanState,
        plan::{Plan, PlanRefused},
        target::TargetRefused,
        workbook::{
            Problem, Row, Sheet, Tables,
            columns::Holds,
            foreign,
            grid::Book,
            merge::{Change, Merged, Wish, merge},
            read::{self, Told},
        },
    },
    error::Error,
};

/// # Errors
/// The plan is no draft.
pub(super) fn needs_a_draft(plan: &Plan) -> Result<(), Error> {
    match plan.head.state {
        PlanState::Draft => Ok(()),
        state => Err(PlanRefused::NotADraft(state).into()),
    }
}

/// What a workbook comes to while it is taken in.
#[derive(Default)]
pub(super) struct Taken {
    pub changes: Vec<Change>,
    pub problems: Vec<Problem>,
    pub unchanged: usize,
    /// Ids of items by their keys, of those that are new too.
    pub items: BTreeMap<String, ItemId>,
    /// Ids of indicators by their keys, of those that are new too.
    pub indicators: BTreeMap<String, IndicatorId>,
}

impl Taken {
    /// Takes what a table comes to; gives its rows that are to be written, each with what it changes.
    pub(super) fn take(&mut self, merged: &Merged) {
        self.changes.extend(merged.changes.iter().cloned());
        self.problems.extend(merged.problems.iter().cloned());
        self.unchanged += merged.unchanged;
    }

    /// The id of an item, as it travels.
    pub(super) fn item(&self, key: &str) -> Option<String> {
        self.items.get(key).map(ToString::to_string)
    }

    /// Notes why a row is refused, at the cell; a failure that is nobody's fault comes out.
    pub(super) fn refused(&mut self, row: &Row, error: Error) -> Result<(), Error> {
        let broken = match error {
            Error::Broken(broken)
            | Error::Plan(PlanRefused::Framework(Refused::Broken(broken)))
            | Error::Indicator(IndicatorRefused::Broken(broken))
            | Error::Target(TargetRefused::Broken(broken)) => broken,
            Error::Chassis(failure) => return Err(failure.into()),
            other => Broken::one("", other.to_string()),
        };
        let said = |message: &str| match message.strip_prefix("\"\" is not ") {
            Some(what) => format!("This is empty, and should be {what}"),
            None => message.to_owned(),
        };
        let problem = |field: &str, message: &str| row.problem(column(row, field), said(message));
        self.problems.extend(broken.violations.iter().map(|one| problem(&one.field, &one.message)));
        Ok(())
    }
}

/// The column of a field as the API names it: `item.markers[2]` is `markers`.
fn column<'a>(row: &Row, field: &'a str) -> &'a str {
    let field = field.split_once('.').map_or(field, |(_, field)| field);
    let field = field.split_once('[').map_or(field, |(field, _)| field);
    let known = |field: &str| row.at.as_ref().is_some_and(|at| at.columns.contains_key(field));
    match field {
        "output_id" => "output",
        "outcome_id" => "outcome",
        "indicator_id" => "indicator",
        "statement" if known("statement.en") => "statement.en",
        "name" if known("name.en") => "name.en",
        field => field,
    }
}

/// What the workbook makes of what is stored; all of it is written, to be kept or taken back.
///
/// # Errors
/// `Broken` for a layout that does not fit; what chassis says.
pub(super) async fn take(
    tx: &mut Tx,
    deps: &Deps,
    caller: &Caller,
    stored: Plan,
    book: &Book,
    sent: &Sent,
) -> Result<Preview, Error> {
    let state = State::read(tx, caller.mission()?.id, stored, sent.language).await?;
    let told = if sent.layout.is_none() { read::read(book, &state.names()) } else { None };
    let (told, reading, wish) = match told {
        Some(told) => (told, None, sent.wish),
        None => {
            let reading = foreign::read(book, sent.layout.clone(), &sent.usual, &state.known())
                .map_err(|message| Broken::one("layout.sheet", message))?;
            let tables = reading.tables.clone();
            let base = Some((state.material(reading.layout.language).origin, Tables::default()));
            let told = Told { tables, base, problems: reading.problems.clone() };
            // What it does not speak of is not missing from it.
            (told, Some(reading), Wish::default())
        }
    };
    let mut taken = Taken { problems: told.problems.clone(), ..Taken::default() };
    let base = base_of(&state, &told, &mut taken);
    let merged = |sheet: Sheet| match told.tables.has(sheet) {
        true => merge(sheet, state.tables.of(sheet), base.map(|tables| tables.of(sheet)), told.tables.of(sheet), wish),
        false => Merged::default(),
    };
    let version =
        plan::take(tx, deps, caller, &state, (merged(Sheet::Tree), merged(Sheet::Links)), (&told, base), &mut taken)
            .await?;
    indicators::take(tx, deps, caller, &state, merged(Sheet::Indicators), &mut taken).await?;
    targets::take(tx, deps, caller, &state, merged(Sheet::Targets), &mut taken).await?;
    let called: BTreeMap<&str, &str> = Sheet::ALL
        .iter()
        .flat_map(|sheet| told.tables.of(*sheet))
        .map(|row| (row.key.as_str(), row.name.as_str()))
        .collect();
    let mut changes = taken.changes;
    for change in &mut changes {
        speak(&state, &called, change);
    }
    let mut problems = taken.problems;
    problems.sort_by(|one, other| (&one.place, &one.message).cmp(&(&other.place, &other.message)));
    problems.dedup();
    let digest = digest(&changes, &problems);
    let (plan, unchanged) = (state.plan.head.id, taken.unchanged);
    Ok(Preview { plan, version, digest, is_applied: false, changes, problems, unchanged, reading })
}

/// What the workbook said when it was written; a workbook of another plan is refused.
fn base_of<'a>(state: &State, told: &'a Told, taken: &mut Taken) -> Option<&'a Tables> {
    let (origin, tables) = told.base.as_ref()?;
    if origin.family != state.plan.head.family.to_string() {
        let message = format!(
            "This workbook is of another plan, \"{}\". Take the workbook of this plan and edit that.",
            origin.title
        );
        taken.problems.push(Problem { place: None, message });
    }
    Some(tables)
}

/// Puts what people read in the place of keys.
fn speak(state: &State, called: &BTreeMap<&str, &str>, change: &mut Change) {
    let name = |key: &str| state.called(key).or_else(|| called.get(key).copied()).unwrap_or(key).to_owned();
    for field in &mut change.fields {
        let refers = field.field == "parent_id"
            || change.sheet.column(field.field).is_some_and(|column| {
                matches!(column.holds, Holds::Task | Holds::Item | Holds::Items | Holds::Indicator)
            });
        if refers {
            for text in [&mut field.before, &mut field.after] {
                *text = text.split("; ").map(name).collect::<Vec<_>>().join("; ");
            }
        }
    }
}

/// The same for the same changes and problems.
fn digest(changes: &[Change], problems: &[Problem]) -> String {
    let bytes = Sha256::digest(format!("{changes:?}{problems:?}"));
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
