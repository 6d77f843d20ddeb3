//! The rule on assumptions and risks: about a heavy one the mission does something.

use super::{Finding, Rule};
use crate::domain::{
    plan::Plan,
    risk::{Place, Risk, RiskKind, RiskStatus},
    text::Text,
};

/// Likelihood times impact from which a risk is heavy.
const HEAVY: u8 = 12;

/// A finding for each heavy assumption or risk that is open and has no response.
pub fn without_response(plan: &Plan, risks: &[Risk]) -> Vec<Finding> {
    let numbers = plan.framework.numbers();
    let mut findings = Vec::new();
    for risk in risks {
        let content = &risk.content;
        let weight = content.weight();
        if weight < HEAVY || risk.status != RiskStatus::Open || !content.response.is_blank() {
            continue;
        }
        let (Place::Item(item) | Place::Link { output: item, .. }) = content.place;
        let number = numbers.get(&item).map_or("", String::as_str);
        let (statement, en) = (&content.statement, content.statement.any());
        let fr = if statement.fr.is_empty() { en } else { &statement.fr };
        let (kind_en, kind_fr) = match content.kind {
            RiskKind::Risk => ("A risk to", "Un risque pour"),
            RiskKind::Assumption => ("An assumption under", "Une hypothèse sous"),
        };
        let message = Text::of(
            format!("{kind_en} {number} weighs {weight}, but nothing is said of what the mission does about it: {en}"),
            format!("{kind_fr} {number} pèse {weight}, mais rien ne dit ce que la mission y fait : {fr}"),
        );
        findings.push(Finding::of_item(Rule::HeavyRiskWithoutResponse, item, message).about(risk.lineage));
    }
    findings
}

#[cfg(test)]
mod tests {
    use cpas_proto::words::Classification;
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        framework::tests::{id, small},
        ids::{LineageId, PlanId, RiskId},
        plan::tests::{plan_of, recorded},
        risk::{RiskContent, Weight},
    };

    fn risk(likelihood: u32, impact: u32, response: &str, status: RiskStatus) -> Risk {
        let weight = |given| Weight::parse("weight", given).expect("1 to 5");
        let content = RiskContent {
            kind: RiskKind::Risk,
            place: Place::Item(id(11)),
            statement: Text::of("Roads are cut", "Les routes sont coupées"),
            likelihood: weight(likelihood),
            impact: weight(impact),
            owner_section: "JMAC".to_owned(),
            response: Text::of(response, ""),
            tripwire: None,
        };
        Risk {
            id: RiskId(Uuid::from_u128(1)),
            lineage: LineageId(Uuid::from_u128(2)),
            plan: PlanId(Uuid::from_u128(3)),
            content,
            status,
            status_note: None,
            reading: None,
            classification: Classification::Unclassified,
            version: 1,
            recorded: recorded(1),
        }
    }

    #[test]
    fn only_a_heavy_open_risk_without_response_is_asked_about() {
        let plan = plan_of(small());
        let asked = |risk| without_response(&plan, &[risk]).len();
        assert_eq!(asked(risk(3, 4, "", RiskStatus::Open)), 1);
        assert_eq!(asked(risk(3, 3, "", RiskStatus::Open)), 0, "light");
        assert_eq!(asked(risk(5, 5, "Bridges are kept in store.", RiskStatus::Open)), 0);
        assert_eq!(asked(risk(5, 5, "", RiskStatus::Closed)), 0);
        let mut assumption = risk(4, 4, "", RiskStatus::Open);
        assumption.content.kind = RiskKind::Assumption;
        assert!(without_response(&plan, &[assumption])[0].message.en.starts_with("An assumption under 1.1 weighs 16"));
        let found = without_response(&plan, &[risk(5, 5, "", RiskStatus::Open)]);
        assert!(found[0].message.en.contains("1.1") && found[0].message.fr.contains("coupées"), "{found:?}");
    }
}
