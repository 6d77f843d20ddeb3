//! What changed in assumptions and risks between two versions of a plan. They are matched by lineage; what
//! came of them and what their tripwires say is no change to the plan.

use std::collections::BTreeMap;

use super::{
    diff::{Change, FieldChange},
    framework::Framework,
    ids::{IndicatorId, ItemId, LineageId},
    risk::{Place, Risk, Weight},
};

/// One version's assumptions and risks, on its framework.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    pub framework: &'a Framework,
    pub risks: &'a [Risk],
}

/// What changed, in the order of the newer version; what is gone comes last. `code` names an indicator.
pub fn diff_risks(from: Side<'_>, to: Side<'_>, code: impl Fn(IndicatorId) -> String) -> Vec<Change<Risk>> {
    let before: BTreeMap<LineageId, &Risk> = from.risks.iter().map(|risk| (risk.lineage, risk)).collect();
    let mut changes = Vec::new();
    for after in to.risks {
        let Some(before) = before.get(&after.lineage) else {
            changes.push(Change::Added(after.clone()));
            continue;
        };
        let fields = fields(from, before, &code).into_iter().zip(fields(to, after, &code));
        let fields: Vec<FieldChange> = fields
            .filter(|(before, after)| before.key != after.key)
            .map(|(before, after)| FieldChange { field: after.name, before: before.shown, after: after.shown })
            .collect();
        if !fields.is_empty() {
            changes.push(Change::Changed { before: (*before).clone(), after: after.clone(), fields });
        }
    }
    let gone = from.risks.iter().filter(|risk| to.risks.iter().all(|kept| kept.lineage != risk.lineage));
    changes.extend(gone.cloned().map(Change::Gone));
    changes
}

/// What it is compared by, and what a reader sees.
struct Field {
    name: &'static str,
    key: String,
    shown: String,
}

fn fields(side: Side<'_>, risk: &Risk, code: &impl Fn(IndicatorId) -> String) -> Vec<Field> {
    let content = &risk.content;
    let plain = |name, value: &str| Field { name, key: value.to_owned(), shown: value.to_owned() };
    let weight = |weight: Option<Weight>| weight.map(|weight| weight.get().to_string()).unwrap_or_default();
    let lineage = |id: ItemId| side.framework.item(id).map_or(id.0, |item| item.lineage.0).to_string();
    let place = match content.place {
        Place::Item(item) => Field { name: "item_id", key: lineage(item), shown: side.framework.path(&[item]) },
        Place::Link { output, outcome } => Field {
            name: "item_id",
            key: format!("{} {}", lineage(output), lineage(outcome)),
            shown: side.framework.path(&[output, outcome]),
        },
    };
    let tripwire = content.tripwire.as_ref().map(|tripwire| {
        let area = tripwire.area.as_ref().map(|area| format!(" {area}")).unwrap_or_default();
        let (comparison, threshold, periods) = (tripwire.comparison, tripwire.threshold, tripwire.periods);
        format!("{}{area} {comparison} {threshold} × {periods}", code(tripwire.indicator))
    });
    // By what it is, as a code may be hidden from the reader.
    let watched = content.tripwire.as_ref().map(|tripwire| format!("{tripwire:?}"));
    vec![
        place,
        plain("statement.en", &content.statement.en),
        plain("statement.fr", &content.statement.fr),
        plain("likelihood", &weight(content.likelihood)),
        plain("impact", &weight(content.impact)),
        plain("owner_section", &content.owner_section),
        plain("response.en", &content.response.en),
        plain("response.fr", &content.response.fr),
        Field { name: "tripwire", key: watched.unwrap_or_default(), shown: tripwire.unwrap_or_default() },
    ]
}

#[cfg(test)]
mod tests {
    use cpas_proto::words::Classification;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        framework::tests::{any_framework, id, small},
        ids::{PlanId, RiskId},
        plan::tests::recorded,
        risk::{RiskContent, RiskKind, RiskStatus},
        text::Text,
        tripwire::{Comparison, Tripwire},
    };

    fn risk(lineage: u128, place: u128, statement: &str, threshold: f64) -> Risk {
        let tripwire = Tripwire {
            indicator: IndicatorId(Uuid::nil()),
            area: None,
            comparison: Comparison::Above,
            threshold,
            periods: 2,
        };
        let content = RiskContent {
            kind: RiskKind::Assumption,
            place: Place::Item(id(place)),
            statement: Text::of(statement, ""),
            likelihood: None,
            impact: None,
            owner_section: "JMAC".to_owned(),
            response: Text::default(),
            tripwire: Some(tripwire),
        };
        Risk {
            id: RiskId(Uuid::from_u128(lineage + 900)),
            lineage: LineageId(Uuid::from_u128(lineage)),
            plan: PlanId(Uuid::nil()),
            content,
            status: RiskStatus::Open,
            status_note: None,
            reading: None,
            classification: Classification::Unclassified,
            version: 1,
            recorded: recorded(1),
        }
    }

    /// What happened, to which, and the fields before and after.
    type Line = (&'static str, u128, Vec<(&'static str, String, String)>);

    fn told(from: &[Risk], to: &[Risk]) -> Vec<Line> {
        let framework = small();
        let side = |risks| Side { framework: &framework, risks };
        let lineage = |risk: &Risk| risk.lineage.0.as_u128();
        let line = |change| match change {
            Change::Added(risk) => ("added", lineage(&risk), Vec::new()),
            Change::Gone(risk) => ("gone", lineage(&risk), Vec::new()),
            Change::Changed { after, fields, .. } => {
                let fields = fields.into_iter().map(|one| (one.field, one.before, one.after)).collect();
                ("changed", lineage(&after), fields)
            }
        };
        diff_risks(side(from), side(to), |_| "CX-1".to_owned()).into_iter().map(line).collect()
    }

    #[test]
    fn what_was_added_changed_and_taken_away_is_named_field_by_field() {
        let mut over = risk(3, 11, "Over", 1.0);
        let from = [risk(1, 11, "Roads", 10.0), risk(2, 11, "Money", 1.0), over.clone()];
        // What came of it is no change to the plan.
        over.status = RiskStatus::Closed;
        let to = [risk(1, 12, "Roads", 12.5), over, risk(4, 11, "New", 1.0)];
        let place = ("item_id", "1.1".to_owned(), "1.2".to_owned());
        let wire = ("tripwire", "CX-1 above 10 × 2".to_owned(), "CX-1 above 12.5 × 2".to_owned());
        assert_eq!(told(&from, &to), [("changed", 1, vec![place, wire]), ("added", 4, vec![]), ("gone", 2, vec![])]);
        assert_eq!(told(&from, &from), []);
    }

    /// What a risk is to say: lineage, place, words, weight, and what its tripwire watches.
    type Said = (u128, usize, (u8, u8), u32, Option<(u128, u8)>);

    fn said() -> impl Strategy<Value = Vec<Said>> {
        let one = (1u128..6, 0usize..64, (0u8..3, 0u8..3), 0u32..3, prop::option::of((1u128..4, 0u8..8)));
        prop::collection::vec(one, 0..6)
    }

    /// Assumptions and risks of a version, each lineage once, each on an item or link that is there.
    fn risks(framework: &Framework, said: Vec<Said>) -> Vec<Risk> {
        let by_lineage: BTreeMap<u128, Said> = said.into_iter().map(|one| (one.0, one)).collect();
        let words = |word: u8| ["", "one", "two"][usize::from(word)];
        let one = |(lineage, place, (first, second), weight, watches): Said| {
            let mut one = risk(lineage, 0, words(first), 0.5);
            let (items, links) = (framework.items(), framework.links());
            one.content.place = match links.get(place % links.len().max(1)) {
                Some(link) if place.is_multiple_of(2) => Place::Link { output: link.output, outcome: link.outcome },
                _ => Place::Item(items.get(place % items.len().max(1))?.id),
            };
            one.content.statement.fr = words(second).to_owned();
            one.content.response = Text::of(words(second), words(first));
            one.content.owner_section = words(first).to_owned();
            one.content.likelihood = Weight::parse("likelihood", weight).expect("0 to 5");
            one.content.impact = Weight::parse("impact", 2 - weight).expect("0 to 5");
            let before = one.content.tripwire.take();
            one.content.tripwire = watches.map(|(indicator, how)| Tripwire {
                indicator: IndicatorId(Uuid::from_u128(indicator)),
                area: how.is_multiple_of(2).then(|| "CF 11".to_owned()),
                comparison: Comparison::ALL[usize::from(how / 2)],
                periods: 1 + how % 3,
                ..before.expect("one to begin with")
            });
            Some(one)
        };
        by_lineage.into_values().filter_map(one).collect()
    }

    /// What hangs where, by lineage, with what it says.
    fn content(framework: &Framework, risk: &Risk) -> RiskContent {
        let lineage = |id: ItemId| ItemId(framework.item(id).expect("an item of the plan").lineage.0);
        let place = match risk.content.place {
            Place::Item(item) => Place::Item(lineage(item)),
            Place::Link { output, outcome } => Place::Link { output: lineage(output), outcome: lineage(outcome) },
        };
        RiskContent { place, ..risk.content.clone() }
    }

    fn take(field: &str, to: &mut RiskContent, from: &RiskContent) {
        match field {
            "item_id" => to.place = from.place,
            "statement.en" => to.statement.en.clone_from(&from.statement.en),
            "statement.fr" => to.statement.fr.clone_from(&from.statement.fr),
            "likelihood" => to.likelihood = from.likelihood,
            "impact" => to.impact = from.impact,
            "owner_section" => to.owner_section.clone_from(&from.owner_section),
            "response.en" => to.response.en.clone_from(&from.response.en),
            "response.fr" => to.response.fr.clone_from(&from.response.fr),
            "tripwire" => to.tripwire.clone_from(&from.tripwire),
            other => panic!("no field {other} of a risk"),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// Field by field, also where the reader may not see which indicator a tripwire watches.
        #[test]
        fn the_older_risks_and_the_diff_make_the_newer(
            frameworks in (any_framework(), any_framework()), older in said(), newer in said(),
        ) {
            let (before, after) = (risks(&frameworks.0, older), risks(&frameworks.1, newer));
            let from = Side { framework: &frameworks.0, risks: &before };
            let to = Side { framework: &frameworks.1, risks: &after };
            let shown = |indicator: IndicatorId| if indicator.0.as_u128() == 1 { "CX-1".to_owned() } else { String::new() };
            let all = |side: Side<'_>| -> BTreeMap<LineageId, RiskContent> {
                side.risks.iter().map(|risk| (risk.lineage, content(side.framework, risk))).collect()
            };
            let mut made = all(from);
            for change in diff_risks(from, to, shown) {
                match change {
                    Change::Added(risk) => drop(made.insert(risk.lineage, content(to.framework, &risk))),
                    Change::Gone(risk) => drop(made.remove(&risk.lineage)),
                    Change::Changed { after, fields, .. } => {
                        let own = made.get_mut(&after.lineage).expect("it is in both versions");
                        fields.iter().for_each(|one| take(one.field, own, &content(to.framework, &after)));
                    }
                }
            }
            prop_assert_eq!(made, all(to));
            prop_assert_eq!(diff_risks(from, from, shown), vec![]);
        }
    }
}
