use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use cpas_proto::words::{Classification, Component, Language};
use proptest::prelude::*;
use uuid::Uuid;

use super::{
    minutes,
    vote::{Asked, Ballot, Cast, CastError, Choice, NewVote, SECRET_MIN, Vote},
    *,
};
use crate::domain::{assessment::Kind, assessment::NewAssessment, frozen::Outcome};

fn at() -> DateTime<Utc> {
    "2025-07-01T08:00:00Z".parse().expect("an instant")
}

fn written() -> Written {
    Written { by: Uuid::nil(), name: "Ada <b>".to_owned(), at: at() }
}

fn in_state(state: assessment::State) -> Assessment {
    let new = NewAssessment {
        title: Text::of("Mid-year", "Mi-année"),
        kind: Kind::Impact,
        period: "FY2025".parse().expect("a period"),
        plan_id: None,
        participants: Vec::new(),
        follows: None,
    };
    Assessment { state, ..Assessment::schedule(Uuid::nil(), new, Uuid::nil(), at()) }
}

fn outcome(of: u128) -> Uuid {
    Uuid::from_u128(of)
}

fn opened() -> Workshop {
    let open = Classification::Unclassified;
    Workshop::open(&in_state(assessment::State::Workshop), vec![outcome(1), outcome(2)], open, open).expect("held")
}

fn new_vote(asked: Asked, secret: bool) -> NewVote {
    let (finding, text, classification) = (None, Text::of("Go north?", ""), Classification::Unclassified);
    NewVote { outcome: outcome(1), finding, asked, text, secret, classification }
}

fn vote(asked: Asked, secret: bool) -> Vote {
    Vote::open(Uuid::max(), Uuid::nil(), new_vote(asked, secret), 5, written()).expect("enough")
}

/// The `who`-th member with a key of their own.
fn cast(who: u128, choice: Choice) -> Cast {
    let ballot = Ballot { name: format!("Member {who}"), component: Some(Component::Police), choice };
    Cast { account: Uuid::from_u128(100 + who), ballot, key: format!("{who:032}") }
}

#[test]
fn a_workshop_is_held_while_its_assessment_is_in_workshop() {
    for state in assessment::State::ALL {
        let open = Classification::Unclassified;
        let held = Workshop::open(&in_state(*state), Vec::new(), open, open).is_ok();
        assert_eq!(held, *state == assessment::State::Workshop, "{state}");
    }
    let gone_on = in_state(assessment::State::LeadershipReview);
    assert_eq!(opened().held(&gone_on), Err(NotHeld::NotInWorkshop(assessment::State::LeadershipReview)));
    let closed = opened().close(0).expect("no vote is open");
    assert_eq!(closed.held(&in_state(assessment::State::Workshop)), Err(NotHeld::Closed));
    assert!(closed.clone().reopen(&gone_on).is_err(), "not any more");
    assert_eq!(closed.reopen(&in_state(assessment::State::Workshop)).expect("in workshop").version, 3);
    assert_eq!(opened().close(2), Err(NotHeld::OpenVotes(2)));
}

#[test]
fn the_agenda_changes_its_order_and_nothing_else() {
    let turned = opened().revise(Some(vec![outcome(2), outcome(1)]), None).expect("the same outcomes");
    assert_eq!((turned.agenda[0], turned.version, turned.at), (outcome(2), 2, Some(outcome(1))));
    for wrong in [vec![outcome(1)], vec![outcome(1), outcome(1)], vec![outcome(1), outcome(3)]] {
        assert_eq!(opened().revise(Some(wrong), None).expect_err("not the same").field, "agenda");
    }
    assert_eq!(opened().turn(outcome(3)).expect_err("not on it").field, "outcome_lineage_id");
}

#[test]
fn a_secret_vote_keeps_nobodys_choice() {
    let few = Vote::open(Uuid::max(), Uuid::nil(), new_vote(Asked::Proposal, true), 2, written());
    assert_eq!(few, Err(NotHeld::TooFewForSecret(2, SECRET_MIN)));
    let mut secret = vote(Asked::Proposal, true);
    for (who, choice) in [(1, Choice::Yes), (2, Choice::No), (3, Choice::Yes), (2, Choice::Yes)] {
        secret = secret.cast(cast(who, choice)).expect("taken");
    }
    assert_eq!((secret.voted(), secret.counts(), secret.has_voted(Uuid::from_u128(102))), (3, None, true));
    let stored = serde_json::to_value(&secret.ballots).expect("JSON");
    let (voted, prints) = (stored["voted"].to_string(), stored["by_print"].to_string());
    assert!(!voted.contains("yes") && !prints.contains("Member") && !prints.contains(&format!("{:032}", 1)));
    for who in 101..104_u128 {
        assert!(!prints.contains(&Uuid::from_u128(who).to_string()), "no ballot has an account");
    }
    assert!(secret.by_component().is_empty(), "few of a component would be told by it");

    let other_device = Cast { key: "0".repeat(64), ..cast(1, Choice::No) };
    assert_eq!(secret.clone().cast(other_device), Err(NotHeld::OtherDevice.into()));
    let anothers_key = Cast { account: Uuid::from_u128(9), ..cast(1, Choice::No) };
    assert_eq!(secret.clone().cast(anothers_key), Err(NotHeld::OtherDevice.into()));

    let closed = secret.close(5, at()).expect("open");
    assert_eq!(closed.counts(), Some(BTreeMap::from([(Choice::Yes, 3)])));
    assert!(!closed.has_voted(Uuid::from_u128(102)), "closed, nobody can tell who voted");
}

#[test]
fn the_counts_of_two_secret_ballots_are_not_kept() {
    let secret = vote(Asked::Progress, true).cast(cast(1, Choice::AtRisk)).expect("taken");
    let closed = secret.cast(cast(2, Choice::AtRisk)).expect("taken").close(5, at()).expect("open");
    assert_eq!((closed.voted(), closed.counts()), (2, None));
}

#[test]
fn a_choice_is_one_of_the_question() {
    for asked in Asked::ALL {
        for choice in Choice::ALL {
            let taken = vote(*asked, false).cast(cast(1, *choice));
            assert_eq!(taken.is_ok(), asked.choices().contains(choice), "{asked} {choice}");
        }
    }
    let wrong = vote(Asked::Proposal, false).cast(cast(1, Choice::Strong)).expect_err("not of it");
    assert!(matches!(wrong, CastError::Invalid(Invalid { field, .. }) if field == "choice"));
}

#[test]
fn minutes_are_put_together_in_both_languages() {
    let yes = vote(Asked::Proposal, false).cast(cast(1, Choice::Yes)).expect("taken").close(3, at()).expect("open");
    let (id, open) = (Uuid::nil(), Classification::Unclassified);
    let secret = Correction {
        id,
        assessment_id: id,
        text: Text::of("The date was the 2nd.", ""),
        written: written(),
        classification: Classification::Confidential,
    };
    let presence = Presence {
        id,
        assessment_id: id,
        account_id: None,
        name: "A & B".to_owned(),
        section: "OCHA".to_owned(),
        component: None,
        clearance: open,
        joined_at: at(),
        left_at: None,
    };
    let of = |number: &str, lineage_id| Outcome {
        lineage_id,
        number: number.to_owned(),
        statement: Text::of("Markets are safe", "Les marchés sont sûrs"),
        lead_section: String::new(),
        contributing_sections: Vec::new(),
        markers: Vec::new(),
        areas: Vec::new(),
        stakeholder_id: None,
        gender_marked: false,
        poc_marked: false,
        outputs: Vec::new(),
    };
    let step = StepTaken { step: Step::Closed, reason: String::new(), written: written() };
    let record = Record {
        workshop: Workshop { agenda: vec![outcome(2), outcome(1)], ..opened().close(0).expect("open") },
        title: Text::of("Mid-year", "Mi-année"),
        outcomes: vec![of("1.1", outcome(1)), of("1.2", outcome(2))],
        presences: vec![presence],
        votes: vec![yes],
        entries: vec![Entry::Step(step), Entry::Correction(secret)],
        remarks: Vec::new(),
    };
    let english = minutes::page(&record, Language::En);
    let french = minutes::page(&record, Language::Fr);
    assert!(english.contains("<html lang=\"en\">") && french.contains("<html lang=\"fr\">"));
    assert!(
        english.find("1.2 Markets").expect("told") < english.find("1.1 Markets").expect("told"),
        "as the room took them"
    );
    assert!(english.contains("A &amp; B") && english.contains("Ada &lt;b&gt;"), "names are no markup");
    assert!(english.contains("<th scope=\"row\">Yes</th><td class=\"n\">1</td>"), "{english}");
    assert!(french.contains("Les marchés sont sûrs") && !french.contains("Nothing was noted."));
    assert!(french.contains("The date was the 2nd. [Confidentiel]"), "what is not translated is not left out");
    assert!(english.contains("<b>Confidential</b>"), "the page is as secret as the most secret of it");
}

#[derive(Debug, Clone)]
enum Act {
    Cast(u128, usize),
    Close,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let one = prop_oneof![9 => (0..6_u128, 0..3_usize).prop_map(|(who, choice)| Act::Cast(who, choice)), 1 => Just(Act::Close)];
    proptest::collection::vec(one, 0..40)
}

proptest! {
    /// Whatever comes in whatever order: one vote each, the last one counts, and nothing after closing.
    #[test]
    fn each_votes_once_and_the_last_word_before_closing_counts(acts in acts(), secret: bool) {
        let mut one = vote(Asked::Proposal, secret);
        let mut said: BTreeMap<u128, Choice> = BTreeMap::new();
        let mut closed = false;
        for act in acts {
            match act {
                Act::Cast(who, place) => {
                    let choice = Asked::Proposal.choices()[place];
                    match one.clone().cast(cast(who, choice)) {
                        Ok(next) => {
                            prop_assert!(!closed);
                            said.insert(who, choice);
                            let again = next.clone().cast(cast(who, choice)).expect("the same again");
                            prop_assert_eq!(&again, &next, "sent twice is done once");
                            one = next;
                        }
                        Err(error) => {
                            prop_assert!(closed);
                            prop_assert_eq!(error, CastError::NotHeld(NotHeld::VoteClosed));
                        }
                    }
                }
                Act::Close => {
                    let next = one.clone().close(6, at());
                    prop_assert_eq!(next.is_ok(), !closed);
                    one = next.unwrap_or(one);
                    closed = true;
                }
            }
            prop_assert_eq!(one.voted(), said.len());
        }
        let mut counts: BTreeMap<Choice, usize> = BTreeMap::new();
        said.values().for_each(|choice| *counts.entry(*choice).or_default() += 1);
        let shown = if secret { closed && said.len() >= SECRET_MIN } else { true };
        prop_assert_eq!(one.counts(), shown.then_some(counts));
        let by_component: usize = one.by_component().values().flat_map(BTreeMap::values).sum();
        prop_assert_eq!(by_component, if secret { 0 } else { said.len() });
    }

    /// A workshop is open or closed, each step makes the next version, and no step loses an outcome.
    #[test]
    fn a_workshop_goes_open_closed_open_and_keeps_its_agenda(steps in proptest::collection::vec(0..4_u8, 0..30)) {
        let of = in_state(assessment::State::Workshop);
        let mut one = opened();
        for step in steps {
            let next = match step {
                0 => one.clone().close(0).ok(),
                1 => one.clone().reopen(&of).ok(),
                2 => one.held(&of).ok().and_then(|()| one.clone().turn(outcome(2)).ok()),
                _ => one.held(&of).ok().and_then(|()| one.clone().revise(Some(vec![outcome(2), outcome(1)]), None).ok()),
            };
            let takes = (one.state == State::Open) != (step == 1);
            prop_assert_eq!(next.is_some(), takes);
            if let Some(next) = next {
                prop_assert_eq!(next.version, one.version + 1);
                one = next;
            }
            prop_assert_eq!(one.agenda.len(), 2);
        }
    }
}
