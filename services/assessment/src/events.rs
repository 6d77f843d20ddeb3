//! What this service tells (`cpas.assessment.<noun>.<verb>.<mission>`), and what it hears.

use std::collections::BTreeMap;

use chassis::{Fact, Failure, Inbox};
use cpas_proto::{
    assessment::v1 as pb,
    planning::v1::{PlanChangeRecorded, PlanRecorded},
    words::Classification,
};
use prost::Name as _;
use uuid::Uuid;

use crate::{
    app,
    domain::{
        assessment::Assessment,
        comment::Comment,
        contributed::Contributed,
        course::Step,
        cycle::{Cycle, Slot},
        dissent::Dissent,
        finding::Finding,
        frozen::Analysis,
        gender::Statement,
        invitation::Invitation,
        recommendation::{Decision, Recommendation},
        sign_off::{AdviserAsked, Rule, Signature},
        workshop::{Workshop, vote::Vote},
    },
};

/// Largest part of what was computed, in bytes, so that it fits the bus; more of it makes more events.
const PART_BYTES_MAX: usize = 256 * 1024;

/// assessment.recorded
pub fn assessment_recorded(assessment: &Assessment) -> Fact {
    let message = pb::AssessmentRecorded { assessment: Some(assessment.into()) };
    Fact::new("assessment", "recorded", assessment.id, assessment.classification, &message)
}

/// analyses.computed: in parts, each of one classification and of bounded size.
pub fn analyses_computed(assessment: Uuid, analyses: &[Analysis]) -> Vec<Fact> {
    let told = analyses.iter().map(|one| (one.classification, pb::Analysis::from(one)));
    in_parts(told, |classification, analyses| {
        let message = pb::AnalysesComputed { assessment_id: assessment.to_string(), analyses };
        Fact::new("analyses", "computed", assessment, classification, &message)
    })
}

/// contributions.computed: in parts likewise.
pub fn contributions_computed(assessment: Uuid, contributions: &[Contributed]) -> Vec<Fact> {
    let told = contributions.iter().map(|one| (one.classification, pb::OutputContribution::from(one)));
    in_parts(told, |classification, contributions| {
        let message = pb::ContributionsComputed { assessment_id: assessment.to_string(), contributions };
        Fact::new("contributions", "computed", assessment, classification, &message)
    })
}

fn in_parts<M: prost::Message>(
    told: impl Iterator<Item = (Classification, M)>,
    fact: impl Fn(Classification, Vec<M>) -> Fact,
) -> Vec<Fact> {
    let mut by_classification: BTreeMap<Classification, Vec<M>> = BTreeMap::new();
    for (classification, message) in told {
        by_classification.entry(classification).or_default().push(message);
    }
    let mut facts = Vec::new();
    for (classification, messages) in by_classification {
        let (mut part, mut bytes) = (Vec::new(), 0);
        for message in messages {
            let more = message.encoded_len();
            if bytes + more > PART_BYTES_MAX && !part.is_empty() {
                facts.push(fact(classification, std::mem::take(&mut part)));
                bytes = 0;
            }
            bytes += more;
            part.push(message);
        }
        facts.push(fact(classification, part));
    }
    facts
}

/// finding.recorded
pub fn finding_recorded(finding: &Finding) -> Fact {
    let message = pb::FindingRecorded { finding: Some(finding.into()) };
    Fact::new("finding", "recorded", finding.id, finding.content.classification, &message)
}

/// recommendation.recorded
pub fn recommendation_recorded(recommendation: &Recommendation) -> Fact {
    let message = pb::RecommendationRecorded { recommendation: Some(recommendation.into()) };
    Fact::new("recommendation", "recorded", recommendation.id, recommendation.proposal.classification, &message)
}

/// decision.taken
pub fn decision_taken(decision: &Decision) -> Fact {
    let message = pb::DecisionTaken { decision: Some(decision.into()) };
    Fact::new("decision", "taken", decision.id, decision.classification, &message)
}

/// assessment.reopened
pub fn assessment_reopened(assessment: &Assessment, step: &Step) -> Fact {
    let title = Some(cpas_proto::common::v1::Text::of(&assessment.title.en, &assessment.title.fr));
    let message = pb::AssessmentReopened { assessment_id: assessment.id.to_string(), title, step: Some(step.into()) };
    Fact::new("assessment", "reopened", assessment.id, assessment.classification, &message)
}

/// sign_off.asked: as secret as the plan whose markers it tells of.
pub fn sign_off_asked(assessment: Uuid, rule: &Rule, adviser: AdviserAsked, plan: Classification) -> Fact {
    let adviser = match adviser {
        AdviserAsked::Asked => "asked",
        AdviserAsked::WhereFindings => "where_findings",
        AdviserAsked::Not => "",
    };
    let message = pb::SignOffAsked {
        assessment_id: assessment.to_string(),
        adviser: adviser.to_owned(),
        components: rule.components.iter().map(ToString::to_string).collect(),
        leadership: rule.leadership,
    };
    Fact::new("sign_off", "asked", assessment, plan, &message)
}

/// signature.recorded: without the findings that were signed, some of which not everybody may see.
pub fn signature_recorded(signature: &Signature) -> Fact {
    let message = pb::SignatureRecorded { signature: Some(signature.into()) };
    Fact::new("signature", "recorded", signature.assessment_id, Classification::Unclassified, &message)
}

/// assessment_invitation.recorded
pub fn invitation_recorded(invitation: &Invitation, assessment: &Assessment) -> Fact {
    let mut told = pb::AssessmentInvitation::from(invitation);
    told.assessment_title = Some(cpas_proto::common::v1::Text::of(&assessment.title.en, &assessment.title.fr));
    let message = pb::AssessmentInvitationRecorded { invitation: Some(told) };
    Fact::new("assessment_invitation", "recorded", invitation.assessment_id, assessment.classification, &message)
}

/// assessment_cycle.recorded
pub fn cycle_recorded(mission: Uuid, cycle: &Cycle, slots: &[Slot]) -> Fact {
    // What its rhythm asks for counts from when it was set, not from when something else of the cycle was.
    let counted = Cycle { recorded_at: cycle.rhythm_since.unwrap_or(cycle.recorded_at), ..cycle.clone() };
    let told = pb::AssessmentCycle { slots: slots.iter().map(Into::into).collect(), ..(&counted).into() };
    let message = pb::AssessmentCycleRecorded { cycle: Some(told) };
    Fact::new("assessment_cycle", "recorded", mission, Classification::Unclassified, &message)
}

/// gender_statement.recorded
pub fn gender_statement_recorded(statement: &Statement) -> Fact {
    let message = pb::GenderStatementRecorded {
        assessment_id: statement.assessment_id.to_string(),
        outcome_lineage_id: statement.outcome.to_string(),
        statement: Some(statement.into()),
    };
    Fact::new("gender_statement", "recorded", statement.assessment_id, statement.classification, &message)
}

/// workshop.recorded: what happened in it is asked for, by who may see it. As secret as what was done.
pub fn workshop_recorded(workshop: &Workshop, done: Classification) -> Fact {
    let (assessment_id, state) = (workshop.assessment_id.to_string(), workshop.state.word().to_owned());
    let message = pb::WorkshopRecorded { assessment_id, state, version: workshop.version };
    let classification = done.max(workshop.classification);
    Fact::new("workshop", "recorded", workshop.assessment_id, classification, &message)
}

/// workshop_vote.recorded: as secret as what is voted on, and never who voted what.
pub fn workshop_vote_recorded(vote: &Vote) -> Fact {
    let (assessment_id, state) = (vote.assessment_id.to_string(), vote.state().word().to_owned());
    let message = pb::WorkshopVoteRecorded { assessment_id, vote_id: vote.id.to_string(), state };
    Fact::new("workshop_vote", "recorded", vote.id, vote.classification, &message)
}

/// finding_comment.recorded: as secret as the finding.
pub fn finding_comment_recorded(comment: &Comment, classification: Classification) -> Fact {
    let message = pb::FindingCommentRecorded {
        assessment_id: comment.assessment_id.to_string(),
        finding_id: comment.finding_id.to_string(),
        comment_id: comment.id.to_string(),
    };
    Fact::new("finding_comment", "recorded", comment.id, classification, &message)
}

/// finding_dissent.recorded: as secret as the finding, and never who.
pub fn finding_dissent_recorded(dissent: &Dissent, classification: Classification) -> Fact {
    let message = pb::FindingDissentRecorded {
        assessment_id: dissent.assessment_id.to_string(),
        finding_id: dissent.finding_id.to_string(),
    };
    Fact::new("finding_dissent", "recorded", dissent.finding_id, classification, &message)
}

/// What is heard of planning.
const HEARS: &[&str] = &["cpas.planning.plan_change.recorded.*", "cpas.planning.plan.recorded.*"];

/// Hears of the changes to the plan that planning opens for recommendations and links them back; and of the versions of
/// the plan that take them up.
pub fn inbox() -> Inbox {
    Inbox::new("assessment", HEARS, |tx, event| {
        Box::pin(async move {
            if event.kind == PlanRecorded::full_name() {
                let Some(plan) = event.decode::<PlanRecorded>()?.plan else {
                    return Err(Failure::invalid("A PlanRecorded without its plan."));
                };
                return app::hear_plan(tx, &plan).await.map_err(Failure::from);
            }
            if event.kind != PlanChangeRecorded::full_name() {
                return Ok(());
            }
            let Some(change) = event.decode::<PlanChangeRecorded>()?.plan_change else {
                return Err(Failure::invalid("A PlanChangeRecorded without its plan change."));
            };
            app::link_plan_change(tx, &change, event.recorded_at).await.map_err(Failure::from)
        })
    })
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;
    use crate::domain::{
        analysis::{Direction, Horizon, OverTime, Point},
        frozen::{Indicator, Inputs, Part},
        text::Text,
    };

    fn analysis(at: usize, classification: Classification) -> Analysis {
        let point = |year: i32| Point::of(year.to_string().parse().expect("a period"), Some(f64::from(year)));
        let indicator = Indicator {
            id: Uuid::nil(),
            code: format!("OC-{at}"),
            name: Text::of("An indicator", ""),
            unit: String::new(),
            direction: Direction::Higher,
            over_time: OverTime::Last,
            frequency: cpas_proto::words::Frequency::Year,
            baseline: None,
            definition_version: 1,
            plan_item_lineage_id: None,
            level: String::new(),
            computed_from: Vec::new(),
        };
        let parts = vec![Part { area: None, points: (1950..2020).map(point).collect() }];
        let (targets, slices, timely, cautions) = (Vec::new(), Vec::new(), None, Vec::new());
        let inputs = Inputs { indicator, targets, parts, slices, timely, cautions, classification };
        let horizon = Horizon {
            assessed: "2019".parse().expect("a period"),
            known_on: "2020-02-01".parse().expect("a day"),
            fiscal_start_month: 7,
        };
        let (subject, computed) = inputs.analyses(&horizon).remove(0);
        Analysis {
            id: Uuid::nil(),
            assessment_id: Uuid::nil(),
            indicator_id: Uuid::nil(),
            indicator_code: subject.code,
            indicator_name: subject.name,
            unit: subject.unit,
            direction: subject.direction,
            definition_version: 1,
            area: None,
            computed,
            classification,
        }
    }

    #[test]
    fn many_analyses_are_told_in_parts_that_fit_and_do_not_mix_classifications() {
        let mut analyses: Vec<Analysis> = (0..400).map(|at| analysis(at, Classification::Unclassified)).collect();
        analyses.push(analysis(400, Classification::Confidential));
        let facts = analyses_computed(Uuid::nil(), &analyses);
        assert!(facts.len() > 2, "{} parts", facts.len());
        assert!(facts.iter().all(|fact| fact.payload.len() < PART_BYTES_MAX + 1024));
        let told = |classification| {
            let of = facts.iter().filter(move |fact| fact.classification == classification);
            of.map(|fact| pb::AnalysesComputed::decode(fact.payload.as_slice()).expect("our own").analyses.len())
                .sum::<usize>()
        };
        assert_eq!((told(Classification::Unclassified), told(Classification::Confidential)), (400, 1));
    }
}
