//! What was published, signed: the hashes of a sheet's snapshot and of each of its files, so that
//! somebody far away, without this system, can tell whether a paper is the one that was published.
//!
//! A manifest is one line of JSON. The signature (Ed25519, RFC 8032) is over that line without its
//! signature, behind a prefix that no other signed text has. It is read strictly: any other bytes that
//! would mean the same are refused.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use cpas_proto::words::Language;
use ed25519_dalek::{
    Signature, Signer as _, SigningKey, VerifyingKey,
    pkcs8::{
        DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _,
        spki::der::pem::LineEnding,
    },
};
use serde::{Deserialize, Serialize};

use super::{output::Format, snapshot::sha256};

/// What a manifest says that it is; a later shape has another number.
pub const FORMAT: &str = "cpas-manifest/1";
const PREFIX: &[u8] = b"CPAS published paper\n";
/// Hexadecimal digits of a public key's hash that name it.
const KEY_ID_DIGITS: usize = 16;

/// What was published in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub format: String,
    /// Code of the mission.
    pub mission: String,
    pub fact_sheet: String,
    pub version: i64,
    pub language: String,
    /// Instant, RFC 3339 in UTC.
    pub published_at: String,
    /// SHA-256 in hexadecimal.
    pub snapshot_sha256: String,
    pub files: Vec<PublishedFile>,
    /// The first digits of the SHA-256 of the public key that belongs to the signature.
    pub key_id: String,
    /// Base64; empty while it is not signed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub signature: String,
}

/// A file of a published sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedFile {
    pub format: String,
    pub bytes: u64,
    pub sha256: String,
}

impl PublishedFile {
    pub fn of(format: Format, bytes: &[u8]) -> Self {
        Self { format: format.word().to_owned(), bytes: bytes.len() as u64, sha256: sha256(bytes) }
    }
}

impl Manifest {
    /// The line that is stored and handed out.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings and numbers become JSON")
    }

    fn signed_bytes(&self) -> Vec<u8> {
        let unsigned = Self { signature: String::new(), ..self.clone() };
        [PREFIX, &unsigned.to_bytes()].concat()
    }
}

/// A key that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    #[error("is not an Ed25519 private key in PKCS#8 PEM; make one with: openssl genpkey -algorithm ed25519")]
    Private,
    #[error("is not an Ed25519 public key in PEM")]
    Public,
}

/// Signs what is published.
#[derive(Clone)]
pub struct PaperKey(SigningKey);

impl PaperKey {
    /// # Errors
    /// [`BadKey`] for anything but an Ed25519 private key.
    pub fn from_pem(pem: &str) -> Result<Self, BadKey> {
        SigningKey::from_pkcs8_pem(pem).map(Self).map_err(|_| BadKey::Private)
    }

    /// A key from 32 bytes that nobody can guess.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The private key in PEM: a secret.
    pub fn private_pem(&self) -> String {
        self.0.to_pkcs8_pem(LineEnding::LF).expect("a key of 32 bytes is encoded").to_string()
    }

    /// The public key that goes with it, in PEM.
    pub fn public_pem(&self) -> String {
        self.0.verifying_key().to_public_key_pem(LineEnding::LF).expect("a key of 32 bytes is encoded")
    }

    pub fn id(&self) -> String {
        key_id(&self.0.verifying_key())
    }

    /// A signature in base64 over other bytes than those of a manifest; `of` says what they are, so that nothing signed as
    /// one thing passes for another.
    pub fn seal(&self, of: &str, bytes: &[u8]) -> String {
        STANDARD.encode(self.0.sign(&sealed_bytes(of, bytes)).to_bytes())
    }

    /// The manifest with this key's name and signature.
    pub fn sign(&self, manifest: Manifest) -> Manifest {
        let named = Manifest { key_id: self.id(), signature: String::new(), ..manifest };
        let signature = STANDARD.encode(self.0.sign(&named.signed_bytes()).to_bytes());
        Manifest { signature, ..named }
    }
}

impl std::fmt::Debug for PaperKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("PaperKey").field(&self.id()).finish()
    }
}

/// Why a paper is not known to be what was published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotVerified {
    #[error("The manifest is not one of a published paper, or was changed: {0}.")]
    NotAManifest(String),
    #[error("The key {0}.")]
    BadKey(#[from] BadKey),
    #[error(
        "The manifest was signed with the key {signed}, and this is the key {given}. Ask the mission for the public key of {signed}, over another way than the paper came."
    )]
    UnknownKey { signed: String, given: String },
    #[error("The signature does not fit: the manifest was changed after it was signed, or somebody else signed it.")]
    Forged,
    #[error(
        "The file is none of those that were published: its SHA-256 is {found}. It was changed, or is of another version or language."
    )]
    OtherFile { found: String },
}

/// What a paper was found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub manifest: Manifest,
    /// Which of its files it is.
    pub format: String,
}

/// Reads a manifest and checks its signature.
///
/// # Errors
/// [`NotVerified`], but for [`NotVerified::OtherFile`].
pub fn verify_manifest(manifest: &[u8], public_pem: &str) -> Result<Manifest, NotVerified> {
    let key = VerifyingKey::from_public_key_pem(public_pem).map_err(|_| BadKey::Public)?;
    let read: Manifest =
        serde_json::from_slice(manifest).map_err(|error| NotVerified::NotAManifest(error.to_string()))?;
    if read.format != FORMAT {
        return Err(NotVerified::NotAManifest(format!("it says that it is \"{}\"", read.format)));
    }
    if read.to_bytes() != manifest {
        return Err(NotVerified::NotAManifest("it is not written as it was handed out".to_owned()));
    }
    if read.key_id != key_id(&key) {
        return Err(NotVerified::UnknownKey { signed: read.key_id, given: key_id(&key) });
    }
    let signature = STANDARD.decode(&read.signature).ok().and_then(|bytes| Signature::from_slice(&bytes).ok());
    let signature = signature.ok_or(NotVerified::Forged)?;
    key.verify_strict(&read.signed_bytes(), &signature).map_err(|_| NotVerified::Forged)?;
    Ok(read)
}

/// Whether a signature of [`PaperKey::seal`] is by the owner of this public key.
///
/// # Errors
/// [`BadKey`].
pub fn is_sealed(public_pem: &str, of: &str, bytes: &[u8], signature: &str) -> Result<bool, BadKey> {
    let key = VerifyingKey::from_public_key_pem(public_pem).map_err(|_| BadKey::Public)?;
    let signature = STANDARD.decode(signature).ok().and_then(|bytes| Signature::from_slice(&bytes).ok());
    Ok(signature.is_some_and(|signature| key.verify_strict(&sealed_bytes(of, bytes), &signature).is_ok()))
}

/// The name of a public key, as [`PaperKey::id`] gives it.
///
/// # Errors
/// [`BadKey`].
pub fn key_id_of(public_pem: &str) -> Result<String, BadKey> {
    VerifyingKey::from_public_key_pem(public_pem).map(|key| key_id(&key)).map_err(|_| BadKey::Public)
}

fn sealed_bytes(of: &str, bytes: &[u8]) -> Vec<u8> {
    [b"CPAS ", of.as_bytes(), b"\n", bytes].concat()
}

/// Checks that a file is one of those that a signed manifest names.
///
/// # Errors
/// [`NotVerified`].
pub fn verify(file: &[u8], manifest: &[u8], public_pem: &str) -> Result<Verified, NotVerified> {
    let manifest = verify_manifest(manifest, public_pem)?;
    let found = sha256(file);
    let known = manifest.files.iter().find(|known| known.sha256 == found && known.bytes == file.len() as u64);
    let Some(known) = known else { return Err(NotVerified::OtherFile { found }) };
    Ok(Verified { format: known.format.clone(), manifest })
}

/// Names of a sheet's files: `unmic-<id>-en.pdf`, `unmic-<id>-en.manifest.json`.
pub fn file_name(mission_code: &str, sheet_id: &str, language: Language, ending: &str) -> String {
    format!("{}-{sheet_id}-{language}.{ending}", mission_code.to_lowercase())
}

fn key_id(key: &VerifyingKey) -> String {
    sha256(key.as_bytes()).chars().take(KEY_ID_DIGITS).collect()
}

#[cfg(test)]
mod tests;
