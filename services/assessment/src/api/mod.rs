//! gRPC ↔ domain: parse, call, render. A file per noun.

mod analysis;
mod assessment;
mod contribution;
mod course;
mod cycle;
mod finding;
mod gender;
mod hot_spots;
mod invitation;
mod recommendation;
mod rendered;
mod since;
mod workshop;
mod workshop_requests;

use std::sync::Arc;

use chassis::Caller;
use cpas_proto::assessment::v1::{self as pb, assessment_service_server::AssessmentService};
use tonic::{Request, Response, Status};

use self::{
    rendered::{account, id, instant, rendered, seen, text},
    workshop_requests as asked,
};
use crate::{Config, Deps, app, error::Error};

/// The gRPC service.
pub struct Api {
    config: Arc<Config>,
    deps: Arc<Deps>,
}

impl Api {
    pub fn new(config: Arc<Config>, deps: Arc<Deps>) -> Self {
        Self { config, deps }
    }
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl AssessmentService for Api {
    async fn schedule_assessment(&self, request: Request<pb::ScheduleAssessmentRequest>) -> Answer<pb::Assessment> {
        let (caller, request) = Caller::open(request)?;
        let new = assessment::parse_schedule(request).map_err(Error::from)?;
        let scheduled = app::schedule_assessment(&self.deps, &caller, new).await?;
        Ok(Response::new((&scheduled).into()))
    }

    async fn get_assessment(&self, request: Request<pb::GetAssessmentRequest>) -> Answer<pb::Assessment> {
        let (caller, request) = Caller::open(request)?;
        let found = app::get_assessment(&self.deps, &caller, id("assessment", &request.id)?).await?;
        Ok(Response::new((&found).into()))
    }

    async fn list_assessments(
        &self,
        request: Request<pb::ListAssessmentsRequest>,
    ) -> Answer<pb::ListAssessmentsResponse> {
        let (caller, _) = Caller::open(request)?;
        let found = app::list_assessments(&self.deps, &caller).await?;
        Ok(Response::new(pb::ListAssessmentsResponse { assessments: rendered(&found) }))
    }

    async fn freeze_assessment(&self, request: Request<pb::FreezeAssessmentRequest>) -> Answer<pb::Assessment> {
        let (caller, request) = Caller::open(request)?;
        let freeze = assessment::parse_freeze(&request)?;
        let frozen = app::freeze_assessment(&self.config, &self.deps, &caller, freeze).await?;
        Ok(Response::new((&frozen).into()))
    }

    async fn advance_assessment(&self, request: Request<pb::MoveAssessmentRequest>) -> Answer<pb::Assessment> {
        let (caller, request) = Caller::open(request)?;
        let seen = seen("assessment", &request.id, request.version)?;
        let advanced = app::advance_assessment(&self.deps, &caller, seen).await?;
        Ok(Response::new((&advanced).into()))
    }

    async fn finalize_assessment(&self, request: Request<pb::MoveAssessmentRequest>) -> Answer<pb::Assessment> {
        let (caller, request) = Caller::open(request)?;
        let seen = seen("assessment", &request.id, request.version)?;
        let finalized = app::finalize_assessment(&self.deps, &caller, seen).await?;
        Ok(Response::new((&finalized).into()))
    }

    async fn list_analyses(&self, request: Request<pb::ListAnalysesRequest>) -> Answer<pb::ListAnalysesResponse> {
        let (caller, request) = Caller::open(request)?;
        let found = app::list_analyses(&self.deps, &caller, id("assessment", &request.assessment_id)?).await?;
        Ok(Response::new(pb::ListAnalysesResponse { analyses: rendered(&found) }))
    }

    async fn list_changes_since(&self, request: Request<pb::ListChangesSinceRequest>) -> Answer<pb::ChangesSince> {
        let (caller, request) = Caller::open(request)?;
        let found = app::read_since(&self.deps, &caller, id("assessment", &request.assessment_id)?).await?;
        Ok(Response::new((&found).into()))
    }

    async fn list_contributions(
        &self,
        request: Request<pb::ListContributionsRequest>,
    ) -> Answer<pb::ListContributionsResponse> {
        let (caller, request) = Caller::open(request)?;
        let found = app::list_contributions(&self.deps, &caller, id("assessment", &request.assessment_id)?).await?;
        Ok(Response::new(pb::ListContributionsResponse { contributions: rendered(&found) }))
    }

    async fn get_contribution(&self, request: Request<pb::GetContributionRequest>) -> Answer<pb::OutputContribution> {
        let (caller, request) = Caller::open(request)?;
        let found = app::get_contribution(&self.deps, &caller, id("contribution", &request.id)?).await?;
        Ok(Response::new(contribution::with_cells(&found)))
    }

    async fn get_hot_spots(&self, request: Request<pb::GetHotSpotsRequest>) -> Answer<pb::HotSpots> {
        let (caller, request) = Caller::open(request)?;
        let assessment = id("assessment", &request.assessment_id)?;
        let found = app::get_hot_spots(&self.deps, &caller, assessment).await?;
        Ok(Response::new(hot_spots::rendered(assessment, &found)))
    }

    async fn record_finding(&self, request: Request<pb::RecordFindingRequest>) -> Answer<pb::Finding> {
        let (caller, request) = Caller::open(request)?;
        let record = finding::parse_record(request)?;
        let recorded = app::record_finding(&self.deps, &caller, record).await?;
        Ok(Response::new((&recorded).into()))
    }

    async fn revise_finding(&self, request: Request<pb::RecordFindingRequest>) -> Answer<pb::Finding> {
        let (caller, request) = Caller::open(request)?;
        let revise = finding::parse_revise(request)?;
        let revised = app::revise_finding(&self.deps, &caller, revise).await?;
        Ok(Response::new((&revised).into()))
    }

    async fn list_findings(&self, request: Request<pb::ListFindingsRequest>) -> Answer<pb::ListFindingsResponse> {
        let (caller, request) = Caller::open(request)?;
        let found = app::list_findings(&self.deps, &caller, id("assessment", &request.assessment_id)?).await?;
        Ok(Response::new(pb::ListFindingsResponse { findings: rendered(&found) }))
    }

    async fn list_findings_by_reference(
        &self,
        request: Request<pb::ListFindingsByReferenceRequest>,
    ) -> Answer<pb::ListFindingsByReferenceResponse> {
        let (caller, request) = Caller::open(request)?;
        let reference = finding::parse_reference(&request)?;
        let found = app::list_findings_by_reference(&self.deps, &caller, reference.0, reference.1).await?;
        Ok(Response::new(pb::ListFindingsByReferenceResponse { findings: rendered(&found) }))
    }

    async fn propose_recommendation(
        &self,
        request: Request<pb::ProposeRecommendationRequest>,
    ) -> Answer<pb::Recommendation> {
        let (caller, request) = Caller::open(request)?;
        let propose = recommendation::parse_propose(request)?;
        let proposed = app::propose_recommendation(&self.deps, &caller, propose).await?;
        Ok(Response::new((&proposed).into()))
    }

    async fn decide_recommendation(
        &self,
        request: Request<pb::DecideRecommendationRequest>,
    ) -> Answer<pb::Recommendation> {
        let (caller, request) = Caller::open(request)?;
        let decide = recommendation::parse_decide(&request)?;
        let decided = app::decide_recommendation(&self.deps, &caller, decide).await?;
        Ok(Response::new((&decided).into()))
    }

    async fn progress_recommendation(
        &self,
        request: Request<pb::ProgressRecommendationRequest>,
    ) -> Answer<pb::Recommendation> {
        let (caller, request) = Caller::open(request)?;
        let progress = recommendation::parse_progress(&request)?;
        let moved = app::progress_recommendation(&self.deps, &caller, progress).await?;
        Ok(Response::new((&moved).into()))
    }

    async fn list_recommendations(
        &self,
        request: Request<pb::ListRecommendationsRequest>,
    ) -> Answer<pb::ListRecommendationsResponse> {
        let (caller, request) = Caller::open(request)?;
        let assessment = match request.assessment_id.as_str() {
            "" => None,
            given => Some(id("assessment", given)?),
        };
        let found = app::list_recommendations(&self.deps, &caller, assessment).await?;
        Ok(Response::new(pb::ListRecommendationsResponse { recommendations: rendered(&found) }))
    }

    async fn list_decisions(&self, request: Request<pb::ListDecisionsRequest>) -> Answer<pb::ListDecisionsResponse> {
        let (caller, _) = Caller::open(request)?;
        let found = app::list_decisions(&self.deps, &caller).await?;
        Ok(Response::new(pb::ListDecisionsResponse { decisions: rendered(&found) }))
    }

    async fn open_workshop(&self, request: Request<pb::OpenWorkshopRequest>) -> Answer<pb::Workshop> {
        let (caller, request) = Caller::open(request)?;
        let seen = app::open_workshop(&self.deps, &caller, asked::parse_open(&request)?).await?;
        Ok(Response::new((&seen).into()))
    }

    async fn get_workshop(&self, request: Request<pb::GetWorkshopRequest>) -> Answer<pb::Workshop> {
        let (caller, request) = Caller::open(request)?;
        let assessment = id("assessment", &request.assessment_id)?;
        let seen = app::get_workshop(&self.deps, &caller, assessment, request.wall).await?;
        Ok(Response::new((&seen).into()))
    }

    async fn get_workshop_outcome(
        &self,
        request: Request<pb::GetWorkshopOutcomeRequest>,
    ) -> Answer<pb::WorkshopOutcome> {
        let (caller, request) = Caller::open(request)?;
        let assessment = id("assessment", &request.assessment_id)?;
        let outcome = id("outcome", &request.outcome_lineage_id)?;
        let seen = app::get_outcome(&self.deps, &caller, assessment, outcome, request.wall).await?;
        Ok(Response::new((&seen).into()))
    }

    async fn revise_workshop(&self, request: Request<pb::ReviseWorkshopRequest>) -> Answer<pb::Workshop> {
        let (caller, request) = Caller::open(request)?;
        let seen = app::revise_workshop(&self.deps, &caller, asked::parse_revise(&request)?).await?;
        Ok(Response::new((&seen).into()))
    }

    async fn turn_workshop(&self, request: Request<pb::TurnWorkshopRequest>) -> Answer<pb::Workshop> {
        let (caller, request) = Caller::open(request)?;
        let (assessment, outcome) = asked::parse_turn(&request)?;
        let seen = app::turn_workshop(&self.deps, &caller, assessment, outcome).await?;
        Ok(Response::new((&seen).into()))
    }

    async fn close_workshop(&self, request: Request<pb::CloseWorkshopRequest>) -> Answer<pb::Workshop> {
        let (caller, request) = Caller::open(request)?;
        let seen = seen("assessment", &request.assessment_id, request.version)?;
        Ok(Response::new((&app::close_workshop(&self.deps, &caller, seen).await?).into()))
    }

    async fn reopen_workshop(&self, request: Request<pb::ReopenWorkshopRequest>) -> Answer<pb::Workshop> {
        let (caller, request) = Caller::open(request)?;
        let (seen, reason) = asked::parse_reopen(&request)?;
        Ok(Response::new((&app::reopen_workshop(&self.deps, &caller, seen, &reason).await?).into()))
    }

    async fn join_workshop(&self, request: Request<pb::JoinWorkshopRequest>) -> Answer<pb::WorkshopPresence> {
        let (caller, request) = Caller::open(request)?;
        let here = app::join_workshop(&self.deps, &caller, id("assessment", &request.assessment_id)?).await?;
        Ok(Response::new((&here).into()))
    }

    async fn add_workshop_guest(&self, request: Request<pb::AddWorkshopGuestRequest>) -> Answer<pb::WorkshopPresence> {
        let (caller, request) = Caller::open(request)?;
        let here = app::add_guest(&self.deps, &caller, asked::parse_guest(&request)?).await?;
        Ok(Response::new((&here).into()))
    }

    async fn leave_workshop(&self, request: Request<pb::LeaveWorkshopRequest>) -> Answer<pb::WorkshopPresence> {
        let (caller, request) = Caller::open(request)?;
        let (assessment, presence) = asked::parse_leave(&request)?;
        let gone = app::leave_workshop(&self.deps, &caller, assessment, presence).await?;
        Ok(Response::new((&gone).into()))
    }

    async fn open_workshop_vote(&self, request: Request<pb::OpenWorkshopVoteRequest>) -> Answer<pb::WorkshopVote> {
        let (caller, request) = Caller::open(request)?;
        let (seen, vote) = app::open_vote(&self.deps, &caller, asked::parse_open_vote(&request)?).await?;
        Ok(Response::new((&seen.vote(vote)?).into()))
    }

    async fn cast_workshop_ballot(&self, request: Request<pb::CastWorkshopBallotRequest>) -> Answer<pb::WorkshopVote> {
        let (caller, request) = Caller::open(request)?;
        let cast = asked::parse_cast(request)?;
        let vote = cast.vote_id;
        let seen = app::cast_ballot(&self.deps, &caller, cast).await?;
        Ok(Response::new((&seen.vote(vote)?).into()))
    }

    async fn close_workshop_vote(&self, request: Request<pb::CloseWorkshopVoteRequest>) -> Answer<pb::WorkshopVote> {
        let (caller, request) = Caller::open(request)?;
        let (assessment, close) = asked::parse_close_vote(&request)?;
        let seen = app::close_vote(&self.deps, &caller, assessment, close).await?;
        Ok(Response::new((&seen.vote(close.id)?).into()))
    }

    async fn take_workshop_decision(
        &self,
        request: Request<pb::TakeWorkshopDecisionRequest>,
    ) -> Answer<pb::WorkshopDecision> {
        let (caller, request) = Caller::open(request)?;
        let decide = asked::parse_decision(request)?;
        let taken = app::take_decision(&self.deps, &caller, decide).await?;
        Ok(Response::new((&taken).into()))
    }

    async fn raise_workshop_dissent(
        &self,
        request: Request<pb::RaiseWorkshopDissentRequest>,
    ) -> Answer<pb::WorkshopDissent> {
        let (caller, request) = Caller::open(request)?;
        let raise = asked::parse_dissent(&request)?;
        let raised = app::raise_dissent(&self.deps, &caller, raise).await?;
        Ok(Response::new((&raised).into()))
    }

    async fn set_workshop_remark(&self, request: Request<pb::SetWorkshopRemarkRequest>) -> Answer<pb::WorkshopRemark> {
        let (caller, request) = Caller::open(request)?;
        let set = asked::parse_remark(&request)?;
        let remark = app::set_remark(&self.deps, &caller, set).await?;
        Ok(Response::new((&remark).into()))
    }

    async fn correct_workshop_minutes(
        &self,
        request: Request<pb::CorrectWorkshopMinutesRequest>,
    ) -> Answer<pb::WorkshopCorrection> {
        let (caller, request) = Caller::open(request)?;
        let correct = asked::parse_correction(&request)?;
        let added = app::correct_minutes(&self.deps, &caller, correct).await?;
        Ok(Response::new((&added).into()))
    }

    async fn render_workshop_minutes(
        &self,
        request: Request<pb::RenderWorkshopMinutesRequest>,
    ) -> Answer<pb::WorkshopMinutes> {
        let (caller, request) = Caller::open(request)?;
        let (assessment, language) = asked::parse_minutes(&request)?;
        let document = app::render_minutes(&self.deps, &caller, assessment, language).await?;
        let file_name = format!("workshop-{assessment}-{language}.html");
        Ok(Response::new(pb::WorkshopMinutes { document, file_name }))
    }

    async fn reopen_assessment(&self, request: Request<pb::ReopenAssessmentRequest>) -> Answer<pb::Assessment> {
        course::reopen(&self.deps, request).await
    }

    async fn get_assessment_course(
        &self,
        request: Request<pb::GetAssessmentCourseRequest>,
    ) -> Answer<pb::AssessmentCourse> {
        course::get(&self.deps, request).await
    }

    async fn sign_assessment(&self, request: Request<pb::SignAssessmentRequest>) -> Answer<pb::AssessmentCourse> {
        course::sign(&self.deps, request).await
    }

    async fn invite_to_assessment(
        &self,
        request: Request<pb::InviteToAssessmentRequest>,
    ) -> Answer<pb::AssessmentInvitation> {
        invitation::invite(&self.deps, request).await
    }

    async fn answer_invitation(
        &self,
        request: Request<pb::AnswerInvitationRequest>,
    ) -> Answer<pb::AssessmentInvitation> {
        invitation::answer(&self.deps, request).await
    }

    async fn list_my_invitations(
        &self,
        request: Request<pb::ListMyInvitationsRequest>,
    ) -> Answer<pb::ListMyInvitationsResponse> {
        invitation::list_mine(&self.deps, request).await
    }

    async fn get_assessment_cycle(
        &self,
        request: Request<pb::GetAssessmentCycleRequest>,
    ) -> Answer<pb::AssessmentCycle> {
        cycle::get(&self.deps, request).await
    }

    async fn set_assessment_cycle(
        &self,
        request: Request<pb::SetAssessmentCycleRequest>,
    ) -> Answer<pb::AssessmentCycle> {
        cycle::set(&self.deps, request).await
    }

    async fn get_gender_overview(&self, request: Request<pb::GetGenderOverviewRequest>) -> Answer<pb::GenderOverview> {
        gender::get(&self.deps, request).await
    }

    async fn state_gender_not_applicable(
        &self,
        request: Request<pb::StateGenderNotApplicableRequest>,
    ) -> Answer<pb::GenderOverview> {
        gender::state(&self.deps, request).await
    }
}
