//! Read models of a size that is asked for, put where reporting keeps them: told one by one they would take hours.
//!
//! One time the real scale is that of DOMAIN.md for a mission: 5 objectives, 25 outcomes, 100 outputs, 100 indicators with
//! 10,000 data points (10 areas, 10 quarters), 8 assessments, 150 stakeholders.

use chrono::{TimeDelta, Utc};
use cpas_proto::{
    assessment::v1::{Analysis, Assessment, Finding, Recommendation},
    common::v1::Text,
    context::v1::Stakeholder,
    planning::v1::{Indicator, Plan, PlanItem, Target},
};
use prost::Message;
use sqlx::PgPool;
use uuid::Uuid;

pub const INDICATORS: usize = 100;
const OBJECTIVES: usize = 5;
const OUTCOMES: usize = 25;
const OUTPUTS: usize = 100;
/// Areas and quarters of each series.
const AREAS: usize = 10;
const QUARTERS: usize = 10;
const ASSESSMENTS: usize = 8;
const FINDINGS: usize = 200;
const RECOMMENDATIONS: usize = 40;
const STAKEHOLDERS: usize = 150;
const CHANGES: usize = 1_000;
/// One indicator in so many was cloned from the library.
const CLONED: usize = 5;
/// Rows of one statement.
const CHUNK: usize = 5_000;
const STATUSES: [&str; 5] = ["achieved", "on_track", "at_risk", "off_track", "no_data"];
const MARKERS: [&str; 3] = ["poc", "gender:2", "sdg16:16.1"];

/// Every statement says in its ids that a row was made here.
const CLEAR: [&str; 6] = [
    "DELETE FROM record WHERE id LIKE 'made-%'",
    "DELETE FROM series WHERE indicator_code LIKE 'MADE-%'",
    "DELETE FROM change WHERE what = 'made.made'",
    "DELETE FROM touched WHERE indicator_code LIKE 'MADE-%'",
    // What is kept beside the records is made by reporting, of each mission when somebody first asks.
    "DELETE FROM standing",
    "DELETE FROM kept",
];
const RECORDS: &str = "INSERT INTO record (mission_id, generation, kind, id, code, state, parent, version, recorded_at, \
     classification, body, about) SELECT $1, m.generation, r.kind, r.id, r.code, r.state, r.parent, r.version, \
     '2026-01-01'::timestamptz + r.version * interval '1 second', 0, r.body, r.about \
     FROM model m, unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bytea[], $9::text[]) \
       r(kind, id, code, state, parent, version, body, about) WHERE m.mission_id = $1";
const SERIES: &str = "INSERT INTO series (mission_id, generation, indicator_code, area, slice, frequency, observations, \
     points, classification) SELECT $1, m.generation, 'MADE-' || lpad(i::text, 5, '0'), \
     CASE WHEN a < 0 THEN '' ELSE 'A0' || a END, '', 'quarter', $3, \
     (SELECT jsonb_agg(jsonb_build_object('period', 2023 + (q + 2) / 4 || '-Q' || (q + 2) % 4 + 1, 'value', \
       (i * 7 + q * 3 + a) % 97, 'kind', 'value', 'observations', 1) ORDER BY q) FROM generate_series(0, $3 - 1) q), 0 \
     FROM model m, generate_series(0, $2 - 1) i, generate_series(-1, $4 - 1) a WHERE m.mission_id = $1";
const EVENTS: &str = "INSERT INTO change (mission_id, generation, event_id, at, what, record_id, text_en, text_fr, path, \
     published, classification) SELECT $1, m.generation, uuidv7(), '2026-01-01'::timestamptz + n * interval '1 minute', \
     'made.made', 'made-' || n, 'Data entered for an indicator', 'Données saisies pour un indicateur', 'data', false, 0 \
     FROM model m, generate_series(0, $2 - 1) n WHERE m.mission_id = $1";
const COPIES: [&str; 3] = [
    "INSERT INTO record (mission_id, generation, kind, id, code, state, parent, version, recorded_at, classification, body, about) \
       SELECT $2, m.generation, r.kind, r.id, r.code, r.state, r.parent, r.version, r.recorded_at, \
       r.classification, r.body, r.about FROM record r, model m WHERE r.mission_id = $1 AND r.id LIKE 'made-%' AND m.mission_id = $2",
    "INSERT INTO series (mission_id, generation, indicator_code, area, slice, frequency, observations, points, classification) \
       SELECT $2, m.generation, s.indicator_code, s.area, s.slice, s.frequency, s.observations, s.points, \
       s.classification FROM series s, model m WHERE s.mission_id = $1 AND s.indicator_code LIKE 'MADE-%' AND m.mission_id = $2",
    "INSERT INTO change SELECT $2, m.generation, uuidv7(), c.at, c.what, c.record_id, c.text_en, c.text_fr, c.path, \
       c.published, c.classification FROM change c, model m WHERE c.mission_id = $1 AND c.what = 'made.made' AND m.mission_id = $2",
];

/// The code of an indicator that was made.
pub fn code(place: usize) -> String {
    format!("MADE-{place:05}")
}

/// The library's code of one of which every mission has a clone.
pub fn library_code(place: usize) -> String {
    format!("LIB-{:05}", place * CLONED)
}

/// Makes each mission's read model so many times as large as a real one, instead of what was made before.
pub async fn fill(reporting: &PgPool, missions: &[Uuid], scale: usize) {
    for clear in CLEAR {
        sqlx::query(clear).execute(reporting).await.expect("what was made before goes");
    }
    let (first, others) = missions.split_first().expect("a mission");
    for rows in records(scale).chunks(CHUNK) {
        let column = |of: fn(&Made) -> &str| rows.iter().map(|row| of(row).to_owned()).collect::<Vec<_>>();
        sqlx::query(RECORDS)
            .bind(first)
            .bind(column(|row| row.kind))
            .bind(column(|row| &row.id))
            .bind(column(|row| &row.code))
            .bind(column(|row| row.state))
            .bind(column(|row| &row.parent))
            .bind(rows.iter().map(|row| row.version).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.body.clone()).collect::<Vec<_>>())
            .bind(column(|row| &row.about))
            .execute(reporting)
            .await
            .expect("the records");
    }
    let number = |of: usize| i32::try_from(of).expect("a number of rows");
    let (quarters, areas) = (number(QUARTERS), number(AREAS));
    let series = sqlx::query(SERIES).bind(first).bind(number(INDICATORS * scale)).bind(quarters).bind(areas);
    series.execute(reporting).await.expect("the series");
    sqlx::query(EVENTS).bind(first).bind(number(CHANGES * scale)).execute(reporting).await.expect("the events");
    for other in others {
        for copy in COPIES {
            sqlx::query(copy).bind(first).bind(other).execute(reporting).await.expect("the same for another mission");
        }
    }
    sqlx::query("VACUUM ANALYZE").execute(reporting).await.expect("statistics");
}

struct Made {
    kind: &'static str,
    id: String,
    code: String,
    state: &'static str,
    parent: String,
    version: i64,
    body: Vec<u8>,
    about: String,
}

fn made(kind: &'static str, place: usize, state: &'static str, body: impl Message) -> Made {
    let (id, body) = (id(kind, place), body.encode_to_vec());
    Made { kind, id, code: String::new(), state, parent: String::new(), version: 1, body, about: String::new() }
}

fn id(kind: &str, place: usize) -> String {
    format!("made-{kind}-{place}")
}

fn says(of: &str, place: usize) -> Option<Text> {
    Some(Text::of(
        format!("{of} {place} in the areas of the mission"),
        format!("{of} {place} dans les zones de la mission"),
    ))
}

fn records(scale: usize) -> Vec<Made> {
    let mut all = vec![made("plan", 0, "active", plan(scale))];
    for place in 0..INDICATORS * scale {
        let indicator = indicator(place, scale);
        let target = Target {
            id: id("target", place),
            indicator_id: indicator.id.clone(),
            period: "2025-Q4".into(),
            value: Some(40.0),
            version: 1,
            ..Default::default()
        };
        all.push(Made { parent: indicator.id.clone(), ..made("target", place, "", target) });
        if place % CLONED == 0 {
            let library = Indicator { code: indicator.library_code.clone(), ..indicator.clone() };
            let shared = made("library_indicator", place, "", library);
            let (id, code) = (indicator.id.clone(), indicator.library_code.clone());
            all.push(Made { id, code, parent: indicator.code.clone(), ..shared });
        }
        // The two newest assessments, and of the newest each area.
        for (number, area) in [(0, None), (1, None)].into_iter().chain((0..AREAS).map(|area| (1, Some(area)))) {
            let (at, of) =
                (place * (AREAS + 2) + number + area.map_or(0, |area| area + 1), ASSESSMENTS * scale - 2 + number);
            let area = area.map(|area| format!("A0{area}")).unwrap_or_default();
            let status = STATUSES[(place + number) % STATUSES.len()];
            let analysis = analysis(&indicator, at, &area, status, of);
            let code = if area.is_empty() { code(place) } else { format!("{}|{area}", code(place)) };
            let version = 1 + i64::try_from(number).expect("a small number");
            all.push(Made { code, parent: id("assessment", of), version, ..made("analysis", at, status, analysis) });
        }
        let (code, about) = (code(place), indicator.plan_item_lineage_id.clone());
        all.push(Made { code, about, ..made("indicator", place, "active", indicator) });
    }
    for place in 0..ASSESSMENTS * scale {
        let period = format!("{}-H{}", 2000 + place / 2 % 26, place % 2 + 1);
        let assessment = Assessment {
            id: id("assessment", place),
            title: says("Assessment", place),
            kind: "impact".into(),
            period,
            state: "finalized".into(),
            version: 6,
            ..Default::default()
        };
        all.push(made("assessment", place, "finalized", assessment));
    }
    for place in 0..FINDINGS * scale {
        let assessment = id("assessment", place % (ASSESSMENTS * scale));
        let finding = Finding {
            id: id("finding", place),
            assessment_id: assessment.clone(),
            outcome_lineage_id: id("outcome", place % (OUTCOMES * scale)),
            question: "change".into(),
            progress_rating: STATUSES[place % 4].into(),
            performance_rating: "adequate".into(),
            narrative: says("Finding", place),
            version: 1,
            ..Default::default()
        };
        let about = finding.outcome_lineage_id.clone();
        all.push(Made { parent: assessment, about, ..made("finding", place, "", finding) });
    }
    for place in 0..RECOMMENDATIONS * scale {
        let state = ["proposed", "accepted", "in_progress", "implemented"][place % 4];
        let assessment = id("assessment", place % (ASSESSMENTS * scale));
        let recommendation = Recommendation {
            id: id("recommendation", place),
            assessment_id: assessment.clone(),
            text: says("Recommendation", place),
            kind: "plan".into(),
            owner_section: "JMAC".into(),
            due: "2026-03-31".into(),
            state: state.into(),
            indicator_codes: vec![code(place % (INDICATORS * scale))],
            finding_ids: vec![id("finding", place % (FINDINGS * scale))],
            version: 1,
            ..Default::default()
        };
        all.push(Made { parent: assessment, ..made("recommendation", place, state, recommendation) });
    }
    all.extend((0..STAKEHOLDERS * scale).map(|place| {
        let id = id("stakeholder", place);
        made(
            "stakeholder",
            place,
            "",
            Stakeholder { id, name: format!("Holder {place}"), version: 1, ..Default::default() },
        )
    }));
    all
}

fn plan(scale: usize) -> Plan {
    let (objectives, outcomes, outputs) = (OBJECTIVES * scale, OUTCOMES * scale, OUTPUTS * scale);
    let item = |kind: &str, place: usize, parent: Option<(&str, usize)>, number: String| PlanItem {
        id: id(kind, place),
        lineage_id: id(kind, place),
        kind: kind.to_owned(),
        parent_id: parent.map(|(kind, place)| id(kind, place)).unwrap_or_default(),
        position: u32::try_from(place).expect("a position"),
        number,
        statement: says(kind, place),
        markers: vec![MARKERS[place % MARKERS.len()].to_owned()],
        component: if kind == "output" { ["civilian", "military", "police"][place % 3].into() } else { String::new() },
        ..Default::default()
    };
    let mut items: Vec<PlanItem> =
        (0..objectives).map(|place| item("objective", place, None, format!("{}", place + 1))).collect();
    items.extend((0..outcomes).map(|place| {
        let above = place % objectives;
        item("outcome", place, Some(("objective", above)), format!("{}.{}", above + 1, place / objectives + 1))
    }));
    items.extend((0..outputs).map(|place| {
        let above = place % outcomes;
        item("output", place, Some(("outcome", above)), format!("{}.{}", above + 1, place / outcomes + 1))
    }));
    let days = Utc::now().date_naive();
    Plan {
        id: id("plan", 0),
        title: says("Plan", 1),
        start: (days - TimeDelta::days(365)).to_string(),
        end: (days + TimeDelta::days(365)).to_string(),
        number: 99,
        state: "active".into(),
        items,
        version: 9,
        ..Default::default()
    }
}

/// Half of them measure an outcome, the others an output.
fn indicator(place: usize, scale: usize) -> Indicator {
    let measured = match place % 2 {
        0 => id("outcome", place / 2 % (OUTCOMES * scale)),
        _ => id("output", place / 2 % (OUTPUTS * scale)),
    };
    let (library_code, library_version) = match place % CLONED {
        0 => (library_code(place / CLONED), 1),
        _ => (String::new(), 0),
    };
    Indicator {
        id: id("indicator", place),
        code: code(place),
        name: says("Indicator", place),
        level: if place.is_multiple_of(2) { "outcome" } else { "output" }.into(),
        kind: "count".into(),
        unit: "incidents".into(),
        direction: "lower".into(),
        over_time: "sum".into(),
        over_areas: "sum".into(),
        frequency: "quarter".into(),
        baseline_value: Some(90.0),
        baseline_period: "2023-Q3".into(),
        owner_section: "JMAC".into(),
        plan_item_lineage_id: measured,
        state: "active".into(),
        definition_version: 1,
        version: 3,
        library_code,
        library_version,
        ..Default::default()
    }
}

fn analysis(of: &Indicator, place: usize, area: &str, status: &str, assessment: usize) -> Analysis {
    Analysis {
        id: id("analysis", place),
        assessment_id: id("assessment", assessment),
        indicator_id: of.id.clone(),
        indicator_code: of.code.clone(),
        indicator_name: of.name.clone(),
        unit: of.unit.clone(),
        direction: of.direction.clone(),
        area: area.to_owned(),
        latest_value: Some(30.0),
        latest_period: "2025-Q4".into(),
        target: Some(40.0),
        target_period: "2025-Q4".into(),
        achievement: Some(0.8),
        status: status.to_owned(),
        trend: "none".into(),
        n: u32::try_from(QUARTERS).expect("a small number"),
        statement: says("What the analysis says of", place),
        ..Default::default()
    }
}
