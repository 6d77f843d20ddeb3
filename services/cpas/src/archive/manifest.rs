//! What an archive says of itself, signed.

use std::{collections::BTreeMap, path::Path};

use cpas_reporting::domain::manifest::{BadKey, PaperKey, is_sealed, key_id_of};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What it says that it is; a later shape has another number.
pub const FORMAT: &str = "cpas-archive/1";
/// What the signature is of, so that nothing signed as another thing passes for it.
const SEALED_AS: &str = "mission archive";
/// Names in the zip.
pub const MANIFEST: &str = "manifest.json";
pub const SIGNATURE: &str = "signature";

/// The contents of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    /// Version of the program that wrote it.
    pub version: String,
    /// Instant, RFC 3339 in UTC.
    pub archived_at: String,
    pub mission: ArchivedMission,
    /// Service -> numbers of the migrations that its tables have.
    pub levels: BTreeMap<String, Levels>,
    pub parts: Vec<Part>,
    /// What is not in it, and why.
    pub left_out: Vec<String>,
    /// Names the key of the signature.
    pub key_id: String,
}

/// Whose archive it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivedMission {
    pub id: Uuid,
    pub code: String,
    pub name: String,
    pub state: String,
}

/// Migrations that ran.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Levels {
    pub chassis: Vec<i64>,
    pub service: Vec<i64>,
}

/// A part of the zip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its name in the zip.
    pub name: String,
    #[serde(flatten)]
    pub content: Content,
    pub bytes: u64,
    /// In hexadecimal.
    pub sha256: String,
}

/// What is in a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "content")]
pub enum Content {
    /// Rows of a table, a JSON object a line.
    Rows { service: String, table: String, columns: Vec<String>, rows: u64 },
    /// A file of evidence, as it is.
    File,
}

impl Manifest {
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).expect("strings and numbers become JSON")
    }

    /// The signature that goes beside it.
    pub fn seal(bytes: &[u8], key: &PaperKey) -> String {
        key.seal(SEALED_AS, bytes)
    }

    /// Whether a signature over these bytes is by a key.
    ///
    /// # Errors
    /// A key that cannot be used.
    pub fn is_sealed(bytes: &[u8], signature: &str, public_pem: &str) -> Result<bool, BadKey> {
        is_sealed(public_pem, SEALED_AS, bytes, signature)
    }

    /// The name of a public key.
    ///
    /// # Errors
    /// A key that cannot be used.
    pub fn key_id(public_pem: &str) -> Result<String, BadKey> {
        key_id_of(public_pem)
    }

    /// Rows in all tables, and files.
    pub fn count(&self) -> (u64, usize) {
        let rows = self.parts.iter().map(|part| if let Content::Rows { rows, .. } = &part.content { *rows } else { 0 });
        (rows.sum(), self.parts.iter().filter(|part| part.content == Content::File).count())
    }

    /// What it is, for whoever made it.
    pub fn sentence(&self, file: &Path) -> String {
        let (rows, files) = self.count();
        let ArchivedMission { code, state, .. } = &self.mission;
        let still = if state == "closed" {
            String::new()
        } else {
            format!(" The mission is {state}: what is written from now on is not in it.")
        };
        format!(
            "{} has mission {code} with {rows} rows and {files} files of evidence, signed with key {}.{still}",
            file.display(),
            self.key_id
        )
    }
}
