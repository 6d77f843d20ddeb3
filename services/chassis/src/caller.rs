//! Who is calling, for which mission, and until when.

use std::time::Instant;

use cpas_proto::words::{Classification, Component, MissionState, Role};
use prost::Message;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::Failure;

/// Longest idempotency key that is taken, in bytes.
const IDEMPOTENCY_KEY_BYTES_MAX: usize = 128;

/// The mission that a call is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mission {
    pub id: Uuid,
    pub code: String,
    pub state: MissionState,
    /// 1 to 12.
    pub fiscal_year_start_month: u32,
}

/// A role and how far it reaches; `None` and empty mean the whole mission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<Component>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<String>,
}

impl Grant {
    /// A role that reaches the whole mission.
    pub fn mission_wide(role: Role) -> Self {
        Self { role, component: None, section: None, areas: Vec::new() }
    }
}

/// The full path of the called method. The gate sets it: tonic tells it to clients only.
#[derive(Debug, Clone)]
pub(crate) struct CalledMethod(pub String);

/// A key under which a write is done once, with a print of what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    pub key: String,
    /// SHA-256 over the method and the message.
    pub fingerprint: Vec<u8>,
}

/// The key of a write whose message is not read yet.
#[derive(Debug)]
pub struct WriteKey {
    key: String,
    method: String,
}

impl WriteKey {
    /// With all that is written.
    #[must_use]
    pub fn over(self, written: &[&[u8]]) -> Idempotency {
        let mut hash = Sha256::new();
        hash.update(self.method);
        for part in written {
            hash.update(part);
        }
        Idempotency { key: self.key, fingerprint: hash.finalize().to_vec() }
    }
}

/// Who is calling. Made by the authorise layer from a verified token, never from a request's fields.
#[derive(Debug, Clone)]
pub struct Caller {
    pub account: Uuid,
    pub name: String,
    pub mission: Option<Mission>,
    pub grants: Vec<Grant>,
    /// The highest classification that the caller may see.
    pub clearance: Classification,
    /// When nobody waits for the answer any more.
    pub deadline: Instant,
    /// Set for a write that came with a key.
    pub idempotency: Option<Idempotency>,
}

impl Caller {
    /// Takes the caller out of a request, with the request's message.
    ///
    /// # Errors
    /// `Unauthenticated` when the request did not pass the authorise layer; `Invalid` for an idempotency
    /// key that is too long.
    pub fn open<T: Message>(request: tonic::Request<T>) -> Result<(Self, T), Failure> {
        let (mut caller, key) = Self::open_stream(&request)?;
        let message = request.into_inner();
        caller.idempotency = key.map(|key| key.over(&[&message.encode_to_vec()]));
        Ok((caller, message))
    }

    /// Takes the caller out of a request that is a stream.
    ///
    /// # Errors
    /// `Unauthenticated` when the request did not pass the authorise layer.
    pub fn of<T>(request: &tonic::Request<T>) -> Result<Self, Failure> {
        let caller = request.extensions().get::<Self>();
        caller.cloned().ok_or_else(|| Failure::unauthenticated("This call carries no identity."))
    }

    /// The same with the key of the write, if it has one; what is written is known when the stream has ended.
    ///
    /// # Errors
    /// As [`Caller::open`].
    pub fn open_stream<T>(request: &tonic::Request<T>) -> Result<(Self, Option<WriteKey>), Failure> {
        let caller = Self::of(request)?;
        let key = request.metadata().get("idempotency-key").and_then(|key| key.to_str().ok()).unwrap_or_default();
        if key.len() > IDEMPOTENCY_KEY_BYTES_MAX {
            return Err(Failure::invalid(format!(
                "The Idempotency-Key is longer than {IDEMPOTENCY_KEY_BYTES_MAX} bytes; use a UUID."
            )));
        }
        let method = request.extensions().get::<CalledMethod>().map(|method| method.0.as_str()).unwrap_or_default();
        let key = (!key.is_empty()).then(|| WriteKey { key: key.to_owned(), method: method.to_owned() });
        Ok((caller, key))
    }

    /// A service acting for itself in a mission, as consumers of events do. Sees everything there.
    pub fn service(name: &str, mission: Mission, deadline: Instant) -> Self {
        Self {
            account: Uuid::nil(),
            name: name.to_owned(),
            mission: Some(mission),
            grants: vec![Grant::mission_wide(Role::Service)],
            clearance: Classification::StrictlyConfidential,
            deadline,
            idempotency: None,
        }
    }

    /// The mission of the call.
    ///
    /// # Errors
    /// `Denied` when the token names none.
    pub fn mission(&self) -> Result<&Mission, Failure> {
        self.mission.as_ref().ok_or_else(|| Failure::denied("This call needs a mission."))
    }

    /// The caller's roles.
    pub fn roles(&self) -> impl Iterator<Item = Role> {
        self.grants.iter().map(|grant| grant.role)
    }

    /// True when the caller has the role anywhere in the mission.
    pub fn has(&self, role: Role) -> bool {
        self.roles().any(|own| own == role)
    }

    /// True for a caller who sees only what is published.
    pub fn is_only_reader(&self) -> bool {
        self.roles().all(|role| matches!(role, Role::Reader | Role::Auditor))
    }

    /// True when one of the caller's grants of any of these roles reaches the section.
    /// A grant without a section reaches all; an empty section is reached by every grant.
    pub fn reaches_section(&self, roles: &[Role], section: &str) -> bool {
        self.grants
            .iter()
            .filter(|grant| roles.contains(&grant.role))
            .any(|grant| section.is_empty() || grant.section.as_deref().is_none_or(|own| own == section))
    }

    /// True when one of the caller's grants of any of these roles reaches the area.
    pub fn reaches_area(&self, roles: &[Role], area: &str) -> bool {
        self.grants
            .iter()
            .filter(|grant| roles.contains(&grant.role))
            .any(|grant| grant.areas.is_empty() || grant.areas.iter().any(|own| own == area))
    }

    /// True when one of the caller's grants of any of these roles reaches the component.
    pub fn reaches_component(&self, roles: &[Role], component: Component) -> bool {
        self.grants
            .iter()
            .filter(|grant| roles.contains(&grant.role))
            .any(|grant| grant.component.is_none_or(|own| own == component))
    }

    /// True when one grant of any of these roles reaches section, component and area together. Two grants
    /// do not add up: somebody who has section X everywhere, and every section in area Y, has not
    /// section Z in area W. What is empty or `None` is reached by every grant.
    pub fn reaches(&self, roles: &[Role], section: &str, component: Option<Component>, area: Option<&str>) -> bool {
        self.grants.iter().filter(|grant| roles.contains(&grant.role)).any(|grant| {
            let in_section = section.is_empty() || grant.section.as_deref().is_none_or(|own| own == section);
            let in_component = component.is_none_or(|wanted| grant.component.is_none_or(|own| own == wanted));
            let in_area = area.is_none_or(|area| grant.areas.is_empty() || grant.areas.iter().any(|own| own == area));
            in_section && in_component && in_area
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_grants_do_not_add_up() {
        let planner = |section: Option<&str>, areas: &[&str]| Grant {
            section: section.map(str::to_owned),
            areas: areas.iter().map(|area| (*area).to_owned()).collect(),
            ..Grant::mission_wide(Role::Coordinator)
        };
        let caller = Caller {
            account: Uuid::nil(),
            name: String::new(),
            mission: None,
            grants: vec![planner(Some("X"), &[]), planner(None, &["Y"])],
            clearance: Classification::Unclassified,
            deadline: Instant::now(),
            idempotency: None,
        };
        let reaches = |section, area| caller.reaches(&[Role::Coordinator], section, None, Some(area));
        assert!(reaches("X", "W") && reaches("Z", "Y"));
        assert!(!reaches("Z", "W"));
        assert!(!caller.reaches(&[Role::Leadership], "X", None, None), "another role");
    }
}
