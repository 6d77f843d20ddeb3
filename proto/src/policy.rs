//! Who may call what: one table for every RPC of the system, default deny.
//!
//! The table speaks of roles only. What part of the mission a role reaches (section, area,
//! classification) is decided in `app` and by row-level security.

mod groups;

use crate::words::Role;

/// What a call does to the mission, which decides whether a closed mission takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Changes nothing.
    Read,
    /// Changes something; refused in a closed mission.
    Write,
    /// A write that headquarters may also do in a closed mission, to load its history.
    Load,
    /// Changes what all missions share, and nothing of the mission that it is called in.
    Share,
    /// Reads across missions and changes nothing; called outside of any mission.
    Across,
}

/// The rule of one RPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Full path, `/cpas.planning.v1.PlanningService/DraftPlan`.
    pub method: &'static str,
    pub access: Access,
    pub roles: &'static [Role],
}

impl Rule {
    /// True when any of the caller's roles may call this.
    pub fn admits(&self, roles: impl IntoIterator<Item = Role>) -> bool {
        roles.into_iter().any(|role| self.roles.contains(&role))
    }
}

/// The rule of a method; `None` means that nobody may call it.
pub fn rule(method: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.method == method)
}

use Access::{Across, Load, Read, Share, Write};
use Role::{Adviser, ComponentHead, Coordinator, FocalPoint, HqAnalyst, Leadership, Service, Verifier};
use groups::{
    ANALYSTS, ANYONE, ASSESSING, ASSIGNING, COMMENTING, ENTERING, FOLLOWING_UP, HEADQUARTERS, MERGING, OVERSEEING,
    PLANNERS, PLANNERS_AND_HQ, REMARKING, RETURNING, REVIEWERS, SIGNING, STAFF, WAIVING, WATCHING,
};

macro_rules! rules {
    ($($service:literal { $($access:ident $method:ident: $roles:expr;)+ })+) => {
        &[$($(Rule { method: concat!("/", $service, "/", stringify!($method)), access: $access, roles: $roles },)+)+]
    };
}

/// The table.
pub const RULES: &[Rule] = rules! {
    "cpas.context.v1.ContextService" {
        Load ImportAreas: PLANNERS_AND_HQ;
        Read ListAreas: ANYONE;
        Read FindAreas: ANYONE;
        Write SplitArea: PLANNERS;
        Write MergeAreas: PLANNERS;
        Write UndoAreaChange: PLANNERS;
        Read ListAreaChanges: ANYONE;
        Write DraftContextMap: ANALYSTS;
        Read GetContextMap: ANYONE;
        Read ListContextMaps: ANYONE;
        Write ReviseContextMap: ANALYSTS;
        Write SetContextFactor: ANALYSTS;
        Write RemoveContextFactor: ANALYSTS;
        Write ReviewContextMap: REVIEWERS;
        Write PublishContextMap: &[Coordinator, Leadership];
        Write DraftNextContextMap: ANALYSTS;
        Read CompareContextMaps: STAFF;
        Read GetMappingSchedule: STAFF;
        Write SetMappingSchedule: PLANNERS;
        Write RecordEvidence: ANALYSTS;
        Read ListEvidence: STAFF;
        Write RecordEvidenceFile: ANALYSTS;
        Read DownloadEvidenceFile: STAFF;
        Read ListEvidenceUses: STAFF;
        Write RegisterStakeholder: ANALYSTS;
        Write ReviseStakeholder: ANALYSTS;
        Read GetStakeholder: STAFF;
        Read ListStakeholders: STAFF;
        Write MergeStakeholders: MERGING;
        Write UndoStakeholderMerge: MERGING;
        Write AssessStakeholder: ANALYSTS;
        Read GetStakeholderGrid: STAFF;
        Write SetStakeholderRelation: ANALYSTS;
        Write EndStakeholderRelation: ANALYSTS;
        Read ListStakeholderRelations: STAFF;
        Read GetStakeholderNetwork: STAFF;
        Write RecordInfluenceStrategy: ANALYSTS;
        Write ReviseInfluenceStrategy: ANALYSTS;
        Read ListInfluenceStrategies: STAFF;
    }
    "cpas.planning.v1.PlanningService" {
        Write RecordMandate: PLANNERS;
        Read ListMandates: ANYONE;
        Write DraftPlan: PLANNERS;
        Write RevisePlan: PLANNERS;
        Read GetPlan: ANYONE;
        Read ListPlans: ANYONE;
        Write AddPlanItem: PLANNERS;
        Write RevisePlanItem: PLANNERS;
        Write MovePlanItem: PLANNERS;
        Write RemovePlanItem: PLANNERS;
        Write RestorePlanItem: PLANNERS;
        Read ListRemovedPlanItems: STAFF;
        Write LinkResults: PLANNERS;
        Write UnlinkResults: PLANNERS;
        Write SubmitPlan: PLANNERS;
        Write ReturnPlan: &[ComponentHead, Leadership];
        Write EndorsePlan: &[ComponentHead];
        Write ApprovePlan: &[Leadership];
        Write ActivatePlan: &[Coordinator, Leadership];
        Write ArchivePlan: &[Coordinator, Leadership];
        Write DraftNextVersion: PLANNERS;
        Read DiffPlans: STAFF;
        Read CheckPlan: STAFF;
        Write WaiveFinding: PLANNERS;
        Write TakeBackWaiver: PLANNERS;
        Read ListPlanChanges: STAFF;
        Load DraftIndicator: PLANNERS_AND_HQ;
        Write ReviseIndicator: PLANNERS;
        Load ApproveIndicator: &[ComponentHead, Coordinator, HqAnalyst];
        Load ActivateIndicator: PLANNERS_AND_HQ;
        Write RetireIndicator: PLANNERS;
        Read GetIndicator: ANYONE;
        Read ListIndicatorVersions: STAFF;
        Read ListIndicators: ANYONE;
        Write SetTarget: PLANNERS;
        Read ListTargets: ANYONE;
        Read ReadTable: STAFF;
        Write AddRisk: PLANNERS;
        Write ReviseRisk: PLANNERS;
        Write RemoveRisk: PLANNERS;
        Write SetRiskStatus: &[Coordinator, ComponentHead, FocalPoint];
        Read ListRisks: STAFF;
        Write AddComment: COMMENTING;
        Write ResolveComment: COMMENTING;
        Read ListComments: STAFF;
        Read GetWorkPlan: STAFF;
        Read RenderWorkPlanCalendar: STAFF;
        Write ReportProgress: &[Coordinator, ComponentHead, FocalPoint];
        Read GetTheoryOfChange: ANYONE;
        Read GetLibrary: STAFF;
        Share SetLibraryIndicator: &[HqAnalyst];
        Share KeepLibraryTemplate: &[HqAnalyst];
        Write CloneLibraryIndicators: PLANNERS;
        Share SetLibraryTemplate: &[HqAnalyst];
        Read ListLibraryTemplateVersions: STAFF;
        Write CloneLibraryTemplate: PLANNERS;
        Read ListTemplateOffers: STAFF;
        Write AnswerTemplateOffer: PLANNERS;
        Read ListLibraryOffers: STAFF;
        Write AnswerLibraryOffer: PLANNERS;
        Write SetRbbLine: PLANNERS;
        Write RemoveRbbLine: PLANNERS;
        Read GetRbbCrosswalk: STAFF;
        Read RenderRbbCrosswalk: STAFF;
        Write SetRbbLink: PLANNERS;
        Read RenderWorkbook: STAFF;
        Write PreviewWorkbook: PLANNERS;
        Write ApplyWorkbook: PLANNERS;
    }
    "cpas.collection.v1.CollectionService" {
        Write EnterObservation: ENTERING;
        Write EnterObservations: ENTERING;
        Read ListEntryCells: STAFF;
        Write CorrectObservation: ENTERING;
        Write SubmitObservations: &[FocalPoint, Coordinator];
        Write VerifyObservations: &[Verifier];
        Write ApproveObservations: &[ComponentHead];
        Write ReturnObservations: RETURNING;
        Write RejectObservations: RETURNING;
        Read ListObservations: STAFF;
        Read ExportObservations: STAFF;
        Read ExportEvents: STAFF;
        Read ReadTable: STAFF;
        Read GetObservation: STAFF;
        Load OpenUpload: PLANNERS_AND_HQ;
        Load PutUploadPart: PLANNERS_AND_HQ;
        Load GetUpload: PLANNERS_AND_HQ;
        Load PreviewImport: PLANNERS_AND_HQ;
        Load CommitImport: PLANNERS_AND_HQ;
        Load ReverseImport: PLANNERS_AND_HQ;
        Read GetImport: STAFF;
        Read ListImports: STAFF;
        Read ListImportWork: STAFF;
        Load CancelImport: PLANNERS_AND_HQ;
        Read DownloadRejected: STAFF;
        Read GetSeries: STAFF;
        Read StreamSeries: &[HqAnalyst, Service];
        Read GetPeriodTable: STAFF;
        Read CountWaiting: &[Service];
        Read ExplainPoint: STAFF;
        Read ListSeriesChanges: STAFF;
        Load ImportEvents: PLANNERS_AND_HQ;
        Read ListEvents: STAFF;
        Read GetEvent: STAFF;
        Write CorrectEvent: PLANNERS;
        Read CountEvents: STAFF;
        Read ListValidationRules: STAFF;
        Write SetValidationRule: PLANNERS;
        Read TestValidationRule: PLANNERS;
        Read GetDataQuality: STAFF;
        Read ListQualityProblems: STAFF;
        Read ListTasks: STAFF;
        Write WaiveTasks: WAIVING;
        Write TakeBackWaivers: WAIVING;
        Write AssignTasks: ASSIGNING;
        Write TakeBackAssignments: ASSIGNING;
        Read ListPhoneForms: ENTERING;
        Read GetPhoneForm: ENTERING;
        Write SubmitInstance: ENTERING;
        Read ListSubmissions: STAFF;
        Read GetSubmission: STAFF;
        Read DownloadAttachment: STAFF;
        Read ListOpenWork: OVERSEEING;
        Write LockPeriod: PLANNERS;
        Read ListPeriodLocks: STAFF;
        Write UnlockPeriod: PLANNERS;
        Write MarkCell: REMARKING;
        Write CommentCell: REMARKING;
        Read ListCellRemarks: STAFF;
    }
    "cpas.assessment.v1.AssessmentService" {
        Write ScheduleAssessment: PLANNERS;
        Read GetAssessment: STAFF;
        Read ListAssessments: STAFF;
        Write FreezeAssessment: PLANNERS;
        Write AdvanceAssessment: PLANNERS;
        Write FinalizeAssessment: &[Leadership];
        Read ListAnalyses: STAFF;
        Read ListChangesSince: STAFF;
        Read ListContributions: STAFF;
        Read GetContribution: STAFF;
        Read GetHotSpots: STAFF;
        Write RecordFinding: ASSESSING;
        Write ReviseFinding: ASSESSING;
        Read ListFindings: STAFF;
        Read ListFindingsByReference: STAFF;
        Write ProposeRecommendation: ASSESSING;
        Write DecideRecommendation: &[Leadership];
        Write ProgressRecommendation: FOLLOWING_UP;
        Read ListRecommendations: STAFF;
        Read ListDecisions: STAFF;
        Write OpenWorkshop: PLANNERS;
        Read GetWorkshop: STAFF;
        Read GetWorkshopOutcome: STAFF;
        Write ReviseWorkshop: PLANNERS;
        Write TurnWorkshop: PLANNERS;
        Write CloseWorkshop: PLANNERS;
        Write ReopenWorkshop: PLANNERS;
        Write JoinWorkshop: COMMENTING;
        Write AddWorkshopGuest: PLANNERS;
        Write LeaveWorkshop: COMMENTING;
        Write OpenWorkshopVote: PLANNERS;
        Write CastWorkshopBallot: COMMENTING;
        Write CloseWorkshopVote: PLANNERS;
        Write TakeWorkshopDecision: PLANNERS;
        Write RaiseWorkshopDissent: COMMENTING;
        Write SetWorkshopRemark: PLANNERS;
        Write CorrectWorkshopMinutes: PLANNERS;
        Read RenderWorkshopMinutes: STAFF;
        Read FindSimilarRecommendations: STAFF;
        Write LinkDuplicateRecommendation: ASSESSING;
        Read GetRecommendationEffect: STAFF;
        Read GetPerformance: STAFF;
        Read GatherEvidence: STAFF;
        Write AddFindingComment: COMMENTING;
        Write ResolveFindingComment: COMMENTING;
        Write ReopenFindingComment: COMMENTING;
        Read ListFindingComments: STAFF;
        Write DissentFromFinding: COMMENTING;
        Read ListFindingDissents: STAFF;
        Write TellPresence: COMMENTING;
        Read ListPresences: STAFF;
        Write ReopenAssessment: &[Coordinator, Leadership];
        Read GetAssessmentCourse: STAFF;
        Write SignAssessment: SIGNING;
        Write InviteToAssessment: PLANNERS;
        Write AnswerInvitation: COMMENTING;
        Read ListMyInvitations: STAFF;
        Read GetAssessmentCycle: STAFF;
        Write SetAssessmentCycle: PLANNERS;
        Read GetGenderOverview: STAFF;
        Write StateGenderNotApplicable: ASSESSING;
    }
    "cpas.reporting.v1.ReportingService" {
        Read GetMissionHome: ANYONE;
        Read GetIndicatorPage: STAFF;
        Write DraftFactSheet: &[Coordinator, Adviser];
        Write ReviseFactSheet: &[Coordinator, Adviser];
        Read GetFactSheet: ANYONE;
        Read ListFactSheets: ANYONE;
        Write ClearFactSheet: &[Leadership];
        Write PublishFactSheet: &[Coordinator, Leadership];
        Write WithdrawFactSheet: &[Coordinator, Leadership];
        Read RenderFactSheet: ANYONE;
        Write OpenOutside: &[Coordinator, Leadership];
        Write CloseOutside: &[Coordinator, Leadership];
        Read GetOutside: STAFF;
        Read ReadOutside: &[Service];
        Read GetFactSheetManifest: ANYONE;
        Read GetPaperKey: ANYONE;
        Read ExplainNumber: ANYONE;
        Write DraftDashboard: COMMENTING;
        Write ReviseDashboard: COMMENTING;
        Read GetDashboard: STAFF;
        Read ListDashboards: STAFF;
        Write CopyDashboard: COMMENTING;
        Write RemoveDashboard: COMMENTING;
        Write RestoreDashboard: COMMENTING;
        Read ReadDashboard: STAFF;
        Read PreviewDashboard: STAFF;
        Read RenderDashboard: STAFF;
        Read ReadDashboardTable: STAFF;
        Read ReadTable: STAFF;
        Read GetLeadershipView: OVERSEEING;
        Read GetTimeLine: OVERSEEING;
        Write RebuildReadModel: PLANNERS;
        Read GetReadModelState: STAFF;
        Read ListOpenWork: OVERSEEING;
        Read ListReadsFromOutside: WATCHING;
        Across ListSharedIndicators: HEADQUARTERS;
        Across GetAcrossMissions: HEADQUARTERS;
        Across CompareMissions: HEADQUARTERS;
        Across GetThemeAcrossMissions: HEADQUARTERS;
        Across GetTimeLinesAcrossMissions: HEADQUARTERS;
        Across ListLateMissions: HEADQUARTERS;
        Across GetRecommendationsAcrossMissions: HEADQUARTERS;
        Across GetThemesAcrossMissions: HEADQUARTERS;
    }
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use prost::Message as _;

    use super::*;

    #[test]
    fn every_rpc_has_one_rule() {
        let descriptors = prost_types::FileDescriptorSet::decode(crate::DESCRIPTORS).expect("our own descriptors");
        let mut rules: BTreeMap<String, usize> = BTreeMap::new();
        for rule in RULES {
            *rules.entry(rule.method.to_owned()).or_default() += 1;
        }
        for file in &descriptors.file {
            for service in &file.service {
                for method in &service.method {
                    let path = format!("/{}.{}/{}", file.package(), service.name(), method.name());
                    assert_eq!(rules.remove(&path), Some(1), "{path} needs exactly one rule in policy.rs");
                }
            }
        }
        assert!(rules.is_empty(), "rules for RPCs that do not exist: {:?}", rules.keys());
    }

    #[test]
    fn nobody_may_call_what_has_no_rule() {
        assert_eq!(rule("/cpas.planning.v1.PlanningService/DropEverything"), None);
    }

    #[test]
    fn only_headquarters_reads_across_missions() {
        let across: Vec<_> = RULES.iter().filter(|rule| rule.access == Across).collect();
        assert_eq!(across.len(), 8);
        assert!(across.iter().all(|rule| rule.roles == [HqAnalyst]));
    }

    #[test]
    fn a_reader_changes_nothing_anywhere() {
        for rule in RULES.iter().filter(|rule| rule.access != Read) {
            assert!(!rule.admits([Role::Reader, Role::Auditor]), "{}", rule.method);
        }
    }
}
