//! Marking cells for follow-up and commenting them, whether there is a value in them or not.

use chassis::{Caller, Failure, Tx, new_id};
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Role, Slice},
};

use super::{App, enter::there_in, moment, reach::Reach};
use crate::{
    domain::{
        definition::Definition,
        lifetime::Lifetimes,
        remark::{Comment, classification},
    },
    error::Error,
    events,
    store::{
        self,
        remarks::{Place, Saying},
    },
};

/// Most marks and comments of a cell that one answer has; the last ones.
const MARKS_MAX: i64 = 100;
const COMMENTS_MAX: i64 = 500;
/// Most values that stand about the days of one cell: its slices, and periods around it.
const AROUND_MAX: i64 = 5_000;

/// Who may enter a value, or review it.
const REMARKING: &[Role] =
    &[Role::Contributor, Role::FocalPoint, Role::Verifier, Role::ComponentHead, Role::Coordinator];

/// A cell that a caller names.
struct Named {
    place: Place,
    definition: Definition,
}

/// Marks a cell for follow-up, or takes its mark off. What is so already stays as it is. A locked period takes marks: they
/// change no value.
///
/// # Errors
/// No such cell; beyond the caller's reach.
pub async fn mark_cell(app: &App, caller: &Caller, asked: pb::MarkCellRequest) -> Result<pb::CellRemarks, Failure> {
    let reach = Reach::of(caller, REMARKING);
    let mut tx = app.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let cell = named(app, caller, &mut tx, [&asked.indicator_code, &asked.period, &asked.area, &asked.slice]).await?;
    reach.check(&cell.definition.owner_section, &cell.place.area)?;
    let saying = saying(app, caller, &mut tx, &cell).await?;
    let mission = tx.mission();
    let stands = store::remarks::marks(&mut tx, &cell.place, MARKS_MAX).await?;
    let is_marked = stands.iter().any(|mark| mark.cleared_at.is_none());
    let changed = if !asked.marked {
        store::remarks::clear(&mut tx, &cell.place, &saying).await?.into_iter().max()
    } else if !is_marked && store::remarks::mark(&mut tx, mission, &cell.place, &saying).await? {
        Some(saying.classification)
    } else {
        None
    };
    if let Some(rank) = changed {
        tell(&mut tx, if asked.marked { "marked" } else { "cleared" }, &cell, rank).await?;
    }
    let answer = remarks(&mut tx, &cell.place).await?;
    tx.finish(answer).await
}

/// Says something about a cell.
///
/// # Errors
/// Nothing or too much said; no such cell; beyond the caller's reach.
pub async fn comment_cell(
    app: &App,
    caller: &Caller,
    asked: pb::CommentCellRequest,
) -> Result<pb::CellRemarks, Failure> {
    let reach = Reach::of(caller, REMARKING);
    let comment = Comment::parse(&asked.text).map_err(|sentence| Error::bad("text", sentence))?;
    let mut tx = app.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let cell = named(app, caller, &mut tx, [&asked.indicator_code, &asked.period, &asked.area, &asked.slice]).await?;
    reach.check(&cell.definition.owner_section, &cell.place.area)?;
    let saying = saying(app, caller, &mut tx, &cell).await?;
    let mission = tx.mission();
    store::remarks::comment(&mut tx, mission, &cell.place, &saying, comment.text()).await?;
    tell(&mut tx, "commented", &cell, saying.classification).await?;
    let answer = remarks(&mut tx, &cell.place).await?;
    tx.finish(answer).await
}

/// Marks and comments of a cell, as far as the caller may see them.
///
/// # Errors
/// No such cell.
pub async fn list_cell_remarks(
    app: &App,
    caller: &Caller,
    asked: pb::ListCellRemarksRequest,
) -> Result<pb::CellRemarks, Failure> {
    let mut tx = app.db.begin(caller).await?;
    let cell = named(app, caller, &mut tx, [&asked.indicator_code, &asked.period, &asked.area, &asked.slice]).await?;
    remarks(&mut tx, &cell.place).await
}

/// The cell of an indicator's code, a period, an area and a slice.
async fn named(app: &App, caller: &Caller, tx: &mut Tx, by: [&str; 4]) -> Result<Named, Failure> {
    let [indicator, period, area, slice] = by;
    let definition = store::copies::definition(tx, indicator)
        .await?
        .ok_or_else(|| Error::bad("indicator_code", format!("The mission has no indicator \"{indicator}\".")))?;
    definition.takes_values().map_err(|message| Error::bad("indicator_code", message))?;
    let period = moment::period("period", period)?;
    let start = app.fiscal_start_month(caller, tx).await?;
    there_in(&Lifetimes::of(&store::copies::areas(tx).await?), area, period, start)?;
    let slice: Slice = slice.parse().map_err(|error| Error::bad("slice", format!("{error}.")))?;
    let slice = definition.known_slice(slice.pairs()).map_err(|message| Error::bad("slice", message))?;
    let place = Place {
        indicator: definition.id,
        period: period.to_string(),
        days: (period.first_day(start), period.last_day(start)),
        area: area.to_owned(),
        slice: slice.to_string(),
    };
    Ok(Named { place, definition })
}

async fn saying<'a>(app: &App, caller: &'a Caller, tx: &mut Tx, cell: &Named) -> Result<Saying<'a>, Failure> {
    let place = &cell.place;
    let areas = [place.area.clone()];
    let days = (Some(place.days.0), Some(place.days.1));
    let heads = store::heads::heads(tx, &[place.indicator], Some(&areas), days, AROUND_MAX).await?;
    let value = heads.iter().find(|head| head.period == place.period && head.slice == place.slice);
    let value = value.map(|head| Classification::of_rank(head.classification));
    let now = app.clock.now();
    Ok(Saying {
        id: new_id(now),
        classification: classification(cell.definition.classification, value).rank(),
        at: now,
        by: caller.account,
        by_name: &caller.name,
    })
}

async fn remarks(tx: &mut Tx, place: &Place) -> Result<pb::CellRemarks, Failure> {
    let marks = store::remarks::marks(tx, place, MARKS_MAX).await?;
    let comments = store::remarks::comments(tx, place, COMMENTS_MAX).await?;
    Ok(pb::CellRemarks {
        marked: marks.iter().any(|mark| mark.cleared_at.is_none()),
        marks: marks.into_iter().rev().map(Into::into).collect(),
        comments: comments.into_iter().rev().map(Into::into).collect(),
    })
}

async fn tell(tx: &mut Tx, change: &str, cell: &Named, classification: i16) -> Result<(), Failure> {
    let place = &cell.place;
    let message = pb::CellRemarked {
        change: change.to_owned(),
        indicator_code: cell.definition.code.clone(),
        period: place.period.clone(),
        area: place.area.clone(),
        slice: place.slice.clone(),
    };
    tx.publish(events::cell_remarked(place.indicator, message, Classification::of_rank(classification))).await
}
