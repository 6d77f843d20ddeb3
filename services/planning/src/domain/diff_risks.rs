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
    vec![
        place,
        plain("statement.en", &content.statement.en),
        plain("statement.fr", &content.statement.fr),
        plain("likelihood", &weight(content.likelihood)),
        plain("impact", &weight(content.impact)),
        plain("owner_section", &content.owner_section),
        plain("response.en", &content.response.en),
        plain("response.fr", &content.response.fr),
        plain("tripwire", &tripwire.unwrap_or_default()),
    ]
}

#[cfg(test)]
mod tests {
    use cpas_proto::words::Classification;
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        framework::tests::{id, small},
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
}
