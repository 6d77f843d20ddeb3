//! Records as events tell them, with what they are found by.

use cpas_proto::{
    assessment::v1::{Analysis, AssessmentCycle, Recommendation},
    planning::v1::Indicator,
};
use prost::Message;

use crate::store::records::{ABOUT_NONE, Kept};

/// What the library says of an indicator that was cloned from it; empty where the event did not tell.
const LIBRARY_INDICATOR: &str = "library_indicator";

pub(crate) fn kept(kind: &'static str, id: &str, version: i64, state: &str, message: &impl Message) -> Kept {
    Kept {
        kind,
        id: id.to_owned(),
        code: String::new(),
        state: state.to_owned(),
        parent: String::new(),
        about: String::new(),
        due: None,
        section: String::new(),
        indicator_codes: None,
        version,
        body: message.encode_to_vec(),
    }
}

/// What a cycle asks for, whoever does it and is reminded: the same when it is saved again; empty where there is none.
pub(crate) fn rhythm(of: &AssessmentCycle) -> String {
    if of.interval.is_empty() {
        return String::new();
    }
    let months: Vec<String> = of.months.iter().map(u32::to_string).collect();
    format!("{} {} {}", of.interval, of.kind, months.join(","))
}

/// The part of the plan that a record is about, or the recommendation that it is a duplicate of.
pub(crate) fn about(lineage_id: &str) -> String {
    if lineage_id.is_empty() { ABOUT_NONE.to_owned() } else { lineage_id.to_owned() }
}

/// An indicator, and beside it what the library says of it where it was cloned from there, by the library's code.
pub(crate) fn kept_indicator(of: &Indicator, library: Option<Indicator>) -> Vec<Kept> {
    let code = of.code.clone();
    let about = about(&of.plan_item_lineage_id);
    let mut all = vec![Kept { code, about, ..kept("indicator", &of.id, of.version, &of.state, of) }];
    if !of.library_code.is_empty() {
        let shared = kept(LIBRARY_INDICATOR, &of.id, of.version, "", &library.unwrap_or_default());
        all.push(Kept { code: of.library_code.clone(), parent: of.code.clone(), ..shared });
    }
    all
}

/// A recommendation, with what lists and counts look at.
pub(crate) fn kept_recommendation(of: &Recommendation) -> Kept {
    Kept {
        parent: of.assessment_id.clone(),
        about: about(&of.duplicate_of),
        due: of.due.get(..10).and_then(|day| day.parse().ok()),
        section: of.owner_section.clone(),
        indicator_codes: Some(of.indicator_codes.clone()),
        ..kept("recommendation", &of.id, of.version, &of.state, of)
    }
}

/// An analysis is known by its indicator's code; one of an area by `code|area`.
pub(crate) fn kept_analysis(of: &Analysis, version: i64) -> Kept {
    let code =
        if of.area.is_empty() { of.indicator_code.clone() } else { format!("{}|{}", of.indicator_code, of.area) };
    Kept { code, parent: of.assessment_id.clone(), ..kept("analysis", &of.id, version, &of.status, of) }
}
