//! Who may not: every RPC against every role, against another mission, and against a smaller reach.

use chassis::{Code, Grant};
use cpas_proto::{
    common::v1::TableQuery,
    planning::v1::{self as pb, *},
    policy,
    words::{Component, MissionState, Role},
};

use crate::world::{Person, World, answer, deaths, objective, outcome, output, refusal};

const SERVICE: &str = "/cpas.planning.v1.PlanningService/";

macro_rules! methods {
    ($($rpc:literal => $call:ident($request:ident)),+ $(,)?) => {
        /// Calls a method with an empty request; the code of the refusal, or `None`.
        async fn call(person: &Person, rpc: &str) -> Option<Code> {
            let mut client = person.client();
            match rpc {
                $($rpc => answer(client.$call($request::default()).await).err().map(|failure| failure.code),)+
                other => panic!("{other} is not called by this test; add it"),
            }
        }
    };
}

methods! {
    "RecordMandate" => record_mandate(RecordMandateRequest),
    "ListMandates" => list_mandates(ListMandatesRequest),
    "DraftPlan" => draft_plan(DraftPlanRequest),
    "RevisePlan" => revise_plan(RevisePlanRequest),
    "GetPlan" => get_plan(GetPlanRequest),
    "ListPlans" => list_plans(ListPlansRequest),
    "AddPlanItem" => add_plan_item(AddPlanItemRequest),
    "RevisePlanItem" => revise_plan_item(RevisePlanItemRequest),
    "MovePlanItem" => move_plan_item(MovePlanItemRequest),
    "RemovePlanItem" => remove_plan_item(RemovePlanItemRequest),
    "RestorePlanItem" => restore_plan_item(RestorePlanItemRequest),
    "ListRemovedPlanItems" => list_removed_plan_items(ListRemovedPlanItemsRequest),
    "LinkResults" => link_results(LinkResultsRequest),
    "UnlinkResults" => unlink_results(UnlinkResultsRequest),
    "SubmitPlan" => submit_plan(MovePlanRequest),
    "ReturnPlan" => return_plan(MovePlanRequest),
    "EndorsePlan" => endorse_plan(MovePlanRequest),
    "ApprovePlan" => approve_plan(MovePlanRequest),
    "ActivatePlan" => activate_plan(MovePlanRequest),
    "ArchivePlan" => archive_plan(MovePlanRequest),
    "DraftNextVersion" => draft_next_version(DraftNextVersionRequest),
    "DiffPlans" => diff_plans(DiffPlansRequest),
    "WaiveFinding" => waive_finding(WaiveFindingRequest),
    "TakeBackWaiver" => take_back_waiver(TakeBackWaiverRequest),
    "CheckPlan" => check_plan(CheckPlanRequest),
    "ListPlanChanges" => list_plan_changes(ListPlanChangesRequest),
    "DraftIndicator" => draft_indicator(DraftIndicatorRequest),
    "ReviseIndicator" => revise_indicator(ReviseIndicatorRequest),
    "ApproveIndicator" => approve_indicator(MoveIndicatorRequest),
    "ActivateIndicator" => activate_indicator(MoveIndicatorRequest),
    "RetireIndicator" => retire_indicator(MoveIndicatorRequest),
    "GetIndicator" => get_indicator(GetIndicatorRequest),
    "ListIndicatorVersions" => list_indicator_versions(ListIndicatorVersionsRequest),
    "ListIndicators" => list_indicators(ListIndicatorsRequest),
    "SetTarget" => set_target(SetTargetRequest),
    "ListTargets" => list_targets(ListTargetsRequest),
    "ReadTable" => read_table(TableQuery),
    "AddRisk" => add_risk(AddRiskRequest),
    "ReviseRisk" => revise_risk(ReviseRiskRequest),
    "RemoveRisk" => remove_risk(RemoveRiskRequest),
    "SetRiskStatus" => set_risk_status(SetRiskStatusRequest),
    "ListRisks" => list_risks(ListRisksRequest),
    "AddComment" => add_comment(AddCommentRequest),
    "ResolveComment" => resolve_comment(ResolveCommentRequest),
    "ListComments" => list_comments(ListCommentsRequest),
    "GetWorkPlan" => get_work_plan(GetWorkPlanRequest),
    "RenderWorkPlanCalendar" => render_work_plan_calendar(GetWorkPlanRequest),
    "GetTheoryOfChange" => get_theory_of_change(GetTheoryOfChangeRequest),
    "GetLibrary" => get_library(GetLibraryRequest),
    "SetLibraryIndicator" => set_library_indicator(SetLibraryIndicatorRequest),
    "KeepLibraryTemplate" => keep_library_template(KeepLibraryTemplateRequest),
    "CloneLibraryIndicators" => clone_library_indicators(CloneLibraryIndicatorsRequest),
    "SetLibraryTemplate" => set_library_template(SetLibraryTemplateRequest),
    "ListLibraryTemplateVersions" => list_library_template_versions(ListLibraryTemplateVersionsRequest),
    "ListTemplateOffers" => list_template_offers(ListTemplateOffersRequest),
    "AnswerTemplateOffer" => answer_template_offer(AnswerTemplateOfferRequest),
    "CloneLibraryTemplate" => clone_library_template(CloneLibraryTemplateRequest),
    "ListLibraryOffers" => list_library_offers(ListLibraryOffersRequest),
    "AnswerLibraryOffer" => answer_library_offer(AnswerLibraryOfferRequest),
    "SetRbbLine" => set_rbb_line(SetRbbLineRequest),
    "RemoveRbbLine" => remove_rbb_line(RemoveRbbLineRequest),
    "GetRbbCrosswalk" => get_rbb_crosswalk(GetRbbCrosswalkRequest),
    "RenderRbbCrosswalk" => render_rbb_crosswalk(RenderRbbCrosswalkRequest),
    "SetRbbLink" => set_rbb_link(SetRbbLinkRequest),
    "RenderWorkbook" => render_workbook(RenderWorkbookRequest),
    "PreviewWorkbook" => preview_workbook(WorkbookRequest),
    "ApplyWorkbook" => apply_workbook(WorkbookRequest),
    "ReportProgress" => report_progress(ReportProgressRequest),
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rpc_refuses_the_roles_that_its_rule_does_not_name() {
    let world = World::start().await;
    for rule in policy::RULES.iter().filter(|rule| rule.method.starts_with(SERVICE)) {
        let rpc = rule.method.trim_start_matches(SERVICE);
        for role in Role::ALL {
            let code = call(&world.person(*role), rpc).await;
            // In an open mission headquarters reads, and loads nothing.
            let headquarters_loads = rule.access == policy::Access::Load && *role == Role::HqAnalyst;
            let admitted = rule.roles.contains(role) && !headquarters_loads;
            assert_eq!(code != Some(Code::Denied), admitted, "{rpc} as {role}: {code:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_mission_finds_nothing_and_cannot_tell_why() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let plan = planner.add(&plan, objective()).await.expect("an objective");
    let indicator = planner.draft_indicator(deaths("CX-DEATHS")).await.expect("an indicator");
    let stranger = world.stranger(Role::Coordinator);

    let theirs = stranger.get(&plan.id).await.expect_err("another mission's");
    let nobodys = stranger.get(&uuid::Uuid::new_v4().to_string()).await.expect_err("nobody's");
    assert_eq!((theirs.code, &theirs.message), (Code::NotFound, &nobodys.message));
    assert_eq!(refusal(stranger.add(&plan, objective()).await), (Code::NotFound, vec![]));
    assert_eq!(refusal(stranger.step("submit", &plan, "").await), (Code::NotFound, vec![]));
    let check = pb::CheckPlanRequest { plan_id: plan.id.clone() };
    assert_eq!(refusal(answer(stranger.client().check_plan(check).await)), (Code::NotFound, vec![]));
    let diff = pb::DiffPlansRequest { from_plan_id: plan.id.clone(), to_plan_id: plan.id.clone() };
    assert_eq!(refusal(answer(stranger.client().diff_plans(diff).await)), (Code::NotFound, vec![]));
    for id in [&indicator.id, "CX-DEATHS"] {
        let get = pb::GetIndicatorRequest { id: id.to_owned(), definition_version: 0 };
        assert_eq!(refusal(answer(stranger.client().get_indicator(get).await)), (Code::NotFound, vec![]));
    }
    let target = pb::Target {
        indicator_id: indicator.id.clone(),
        period: "2090".to_owned(),
        value: Some(1.0),
        ..Default::default()
    };
    assert_eq!(refusal(stranger.set_target(target).await), (Code::Invalid, vec!["target.indicator_id".to_owned()]));
    let lists = stranger.client().list_plans(pb::ListPlansRequest {}).await.expect("a list").into_inner();
    assert_eq!(lists.plans, []);
    assert!(stranger.draft_indicator(deaths("CX-DEATHS")).await.is_ok(), "a code is unique in its own mission");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_only_what_is_in_force() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let indicator = planner.draft_indicator(deaths("CX-DEATHS")).await.expect("an indicator");
    let target = pb::Target {
        indicator_id: indicator.id.clone(),
        period: "2090".to_owned(),
        value: Some(1.0),
        ..Default::default()
    };
    planner.set_target(target).await.expect("a target");
    let reader = world.person(Role::Reader);
    assert_eq!(refusal(reader.get(&plan.id).await), (Code::NotFound, vec![]));
    let plans = reader.client().list_plans(pb::ListPlansRequest {}).await.expect("a list").into_inner().plans;
    assert_eq!(plans, []);
    let get = pb::GetIndicatorRequest { id: indicator.id.clone(), definition_version: 0 };
    assert_eq!(refusal(answer(reader.client().get_indicator(get).await)), (Code::NotFound, vec![]));
    let page =
        reader.client().list_indicators(pb::ListIndicatorsRequest::default()).await.expect("a page").into_inner();
    assert_eq!(page.indicators, []);
    assert_eq!(reader.targets("", true).await, []);
    assert_eq!(planner.targets("", false).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planner_of_one_section_leaves_the_others_alone() {
    let world = World::start().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    let plan = planner.add(&plan, objective()).await.expect("an objective");
    let plan = planner.add(&plan, outcome(&plan.items[0].id, None)).await.expect("an outcome");
    let outcome = plan.items[1].id.clone();
    let plan = planner.add(&plan, output(&outcome)).await.expect("an output");

    let mut police = world.planner();
    police.caller.grants = vec![Grant {
        section: Some("UNPOL".to_owned()),
        component: Some(Component::Police),
        ..Grant::mission_wide(Role::Coordinator)
    }];
    assert_eq!(refusal(police.add(&plan, output(&outcome)).await), (Code::Denied, vec![]), "Sector East is not theirs");
    let mut claimed = plan.items[2].clone();
    claimed.lead_section = "UNPOL".to_owned();
    claimed.component = "police".to_owned();
    assert_eq!(refusal(police.revise(&plan, claimed).await), (Code::Denied, vec![]), "nor can they take it over");
    let remove =
        pb::RemovePlanItemRequest { plan_id: plan.id.clone(), version: plan.version, item_id: outcome.clone() };
    assert_eq!(
        refusal(answer(police.client().remove_plan_item(remove).await)),
        (Code::Denied, vec![]),
        "nor remove what holds it"
    );
    let own = pb::PlanItem { lead_section: "UNPOL".to_owned(), component: "police".to_owned(), ..output(&outcome) };
    assert!(police.add(&plan, own).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_mission_is_read_and_only_headquarters_loads_its_history() {
    let mut world = World::start().await;
    let planner = world.planner();
    let plan = planner.draft_plan().await;
    world.stage.mission.state = MissionState::Closed;
    let planner = world.planner();
    assert!(planner.get(&plan.id).await.is_ok());
    assert_eq!(refusal(planner.add(&plan, objective()).await), (Code::Denied, vec![]));
    assert_eq!(refusal(planner.draft_indicator(deaths("CX-DEATHS")).await), (Code::Denied, vec![]));
    let analyst = world.person(Role::HqAnalyst);
    let draft = analyst.draft_indicator(deaths("CX-DEATHS")).await.expect("history");
    let seen = pb::MoveIndicatorRequest { id: draft.id.clone(), version: draft.version };
    let approved = answer(analyst.client().approve_indicator(seen).await).expect("approved");
    let seen = pb::MoveIndicatorRequest { id: draft.id, version: approved.version };
    assert_eq!(answer(analyst.client().activate_indicator(seen).await).expect("active").state, "active");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_indicator_is_approved_by_those_who_reach_its_owner() {
    let world = World::start().await;
    let owned = pb::Indicator { owner_section: "UNPOL".to_owned(), ..deaths("OC-1") };
    let draft = world.planner().draft_indicator(owned).await.expect("an indicator");
    let mut head = world.person(Role::ComponentHead);
    let approve = || pb::MoveIndicatorRequest { id: draft.id.clone(), version: draft.version };
    head.caller.grants = vec![Grant { section: Some("JMAC".to_owned()), ..Grant::mission_wide(Role::ComponentHead) }];
    assert_eq!(refusal(answer(head.client().approve_indicator(approve()).await)), (Code::Denied, vec![]));
    head.caller.grants = vec![Grant { section: Some("UNPOL".to_owned()), ..Grant::mission_wide(Role::ComponentHead) }];
    assert!(answer(head.client().approve_indicator(approve()).await).is_ok());
}
