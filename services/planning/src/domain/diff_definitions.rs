//! What changed from one version of an indicator's definition to the next.

use super::{definition::Definition, diff::FieldChange, text::Text};

/// Field by field, in the order of the reference sheet; by the names of the API.
pub fn diff_definitions(before: &Definition, after: &Definition) -> Vec<FieldChange> {
    let (before, after) = (fields(before), fields(after));
    before
        .into_iter()
        .zip(after)
        .filter(|((_, before), (_, after))| before != after)
        .map(|((field, before), (_, after))| FieldChange { field, before, after })
        .collect()
}

fn fields(of: &Definition) -> Vec<(&'static str, String)> {
    let both = |text: &Text| [text.en.as_str(), text.fr.as_str()].map(str::trim).join("\n").trim().to_owned();
    let dimensions = of.disaggregations.iter().map(|one| format!("{}: {}", one.dimension, one.categories.join(", ")));
    let baseline = of.baseline.map(|baseline| format!("{} ({})", baseline.value, baseline.period)).unwrap_or_default();
    let events = of.events.as_ref().map(|events| {
        let lists = [&events.kinds, &events.sub_kinds].map(|words| words.join(", "));
        let parts = [events.measure.word().to_owned()].into_iter().chain(lists);
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ")
    });
    vec![
        ("code", of.code.clone()),
        ("name", both(&of.name)),
        ("level", of.level.to_string()),
        ("kind", of.kind.to_string()),
        ("unit", of.unit.clone()),
        ("direction", of.direction.to_string()),
        ("over_time", of.over_time.to_string()),
        ("over_areas", of.over_areas.to_string()),
        ("frequency", of.frequency.to_string()),
        ("formula", of.formula.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("event_measure", events.unwrap_or_default()),
        ("disaggregations", dimensions.collect::<Vec<_>>().join("; ")),
        ("baseline_value", baseline),
        ("source", both(&of.source)),
        ("method", both(&of.method)),
        ("verification", both(&of.verification)),
        ("owner_section", of.owner_section.clone().unwrap_or_default()),
        ("plan_item_lineage_id", of.plan_item.map(|item| item.to_string()).unwrap_or_default()),
        ("classification", of.classification.to_string()),
        (
            "library_version",
            of.library.as_ref().map(|link| format!("{} {}", link.code, link.version)).unwrap_or_default(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::definition::{Baseline, tests::deaths};

    #[test]
    fn a_change_is_told_as_a_reader_sees_it_and_nothing_else() {
        let before = deaths();
        assert_eq!(diff_definitions(&before, &before), []);
        let baseline = Some(Baseline { value: 12.0, period: "2024".parse().expect("a period") });
        let after = Definition { baseline, unit: "people".to_owned(), disaggregations: Vec::new(), ..before.clone() };
        let told: Vec<String> = diff_definitions(&before, &after)
            .into_iter()
            .map(|change| format!("{}: {} | {}", change.field, change.before, change.after))
            .collect();
        assert_eq!(
            told,
            ["unit: deaths | people", "disaggregations: sex: f, m, unknown | ", "baseline_value:  | 12 (2024)"]
        );
    }
}
