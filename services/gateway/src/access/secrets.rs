//! Secrets that a browser or a program holds, of which only a hash is kept.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// A fresh secret of 256 random bits.
pub struct Secret(String);

impl Secret {
    /// Made now, with a prefix that tells what it is (`cpas_`), so that a leaked one is recognised.
    pub fn random(prefix: &str) -> Self {
        let bytes: [u8; 32] = rand::random();
        Self(format!("{prefix}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// What is shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// What is kept of a secret.
pub fn hash_secret(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// The token that a page of this session must send with every change. Bound to the session: a token of
/// another session is worthless.
pub fn csrf_token(session_secret: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(format!("csrf {session_secret}").as_bytes()))
}

/// Compares in constant time.
pub fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}
