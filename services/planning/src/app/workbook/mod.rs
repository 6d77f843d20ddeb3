//! The framework as one workbook: gives it out, says what one that was edited would change, and changes it.

mod cells;
mod indicators;
pub mod open;
mod plan;
mod state;
mod take;
mod targets;

use chassis::{Caller, Failure};
use cpas_proto::{planning::v1 as pb, words::Language};

use super::fresh_plan;
use crate::{
    Deps,
    domain::{
        broken::Broken,
        ids::PlanId,
        workbook::{
            Problem, WORKBOOK_BYTES_MAX,
            foreign::{Layout, Reading, Usual},
            grid::Book,
            merge::{Change, Happens, Wish},
            write,
        },
    },
    error::Error,
    store::{
        neighbours,
        plans::{self, Which},
    },
};
use state::State;

/// A workbook that somebody sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub plan: PlanId,
    pub workbook: Vec<u8>,
    pub wish: Wish,
    /// How one of another make is laid out; `None`: it is guessed.
    pub layout: Option<Layout>,
    pub usual: Usual,
    /// The version of the plan and the digest that the preview gave.
    pub seen_version: i64,
    pub digest: String,
    /// In which the preview names rows.
    pub language: Language,
}

/// What a workbook changes, or would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    pub plan: PlanId,
    pub version: i64,
    pub digest: String,
    pub is_applied: bool,
    pub changes: Vec<Change>,
    pub problems: Vec<Problem>,
    pub unchanged: usize,
    /// How a workbook of another make was read.
    pub reading: Option<Reading>,
}

impl Preview {
    /// Rows to which this happens; of those that change only those that are written.
    pub fn count(&self, happens: Happens) -> usize {
        let counts = |change: &&Change| change.happens == happens && (change.is_written || happens == Happens::Missing);
        self.changes.iter().filter(counts).count()
    }

    /// Cells that somebody else changed since the workbook was written.
    pub fn conflicts(&self) -> usize {
        self.changes.iter().flat_map(|change| &change.fields).filter(|field| field.is_conflict).count()
    }
}

/// The workbook of a plan, and the name of its file.
///
/// # Errors
/// `Missing`; `TooLarge` where the mission has more targets than a list takes.
pub async fn render_workbook(
    deps: &Deps,
    caller: &Caller,
    plan: Which,
    language: Language,
) -> Result<(Vec<u8>, String), Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let plan = plans::find(&mut tx, mission, plan).await?.ok_or(Error::Missing("plan"))?;
    let number = plan.head.number;
    let state = State::read(&mut tx, mission, plan, language).await?;
    drop(tx);
    let bytes = write::write(&state.material(language), language).map_err(Failure::internal)?;
    let word = if language == Language::Fr { "cadre" } else { "framework" };
    Ok((bytes, format!("{word}-{number}.xlsx")))
}

/// What a workbook would change in a draft. All of it is tried, and taken back.
///
/// # Errors
/// `Missing`; `Plan` when it is no draft; `Workbook` when it cannot be read; `Broken` for a layout that does not fit it.
pub async fn preview_workbook(deps: &Deps, caller: &Caller, sent: Sent) -> Result<pb::WorkbookPreview, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let plan = plans::find(&mut tx, mission, Which::Id(sent.plan)).await?.ok_or(Error::Missing("plan"))?;
    let version = plan.head.version;
    take::needs_a_draft(&plan)?;
    let book = opened(sent.workbook.clone()).await?;
    let preview = take::take(&mut tx, deps, caller, plan, &book, &sent).await?;
    // Dropped, the transaction is rolled back.
    drop(tx);
    Ok((&Preview { version, is_applied: false, ..preview }).into())
}

/// Changes a draft as the preview said, all or nothing.
///
/// # Errors
/// As the preview; `Stale` with the stored plan where somebody changed it since; `Conflict` where something else
/// changed, so that this would not do what the preview said; `Broken` with the cells that are wrong.
pub async fn apply_workbook(deps: &Deps, caller: &Caller, sent: Sent) -> Result<pb::WorkbookPreview, Error> {
    let mission = caller.mission()?.id;
    let book = opened(sent.workbook.clone()).await?;
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    // Which ones it names is known only beside the plan.
    neighbours::hold_stakeholders(&mut tx, mission, None).await?;
    let plan = plans::find_to_change(&mut tx, mission, sent.plan).await?.ok_or(Error::Missing("plan"))?;
    take::needs_a_draft(&plan)?;
    fresh_plan(&plan, sent.seen_version)?;
    let preview = take::take(&mut tx, deps, caller, plan, &book, &sent).await?;
    if !preview.problems.is_empty() {
        let mut broken = Broken::nothing();
        for problem in preview.problems {
            let cell = problem.place.map(|place| place.to_string()).unwrap_or_else(|| "workbook".to_owned());
            broken.add(cell, problem.message);
        }
        return Err(broken.into());
    }
    if preview.digest != sent.digest {
        return Err(Error::Conflict(
            "This is not what the preview said: the workbook is another one, or somebody changed an indicator or target \
             since. Nothing was changed; look at the preview again."
                .to_owned(),
        ));
    }
    let applied = Preview { is_applied: true, ..preview };
    Ok(tx.finish(pb::WorkbookPreview::from(&applied)).await?)
}

/// Unpacks a workbook on a thread that may take its time.
async fn opened(workbook: Vec<u8>) -> Result<Book, Error> {
    if workbook.len() > WORKBOOK_BYTES_MAX {
        let most = WORKBOOK_BYTES_MAX >> 20;
        return Err(Error::TooLarge(format!("The workbook is larger than {most} MB. Nothing was changed.")));
    }
    let book = tokio::task::spawn_blocking(move || open::open(&workbook)).await.map_err(Failure::internal)?;
    Ok(book?)
}
