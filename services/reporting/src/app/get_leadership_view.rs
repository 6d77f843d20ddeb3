//! One screen for leadership, from the read model only.

use std::collections::{BTreeMap, HashMap};

use chassis::{Caller, Failure};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use cpas_proto::{
    assessment::v1::{Analysis, Assessment, Recommendation},
    common::v1::Text,
    context::v1::Stakeholder,
    planning::v1::Plan,
    reporting::v1 as pb,
};

use super::{home_objectives::Shown, standing};
use crate::{
    Deps, Error,
    domain::{
        home::Status,
        leadership::{days_late, urgency, worse_status, worse_value},
    },
    store::{Connection, changes, model, records, series, sheets},
};

/// Rows of a list.
const ROWS_MAX: usize = 50;
const ALERTS_MAX: i64 = 20;
/// Alerts older than this are history.
const ALERT_DAYS: i64 = 90;
const ALERTS: [&str; 3] = ["stakeholder.shifted", "context_map.overdue", "fact_sheet.touched"];
/// States of a recommendation that somebody still has to carry out.
pub(super) const UNDER_WAY: [&str; 3] = ["accepted", "partly", "in_progress"];

/// The view, as far as the caller may see.
pub async fn get_leadership_view(deps: &Deps, caller: &Caller) -> Result<pb::LeadershipView, Error> {
    let fiscal_start_month = caller.mission()?.fiscal_year_start_month;
    let now = deps.clock.now();
    let mut tx = deps.db.begin(caller).await?;
    let generation = model::read(&mut tx).await?.generation;
    let known = changes::last(&mut tx, generation).await?;
    let shown = Shown::of(records::of_home(&mut tx, generation).await?)?;
    let parts = series::of_mission(&mut tx, generation).await?;
    let points: BTreeMap<&str, &[_]> =
        parts.iter().map(|part| (part.indicator_code.as_str(), part.points.as_slice())).collect();
    let before = analyses_before(&mut tx, generation).await?;
    let objectives = shown.objectives(&points, fiscal_start_month)?;
    let mut worsened = worsened(&shown, &objectives, &points, &before)?;
    let worsened_count = u32::try_from(worsened.len()).unwrap_or(u32::MAX);
    worsened.truncate(ROWS_MAX);
    let recommendations = records::of_kind(&mut tx, generation, "recommendation").await?;
    let since = now - TimeDelta::days(ALERT_DAYS);
    let alerts = changes::of_whats(&mut tx, generation, &ALERTS, since, ALERTS_MAX).await?;
    let names = names(&mut tx, generation).await?;
    Ok(pb::LeadershipView {
        decisions: decisions(&mut tx, generation, &recommendations).await?,
        late: late(&recommendations, now)?,
        objectives: objectives.into_iter().map(as_objective).collect(),
        worsened,
        worsened_count,
        alerts: alerts.into_iter().map(|row| as_alert(row, &names)).collect(),
        known_at: known.map(instant).unwrap_or_default(),
    })
}

/// Of each indicator what the assessment before the newest said.
async fn analyses_before(connection: &mut Connection, generation: i32) -> Result<HashMap<String, Analysis>, Error> {
    let rows = records::analyses_before(connection, generation).await?;
    Ok(rows.into_iter().map(|row| Ok((row.code.clone(), row.message()?))).collect::<Result<_, Failure>>()?)
}

/// Indicators of the plan in force that got worse, the most urgent first.
fn worsened(
    shown: &Shown,
    objectives: &[pb::HomeObjective],
    points: &BTreeMap<&str, &[crate::domain::home::SeriesPoint]>,
    before: &HashMap<String, Analysis>,
) -> Result<Vec<pb::Worsened>, Failure> {
    let mut found = Vec::new();
    let outcomes = objectives.iter().flat_map(|objective| &objective.outcomes);
    for (outcome, one) in outcomes.flat_map(|outcome| outcome.indicators.iter().map(move |one| (outcome, one))) {
        let analysis = shown.analysis(&one.code);
        let earlier = before.get(&one.code);
        let fell = match (earlier, analysis) {
            (Some(earlier), Some(analysis)) if !earlier.status.is_empty() && !analysis.status.is_empty() => {
                let statuses = (standing::status(&earlier.status)?, standing::status(&analysis.status)?);
                worse_status(statuses.0, statuses.1).then_some(statuses.0)
            }
            _ => None,
        };
        let (low, high) = analysis.map_or((None, None), |of| (of.target_low, of.target_high));
        let own = points.get(one.code.as_str()).copied().unwrap_or_default();
        let worse = worse_value(&one.direction, low, high, own);
        if fell.is_none() && worse.is_none() {
            continue;
        }
        let told = pb::Worsened {
            code: one.code.clone(),
            name: one.name.clone(),
            unit: one.unit.clone(),
            direction: one.direction.clone(),
            status_before: fell.map(|status: Status| status.word().to_owned()).unwrap_or_default(),
            status: one.status.clone(),
            value_before: worse.and_then(|worse| worse.before.value),
            period_before: worse.map(|worse| worse.before.period.clone()).unwrap_or_default(),
            value: one.latest_value,
            period: one.latest_period.clone(),
            outcome: outcome.statement.clone(),
            statement: analysis.and_then(|of| of.statement.clone()),
            path: format!("indicators/{}", one.code),
            assessment_path: analysis.map(|of| format!("assessments/{}", of.assessment_id)).unwrap_or_default(),
        };
        found.push((urgency(fell.is_some(), standing::status(&one.status)?, worse), told));
    }
    found.sort_by(|(one, a), (other, b)| {
        let by_status = (other.0, other.1).cmp(&(one.0, one.1));
        by_status.then(other.2.total_cmp(&one.2)).then_with(|| a.code.cmp(&b.code))
    });
    Ok(found.into_iter().map(|(_, told)| told).collect())
}

/// What waits for a decision of leadership, the longest first.
async fn decisions(
    connection: &mut Connection,
    generation: i32,
    recommendations: &[records::Row],
) -> Result<Vec<pb::DueDecision>, Error> {
    let due = |kind: &str, id: &str, title: Option<Text>, state: &str, since: DateTime<Utc>| pb::DueDecision {
        kind: kind.to_owned(),
        id: id.to_owned(),
        title,
        state: state.to_owned(),
        since: instant(since),
        ..Default::default()
    };
    let at = |path: String, evidence_path: String, of: pb::DueDecision| pb::DueDecision { path, evidence_path, ..of };
    let mut all = Vec::new();
    for row in records::of_kind(connection, generation, "plan").await?.iter().filter(|row| row.state == "endorsed") {
        let plan: Plan = row.message()?;
        let path = format!("plan/{}", row.id);
        let of = due("plan", &row.id, plan.title, &row.state, row.recorded_at);
        all.push(at(path.clone(), format!("{path}?view=check"), of));
    }
    let assessments = records::of_kind(connection, generation, "assessment").await?;
    for row in assessments.iter().filter(|row| row.state == "leadership_review") {
        let assessment: Assessment = row.message()?;
        let path = format!("assessments/{}", row.id);
        let of = due("assessment", &row.id, assessment.title, &row.state, row.recorded_at);
        all.push(at(path.clone(), path, of));
    }
    for row in recommendations.iter().filter(|row| row.state == "proposed") {
        let of: Recommendation = row.message()?;
        let evidence = format!("assessments/{}", of.assessment_id);
        let of = due("recommendation", &row.id, of.text, &row.state, row.recorded_at);
        all.push(at("recommendations".to_owned(), evidence, of));
    }
    for sheet in sheets::drafts(connection, ROWS_MAX as i64).await? {
        let path = format!("fact-sheets/{}", sheet.id);
        let title = Some((&sheet.title).into());
        let of = due("fact_sheet", &sheet.id.to_string(), title, sheet.state.word(), sheet.recorded_at);
        all.push(at(path.clone(), path, of));
    }
    all.sort_by(|a, b| (&a.since, &a.id).cmp(&(&b.since, &b.id)));
    all.truncate(ROWS_MAX);
    Ok(all)
}

/// Recommendations that were taken up and are past their day, the latest first.
fn late(rows: &[records::Row], now: DateTime<Utc>) -> Result<Vec<pb::LateRecommendation>, Failure> {
    let mut late = Vec::new();
    for row in rows.iter().filter(|row| UNDER_WAY.contains(&row.state.as_str())) {
        let of: Recommendation = row.message()?;
        // A duplicate is carried out with its original.
        if !of.duplicate_of.is_empty() {
            continue;
        }
        let Some(days_late) = days_late(&of.due, now.date_naive()) else { continue };
        late.push(pb::LateRecommendation {
            id: of.id,
            text: of.text,
            owner_section: of.owner_section,
            due: of.due,
            days_late,
            state: row.state.clone(),
            path: "recommendations".to_owned(),
            evidence_path: format!("assessments/{}", of.assessment_id),
        });
    }
    late.sort_by(|a, b| b.days_late.cmp(&a.days_late).then_with(|| a.id.cmp(&b.id)));
    late.truncate(ROWS_MAX);
    Ok(late)
}

fn as_objective(of: pb::HomeObjective) -> pb::LeadershipObjective {
    let pb::HomeObjective { lineage_id, number, statement, status, outcomes } = of;
    // The figures of an outcome are a click away, on the home.
    let outcomes = outcomes.into_iter().map(|outcome| pb::HomeOutcome {
        indicators: outcome.indicators.into_iter().map(|one| pb::HomeIndicator { spark: Vec::new(), ..one }).collect(),
        ..outcome
    });
    pb::LeadershipObjective { lineage_id, number, statement, status, outcomes: outcomes.collect() }
}

/// Where a stakeholder is in the web app → its name, as far as the caller may see.
async fn names(connection: &mut Connection, generation: i32) -> Result<HashMap<String, String>, Error> {
    let rows = records::of_kind(connection, generation, "stakeholder").await?;
    let named = rows.iter().map(|row| {
        let stakeholder: Stakeholder = row.message()?;
        Ok((format!("stakeholders?who={}", row.id), stakeholder.name))
    });
    Ok(named.collect::<Result<_, Failure>>()?)
}

fn as_alert(row: changes::Row, names: &HashMap<String, String>) -> pb::LeadershipAlert {
    let named = |text: String, between: &str| match names.get(&row.path) {
        Some(name) => format!("{name}{between}{text}"),
        None => text,
    };
    let text = Some(Text { en: named(row.text_en, ": "), fr: named(row.text_fr, "\u{a0}: ") });
    pb::LeadershipAlert { kind: row.what, text, at: instant(row.at), path: row.path }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}
