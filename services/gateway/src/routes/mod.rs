//! What the door opens to.

mod address;
mod areas;
mod assignments;
mod calendars;
mod changes;
mod closing;
mod deliveries;
mod digest;
mod documents;
mod evidence;
mod exports;
mod files;
mod import_work;
mod invitations;
mod members;
mod minutes;
mod missions;
mod odata;
mod openapi;
mod openrosa;
mod outside;
mod outside_reads;
mod pages;
mod performance;
pub mod rpc;
mod security;
mod services;
mod session;
mod submissions;
mod subscription_wish;
mod subscriptions;
mod tokens;
mod unsubscribe;
mod uploads;
mod webhooks;
mod workbooks;

use axum::Router;

use crate::{App, access, language};
pub use members::{NewMember, add_account, add_member};
pub use missions::{NewMission, open_mission};
pub use openapi::document;
use rpc::Route;

/// Below which all of REST lives.
pub const BASE: &str = "/api/v1";

/// Every route of the REST API: what serves it, and what the OpenAPI document says of it.
pub fn api() -> Vec<Route> {
    [
        session::routes(),
        tokens::routes(),
        missions::routes(),
        closing::routes(),
        members::routes(),
        invitations::routes(),
        webhooks::routes(),
        deliveries::routes(),
        digest::routes(),
        subscriptions::routes(),
        services::context(),
        areas::routes(),
        services::planning(),
        calendars::routes(),
        workbooks::routes(),
        services::collection(),
        assignments::routes(),
        files::routes(),
        uploads::routes(),
        submissions::routes(),
        import_work::routes(),
        exports::routes(),
        services::assessment(),
        minutes::routes(),
        performance::routes(),
        services::reporting(),
        outside_reads::routes(),
        services::across(),
        documents::routes(),
        evidence::routes(),
        changes::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// All that the gateway serves to the outside.
pub fn router(app: App) -> Router {
    let mut rest = Router::new();
    for route in api() {
        rest = rest.route(route.path, route.handler);
    }
    let rest = rest.fallback(async || crate::problem::nothing_here());
    let rest = Router::new().nest(BASE, rest).layer(security::body_limit(app.config.json_bytes_max));
    let with_files = Router::new()
        .merge(rest)
        .route("/api/openapi.json", axum::routing::get(openapi::serve))
        .merge(odata::router())
        .merge(openrosa::router())
        .merge(outside::router())
        .merge(unsubscribe::router())
        .merge(pages::router());
    // Who looks into a mission from outside is seen there, whatever the route.
    let noted = with_files.layer(axum::middleware::from_fn_with_state(app.clone(), access::noted));
    let with_language = noted.layer(axum::middleware::from_fn(language::heard));
    security::protect(with_language, &app).with_state(app)
}
