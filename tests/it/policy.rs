//! Every RPC with every role: let in by the policy table, or refused.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use chassis::{Caller, Clock, Grant, Identity, Link, Mission};
use cpas_proto::{
    policy,
    words::{Classification, MissionState, Role},
};
use tonic::{Code, Request, client::Grpc, codegen::http::uri::PathAndQuery};
use tonic_prost::ProstCodec;
use uuid::Uuid;

use crate::cluster::Cluster;

/// Calls a method with an empty message, as somebody with one role.
pub async fn call(link: &Link, caller: &Caller, method: &'static str) -> Code {
    let mut grpc = Grpc::new(link.on_behalf(caller));
    grpc.ready().await.expect("a way to the service");
    let path = PathAndQuery::from_static(method);
    // An empty message reads as any message with all fields absent.
    let codec: ProstCodec<(), ()> = ProstCodec::default();
    match grpc.server_streaming(Request::new(()), path, codec).await {
        Err(status) => status.code(),
        Ok(response) => match response.into_inner().message().await {
            Ok(_) => Code::Ok,
            Err(status) => status.code(),
        },
    }
}

fn somebody(role: Role, state: MissionState) -> Caller {
    let mission = Mission { id: Uuid::from_u128(42), code: "NOWHERE".to_owned(), state, fiscal_year_start_month: 7 };
    Caller {
        account: Uuid::from_u128(7),
        name: role.word().to_owned(),
        mission: Some(mission),
        grants: vec![Grant::mission_wide(role)],
        clearance: Classification::StrictlyConfidential,
        deadline: Instant::now() + Duration::from_secs(30),
        idempotency: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rpc_lets_in_whom_the_policy_names_and_nobody_else() {
    let cluster = Cluster::start().await;
    let identity = cluster.gateway_identity();
    let links: BTreeMap<&str, Link> = ["context", "planning", "collection", "assessment", "reporting"]
        .into_iter()
        .map(|name| (name, cluster.link(name, &identity)))
        .collect();
    let mut refused = 0;
    for rule in policy::RULES {
        let service = rule.method.split('.').nth(1).expect("/cpas.<service>.v1");
        for role in Role::ALL {
            let mut caller = somebody(*role, MissionState::Active);
            if rule.access == policy::Access::Across {
                let within = call(&links[service], &caller, rule.method).await;
                assert_eq!(within, Code::PermissionDenied, "{} by {role} within a mission", rule.method);
                caller.mission = None;
            }
            let code = call(&links[service], &caller, rule.method).await;
            if rule.admits([*role]) {
                // What an empty request is answered is the service's business; but not that it may not be asked.
                let load_by_hq = rule.access == policy::Access::Load && *role == Role::HqAnalyst;
                assert!(
                    code != Code::PermissionDenied || load_by_hq,
                    "{} refuses {role}, whom the policy names",
                    rule.method
                );
                assert_ne!(code, Code::Unimplemented, "{} is not there", rule.method);
                assert_ne!(code, Code::Internal, "{} breaks on an empty request by {role}", rule.method);
            } else {
                assert_eq!(
                    code,
                    Code::PermissionDenied,
                    "{} lets in {role}, whom the policy does not name",
                    rule.method
                );
                refused += 1;
            }
        }
        // In a closed mission nobody writes, and nobody but headquarters loads.
        if matches!(rule.access, policy::Access::Write | policy::Access::Load) {
            let loads = |role: &Role| rule.access == policy::Access::Load && *role == Role::HqAnalyst;
            for role in rule.roles.iter().filter(|role| !loads(role)) {
                let code = call(&links[service], &somebody(*role, MissionState::Closed), rule.method).await;
                assert_eq!(code, Code::PermissionDenied, "{} by {role} in a closed mission", rule.method);
            }
        }
    }
    assert!(refused > 300, "only {refused} refusals: the walk saw little");

    let stranger = Identity::circle(&["gateway"], &Clock::system()).remove("gateway").expect("an identity");
    let forged = cluster.link("planning", &stranger);
    let code = call(
        &forged,
        &somebody(Role::Coordinator, MissionState::Active),
        "/cpas.planning.v1.PlanningService/ListPlans",
    )
    .await;
    assert_eq!(code, Code::Unauthenticated, "a token signed by somebody else");
}
