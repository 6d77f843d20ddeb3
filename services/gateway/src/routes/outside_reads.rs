//! Who read the mission from outside: across missions, which reporting keeps, and in its own pages, which the gateway does.

use axum::http::{Method, StatusCode};
use chassis::{Caller, Failure, db::OutsideRead};
use chrono::SecondsFormat;
use cpas_proto::{common::v1::Text, reporting::v1 as pb};
use tonic::{Request, Response, Status};

use super::rpc::{About, Route, route};
use crate::App;

/// As reporting has them.
const PAGE_SIZE: u32 = 50;
const PAGE_SIZE_MAX: u32 = 200;

pub fn routes() -> Vec<Route> {
    let about = About {
        method: Method::GET,
        path: "/missions/{mission}/reads-from-outside",
        summary: "Who read the mission from outside, newest first",
        operation_id: "list_reads_from_outside",
        tag: "reporting",
        created: StatusCode::OK,
        takes_long: false,
        across: false,
    };
    vec![route(about, list)]
}

async fn list(
    app: App,
    caller: Caller,
    request: Request<pb::ListReadsFromOutsideRequest>,
) -> Result<Response<pb::ListReadsFromOutsideResponse>, Status> {
    let asked = request.get_ref().clone();
    // First of reporting, which refuses who may not know.
    let mut page = app.reporting(&caller).list_reads_from_outside(request).await?.into_inner();
    let size = if asked.page_size == 0 { PAGE_SIZE } else { asked.page_size.min(PAGE_SIZE_MAX) };
    // An id, for reporting took it.
    let before = (!asked.before.is_empty())
        .then(|| asked.before.parse::<uuid::Uuid>())
        .transpose()
        .map_err(Failure::internal)?;
    let mut tx = app.db.begin(&caller).await?;
    let own = tx.reads_from_outside(before, i64::from(size) + 1).await?;
    tx.commit().await?;
    let mut more = !page.next_before.is_empty();
    page.reads.extend(own.into_iter().map(as_read));
    // Ids are in order of time.
    page.reads.sort_by_cached_key(|read| std::cmp::Reverse(read.id.clone()));
    let size = usize::try_from(size).map_err(Failure::internal)?;
    more |= page.reads.len() > size;
    page.reads.truncate(size);
    page.next_before = page.reads.last().filter(|_| more).map(|last| last.id.clone()).unwrap_or_default();
    Ok(Response::new(page))
}

fn as_read(of: OutsideRead) -> pb::OutsideRead {
    pb::OutsideRead {
        id: of.id.to_string(),
        at: of.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        clearance: of.clearance().word().to_owned(),
        account_id: of.account.to_string(),
        account_name: of.account_name,
        call: of.call,
        text: Some(Text { en: of.text_en, fr: of.text_fr }),
    }
}
