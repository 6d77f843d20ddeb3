//! The performance of outputs as a table for a spreadsheet: a row an indicator, or an output that none measures.

use std::time::Duration;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
    routing::get,
};
use chassis::Failure;
use cpas_proto::{assessment::v1 as pb, common::v1::Text};
use serde::Deserialize;

use super::{
    files::attachment,
    rpc::{About, Input, Output, Route},
};
use crate::{App, access::authenticate, problem::Problem};

/// English and French heads.
const HEADS: [(&str, &str); 24] = [
    ("output", "produit"),
    ("statement", "énoncé"),
    ("component", "composante"),
    ("section", "section"),
    ("output_status", "statut_du_produit"),
    ("indicator", "indicateur"),
    ("indicator_name", "nom_de_l_indicateur"),
    ("unit", "unité"),
    ("status", "statut"),
    ("achievement", "réalisation"),
    ("latest_value", "dernière_valeur"),
    ("latest_period", "dernière_période"),
    ("target", "cible"),
    ("target_low", "cible_min"),
    ("target_high", "cible_max"),
    ("target_period", "période_de_la_cible"),
    ("activities", "activités"),
    ("activities_done", "activités_faites"),
    ("activities_late", "activités_en_retard"),
    ("values_in_time", "valeurs_à_temps"),
    ("values_due", "valeurs_attendues"),
    ("areas_planned", "zones_prévues"),
    ("areas_with_data", "zones_avec_données"),
    ("summary", "résumé"),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    language: Option<String>,
}

pub fn routes() -> Vec<Route> {
    let about = About {
        method: Method::GET,
        path: "/missions/{mission}/assessments/{assessment_id}/performance.csv",
        summary: "Output by output whether what was planned was delivered, as a table",
        operation_id: "export_performance",
        tag: "assessment",
        created: StatusCode::OK,
        takes_long: false,
        across: false,
    };
    let query: &[_] = &[("language", "en or fr")];
    vec![Route::plain(about, Input::Raw("", query), Output::Raw("text/csv"), get(export))]
}

async fn export(
    State(app): State<App>,
    method: Method,
    Path((code, assessment_id)): Path<(String, String)>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = authenticate(&app, &method, &headers).await?;
    let caller = visitor.caller(&app, &code, Duration::from_millis(app.config.call_timeout_ms)).await?;
    let is_french = wish.language.as_deref().unwrap_or(&visitor.account.language) == "fr";
    let request = pb::GetPerformanceRequest { assessment_id: assessment_id.clone() };
    let found = app.assessment(&caller).get_performance(request).await.map_err(Failure::from)?.into_inner();
    let name = format!("performance-{code}-{assessment_id}.csv");
    Ok(attachment(table(&found, is_french), "text/csv; charset=utf-8", &name))
}

/// With a byte order mark, by which spreadsheets know that it is UTF-8.
fn table(of: &pb::Performance, is_french: bool) -> String {
    let heads = HEADS.iter().map(|(en, fr)| if is_french { *fr } else { *en }).map(str::to_owned);
    let mut lines = vec![line(heads)];
    for output in &of.outputs {
        if output.indicators.is_empty() {
            lines.push(row(output, &pb::OutputIndicator::default(), is_french));
        }
        lines.extend(output.indicators.iter().map(|indicator| row(output, indicator, is_french)));
    }
    format!("\u{feff}{}", lines.concat())
}

fn row(output: &pb::OutputPerformance, indicator: &pb::OutputIndicator, is_french: bool) -> String {
    let say = |text: &Option<Text>| said(text.as_ref(), is_french);
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let count = |value: Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
    let activities = output.activities.unwrap_or_default();
    line([
        output.number.clone(),
        say(&output.statement),
        output.component.clone(),
        output.lead_section.clone(),
        output.status.clone(),
        indicator.code.clone(),
        say(&indicator.name),
        indicator.unit.clone(),
        indicator.status.clone(),
        number(indicator.achievement),
        number(indicator.latest_value),
        indicator.latest_period.clone(),
        number(indicator.target),
        number(indicator.target_low),
        number(indicator.target_high),
        indicator.target_period.clone(),
        activities.all.to_string(),
        activities.done.to_string(),
        activities.late.to_string(),
        count(output.timely),
        count(output.timely_of),
        output.areas_planned.join(" "),
        output.areas_with_data.join(" "),
        say(&output.summary),
    ])
}

fn said(text: Option<&Text>, is_french: bool) -> String {
    let Some(Text { en, fr }) = text else { return String::new() };
    let (own, other) = if is_french { (fr, en) } else { (en, fr) };
    if own.is_empty() { other.clone() } else { own.clone() }
}

fn line(cells: impl IntoIterator<Item = String>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    cells.join(",") + "\r\n"
}

/// What a spreadsheet would compute is kept as a text; a negative number is no formula.
fn cell(text: String) -> String {
    let computes =
        text.starts_with(['=', '+', '@', '\t', '\r']) || (text.starts_with('-') && text.parse::<f64>().is_err());
    let text = if computes { format!("'{text}") } else { text };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_an_indicator_and_one_for_an_output_that_none_measures() {
        let output = |number: &str, indicators| pb::OutputPerformance {
            number: number.to_owned(),
            statement: Some(Text { en: "=cmd, \"quoted\"".to_owned(), fr: "Patrouilles".to_owned() }),
            status: "at_risk".to_owned(),
            indicators,
            ..Default::default()
        };
        let indicator =
            |code: &str| pb::OutputIndicator { code: code.to_owned(), achievement: Some(-0.25), ..Default::default() };
        let outputs = vec![output("1.1.1", vec![indicator("OP-1"), indicator("OP-2")]), output("1.1.2", Vec::new())];
        let of = pb::Performance { known: true, outputs, ..Default::default() };
        let english = table(&of, false);
        let lines: Vec<&str> = english.trim_end().split("\r\n").collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[0].starts_with("\u{feff}output,statement"));
        assert!(lines[1].starts_with("1.1.1,\"'=cmd, \"\"quoted\"\"\","), "{}", lines[1]);
        assert!(lines[1].contains(",OP-1,") && lines[1].contains(",-0.25,"), "{}", lines[1]);
        assert!(lines[3].starts_with("1.1.2,"));
        let french = table(&of, true);
        assert!(french.contains("énoncé") && french.contains("1.1.1,Patrouilles,"));
    }
}
