//! All that a sheet shows, as known at one moment.

use std::collections::BTreeMap;

use chassis::{Caller, Failure, Tx};
use chrono::{DateTime, SecondsFormat, Utc};
use cpas_proto::{
    context::v1::Area,
    gateway::v1 as gateway,
    planning::v1::{Indicator, Target},
    reporting::v1 as pb,
    words::Classification,
};

use crate::{
    Config, Deps, Error,
    domain::{
        Invalid,
        block::{BlockKind, NumberQuery, Reach},
        citation::{Cited, classify},
        disclosure::suppress_small_cells,
        figure::Figure,
        shape::{Shape, simplify},
        sheet::{Audience, FactSheet},
        snapshot::{FORMAT, Line, Measure, Part, Snapshot},
        text::Text,
    },
    store::{model, records, series},
};

mod figures;

/// What the read model knows of what a sheet cites.
struct Known {
    mission_name: String,
    indicators: BTreeMap<String, Indicator>,
    targets: BTreeMap<String, Vec<Target>>,
    areas: BTreeMap<String, Area>,
}

/// Takes the snapshot. Values come from collection, as the caller may see them and as known at `at`;
/// names, targets and shapes from the read model.
pub(super) async fn take_snapshot(
    deps: &Deps,
    config: &Config,
    caller: &Caller,
    sheet: &FactSheet,
    at: DateTime<Utc>,
) -> Result<Snapshot, Error> {
    let mission = caller.mission()?;
    let mut tx = deps.db.begin(caller).await?;
    let classification = cited_classification(&mut tx, sheet).await?;
    let known = known(&mut tx, sheet, mission.id).await?;
    tx.commit().await?;

    let as_known_at = at.to_rfc3339_opts(SecondsFormat::Micros, true);
    // Asked with the sheet's own eyes: not even data that were classified higher a moment ago, and of which
    // the event is still on its way, get into it.
    let asking = Caller { clearance: classification, ..caller.clone() };
    let asker = figures::Asker { deps, caller: &asking, as_known_at: &as_known_at, known: &known };
    let mut parts = Vec::with_capacity(sheet.blocks.len());
    for block in &sheet.blocks {
        let mut part = Part {
            id: block.id.clone(),
            kind: block.kind,
            text: block.text.clone(),
            measure: None,
            figures: Vec::new(),
            shapes: Vec::new(),
            rows: Vec::new(),
        };
        if let (BlockKind::Indicators, Some(query)) = (block.kind, &block.query) {
            for query in query.each() {
                let indicator = known.indicators.get(&query.indicator_code);
                let indicator = indicator.ok_or_else(|| unknown_indicator(&query.indicator_code))?;
                let (figures, cautions) = asker.figures(block, &query, indicator).await?;
                let areas = known.names(figures.iter().map(|figure| figure.area.as_str()));
                let measure = measure(config, indicator, areas, cautions);
                let own =
                    figures.into_iter().map(|figure| Figure { id: format!("{}:{}", block.id, measure.code), ..figure });
                part.rows.extend(own.map(|figure| Line { measure: measure.clone(), figure }));
            }
        } else if let Some(query) = &block.query {
            let indicator = known.indicators.get(&query.indicator_code);
            let indicator = indicator.ok_or_else(|| unknown_indicator(&query.indicator_code))?;
            let (figures, cautions) = asker.figures(block, query, indicator).await?;
            let area_codes = figures.iter().map(|figure| figure.area.as_str());
            if block.kind == BlockKind::Map {
                part.shapes = known.shapes(area_codes.clone());
            }
            let areas = known.names(area_codes.chain(part.shapes.iter().map(|shape| shape.area.as_str())));
            part.measure = Some(measure(config, indicator, areas, cautions));
            part.figures = figures;
        }
        parts.push(part);
    }
    let mut snapshot = Snapshot {
        format: FORMAT,
        sheet_id: sheet.id.to_string(),
        mission_code: mission.code.clone(),
        mission_name: known.mission_name.clone(),
        title: sheet.title.clone(),
        audience: sheet.audience,
        as_known_at: as_known_at.clone(),
        classification,
        parts,
    };
    if sheet.audience == Audience::Public {
        suppress_small_cells(&mut snapshot, mission.fiscal_year_start_month, config.small_cell_max);
    }
    Ok(snapshot)
}

/// The highest classification of what the sheet cites.
///
/// # Errors
/// The list of what its audience may not see; an indicator that the caller cannot see is unknown.
pub(super) async fn cited_classification(tx: &mut Tx, sheet: &FactSheet) -> Result<Classification, Error> {
    let generation = model::read(tx).await?.generation;
    let mut codes: Vec<String> =
        sheet.blocks.iter().filter_map(|block| block.query.as_ref()).flat_map(NumberQuery::codes).cloned().collect();
    codes.sort();
    codes.dedup();
    let mut cited = Vec::new();
    for code in &codes {
        let row = records::find(tx, generation, "indicator", code).await?;
        let row = row.filter(|row| &row.code == code).ok_or_else(|| unknown_indicator(code))?;
        cited.push(Cited { what: format!("indicator {code}"), classification: row.classification() });
    }
    for (code, rank) in series::classifications(tx, generation, &codes).await? {
        cited.push(Cited { what: format!("data of indicator {code}"), classification: Classification::of_rank(rank) });
    }
    if let Some(id) = sheet.assessment_id
        && let Some(row) = records::find(tx, generation, "assessment", &id.to_string()).await?
    {
        cited.push(Cited { what: "the assessment that it is made from".into(), classification: row.classification() });
    }
    Ok(classify(sheet.audience, &cited)?)
}

/// A figure as the API shows it.
pub(crate) fn as_number(snapshot: &Snapshot, part: &Part, measure: &Measure, figure: &Figure) -> pb::FactSheetNumber {
    let query = pb::NumberQuery {
        indicator_code: measure.code.clone(),
        area: figure.area.clone(),
        period: figure.period.clone(),
        slice: figure.slice.clone(),
        first_period: String::new(),
        more_indicator_codes: Vec::new(),
    };
    pb::FactSheetNumber {
        id: figure.id.clone(),
        block_id: part.id.clone(),
        query: Some(query),
        value: figure.value,
        period: figure.period.clone(),
        unit: measure.unit.clone(),
        kind: figure.kind.word().to_owned(),
        source: Some((&measure.source).into()),
        as_known_at: snapshot.as_known_at.clone(),
        target: figure.target,
        baseline: measure.baseline,
        baseline_period: measure.baseline.map(|_| measure.baseline_period.clone()).unwrap_or_default(),
    }
}

async fn known(tx: &mut Tx, sheet: &FactSheet, mission: uuid::Uuid) -> Result<Known, Error> {
    let generation = model::read(tx).await?.generation;
    let mission_name = match records::find(tx, generation, "mission", &mission.to_string()).await? {
        Some(row) => row.message::<gateway::Mission>()?.name,
        None => String::new(),
    };
    let (mut indicators, mut targets) = (BTreeMap::new(), BTreeMap::new());
    for code in sheet.blocks.iter().filter_map(|block| block.query.as_ref()).flat_map(NumberQuery::codes) {
        if indicators.contains_key(code) {
            continue;
        }
        let row = records::find(tx, generation, "indicator", code).await?;
        let indicator: Indicator = row.ok_or_else(|| unknown_indicator(code))?.message()?;
        let rows = records::of_parent(tx, generation, "target", &indicator.id).await?;
        let own = rows.iter().map(records::Row::message).collect::<Result<Vec<Target>, Failure>>()?;
        targets.insert(indicator.id.clone(), own);
        indicators.insert(code.clone(), indicator);
    }
    let mut areas = BTreeMap::new();
    let needs_areas = |reach: &Reach| !matches!(reach, Reach::Mission);
    if sheet.blocks.iter().any(|block| block.query.as_ref().is_some_and(|query| needs_areas(&query.reach))) {
        for row in records::of_kind(tx, generation, "area").await? {
            let area: Area = row.message()?;
            areas.insert(area.code.clone(), area);
        }
    }
    Ok(Known { mission_name, indicators, targets, areas })
}

impl Known {
    /// Shapes of the levels that have figures: areas without a value are drawn as such beside them.
    fn shapes<'a>(&self, codes: impl Iterator<Item = &'a str>) -> Vec<Shape> {
        let own: Vec<&Area> = codes.filter_map(|code| self.areas.get(code)).collect();
        let level = own.iter().map(|area| area.level).max();
        // Without any figure the map shows the most detailed areas, all without data.
        let level = level.or_else(|| self.areas.values().map(|area| area.level).max());
        let drawn = self.areas.values().filter(|area| Some(area.level) == level);
        simplify(drawn.filter_map(|area| Shape::from_geojson(&area.code, &area.geometry)).collect())
    }

    fn names<'a>(&self, codes: impl Iterator<Item = &'a str>) -> Vec<(String, Text)> {
        let mut names: Vec<(String, Text)> = codes
            .filter_map(|code| self.areas.get(code))
            .map(|area| (area.code.clone(), area.name.clone().unwrap_or_default().into()))
            .collect();
        names.sort_by(|a, b| a.0.cmp(&b.0));
        names.dedup_by(|a, b| a.0 == b.0);
        names
    }
}

fn measure(config: &Config, of: &Indicator, areas: Vec<(String, Text)>, cautions: Vec<Text>) -> Measure {
    Measure {
        indicator_id: of.id.clone(),
        code: of.code.clone(),
        name: of.name.clone().unwrap_or_default().into(),
        unit: of.unit.clone(),
        kind: of.kind.clone(),
        source: of.source.clone().unwrap_or_default().into(),
        baseline: of.baseline_value,
        baseline_period: of.baseline_period.clone(),
        persons: matches!(of.kind.as_str(), "count" | "sum") && config.counts_persons(&of.unit),
        cautions,
        areas,
    }
}

fn unknown_indicator(code: &str) -> Error {
    Invalid::new("blocks", format!("cite the indicator \"{code}\", which does not exist")).into()
}
