//! The plan check on the wire.

use chrono::NaiveDate;
use cpas_proto::planning::v1 as pb;

use super::fields::{id, instant, text};
use crate::{
    app::Checked,
    domain::check::{
        score::Score,
        waiver::{Waiver, Weighed},
    },
    store::checks::{PastWaiver, ScorePoint},
};

impl From<&Checked> for pb::CheckPlanResponse {
    fn from(checked: &Checked) -> Self {
        Self {
            findings: checked.findings.iter().map(pb::PlanCheckFinding::from).collect(),
            score: Some(score(&checked.score, None)),
            history: checked.history.iter().map(point).collect(),
            past_waivers: checked.past.iter().map(past).collect(),
        }
    }
}

impl From<&Weighed> for pb::PlanCheckFinding {
    fn from(weighed: &Weighed) -> Self {
        let finding = &weighed.finding;
        Self {
            rule: finding.rule.word().to_owned(),
            severity: finding.rule.severity().word().to_owned(),
            message: text(&finding.message),
            item_id: id(finding.item),
            indicator_id: id(finding.indicator),
            key: weighed.key.as_str().to_owned(),
            waiver: weighed.waiver.as_ref().map(waiver),
        }
    }
}

fn waiver(waiver: &Waiver) -> pb::PlanCheckWaiver {
    pb::PlanCheckWaiver {
        reason: waiver.reason.clone(),
        waived_by: waiver.waived.by.name.clone(),
        waived_at: instant(waiver.waived.at),
    }
}

fn past(past: &PastWaiver) -> pb::PastWaiver {
    let (rule, place) = past.waiver.key.parts();
    pb::PastWaiver {
        key: past.waiver.key.as_str().to_owned(),
        rule: rule.to_owned(),
        place: place.to_owned(),
        reason: past.waiver.reason.clone(),
        waived_by: past.waiver.waived.by.name.clone(),
        waived_at: instant(past.waiver.waived.at),
        taken_back_by: past.taken_back.by.name.clone(),
        taken_back_at: instant(past.taken_back.at),
    }
}

fn point(point: &ScorePoint) -> pb::PlanScore {
    let (plan_id, number) = (point.plan.to_string(), point.number);
    pb::PlanScore { plan_id, number, ..score(&point.score, Some(point.day)) }
}

fn score(score: &Score, day: Option<NaiveDate>) -> pb::PlanScore {
    pb::PlanScore {
        day: id(day),
        score: score.score.into(),
        errors: score.errors,
        warnings: score.warnings,
        advice: score.advice,
        waived: score.waived,
        ..Default::default()
    }
}
