//! The context service's own section of the configuration.

use std::path::PathBuf;

use serde::Deserialize;

/// The annotated defaults that are compiled in.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// The section `[service]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Most stakeholders that one grid or network shows.
    pub grid_stakeholders_max: u32,
    /// Largest message that is taken, in bytes.
    pub message_bytes_max: usize,
    pub files: Files,
}

/// Where files of evidence are kept.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    pub store: Store,
    pub folder: PathBuf,
    pub endpoint: String,
    pub bucket: String,
    pub region: String,
    pub access_key_id: String,
    pub secret_access_key: String,
    pub allow_http: bool,
}

/// What keeps files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Store {
    Folder,
    S3,
}

impl Default for Files {
    fn default() -> Self {
        Self {
            store: Store::Folder,
            folder: PathBuf::from("evidence"),
            endpoint: String::new(),
            bucket: String::new(),
            region: "us-east-1".to_owned(),
            access_key_id: String::new(),
            secret_access_key: String::new(),
            allow_http: false,
        }
    }
}

/// Without the keys of the store.
impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { store, folder, endpoint, bucket, region, allow_http, .. } = self;
        f.debug_struct("Files")
            .field("store", store)
            .field("folder", folder)
            .field("endpoint", endpoint)
            .field("bucket", bucket)
            .field("region", region)
            .field("allow_http", allow_http)
            .finish_non_exhaustive()
    }
}

impl Default for Config {
    fn default() -> Self {
        Self { grid_stakeholders_max: 5_000, message_bytes_max: 9 * 1024 * 1024, files: Files::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_annotated_defaults_are_the_defaults() {
        let whole = chassis::config::load::<Config>(DEFAULTS, None, Default::default()).expect("our own defaults");
        assert_eq!(format!("{:?}", whole.service), format!("{:?}", Config::default()));
        assert_eq!(whole.service.files, Files::default());
    }

    #[test]
    fn a_store_is_set_by_variables_and_its_keys_are_not_shown() {
        let variables = [
            ("CPAS__SERVICE__FILES__STORE", "s3"),
            ("CPAS__SERVICE__FILES__BUCKET", "cpas"),
            ("CPAS__SERVICE__FILES__ACCESS_KEY_ID", "an-id"),
            ("CPAS__SERVICE__FILES__SECRET_ACCESS_KEY", "a-secret"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let whole = chassis::config::load::<Config>(DEFAULTS, None, variables).expect("settings");
        let files = whole.service.files;
        assert_eq!(
            (files.store, files.bucket.as_str(), files.secret_access_key.as_str()),
            (Store::S3, "cpas", "a-secret")
        );
        let shown = format!("{files:?}");
        assert!(!shown.contains("a-secret") && !shown.contains("an-id"), "{shown}");
    }
}
