//! Who enters a mission that they are no member of leaves a trace that the mission sees, as reads across missions do.
//!
//! One place for all routes: [`super::Visitor::caller`], through which every request becomes a caller in a mission, says
//! who came from outside; when the request was answered, [`noted`] keeps it, and only then hands the answer out. One line
//! a request, however many calls are behind it.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use axum::{
    extract::{Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use chassis::{Caller, Failure, Grant, db::Reading};
use cpas_proto::words::Role;

use super::pages;
use crate::{App, problem::Problem};

/// What the trace calls a read of a mission's own pages, by how it came.
const CALLS: [(&str, &str); 3] = [("/odata/", "OData"), ("/openrosa/", "Phones"), ("/", "Pages")];

/// Time to keep it: the request's own may be over when it was answered.
const KEPT_WITHIN: Duration = Duration::from_secs(10);

/// How often, and after how long, keeping the trace of a write is tried again: for an hour.
const TRIES_MAX: u32 = 3_600;
const AGAIN_AFTER: Duration = Duration::from_secs(1);

tokio::task_local! {
    /// Who entered a mission from outside while this request was answered; of several calls the last, which is the same.
    static ENTERED: Mutex<Option<Caller>>;
}

/// Says that this caller is no member of the mission.
pub(super) fn enters_from_outside(caller: &Caller) {
    // Outside of a request nobody is let in: what is done for somebody who is away is done for members only.
    let _ = ENTERED.try_with(|entered| {
        if let Ok(mut entered) = entered.lock() {
            *entered = Some(caller.clone());
        }
    });
}

/// Answers a request, and keeps that somebody entered a mission from outside before the answer leaves. What was refused
/// gave nothing, and leaves nothing; where the trace of a read cannot be kept, nothing is handed out. What was written is
/// written: it is said so, and its trace is kept as soon as it can be.
pub async fn noted(State(app): State<App>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let answered = async {
        let response = next.run(request).await;
        let entered = ENTERED.with(|entered| entered.lock().ok().and_then(|mut entered| entered.take()));
        (response, entered)
    };
    let (response, entered) = ENTERED.scope(Mutex::new(None), answered).await;
    let status = response.status();
    let Some(caller) = entered.filter(|_| !status.is_client_error() && !status.is_server_error()) else {
        return response;
    };
    match keep(&app, &caller, &method, &path).await {
        Ok(()) => response,
        Err(failure) if method.is_safe() => Problem(failure).into_response(),
        Err(failure) => {
            tracing::warn!(path, "the trace of a write from outside waits: {failure}");
            tokio::spawn(keep_later(app, caller, method, path));
            response
        }
    }
}

/// Tries again until it is kept.
async fn keep_later(app: App, caller: Caller, method: Method, path: String) {
    for _ in 0..TRIES_MAX {
        tokio::time::sleep(AGAIN_AFTER).await;
        if keep(&app, &caller, &method, &path).await.is_ok() {
            return;
        }
    }
    tracing::error!(path, account = %caller.account, "a write from outside left no trace");
}

async fn keep(app: &App, caller: &Caller, method: &Method, path: &str) -> Result<(), Failure> {
    let mission = caller.mission()?.id;
    let call = CALLS.iter().find(|(below, _)| path.starts_with(below)).map_or("Pages", |(_, call)| *call);
    let (text_en, text_fr) = pages::said(method, path);
    // The door takes headquarters outside of any mission; the clearance is what could be seen.
    let outside = Caller {
        mission: None,
        grants: vec![Grant::mission_wide(Role::HqAnalyst)],
        deadline: Instant::now() + KEPT_WITHIN,
        idempotency: None,
        ..caller.clone()
    };
    let mut across = app.db.begin_across(&outside, Reading { call, text_en, text_fr }).await?;
    across.note(&[mission]).await?;
    across.finish(()).await
}
