use super::*;

fn at() -> DateTime<Utc> {
    "2025-07-01T08:00:00Z".parse().expect("an instant")
}

fn proposed() -> Recommendation {
    let proposal = Proposal {
        text: Text::of("Move two patrols to the north", ""),
        kind: Kind::Plan,
        owner_section: "Sector North".to_owned(),
        due: parse_due("2025-09-30").expect("a date"),
        indicator_codes: Vec::new(),
        finding_ids: vec![Uuid::max()],
        classification: Classification::Confidential,
    };
    Recommendation::propose(Uuid::nil(), Uuid::nil(), proposal, Uuid::nil(), at())
}

fn taken(reason: &str) -> Taken {
    Taken { by: Uuid::max(), at: at(), reason: reason.to_owned() }
}

#[test]
fn a_decision_is_logged_with_who_when_why_and_on_what() {
    let (accepted, decision) =
        proposed().decide(Uuid::max(), Verdict::Accepted, taken(""), vec![(Uuid::max(), 3)]).expect("needs no reason");
    assert!(accepted.changes_plan());
    assert_eq!((accepted.state, accepted.version), (State::Accepted, 2));
    assert_eq!((decision.decided_by, decision.decided_at), (Uuid::max(), at()));
    assert_eq!(decision.findings, vec![(Uuid::max(), 3)]);
    assert_eq!(decision.classification, Classification::Confidential);
    assert_eq!(
        accepted.decide(Uuid::max(), Verdict::Rejected, taken("late"), Vec::new()),
        Err(NotPossible::Decided(State::Accepted))
    );
}

#[test]
fn a_no_and_half_a_yes_need_a_reason() {
    for verdict in [Verdict::Partly, Verdict::Rejected] {
        assert!(matches!(
            proposed().decide(Uuid::max(), verdict, taken(""), Vec::new()),
            Err(NotPossible::NoReason(_))
        ));
        assert!(proposed().decide(Uuid::max(), verdict, taken("No fuel until May"), Vec::new()).is_ok());
    }
}

#[test]
fn it_is_followed_up_step_by_step() {
    let (accepted, _) = proposed().decide(Uuid::max(), Verdict::Accepted, taken(""), Vec::new()).expect("decided");
    let early = accepted.clone().progress(State::Verified, "", None, at()).expect_err("not implemented yet");
    assert_eq!(
        early.to_string(),
        "a recommendation that is accepted cannot become verified; it can become in_progress or lapsed"
    );
    let lapsed = accepted.clone().progress(State::Lapsed, "", None, at());
    assert!(matches!(lapsed, Err(NotPossible::NoReason(_))));
    let mut moving = accepted;
    for to in [State::InProgress, State::Implemented, State::Verified] {
        moving = moving.progress(to, "", Some(at()), at()).expect("one step");
    }
    assert_eq!((moving.state, moving.version), (State::Verified, 5));
    assert!(proposed().progress(State::InProgress, "", None, at()).is_err(), "undecided");
}

#[test]
fn a_plan_change_is_linked_once() {
    let linked = proposed().link(Uuid::max()).expect("new to it");
    assert_eq!(linked.version, 2);
    assert_eq!(linked.link(Uuid::max()), None);
}

fn with_id(id: u128) -> Recommendation {
    Recommendation { id: Uuid::from_u128(id), ..proposed() }
}

#[test]
fn a_duplicate_is_linked_to_an_original_and_taken_back() {
    let linked = with_id(1).duplicate_of(&with_id(2), false).expect("both are proposed");
    assert_eq!((linked.duplicate_of, linked.version), (Some(Uuid::from_u128(2)), 2));
    let told = |answer: Result<Recommendation, NotPossible>| answer.expect_err("not possible").to_string();
    assert!(told(with_id(3).duplicate_of(&linked, false)).contains("is a duplicate of another one"));
    assert!(told(with_id(2).duplicate_of(&with_id(2), false)).contains("itself"));
    assert!(told(with_id(2).duplicate_of(&with_id(3), true)).contains("others are linked"));
    let secret = Proposal { classification: Classification::StrictlyConfidential, ..proposed().proposal };
    let secret = Recommendation { proposal: secret, ..with_id(4) };
    assert!(told(with_id(1).duplicate_of(&secret, false)).contains("more restricted"));
    assert!(secret.duplicate_of(&with_id(1), false).is_ok(), "the other way round nothing is given away");
    let back = linked.no_duplicate().expect("proposed").expect("it was one");
    assert_eq!((back.duplicate_of, back.version), (None, 3));
    assert_eq!(back.no_duplicate(), Ok(None));
    let (decided, _) = with_id(1).decide(Uuid::max(), Verdict::Accepted, taken(""), Vec::new()).expect("decided");
    assert_eq!(decided.clone().no_duplicate(), Err(NotPossible::LinkedTooLate(State::Accepted)));
    assert!(decided.duplicate_of(&with_id(2), false).is_err());
}

#[test]
fn a_duplicate_asks_nothing_of_the_plan_again() {
    let linked = with_id(1).duplicate_of(&with_id(2), false).expect("both are proposed");
    let (decided, _) = linked.decide(Uuid::max(), Verdict::Accepted, taken(""), Vec::new()).expect("decided");
    assert!(!decided.changes_plan());
}

#[test]
fn when_it_was_implemented_is_known_until_it_is_taken_up_again() {
    let (mut moving, _) = proposed().decide(Uuid::max(), Verdict::Accepted, taken(""), Vec::new()).expect("decided");
    for (to, known) in [
        (State::InProgress, false),
        (State::Implemented, true),
        (State::InProgress, false),
        (State::Implemented, true),
        (State::Verified, true),
    ] {
        moving = moving.progress(to, "", Some(at()), at()).expect("one step");
        assert_eq!(moving.implemented_at.is_some(), known, "{to}");
    }
}
