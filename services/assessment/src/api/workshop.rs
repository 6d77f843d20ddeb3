//! Workshops: what is read of them.

use cpas_proto::{assessment::v1 as pb, words::Component};
use uuid::Uuid;

use super::{account, instant, text};
use crate::{
    app::{OutcomeSeen, VoteSeen, WorkshopSeen},
    domain::{
        frozen::Outcome,
        workshop::{
            Correction, Decision, Dissent, Entry, Presence, Remark, StepTaken,
            vote::{Ballots, Choice, Vote},
        },
    },
};

impl From<&WorkshopSeen> for pb::Workshop {
    fn from(seen: &WorkshopSeen) -> Self {
        let record = &seen.record;
        let (workshop, id) = (&record.workshop, record.workshop.assessment_id);
        let mut told = Self {
            assessment_id: id.to_string(),
            assessment_title: text(&record.title),
            state: workshop.state.word().to_owned(),
            version: workshop.version,
            room_classification: workshop.room.word().to_owned(),
            at_outcome_lineage_id: workshop.at.map(|at| at.to_string()).unwrap_or_default(),
            agenda: workshop.agenda.iter().filter_map(|lineage| agenda_item(&record.outcomes, *lineage)).collect(),
            presences: record.presences.iter().map(pb::WorkshopPresence::from).collect(),
            votes: seen.votes().map(|vote| pb::WorkshopVote::from(&vote)).collect(),
            remarks: record.remarks.iter().map(|one| one.into()).collect(),
            classification: workshop.classification.word().to_owned(),
            votes_here: seen.votes_here,
            ..Self::default()
        };
        for entry in &record.entries {
            match entry {
                Entry::Step(one) => told.steps.push(one.into()),
                Entry::Decision(one) => told.decisions.push(one.into()),
                Entry::Dissent(one) => told.dissents.push(one.into()),
                Entry::Correction(one) => told.corrections.push(one.into()),
            }
        }
        told
    }
}

fn agenda_item(outcomes: &[Outcome], lineage: Uuid) -> Option<pb::WorkshopAgendaItem> {
    let outcome = outcomes.iter().find(|outcome| outcome.lineage_id == lineage)?;
    Some(pb::WorkshopAgendaItem {
        outcome_lineage_id: lineage.to_string(),
        number: outcome.number.clone(),
        statement: text(&outcome.statement),
        lead_section: outcome.lead_section.clone(),
    })
}

impl From<&StepTaken> for pb::WorkshopStep {
    fn from(one: &StepTaken) -> Self {
        Self {
            step: one.step.word().to_owned(),
            reason: one.reason.clone(),
            recorded_at: instant(one.written.at),
            recorded_by: account(one.written.by),
            recorded_by_name: one.written.name.clone(),
        }
    }
}

impl From<&Presence> for pb::WorkshopPresence {
    fn from(one: &Presence) -> Self {
        Self {
            id: one.id.to_string(),
            assessment_id: one.assessment_id.to_string(),
            account_id: one.account_id.map(account).unwrap_or_default(),
            name: one.name.clone(),
            section: one.section.clone(),
            component: component(one.component),
            votes: one.account_id.is_some(),
            joined_at: instant(one.joined_at),
            left_at: one.left_at.map(instant).unwrap_or_default(),
        }
    }
}

impl From<&VoteSeen<'_>> for pb::WorkshopVote {
    fn from(seen: &VoteSeen<'_>) -> Self {
        let vote = seen.vote;
        let counts = vote.counts();
        let shown = |counts: &std::collections::BTreeMap<Choice, usize>| -> Vec<pb::WorkshopCount> {
            let count = |choice: &Choice| counts.get(choice).copied().unwrap_or_default();
            let all = vote.asked.choices().iter();
            all.map(|choice| pb::WorkshopCount { choice: choice.word().to_owned(), count: whole(count(choice)) })
                .collect()
        };
        let by_component = vote.by_component();
        Self {
            id: vote.id.to_string(),
            assessment_id: vote.assessment_id.to_string(),
            outcome_lineage_id: vote.outcome.to_string(),
            finding_id: vote.finding.map(|(id, _)| id.to_string()).unwrap_or_default(),
            finding_question: vote.finding.map_or("", |(_, question)| question.word()).to_owned(),
            question: vote.asked.word().to_owned(),
            text: text(&vote.text),
            secret: vote.is_secret(),
            state: vote.state().word().to_owned(),
            version: vote.version,
            choices: vote.asked.choices().iter().map(|choice| choice.word().to_owned()).collect(),
            voted: whole(vote.voted()),
            may_vote: whole(seen.may_vote),
            counts: counts.as_ref().map(shown).unwrap_or_default(),
            by_component: by_component
                .iter()
                .map(|(of, counts)| pb::WorkshopComponentCount { component: component(*of), counts: shown(counts) })
                .collect(),
            ballots: ballots(vote),
            suppressed: vote.counted.is_some() && counts.is_none(),
            mine: seen.account.map(|account| mine(vote, account)).unwrap_or_default(),
            has_voted: seen.account.is_some_and(|account| vote.has_voted(account)),
            opened_at: instant(vote.opened.at),
            closed_at: vote.counted.as_ref().map(|counted| instant(counted.at)).unwrap_or_default(),
            classification: vote.classification.word().to_owned(),
        }
    }
}

fn ballots(vote: &Vote) -> Vec<pb::WorkshopBallot> {
    let Ballots::Named { by_account } = &vote.ballots else { return Vec::new() };
    let ballot = |(id, one): (&Uuid, &crate::domain::workshop::vote::Ballot)| pb::WorkshopBallot {
        account_id: account(*id),
        name: one.name.clone(),
        component: component(one.component),
        choice: one.choice.word().to_owned(),
    };
    by_account.iter().map(ballot).collect()
}

/// Of a secret vote the service does not know it.
fn mine(vote: &Vote, account: Uuid) -> String {
    let Ballots::Named { by_account } = &vote.ballots else { return String::new() };
    by_account.get(&account).map_or("", |ballot| ballot.choice.word()).to_owned()
}

fn component(of: Option<Component>) -> String {
    of.map_or("", |component| component.word()).to_owned()
}

fn whole(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl From<&Decision> for pb::WorkshopDecision {
    fn from(one: &Decision) -> Self {
        let taken = one.taken_over.as_ref();
        pb::WorkshopDecision {
            id: one.id.to_string(),
            assessment_id: one.assessment_id.to_string(),
            outcome_lineage_id: one.outcome.to_string(),
            text: text(&one.text),
            proposed_by: one.proposed_by.clone(),
            vote_id: one.vote_id.map(|id| id.to_string()).unwrap_or_default(),
            finding_id: taken.map(|taken| taken.finding_id.to_string()).unwrap_or_default(),
            finding_question: taken.map_or("", |taken| taken.question.word()).to_owned(),
            finding_version: taken.map(|taken| taken.version).unwrap_or_default(),
            progress_rating: taken.and_then(|taken| taken.progress).map_or("", |word| word.word()).to_owned(),
            performance_rating: taken.and_then(|taken| taken.performance).map_or("", |word| word.word()).to_owned(),
            recommendation_id: one.recommendation_id.map(|id| id.to_string()).unwrap_or_default(),
            recorded_at: instant(one.written.at),
            recorded_by: account(one.written.by),
            recorded_by_name: one.written.name.clone(),
            classification: one.classification.word().to_owned(),
        }
    }
}

impl From<&Dissent> for pb::WorkshopDissent {
    fn from(one: &Dissent) -> Self {
        pb::WorkshopDissent {
            id: one.id.to_string(),
            assessment_id: one.assessment_id.to_string(),
            outcome_lineage_id: one.outcome.to_string(),
            finding_id: one.finding_id.to_string(),
            finding_question: one.question.word().to_owned(),
            text: one.text.clone(),
            recorded_at: instant(one.written.at),
            recorded_by: account(one.written.by),
            recorded_by_name: one.written.name.clone(),
            component: component(one.component),
            classification: one.classification.word().to_owned(),
        }
    }
}

impl From<&Remark> for pb::WorkshopRemark {
    fn from(one: &Remark) -> Self {
        pb::WorkshopRemark {
            assessment_id: one.assessment_id.to_string(),
            outcome_lineage_id: one.outcome.to_string(),
            text: text(&one.text),
            version: one.version,
            recorded_at: instant(one.written.at),
            recorded_by_name: one.written.name.clone(),
            classification: one.classification.word().to_owned(),
        }
    }
}

impl From<&Correction> for pb::WorkshopCorrection {
    fn from(one: &Correction) -> Self {
        pb::WorkshopCorrection {
            id: one.id.to_string(),
            assessment_id: one.assessment_id.to_string(),
            text: text(&one.text),
            recorded_at: instant(one.written.at),
            recorded_by: account(one.written.by),
            recorded_by_name: one.written.name.clone(),
            classification: one.classification.word().to_owned(),
        }
    }
}

impl From<&OutcomeSeen> for pb::WorkshopOutcome {
    fn from(seen: &OutcomeSeen) -> Self {
        Self {
            assessment_id: seen.assessment_id.to_string(),
            outcome_lineage_id: seen.lineage_id.to_string(),
            analyses: seen.analyses.iter().map(pb::Analysis::from).collect(),
            findings: seen.findings.iter().map(pb::Finding::from).collect(),
        }
    }
}
