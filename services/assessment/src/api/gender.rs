//! The question of women, girls and youth, outcome by outcome.

use chassis::Caller;
use cpas_proto::{assessment::v1 as pb, words::Classification};
use tonic::{Request, Response};

use super::{Answer, account, analysis::gap, course::requirement, id, instant, text};
use crate::{
    Deps,
    app::{self, GenderSeen, StateNotApplicable},
    domain::{
        Invalid,
        course::WORDS_CHARS_MAX,
        gender::{AGE, Disaggregated, OfOutcome, SEX, Statement},
        text::Text,
        word,
    },
    error::Error,
};

/// Most outcomes that one reason is given for at once.
const OUTCOMES_MAX: usize = 200;

pub(super) async fn get(deps: &Deps, request: Request<pb::GetGenderOverviewRequest>) -> Answer<pb::GenderOverview> {
    let (caller, request) = Caller::open(request)?;
    let found = app::get_gender(deps, &caller, id("assessment", &request.assessment_id)?).await?;
    Ok(Response::new((&found).into()))
}

pub(super) async fn state(
    deps: &Deps,
    request: Request<pb::StateGenderNotApplicableRequest>,
) -> Answer<pb::GenderOverview> {
    let (caller, request) = Caller::open(request)?;
    let stated = app::state_not_applicable(deps, &caller, parse_state(&request)?).await?;
    Ok(Response::new((&stated).into()))
}

fn parse_state(request: &pb::StateGenderNotApplicableRequest) -> Result<StateNotApplicable, Error> {
    let assessment_id = id("assessment", &request.assessment_id)?;
    let given = &request.outcome_lineage_ids;
    if given.is_empty() || given.len() > OUTCOMES_MAX {
        return Err(Invalid::new("outcome_lineage_ids", format!("does not name 1 to {OUTCOMES_MAX} outcomes")).into());
    }
    let mut outcomes = Vec::with_capacity(given.len());
    for (place, outcome) in given.iter().enumerate() {
        let outcome = word(&format!("outcome_lineage_ids[{place}]"), outcome)?;
        if !outcomes.contains(&outcome) {
            outcomes.push(outcome);
        }
    }
    let because = request.because.clone().unwrap_or_default();
    Ok(StateNotApplicable {
        assessment_id,
        outcomes,
        because: Text::parse("because", &because.en, &because.fr, WORDS_CHARS_MAX)?,
        classification: Classification::parse_or_unclassified(&request.classification)
            .map_err(|error| Invalid::new("classification", error.to_string()))?,
    })
}

impl From<&Statement> for pb::GenderStatement {
    fn from(one: &Statement) -> Self {
        Self {
            because: text(&one.because),
            recorded_at: instant(one.at),
            recorded_by: account(one.by),
            recorded_by_name: one.by_name.clone(),
            classification: one.classification.word().to_owned(),
        }
    }
}

impl From<&Disaggregated> for pb::GenderIndicator {
    fn from(one: &Disaggregated) -> Self {
        Self {
            code: one.code.clone(),
            name: text(&one.name),
            by_sex: one.dimensions.contains(SEX),
            by_age: one.dimensions.contains(AGE),
            gaps: one.gaps.iter().map(gap).collect(),
        }
    }
}

impl From<&OfOutcome> for pb::GenderOfOutcome {
    fn from(one: &OfOutcome) -> Self {
        let answer = match (one.findings.is_empty(), &one.not_applicable) {
            (false, _) => "answered",
            (true, Some(_)) => "not_applicable",
            (true, None) => "open",
        };
        Self {
            outcome_lineage_id: one.outcome.lineage_id.to_string(),
            number: one.outcome.number.clone(),
            statement: text(&one.outcome.statement),
            gender_marked: one.outcome.gender_marked,
            poc_marked: one.outcome.poc_marked,
            indicators: one.indicators.iter().map(Into::into).collect(),
            answer: answer.to_owned(),
            finding_ids: one.findings.iter().map(ToString::to_string).collect(),
            not_applicable: one.not_applicable.as_ref().map(Into::into),
        }
    }
}

impl From<&GenderSeen> for pb::GenderOverview {
    fn from(seen: &GenderSeen) -> Self {
        Self {
            assessment_id: seen.assessment_id.to_string(),
            outcomes: seen.outcomes.iter().map(Into::into).collect(),
            adviser: seen.adviser.as_ref().map(requirement),
        }
    }
}
