//! How the demo comes about: context, plan, data, assessment, decision, dashboards, fact sheet.

mod assessment;
mod budget;
mod context;
mod course;
pub(super) mod dashboards;
mod data;
mod indicators;
mod library;
mod plan;
mod review;
mod risks;
mod workshop;

use std::time::Instant;

use chrono::NaiveDate;
use reqwest::Method;
use serde_json::Value;

use super::{DemoError, calendar::Calendar, content::Content, people::People};
use crate::client::{Api, ApiError, text};

/// Writes that are under way at a time.
const AT_A_TIME: usize = 6;

/// What every step has.
struct Stage<'p> {
    people: &'p People,
    content: Content,
    calendar: Calendar,
}

impl Stage<'_> {
    /// A write that happens once for its name, and waits for news that it rests on.
    async fn write(&self, who: &Api, method: Method, path: &str, name: &str, body: Value) -> Result<Value, ApiError> {
        who.settle(method, path, &self.key(name), &body).await
    }

    /// The same for the usual case.
    async fn post(&self, who: &Api, path: &str, name: &str, body: Value) -> Result<Value, ApiError> {
        self.write(who, Method::POST, path, name, body).await
    }

    /// A file, as a person would upload it.
    async fn send(&self, who: &Api, path: &str, name: &str, file: Vec<u8>) -> Result<Value, ApiError> {
        who.upload_once(path, "application/octet-stream", &self.key(name), file).await
    }

    /// Names of other years are other names: their bodies differ.
    fn key(&self, name: &str) -> String {
        format!("demo/{}/{name}", self.calendar.start())
    }
}

/// True when the last step has been taken: a fact sheet is out.
pub(super) async fn is_finished(people: &People) -> Result<bool, ApiError> {
    let sheets = people.leadership.get("/fact-sheets").await?;
    let out = |sheet: &Value| matches!(text(sheet, "state"), "published" | "withdrawn");
    Ok(sheets["fact_sheets"].as_array().is_some_and(|sheets| sheets.iter().any(out)))
}

/// Tells the whole story, from wherever it stopped.
pub(super) async fn tell(people: &People, today: NaiveDate) -> Result<(), DemoError> {
    let content = Content::read();
    let calendar = calendar(people, &content, today).await?;
    let stage = Stage { people, content, calendar };
    let started = Instant::now();
    let say = |what: &str| println!("  {:>5.1} s  {what}", started.elapsed().as_secs_f64());
    say("areas, stakeholders and context maps");
    let stakeholders = context::tell(&stage).await?;
    say("mandate and plan");
    let framework = plan::tell(&stage, &stakeholders).await?;
    say("indicators and targets");
    indicators::tell(&stage, &framework).await?;
    say("assumptions, risks and tripwires");
    risks::tell(&stage, &framework).await?;
    say("the crosswalk to the budget");
    budget::tell(&stage, &framework).await?;
    say("the plan is endorsed, approved and activated");
    plan::activate(&stage, &framework).await?;
    say("five years of observations");
    data::tell(&stage, &say).await?;
    context::record_from_data(&stage).await?;
    say("assessment, findings and recommendations");
    let assessment = assessment::tell(&stage, &framework).await?;
    say("the next version of the plan takes up what was accepted");
    let draft = plan::next_version(&stage, &framework).await?;
    say("a framework of the library, with a change that waits for an answer");
    library::tell(&stage, &draft, &stakeholders).await?;
    say("dashboards");
    dashboards::tell(&stage, &framework).await?;
    say("fact sheets");
    assessment::sheets(&stage, &assessment).await
}

/// The calendar of a load that was interrupted, or today's.
async fn calendar(people: &People, content: &Content, today: NaiveDate) -> Result<Calendar, ApiError> {
    let mandates = people.coordinator.get("/mandates").await?;
    let ours = mandates["mandates"].as_array().into_iter().flatten();
    let ours = ours.into_iter().find(|mandate| text(mandate, "resolution") == content.context.mandate.resolution);
    let adopted = ours.and_then(|mandate| text(mandate, "adopted").parse().ok());
    Ok(adopted.map_or_else(|| Calendar::before(today), Calendar::from_start))
}

/// Runs writes, some at a time, and gives their answers in order.
async fn together<'a, T, F>(writes: impl IntoIterator<Item = F> + 'a) -> Result<Vec<T>, ApiError>
where
    F: Future<Output = Result<T, ApiError>> + 'a,
{
    use futures::{StreamExt as _, TryStreamExt as _};
    futures::stream::iter(writes).buffered(AT_A_TIME).try_collect().await
}
