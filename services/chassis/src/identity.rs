//! Signed identities: who calls, for which mission, for at most a minute, for one audience.
//!
//! Every process has a signing key of its own and knows the public keys of those who may call it.
//! The token is a JWT signed with Ed25519 (RFC 8037); its audience is the name of one service, so
//! that what one service received cannot be used at another.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use chrono::{DateTime, Utc};
use cpas_proto::words::Classification;
use ed25519_dalek::{SigningKey, pkcs8::DecodePrivateKey as _, pkcs8::EncodePrivateKey as _};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Caller, Clock, Failure, Grant, Mission};

/// Life of a token in seconds.
pub const TOKEN_LIFE_S: i64 = 60;
/// How far two machines' clocks may be apart, in seconds.
const CLOCK_SKEW_S: i64 = 5;

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    name: String,
    iat: i64,
    exp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mission: Option<Mission>,
    grants: Vec<Grant>,
    clearance: Classification,
}

/// Signs as one issuer and verifies all known ones.
#[derive(Clone)]
pub struct Identity {
    issuer: String,
    signing: EncodingKey,
    /// Issuer -> its keys; two while a key is being changed.
    verifying: Arc<BTreeMap<String, Vec<DecodingKey>>>,
    clock: Clock,
}

/// A key that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the signing key is not an Ed25519 private key in PKCS#8 PEM")]
    Signing,
    #[error("the verifying key of {0} is not 64 hexadecimal digits")]
    Verifying(String),
}

impl Identity {
    /// From a private key in PKCS#8 PEM, and the public keys of every issuer, 64 hexadecimal digits each.
    ///
    /// # Errors
    /// When a key cannot be read.
    pub fn new(
        issuer: &str,
        private_pem: &str,
        public: &BTreeMap<String, Vec<String>>,
        clock: Clock,
    ) -> Result<Self, KeyError> {
        let key = SigningKey::from_pkcs8_pem(private_pem).map_err(|_| KeyError::Signing)?;
        let mut verifying = BTreeMap::new();
        for (name, keys) in public {
            let keys = keys.iter().map(|hex| decode_key(hex).ok_or_else(|| KeyError::Verifying(name.clone())));
            verifying.insert(name.clone(), keys.collect::<Result<Vec<_>, _>>()?);
        }
        Self::assemble(issuer, &key, verifying, clock)
    }

    /// One identity for each name, with fresh keys that know each other: for one process, and for tests.
    ///
    /// # Panics
    /// Never on a machine whose random source works.
    pub fn circle(names: &[&str], clock: &Clock) -> BTreeMap<String, Self> {
        let keys: Vec<(String, SigningKey)> =
            names.iter().map(|name| ((*name).to_owned(), SigningKey::from_bytes(&rand::random()))).collect();
        let verifying =
            || keys.iter().map(|(name, key)| (name.clone(), vec![public_key(key)])).collect::<BTreeMap<_, _>>();
        keys.iter()
            .map(|(name, key)| {
                let identity = Self::assemble(name, key, verifying(), clock.clone());
                (name.clone(), identity.expect("a fresh key encodes"))
            })
            .collect()
    }

    fn assemble(
        issuer: &str,
        key: &SigningKey,
        verifying: BTreeMap<String, Vec<DecodingKey>>,
        clock: Clock,
    ) -> Result<Self, KeyError> {
        let der = key.to_pkcs8_der().map_err(|_| KeyError::Signing)?;
        Ok(Self {
            issuer: issuer.to_owned(),
            signing: EncodingKey::from_ed_der(der.as_bytes()),
            verifying: Arc::new(verifying),
            clock,
        })
    }

    /// The name that it signs with.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// A token that carries the caller to one service.
    ///
    /// # Errors
    /// `Internal` when the claims cannot be encoded.
    pub fn token(&self, caller: &Caller, audience: &str) -> Result<String, Failure> {
        let now = self.clock.now().timestamp();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: audience.to_owned(),
            sub: caller.account,
            name: caller.name.clone(),
            iat: now,
            exp: now + TOKEN_LIFE_S,
            mission: caller.mission.clone(),
            grants: caller.grants.clone(),
            clearance: caller.clearance,
        };
        encode(&Header::new(Algorithm::EdDSA), &claims, &self.signing).map_err(Failure::internal)
    }

    /// The caller that a token carries to this audience.
    ///
    /// # Errors
    /// `Unauthenticated` for a token that is forged, expired, too long-lived or for somebody else.
    pub fn verify(&self, token: &str, audience: &str, deadline: Instant) -> Result<Caller, Failure> {
        let refused = || Failure::unauthenticated("This call carries no valid identity. Please sign in again.");
        let issuer = unverified_issuer(token).ok_or_else(refused)?;
        let keys = self.verifying.get(&issuer).ok_or_else(refused)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[audience]);
        validation.set_issuer(&[&issuer]);
        validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
        // The instants are checked below, against our clock.
        validation.validate_exp = false;
        let claims =
            keys.iter().find_map(|key| decode::<Claims>(token, key, &validation).ok()).ok_or_else(refused)?.claims;
        let now: DateTime<Utc> = self.clock.now();
        let now = now.timestamp();
        let lives_short = claims.exp - claims.iat <= TOKEN_LIFE_S;
        if !lives_short || now > claims.exp + CLOCK_SKEW_S || claims.iat > now + CLOCK_SKEW_S {
            return Err(refused());
        }
        Ok(Caller {
            account: claims.sub,
            name: claims.name,
            mission: claims.mission,
            grants: claims.grants,
            clearance: claims.clearance,
            deadline,
            idempotency: None,
        })
    }
}

/// The issuer that a token names, to choose the key to check it with.
fn unverified_issuer(token: &str) -> Option<String> {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
    #[derive(Deserialize)]
    struct Issuer {
        iss: String,
    }
    let body = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice::<Issuer>(&body).ok().map(|issuer| issuer.iss)
}

fn public_key(key: &SigningKey) -> DecodingKey {
    DecodingKey::from_ed_der(key.verifying_key().as_bytes())
}

fn decode_key(hex: &str) -> Option<DecodingKey> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    let bytes: Option<Vec<u8>> =
        (0..32).map(|place| u8::from_str_radix(&hex[place * 2..place * 2 + 2], 16).ok()).collect();
    bytes.map(|bytes| DecodingKey::from_ed_der(&bytes))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cpas_proto::words::{MissionState, Role};

    use super::*;

    fn caller() -> Caller {
        let mission = Mission {
            id: Uuid::from_u128(7),
            code: "UNMIC".to_owned(),
            state: MissionState::Active,
            fiscal_year_start_month: 7,
        };
        let deadline = Instant::now() + Duration::from_secs(5);
        Caller { clearance: Classification::Confidential, ..Caller::service("gateway", mission, deadline) }
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_760_000_000 + seconds, 0).expect("an instant")
    }

    #[test]
    fn a_token_carries_its_caller_to_its_audience_and_nowhere_else() {
        let clock = Clock::fixed(at(0));
        let circle = Identity::circle(&["gateway", "planning"], &clock);
        let token = circle["gateway"].token(&caller(), "planning").expect("a token");
        let there = circle["planning"].verify(&token, "planning", Instant::now()).expect("the caller");
        assert_eq!(there.mission, caller().mission);
        assert_eq!(there.clearance, Classification::Confidential);
        assert!(there.has(Role::Service));
        let elsewhere = circle["planning"].verify(&token, "collection", Instant::now());
        assert_eq!(elsewhere.expect_err("another audience").code, crate::Code::Unauthenticated);
    }

    #[test]
    fn a_token_ends_after_a_minute() {
        let clock = Clock::fixed(at(0));
        let circle = Identity::circle(&["gateway"], &clock);
        let token = circle["gateway"].token(&caller(), "planning").expect("a token");
        clock.set(at(TOKEN_LIFE_S + CLOCK_SKEW_S));
        assert!(circle["gateway"].verify(&token, "planning", Instant::now()).is_ok());
        clock.set(at(TOKEN_LIFE_S + CLOCK_SKEW_S + 1));
        assert!(circle["gateway"].verify(&token, "planning", Instant::now()).is_err());
    }

    #[test]
    fn a_token_of_a_stranger_with_a_known_name_is_refused() {
        let clock = Clock::fixed(at(0));
        let ours = Identity::circle(&["gateway", "planning"], &clock);
        let theirs = Identity::circle(&["gateway"], &clock);
        let token = theirs["gateway"].token(&caller(), "planning").expect("a token");
        assert!(ours["planning"].verify(&token, "planning", Instant::now()).is_err());
        for garbage in ["", "a.b.c", "e30.e30.e30"] {
            assert!(ours["planning"].verify(garbage, "planning", Instant::now()).is_err(), "{garbage}");
        }
    }
}
