use cpas_proto::words::Component;
use uuid::Uuid;

use super::*;
use crate::domain::{
    framework::{
        Framework,
        tests::{id, item, small},
    },
    item::{Dimension, ItemKind, Nature},
    text::Text,
};

/// An objective, outcomes 1 and 2, outputs 1.1, 1.2 and 2.1.
pub(super) fn patrols() -> Template {
    let output = |en: &str| TemplateOutput {
        id: String::new(),
        statement: Text::of(en, ""),
        component: Component::Military,
        indicators: vec!["PATROLS".to_owned()],
    };
    let outcome = |en: &str, outputs: Vec<TemplateOutput>| TemplateOutcome {
        id: String::new(),
        statement: Text::of(en, ""),
        dimension: Dimension::Behaviour,
        indicators: vec!["DEATHS".to_owned()],
        outputs,
    };
    let template = Template {
        code: "T-PATROLS".to_owned(),
        title: Text::of("Patrols", "Patrouilles"),
        objective: Text::of("Civilians are safe", "Les civils sont en sécurité"),
        outcomes: vec![
            outcome("Commanders hold back", vec![output("Patrols by day"), output("Patrols by night")]),
            outcome("Villages warn each other", vec![output("Radios")]),
        ],
    };
    template.identified()
}

fn ids(template: &Template) -> Vec<String> {
    template.parts().iter().map(|part| part.id.to_owned()).collect()
}

/// Fresh ids, in their order.
fn counted() -> impl FnMut() -> String {
    let mut last = 0;
    move || {
        last += 1;
        format!("new-{last}")
    }
}

#[test]
fn a_next_version_keeps_the_ids_of_what_stays_and_names_what_is_new() {
    let before = patrols();
    assert_eq!(ids(&before), ["objective", "1", "1.1", "1.2", "2", "2.1"]);
    let mut next = before.clone();
    let moved = next.outcomes[0].outputs.remove(1);
    next.outcomes[1].outputs.push(moved);
    next.outcomes[1].statement = Text::of("Villages warn each other in time", "");
    next.outcomes[0].outputs.push(TemplateOutput { id: String::new(), ..before.outcomes[1].outputs[0].clone() });
    let next = next.following(Some(&before), counted()).expect("a version");
    assert_eq!(ids(&next), ["objective", "1", "1.1", "new-1", "2", "2.1", "new-2"], "what moved is new there");
    let told: Vec<_> = template_changes(&before, &next)
        .into_iter()
        .map(|change| (change.id, change.happened, change.fields.iter().map(|one| one.field).collect::<Vec<_>>()))
        .collect();
    assert_eq!(
        told,
        [
            ("new-1".to_owned(), Happened::Added, vec![]),
            ("2".to_owned(), Happened::Changed, vec!["statement.en"]),
            ("new-2".to_owned(), Happened::Added, vec![]),
            ("1.2".to_owned(), Happened::Gone, vec![]),
        ]
    );
}

#[test]
fn an_id_that_the_version_before_does_not_have_is_refused_and_so_is_one_given_twice() {
    let before = patrols();
    let refused = |change: &dyn Fn(&mut Template), before: Option<&Template>| {
        let mut next = patrols();
        change(&mut next);
        let broken = next.following(before, counted()).expect_err("refused");
        broken.violations.into_iter().map(|violation| violation.field).collect::<Vec<_>>()
    };
    let forged = |next: &mut Template| next.outcomes[1].outputs[0].id = "9.9".to_owned();
    assert_eq!(refused(&forged, Some(&before)), ["outcomes[1].outputs[0].id"]);
    let doubled = |next: &mut Template| next.outcomes[1].id = "1".to_owned();
    assert_eq!(refused(&doubled, Some(&before)), ["outcomes[1].id"]);
    assert_eq!(refused(&|_| {}, None).len(), 5, "a first version has no ids yet");
    assert_eq!(refused(&|next| next.outcomes.clear(), Some(&before)), ["outcomes"]);
}

/// The plan of `small`, with items cloned from these parts.
fn linked(parts: &[(u128, &str)]) -> Framework {
    parts.iter().fold(small(), |framework, (number, part)| {
        let link = TemplateLink { code: "T-PATROLS".to_owned(), version: 1, part: (*part).to_owned() };
        framework.linked_to_library(id(*number), link)
    })
}

#[test]
fn what_is_kept_from_a_plan_is_known_by_its_link_its_lineage_or_its_words() {
    let keep = |framework: &Framework, before: Option<&Template>| {
        let named = ("T-PATROLS", Text::of("Patrols", ""));
        Template::of_plan(named, framework, id(1), |_| Vec::new(), before, counted()).expect("kept")
    };
    let lineage = |number: u128| Uuid::from_u128(number).to_string();
    let first = keep(&small(), None);
    assert_eq!(ids(&first)[1..], [11, 111, 112, 12, 121].map(lineage), "by lineage");
    assert_eq!(ids(&keep(&small(), Some(&first))), ids(&first), "and again");

    let cloned = keep(&linked(&[(11, "2"), (111, "2.1")]), Some(&patrols()));
    assert_eq!(ids(&cloned)[1..4], ["2".to_owned(), "2.1".to_owned(), lineage(112)], "by link");

    let mut alike = patrols();
    alike.outcomes[0].statement = Text::of("item 12", "");
    let alike = keep(&small(), Some(&alike));
    assert_eq!(alike.outcomes.iter().map(|one| one.id.clone()).collect::<Vec<_>>(), [lineage(11), "1".to_owned()]);

    let no_outcome = small().removed(id(11)).and_then(|left| left.removed(id(12))).expect("an objective alone");
    let named = ("T-PATROLS", Text::of("Patrols", ""));
    let refused = Template::of_plan(named.clone(), &no_outcome, id(1), |_| Vec::new(), None, counted());
    assert_eq!(refused.expect_err("nothing below").violations[0].field, "item_id");
    let refused = Template::of_plan(named, &small(), id(11), |_| Vec::new(), None, counted());
    assert_eq!(refused.expect_err("an outcome").violations[0].field, "item_id");
}

/// Ids of items, from a number on.
pub(super) fn items_from(first: u128) -> impl FnMut() -> crate::domain::ids::ItemId {
    let mut next = first;
    move || {
        next += 1;
        id(next - 1)
    }
}

fn parts_of(framework: &Framework) -> Vec<String> {
    framework.items().iter().filter_map(|item| item.library.clone()).map(|link| link.part).collect()
}

#[test]
fn a_part_is_cloned_with_what_it_lies_in_and_the_rest_comes_below_what_is_there() {
    let chosen = ["1.2".to_owned()];
    let empty = Framework::default();
    let graft = clone_part(&empty, (&patrols(), 3), &chosen, Some("JMAC"), items_from(1)).expect("a part");
    assert_eq!(parts_of(&graft.framework), ["objective", "1", "1.2"]);
    let output = &graft.framework.items()[2];
    assert_eq!(output.library.as_ref().map(|link| link.version), Some(3));
    assert_eq!(output.content.lead_section.as_deref(), Some("JMAC"));
    assert_eq!(
        graft.decided.iter().collect::<Vec<_>>(),
        ["1", "1.1", "1.2", "2", "objective"],
        "not 2.1: 2 was not taken"
    );
    assert_eq!(graft.measured.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(), ["DEATHS", "PATROLS"]);

    let more = clone_part(&graft.framework, (&patrols(), 3), &["2".to_owned()], Some("JMAC"), items_from(10));
    let more = more.expect("another part");
    assert_eq!(parts_of(&more.framework), ["objective", "1", "1.2", "2"], "one objective");
    assert_eq!(more.touched.len(), 1);
    let all = clone_part(&more.framework, (&patrols(), 3), &[], Some("JMAC"), items_from(20)).expect("the rest");
    assert_eq!(all.framework.items().len(), 6);
    let again = clone_part(&all.framework, (&patrols(), 3), &[], Some("JMAC"), items_from(30));
    assert!(again.is_err(), "the plan has all of it");
    let unknown = clone_part(&empty, (&patrols(), 3), &["1".to_owned(), "7".to_owned()], Some("JMAC"), items_from(1));
    assert!(unknown.expect_err("no such part").to_string().contains("no item under this id"));
    assert!(clone_part(&empty, (&patrols(), 3), &[], None, items_from(1)).is_err(), "an output has a lead");
}

#[test]
fn the_link_goes_with_the_item_but_not_to_another_level_and_not_twice() {
    let framework = linked(&[(111, "1.1")]);
    let moved = framework.moved(id(111), Some(id(12)), 0).expect("beside another output");
    let link = |framework: &Framework| framework.item(id(111)).and_then(|item| item.library.clone());
    assert_eq!(link(&moved), link(&framework));
    let revised = framework.item(id(111)).expect("there").content.clone();
    assert_eq!(link(&framework.revised(id(111), revised).expect("revised")), link(&framework));
    let bare = framework.removed(id(1111)).and_then(|left| left.removed(id(1112))).expect("an output alone");
    let shifted = bare.shifted(id(111), Some(id(1)), u32::MAX).expect("an outcome now");
    assert_eq!(shifted.item(id(111)).map(|item| (item.kind(), item.library.clone())), Some((ItemKind::Outcome, None)));

    let mut back = [item(500, ItemKind::Output, Some(12)), item(501, ItemKind::Output, Some(12))];
    back[0].library = link(&framework);
    back[1].library = Some(TemplateLink { part: "1.2".to_owned(), ..link(&framework).expect("a link") });
    drop_doubles(&framework, &mut back);
    assert_eq!(back.map(|item| item.library.map(|link| link.part)), [None, Some("1.2".to_owned())]);
    assert!(matches!(framework.items()[0].content.nature, Nature::Objective { .. }));
}
