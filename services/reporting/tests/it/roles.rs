//! Every call, by every role: who may not is refused before anything happens.

use cpas_proto::{
    policy::{self, Access},
    reporting::v1 as pb,
    words::Role,
};
use tonic::{Code, Status};

use crate::world::{Client, World, step};

/// Calls a method by name with a request about nothing.
async fn call(client: &mut Client, method: &str) -> Result<(), Status> {
    let nothing = step(&pb::FactSheet::default(), "why");
    let none = pb::MoveDashboardRequest { id: "none".to_owned(), version: 1 };
    match method {
        "GetMissionHome" => client.get_mission_home(pb::GetMissionHomeRequest::default()).await.map(drop),
        "GetIndicatorPage" => client.get_indicator_page(pb::GetIndicatorPageRequest::default()).await.map(drop),
        "DraftFactSheet" => client.draft_fact_sheet(pb::DraftFactSheetRequest::default()).await.map(drop),
        "ReviseFactSheet" => client.revise_fact_sheet(pb::ReviseFactSheetRequest::default()).await.map(drop),
        "GetFactSheet" => client.get_fact_sheet(pb::GetFactSheetRequest::default()).await.map(drop),
        "ListFactSheets" => client.list_fact_sheets(pb::ListFactSheetsRequest {}).await.map(drop),
        "ClearFactSheet" => client.clear_fact_sheet(nothing).await.map(drop),
        "PublishFactSheet" => client.publish_fact_sheet(nothing).await.map(drop),
        "WithdrawFactSheet" => client.withdraw_fact_sheet(nothing).await.map(drop),
        "RenderFactSheet" => client.render_fact_sheet(pb::RenderFactSheetRequest::default()).await.map(drop),
        "GetFactSheetManifest" => {
            client.get_fact_sheet_manifest(pb::GetFactSheetManifestRequest::default()).await.map(drop)
        }
        "OpenOutside" => client.open_outside(pb::OpenOutsideRequest::default()).await.map(drop),
        "CloseOutside" => client.close_outside(pb::CloseOutsideRequest::default()).await.map(drop),
        "GetOutside" => client.get_outside(pb::GetOutsideRequest::default()).await.map(drop),
        "ReadOutside" => client.read_outside(pb::ReadOutsideRequest::default()).await.map(drop),
        "RenderDashboard" => client.render_dashboard(pb::RenderDashboardRequest::default()).await.map(drop),
        "ReadDashboardTable" => client.read_dashboard_table(pb::ReadDashboardTableRequest::default()).await.map(drop),
        "ReadTable" => client.read_table(cpas_proto::common::v1::TableQuery::default()).await.map(drop),
        "GetPaperKey" => client.get_paper_key(pb::GetPaperKeyRequest {}).await.map(drop),
        "ExplainNumber" => client.explain_number(pb::ExplainNumberRequest::default()).await.map(drop),
        "GetLeadershipView" => client.get_leadership_view(pb::GetLeadershipViewRequest::default()).await.map(drop),
        "DraftDashboard" => client.draft_dashboard(pb::DraftDashboardRequest::default()).await.map(drop),
        "ReviseDashboard" => client.revise_dashboard(pb::ReviseDashboardRequest::default()).await.map(drop),
        "GetDashboard" => client.get_dashboard(pb::GetDashboardRequest::default()).await.map(drop),
        "ListDashboards" => client.list_dashboards(pb::ListDashboardsRequest::default()).await.map(drop),
        "CopyDashboard" => client.copy_dashboard(pb::CopyDashboardRequest::default()).await.map(drop),
        "RemoveDashboard" => client.remove_dashboard(none).await.map(drop),
        "RestoreDashboard" => client.restore_dashboard(none).await.map(drop),
        "ReadDashboard" => client.read_dashboard(pb::ReadDashboardRequest::default()).await.map(drop),
        "PreviewDashboard" => client.preview_dashboard(pb::PreviewDashboardRequest::default()).await.map(drop),
        "RebuildReadModel" => client.rebuild_read_model(pb::RebuildReadModelRequest {}).await.map(drop),
        "GetReadModelState" => client.get_read_model_state(pb::GetReadModelStateRequest {}).await.map(drop),
        "ListOpenWork" => client.list_open_work(cpas_proto::common::v1::ListOpenWorkRequest::default()).await.map(drop),
        "ListReadsFromOutside" => {
            client.list_reads_from_outside(pb::ListReadsFromOutsideRequest::default()).await.map(drop)
        }
        "ListSharedIndicators" => client.list_shared_indicators(pb::ListSharedIndicatorsRequest {}).await.map(drop),
        "GetAcrossMissions" => client.get_across_missions(pb::GetAcrossMissionsRequest::default()).await.map(drop),
        "CompareMissions" => client.compare_missions(pb::CompareMissionsRequest::default()).await.map(drop),
        "GetThemeAcrossMissions" => {
            let request = pb::GetThemeAcrossMissionsRequest { theme: "poc".to_owned() };
            client.get_theme_across_missions(request).await.map(drop)
        }
        "GetTimeLine" => client.get_time_line(pb::GetTimeLineRequest::default()).await.map(drop),
        "GetTimeLinesAcrossMissions" => {
            client.get_time_lines_across_missions(pb::GetTimeLinesAcrossMissionsRequest::default()).await.map(drop)
        }
        "ListLateMissions" => client.list_late_missions(pb::ListLateMissionsRequest {}).await.map(drop),
        "GetRecommendationsAcrossMissions" => {
            let request = pb::GetRecommendationsAcrossMissionsRequest {};
            client.get_recommendations_across_missions(request).await.map(drop)
        }
        "GetThemesAcrossMissions" => {
            client.get_themes_across_missions(pb::GetThemesAcrossMissionsRequest {}).await.map(drop)
        }
        other => panic!("{other} is not tried: add it here"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_is_held_to_the_policy() {
    let world = World::empty().await;
    let rules = policy::RULES.iter().filter(|rule| rule.method.starts_with("/cpas.reporting.v1."));
    for rule in rules {
        let method = rule.method.rsplit('/').next().expect("a method");
        for role in Role::ALL {
            let mut client = world.as_role(*role);
            if rule.access == Access::Across {
                let within = call(&mut client, method).await;
                assert!(within.is_err_and(|status| status.code() == Code::PermissionDenied), "{method} by {role}");
                client = world.outside(*role);
            }
            let outcome = call(&mut client, method).await;
            let denied = outcome.as_ref().is_err_and(|status| status.code() == Code::PermissionDenied);
            assert_eq!(denied, !rule.roles.contains(role), "{method} by {role}: {outcome:?}");
        }
    }
}
