//! Five years of observations as the files that sections send: imported, submitted, verified by one
//! person and approved by another; the last months are still on their way.

use reqwest::Method;
use serde_json::{Value, json};

use super::Stage;
use crate::{
    client::{ApiError, count, text},
    demo::{
        DemoError, SEED,
        calendar::MONTHS,
        data::{Row, corrections, csv, observations},
        incidents,
    },
    load,
};

/// Months of one file.
const FILE_MONTHS: u32 = 36;
/// The last months, whose values are verified but not approved, and those that are only submitted.
const UNAPPROVED_FROM: u32 = MONTHS - 3;
const UNVERIFIED_FROM: u32 = MONTHS - 1;
/// The file that a section sends in French, with semicolons and decimal commas.
const FRENCH_FILE: usize = 1;

/// How far the values of a file have come.
#[derive(Clone, Copy, PartialEq)]
enum Until {
    Submitted,
    Verified,
    Approved,
}

pub(super) async fn tell(stage: &Stage<'_>, say: &impl Fn(&str)) -> Result<(), DemoError> {
    let rows = observations(SEED, &stage.content, stage.calendar);
    let late = corrections(SEED, &rows);
    let mut bounds: Vec<u32> = (0..UNAPPROVED_FROM).step_by(FILE_MONTHS as usize).collect();
    bounds.extend([UNAPPROVED_FROM, UNVERIFIED_FROM, MONTHS]);
    let known = stage.people.coordinator.all("/imports?page_size=100", "batches").await?;
    for (place, bound) in bounds.windows(2).enumerate() {
        let part: Vec<Row> = rows.iter().filter(|row| (bound[0]..bound[1]).contains(&row.month)).cloned().collect();
        let until = match bound[0] {
            UNVERIFIED_FROM => Until::Submitted,
            UNAPPROVED_FROM => Until::Verified,
            _ => Until::Approved,
        };
        let name = format!("observations-{}.csv", stage.calendar.month(i32::try_from(bound[0]).unwrap_or_default()));
        say(&format!("  {name}: {} rows", part.len()));
        send(stage, &known, &name, csv(&part, place == FRENCH_FILE), until).await?;
    }
    say(&format!("  late corrections: {} rows", late.len()));
    send(stage, &known, "late-corrections.csv", csv(&late, false), Until::Approved).await?;
    let events = incidents::csv(SEED, &stage.content.provinces, stage.calendar);
    let sent = load::send_events(&stage.people.coordinator, "incidents.csv", events.into_bytes(), "").await;
    let sent = sent.map_err(|error| DemoError::Unexpected(error.to_string()))?;
    say(&format!("  incidents.csv: {} events", sent.read));
    if sent.rejected + sent.outside > 0 {
        return Err(DemoError::Unexpected(format!("some of the demo's events were not taken: {sent:?}")));
    }
    set_rules(stage).await
}

/// Rules for what is entered from now on.
async fn set_rules(stage: &Stage<'_>) -> Result<(), DemoError> {
    let rules: Vec<Value> = serde_json::from_str(include_str!("../../../demo/rules.json"))
        .map_err(|error| DemoError::Unexpected(format!("demo/rules.json: {error}")))?;
    for mut rule in rules {
        let name = format!("rule/{}/{}", text(&rule, "indicator_code"), text(&rule, "kind"));
        rule["active"] = json!(true);
        stage.write(&stage.people.coordinator, Method::PUT, "/validation-rules", &name, json!({"rule": rule})).await?;
    }
    Ok(())
}

/// Sends a file, unless an earlier start has done so, and moves its values on.
async fn send(stage: &Stage<'_>, known: &[Value], name: &str, file: String, until: Until) -> Result<(), DemoError> {
    let people = stage.people;
    let same = |batch: &&Value| text(batch, "file_name") == name && text(batch, "state") == "committed";
    let id = match known.iter().find(same) {
        Some(batch) => text(batch, "id").to_owned(),
        None => commit(stage, name, file).await?,
    };
    let steps = [(Until::Verified, "verify", &people.verifier), (Until::Approved, "approve", &people.component_head)];
    for (reached, step, who) in steps {
        if until == Until::Submitted || (until == Until::Verified && reached == Until::Approved) {
            continue;
        }
        // Moves what is in the state before, so that a second time moves nothing.
        who.write(Method::POST, &format!("/observations/{step}"), "", &json!({"batch_id": id})).await?;
    }
    Ok(())
}

async fn commit(stage: &Stage<'_>, name: &str, file: String) -> Result<String, DemoError> {
    let who = &stage.people.coordinator;
    let path = format!("/imports?file_name={name}");
    let preview = who.upload(&path, "text/csv", file.into_bytes()).await?;
    if count(&preview, "rows_rejected") > 0 {
        let first = &preview["rejected"][0];
        let why = format!("{name}, row {}: {}", first["row"], text(first, "reason"));
        return Err(DemoError::Unexpected(format!("{} rows were rejected; {why}", preview["rows_rejected"])));
    }
    let id = text(&preview, "id").to_owned();
    let body = json!({"version": preview["version"], "submit": true});
    let committed: Result<Value, ApiError> = who.write(Method::POST, &format!("/imports/{id}/commit"), "", &body).await;
    committed?;
    Ok(id)
}
