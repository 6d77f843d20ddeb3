//! The address under which the outside reaches this.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::App;

/// As it is configured, else as the request names it; without a slash at the end.
pub fn outside(app: &App, headers: &HeaderMap) -> String {
    if !app.config.public_url.is_empty() {
        return app.config.public_url.trim_end_matches('/').to_owned();
    }
    let host = headers.get(header::HOST).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or("localhost");
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    // Sessions and tokens travel over TLS, but for the machine itself.
    let is_here = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
    format!("{}://{host}", if is_here { "http" } else { "https" })
}
