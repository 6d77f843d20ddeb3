//! What is not done in the mission's data: asked before it is closed.

use chassis::{Caller, Code, Failure};
use cpas_proto::{
    collection::v1::{self as pb, ListTasksRequest},
    common::v1::{ListOpenWorkResponse, OpenWork},
    words::Classification,
};

use super::{App, import_work::LOST_AFTER, tasks};
use crate::store;

/// Imports under way, observations that wait, and tasks, as far as the caller may see; of nothing there is no line.
///
/// # Errors
/// None of its own.
pub async fn list_open_work(app: &App, caller: &Caller) -> Result<ListOpenWorkResponse, Failure> {
    let mut tx = app.db.begin(caller).await?;
    let imports = store::open_work::imports_under_way(&mut tx, app.clock.now() - LOST_AFTER).await?;
    let observations = store::open_work::observations(&mut tx).await?;
    drop(tx);
    let mut work = vec![line("import", "under_way", Some(imports))];
    work.extend(observations.into_iter().map(|one| line("observation", &one.state, Some(one.count))));
    for state in ["late", "open"] {
        work.push(line("task", state, tasks_in(app, caller, state).await?));
    }
    work.retain(|one| one.count != Some(0));
    Ok(ListOpenWorkResponse { work })
}

/// How many observations wait in each state, up to a bound of each.
///
/// # Errors
/// None of its own.
pub async fn count_waiting(app: &App, caller: &Caller, most: u32) -> Result<pb::WaitingCounts, Failure> {
    let mut tx = app.db.begin(caller).await?;
    let counts = store::open_work::waiting(&mut tx, i64::from(most)).await?.into_iter().map(|one| pb::WaitingCount {
        state: one.state,
        classification: Classification::of_rank(one.classification).word().to_owned(),
        observations: one.count.try_into().unwrap_or(u32::MAX),
    });
    Ok(pb::WaitingCounts { counts: counts.collect() })
}

/// How many tasks stand in a state; `None` for more than one answer is made of.
async fn tasks_in(app: &App, caller: &Caller, state: &str) -> Result<Option<i64>, Failure> {
    let asked = ListTasksRequest { state: state.to_owned(), most: 1, ..ListTasksRequest::default() };
    match tasks::list_tasks(app, caller, asked).await {
        Ok(told) => Ok(Some(told.total.into())),
        Err(failure) if failure.code == Code::Invalid => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn line(kind: &str, state: &str, count: Option<i64>) -> OpenWork {
    let count = count.map(|count| u32::try_from(count).unwrap_or(u32::MAX));
    OpenWork { kind: kind.to_owned(), state: state.to_owned(), count }
}
