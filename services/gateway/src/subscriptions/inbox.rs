//! A paper is published: who waits for one of its kind gets it.

use chassis::{Clock, Failure, Inbound, Inbox, Tx};
use cpas_proto::reporting::v1::FactSheetRecorded;
use prost::Name as _;

use super::planner;
use crate::store::subscriptions;

/// What the gateway hears for those who wait for papers.
pub fn inbox(clock: Clock) -> Inbox {
    Inbox::new("gateway_subscriptions", &["cpas.reporting.fact_sheet.recorded.*"], move |tx, event| {
        let clock = clock.clone();
        Box::pin(async move { take_in(tx, event, &clock).await })
    })
}

async fn take_in(tx: &mut Tx, event: &Inbound, clock: &Clock) -> Result<(), Failure> {
    if event.kind != FactSheetRecorded::full_name() {
        return Ok(());
    }
    let Some(sheet) = event.decode::<FactSheetRecorded>()?.fact_sheet else { return Ok(()) };
    if sheet.state != "published" || sheet.template.is_empty() {
        return Ok(());
    }
    let mission = tx.mission();
    for row in subscriptions::waiting_for_paper(tx, &sheet.template, event.recorded_at).await? {
        planner::store(tx, mission, &row, &format!("paper:{}", sheet.id), clock.now()).await?;
    }
    Ok(())
}
