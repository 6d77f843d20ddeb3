//! Who may call what: each RPC by the policy's table, and a closed mission.

use chassis::{Caller, Code, Failure, Mission};
use cpas_proto::{
    collection::v1 as pb,
    policy::RULES,
    words::{MissionState, Role},
};

use crate::world::*;

/// Calls a method by its name with an empty request; what it answers but for the policy does not matter.
async fn call(client: &mut Client, method: &str) -> Result<(), Failure> {
    let outcome = match method {
        "EnterObservation" => client.enter_observation(pb::EnterObservationRequest::default()).await.map(drop),
        "EnterObservations" => client.enter_observations(pb::EnterObservationsRequest::default()).await.map(drop),
        "ListEntryCells" => client.list_entry_cells(pb::ListEntryCellsRequest::default()).await.map(drop),
        "CorrectObservation" => client.correct_observation(pb::CorrectObservationRequest::default()).await.map(drop),
        "SubmitObservations" => client.submit_observations(pb::MoveObservationsRequest::default()).await.map(drop),
        "VerifyObservations" => client.verify_observations(pb::MoveObservationsRequest::default()).await.map(drop),
        "ApproveObservations" => client.approve_observations(pb::MoveObservationsRequest::default()).await.map(drop),
        "ReturnObservations" => client.return_observations(pb::MoveObservationsRequest::default()).await.map(drop),
        "RejectObservations" => client.reject_observations(pb::MoveObservationsRequest::default()).await.map(drop),
        "ListObservations" => client.list_observations(pb::ListObservationsRequest::default()).await.map(drop),
        "GetObservation" => client.get_observation(pb::GetObservationRequest::default()).await.map(drop),
        "OpenUpload" => client.open_upload(pb::OpenUploadRequest::default()).await.map(drop),
        "PutUploadPart" => client.put_upload_part(pb::PutUploadPartRequest::default()).await.map(drop),
        "GetUpload" => client.get_upload(pb::GetUploadRequest::default()).await.map(drop),
        "PreviewImport" => return preview(client, b"", &[]).await.map(drop),
        "CommitImport" => client.commit_import(pb::CommitImportRequest::default()).await.map(drop),
        "ReverseImport" => client.reverse_import(pb::ReverseImportRequest::default()).await.map(drop),
        "GetImport" => client.get_import(pb::GetImportRequest::default()).await.map(drop),
        "ListImports" => client.list_imports(pb::ListImportsRequest::default()).await.map(drop),
        "ListImportWork" => client.list_import_work(pb::ListImportWorkRequest {}).await.map(drop),
        "CancelImport" => client.cancel_import(pb::CancelImportRequest::default()).await.map(drop),
        "DownloadRejected" => client.download_rejected(pb::DownloadRejectedRequest::default()).await.map(drop),
        "ExportObservations" => client.export_observations(pb::ExportObservationsRequest::default()).await.map(drop),
        "ExportEvents" => client.export_events(pb::ExportEventsRequest::default()).await.map(drop),
        "ReadTable" => client.read_table(cpas_proto::common::v1::TableQuery::default()).await.map(drop),
        "ListTasks" => client.list_tasks(pb::ListTasksRequest::default()).await.map(drop),
        "WaiveTasks" => client.waive_tasks(pb::WaiveTasksRequest::default()).await.map(drop),
        "TakeBackWaivers" => client.take_back_waivers(pb::TakeBackWaiversRequest::default()).await.map(drop),
        "AssignTasks" => client.assign_tasks(pb::AssignTasksRequest::default()).await.map(drop),
        "TakeBackAssignments" => {
            client.take_back_assignments(pb::TakeBackAssignmentsRequest::default()).await.map(drop)
        }
        "CountWaiting" => client.count_waiting(pb::CountWaitingRequest::default()).await.map(drop),
        "GetPeriodTable" => client.get_period_table(pb::GetPeriodTableRequest::default()).await.map(drop),
        "GetSeries" => client.get_series(pb::GetSeriesRequest::default()).await.map(drop),
        "StreamSeries" => client.stream_series(pb::StreamSeriesRequest::default()).await.map(drop),
        "ExplainPoint" => client.explain_point(pb::ExplainPointRequest::default()).await.map(drop),
        "ListSeriesChanges" => client.list_series_changes(pb::ListSeriesChangesRequest::default()).await.map(drop),
        "ImportEvents" => return send_events(client, b"x").await.map(drop),
        "CorrectEvent" => client.correct_event(pb::CorrectEventRequest::default()).await.map(drop),
        "GetEvent" => client.get_event(pb::GetEventRequest::default()).await.map(drop),
        "CountEvents" => client.count_events(pb::CountEventsRequest::default()).await.map(drop),
        "ListEvents" => client.list_events(pb::ListEventsRequest::default()).await.map(drop),
        "ListValidationRules" => {
            client.list_validation_rules(pb::ListValidationRulesRequest::default()).await.map(drop)
        }
        "SetValidationRule" => client.set_validation_rule(pb::SetValidationRuleRequest::default()).await.map(drop),
        "TestValidationRule" => client.test_validation_rule(pb::TestValidationRuleRequest::default()).await.map(drop),
        "GetDataQuality" => client.get_data_quality(pb::GetDataQualityRequest::default()).await.map(drop),
        "ListQualityProblems" => {
            client.list_quality_problems(pb::ListQualityProblemsRequest::default()).await.map(drop)
        }
        "ListPhoneForms" => client.list_phone_forms(pb::ListPhoneFormsRequest {}).await.map(drop),
        "GetPhoneForm" => client.get_phone_form(pb::GetPhoneFormRequest::default()).await.map(drop),
        "SubmitInstance" => return crate::phones::send(client, &[]).await.map(drop),
        "ListSubmissions" => client.list_submissions(pb::ListSubmissionsRequest::default()).await.map(drop),
        "GetSubmission" => client.get_submission(pb::GetSubmissionRequest::default()).await.map(drop),
        "DownloadAttachment" => client.download_attachment(pb::DownloadAttachmentRequest::default()).await.map(drop),
        "LockPeriod" => client.lock_period(pb::LockPeriodRequest::default()).await.map(drop),
        "ListOpenWork" => client.list_open_work(cpas_proto::common::v1::ListOpenWorkRequest::default()).await.map(drop),
        "ListPeriodLocks" => client.list_period_locks(pb::ListPeriodLocksRequest::default()).await.map(drop),
        "UnlockPeriod" => client.unlock_period(pb::UnlockPeriodRequest::default()).await.map(drop),
        "MarkCell" => client.mark_cell(pb::MarkCellRequest::default()).await.map(drop),
        "CommentCell" => client.comment_cell(pb::CommentCellRequest::default()).await.map(drop),
        "ListCellRemarks" => client.list_cell_remarks(pb::ListCellRemarksRequest::default()).await.map(drop),
        other => panic!("{other} needs a call here"),
    };
    outcome.map_err(Failure::from)
}

#[tokio::test]
async fn every_call_is_refused_to_every_role_that_the_table_does_not_name() {
    let world = World::empty(config()).await;
    for rule in RULES.iter().filter(|rule| rule.method.starts_with("/cpas.collection.")) {
        let method = rule.method.rsplit('/').next().expect("a name");
        for &role in Role::ALL {
            let outcome = call(&mut world.r#as(role), method).await;
            let denied = outcome.is_err_and(|failure| failure.code == Code::Denied);
            // Headquarters loads into closed missions only.
            let load_by_hq = role == Role::HqAnalyst && rule.access == cpas_proto::policy::Access::Load;
            assert_eq!(denied, !rule.roles.contains(&role) || load_by_hq, "{method} by {role}");
        }
    }
}

#[tokio::test]
async fn a_closed_mission_takes_a_load_by_headquarters_only() {
    let world = World::start().await;
    let closed = |role| {
        let caller = world.caller(role);
        let mission = Mission { state: MissionState::Closed, ..world.stage.mission.clone() };
        Caller { mission: Some(mission), ..caller }
    };
    let text = b"indicator,area,period,value\nOC-CIVDEATHS,A1,2014-01,5\n";
    let refusal = preview(&mut world.of(&closed(Role::Coordinator)), text, &[]).await.expect_err("closed");
    assert_eq!(refusal.code, Code::Denied);
    let enter = enter("OC-CIVDEATHS", "A1", "2014-01", 1.0);
    expect_code(world.of(&closed(Role::FocalPoint)).enter_observation(enter).await, Code::Denied);
    let mut hq = world.of(&closed(Role::HqAnalyst));
    let batch = preview(&mut hq, text, &[]).await.expect("a preview");
    let batch = done(hq.commit_import(commit(&batch, true)).await);
    assert_eq!(batch.rows_added, 1);
    assert_eq!(world.values("OC-CIVDEATHS", "A1", "").await[0].1, Some(5.0));
}
