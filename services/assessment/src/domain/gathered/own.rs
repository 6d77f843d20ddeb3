//! What the assessment itself holds: series, contributions, where events gather, findings.

use std::collections::BTreeSet;

use cpas_proto::words::Classification;

use super::{Item, Own, Reason, Scope, place_id, words};
use crate::domain::{
    analysis::{
        Status, Verdict,
        contribution::Grade,
        hot_spots::{AreaSpot, Gathering, getis_ord::Heat},
    },
    contributed::Contributed,
    evidence::Kind,
    finding::{Finding, Question},
    frozen::Analysis,
};

/// Clusters are told of up to this probability of chance.
const CLUSTER_P_MAX: f64 = 0.05;

impl Own {
    pub(super) fn items(&self, scope: &Scope<'_>) -> Vec<Item> {
        let analyses = self
            .analyses
            .iter()
            .filter_map(|(one, measured)| series(scope, one, *measured == scope.outcome.lineage_id));
        let mut items: Vec<Item> = analyses.chain(self.contributions.iter().map(contribution)).collect();
        if let Some((found, classification)) = &self.hot_spots {
            let areas = found.areas.found.iter().flatten().filter_map(|one| hot_spot(scope, one, *classification));
            let clusters = found.clusters.found.iter().flatten().enumerate();
            let clusters = clusters.filter_map(|(at, one)| cluster(scope, at, one, *classification));
            items.extend(areas.chain(clusters));
        }
        let is_own = |one: &&Finding| one.content.outcome_lineage_id == scope.outcome.lineage_id;
        items.extend(notes(self.findings.iter().filter(is_own)));
        items.extend(self.earlier.iter().map(|(one, period)| Item {
            kind: Kind::Finding,
            id: Some(one.id),
            label: words::question(one.content.question, period),
            statement: words::shortened(&one.content.narrative),
            reasons: vec![Reason::SameOutcome(*period)],
            questions: vec![one.content.question],
            classification: one.content.classification,
        }));
        items
    }
}

/// A series of an area counts where the area is one of the outcome's; where the outcome names none, where it stands out.
fn series(scope: &Scope<'_>, one: &Analysis, is_outcome: bool) -> Option<Item> {
    let computed = &one.computed;
    let off = matches!(computed.status, Status::OffTrack | Status::AtRisk);
    let stands_out = off || matches!(computed.trend.verdict, Verdict::Improving | Verdict::Worsening);
    let mut reasons = vec![if is_outcome { Reason::MeasuresOutcome } else { Reason::MeasuresOutput }];
    match &one.area {
        None => reasons.push(Reason::WholeMission),
        Some(area) => match scope.place(area)? {
            Reason::NoAreas if !stands_out => return None,
            place => reasons.push(place),
        },
    }
    if stands_out {
        reasons.push(Reason::StandsOut);
    }
    let mut questions = vec![if is_outcome { Question::Change } else { Question::Delivery }];
    if computed.gaps.iter().any(|gap| gap.dimension != "area") {
        questions.push(Question::GenderAndYouth);
    }
    if off {
        questions.push(Question::Next);
    }
    let area = one.area.as_ref().map(|area| format!(" · {area}")).unwrap_or_default();
    Some(Item {
        kind: Kind::Analysis,
        id: Some(one.id),
        label: format!("{}{area}", one.indicator_code),
        statement: computed.statement.clone(),
        reasons,
        questions,
        classification: one.classification,
    })
}

fn contribution(one: &Contributed) -> Item {
    let mut reasons = vec![Reason::Linked];
    let mut questions = vec![Question::Link];
    match one.found.grade {
        Grade::Strong => reasons.push(Reason::StandsOut),
        Grade::Contrary => {
            reasons.push(Reason::StandsOut);
            questions.extend([Question::Alternatives, Question::Next]);
        }
        Grade::Moderate | Grade::Weak | Grade::CannotTell => {}
    }
    Item {
        kind: Kind::Contribution,
        id: Some(one.id),
        label: format!("{} → {}", one.case.output.code, one.case.outcome.code),
        statement: one.found.statement.clone(),
        reasons,
        questions,
        classification: one.classification,
    }
}

/// An area that stands out; of one that does not there is nothing to say.
fn hot_spot(scope: &Scope<'_>, one: &AreaSpot, classification: Classification) -> Option<Item> {
    if one.spot.heat == Heat::Neither {
        return None;
    }
    Some(Item {
        kind: Kind::HotSpot,
        id: Some(place_id(scope.assessment_id, Kind::HotSpot, &one.area)),
        label: one.area.clone(),
        statement: words::hot_spot(one),
        reasons: vec![scope.place(&one.area)?, Reason::StandsOut, Reason::InPeriod],
        questions: vec![Question::Change, Question::Alternatives],
        classification,
    })
}

fn cluster(scope: &Scope<'_>, at: usize, one: &Gathering, classification: Classification) -> Option<Item> {
    if one.cluster.p > CLUSTER_P_MAX {
        return None;
    }
    let place = match &one.area {
        Some(area) => scope.place(area)?,
        None if scope.outcome.areas.is_empty() => Reason::NoAreas,
        None => return None,
    };
    Some(Item {
        kind: Kind::Cluster,
        id: Some(place_id(scope.assessment_id, Kind::Cluster, &at.to_string())),
        label: format!("{} – {}", one.first, one.last),
        statement: words::cluster(one),
        reasons: vec![place, Reason::StandsOut, Reason::InPeriod],
        questions: vec![Question::Change, Question::Alternatives],
        classification,
    })
}

/// Notes that findings of the outcome rest on; the same words once.
fn notes<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<Item> {
    let (mut told, mut items) = (BTreeSet::new(), Vec::new());
    for finding in findings {
        let question = finding.content.question;
        for note in finding.content.evidence.iter().filter(|one| one.kind == Kind::Note) {
            if told.insert(&note.note) {
                items.push(Item {
                    kind: Kind::Note,
                    id: None,
                    label: note.note.clone(),
                    statement: words::as_it_is(&note.note),
                    reasons: vec![Reason::Noted(question)],
                    questions: vec![question],
                    classification: finding.content.classification,
                });
            }
        }
    }
    items
}
