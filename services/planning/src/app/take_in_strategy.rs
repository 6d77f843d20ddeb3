//! What context tells of influence strategies. Works in the transaction of its event's inbox.

use chassis::Tx;
use cpas_proto::{context::v1 as context, words::Classification};
use uuid::Uuid;

use crate::{
    domain::{check::strategies::Strategy, ids::StakeholderId},
    error::Error,
    store::strategies::{self, ToldStrategy},
};

/// Keeps a strategy, for the plan check.
pub async fn influence_strategy(tx: &mut Tx, told: context::InfluenceStrategy) -> Result<(), Error> {
    let id = |id: &str| id.parse::<Uuid>().map_err(|_| Error::unreadable(format!("\"{id}\" in an event is not an id")));
    let told = ToldStrategy {
        id: id(&told.id)?,
        version: told.version,
        strategy: Strategy {
            stakeholder: StakeholderId(id(&told.stakeholder_id)?),
            stakeholder_name: told.stakeholder_name,
            dimension: told.dimension.parse().map_err(Error::unreadable)?,
        },
        is_current: told.state == "current",
        classification: Classification::parse_or_unclassified(&told.classification).map_err(Error::unreadable)?,
    };
    let mission = tx.mission();
    strategies::keep(tx, mission, &told).await
}
