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

use super::{
    home_objectives::{Measures, Shown, outcomes_of, plan_in_force, shown_places},
    kept, standing,
};
use crate::{
    Deps, Error,
    domain::{
        home::{SeriesPoint, Status},
        leadership::{days_late, worse_status, worse_value},
    },
    store::{Connection, changes, measures, model::Model, recommended, records, sheets, standings},
};

/// Rows of a list.
const ROWS_MAX: usize = 50;
const ALERTS_MAX: i64 = 20;
/// Alerts older than this are history.
const ALERT_DAYS: i64 = 90;
/// Where a stakeholder is in the web app, before its id.
const STAKEHOLDER: &str = "stakeholders?who=";
/// States of a recommendation that somebody still has to carry out.
pub(super) const UNDER_WAY: [&str; 3] = ["accepted", "partly", "in_progress"];

/// The view, as far as the caller may see. Objectives are shown some at a time, after some that were shown before.
pub async fn get_leadership_view(deps: &Deps, caller: &Caller, skipped: u32) -> Result<pb::LeadershipView, Error> {
    let fiscal_start_month = caller.mission()?.fiscal_year_start_month;
    let now = deps.clock.now();
    let (mut tx, model) = kept::begin(deps, caller).await?;
    let generation = model.generation;
    let known = changes::last(&mut tx, generation).await?;
    let (plan, _) = plan_in_force(&mut tx, &deps.remembered, model).await?;
    let (count, skipped, places) = shown_places(&plan, skipped);
    let (lineages, all) = (outcomes_of(&plan, places.clone()), outcomes_of(&plan, 0..usize::MAX));
    let (codes, worsened_count) = standings::worse(&mut tx, model, &all, ROWS_MAX as i64).await?;
    let measures = Measures::read(&mut tx, model, plan, &lineages, &codes).await?;
    let before = analyses_before(&mut tx, model, &codes).await?;
    let points = measures.points();
    let objectives = measures.shown.objectives(places, &points, fiscal_start_month)?;
    let worsened = worsened(&measures.shown, &codes, &points, &before, fiscal_start_month)?;
    let since = now - TimeDelta::days(ALERT_DAYS);
    let alerts = changes::alarms(&mut tx, generation, since, ALERTS_MAX).await?;
    let names = names(&mut tx, generation, &alerts).await?;
    let late_ones = recommended::latest(&mut tx, model, &UNDER_WAY, now.date_naive(), ROWS_MAX as i64).await?;
    Ok(pb::LeadershipView {
        decisions: decisions(&mut tx, generation).await?,
        late: late(&late_ones, now)?,
        objectives: objectives.into_iter().map(as_objective).collect(),
        objectives_count: count,
        objectives_skipped: skipped,
        worsened,
        worsened_count: u32::try_from(worsened_count).unwrap_or(u32::MAX),
        alerts: alerts.into_iter().map(|row| as_alert(row, &names)).collect(),
        known_at: known.map(instant).unwrap_or_default(),
    })
}

/// Of each indicator what the assessment before the newest said.
async fn analyses_before(
    connection: &mut Connection,
    model: Model,
    codes: &[String],
) -> Result<HashMap<String, Analysis>, Error> {
    let rows = measures::analyses_before(connection, model, codes).await?;
    Ok(rows.into_iter().map(|row| Ok((row.code.clone(), row.message()?))).collect::<Result<_, Failure>>()?)
}

/// The status that an assessment gave before, where the newest gives a worse one.
pub(super) fn fell_from(earlier: Option<&Analysis>, newest: Option<&Analysis>) -> Result<Option<Status>, Failure> {
    let (Some(earlier), Some(newest)) = (earlier, newest) else { return Ok(None) };
    if earlier.status.is_empty() || newest.status.is_empty() {
        return Ok(None);
    }
    let (before, now) = (standing::status(&earlier.status)?, standing::status(&newest.status)?);
    Ok(worse_status(before, now).then_some(before))
}

/// Indicators that got worse, in the order in which they are named.
fn worsened(
    shown: &Shown,
    codes: &[String],
    points: &BTreeMap<&str, &[SeriesPoint]>,
    before: &HashMap<String, Analysis>,
    fiscal_start_month: u32,
) -> Result<Vec<pb::Worsened>, Failure> {
    let mut found = Vec::new();
    for indicator in codes.iter().filter_map(|code| shown.indicator(code)) {
        let one = shown.standing(indicator, points, fiscal_start_month);
        let analysis = shown.analysis(&one.code);
        let fell = fell_from(before.get(&one.code), analysis)?;
        let (low, high) = analysis.map_or((None, None), |of| (of.target_low, of.target_high));
        let own = points.get(one.code.as_str()).copied().unwrap_or_default();
        let worse = worse_value(&one.direction, low, high, own);
        let outcome = shown.of_lineage(&indicator.plan_item_lineage_id);
        found.push(pb::Worsened {
            status_before: fell.map(|status| status.word().to_owned()).unwrap_or_default(),
            value_before: worse.and_then(|worse| worse.before.value),
            period_before: worse.map(|worse| worse.before.period.clone()).unwrap_or_default(),
            value: one.latest_value,
            period: one.latest_period,
            outcome: outcome.and_then(|outcome| outcome.statement.clone()),
            statement: analysis.and_then(|of| of.statement.clone()),
            path: format!("indicators/{}", one.code),
            assessment_path: analysis.map(|of| format!("assessments/{}", of.assessment_id)).unwrap_or_default(),
            code: one.code,
            name: one.name,
            unit: one.unit,
            direction: one.direction,
            status: one.status,
        });
    }
    Ok(found)
}

/// What waits for a decision of leadership, the longest first.
async fn decisions(connection: &mut Connection, generation: i32) -> Result<Vec<pb::DueDecision>, Error> {
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
    let most = ROWS_MAX as i64;
    for row in records::longest_in(connection, generation, ("plan", "endorsed"), most).await? {
        let plan: Plan = row.message()?;
        let path = format!("plan/{}", row.id);
        let of = due("plan", &row.id, plan.title, &row.state, row.recorded_at);
        all.push(at(path.clone(), format!("{path}?view=check"), of));
    }
    for row in records::longest_in(connection, generation, ("assessment", "leadership_review"), most).await? {
        let assessment: Assessment = row.message()?;
        let path = format!("assessments/{}", row.id);
        let of = due("assessment", &row.id, assessment.title, &row.state, row.recorded_at);
        all.push(at(path.clone(), path, of));
    }
    for row in records::longest_in(connection, generation, ("recommendation", "proposed"), most).await? {
        let of: Recommendation = row.message()?;
        let evidence = format!("assessments/{}", of.assessment_id);
        let of = due("recommendation", &row.id, of.text, &row.state, row.recorded_at);
        all.push(at("recommendations".to_owned(), evidence, of));
    }
    for sheet in sheets::drafts(connection, most).await? {
        let path = format!("fact-sheets/{}", sheet.id);
        let title = Some((&sheet.title).into());
        let of = due("fact_sheet", &sheet.id.to_string(), title, sheet.state.word(), sheet.recorded_at);
        all.push(at(path.clone(), path, of));
    }
    all.sort_by(|a, b| (&a.since, &a.id).cmp(&(&b.since, &b.id)));
    all.truncate(ROWS_MAX);
    Ok(all)
}

/// What is told of recommendations that are past their day.
fn late(rows: &[records::Row], now: DateTime<Utc>) -> Result<Vec<pb::LateRecommendation>, Failure> {
    let told = rows.iter().map(|row| {
        let of: Recommendation = row.message()?;
        Ok(pb::LateRecommendation {
            days_late: days_late(&of.due, now.date_naive()).unwrap_or_default(),
            id: of.id,
            text: of.text,
            owner_section: of.owner_section,
            due: of.due,
            state: row.state.clone(),
            path: "recommendations".to_owned(),
            evidence_path: format!("assessments/{}", of.assessment_id),
        })
    });
    told.collect()
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

/// Where a stakeholder that an alert is about is in the web app → its name, as far as the caller may see.
async fn names(
    connection: &mut Connection,
    generation: i32,
    alerts: &[changes::Row],
) -> Result<HashMap<String, String>, Error> {
    let ids = alerts.iter().filter_map(|alert| alert.path.strip_prefix(STAKEHOLDER)).map(str::to_owned);
    let rows = records::of_ids(connection, generation, "stakeholder", &ids.collect::<Vec<_>>()).await?;
    let named = rows.iter().map(|row| {
        let stakeholder: Stakeholder = row.message()?;
        Ok((format!("{STAKEHOLDER}{}", row.id), stakeholder.name))
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
