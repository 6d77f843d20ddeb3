use std::collections::{BTreeMap, BTreeSet};

use cpas_proto::words::Component;
use proptest::prelude::*;

use super::{
    offer::left,
    template_tests::{items_from, patrols},
    *,
};
use crate::domain::{framework::Framework, item::Dimension, text::Text};

/// A plan that takes from a framework, and the framework's versions.
struct Stage {
    framework: Framework,
    theirs: Theirs,
    here: Here,
    next_id: u128,
}

impl Stage {
    fn taking(template: Template, chosen: &[String]) -> Self {
        let graft =
            clone_part(&Framework::default(), (&template, 1), chosen, Some("JMAC"), items_from(1)).expect("cloned");
        let decided = graft.decided.into_iter().map(|part| (part, 1)).collect();
        let theirs = Theirs { versions: BTreeMap::from([(1, template)]), decided };
        let codes = BTreeSet::from(["DEATHS".to_owned(), "PATROLS".to_owned()]);
        Self { framework: graft.framework, theirs, here: Here { codes, ..Here::default() }, next_id: 1_000 }
    }

    fn newest(&self) -> (u32, Template) {
        let (version, template) = self.theirs.versions.last_key_value().expect("a version");
        (*version, template.clone())
    }

    /// Headquarters makes the next version.
    fn changes(&mut self, change: impl FnOnce(&mut Template)) {
        let (version, before) = self.newest();
        let mut next = before.clone();
        change(&mut next);
        let mut place = 0;
        let fresh = || {
            place += 1;
            format!("v{version}-{place}")
        };
        self.theirs.versions.insert(version + 1, next.following(Some(&before), fresh).expect("a version"));
    }

    fn offers(&self) -> Vec<TemplateOffer> {
        template_offers(&self.framework, &self.theirs, &self.here)
    }

    fn take(&mut self, offer: &TemplateOffer, keep: &[String]) -> Graft {
        let (version, now) = self.newest();
        let from = self.next_id;
        self.next_id += 100;
        let graft = answered(&self.framework, offer, &now, keep, None, items_from(from)).expect("taken");
        self.framework = graft.framework.clone();
        self.theirs.decided.extend(graft.decided.iter().map(|part| (part.clone(), version)));
        graft
    }

    fn leave(&mut self, offer: &TemplateOffer) {
        let (version, now) = self.newest();
        let parts = left(&self.framework, offer, &now);
        self.theirs.decided.extend(parts.into_iter().map(|part| (part, version)));
    }

    /// Part, what happened, and fields of each offer.
    fn told(&self) -> Vec<(String, Happened, Vec<&'static str>)> {
        let fields = |offer: &TemplateOffer| offer.fields.iter().map(|one| one.field).collect();
        self.offers().iter().map(|offer| (offer.part.clone(), offer.happened, fields(offer))).collect()
    }

    fn rewords(&mut self, part: &str, en: &str) {
        let item = self.item(part).expect("taken");
        let mut content = item.content.clone();
        content.statement.en = en.to_owned();
        self.framework = self.framework.revised(item.id, content).expect("revised");
    }

    fn item(&self, part: &str) -> Option<crate::domain::item::Item> {
        let is_it = |link: &TemplateLink| link.part == part;
        self.framework.items().iter().find(|item| item.library.as_ref().is_some_and(is_it)).cloned()
    }
}

fn output(en: &str, indicator: &str) -> TemplateOutput {
    let indicators = vec![indicator.to_owned()];
    TemplateOutput { id: String::new(), statement: Text::of(en, ""), component: Component::Police, indicators }
}

#[test]
fn only_what_the_library_changed_since_is_offered_beside_ours() {
    let mut stage = Stage::taking(patrols(), &[]);
    assert_eq!(stage.told(), [], "nothing changed");
    stage.rewords("1", "Our own words");
    stage.rewords("2", "Ours too");
    stage.changes(|next| {
        next.outcomes[0].statement = Text::of("Commanders hold their men back", "");
        next.outcomes[0].dimension = Dimension::Attitude;
        next.outcomes[0].outputs[0].indicators.push("CASUALTIES".to_owned());
        next.outcomes[0].outputs[1].indicators.push("DEATHS".to_owned());
    });
    let offers = stage.offers();
    let mine = &offers[0].fields[0];
    assert_eq!(
        [mine.field, &mine.before, &mine.after, &mine.own],
        ["statement.en", "Commanders hold back", "Commanders hold their men back", "Our own words"]
    );
    assert_eq!(
        stage.told(),
        [
            ("1".to_owned(), Happened::Changed, vec!["statement.en", "dimension"]),
            ("1.1".to_owned(), Happened::Changed, vec!["indicator_codes"]),
        ],
        "the library left outcome 2 alone, and the mission has DEATHS"
    );
    let graft = stage.take(&offers[1], &[]);
    assert_eq!(graft.measured.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(), ["PATROLS", "CASUALTIES"]);
    stage.take(&offers[0], &["statement.en".to_owned()]);
    let item = stage.item("1").expect("there");
    assert_eq!(item.content.statement.en, "Our own words", "kept");
    assert!(matches!(item.content.nature, crate::domain::item::Nature::Outcome { dimension: Dimension::Attitude, .. }));
    assert_eq!(item.library.map(|link| link.version), Some(2));
    assert_eq!(stage.told(), []);
}

#[test]
fn what_is_new_is_offered_below_what_was_taken_only_and_comes_with_all_below_it() {
    let mut stage = Stage::taking(patrols(), &["1.1".to_owned()]);
    stage.changes(|next| {
        next.outcomes[0].outputs.push(output("Joint patrols", "PATROLS"));
        next.outcomes[1].outputs.push(output("Sirens", "PATROLS"));
        let outcome = TemplateOutcome {
            id: String::new(),
            outputs: vec![output("A hotline", "CALLS")],
            ..next.outcomes[0].clone()
        };
        next.outcomes.push(outcome);
    });
    let offers = stage.offers();
    let told: Vec<_> =
        offers.iter().map(|offer| (offer.fields[0].after.as_str(), offer.happened, offer.below.len())).collect();
    assert_eq!(
        told,
        [("Commanders hold back", Happened::Added, 1), ("Joint patrols", Happened::Added, 0)],
        "nothing below outcome 2, which was not taken, and nothing that was not chosen then"
    );
    stage.take(&offers[0], &[]);
    assert_eq!(stage.framework.items().len(), 5, "an outcome and its output more");
    stage.leave(&offers[1]);
    assert_eq!(stage.told(), []);
    stage.changes(|next| next.outcomes[0].outputs[2].statement = Text::of("Joint patrols by night", ""));
    assert_eq!(stage.told(), [], "what was left is not ours, however it changes");
}

#[test]
fn what_is_gone_there_is_offered_once_with_all_that_lies_in_it() {
    let mut stage = Stage::taking(patrols(), &[]);
    stage.changes(|next| drop(next.outcomes.remove(0)));
    let offers = stage.offers();
    assert_eq!(stage.told(), [("1".to_owned(), Happened::Gone, vec![])]);
    assert_eq!(offers[0].below.len(), 2);
    let before = stage.framework.clone();
    stage.leave(&offers[0]);
    assert_eq!((stage.told(), &stage.framework), (vec![], &before), "it stays, and its outputs are not asked for");

    let mut other = Stage::taking(patrols(), &[]);
    other.changes(|next| drop(next.outcomes.remove(0)));
    let offers = other.offers();
    other.take(&offers[0], &[]);
    assert_eq!(other.framework.items().len(), 3);
    assert_eq!(other.told(), []);
}

#[test]
fn a_field_that_was_not_offered_cannot_be_kept_and_a_statement_cannot_be_emptied() {
    let mut stage = Stage::taking(patrols(), &[]);
    stage.changes(|next| next.outcomes[0].statement = Text::of("", "Les commandants se retiennent"));
    let (_, now) = stage.newest();
    let offers = stage.offers();
    let refused = |keep: &str| {
        let keep = [keep.to_owned()];
        answered(&stage.framework, &offers[0], &now, &keep, None, items_from(900)).expect_err("refused").to_string()
    };
    assert!(refused("component").contains("not one of the fields offered"));
    assert!(refused("statement.fr").contains("Nothing would be left"));
    assert!(answered(&stage.framework, &offers[0], &now, &["statement.en".to_owned()], None, items_from(900)).is_ok());
}

/// One edit of headquarters: what, where, and a word.
type HqEdit = (u8, usize, u8);

fn edit(next: &mut Template, (what, place, word): HqEdit) {
    let words = |prefix: &str| Text::of(format!("{prefix} {word}"), "");
    let outcomes = next.outcomes.len();
    let outcome = &mut next.outcomes[place % outcomes];
    let outputs = outcome.outputs.len();
    match what {
        0 => outcome.statement = words("outcome"),
        1 => outcome.dimension = Dimension::ALL[usize::from(word) % Dimension::ALL.len()],
        2 => outcome.outputs.push(output(&format!("output {word}"), "PATROLS")),
        3 if outputs > 0 => drop(outcome.outputs.remove(usize::from(word) % outputs)),
        4 if outputs > 0 => outcome.outputs[usize::from(word) % outputs].statement = words("output"),
        5 if outputs > 0 => {
            outcome.outputs[usize::from(word) % outputs].component =
                Component::ALL[usize::from(word) % Component::ALL.len()];
        }
        6 if outcomes > 1 => drop(next.outcomes.remove(place % outcomes)),
        7 => {
            let outputs = vec![output(&format!("inside {word}"), "PATROLS")];
            let new = TemplateOutcome { id: String::new(), statement: words("outcome"), outputs, ..outcome.clone() };
            next.outcomes.push(new);
        }
        _ => next.objective = words("objective"),
    }
}

fn hq_edits() -> impl Strategy<Value = Vec<Vec<HqEdit>>> {
    prop::collection::vec(prop::collection::vec((0..9_u8, 0..5_usize, 0..4_u8), 1..5), 1..5)
}

fn chosen() -> impl Strategy<Value = Vec<String>> {
    prop::sample::subsequence(vec!["1", "1.1", "1.2", "2", "2.1"], 0..=5)
        .prop_map(|parts| parts.into_iter().map(str::to_owned).collect())
}

proptest! {
    /// Whoever takes all offers, version after version, has in each linked item what the framework says, nothing
    /// that is gone there, and all that came to be below what was taken.
    #[test]
    fn taking_all_makes_the_linked_items_equal_to_the_template(versions in hq_edits(), chosen in chosen()) {
        let mut stage = Stage::taking(patrols(), &chosen);
        for edits in versions {
            stage.changes(|next| edits.iter().for_each(|one| edit(next, *one)));
            while let Some(offer) = stage.offers().first().cloned() {
                stage.take(&offer, &[]);
            }
            let (_, now) = stage.newest();
            for item in stage.framework.items() {
                let link = item.library.as_ref().expect("all of it is cloned");
                let part = now.part(&link.part).expect("what is gone there is gone here");
                prop_assert_eq!(&item.content.statement, part.statement);
                prop_assert_eq!(&item.content.nature, &part.nature);
            }
            let first = &stage.theirs.versions[&1];
            for part in now.parts().iter().filter(|part| first.part(part.id).is_none()) {
                let has_parent = part.parent.is_some_and(|parent| stage.item(parent).is_some());
                prop_assert_eq!(stage.item(part.id).is_some(), has_parent, "{} is new", part.id);
            }
        }
    }

    /// Whoever leaves all offers has the plan as it was, and is asked for nothing until the next version.
    #[test]
    fn leaving_all_changes_nothing(versions in hq_edits(), chosen in chosen()) {
        let mut stage = Stage::taking(patrols(), &chosen);
        let before = stage.framework.clone();
        for edits in versions {
            stage.changes(|next| edits.iter().for_each(|one| edit(next, *one)));
            for offer in stage.offers() {
                stage.leave(&offer);
            }
            prop_assert_eq!(stage.offers(), []);
            prop_assert_eq!(&stage.framework, &before);
        }
    }

    /// Whatever is taken, left, or changed in the plan between: a version of a part is offered once.
    #[test]
    fn each_offer_is_shown_at_most_once(
        versions in hq_edits(), chosen in chosen(), answers in prop::collection::vec((any::<bool>(), any::<bool>()), 64),
    ) {
        let mut stage = Stage::taking(patrols(), &chosen);
        let mut answers = answers.into_iter().cycle();
        let mut seen: BTreeSet<(String, u32)> = BTreeSet::new();
        for edits in versions {
            stage.changes(|next| edits.iter().for_each(|one| edit(next, *one)));
            while let Some(offer) = stage.offers().first().cloned() {
                prop_assert!(seen.insert((offer.part.clone(), offer.version)), "{:?} again", offer);
                let (takes, rewords) = answers.next().unwrap_or_default();
                if takes { drop(stage.take(&offer, &[])) } else { stage.leave(&offer) }
                if rewords && stage.item(&offer.part).is_some() {
                    stage.rewords(&offer.part, "ours");
                }
            }
        }
    }
}
