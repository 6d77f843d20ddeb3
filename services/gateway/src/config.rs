//! What can be set of the gateway; see `config.default.toml`.

use std::{net::SocketAddr, path::PathBuf};

use serde::Deserialize;

use crate::digests::MailTransport;

/// Defaults, compiled in.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// No `Debug`: the address of the mail server holds a password.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub http_listen: SocketAddr,
    pub session_idle_minutes: i64,
    pub session_life_hours: i64,
    pub login_failures_per_email: i64,
    pub login_failures_per_address: i64,
    pub login_window_minutes: i64,
    pub token_life_days_max: i64,
    pub json_bytes_max: usize,
    pub geojson_bytes_max: usize,
    pub file_bytes_max: usize,
    pub call_timeout_ms: u64,
    pub file_timeout_ms: u64,
    pub client_address_header: String,
    pub public_url: String,
    pub outside_reads_per_minute: u32,
    pub webhook_private_allowed: bool,
    pub digest_hour_utc: u32,
    pub digest_remind_days: u32,
    pub mail_transport: MailTransport,
    pub mail_folder: PathBuf,
    pub mail_smtp_url: String,
    pub mail_from: String,
}
