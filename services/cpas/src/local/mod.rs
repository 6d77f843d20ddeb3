//! The PostgreSQL and the nats-server that `cpas up` runs as its own children.
//!
//! Everything lives in one folder, the home: data, logs, passwords. Each child listens on a free
//! port of 127.0.0.1 only, is restarted when it dies, and dies with this process.
//!
//! Invariant: one process per home (`tests::a_second_start_on_the_same_home_is_refused`).
//! Invariant: what was committed before a kill is there after the next start
//! (`tests::a_killed_postgres_comes_back_with_its_data`).
//!
//! Deliberately absent: sockets in the file system, replication, backups. A deployment has its
//! own PostgreSQL and NATS; see `charts/`.

mod child;
mod error;
mod home;
mod nats;
mod orphan;
mod postgres;
mod runas;
#[cfg(test)]
mod tests;
mod tools;

use std::path::Path;

pub use child::Phase;
pub use error::LocalError;
pub use home::{Home, PAPER_KEY};
pub use tools::Tools;

use nats::Nats;
use postgres::Postgres;

/// PostgreSQL and NATS for one process: its own children, or servers that were named.
pub struct Local {
    postgres: Server<Postgres>,
    nats: Server<Nats>,
    // Last, so that the lock is let go after both children have ended.
    home: Home,
}

/// Servers to use instead of own children. `None` means: start one.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// URL of a PostgreSQL role that may create databases and roles.
    pub database_url: Option<String>,
    /// URL of a NATS server with JetStream.
    pub nats_url: Option<String>,
}

enum Server<T> {
    Child(T),
    Given(String),
}

impl Given {
    /// Reads `CPAS_DATABASE_URL` and `CPAS_NATS_URL`; an empty value counts as none.
    pub fn from_env() -> Self {
        let named = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self { database_url: named("CPAS_DATABASE_URL"), nats_url: named("CPAS_NATS_URL") }
    }
}

impl Local {
    /// Locks the home and starts what is not `given`, both at once; returns when both answer.
    ///
    /// # Errors
    /// Any [`LocalError`]; what had been started is stopped again first.
    pub async fn start(folder: &Path, tools: &Tools, given: Given) -> Result<Self, LocalError> {
        let home = Home::open(folder)?;
        let postgres = async {
            match given.database_url {
                Some(url) => Ok(Server::Given(url)),
                None => Postgres::start(&home, tools.pg_bin()?).await.map(Server::Child),
            }
        };
        let nats = async {
            match given.nats_url {
                Some(url) => Ok(Server::Given(url)),
                None => Nats::start(&home, tools.nats_server()?).await.map(Server::Child),
            }
        };
        match tokio::join!(postgres, nats) {
            (Ok(postgres), Ok(nats)) => Ok(Self { postgres, nats, home }),
            (Err(error), nats) => {
                if let Ok(Server::Child(nats)) = nats {
                    nats.stop().await;
                }
                Err(error)
            }
            (Ok(postgres), Err(error)) => {
                if let Server::Child(postgres) = postgres {
                    postgres.stop().await;
                }
                Err(error)
            }
        }
    }

    /// URL of the database `postgres`, as a role that may create databases and roles. It holds a
    /// password: not for logs.
    pub fn database_url(&self) -> &str {
        match &self.postgres {
            Server::Child(postgres) => postgres.url(),
            Server::Given(url) => url,
        }
    }

    /// URL of NATS. It holds a password: not for logs.
    pub fn nats_url(&self) -> &str {
        match &self.nats {
            Server::Child(nats) => nats.url(),
            Server::Given(url) => url,
        }
    }

    /// The folder everything is kept in.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// What the PostgreSQL child is doing; `None` when one was given.
    pub fn postgres_phase(&self) -> Option<Phase> {
        match &self.postgres {
            Server::Child(postgres) => Some(postgres.phase()),
            Server::Given(_) => None,
        }
    }

    /// What the NATS child is doing; `None` when one was given.
    pub fn nats_phase(&self) -> Option<Phase> {
        match &self.nats {
            Server::Child(nats) => Some(nats.phase()),
            Server::Given(_) => None,
        }
    }

    /// Stops both children, politely, then less so; returns within 25 s, and then lets go of the home.
    pub async fn shutdown(self) {
        let postgres = async {
            if let Server::Child(postgres) = self.postgres {
                postgres.stop().await;
            }
        };
        let nats = async {
            if let Server::Child(nats) = self.nats {
                nats.stop().await;
            }
        };
        tokio::join!(postgres, nats);
    }
}
