//! What is to be collected, and what nobody waits for any more.

use std::collections::{BTreeMap, HashMap};

use chassis::{Caller, Failure, Tx, new_id};
use chrono::{Months, NaiveDate, SecondsFormat};
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Period, Role},
};
use uuid::Uuid;

use super::{
    App, moment,
    places::looked_up,
    quality::{OBSERVATIONS_MAX, waived, window},
    quality_facts::held,
};
use crate::{
    domain::{
        assignment::{Assignee, Assignments, Whose},
        definition::Definition,
        lifetime::Lifetimes,
        quality::{Facts, Held, Place, TaskState, Waived, Window, expected},
    },
    error::Error,
    events,
    store::{
        self,
        waivers::{NewWaiver, Waiver},
    },
};

/// Most tasks of one answer.
const TASKS_MAX: u32 = 1_000;
const REASON_CHARS_MAX: usize = 1_000;
/// Who may say that nothing will come.
const WAIVING: &[Role] = &[Role::ComponentHead, Role::Coordinator];

/// The tasks of a window, and how each section reports.
///
/// # Errors
/// A field that cannot be used; more observations than one answer is made of.
pub async fn list_tasks(
    app: &App,
    caller: &Caller,
    asked: pb::ListTasksRequest,
) -> Result<pb::ListTasksResponse, Failure> {
    let state: Option<TaskState> = match asked.state.as_str() {
        "" => None,
        word => Some(word.parse().map_err(|error| Error::bad("state", format!("{error}.")))?),
    };
    let whose = match asked.assignee.as_str() {
        "" => Whose::All,
        "me" => Whose::Of(caller.account),
        "nobody" => Whose::Nobodys,
        id => Whose::Of(id.parse().map_err(|_| Error::bad("assignee", "Name an account by its id, me or nobody."))?),
    };
    let most = match asked.most {
        0 => TASKS_MAX,
        most if most <= TASKS_MAX => most,
        _ => return Err(Error::bad("most", format!("At most {TASKS_MAX} in an answer.")).into()),
    };
    let mut tx = app.db.begin(caller).await?;
    let start = app.fiscal_start_month(caller, &mut tx).await?;
    let window = window(app, asked.months, start)?;
    let all = store::copies::definitions(&mut tx).await?;
    // What is computed is not collected.
    let own = |one: &Definition| {
        one.takes_values().is_ok() && (asked.section.is_empty() || one.owner_section == asked.section)
    };
    let definitions: Vec<Definition> = all.into_iter().filter(own).collect();
    let ids: Vec<Uuid> = definitions.iter().map(|one| one.id).collect();
    // Areas that reported in as long a time before are expected too.
    let from = window.today.checked_sub_months(Months::new(window.months * 2)).unwrap_or(NaiveDate::MIN);
    let standing = store::quality::standing(&mut tx, &ids, from, OBSERVATIONS_MAX as i64 + 1).await?;
    if standing.len() > OBSERVATIONS_MAX {
        let message = format!("More than {OBSERVATIONS_MAX} observations would be looked at; ask for one section.");
        return Err(Error::bad("section", message).into());
    }
    let waivers = store::waivers::in_force(&mut tx, &ids, window.first_day()).await?;
    let assigned = store::assignments::in_force(&mut tx, &ids).await?;
    let assigned = assigned.into_iter().map(|own| {
        let assignee = Assignee { id: own.assignee_id, name: own.assignee_name };
        (own.indicator_id, own.area, assignee)
    });
    let assigned = Assignments::new(assigned);
    let lifetimes = Lifetimes::of(&store::copies::areas(&mut tx).await?);
    drop(tx);
    let mut by_indicator: HashMap<Uuid, Vec<Held>> = HashMap::new();
    for row in &standing {
        by_indicator.entry(row.indicator_id).or_default().push(held(row)?);
    }
    let board = Board { definitions, by_indicator, places: waived(&waivers)?, waivers, assigned, lifetimes, window };
    tokio::task::spawn_blocking(move || board.answer((state, whose), most as usize)).await.map_err(Failure::internal)
}

/// What tasks are made of.
struct Board {
    definitions: Vec<Definition>,
    by_indicator: HashMap<Uuid, Vec<Held>>,
    places: HashMap<Uuid, Waived>,
    waivers: Vec<Waiver>,
    assigned: Assignments,
    lifetimes: Lifetimes,
    window: Window,
}

impl Board {
    fn answer(&self, (asked, whose): (Option<TaskState>, Whose), most: usize) -> pb::ListTasksResponse {
        let (mut tasks, mut sections) = (Vec::new(), BTreeMap::<&str, pb::SectionReporting>::new());
        let (nothing, none) = (Vec::new(), Waived::new());
        for definition in &self.definitions {
            let held = self.by_indicator.get(&definition.id).unwrap_or(&nothing);
            let waived = self.places.get(&definition.id).unwrap_or(&none);
            let of = sections.entry(&definition.owner_section).or_default();
            let facts = Facts::of(definition, held, self.window.fiscal_start_month);
            for place in expected(definition, &facts, &self.lifetimes, self.window) {
                let state = place.state(waived.contains(&(place.period, place.area.clone())), self.window.today);
                let count = match state {
                    TaskState::Open => &mut of.open,
                    TaskState::Late => &mut of.late,
                    TaskState::Done => &mut of.done,
                    TaskState::Waived => &mut of.waived,
                };
                *count += 1;
                of.could_be_in_time += u32::from(place.in_time.is_some());
                of.in_time += u32::from(place.in_time == Some(true));
                let wanted = asked.map_or(matches!(state, TaskState::Open | TaskState::Late), |asked| asked == state);
                if wanted && whose.holds(self.assigned.of(definition.id, &place.area)) {
                    tasks.push((place.due, self.task(definition, &place, state)));
                }
            }
        }
        tasks.sort_by(|(one_due, one), (other_due, other)| {
            (one_due, &one.indicator_code, &one.area).cmp(&(other_due, &other.indicator_code, &other.area))
        });
        let total = u32::try_from(tasks.len()).unwrap_or(u32::MAX);
        let named = |(section, counts): (&str, pb::SectionReporting)| pb::SectionReporting {
            section: section.to_owned(),
            ..counts
        };
        pb::ListTasksResponse {
            tasks: tasks.into_iter().take(most).map(|(_, task)| task).collect(),
            total,
            sections: sections.into_iter().map(named).collect(),
        }
    }

    fn task(&self, definition: &Definition, place: &Place<'_>, state: TaskState) -> pb::CollectionTask {
        let period = place.period.to_string();
        let waiver = self
            .waivers
            .iter()
            .filter(|_| state == TaskState::Waived)
            .find(|own| own.indicator_id == definition.id && own.period == period && own.area == place.area);
        let assignee = self.assigned.of(definition.id, &place.area);
        pb::CollectionTask {
            indicator_id: definition.id.to_string(),
            indicator_code: definition.code.clone(),
            section: definition.owner_section.clone(),
            period,
            area: place.area.clone(),
            due: place.due.to_string(),
            state: state.word().to_owned(),
            observation_id: place.filled.map(|filled| filled.observation.to_string()).unwrap_or_default(),
            reason: waiver.map(|own| own.reason.clone()).unwrap_or_default(),
            waived_by: waiver.map(|own| own.recorded_by_name.clone()).unwrap_or_default(),
            waived_at: waiver
                .map(|own| own.recorded_at.to_rfc3339_opts(SecondsFormat::Micros, true))
                .unwrap_or_default(),
            assignee_id: assignee.map(|own| own.id.to_string()).unwrap_or_default(),
            assignee_name: assignee.map(|own| own.name.clone()).unwrap_or_default(),
            classification: definition.classification.word().to_owned(),
        }
    }
}

/// A place as it is stored.
struct Named {
    indicator: Definition,
    period: Period,
    area: String,
}

/// Says that nothing will come in some places, and why. All or none.
///
/// # Errors
/// A place that is none; no reason; a place beyond the caller's reach.
pub async fn waive_tasks(app: &App, caller: &Caller, asked: pb::WaiveTasksRequest) -> Result<pb::WaivedTasks, Failure> {
    let reason = asked.reason.trim();
    if reason.is_empty() {
        return Err(Error::bad("reason", "Say why nothing will come; those who miss it will read it.").into());
    }
    if reason.chars().count() > REASON_CHARS_MAX {
        return Err(Error::bad("reason", format!("At most {REASON_CHARS_MAX} characters.")).into());
    }
    let mut tx = app.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let start = app.fiscal_start_month(caller, &mut tx).await?;
    let places = named(&mut tx, caller, &asked.places).await?;
    let today = app.clock.today();
    if let Some(place) = places.iter().find(|place| place.period.last_day(start) >= today) {
        let message = format!("{} has not ended yet; nothing is late there.", place.period);
        return Err(Error::bad("places", message).into());
    }
    let (mission, now) = (tx.mission(), app.clock.now());
    let mut changed = Vec::new();
    for place in places {
        let new = NewWaiver {
            id: new_id(now),
            indicator: place.indicator.id,
            period: place.period.to_string(),
            first_day: place.period.first_day(start),
            area: &place.area,
            reason,
            classification: place.indicator.classification.rank(),
            at: now,
            by: caller.account,
            by_name: &caller.name,
        };
        if store::waivers::insert(&mut tx, mission, &new).await? {
            changed.push(place.indicator);
        }
    }
    tell(tx, "waived", changed, reason).await
}

/// Takes waivers back: something is expected there again. All or none.
///
/// # Errors
/// A place that is none; a place beyond the caller's reach.
pub async fn take_back_waivers(
    app: &App,
    caller: &Caller,
    asked: pb::TakeBackWaiversRequest,
) -> Result<pb::WaivedTasks, Failure> {
    let mut tx = app.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let places = named(&mut tx, caller, &asked.places).await?;
    let now = app.clock.now();
    let mut changed = Vec::new();
    for place in places {
        let key = (place.indicator.id, &*place.period.to_string(), &*place.area);
        if store::waivers::take_back(&mut tx, key, now, caller.account).await? {
            changed.push(place.indicator);
        }
    }
    tell(tx, "taken_back", changed, "").await
}

/// Looks the places up, and checks that the caller reaches all of them.
async fn named(tx: &mut Tx, caller: &Caller, asked: &[pb::TaskPlace]) -> Result<Vec<Named>, Failure> {
    let named = asked.iter().map(|place| (place.indicator.as_str(), place.area.as_str()));
    let mut places = Vec::with_capacity(asked.len());
    for ((indicator, area), place) in looked_up(tx, caller, WAIVING, named).await?.into_iter().zip(asked) {
        let period = moment::period("places", &place.period)?;
        if period.frequency() != indicator.frequency {
            let message = format!("{} is collected by {}; {period} is none.", indicator.code, indicator.frequency);
            return Err(Error::bad("places", message).into());
        }
        places.push(Named { indicator, period, area });
    }
    Ok(places)
}

async fn tell(mut tx: Tx, change: &str, changed: Vec<Definition>, reason: &str) -> Result<pb::WaivedTasks, Failure> {
    let count = u32::try_from(changed.len()).unwrap_or(u32::MAX);
    if count > 0 {
        let classification = changed.iter().map(|one| one.classification).max().unwrap_or(Classification::Unclassified);
        let mut codes: Vec<String> = changed.into_iter().map(|one| one.code).collect();
        codes.sort_unstable();
        codes.dedup();
        tx.publish(events::tasks_changed(change, codes, count, reason, classification)).await?;
    }
    tx.finish(pb::WaivedTasks { changed: count }).await
}
