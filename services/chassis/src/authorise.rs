//! The one gate in front of every handler: deadline, identity, policy, metrics.

use std::{
    convert::Infallible,
    time::{Duration, Instant},
};

use axum::{extract::State, middleware::Next, response::Response};
use cpas_proto::{
    policy::{self, Access},
    words::{MissionState, Role},
};
use tracing::Instrument as _;

use crate::{Caller, Failure, Identity, caller::CalledMethod, config, deadline, deadline::TimedBody};

/// Methods that every peer may call: they tell nothing of any mission.
const OPEN: &[&str] = &["/grpc.health.v1.Health/", "/grpc.reflection."];

/// What the gate knows.
#[derive(Clone)]
pub struct Gate {
    /// The name under which this service is an audience.
    pub audience: &'static str,
    pub identity: Identity,
    pub deadline_default: Duration,
    pub deadline_max: Duration,
}

impl Gate {
    /// A gate with the server's bounds.
    pub fn new(audience: &'static str, identity: Identity, server: &config::Server) -> Self {
        Self {
            audience,
            identity,
            deadline_default: Duration::from_millis(server.deadline_default_ms),
            deadline_max: Duration::from_millis(server.deadline_max_ms),
        }
    }

    /// The routes of a service behind the gate.
    pub fn guard(self, routes: tonic::service::Routes) -> axum::Router {
        routes.prepare().into_axum_router().layer(axum::middleware::from_fn_with_state(self, pass))
    }

    /// The caller of a method, if the policy lets it in.
    ///
    /// # Errors
    /// `Unauthenticated`, or `Denied` when no role of the caller may call this, or the mission is closed.
    pub fn admit(&self, method: &str, authorization: Option<&str>, deadline: Instant) -> Result<Caller, Failure> {
        let token = authorization
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(|| Failure::unauthenticated("This call carries no identity. Please sign in."))?;
        let caller = self.identity.verify(token, self.audience, deadline)?;
        // Nobody may call what has no rule.
        let rule = policy::rule(method).ok_or_else(|| Failure::denied("Your role does not allow this."))?;
        if !rule.admits(caller.roles()) {
            return Err(Failure::denied(
                "Your role does not allow this. A coordinator of the mission can change roles.",
            ));
        }
        let closed = caller.mission.as_ref().is_some_and(|mission| mission.state == MissionState::Closed);
        let by_role = |role: Role| caller.has(role) && rule.roles.contains(&role);
        match rule.access {
            // What all missions share has nothing to do with the state of one.
            Access::Read | Access::Share => Ok(caller),
            Access::Across if caller.mission.is_none() => Ok(caller),
            // Somebody may see more in a mission than in the others.
            Access::Across => Err(Failure::denied("What is read across missions is asked outside of any mission.")),
            Access::Load if closed && by_role(Role::HqAnalyst) => Ok(caller),
            _ if closed => Err(Failure::denied(
                "The mission is closed: it can be read, but not changed. Headquarters can load its history.",
            )),
            // Headquarters reads an open mission; it does not write into it.
            Access::Load if rule.roles.iter().any(|role| *role != Role::HqAnalyst && caller.has(*role)) => Ok(caller),
            Access::Write => Ok(caller),
            Access::Load => Err(Failure::denied("Headquarters loads history into closed missions only.")),
        }
    }
}

async fn pass(
    State(gate): State<Gate>,
    mut request: axum::extract::Request,
    next: Next,
) -> Result<Response, Infallible> {
    let started = Instant::now();
    let path = request.uri().path().to_owned();
    if OPEN.iter().any(|open| path.starts_with(open)) {
        return Ok(next.run(request).await);
    }
    let granted = deadline::granted(request.headers(), gate.deadline_default, gate.deadline_max);
    let deadline = started + granted;
    let span = tracing::info_span!("rpc", method = path, otel.kind = "server");
    let trace_parent = request.headers().get("traceparent").and_then(|value| value.to_str().ok()).unwrap_or_default();
    crate::telemetry::continue_trace(&span, trace_parent);
    let authorization = request.headers().get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let response = match gate.admit(&path, authorization, deadline) {
        Err(failure) => tonic::Status::from(failure).into_http(),
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            request.extensions_mut().insert(CalledMethod(path.clone()));
            match tokio::time::timeout(granted, next.run(request).instrument(span)).await {
                Ok(response) => response.map(|body| TimedBody::wrap(tonic::body::Body::new(body), deadline)),
                Err(_) => deadline::passed().into_http(),
            }
        }
    };
    let code = response.headers().get("grpc-status").and_then(|code| code.to_str().ok()).unwrap_or("0").to_owned();
    // Anybody can make up a path; each would be a series of its own.
    let label = if policy::rule(&path).is_some() { path } else { "unknown".to_owned() };
    metrics::histogram!("cpas_rpc_seconds", "service" => gate.audience, "method" => label, "code" => code)
        .record(started.elapsed().as_secs_f64());
    Ok(response.map(axum::body::Body::new))
}

#[cfg(test)]
mod tests {
    use cpas_proto::words::Classification;
    use uuid::Uuid;

    use super::*;
    use crate::{Clock, Grant, Mission};

    const READ: &str = "/cpas.planning.v1.PlanningService/GetPlan";
    const WRITE: &str = "/cpas.planning.v1.PlanningService/DraftPlan";
    const ACROSS: &str = "/cpas.reporting.v1.ReportingService/ListSharedIndicators";
    const LOAD: &str = "/cpas.collection.v1.CollectionService/CommitImport";

    fn gate() -> Gate {
        let identity = Identity::circle(&["planning"], &Clock::system()).remove("planning").expect("an identity");
        let second = Duration::from_secs(1);
        Gate { audience: "planning", identity, deadline_default: second, deadline_max: second }
    }

    fn admitted(method: &str, role: Role, state: MissionState) -> bool {
        admitted_in(method, role, Some(state))
    }

    fn admitted_in(method: &str, role: Role, state: Option<MissionState>) -> bool {
        let gate = gate();
        let outside = state.is_none();
        let state = state.unwrap_or(MissionState::Active);
        let mission = Mission { id: Uuid::from_u128(1), code: "UNMIC".to_owned(), state, fiscal_year_start_month: 7 };
        let mut caller = Caller {
            grants: vec![Grant::mission_wide(role)],
            clearance: Classification::Unclassified,
            ..Caller::service("somebody", mission, Instant::now())
        };
        caller.mission = caller.mission.filter(|_| !outside);
        let token = gate.identity.token(&caller, "planning").expect("a token");
        gate.admit(method, Some(&format!("Bearer {token}")), Instant::now()).is_ok()
    }

    #[test]
    fn a_closed_mission_is_read_only_but_takes_a_historical_load_by_headquarters() {
        use MissionState::{Active, Closed, Closing};
        assert!(admitted(WRITE, Role::Coordinator, Active));
        assert!(admitted(WRITE, Role::Coordinator, Closing));
        assert!(!admitted(WRITE, Role::Coordinator, Closed));
        assert!(admitted(READ, Role::Coordinator, Closed));
        assert!(!admitted(LOAD, Role::Coordinator, Closed));
        assert!(admitted(LOAD, Role::HqAnalyst, Closed));
        assert!(!admitted(LOAD, Role::HqAnalyst, Active));
        assert!(admitted(LOAD, Role::Coordinator, Active));
    }

    #[test]
    fn only_headquarters_reads_across_missions_and_in_none_of_them() {
        for role in Role::ALL {
            assert_eq!(admitted_in(ACROSS, *role, None), *role == Role::HqAnalyst, "{role}");
            assert!(!admitted(ACROSS, *role, MissionState::Active), "{role} within a mission");
        }
    }

    #[test]
    fn what_has_no_rule_is_refused_to_everybody() {
        for role in Role::ALL {
            assert!(!admitted("/cpas.planning.v1.PlanningService/Surprise", *role, MissionState::Active));
        }
        assert!(gate().admit(READ, None, Instant::now()).is_err());
    }
}
