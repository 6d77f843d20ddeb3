//! The link at the end of a letter: ends the subscription without a session.
//!
//! Looking changes nothing: mail servers follow links before their readers do. Ending is a press on the page, or the one
//! of a mail program (RFC 8058). A key that is not known looks like one that is.

use std::net::SocketAddr;

use axum::{
    Extension, Router,
    body::Body,
    extract::{ConnectInfo, Path, State},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
    routing::get,
};
use chassis::{Caller, Failure, Mission};
use cpas_proto::words::MissionState;

use super::session::client_address;
use crate::{App, access::hash_secret, outside, store::subscriptions, subscriptions::ENDED_BY_LINK};

const POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

pub fn router() -> Router<App> {
    Router::new().route("/unsubscribe/{key}", get(ask).post(end))
}

type Peer = Option<Extension<ConnectInfo<SocketAddr>>>;

async fn ask(State(app): State<App>, peer: Peer, headers: HeaderMap) -> Response {
    if !is_admitted(&app, peer, &headers) {
        return outside::too_much();
    }
    page(
        ("Get no more of this?", "What this letter is about will not be sent to you again."),
        ("Ne plus recevoir ceci ?", "L’objet de ce message ne vous sera plus envoyé."),
        "<form method=\"post\"><button type=\"submit\">Get no more of this · <span lang=\"fr\">Ne plus le recevoir</span></button></form>",
    )
}

async fn end(State(app): State<App>, peer: Peer, Path(key): Path<String>, headers: HeaderMap) -> Response {
    if !is_admitted(&app, peer, &headers) {
        return outside::too_much();
    }
    if let Err(failure) = stop(&app, &key).await {
        tracing::warn!("a subscription was not ended by its link: {failure}");
        return outside::away();
    }
    page(
        ("It is not sent to you any more", "You can have it sent again in CPAS, under Report, Subscriptions."),
        ("Ceci ne vous est plus envoyé", "Vous pouvez le redemander dans CPAS, sous Rapports, Abonnements."),
        "",
    )
}

fn is_admitted(app: &App, peer: Peer, headers: &HeaderMap) -> bool {
    let from = client_address(app, peer.map(|Extension(ConnectInfo(address))| address.ip()), headers);
    app.outside.admits(&from, app.db.clock().now())
}

async fn stop(app: &App, key: &str) -> Result<(), Failure> {
    let found = subscriptions::by_key(&mut *app.db.connection().await?, &hash_secret(key)).await?;
    let Some((mission, subscription)) = found else { return Ok(()) };
    let (state, fiscal_year_start_month) = (MissionState::Active, 7);
    let mission = Mission { id: mission, code: String::new(), state, fiscal_year_start_month };
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    let mut tx = app.db.begin(&Caller::service("gateway", mission, deadline)).await?;
    subscriptions::stop(&mut tx, subscription, ENDED_BY_LINK).await?;
    tx.commit().await
}

fn page(en: (&str, &str), fr: (&str, &str), form: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex, nofollow\">\n<title>{}</title>\n</head>\n<body>\n<main>\n<h1>{}</h1>\n\
         <p>{}</p>\n<section lang=\"fr\">\n<h2>{}</h2>\n<p>{}</p>\n</section>\n{form}\n</main>\n</body>\n</html>\n",
        en.0, en.0, en.1, fr.0, fr.1
    );
    let mut response = Response::new(Body::from(html));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
