//! How important a change is, 0 to 100: what became worse goes before what became better, the mission as a whole before an
//! area of it, and what makes both assessments hard to compare before what is only news. Described in `docs/methods.md`.

use super::super::{
    analysis::{Status, Verdict, contribution::Grade},
    recommendation::State,
};

/// An area counts this share of the mission as a whole.
const AREA_SHARE: f64 = 0.6;

/// 0 for achieved; `NoData` stands between at risk and off track: not to know is no comfort.
pub(super) const fn badness(status: Status) -> u8 {
    match status {
        Status::Achieved => 0,
        Status::OnTrack => 1,
        Status::AtRisk => 2,
        Status::NoData => 3,
        Status::OffTrack => 4,
    }
}

/// A change of where an indicator stands.
pub(super) fn status(was: Status, is: Status, is_whole: bool) -> u8 {
    let weight = match (was, is) {
        (_, Status::NoData) => 70,
        (Status::NoData, _) => 50,
        _ if badness(is) > badness(was) => 75 + 5 * (badness(is) - badness(was)).min(4),
        _ => 60,
    };
    placed(weight, is_whole)
}

pub(super) fn trend(is: Verdict, is_whole: bool) -> u8 {
    let weight = match is {
        Verdict::Worsening => 80,
        Verdict::Improving => 55,
        Verdict::None | Verdict::TooFew => 40,
    };
    placed(weight, is_whole)
}

/// `share`: how far a value moved, 0 to 1.
pub(super) fn corrected(share: f64, is_whole: bool) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 30")]
    let more = (share.clamp(0.0, 1.0) * 30.0).round() as u8;
    placed(50 + more, is_whole)
}

pub(super) const DEFINITION: u8 = 72;
pub(super) const INDICATOR_ADDED: u8 = 35;
pub(super) const INDICATOR_GONE: u8 = 65;
pub(super) const OUTCOME_ADDED: u8 = 50;
pub(super) const OUTCOME_GONE: u8 = 62;
pub(super) const OUTCOME_RESTATED: u8 = 45;
pub(super) const LINK: u8 = 38;

pub(super) const fn contribution(was: Grade, is: Grade) -> u8 {
    const fn stands(grade: Grade) -> bool {
        matches!(grade, Grade::Strong | Grade::Moderate)
    }
    match (stands(was), stands(is), is) {
        (_, _, Grade::Contrary) => 82,
        (true, false, _) => 74,
        (false, true, _) => 64,
        _ => 42,
    }
}

/// A rating of people weighs more than what was computed.
pub(super) fn rating(was: Status, is: Status) -> u8 {
    (status(was, is, true) + 10).min(100)
}

pub(super) const fn recommendation(is: State, is_overdue: bool) -> u8 {
    match is {
        _ if is_overdue => 78,
        State::Lapsed => 73,
        State::Proposed => 58,
        State::Implemented | State::Verified => 48,
        State::Accepted | State::Partly | State::InProgress => 44,
        State::Rejected => 30,
    }
}

fn placed(weight: u8, is_whole: bool) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
    let of_area = (f64::from(weight) * AREA_SHARE).round() as u8;
    if is_whole { weight } else { of_area }
}
