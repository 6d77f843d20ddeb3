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
