use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::domain::{
    definition::{Direction, Level, parse_code, tests::deaths},
    text::Text,
};

#[test]
fn the_starter_library_has_full_sheets_in_both_languages_for_every_theme() {
    let all = starter_indicators();
    assert!(all.len() >= 60, "{}", all.len());
    let codes: BTreeSet<&str> = all.iter().map(|entry| entry.what.code.as_str()).collect();
    assert_eq!(codes.len(), all.len(), "each code once");
    for theme in Theme::ALL {
        assert!(all.iter().filter(|entry| entry.theme == *theme).count() >= 6, "{theme}");
        assert_eq!(starter_templates().iter().filter(|entry| entry.theme == *theme).count(), 1, "{theme}");
    }
    for Entry { what, .. } in all {
        parse_code("code", &what.code).expect("a code");
        what.clone().checked().unwrap_or_else(|broken| panic!("{}: {broken}", what.code));
        assert!(!what.unit.is_empty(), "{}", what.code);
        let texts = [(&what.name, 15), (&what.source, 10), (&what.method, 50), (&what.verification, 10)];
        for (text, least) in texts {
            for words in [&text.en, &text.fr] {
                assert!(words.chars().count() >= least, "{}: \"{words}\" says little", what.code);
            }
            assert_ne!(text.en, text.fr, "{}: not translated", what.code);
        }
    }
}

#[test]
fn every_indicator_of_a_framework_is_in_the_library_and_fits_its_place() {
    let level =
        |code: &str| starter_indicators().iter().find(|entry| entry.what.code == code).map(|entry| entry.what.level);
    for Entry { what, .. } in starter_templates() {
        assert!(what.outcomes.len() >= 2, "{}", what.code);
        for outcome in &what.outcomes {
            assert!(!outcome.outputs.is_empty(), "{}", what.code);
            assert!(outcome.indicators.iter().all(|code| level(code) == Some(Level::Outcome)), "{}", what.code);
            let of_outputs = outcome.outputs.iter().flat_map(|output| &output.indicators);
            for code in of_outputs {
                assert_eq!(level(code), Some(Level::Output), "{code} in {}", what.code);
            }
        }
    }
}

#[test]
fn only_what_the_library_changed_is_offered() {
    let before = deaths();
    let now = Definition { unit: "people".to_owned(), direction: Direction::Lower, ..before.clone() };
    let own = Definition {
        name: Text::of("Our own name", "Notre nom"),
        owner_section: Some("JMAC".to_owned()),
        ..before.clone()
    };
    let offer: Vec<&str> = offered(&own, &before, &now).iter().map(|change| change.field).collect();
    assert_eq!(offer, ["unit"]);
    let after = taken(&own, &before, &now);
    assert_eq!((after.unit.as_str(), &after.name, &after.owner_section), ("people", &own.name, &own.owner_section));
    assert_eq!(offered(&after, &before, &now), [], "what was taken is offered no more");
}

proptest! {
    /// Whoever changed nothing has the library's newest after taking; whoever changed a field that the library
    /// left alone keeps it.
    #[test]
    fn taking_follows_the_library_and_keeps_what_is_the_missions_own(
        old in ("[a-c]", "[a-c]", "[a-c]"), new in ("[a-c]", "[a-c]", "[a-c]"), own in ("[a-c]", "[a-c]", "[a-c]"),
    ) {
        let of = |(unit, name, source): &(String, String, String)| Definition {
            unit: unit.clone(), name: Text::of(name, ""), source: Text::of(source, ""), ..deaths()
        };
        prop_assert_eq!(taken(&of(&old), &of(&old), &of(&new)), of(&new));
        let after = taken(&of(&own), &of(&old), &of(&new));
        prop_assert_eq!(&after.unit, if old.0 == new.0 { &own.0 } else { &new.0 });
        prop_assert_eq!(&after.name.en, if old.1 == new.1 { &own.1 } else { &new.1 });
        prop_assert_eq!(taken(&after, &of(&old), &of(&new)), after.clone());
    }
}

#[derive(Debug, Clone, Copy)]
enum Call {
    /// Headquarters keeps another version of the library's, with this field otherwise.
    Library(usize, usize),
    /// The mission revises its own.
    Own(usize, usize),
    Answer {
        takes: bool,
    },
}

fn call() -> impl Strategy<Value = Call> {
    prop_oneof![
        (0usize..3, 0usize..3).prop_map(|(field, word)| Call::Library(field, word)),
        (0usize..3, 0usize..3).prop_map(|(field, word)| Call::Own(field, word)),
        any::<bool>().prop_map(|takes| Call::Answer { takes }),
    ]
}

/// Unit, name and source; all that these walks write.
type Words = [usize; 3];

fn written(words: Words) -> Definition {
    let word = |place: usize| ["a", "b", "c"][words[place]];
    Definition { unit: word(0).to_owned(), name: Text::of(word(1), ""), source: Text::of("", word(2)), ..deaths() }
}

proptest! {
    /// Whatever headquarters and the mission write in whatever order: only what the library changed since the last answer
    /// is offered, nothing is forced, and what was answered is offered no more.
    #[test]
    fn no_order_of_calls_forces_the_library_on_a_mission(calls in prop::collection::vec(call(), 0..30)) {
        let (mut own, mut answered, mut newest): (Words, Words, Words) = ([0; 3], [0; 3], [0; 3]);
        let mut definition = written(own);
        for call in calls {
            match call {
                Call::Library(field, word) => newest[field] = word,
                Call::Own(field, word) => {
                    own[field] = word;
                    definition = written(own);
                }
                Call::Answer { takes } => {
                    if takes {
                        definition = taken(&definition, &written(answered), &written(newest));
                        (0..3).filter(|field| answered[*field] != newest[*field]).for_each(|field| own[field] = newest[field]);
                    }
                    answered = newest;
                }
            }
            prop_assert_eq!(&definition, &written(own), "{:?}", call);
            let changes = offered(&definition, &written(answered), &written(newest));
            let expected: Vec<&str> = ["unit", "name", "source"]
                .into_iter()
                .enumerate()
                .filter(|(field, _)| answered[*field] != newest[*field] && own[*field] != newest[*field])
                .map(|(_, name)| name)
                .collect();
            let mut told: Vec<&str> = changes.iter().map(|change| change.field).collect();
            told.sort_by_key(|name| ["unit", "name", "source"].iter().position(|own| own == name));
            prop_assert_eq!(told, expected);
        }
    }
}
