//! Where the databases, the files of evidence and the key of an installation are.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use chassis::config;
use cpas_context::{Config as ContextConfig, config::DEFAULTS, store::files::Files};
use cpas_reporting::domain::manifest::PaperKey;
use serde::Deserialize;
use sqlx::{Connection as _, PgConnection};

use super::ArchiveError;
use crate::{
    compose::{Ground, SERVICES, owners},
    local::{Given, Local, Tools},
};

/// Which installation is meant.
#[derive(Debug, clap::Args)]
pub struct At {
    /// The folder of `cpas up`, which must not be running; or, with CPAS_DATABASE_URL, the folder of its secrets.
    #[arg(long, env = "CPAS_HOME", default_value = ".cpas")]
    home: PathBuf,
    /// A file that says where the databases of an installation on a cluster are, instead of a home.
    #[arg(long)]
    databases: Option<PathBuf>,
}

/// An installation, opened.
pub struct Place {
    /// Service -> URL of the role that owns its tables.
    databases: BTreeMap<&'static str, String>,
    pub(super) files: Files,
    pub(super) key: Option<PaperKey>,
}

/// A place, and what was started to open it.
pub(super) struct Opened {
    pub place: Place,
    local: Option<Local>,
}

/// The file that `--databases` names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Service -> URL.
    databases: BTreeMap<String, String>,
    /// As `[service.files]` of the context service; what is not said is as there.
    #[serde(default)]
    files: toml::Table,
    #[serde(default)]
    paper_key_file: Option<PathBuf>,
}

impl At {
    pub(super) async fn open(&self) -> Result<Opened, ArchiveError> {
        if let Some(file) = &self.databases {
            return Ok(Opened { place: Place::of_file(file)?, local: None });
        }
        let local = Local::start(&self.home, &Tools::from_env(), Given::from_env()).await?;
        match Place::of_home(&local).await {
            Ok(place) => Ok(Opened { place, local: Some(local) }),
            Err(error) => {
                local.shutdown().await;
                Err(error)
            }
        }
    }
}

impl Opened {
    pub(super) async fn close(self) {
        if let Some(local) = self.local {
            local.shutdown().await;
        }
    }
}

impl Place {
    /// The databases of a ground, made and migrated where they are not yet.
    ///
    /// # Errors
    /// As they cannot be made.
    pub async fn on(ground: &Ground) -> Result<Self, ArchiveError> {
        let files = ground.files.as_ref().map_or_else(Files::in_memory, Files::folder);
        Ok(Self { databases: owners(ground).await?, files, key: ground.paper_key.clone() })
    }

    async fn of_home(local: &Local) -> Result<Self, ArchiveError> {
        let home = local.home();
        let ground = Ground {
            superuser_url: local.database_url().to_owned(),
            database_prefix: "cpas".to_owned(),
            password: home.secret("services")?,
            nats_url: local.nats_url().to_owned(),
            stream: "CPAS".to_owned(),
            paper_key: Some(home.paper_key()?),
            files: Some(home.evidence()?),
            mail: None,
        };
        Self::on(&ground).await
    }

    fn of_file(path: &Path) -> Result<Self, ArchiveError> {
        let bad = |why: String| ArchiveError::Settings(path.to_owned(), why);
        let read = |path: &Path| fs::read_to_string(path).map_err(|error| ArchiveError::Read(path.to_owned(), error));
        // What the reader says of a line may quote it, and with it a password.
        let settings: Settings = toml::from_str(&read(path)?).map_err(|error| bad(error.message().to_owned()))?;
        let mut databases = BTreeMap::new();
        for service in SERVICES {
            let url = settings.databases.get(*service).ok_or_else(|| bad(format!("it has no database {service}")))?;
            databases.insert(*service, url.clone());
        }
        let said = settings.files.into_iter().map(|(name, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (format!("CPAS__SERVICE__FILES__{}", name.to_uppercase()), value)
        });
        let context: config::Whole<ContextConfig> =
            config::load(DEFAULTS, None, said.collect()).map_err(|error| bad(error.to_string()))?;
        let files = Files::open(&context.service.files).map_err(|error| bad(error.to_string()))?;
        let key = match settings.paper_key_file {
            Some(file) => Some(PaperKey::from_pem(&read(&file)?).map_err(|error| bad(format!("the key {error}")))?),
            None => None,
        };
        Ok(Self { databases, files, key })
    }

    pub(super) async fn connect(&self, service: &'static str) -> Result<PgConnection, ArchiveError> {
        let url = self.databases.get(service).map(String::as_str).unwrap_or_default();
        PgConnection::connect(url).await.map_err(|error| ArchiveError::Database(service, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_where_an_installation_is_and_what_is_missing_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("key.pem"), PaperKey::from_seed(&[7; 32]).private_pem()).expect("a file");
        let databases: String =
            SERVICES.iter().map(|name| format!("{name} = \"postgres://owner@host/{name}\"\n")).collect();
        let text = format!(
            "paper_key_file = {:?}\n[databases]\n{databases}[files]\nfolder = {:?}\n",
            at("key.pem"),
            at("evidence")
        );
        fs::write(at("where.toml"), &text).expect("a file");
        let place = Place::of_file(&at("where.toml")).expect("a place");
        assert_eq!(place.databases["planning"], "postgres://owner@host/planning");
        assert!(place.key.is_some());

        for (without, said) in [("planning = ", "it has no database planning"), ("folder = ", "unknown field")] {
            let changed = if without == "folder = " { "shelf = " } else { "planing = " };
            fs::write(at("where.toml"), text.replace(without, changed)).expect("a file");
            let refused = Place::of_file(&at("where.toml")).err().expect("refused").to_string();
            assert!(refused.contains(said), "{refused}");
        }
    }
}
