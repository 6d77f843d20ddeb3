use chassis::Caller;
use chrono::NaiveDate;

use super::authority;
use crate::{Deps, domain::grid::Grid, error::Error, store};

/// The influence × stance grid as it stood on a date; today when none is given.
///
/// # Errors
/// More stakeholders than one grid shows.
pub async fn get_stakeholder_grid(
    deps: &Deps,
    caller: &Caller,
    as_of: Option<NaiveDate>,
    stakeholders_max: u32,
) -> Result<Grid, Error> {
    authority::allowed(caller, "GetStakeholderGrid")?;
    let as_of = as_of.unwrap_or_else(|| deps.clock.today());
    let mut tx = deps.db.begin(caller).await?;
    let stakeholders = store::stakeholders::first(&mut tx, i64::from(stakeholders_max) + 1).await?;
    if stakeholders.len() > stakeholders_max as usize {
        return Err(Error::TooMany(format!(
            "One grid shows at most {stakeholders_max} stakeholders, and you see more. Use the list instead."
        )));
    }
    let mut marks = store::assessments::marks_up_to(&mut tx, as_of).await?;
    let stakeholders = stakeholders.into_iter().map(|stakeholder| {
        let marks = marks.remove(&stakeholder.id).unwrap_or_default();
        (stakeholder, marks)
    });
    Ok(Grid::on(as_of, stakeholders.collect()))
}
