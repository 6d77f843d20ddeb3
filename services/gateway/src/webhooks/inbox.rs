//! From an event to the messages that tell of it.

use chassis::{Failure, Inbound, Inbox, Tx, new_id};

use super::Topic;
use crate::store::{deliveries, deliveries::DeliveryRow, webhooks};

/// What the gateway hears for its subscriptions: all that has arrived in one transaction.
pub fn inbox(clock: chassis::Clock) -> Inbox {
    let subjects = ["context", "planning", "collection", "assessment", "reporting"];
    let subjects = subjects.map(|service| format!("cpas.{service}.*.*.*"));
    let subjects: Vec<&str> = subjects.iter().map(String::as_str).collect();
    Inbox::gathered("gateway_webhooks", &subjects, move |tx, events| {
        let clock = clock.clone();
        Box::pin(async move {
            for event in events {
                take_in(tx, event, &clock).await?;
            }
            Ok(())
        })
    })
}

async fn take_in(tx: &mut Tx, event: &Inbound, clock: &chassis::Clock) -> Result<(), Failure> {
    let (noun, verb) = event.noun_and_verb();
    let Ok(topic) = noun.parse::<Topic>() else { return Ok(()) };
    let (mission, now) = (tx.mission(), clock.now());
    let told = webhooks::to_be_told(tx, topic.word(), event.classification.rank(), event.recorded_at).await?;
    for webhook_id in told {
        let delivery = DeliveryRow {
            id: new_id(now),
            webhook_id,
            kind: format!("{noun}.{verb}"),
            record_id: event.record_id.clone(),
            classification: event.classification.rank(),
            happened_at: event.recorded_at,
            state: "waiting".to_owned(),
            attempts: 0,
            attempted_at: None,
            outcome: String::new(),
        };
        deliveries::insert(tx, mission, &delivery, now).await?;
    }
    Ok(())
}
