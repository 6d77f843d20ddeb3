//! What is not done in the mission, as the read model knows it: asked before it is closed.

use chassis::Caller;
use cpas_proto::common::v1::{ListOpenWorkResponse, OpenWork};

use crate::{
    Deps, Error,
    store::{model, records},
};

/// Kinds of records, and the states in which they are not done. Data are counted by their owner.
const OPEN: &[(&str, &[&str])] = &[
    ("context_map", &["draft", "reviewed"]),
    ("plan", &["draft", "in_review", "endorsed", "approved"]),
    ("plan_change", &["open"]),
    ("indicator", &["draft", "approved"]),
    ("import", &["previewed"]),
    ("assessment", &["scheduled", "frozen", "analysis", "workshop", "leadership_review"]),
    ("recommendation", &["proposed", "accepted", "partly", "in_progress"]),
    ("fact_sheet", &["draft", "cleared"]),
];

/// One line for each kind and state, as far as the caller may see.
pub async fn list_open_work(deps: &Deps, caller: &Caller) -> Result<ListOpenWorkResponse, Error> {
    let mut tx = deps.db.begin(caller).await?;
    let generations = model::read(&mut tx).await?;
    let in_order = OPEN.iter().flat_map(|(kind, states)| states.iter().map(move |state| (*kind, *state)));
    let in_order: Vec<(&str, &str)> = in_order.collect();
    let counts = records::counts(&mut tx, generations.generation, &in_order).await?;
    tx.commit().await?;
    let work = in_order.into_iter().filter_map(|(kind, state)| {
        let own = counts.iter().find(|count| count.kind == kind && count.state == state)?;
        let count = Some(u32::try_from(own.count).unwrap_or(u32::MAX));
        Some(OpenWork { kind: kind.to_owned(), state: state.to_owned(), count })
    });
    Ok(ListOpenWorkResponse { work: work.filter(|one| one.count != Some(0)).collect() })
}
