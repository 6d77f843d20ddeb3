//! The work plan on the wire, and as a calendar file.

use std::collections::BTreeMap;

use chassis::Caller;
use cpas_proto::{common::v1::FileChunk, planning::v1 as pb, words::Language};
use icalendar::{Calendar, Component as _, Event, EventLike as _, Property};
use tonic::{Request, Response};

use super::{
    Answer, Api,
    fields::{parse_needed_id, plan_id, text},
};
use crate::{
    app::{self, Progress, Work, WorkPlanAsked},
    domain::{
        broken::Broken,
        ids::{ItemId, PlanId},
        item::{ActivityStatus, Nature},
        text::parse_word,
        work_plan::{Activity, WorkPlan, work_plan},
    },
    error::Error,
};

/// Parses what both calls take; the plan's id is parsed before.
pub(super) fn asked(plan: PlanId, request: &pb::GetWorkPlanRequest) -> Result<WorkPlanAsked, Broken> {
    let mut broken = Broken::nothing();
    let section = broken.keep(parse_word("section", &request.section)).flatten();
    let language = match request.language.as_str() {
        "" => Some(Language::En),
        word => broken.word("language", word),
    };
    let language = language.unwrap_or(Language::En);
    broken.into_result(WorkPlanAsked { plan, section, language })
}

pub(super) async fn report(api: &Api, request: Request<pb::ReportProgressRequest>) -> Answer<pb::Plan> {
    let (caller, request) = Caller::open(request)?;
    let plan = plan_id(&request.plan_id)?;
    let progress = Progress::try_from(&request).map_err(Error::from)?;
    Ok(Response::new(app::report_progress(&api.deps, &caller, plan, request.version, progress).await?))
}

pub(super) async fn get(api: &Api, request: Request<pb::GetWorkPlanRequest>) -> Answer<pb::WorkPlan> {
    let (caller, request) = Caller::open(request)?;
    let asked = asked(plan_id(&request.plan_id)?, &request).map_err(Error::from)?;
    Ok(Response::new((&app::work_plan(&api.deps, &caller, asked).await?).into()))
}

impl TryFrom<&pb::ReportProgressRequest> for Progress {
    type Error = Broken;

    fn try_from(request: &pb::ReportProgressRequest) -> Result<Self, Broken> {
        let mut broken = Broken::nothing();
        let item = broken.keep(parse_needed_id("item_id", &request.item_id)).map(ItemId);
        let status = broken.word::<ActivityStatus>("activity_status", &request.activity_status);
        let percent = u8::try_from(request.progress_percent).unwrap_or(u8::MAX);
        match (item, status) {
            (Some(item), Some(status)) => broken.into_result(Self { item, status, percent }),
            _ => Err(broken),
        }
    }
}

impl From<&Work> for pb::WorkPlan {
    fn from(work: &Work) -> Self {
        let whole = work_plan(&work.plan.framework, work.today);
        let numbers = work.plan.framework.numbers();
        let mut sections: Vec<pb::WorkSection> = Vec::new();
        for one in shown(work, &whole) {
            let section = one.item.content.lead_section.clone().unwrap_or_default();
            let message = activity(one, numbers.get(&one.item.id).map_or("", String::as_str));
            match sections.last_mut() {
                Some(last) if last.section == section => last.activities.push(message),
                _ => sections.push(pb::WorkSection { section, activities: vec![message] }),
            }
        }
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            plan_id: work.plan.head.id.to_string(),
            start: day(whole.activities.iter().map(|one| one.start).min()),
            end: day(whole.activities.iter().map(|one| one.expected_end).max()),
            sections,
            critical_path: whole.critical_path.iter().map(ToString::to_string).collect(),
            undated: whole.undated.iter().map(ToString::to_string).collect(),
        }
    }
}

fn shown<'a>(work: &'a Work, whole: &'a WorkPlan<'a>) -> impl Iterator<Item = &'a Activity<'a>> {
    let fits = |one: &&Activity<'_>| match &work.section {
        Some(section) => one.item.content.lead_section.as_ref() == Some(section),
        None => true,
    };
    whole.activities.iter().filter(fits)
}

fn state(one: &Activity<'_>) -> (ActivityStatus, u8) {
    match one.item.content.nature {
        Nature::Activity { status, progress_percent, .. } => (status, progress_percent),
        _ => (ActivityStatus::Planned, 0),
    }
}

fn activity(one: &Activity<'_>, number: &str) -> pb::WorkActivity {
    let (status, progress_percent) = state(one);
    pb::WorkActivity {
        item_id: one.item.id.to_string(),
        number: number.to_owned(),
        statement: text(&one.item.content.statement),
        start: one.start.to_string(),
        end: one.end.to_string(),
        expected_start: one.expected_start.to_string(),
        expected_end: one.expected_end.to_string(),
        slack_days: one.slack_days,
        critical: one.is_critical,
        activity_status: status.word().to_owned(),
        progress_percent: progress_percent.into(),
        late: one.late.map(|late| late.word().to_owned()).unwrap_or_default(),
        depends_on: one.item.content.depends_on().iter().map(ToString::to_string).collect(),
    }
}

/// The calendar file of a work plan. The same plan gives the same bytes: ids are lineages, and the stamp is
/// when the plan was recorded.
pub(super) fn calendar(work: &Work) -> FileChunk {
    let whole = work_plan(&work.plan.framework, work.today);
    let numbers = work.plan.framework.numbers();
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", "-//CPAS//Work plan//EN"));
    calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
    calendar.append_property(Property::new("X-WR-CALNAME", calendar_name(work)));
    for one in shown(work, &whole) {
        let number = numbers.get(&one.item.id).map_or("", String::as_str);
        calendar.push(event(work, one, number));
    }
    let section = work.section.as_deref().unwrap_or("all");
    let file_name = format!("work-plan-{section}.ics").replace(' ', "-");
    let data = calendar.done().to_string().into_bytes();
    FileChunk { data, file_name, content_type: "text/calendar; charset=utf-8".to_owned(), ..FileChunk::default() }
}

fn calendar_name(work: &Work) -> String {
    let title = work.plan.head.title.said(work.language);
    work.section.as_ref().map_or_else(|| title.to_owned(), |section| format!("{title}: {section}"))
}

fn event(work: &Work, one: &Activity<'_>, number: &str) -> Event {
    let (status, percent) = state(one);
    let section = one.item.content.lead_section.as_deref().unwrap_or_default();
    let words = words(work.language);
    let mut lines = vec![format!("{}: {} ({percent} %)", words["status"], words[status.word()])];
    if one.expected_end > one.end {
        lines.push(format!("{}: {} – {}", words["expected"], one.expected_start, one.expected_end));
    }
    if one.is_critical {
        lines.push(words["critical"].to_owned());
    }
    Event::new()
        .uid(&format!("{}@cpas", one.item.lineage))
        .timestamp(work.plan.head.recorded.at)
        .summary(&format!("{number} {}", one.item.content.statement.said(work.language)))
        .description(&lines.join("\n"))
        .starts(one.start)
        // The day after the last one: an end without an hour is not included.
        .ends(one.end.succ_opt().unwrap_or(one.end))
        .add_property("CATEGORIES", section)
        .done()
}

/// Words of the file in its language.
fn words(language: Language) -> BTreeMap<&'static str, &'static str> {
    let rows = [
        ("status", "Status", "État"),
        ("expected", "Expected", "Attendu"),
        ("critical", "Critical: a day lost here is lost at the end.", "Critique : un jour perdu ici l’est à la fin."),
        ("planned", "planned", "prévue"),
        ("ongoing", "ongoing", "en cours"),
        ("done", "done", "faite"),
        ("cancelled", "cancelled", "annulée"),
    ];
    rows.into_iter().map(|(key, en, fr)| (key, if language == Language::Fr { fr } else { en })).collect()
}
