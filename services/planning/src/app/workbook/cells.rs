//! Messages of the API as rows of a workbook, and back.

use std::collections::BTreeMap;

use cpas_proto::{common::v1::Text, planning::v1 as pb, words::Language};

use crate::domain::workbook::{Problem, Row};

fn both(cells: &mut BTreeMap<&'static str, String>, en: &'static str, fr: &'static str, text: Option<&Text>) {
    cells.insert(en, text.map(|text| text.en.clone()).unwrap_or_default());
    cells.insert(fr, text.map(|text| text.fr.clone()).unwrap_or_default());
}

fn named(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

fn shown(text: Option<&Text>, language: Language) -> &str {
    let Some(text) = text else { return "" };
    let is_french = text.en.is_empty() || (language == Language::Fr && !text.fr.is_empty());
    if is_french { &text.fr } else { &text.en }
}

/// An item; `key` gives the key of an item by its id.
pub(super) fn of_item(item: &pb::PlanItem, key: impl Fn(&str) -> String, language: Language) -> Row {
    let number = |number: u32| if number == 0 { String::new() } else { number.to_string() };
    let is_activity = item.kind == "activity";
    let mut cells = BTreeMap::from([
        ("label", item.number.clone()),
        ("kind", item.kind.clone()),
        ("lead_section", item.lead_section.clone()),
        ("contributing_sections", item.contributing_sections.join("; ")),
        ("areas", item.areas.join("; ")),
        ("markers", item.markers.join("; ")),
        ("start", item.start.clone()),
        ("end", item.end.clone()),
        ("priority", number(item.priority)),
        ("mandate_task_id", item.mandate_task_id.clone()),
        ("stakeholder_id", item.stakeholder_id.clone()),
        ("dimension", item.dimension.clone()),
        ("component", item.component.clone()),
        ("activity_status", item.activity_status.clone()),
        ("progress_percent", if is_activity { item.progress_percent.to_string() } else { String::new() }),
        ("depends_on", item.depends_on.iter().map(|id| key(id)).collect::<Vec<_>>().join("; ")),
    ]);
    both(&mut cells, "statement.en", "statement.fr", item.statement.as_ref());
    let name = named(&[&item.number, shown(item.statement.as_ref(), language)]);
    Row { key: item.lineage_id.clone(), parent: key(&item.parent_id), name, cells, at: None }
}

/// A link; `key` gives the key of an item by its id.
pub(super) fn of_link(link: &pb::ResultLink, key: impl Fn(&str) -> String, numbers: &BTreeMap<String, String>) -> Row {
    let (output, outcome) = (key(&link.output_id), key(&link.outcome_id));
    let number = |key: &str| numbers.get(key).cloned().unwrap_or_default();
    let name = format!("{} → {}", number(&output), number(&outcome));
    let row_key = format!("{output}|{outcome}");
    let mut cells = BTreeMap::from([
        ("output", output),
        ("outcome", outcome),
        ("assumptions", lines(&link.assumptions)),
        ("assumptions_fr", lines(&link.assumptions_fr)),
        ("expected_lag_months", link.expected_lag_months.to_string()),
        ("strength", link.strength.clone()),
    ]);
    both(&mut cells, "hypothesis.en", "hypothesis.fr", link.hypothesis.as_ref());
    Row { key: row_key, name, cells, ..Row::default() }
}

/// An indicator.
pub(super) fn of_indicator(of: &pb::Indicator, language: Language) -> Row {
    let dimensions = of.disaggregations.iter().map(|one| format!("{}: {}", one.dimension, one.categories.join(", ")));
    let mut cells = BTreeMap::from([
        ("code", of.code.clone()),
        ("state", of.state.clone()),
        ("plan_item_lineage_id", of.plan_item_lineage_id.clone()),
        ("level", of.level.clone()),
        ("kind", of.kind.clone()),
        ("unit", of.unit.clone()),
        ("direction", of.direction.clone()),
        ("over_time", of.over_time.clone()),
        ("over_areas", of.over_areas.clone()),
        ("frequency", of.frequency.clone()),
        ("disaggregations", dimensions.collect::<Vec<_>>().join("; ")),
        ("baseline_value", of.baseline_value.map(|value| value.to_string()).unwrap_or_default()),
        ("baseline_period", of.baseline_period.clone()),
        ("owner_section", of.owner_section.clone()),
        ("formula", of.formula.clone()),
        ("classification", of.classification.clone()),
    ]);
    both(&mut cells, "name.en", "name.fr", of.name.as_ref());
    both(&mut cells, "source.en", "source.fr", of.source.as_ref());
    both(&mut cells, "method.en", "method.fr", of.method.as_ref());
    both(&mut cells, "verification.en", "verification.fr", of.verification.as_ref());
    let name = named(&[&of.code, shown(of.name.as_ref(), language)]);
    Row { key: of.id.clone(), name, cells, ..Row::default() }
}

/// A target.
pub(super) fn of_target(of: &pb::Target, codes: &BTreeMap<String, String>) -> Row {
    let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
    let code = codes.get(&of.indicator_id).map_or("", String::as_str);
    let cells = BTreeMap::from([
        ("indicator", of.indicator_id.clone()),
        ("period", of.period.clone()),
        ("area", of.area.clone()),
        ("slice", of.slice.clone()),
        ("value", number(of.value)),
        ("low", number(of.low)),
        ("high", number(of.high)),
        ("reason", String::new()),
    ]);
    let key = format!("{}|{}|{}|{}", of.indicator_id, of.period, of.area, of.slice);
    Row { key, name: named(&[code, &of.period, &of.area, &of.slice]), cells, ..Row::default() }
}

fn text(row: &Row, en: &str, fr: &str) -> Option<Text> {
    Some(Text { en: row.cell(en).to_owned(), fr: row.cell(fr).to_owned() })
}

fn list(row: &Row, field: &str) -> Vec<String> {
    row.cell(field).split("; ").filter(|word| !word.is_empty()).map(ToOwned::to_owned).collect()
}

/// A whole number from 0; blank is 0.
fn whole(row: &Row, field: &str, problems: &mut Vec<Problem>) -> u32 {
    match row.cell(field) {
        "" => 0,
        text => text.parse().unwrap_or_else(|_| {
            problems.push(row.problem(field, format!("\"{text}\" is no whole number from 0.")));
            0
        }),
    }
}

fn real(row: &Row, field: &str) -> Option<f64> {
    row.cell(field).parse().ok()
}

/// An item of a row. What a workbook has no column for is kept from the stored one; `id` gives the id of an item by
/// its key.
pub(super) fn to_item(
    row: &Row,
    stored: Option<&pb::PlanItem>,
    id: impl Fn(&str) -> Option<String>,
    problems: &mut Vec<Problem>,
) -> pb::PlanItem {
    let mut depends_on = Vec::new();
    for key in list(row, "depends_on") {
        match id(&key) {
            Some(id) => depends_on.push(id),
            None => problems.push(row.problem("depends_on", "It waits for a row that is not in the plan.")),
        }
    }
    pb::PlanItem {
        kind: row.cell("kind").to_owned(),
        statement: text(row, "statement.en", "statement.fr"),
        lead_section: row.cell("lead_section").to_owned(),
        contributing_sections: list(row, "contributing_sections"),
        areas: list(row, "areas"),
        markers: list(row, "markers"),
        start: row.cell("start").to_owned(),
        end: row.cell("end").to_owned(),
        priority: whole(row, "priority", problems),
        mandate_task_id: row.cell("mandate_task_id").to_owned(),
        stakeholder_id: row.cell("stakeholder_id").to_owned(),
        dimension: row.cell("dimension").to_owned(),
        component: row.cell("component").to_owned(),
        activity_status: row.cell("activity_status").to_owned(),
        progress_percent: whole(row, "progress_percent", problems),
        depends_on,
        ..stored.cloned().unwrap_or_default()
    }
}

/// A link of a row between two items.
pub(super) fn to_link(row: &Row, output_id: String, outcome_id: String, problems: &mut Vec<Problem>) -> pb::ResultLink {
    let (assumptions, assumptions_fr) = lines_beside(row.cell("assumptions"), row.cell("assumptions_fr"));
    let strength = match row.cell("strength") {
        "" => "moderate",
        word => word,
    };
    pb::ResultLink {
        output_id,
        outcome_id,
        hypothesis: text(row, "hypothesis.en", "hypothesis.fr"),
        assumptions,
        assumptions_fr,
        expected_lag_months: whole(row, "expected_lag_months", problems),
        strength: strength.to_owned(),
    }
}

/// Stands in a line of a cell where the other language has something to say and this one has not: a blank line would
/// not be seen, and what follows it would stand beside something else.
const NOT_SAID: &str = "–";

fn lines(all: &[String]) -> String {
    let shown = |line: &String| if line.trim().is_empty() { NOT_SAID.to_owned() } else { line.clone() };
    all.iter().map(shown).collect::<Vec<_>>().join("\n")
}

/// The lines of two cells, each beside the one that says the same; what is blank in both is left out.
fn lines_beside(english: &str, french: &str) -> (Vec<String>, Vec<String>) {
    let said = |line: Option<&str>| line.map(str::trim).filter(|line| *line != NOT_SAID).unwrap_or_default().to_owned();
    let (mut english, mut french) = (english.lines(), french.lines());
    let pairs = std::iter::from_fn(|| match (english.next(), french.next()) {
        (None, None) => None,
        (en, fr) => Some((said(en), said(fr))),
    });
    pairs.filter(|(en, fr)| !en.is_empty() || !fr.is_empty()).unzip()
}

/// An indicator of a row, on top of the stored one.
pub(super) fn to_indicator(row: &Row, stored: Option<&pb::Indicator>, measures: String) -> pb::Indicator {
    pb::Indicator {
        code: row.cell("code").to_owned(),
        name: text(row, "name.en", "name.fr"),
        level: row.cell("level").to_owned(),
        kind: row.cell("kind").to_owned(),
        unit: row.cell("unit").to_owned(),
        direction: row.cell("direction").to_owned(),
        over_time: row.cell("over_time").to_owned(),
        over_areas: row.cell("over_areas").to_owned(),
        frequency: row.cell("frequency").to_owned(),
        disaggregations: dimensions(row.cell("disaggregations")),
        baseline_value: real(row, "baseline_value"),
        baseline_period: row.cell("baseline_period").to_owned(),
        source: text(row, "source.en", "source.fr"),
        method: text(row, "method.en", "method.fr"),
        verification: text(row, "verification.en", "verification.fr"),
        owner_section: row.cell("owner_section").to_owned(),
        plan_item_lineage_id: measures,
        formula: row.cell("formula").to_owned(),
        classification: row.cell("classification").to_owned(),
        ..stored.cloned().unwrap_or_default()
    }
}

/// "sex: f, m; age: 0-14, 15-24".
fn dimensions(text: &str) -> Vec<pb::Disaggregation> {
    let parts = text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty());
    let one = |part: &str| {
        let (dimension, categories) = part.split_once(':').unwrap_or((part, ""));
        let categories = categories.split(',').map(str::trim).filter(|word| !word.is_empty());
        pb::Disaggregation {
            dimension: dimension.trim().to_owned(),
            categories: categories.map(ToOwned::to_owned).collect(),
        }
    };
    parts.map(one).collect()
}

/// A target of a row.
pub(super) fn to_target(row: &Row, indicator_id: String, seen_version: i64) -> pb::Target {
    pb::Target {
        indicator_id,
        period: row.cell("period").to_owned(),
        area: row.cell("area").to_owned(),
        slice: row.cell("slice").to_owned(),
        value: real(row, "value"),
        low: real(row, "low"),
        high: real(row, "high"),
        reason: row.cell("reason").to_owned(),
        version: seen_version,
        ..pb::Target::default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_a_link_rests_on_comes_back_as_it_went_out(pairs in prop::collection::vec(("[a-z]{0,3}", "[é-û]{0,3}"), 0..6)) {
            let kept: Vec<_> = pairs.into_iter().filter(|(en, fr)| !en.is_empty() || !fr.is_empty()).collect();
            let (english, french): (Vec<String>, Vec<String>) = kept.into_iter().unzip();
            // A spreadsheet may take the blanks round a text away.
            let (en, fr) = (lines(&english), lines(&french));
            prop_assert_eq!(lines_beside(en.trim(), fr.trim()), (english, french));
        }
    }
}
