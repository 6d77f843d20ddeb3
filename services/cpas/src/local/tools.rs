//! Where the programs are that `deploy/local/tools.py` installed.

use std::env;
use std::path::{Path, PathBuf};

use super::LocalError;

/// The programs to start servers with. Each is asked for only when its server is not given.
#[derive(Debug, Clone, Default)]
pub struct Tools {
    pg_bin: Option<PathBuf>,
    nats_server: Option<PathBuf>,
}

impl Tools {
    /// `pg_bin` is the folder with `postgres` and `initdb`, `nats_server` the program itself.
    pub fn new(pg_bin: impl Into<PathBuf>, nats_server: impl Into<PathBuf>) -> Self {
        Self { pg_bin: Some(pg_bin.into()), nats_server: Some(nats_server.into()) }
    }

    /// Reads `CPAS_PG_BIN` and `CPAS_NATS_BIN`; an empty value counts as none.
    pub fn from_env() -> Self {
        let named = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        Self { pg_bin: named("CPAS_PG_BIN"), nats_server: named("CPAS_NATS_BIN") }
    }

    /// The folder of PostgreSQL's programs.
    pub(super) fn pg_bin(&self) -> Result<&Path, LocalError> {
        let folder = self.pg_bin.as_deref().ok_or(LocalError::ToolNotNamed {
            variable: "CPAS_PG_BIN",
            program: "PostgreSQL",
            instead: "CPAS_DATABASE_URL",
        })?;
        for program in ["postgres", "initdb"] {
            exists(program, &folder.join(program))?;
        }
        Ok(folder)
    }

    /// The nats-server program.
    pub(super) fn nats_server(&self) -> Result<&Path, LocalError> {
        let program = self.nats_server.as_deref().ok_or(LocalError::ToolNotNamed {
            variable: "CPAS_NATS_BIN",
            program: "nats-server",
            instead: "CPAS_NATS_URL",
        })?;
        exists("nats-server", program)?;
        Ok(program)
    }
}

fn exists(program: &'static str, path: &Path) -> Result<(), LocalError> {
    if path.is_file() { Ok(()) } else { Err(LocalError::NoTool { program, path: path.to_owned() }) }
}
