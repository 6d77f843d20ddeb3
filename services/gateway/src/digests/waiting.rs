//! What waits for a member, as the services show it to that member.

use std::collections::BTreeSet;

use chassis::{Caller, Failure, Grant};
use chrono::{Days, NaiveDate};
use cpas_proto::{
    collection::v1::{CollectionTask, ListTasksRequest},
    common::v1::Text,
    policy,
    reporting::v1::GetMissionHomeRequest,
    words::{Classification, Role},
};

use crate::App;

const ENTER: &str = "/cpas.collection.v1.CollectionService/EnterObservation";
/// Who enters data for a section; a coordinator, who may too, answers for all of them.
const ENTERING: &[Role] = &[Role::Contributor, Role::FocalPoint];
/// Kinds of work of one letter, and codes of indicators of one line.
const KINDS_MAX: usize = 20;
const CODES_MAX: usize = 5;
/// Most sections that are asked for one by one.
const SECTIONS_MAX: usize = 8;

/// All that waits.
#[derive(Debug, Clone, Default)]
pub struct Waiting {
    /// What the member's home says, by kind.
    pub kinds: Vec<Kind>,
    /// Data that the member was asked to enter.
    pub mine: ToEnter,
    /// Data of the member's sections that nobody was asked to enter.
    pub nobodys: ToEnter,
}

/// A kind of work. Its words are those of the kind, never of a record.
#[derive(Debug, Clone)]
pub struct Kind {
    pub words: Text,
    pub count: u32,
    /// In the web app, below the mission.
    pub path: String,
}

/// Data to be entered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToEnter {
    pub late: u32,
    /// Due within the days of a reminder.
    pub soon: u32,
    /// There are more than were counted.
    pub and_more: bool,
    /// The first day that something not yet late is due.
    pub next_due: Option<NaiveDate>,
    /// Of unclassified indicators, a few.
    pub codes: BTreeSet<String>,
}

impl ToEnter {
    fn is_empty(&self) -> bool {
        self.late + self.soon == 0
    }

    fn take(&mut self, task: &CollectionTask, remind_until: NaiveDate) {
        let due: Option<NaiveDate> = task.due.parse().ok();
        if task.state == "late" {
            self.late += 1;
        } else if due.is_some_and(|due| due <= remind_until) {
            self.soon += 1;
            self.next_due = [self.next_due, due].into_iter().flatten().min();
        } else {
            return;
        }
        // What has no word is not taken for unclassified.
        if task.classification == Classification::Unclassified.word() && self.codes.len() < CODES_MAX {
            self.codes.insert(task.indicator_code.clone());
        }
    }
}

impl Waiting {
    pub fn is_nothing(&self) -> bool {
        self.kinds.is_empty() && self.mine.is_empty() && self.nobodys.is_empty()
    }

    /// How many things, in the subject of a letter.
    pub fn count(&self) -> u32 {
        let kinds: u32 = self.kinds.iter().map(|kind| kind.count).sum();
        kinds + self.mine.late + self.mine.soon + self.nobodys.late + self.nobodys.soon
    }
}

/// Asks the services, as the member.
///
/// # Errors
/// As the services fail.
pub async fn look(app: &App, caller: &Caller) -> Result<Waiting, Failure> {
    let home = app.reporting(caller).get_mission_home(GetMissionHomeRequest::default()).await.map_err(Failure::from)?;
    let tasks = home.into_inner().tasks.into_iter().filter(|task| task.count > 0).take(KINDS_MAX);
    let kinds = tasks.map(|task| Kind { words: task.text.unwrap_or_default(), count: task.count, path: task.path });
    let mut waiting = Waiting { kinds: kinds.collect(), ..Waiting::default() };
    if !policy::rule(ENTER).is_some_and(|rule| rule.admits(caller.roles())) {
        return Ok(waiting);
    }
    let remind_until = app.db.clock().today() + Days::new(app.config.digest_remind_days.into());
    ask(app, caller, ("me", ""), remind_until, &mut waiting.mine).await?;
    for section in sections(caller) {
        ask(app, caller, ("nobody", &section), remind_until, &mut waiting.nobodys).await?;
    }
    Ok(waiting)
}

/// The sections that the caller enters data for. An empty one stands for all.
fn sections(caller: &Caller) -> BTreeSet<String> {
    let own = caller.grants.iter().filter(|grant| ENTERING.contains(&grant.role));
    let sections: BTreeSet<String> = own.map(|grant| grant.section.clone().unwrap_or_default()).collect();
    if sections.contains("") || sections.len() > SECTIONS_MAX { BTreeSet::from([String::new()]) } else { sections }
}

async fn ask(
    app: &App,
    caller: &Caller,
    (assignee, section): (&str, &str),
    remind_until: NaiveDate,
    found: &mut ToEnter,
) -> Result<(), Failure> {
    let asked =
        ListTasksRequest { section: section.to_owned(), assignee: assignee.to_owned(), ..ListTasksRequest::default() };
    let told = app.collection(caller).list_tasks(asked).await.map_err(Failure::from)?.into_inner();
    found.and_more |= told.total as usize > told.tasks.len();
    // Whoever was asked by name may enter it; of what nobody was asked to, only what the caller may.
    let may = |task: &&CollectionTask| assignee == "me" || caller.grants.iter().any(|grant| reaches(grant, task));
    told.tasks.iter().filter(may).for_each(|task| found.take(task, remind_until));
    Ok(())
}

/// True when a grant lets its owner enter a task: section and area together. The mission as a whole is reached by a
/// grant without areas only.
fn reaches(grant: &Grant, task: &CollectionTask) -> bool {
    ENTERING.contains(&grant.role)
        && grant.section.as_ref().is_none_or(|own| *own == task.section)
        && (grant.areas.is_empty() || grant.areas.contains(&task.area))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_reaches_its_section_in_its_areas() {
        let grant = |role, section: &str, areas: &[&str]| Grant {
            section: (!section.is_empty()).then(|| section.to_owned()),
            areas: areas.iter().map(|&area| area.to_owned()).collect(),
            ..Grant::mission_wide(role)
        };
        let place = |section: &str, area: &str| CollectionTask {
            section: section.to_owned(),
            area: area.to_owned(),
            ..CollectionTask::default()
        };
        let held = grant(Role::Contributor, "JMAC", &["A1"]);
        assert!(reaches(&held, &place("JMAC", "A1")));
        assert!(!reaches(&held, &place("JMAC", "B")) && !reaches(&held, &place("JMAC", "")));
        assert!(!reaches(&held, &place("UNPOL", "A1")));
        assert!(reaches(&grant(Role::FocalPoint, "", &[]), &place("UNPOL", "")));
        assert!(!reaches(&grant(Role::Verifier, "", &[]), &place("UNPOL", "")), "verifying enters nothing");
    }

    fn task(state: &str, due: &str, code: &str, classification: &str) -> CollectionTask {
        CollectionTask {
            state: state.to_owned(),
            due: due.to_owned(),
            indicator_code: code.to_owned(),
            classification: classification.to_owned(),
            ..CollectionTask::default()
        }
    }

    #[test]
    fn what_is_late_or_soon_due_is_counted_and_only_what_is_unclassified_is_named() {
        let until: NaiveDate = "2026-03-09".parse().expect("a day");
        let mut found = ToEnter::default();
        for one in [
            task("late", "2026-02-10", "OC-LATE", "unclassified"),
            task("open", "2026-03-09", "OC-SOON", "unclassified"),
            task("open", "2026-03-05", "OC-SOON", "unclassified"),
            task("open", "2026-03-10", "OC-LATER", "unclassified"),
            task("late", "2026-02-10", "CX-SECRET", "confidential"),
            task("late", "2026-02-10", "CX-UNSAID", ""),
        ] {
            found.take(&one, until);
        }
        assert_eq!((found.late, found.soon, found.next_due), (3, 2, "2026-03-05".parse().ok()));
        assert_eq!(found.codes.into_iter().collect::<Vec<_>>(), ["OC-LATE", "OC-SOON"]);
    }
}
