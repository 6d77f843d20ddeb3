//! What the work of assessing asks of somebody: to answer an invitation, to sign, to schedule what the cycle puts next.

use chassis::Caller;
use chrono::{DateTime, Utc};
use cpas_proto::{
    assessment::v1::{
        Assessment, AssessmentCycle, AssessmentInvitation, AssessmentSignature, AssessmentSlot, Finding, SignOffAsked,
    },
    common::v1::Text,
    reporting::v1::HomeTask,
    words::{Classification, Component, Role},
};

use super::home_tasks::task;
use crate::{
    Error,
    events::ASSESSMENT_CYCLE,
    store::{
        Connection, reached,
        records::{self, Row},
    },
};

/// The question that touches women, girls and youth.
const GENDER_AND_YOUTH: &str = "gender_and_youth";

/// The caller's, as far as the caller sees findings; none for a count of 0.
pub(super) async fn for_caller(
    connection: &mut Connection,
    generation: i32,
    caller: &Caller,
    now: DateTime<Utc>,
) -> Result<Vec<HomeTask>, Error> {
    let assessments = records::of_kind(connection, generation, "assessment").await?;
    let mut tasks = Vec::new();
    let invited = invited(connection, generation, caller, &assessments).await?;
    let said = Text::of("Invitations to an assessment", "Invitations à une évaluation");
    push(&mut tasks, "invitation-to-answer", &said, &invited);
    let to_sign = to_sign(connection, generation, caller, &assessments).await?;
    push(&mut tasks, "assessment-to-sign", &Text::of("Assessments to sign", "Évaluations à signer"), &to_sign);
    if caller.has(Role::Coordinator) && is_due(connection, generation, &assessments, now).await? {
        let said = Text::of(
            "The cycle’s next assessment is to be scheduled",
            "La prochaine évaluation du cycle est à programmer",
        );
        tasks.push(task("assessment-to-schedule", &said.en, &said.fr, "assessments?view=calendar", 1));
    }
    Ok(tasks)
}

/// A task for records; where it is one, it leads to it.
fn push(tasks: &mut Vec<HomeTask>, kind: &str, said: &Text, ids: &[String]) {
    let path = match ids {
        [] => return,
        [one] => format!("assessments/{one}?outcome=course"),
        _ => "assessments".to_owned(),
    };
    tasks.push(task(kind, &said.en, &said.fr, &path, i64::try_from(ids.len()).unwrap_or(i64::MAX)));
}

/// Assessments that go on and that the caller has been invited to without an answer.
async fn invited(
    connection: &mut Connection,
    generation: i32,
    caller: &Caller,
    assessments: &[Row],
) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for row in records::of_parent(connection, generation, "invitation", &caller.account.to_string()).await? {
        let of: AssessmentInvitation = row.message()?;
        let goes_on = assessments.iter().any(|one| one.id == of.assessment_id && one.state != "finalized");
        if of.state == "invited" && goes_on {
            found.push(of.assessment_id);
        }
    }
    Ok(found)
}

/// Assessments before leadership that ask for a signature of the caller which is not there, or was before findings changed.
async fn to_sign(
    connection: &mut Connection,
    generation: i32,
    caller: &Caller,
    assessments: &[Row],
) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    if ![Role::Adviser, Role::ComponentHead, Role::Leadership].iter().any(|role| caller.has(*role)) {
        return Ok(found);
    }
    for row in assessments.iter().filter(|row| row.state == "leadership_review") {
        let Some(asked) = records::find(connection, generation, "sign_off", &row.id).await? else { continue };
        let asked: SignOffAsked = asked.message()?;
        let findings = messages::<Finding>(&records::of_parent(connection, generation, "finding", &row.id).await?)?;
        let signatures = records::of_parent(connection, generation, "signature", &row.id).await?;
        let signatures = messages::<AssessmentSignature>(&signatures)?;
        if asked_of(caller, &asked, &findings)
            .any(|(role, component)| !is_signed(&signatures, &findings, role, component))
        {
            found.push(row.id.clone());
        }
    }
    Ok(found)
}

/// The signatures that are asked for and that the caller may give: role and component.
fn asked_of<'a>(
    caller: &'a Caller,
    asked: &'a SignOffAsked,
    findings: &[Finding],
) -> impl Iterator<Item = (Role, &'a str)> {
    let touched = findings.iter().any(|finding| finding.question == GENDER_AND_YOUTH);
    let adviser = asked.adviser == "asked" || asked.adviser == "where_findings" && touched;
    let heads = asked.components.iter().filter(|component| {
        let of: Result<Component, _> = component.parse();
        of.is_ok_and(|component| caller.reaches_component(&[Role::ComponentHead], component))
    });
    let adviser = (adviser && caller.has(Role::Adviser)).then_some((Role::Adviser, ""));
    let leadership = (asked.leadership && caller.has(Role::Leadership)).then_some((Role::Leadership, ""));
    let heads = heads.map(|component| (Role::ComponentHead, component.as_str()));
    adviser.into_iter().chain(heads).chain(leadership)
}

/// Signed or refused, and no finding that the signer could see is newer.
fn is_signed(signatures: &[AssessmentSignature], findings: &[Finding], role: Role, component: &str) -> bool {
    let own = signatures.iter().find(|one| one.role == role.word() && one.component == component);
    let rank = |word: &str| word.parse().unwrap_or(Classification::Unclassified);
    own.is_some_and(|own| {
        let newer = |finding: &&Finding| finding.recorded_at > own.signed_at;
        !findings.iter().filter(newer).any(|finding| rank(&finding.classification) <= rank(&own.clearance))
    })
}

/// Whether the newest of what the cycle asks to be scheduled by now is not there; what began before it was first asked for
/// does not count. A cycle that is saved again with another coordinator asks for the same.
async fn is_due(
    connection: &mut Connection,
    generation: i32,
    assessments: &[Row],
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let Some(row) = records::find(connection, generation, ASSESSMENT_CYCLE, ASSESSMENT_CYCLE).await? else {
        return Ok(false);
    };
    let (cycle, assessments): (AssessmentCycle, Vec<Assessment>) = (row.message()?, messages(assessments)?);
    let today = now.date_naive().to_string();
    let asked = reached::when(connection, generation, (ASSESSMENT_CYCLE, ASSESSMENT_CYCLE, &row.state)).await?;
    let asked = asked.map(|at| at.date_naive().to_string());
    let set_on = asked.as_deref().or(cycle.recorded_at.get(..10)).unwrap_or_default();
    let counts = |slot: &&AssessmentSlot| slot.schedule_from <= today && slot.begins_on.as_str() >= set_on;
    let due = cycle.slots.iter().filter(counts).max_by_key(|slot| &slot.begins_on);
    let is_there =
        |slot: &AssessmentSlot| assessments.iter().any(|one| one.kind == cycle.kind && one.period == slot.period);
    Ok(due.is_some_and(|slot| !is_there(slot)))
}

fn messages<M: prost::Message + Default>(rows: &[Row]) -> Result<Vec<M>, Error> {
    Ok(rows.iter().map(Row::message).collect::<Result<_, _>>()?)
}
