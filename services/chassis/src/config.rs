//! Configuration: annotated defaults compiled in, then a file, then `CPAS__SECTION__KEY` variables.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

use config::{Environment, File, FileFormat};
use serde::{Deserialize, de::DeserializeOwned};

const SHARED_DEFAULTS: &str = include_str!("../config.default.toml");

/// The whole configuration of one service: the shared sections, and its own under `[service]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Whole<C> {
    pub server: Server,
    pub database: Database,
    pub nats: Nats,
    pub identity: Identity,
    pub telemetry: Telemetry,
    pub links: Links,
    pub service: C,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub grpc_listen: SocketAddr,
    pub admin_listen: SocketAddr,
    pub connection_age_max_s: u64,
    pub drain_s: u64,
    pub deadline_default_ms: u64,
    pub deadline_max_ms: u64,
    pub message_bytes_max: usize,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: String,
    pub owner_url: String,
    pub connections_max: u32,
    pub acquire_timeout_ms: u64,
    pub statement_timeout_ms: u64,
    pub lock_timeout_ms: u64,
    pub idle_in_transaction_timeout_ms: u64,
}

/// Without the addresses: they carry passwords.
impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("connections_max", &self.connections_max).finish_non_exhaustive()
    }
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nats {
    pub url: String,
    pub replicas: usize,
    pub stream: String,
}

/// Without the address: it may carry a password.
impl std::fmt::Debug for Nats {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Nats").field("stream", &self.stream).finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    pub signing_key_file: PathBuf,
    pub verifying_keys_file: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    pub otlp_endpoint: String,
    pub log_format: String,
    pub log_filter: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Links {
    pub context: String,
    pub planning: String,
    pub collection: String,
    pub assessment: String,
    pub reporting: String,
}

/// Configuration that cannot be used, in a sentence that names the key.
#[derive(Debug, thiserror::Error)]
#[error("The configuration cannot be used: {0}. Compare it with config.default.toml; nothing was started.")]
pub struct BadConfig(pub String);

/// Defaults of chassis, defaults of the service, the file, the environment; the later wins.
///
/// # Errors
/// For an unknown key, a value of the wrong kind, or a file that cannot be read.
pub fn load<C: DeserializeOwned>(
    service_defaults: &str,
    file: Option<&std::path::Path>,
    environment: BTreeMap<String, String>,
) -> Result<Whole<C>, BadConfig> {
    let mut builder = config::Config::builder()
        .add_source(File::from_str(SHARED_DEFAULTS, FileFormat::Toml))
        .add_source(File::from_str(service_defaults, FileFormat::Toml));
    if let Some(path) = file {
        builder = builder.add_source(File::from(path).format(FileFormat::Toml));
    }
    let environment = environment.into_iter().filter(|(key, _)| key.starts_with("CPAS__")).collect();
    builder = builder.add_source(
        Environment::with_prefix("CPAS")
            .prefix_separator("__")
            .separator("__")
            .try_parsing(true)
            .source(Some(environment)),
    );
    let whole = builder.build().and_then(config::Config::try_deserialize);
    whole.map_err(|error| BadConfig(error.to_string()))
}

/// The configuration of this process: file from `CPAS_CONFIG`, variables from its environment.
///
/// # Errors
/// As [`load`].
pub fn of_this_process<C: DeserializeOwned>(service_defaults: &str) -> Result<Whole<C>, BadConfig> {
    let file = std::env::var_os("CPAS_CONFIG").map(PathBuf::from);
    load(service_defaults, file.as_deref(), std::env::vars().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Own {
        rows_max: u32,
    }

    const DEFAULTS: &str = "[service]\nrows_max = 5\n";

    fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_later_source_wins() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("cpas.toml");
        std::fs::write(&file, "[service]\nrows_max = 6\n[server]\ndrain_s = 3\n").expect("a file");
        let variables = environment(&[("CPAS__SERVICE__ROWS_MAX", "7"), ("PATH", "/bin")]);
        let whole: Whole<Own> = load(DEFAULTS, Some(&file), variables).expect("a configuration");
        assert_eq!(whole.service.rows_max, 7, "variable over file over default");
        assert_eq!(whole.server.drain_s, 3, "file over default");
        assert_eq!(whole.nats.stream, "CPAS", "default");
    }

    #[test]
    fn unknown_keys_are_refused_by_name() {
        for (key, named) in
            [("CPAS__SERVICE__ROWS_MIN", "rows_min"), ("CPAS__SERVER__PORT", "port"), ("CPAS__SERVR__X", "servr")]
        {
            let error = load::<Own>(DEFAULTS, None, environment(&[(key, "1")])).expect_err("unknown key");
            assert!(error.to_string().contains(named), "{error}");
        }
    }
}
