//! gRPC ↔ domain: parse, call, render. A file per noun.

mod analysis;
mod assessment;
mod contribution;
mod course;
mod cycle;
mod evidence;
mod finding;
mod followed;
mod gender;
mod hot_spots;
mod invitation;
mod parts;
mod presence;
mod recommendation;
mod said;
mod since;
mod workshop;
mod workshop_calls;
mod workshop_requests;

use std::sync::Arc;

use cpas_proto::assessment::v1::{self as pb, assessment_service_server::AssessmentService};
use tonic::{Request, Response, Status};

use self::parts::{account, id, instant, rendered, seen, text};
use crate::{Config, Deps, app::Settle};

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

/// The service's calls, each with the function of its noun that answers it.
macro_rules! answered {
    ($($call:ident($request:ident) -> $answer:ident: |$api:ident, $given:ident| $by:expr,)*) => {
        #[tonic::async_trait]
        impl AssessmentService for Api {
            $(async fn $call(&self, $given: Request<pb::$request>) -> Answer<pb::$answer> {
                let $api = self;
                $by.await
            })*
        }
    };
}

answered! {
    schedule_assessment(ScheduleAssessmentRequest) -> Assessment: |api, request| assessment::schedule_assessment(api, request),
    get_assessment(GetAssessmentRequest) -> Assessment: |api, request| assessment::get_assessment(api, request),
    list_assessments(ListAssessmentsRequest) -> ListAssessmentsResponse: |api, request| assessment::list_assessments(api, request),
    freeze_assessment(FreezeAssessmentRequest) -> Assessment: |api, request| assessment::freeze_assessment(api, request),
    advance_assessment(MoveAssessmentRequest) -> Assessment: |api, request| assessment::advance_assessment(api, request),
    finalize_assessment(MoveAssessmentRequest) -> Assessment: |api, request| assessment::finalize_assessment(api, request),
    list_analyses(ListAnalysesRequest) -> ListAnalysesResponse: |api, request| analysis::list_analyses(api, request),
    list_changes_since(ListChangesSinceRequest) -> ChangesSince: |api, request| since::list_changes_since(api, request),
    list_contributions(ListContributionsRequest) -> ListContributionsResponse: |api, request| contribution::list_contributions(api, request),
    get_contribution(GetContributionRequest) -> OutputContribution: |api, request| contribution::get_contribution(api, request),
    get_hot_spots(GetHotSpotsRequest) -> HotSpots: |api, request| hot_spots::get_hot_spots(api, request),
    record_finding(RecordFindingRequest) -> Finding: |api, request| finding::record_finding(api, request),
    revise_finding(RecordFindingRequest) -> Finding: |api, request| finding::revise_finding(api, request),
    list_findings(ListFindingsRequest) -> ListFindingsResponse: |api, request| finding::list_findings(api, request),
    list_findings_by_reference(ListFindingsByReferenceRequest) -> ListFindingsByReferenceResponse: |api, request| finding::list_findings_by_reference(api, request),
    propose_recommendation(ProposeRecommendationRequest) -> Recommendation: |api, request| recommendation::propose_recommendation(api, request),
    decide_recommendation(DecideRecommendationRequest) -> Recommendation: |api, request| recommendation::decide_recommendation(api, request),
    progress_recommendation(ProgressRecommendationRequest) -> Recommendation: |api, request| recommendation::progress_recommendation(api, request),
    list_recommendations(ListRecommendationsRequest) -> ListRecommendationsResponse: |api, request| recommendation::list_recommendations(api, request),
    list_decisions(ListDecisionsRequest) -> ListDecisionsResponse: |api, request| recommendation::list_decisions(api, request),
    open_workshop(OpenWorkshopRequest) -> Workshop: |api, request| workshop_calls::open_workshop(api, request),
    get_workshop(GetWorkshopRequest) -> Workshop: |api, request| workshop_calls::get_workshop(api, request),
    get_workshop_outcome(GetWorkshopOutcomeRequest) -> WorkshopOutcome: |api, request| workshop_calls::get_workshop_outcome(api, request),
    revise_workshop(ReviseWorkshopRequest) -> Workshop: |api, request| workshop_calls::revise_workshop(api, request),
    turn_workshop(TurnWorkshopRequest) -> Workshop: |api, request| workshop_calls::turn_workshop(api, request),
    close_workshop(CloseWorkshopRequest) -> Workshop: |api, request| workshop_calls::close_workshop(api, request),
    reopen_workshop(ReopenWorkshopRequest) -> Workshop: |api, request| workshop_calls::reopen_workshop(api, request),
    join_workshop(JoinWorkshopRequest) -> WorkshopPresence: |api, request| workshop_calls::join_workshop(api, request),
    add_workshop_guest(AddWorkshopGuestRequest) -> WorkshopPresence: |api, request| workshop_calls::add_workshop_guest(api, request),
    leave_workshop(LeaveWorkshopRequest) -> WorkshopPresence: |api, request| workshop_calls::leave_workshop(api, request),
    open_workshop_vote(OpenWorkshopVoteRequest) -> WorkshopVote: |api, request| workshop_calls::open_workshop_vote(api, request),
    cast_workshop_ballot(CastWorkshopBallotRequest) -> WorkshopVote: |api, request| workshop_calls::cast_workshop_ballot(api, request),
    close_workshop_vote(CloseWorkshopVoteRequest) -> WorkshopVote: |api, request| workshop_calls::close_workshop_vote(api, request),
    take_workshop_decision(TakeWorkshopDecisionRequest) -> WorkshopDecision: |api, request| workshop_calls::take_workshop_decision(api, request),
    raise_workshop_dissent(RaiseWorkshopDissentRequest) -> WorkshopDissent: |api, request| workshop_calls::raise_workshop_dissent(api, request),
    set_workshop_remark(SetWorkshopRemarkRequest) -> WorkshopRemark: |api, request| workshop_calls::set_workshop_remark(api, request),
    correct_workshop_minutes(CorrectWorkshopMinutesRequest) -> WorkshopCorrection: |api, request| workshop_calls::correct_workshop_minutes(api, request),
    render_workshop_minutes(RenderWorkshopMinutesRequest) -> WorkshopMinutes: |api, request| workshop_calls::render_workshop_minutes(api, request),
    find_similar_recommendations(FindSimilarRecommendationsRequest) -> FindSimilarRecommendationsResponse: |api, request| followed::similar(api, request),
    link_duplicate_recommendation(LinkDuplicateRecommendationRequest) -> Recommendation: |api, request| followed::link(api, request),
    get_recommendation_effect(GetRecommendationEffectRequest) -> RecommendationEffect: |api, request| followed::effect(api, request),
    get_performance(GetPerformanceRequest) -> Performance: |api, request| followed::performance(api, request),
    gather_evidence(GatherEvidenceRequest) -> GatheredEvidence: |api, request| evidence::gather(api, request),
    add_finding_comment(AddFindingCommentRequest) -> FindingComment: |api, request| said::add_comment(api, request),
    resolve_finding_comment(SettleFindingCommentRequest) -> FindingComment: |api, request| said::settle_comment(api, request, Settle::Resolve),
    reopen_finding_comment(SettleFindingCommentRequest) -> FindingComment: |api, request| said::settle_comment(api, request, Settle::Reopen),
    list_finding_comments(ListFindingCommentsRequest) -> ListFindingCommentsResponse: |api, request| said::list_comments(api, request),
    dissent_from_finding(DissentFromFindingRequest) -> FindingDissent: |api, request| said::dissent(api, request),
    list_finding_dissents(ListFindingDissentsRequest) -> ListFindingDissentsResponse: |api, request| said::list_dissents(api, request),
    tell_presence(TellPresenceRequest) -> Presences: |api, request| presence::tell(api, request),
    list_presences(ListPresencesRequest) -> Presences: |api, request| presence::list(api, request),
    reopen_assessment(ReopenAssessmentRequest) -> Assessment: |api, request| course::reopen(&api.deps, request),
    get_assessment_course(GetAssessmentCourseRequest) -> AssessmentCourse: |api, request| course::get(&api.deps, request),
    sign_assessment(SignAssessmentRequest) -> AssessmentCourse: |api, request| course::sign(&api.deps, request),
    invite_to_assessment(InviteToAssessmentRequest) -> AssessmentInvitation: |api, request| invitation::invite(&api.deps, request),
    answer_invitation(AnswerInvitationRequest) -> AssessmentInvitation: |api, request| invitation::answer(&api.deps, request),
    list_my_invitations(ListMyInvitationsRequest) -> ListMyInvitationsResponse: |api, request| invitation::list_mine(&api.deps, request),
    get_assessment_cycle(GetAssessmentCycleRequest) -> AssessmentCycle: |api, request| cycle::get(&api.deps, request),
    set_assessment_cycle(SetAssessmentCycleRequest) -> AssessmentCycle: |api, request| cycle::set(&api.deps, request),
    get_gender_overview(GetGenderOverviewRequest) -> GenderOverview: |api, request| gender::get(&api.deps, request),
    state_gender_not_applicable(StateGenderNotApplicableRequest) -> GenderOverview: |api, request| gender::state(&api.deps, request),
}
