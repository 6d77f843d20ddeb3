//! Headers and limits around every answer.

use std::time::{Duration, Instant};

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request},
    http::{HeaderName, HeaderValue, header},
    middleware::{self, Next},
    response::Response,
};
use tower_http::{
    compression::CompressionLayer,
    compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _},
};
use tracing::Instrument as _;

use crate::App;

/// No script, style, image or connection but our own; nobody frames us.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    connect-src 'self'; frame-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'self'";

static HEADERS: [(HeaderName, &str); 7] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=()"),
];

/// How hard answers are compressed, of 11: a sixth fewer bytes over the satellite than the fastest, for a millisecond.
const COMPRESSION_LEVEL: i32 = 5;

/// Limit of ordinary bodies; routes that take files set their own.
pub fn body_limit(bytes: usize) -> DefaultBodyLimit {
    DefaultBodyLimit::max(bytes)
}

/// Security headers, compression, metrics and a trace around everything.
pub fn protect(router: Router<App>, _app: &App) -> Router<App> {
    let compress = CompressionLayer::new()
        .br(true)
        .gzip(true)
        .quality(tower_http::CompressionLevel::Precise(COMPRESSION_LEVEL))
        .compress_when(DefaultPredicate::new().and(NotForContentType::new("text/event-stream")));
    router.layer(compress).layer(middleware::from_fn(headers)).layer(middleware::from_fn(observe))
}

async fn headers(request: Request, next: Next) -> Response {
    let is_api = ["/api/", "/odata/", "/openrosa/"].iter().any(|own| request.uri().path().starts_with(own));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in &HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(CONTENT_SECURITY_POLICY));
    if is_api {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
        headers.append(header::VARY, HeaderValue::from_static("Cookie, Authorization"));
    }
    response
}

async fn observe(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = match request.method().as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known.to_owned(),
        // Anybody can make up a method; each would be a series of its own.
        _ => "other".to_owned(),
    };
    // The pattern, not the path: paths have ids.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", method, route, otel.kind = "server");
    let parent = request.headers().get("traceparent").and_then(|value| value.to_str().ok()).unwrap_or_default();
    chassis::telemetry::continue_trace(&span, parent);
    let response = next.run(request).instrument(span).await;
    let elapsed: Duration = started.elapsed();
    metrics::histogram!("cpas_http_seconds", "method" => method, "route" => route, "status" => response.status().as_u16().to_string())
        .record(elapsed.as_secs_f64());
    response
}
