//! Passwords: Argon2id, a few at a time, off the runtime.

use std::sync::Arc;

use argon2::{
    Argon2, PasswordHash, PasswordHasher as _, PasswordVerifier as _,
    password_hash::{Salt, SaltString},
};
use chassis::Failure;
use tokio::sync::Semaphore;

/// Hashes computed at a time: each takes 19 MiB.
const AT_A_TIME: usize = 4;
/// Shortest password, in characters.
pub const CHARS_MIN: usize = 12;
/// Longest password, in bytes.
pub const BYTES_MAX: usize = 256;

/// Checks and hashes passwords.
#[derive(Clone)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    /// Checked against where there is no account, so that the time tells nothing.
    nobody: Arc<str>,
}

impl Passwords {
    /// Ready to check; computes one hash.
    ///
    /// # Errors
    /// `Internal` when the random source or the hash fails.
    pub fn new() -> Result<Self, Failure> {
        let nobody = hash(&format!("{:x}", rand::random::<u128>()))?;
        Ok(Self { permits: Arc::new(Semaphore::new(AT_A_TIME)), nobody: nobody.into() })
    }

    /// The hash of a new password, as a PHC string.
    ///
    /// # Errors
    /// `Invalid` for a password that is too short or too long.
    pub async fn hash(&self, password: String) -> Result<String, Failure> {
        if password.chars().count() < CHARS_MIN || password.len() > BYTES_MAX {
            let rule = format!("A password has at least {CHARS_MIN} characters and at most {BYTES_MAX} bytes.");
            return Err(Failure::invalid(rule.clone()).field("password", rule));
        }
        self.off_runtime(move || hash(&password)).await?
    }

    /// True when the password belongs to the hash. Without one it takes as long and is false.
    ///
    /// # Errors
    /// `Internal` when a thread cannot be had.
    pub async fn is_right(&self, password: String, hash: Option<String>) -> Result<bool, Failure> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.to_string());
        let matches = self.off_runtime(move || {
            password.len() <= BYTES_MAX
                && PasswordHash::new(&hash)
                    .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        });
        Ok(matches.await? && known)
    }

    async fn off_runtime<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let _permit = self.permits.acquire().await.map_err(Failure::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Failure::internal)
    }
}

fn hash(password: &str) -> Result<String, Failure> {
    let bytes: [u8; Salt::RECOMMENDED_LENGTH] = rand::random();
    let salt = SaltString::encode_b64(&bytes).map_err(|error| Failure::internal(error.to_string()))?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    Ok(hash.map_err(|error| Failure::internal(error.to_string()))?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_right_or_wrong_and_nobody_has_none() {
        let passwords = Passwords::new().expect("ready");
        let hash = passwords.hash("correct horse battery".to_owned()).await.expect("a hash");
        assert!(hash.starts_with("$argon2id$"));
        assert!(passwords.is_right("correct horse battery".to_owned(), Some(hash.clone())).await.expect("checked"));
        assert!(!passwords.is_right("Correct horse battery".to_owned(), Some(hash)).await.expect("checked"));
        assert!(!passwords.is_right(String::new(), Some(String::new())).await.expect("checked"));
        assert!(!passwords.is_right("anything".to_owned(), None).await.expect("checked"));
    }

    #[tokio::test]
    async fn a_short_password_is_refused() {
        let refused = Passwords::new().expect("ready").hash("short".to_owned()).await.expect_err("too short");
        assert_eq!(refused.violations[0].field, "password");
    }
}
