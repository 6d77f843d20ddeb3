//! A mission that is closed while something is under way. The gate refuses what comes after; what was let in before is
//! refused where it would be stored: each service hears of the state, and no transaction of a person is committed once it
//! has heard that the mission is closed.
//!
//! Invariant: nothing is stored after a service has heard that the mission is closed, and nothing before is lost
//! (`what_is_under_way_when_a_mission_is_closed_is_stored_before_or_not_at_all` in `tests/it/closing.rs`).

use cpas_proto::gateway::v1::MissionRecorded;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Failure, Inbox};

/// Hears of the states of missions for a service.
pub(crate) fn inbox(service: &'static str) -> Inbox {
    // A durable of its own for each service; once for each start of one, so that nothing grows.
    let consumer: &'static str = Box::leak(format!("{service}-missions").into_boxed_str());
    Inbox::new(consumer, &["cpas.gateway.mission.recorded.*"], |tx, event| {
        Box::pin(async move {
            let mission = event.decode::<MissionRecorded>()?.mission.unwrap_or_default();
            note(tx, event.mission, &mission.state, mission.version).await
        })
    })
}

/// Notes a state, unless a newer one is known.
async fn note(connection: &mut PgConnection, mission: Uuid, state: &str, version: i64) -> Result<(), Failure> {
    sqlx::query("SELECT chassis.note_mission_state($1, $2, $3)")
        .bind(mission)
        .bind(state)
        .bind(version)
        .execute(connection)
        .await?;
    Ok(())
}

/// Refuses a transaction that has written something into a mission that was closed meanwhile.
pub(crate) async fn refuse_if_late(connection: &mut PgConnection, mission: Uuid) -> Result<(), Failure> {
    let late: bool =
        sqlx::query_scalar("SELECT chassis.comes_too_late($1)").bind(mission).fetch_one(connection).await?;
    if late {
        return Err(Failure::denied("The mission was closed while this was under way. Nothing of it was stored."));
    }
    Ok(())
}

/// Whether the mission is known to be closed: nothing is due by the clock there any more.
pub(crate) async fn is_closed(connection: &mut PgConnection, mission: Uuid) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM chassis.mission_state WHERE mission_id = $1 AND state = 'closed')")
        .bind(mission)
        .fetch_one(connection)
        .await
}
