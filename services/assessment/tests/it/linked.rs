//! A plan with an output that is linked to its outcome, and what both were by area and month.

use cpas_proto::{collection::v1 as collection, common::v1::Text, planning::v1 as planning};
use uuid::Uuid;

use crate::world::{World, indicator, series};

/// Codes of the indicators by area and month.
pub const ATTACKS: &str = "OC-ATTACKS";
pub const LONG_PATROLS: &str = "OP-LONG-PATROLS";
pub const CONVOYS: &str = "OP-CONVOYS";
/// Areas and months of those.
pub const BY_AREA: (usize, usize) = (12, 30);

impl World {
    /// An output with two indicators by area and month that is linked to the outcome, and one of the outcome:
    /// attacks fall two months after patrols rise; convoys are confidential and make no difference.
    pub fn furnish_links(&self) {
        let mut held = self.neighbours.held();
        let output = (Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
        let outcome = held.plans[0].items[0].id.clone();
        held.plans[0].items.push(planning::PlanItem {
            id: output.0.clone(),
            lineage_id: output.1.clone(),
            kind: "output".to_owned(),
            number: "1.1.1".to_owned(),
            ..Default::default()
        });
        held.plans[0].links = vec![planning::ResultLink {
            output_id: output.0,
            outcome_id: outcome,
            hypothesis: Some(Text::of(
                "Presence raises the cost of attacks.",
                "La présence élève le coût des attaques.",
            )),
            expected_lag_months: 2,
            strength: "strong".to_owned(),
            ..Default::default()
        }];
        for (code, direction, item, classification) in [
            (ATTACKS, "lower", self.outcome.to_string(), ""),
            (LONG_PATROLS, "higher", output.1.clone(), ""),
            (CONVOYS, "higher", output.1, "confidential"),
        ] {
            let id = Uuid::new_v4();
            held.indicators.push(planning::Indicator {
                frequency: "month".to_owned(),
                plan_item_lineage_id: item,
                classification: classification.to_owned(),
                ..indicator(id, code, direction, "active")
            });
            held.series.push(series(id, code, by_month(code)));
        }
    }
}

/// Values of one of the indicators by area and month. What is left to chance comes from a fixed formula, so
/// that every run sees the same.
fn by_month(code: &str) -> Vec<collection::SeriesPart> {
    let scatter = |area: usize, month: usize, of: usize| {
        ((area * 7919 + month * 104_729 + of * 1_299_709).pow(2) % 10_007 % 97) as f64
    };
    let patrols = |area: usize, month: usize| match month + 12 {
        // Areas take it up one after the other; two never do.
        at if area >= 2 && at >= 12 + 4 + area => 20.0 + scatter(area, month, 1) / 4.0,
        _ => 0.0,
    };
    let value = |area: usize, month: usize| match code {
        LONG_PATROLS => patrols(area, month),
        CONVOYS => scatter(area, month, 2),
        _ => {
            60.0 + area as f64 - 0.8 * month.checked_sub(2).map_or(0.0, |before| patrols(area, before))
                + scatter(area, month, 3) / 8.0
        }
    };
    let point = |area: usize, month: usize| collection::Point {
        period: format!("{}-{:02}", 2022 + month / 12, month % 12 + 1),
        value: Some(value(area, month)),
        kind: "value".to_owned(),
        ..Default::default()
    };
    let part = |area: usize| collection::SeriesPart {
        area: format!("CF{area:02}"),
        points: (0..BY_AREA.1).map(|month| point(area, month)).collect(),
        ..Default::default()
    };
    (0..BY_AREA.0).map(part).collect()
}
