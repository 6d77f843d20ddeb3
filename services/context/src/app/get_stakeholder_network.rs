use chassis::{Caller, Failure};
use chrono::NaiveDate;

use super::authority;
use crate::{
    Deps,
    domain::{grid::standing, network::Network},
    error::Error,
    store,
};

/// Most relations, past ones too, that one network is made of.
pub const RELATIONS_MAX: i64 = 10_000;

/// The network as it stood on a date; today when none is given. What is computed is computed from what
/// the caller sees, so that nothing in it tells of anything else.
///
/// # Errors
/// More stakeholders or relations than one network shows.
pub async fn get_stakeholder_network(
    deps: &Deps,
    caller: &Caller,
    as_of: Option<NaiveDate>,
    stakeholders_max: u32,
) -> Result<Network, Error> {
    authority::allowed(caller, "GetStakeholderNetwork")?;
    let as_of = as_of.unwrap_or_else(|| deps.clock.today());
    let mut tx = deps.db.begin(caller).await?;
    let stakeholders = store::stakeholders::first(&mut tx, i64::from(stakeholders_max) + 1).await?;
    let relations = store::relations::first(&mut tx, RELATIONS_MAX + 1).await?;
    if stakeholders.len() > stakeholders_max as usize || relations.len() as i64 > RELATIONS_MAX {
        return Err(Error::TooMany(format!(
            "One network shows at most {stakeholders_max} stakeholders and {RELATIONS_MAX} relations, and you see more. \
             Open a stakeholder to see its relations."
        )));
    }
    let marks = store::assessments::marks_up_to(&mut tx, as_of).await?;
    drop(tx);
    let stakeholders = stakeholders.into_iter().map(|stakeholder| {
        let marks = marks.get(&stakeholder.id).and_then(|marks| standing(marks, as_of));
        (stakeholder, marks.map(|(now, _)| now))
    });
    let stakeholders = stakeholders.collect();
    // Millions of steps for a large network: not on a thread that serves others.
    let pictures = deps.pictures.clone();
    let network = tokio::task::spawn_blocking(move || Network::on(as_of, stakeholders, relations, &pictures)).await;
    Ok(network.map_err(Failure::internal)?)
}
