//! Shows targets.

use chassis::Caller;
use cpas_proto::planning::v1 as pb;

use crate::{Deps, domain::ids::IndicatorId, error::Error, store::targets};

/// Targets of one indicator or of all; with `history` also what they were before each change. A mere
/// reader sees those of indicators that are or were active.
///
/// # Errors
/// `TooLarge` when there are more than a list takes.
pub async fn list_targets(
    deps: &Deps,
    caller: &Caller,
    indicator: Option<IndicatorId>,
    history: bool,
) -> Result<pb::ListTargetsResponse, Error> {
    let mission = caller.mission()?.id;
    let mut tx = deps.db.begin(caller).await?;
    let targets = targets::list(&mut tx, mission, indicator, history, caller.is_only_reader()).await?;
    Ok(pb::ListTargetsResponse { targets: targets.iter().map(pb::Target::from).collect() })
}
