//! Reading observations: a list, and one with its history.

use chassis::{Caller, Failure};
use cpas_proto::collection::v1 as pb;

use super::{App, moment};
use crate::{
    domain::observation::State,
    error::Error,
    store::{self, observations::Filter},
};

/// Observations in a page when the caller names no size, and at most.
const PAGE_SIZE_DEFAULT: u32 = 100;
const PAGE_SIZE_MAX: u32 = 500;

/// A page of observations as known at a moment.
///
/// # Errors
/// A filter that cannot be used.
pub async fn list_observations(
    app: &App,
    caller: &Caller,
    asked: pb::ListObservationsRequest,
) -> Result<pb::ListObservationsResponse, Failure> {
    if !asked.state.is_empty() {
        asked.state.parse::<State>().map_err(|error| Error::bad("state", format!("{error}.")))?;
    }
    if !asked.period.is_empty() {
        moment::period("period", &asked.period)?;
    }
    let (mut tx, moment) = app.read_as_known_at(caller, &asked.as_known_at).await?;
    let indicator = match asked.indicator_code.as_str() {
        "" => None,
        code => match store::copies::definition(&mut tx, code).await? {
            Some(definition) => Some(definition.id),
            None => return Ok(pb::ListObservationsResponse::default()),
        },
    };
    let batch = match asked.batch_id.as_str() {
        "" => None,
        id => Some(moment::id("import", id)?),
    };
    let after = match asked.cursor.as_str() {
        "" => None,
        cursor => Some(cursor.parse().map_err(|_| Error::bad("cursor", "This is not a cursor of this list."))?),
    };
    let filter = Filter {
        indicator,
        area: (!asked.area.is_empty()).then_some(asked.area),
        period: asked.period,
        state: asked.state,
        batch,
        after,
    };
    let size = page_size(asked.page_size, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX)?;
    let mut found = store::observations::list(&mut tx, moment, &filter, i64::from(size) + 1).await?;
    let more = found.len() > size as usize;
    found.truncate(size as usize);
    let next_cursor =
        if more { found.last().map(|last| last.id.to_string()).unwrap_or_default() } else { String::new() };
    Ok(pb::ListObservationsResponse { observations: found.into_iter().map(Into::into).collect(), next_cursor })
}

/// One observation, all editions of its cell, and the file that it came from.
///
/// # Errors
/// `NotFound`.
pub async fn get_observation(app: &App, caller: &Caller, id: &str) -> Result<pb::GetObservationResponse, Failure> {
    let id = moment::id("observation", id)?;
    let (mut tx, now) = app.read_as_known_at(caller, "").await?;
    let known = store::observations::find(&mut tx, now, id).await?.ok_or(Error::NotFound("observation"))?;
    let history = store::observations::history(&mut tx, now, known.cell).await?;
    let batch = match known.batch_id {
        Some(batch) => store::batches::find(&mut tx, batch).await?,
        None => None,
    };
    let submission = match store::submissions::of_observation(&mut tx, known.id).await? {
        Some(found) => Some(super::submissions::whole(&mut tx, found).await?),
        None => None,
    };
    let (file_name, file_sha256) = batch.map(|batch| (batch.file_name, batch.sha256)).unwrap_or_default();
    Ok(pb::GetObservationResponse {
        observation: Some(known.into()),
        history: history.into_iter().map(Into::into).collect(),
        file_name,
        file_sha256,
        submission,
    })
}

/// The size of a page: the asked one within its bounds.
pub(super) fn page_size(asked: u32, default: u32, most: u32) -> Result<u32, Failure> {
    match asked {
        0 => Ok(default),
        asked if asked <= most => Ok(asked),
        _ => Err(Error::bad("page_size", format!("At most {most} in a page.")).into()),
    }
}
