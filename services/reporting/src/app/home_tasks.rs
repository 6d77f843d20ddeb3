//! What waits for whom.

use chassis::Caller;
use chrono::{DateTime, Days, Months, Utc};
use cpas_proto::{common::v1::Text, context::v1::MappingSchedule, reporting::v1::HomeTask, words::Role};

use super::get_leadership_view::UNDER_WAY;
use crate::{
    Config, Error,
    events::MAPPING_SCHEDULE,
    store::{
        Connection,
        model::Model,
        recommended,
        records::{self, Count},
    },
};

/// One kind of work: the records that wait for it, and the roles that do it.
struct Duty {
    task: &'static str,
    kind: &'static str,
    state: &'static str,
    roles: &'static [Role],
    en: &'static str,
    fr: &'static str,
    path: &'static str,
}

use Role::{Adviser, ComponentHead, Contributor, Coordinator, FocalPoint, Leadership, Verifier};

#[rustfmt::skip]
const DUTIES: &[Duty] = &[
    duty("observations-to-submit", "observation", "draft", &[FocalPoint, Contributor], "Observations to submit", "Observations à soumettre", "data"),
    duty("observations-to-verify", "observation", "submitted", &[Verifier], "Observations to verify", "Observations à vérifier", "data"),
    duty("observations-to-approve", "observation", "verified", &[ComponentHead], "Observations to approve", "Observations à approuver", "data"),
    duty("import-to-commit", "import", "previewed", &[Coordinator], "Imports to commit", "Importations à enregistrer", "imports"),
    duty("plan-to-endorse", "plan", "in_review", &[ComponentHead], "Plans to endorse", "Plans à avaliser", "plan"),
    duty("plan-to-approve", "plan", "endorsed", &[Leadership], "Plans to approve", "Plans à approuver", "plan"),
    duty("plan-to-activate", "plan", "approved", &[Coordinator, Leadership], "Plans to put in force", "Plans à mettre en vigueur", "plan"),
    duty("plan-change-to-draft", "plan_change", "open", &[Coordinator], "Changes to the plan to take up", "Modifications du plan à reprendre", "plan"),
    duty("indicator-to-approve", "indicator", "draft", &[ComponentHead, Coordinator], "Indicators to approve", "Indicateurs à approuver", "indicators"),
    duty("map-to-review", "context_map", "draft", &[Coordinator, ComponentHead, Adviser], "Context maps to review", "Cartes de contexte à examiner", "context"),
    duty("map-to-publish", "context_map", "reviewed", &[Coordinator, Leadership], "Context maps to publish", "Cartes de contexte à publier", "context"),
    duty("assessment-to-finalize", "assessment", "leadership_review", &[Leadership], "Assessments to finalize", "Évaluations à finaliser", "assessments"),
    duty("recommendation-to-decide", "recommendation", "proposed", &[Leadership], "Recommendations to decide", "Recommandations à trancher", "recommendations"),
    duty("recommendation-to-verify", "recommendation", "implemented", &[Coordinator, Leadership], "Recommendations to verify", "Recommandations à vérifier", "recommendations?state=implemented"),
    duty("fact-sheet-to-clear", "fact_sheet", "draft", &[Leadership], "Fact sheets to clear", "Fiches à valider", "fact-sheets"),
    duty("fact-sheet-to-publish", "fact_sheet", "cleared", &[Coordinator, Leadership], "Fact sheets to publish", "Fiches à publier", "fact-sheets"),
    duty("fact-sheet-touched", "fact_sheet_touch", "published", &[Coordinator, Leadership], "Published fact sheets whose data changed", "Fiches publiées dont les données ont changé", "fact-sheets"),
];

/// Who carries recommendations out, in the section that owns them.
const CARRYING_OUT: &[Role] = &[FocalPoint, ComponentHead, Coordinator];
/// A recommendation that is due within so many days is due.
const DUE_DAYS: u64 = 30;

/// What waits for the caller's roles, as far as the caller may see. A context map is due this many months after
/// the one before.
pub(super) fn for_caller(
    caller: &Caller,
    map_due_months: u32,
    counts: &[Count],
    to_carry_out: ToCarryOut,
    now: DateTime<Utc>,
) -> Vec<HomeTask> {
    let mut tasks: Vec<HomeTask> = DUTIES
        .iter()
        .filter(|duty| duty.roles.iter().any(|role| caller.has(*role)))
        .filter_map(|duty| {
            let own = counts.iter().find(|count| count.kind == duty.kind && count.state == duty.state)?;
            Some(task(duty.task, duty.en, duty.fr, duty.path, own.count))
        })
        .filter(|task| task.count > 0)
        .collect();
    let published = counts.iter().find(|count| count.kind == "context_map" && count.state == "published");
    let due = |count: &Count| count.newest.date_naive() + Months::new(map_due_months);
    if caller.has(Coordinator) && published.is_none_or(|count| now.date_naive() > due(count)) {
        tasks.push(task(
            "map-overdue",
            "The context map is overdue",
            "La carte de contexte est en retard",
            "context",
            1,
        ));
    }
    let ToCarryOut { overdue, soon } = to_carry_out;
    for (kind, en, fr, path, count) in [
        (
            "recommendation-overdue",
            "Recommendations past their day",
            "Recommandations dont l'échéance est passée",
            "recommendations?due=overdue",
            overdue,
        ),
        (
            "recommendation-due",
            "Recommendations due within 30 days",
            "Recommandations à échéance sous 30 jours",
            "recommendations?due=soon",
            soon,
        ),
    ] {
        if count > 0 {
            tasks.push(task(kind, en, fr, path, count));
        }
    }
    tasks
}

/// Recommendations that the caller's sections carry out, as far as the caller may see.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ToCarryOut {
    overdue: i64,
    soon: i64,
}

/// Of what was taken up; a duplicate is carried out with its original.
pub(super) async fn to_carry_out(
    connection: &mut Connection,
    caller: &Caller,
    model: Model,
    now: DateTime<Utc>,
) -> Result<ToCarryOut, Error> {
    let mut found = ToCarryOut::default();
    if !CARRYING_OUT.iter().any(|role| caller.has(*role)) {
        return Ok(found);
    }
    let (today, until) = (now.date_naive(), now.date_naive() + Days::new(DUE_DAYS));
    for (section, overdue, soon) in recommended::by_section(connection, model, &UNDER_WAY, today, until).await? {
        if caller.reaches_section(CARRYING_OUT, &section) {
            found.overdue += overdue;
            found.soon += soon;
        }
    }
    Ok(found)
}

/// The kinds of records and their states that somebody's work is counted from.
pub(super) fn counted() -> Vec<(&'static str, &'static str)> {
    // The newest published map says whether the next one is overdue.
    DUTIES.iter().map(|duty| (duty.kind, duty.state)).chain([("context_map", "published")]).collect()
}

/// Months after which the mission's next context map is due: its own interval, or the installation's.
pub(super) async fn map_due_months(
    connection: &mut Connection,
    config: &Config,
    generation: i32,
) -> Result<u32, Error> {
    let schedule = records::find(connection, generation, MAPPING_SCHEDULE, MAPPING_SCHEDULE).await?;
    let schedule = schedule.map(|row| row.message::<MappingSchedule>()).transpose()?;
    Ok(schedule.map_or(config.context_map_due_months, |schedule| schedule.interval_months))
}

pub(super) fn task(kind: &str, en: &str, fr: &str, path: &str, count: i64) -> HomeTask {
    let text = Some(Text::of(en, fr));
    HomeTask { kind: kind.to_owned(), text, count: u32::try_from(count).unwrap_or(u32::MAX), path: path.to_owned() }
}

const fn duty(
    task: &'static str,
    kind: &'static str,
    state: &'static str,
    roles: &'static [Role],
    en: &'static str,
    fr: &'static str,
    path: &'static str,
) -> Duty {
    Duty { task, kind, state, roles, en, fr, path }
}
