//! What changed from one version of an indicator's definition to the next.

use std::fmt::Debug;

use super::{definition::Definition, diff::FieldChange, text::Text};

/// Field by field, in the order of the reference sheet; by the names of the API.
pub fn diff_definitions(before: &Definition, after: &Definition) -> Vec<FieldChange> {
    let pairs = fields(before).into_iter().zip(fields(after));
    pairs
        .filter(|(before, after)| before.key != after.key)
        .map(|(before, after)| FieldChange { field: after.name, before: before.shown, after: after.shown })
        .collect()
}

/// What it is compared by, and what a reader sees: two that read alike may say something else, a name in French
/// that stood under English for one.
struct Field {
    name: &'static str,
    key: String,
    shown: String,
}

fn field(name: &'static str, said: &impl Debug, shown: impl Into<String>) -> Field {
    Field { name, key: format!("{said:?}"), shown: shown.into() }
}

fn fields(of: &Definition) -> Vec<Field> {
    let both = |text: &Text| [text.en.as_str(), text.fr.as_str()].map(str::trim).join("\n").trim().to_owned();
    let dimensions = of.disaggregations.iter().map(|one| format!("{}: {}", one.dimension, one.categories.join(", ")));
    let baseline = of.baseline.map(|baseline| format!("{} ({})", baseline.value, baseline.period)).unwrap_or_default();
    let events = of.events.as_ref().map(|events| {
        let lists = [&events.kinds, &events.sub_kinds].map(|words| words.join(", "));
        let parts = [events.measure.word().to_owned()].into_iter().chain(lists);
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ")
    });
    let formula = of.formula.as_ref().map(ToString::to_string).unwrap_or_default();
    let item = of.plan_item.map(|item| item.to_string()).unwrap_or_default();
    let library = of.library.as_ref().map(|link| format!("{} {}", link.code, link.version)).unwrap_or_default();
    vec![
        field("code", &of.code, &of.code),
        field("name", &of.name, both(&of.name)),
        field("level", &of.level, of.level.word()),
        field("kind", &of.kind, of.kind.word()),
        field("unit", &of.unit, &of.unit),
        field("direction", &of.direction, of.direction.word()),
        field("over_time", &of.over_time, of.over_time.word()),
        field("over_areas", &of.over_areas, of.over_areas.word()),
        field("frequency", &of.frequency, of.frequency.word()),
        field("formula", &formula, formula.clone()),
        field("event_measure", &of.events, events.unwrap_or_default()),
        field("disaggregations", &of.disaggregations, dimensions.collect::<Vec<_>>().join("; ")),
        field("baseline_value", &of.baseline, baseline),
        field("source", &of.source, both(&of.source)),
        field("method", &of.method, both(&of.method)),
        field("verification", &of.verification, both(&of.verification)),
        field("owner_section", &of.owner_section, of.owner_section.clone().unwrap_or_default()),
        field("plan_item_lineage_id", &of.plan_item, item),
        field("classification", &of.classification, of.classification.word()),
        field("library_version", &of.library, library),
    ]
}

#[cfg(test)]
mod tests {
    use cpas_proto::words::{Classification, Frequency};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        computation::{EventMeasure, Measured},
        definition::{Baseline, Direction, Disaggregation, Kind, Level, OverAreas, OverTime, tests::deaths},
        ids::LineageId,
        library::LibraryLink,
    };

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

    fn word(value: u8) -> String {
        ["", "one", "one, two", "two"][usize::from(value)].to_owned()
    }

    fn list(value: u8) -> Vec<String> {
        [&[][..], &["one"], &["one, two"], &["one", "two"]][usize::from(value)]
            .iter()
            .map(|one| (*one).to_owned())
            .collect()
    }

    /// Texts of one line and two, in either language.
    fn text(value: u8) -> Text {
        let (en, fr) = [("", ""), ("a", ""), ("", "a"), ("a\nb", "")][usize::from(value)];
        Text::of(en, if value == 3 { "b" } else { fr })
    }

    /// Writes a field of a definition; all of them, so that none is left out of a diff.
    fn write(of: &mut Definition, field: usize, value: u8) {
        let number = usize::from(value);
        match field {
            0 => of.code = format!("OC-{value}"),
            1 => of.name = text(value),
            2 => of.level = Level::ALL[number % 3],
            3 => of.kind = Kind::ALL[number],
            4 => of.unit = word(value),
            5 => of.direction = Direction::ALL[number % 3],
            6 => of.over_time = OverTime::ALL[number],
            7 => of.over_areas = OverAreas::ALL[number],
            8 => of.frequency = Frequency::ALL[number],
            9 => of.formula = ["", "A", "A + B", "A + C"][number].parse().ok(),
            10 => {
                let lists = [(0, 0), (1, 0), (0, 1), (1, 3)][number];
                let events = EventMeasure { measure: Measured::Events, kinds: list(lists.0), sub_kinds: list(lists.1) };
                of.events = (value > 0).then_some(events);
            }
            11 => {
                let dimension =
                    |dimension: &str| Disaggregation { dimension: dimension.to_owned(), categories: list(1) };
                of.disaggregations = ["sex", "age", "kind"][..number % 4].iter().map(|one| dimension(one)).collect();
            }
            12 => {
                let period = ["2024", "2024", "2025", "2025"][number].parse().expect("a year");
                of.baseline = (value > 0).then_some(Baseline { value: f64::from(value), period });
            }
            13 => of.source = text(value),
            14 => of.method = text(value),
            15 => of.verification = text(value),
            16 => of.owner_section = (value > 0).then(|| word(value)),
            17 => of.plan_item = (value > 0).then(|| LineageId(Uuid::from_u128(value.into()))),
            18 => of.classification = Classification::ALL[number % 3],
            _ => of.library = (value > 0).then(|| LibraryLink { code: "OC".to_owned(), version: value.into() }),
        }
    }

    fn any_definition() -> impl Strategy<Value = Definition> {
        prop::collection::vec((0usize..20, 0u8..4), 0..30).prop_map(|written| {
            let mut definition = deaths();
            written.into_iter().for_each(|(field, value)| write(&mut definition, field, value));
            definition
        })
    }

    fn take(field: &str, to: &mut Definition, from: &Definition) {
        macro_rules! take {
            ($($name:literal => $field:ident),+ $(,)?) => {
                match field { $($name => to.$field.clone_from(&from.$field),)+ other => panic!("no field {other}") }
            };
        }
        take!(
            "code" => code, "name" => name, "level" => level, "kind" => kind, "unit" => unit, "direction" => direction,
            "over_time" => over_time, "over_areas" => over_areas, "frequency" => frequency, "formula" => formula,
            "event_measure" => events, "disaggregations" => disaggregations, "baseline_value" => baseline,
            "source" => source, "method" => method, "verification" => verification, "owner_section" => owner_section,
            "plan_item_lineage_id" => plan_item, "classification" => classification, "library_version" => library,
        );
    }

    proptest! {
        #[test]
        fn the_older_definition_and_its_diff_make_the_newer(from in any_definition(), to in any_definition()) {
            let mut made = from.clone();
            diff_definitions(&from, &to).iter().for_each(|one| take(one.field, &mut made, &to));
            prop_assert_eq!(made, to);
        }
    }
}
