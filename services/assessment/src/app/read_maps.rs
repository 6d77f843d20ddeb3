//! Reads from context the maps that were published by a cut-off, for the rival explanations that their factors are.

use chassis::{Failure, Mission};
use chrono::{DateTime, Utc};
use cpas_proto::{
    context::v1::{self as context, context_service_client::ContextServiceClient},
    words::Classification,
};

use super::MESSAGE_BYTES_MAX;
use crate::{
    Deps,
    domain::{Invalid, mapped::Mapped, word},
    error::{Error, answered},
};

const PAGE_SIZE: u32 = 200;
/// Most maps that are looked at.
const MAPS_MAX: usize = 2_000;
const INHIBITS: &str = "inhibits";

/// Published ones, and those that others superseded since.
pub async fn maps(deps: &Deps, mission: &Mission, cut_off: DateTime<Utc>) -> Result<Vec<Mapped>, Error> {
    let mut client =
        ContextServiceClient::new(deps.context.as_service(mission)).max_decoding_message_size(MESSAGE_BYTES_MAX);
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let ask = context::ListContextMapsRequest { page_size: PAGE_SIZE, cursor };
        let page = client.list_context_maps(ask).await.map_err(answered("context"))?.into_inner();
        for map in page.context_maps.iter().filter(|map| matches!(map.state.as_str(), "published" | "superseded")) {
            let read = mapped(map).map_err(|error| {
                Failure::internal(format!("context answered something of a map that cannot be read: {error}"))
            })?;
            if read.published_at <= cut_off {
                found.push(read);
            }
        }
        if page.next_cursor.is_empty() || found.len() >= MAPS_MAX {
            return Ok(found);
        }
        cursor = page.next_cursor;
    }
}

fn mapped(map: &context::ContextMap) -> Result<Mapped, Invalid> {
    let inhibiting = map.factors.iter().filter(|factor| factor.effect == INHIBITS);
    let inhibiting = inhibiting.map(|one| Ok((word("kind", &one.kind)?, one.severity, one.areas.clone())));
    Ok(Mapped {
        period: word("period", &map.period)?,
        areas: map.areas.clone(),
        published_at: word("published_at", &map.published_at)?,
        inhibiting: inhibiting.collect::<Result<_, Invalid>>()?,
        classification: Classification::parse_or_unclassified(&map.classification)
            .map_err(|error| Invalid::new("classification", error.to_string()))?,
    })
}
