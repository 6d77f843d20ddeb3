//! What the system stands on: where PostgreSQL and NATS are, and the database of each service.

use std::{collections::BTreeMap, path::PathBuf};

use chassis::config::{self, BadConfig, Whole};
use cpas_context::store::files::Files;
use cpas_reporting::domain::manifest::PaperKey;
use serde::de::DeserializeOwned;
use sqlx::migrate::Migrator;

use super::StartError;

/// Every service, the gateway among them.
pub const SERVICES: &[&str] = &["context", "planning", "collection", "assessment", "reporting", "gateway"];

/// Connections of the pool of each service; the imports of collection and the pages of the gateway need most.
const CONNECTIONS: &[(&str, u32)] =
    &[("context", 8), ("planning", 10), ("collection", 16), ("assessment", 8), ("reporting", 14), ("gateway", 16)];

/// Where PostgreSQL and NATS are.
#[derive(Clone)]
pub struct Ground {
    /// URL of a PostgreSQL role that may create databases and roles.
    pub superuser_url: String,
    /// Beginning of the names of databases and roles: `cpas` makes `cpas_planning`.
    pub database_prefix: String,
    /// Password of the roles that own and use these databases.
    pub password: String,
    /// URL of a NATS server with JetStream.
    pub nats_url: String,
    /// Name of the event stream.
    pub stream: String,
    /// Signs published papers; `None`: nothing is signed.
    pub paper_key: Option<PaperKey>,
    /// Folder of the files of evidence; `None`: they are kept in memory.
    pub files: Option<PathBuf>,
    /// Folder of the letters to members; `None`: none are written.
    pub mail: Option<PathBuf>,
}

/// Databases that are there and migrated.
pub(super) struct Prepared {
    ground: Ground,
    /// Service -> URL of its application role.
    urls: BTreeMap<&'static str, String>,
}

impl Prepared {
    /// Creates what is missing and migrates all databases, several at a time.
    pub(super) async fn make(ground: Ground) -> Result<Self, StartError> {
        let made = SERVICES.iter().map(|name| database(&ground, name));
        let urls = futures::future::try_join_all(made).await?.into_iter().collect();
        Ok(Self { ground, urls })
    }

    /// Where files of evidence are kept.
    pub(super) fn files(&self) -> Files {
        self.ground.files.as_ref().map_or_else(Files::in_memory, Files::folder)
    }

    /// Where letters to members go.
    pub(super) fn mail(&self) -> Option<PathBuf> {
        self.ground.mail.clone()
    }

    /// The key that signs published papers.
    pub(super) fn paper_key(&self) -> Option<PaperKey> {
        self.ground.paper_key.clone()
    }

    /// The defaults of a service, with the addresses of this system.
    pub(super) fn config<C: DeserializeOwned>(&self, name: &str, defaults: &str) -> Result<Whole<C>, BadConfig> {
        let mut whole: Whole<C> = config::load(defaults, None, BTreeMap::new())?;
        whole.database.url = self.urls.get(name).cloned().unwrap_or_default();
        whole.database.connections_max = connections(name);
        whole.nats.url = self.ground.nats_url.clone();
        whole.nats.stream = self.ground.stream.clone();
        Ok(whole)
    }
}

/// The databases of a ground, ready; service -> URL of the role that owns its tables.
///
/// # Errors
/// As one could not be made.
pub async fn owners(ground: &Ground) -> Result<BTreeMap<&'static str, String>, StartError> {
    let mut owners = BTreeMap::new();
    for name in SERVICES {
        database(ground, name).await?;
        let failed = |error| StartError::Database(name, error);
        let database = format!("{}_{name}", ground.database_prefix);
        let made = chassis::db::create_database(&ground.superuser_url, &database, &ground.password).await;
        owners.insert(*name, made.map_err(failed)?.0);
    }
    Ok(owners)
}

/// The database of one service, ready; the URL of its application role.
async fn database(ground: &Ground, name: &'static str) -> Result<(&'static str, String), StartError> {
    let failed = |error| StartError::Database(name, error);
    let database = format!("{}_{name}", ground.database_prefix);
    let made = chassis::db::create_database(&ground.superuser_url, &database, &ground.password).await;
    let (owner, app) = made.map_err(failed)?;
    chassis::db::migrate(&owner, migrations(name)).await.map_err(failed)?;
    Ok((name, app))
}

fn connections(name: &str) -> u32 {
    CONNECTIONS.iter().find(|(service, _)| *service == name).map_or(8, |(_, connections)| *connections)
}

fn migrations(name: &str) -> &'static Migrator {
    match name {
        "context" => &cpas_context::MIGRATOR,
        "planning" => &cpas_planning::MIGRATOR,
        "collection" => &cpas_collection::MIGRATOR,
        "assessment" => &cpas_assessment::MIGRATOR,
        "reporting" => &cpas_reporting::MIGRATOR,
        _ => &cpas_gateway::MIGRATOR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a PostgreSQL takes as it comes, less what it keeps for its superuser and for tools.
    const CONNECTIONS_OF_POSTGRESQL: u32 = 90;

    #[test]
    fn all_pools_fit_into_one_postgresql() {
        let all: u32 = SERVICES.iter().map(|name| connections(name)).sum();
        assert!(all < CONNECTIONS_OF_POSTGRESQL, "{all} connections");
        assert_eq!(CONNECTIONS.len(), SERVICES.len());
    }
}
