//! Submitting, verifying, approving, returning and rejecting, one by one or a whole batch.

use std::collections::{BTreeSet, HashMap};

use chassis::{Caller, Failure, Tx};
use cpas_proto::{collection::v1 as pb, words::Role};
use uuid::Uuid;

use super::{
    App, moment,
    reach::{Reach, beyond},
    rule_book::{RuleBook, error_among, of_known},
};
use crate::{
    domain::{
        lock::{Changer, Lock, may_change},
        review::{Move, step},
        rule::Breach,
    },
    error::Error,
    events,
    store::{
        self,
        moves::{Step, Touched},
        observations::Known,
    },
};

/// Most observations that one call names.
const IDS_MAX: usize = 500;
/// Most observations of a section that one call moves.
const OF_SECTION_MAX: usize = 5_000;
/// Most observations of a batch that are judged by rules in one call.
const RULED_MAX: usize = 20_000;
/// Longest reason, in characters.
const REASON_CHARS_MAX: usize = 2_000;

/// Roles that submit.
pub(super) const SUBMITTING: &[Role] = &[Role::FocalPoint, Role::Coordinator];

const fn roles(to: Move) -> &'static [Role] {
    match to {
        Move::Submit => SUBMITTING,
        Move::Verify => &[Role::Verifier],
        Move::Approve => &[Role::ComponentHead],
        Move::Return | Move::Reject => &[Role::Verifier, Role::ComponentHead],
    }
}

/// Takes observations a step on. Those that cannot go stay, each with its reason; the others move.
///
/// # Errors
/// Neither ids nor a batch, or too many; a reason that is needed; a locked period of a batch.
pub async fn move_observations(
    app: &App,
    caller: &Caller,
    to: Move,
    asked: pb::MoveObservationsRequest,
) -> Result<pb::MoveObservationsResponse, Failure> {
    let reach = Reach::of(caller, roles(to));
    check(to, &asked)?;
    let mut tx = app.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let mission = tx.mission();
    store::known::writes(&mut tx, mission).await?;
    let start = app.fiscal_start_month(caller, &mut tx).await?;
    let locks = if to.changes_what_counts() { store::locks::locks(&mut tx).await? } else { Vec::new() };
    let mover = Mover { app, caller, to, reach, locks, start, reason: asked.reason.trim() };
    let response = if !asked.batch_id.is_empty() {
        mover.move_batch(&mut tx, &asked.batch_id).await?
    } else if !asked.section.is_empty() {
        mover.move_section(&mut tx, &asked.section).await?
    } else {
        mover.move_named(&mut tx, &asked.ids).await?
    };
    tx.finish(response).await
}

/// Why what breaks rules is not submitted, `None` when it is: an error keeps it, a warning asks for a note. `place` is the
/// indicator's code, the period and the area.
pub(super) fn held_back(breaches: &[Breach], note: &str, place: [&str; 3]) -> Option<String> {
    let place = place.join(" ");
    if let Some(error) = error_among(breaches) {
        return Some(format!("{}: {}", place.trim_end(), error.en));
    }
    let warning = breaches.first().filter(|_| note.trim().is_empty())?;
    Some(format!("{}: {} Say in a note why it is right.", place.trim_end(), warning.en))
}

fn check(to: Move, asked: &pb::MoveObservationsRequest) -> Result<(), Failure> {
    let named = [!asked.ids.is_empty(), !asked.batch_id.is_empty(), !asked.section.is_empty()];
    if named.into_iter().filter(|named| *named).count() != 1 {
        return Err(Error::bad("ids", "Name the observations, or one batch, or one section.").into());
    }
    if asked.ids.len() > IDS_MAX {
        return Err(
            Error::bad("ids", format!("At most {IDS_MAX} observations at a time; for more name their batch.")).into()
        );
    }
    if to.needs_reason() && asked.reason.trim().is_empty() {
        return Err(Error::bad("reason", "Say why, so that the author can mend it.").into());
    }
    if asked.reason.chars().count() > REASON_CHARS_MAX {
        return Err(Error::bad("reason", format!("The reason is longer than {REASON_CHARS_MAX} characters.")).into());
    }
    Ok(())
}

struct Mover<'a> {
    app: &'a App,
    caller: &'a Caller,
    to: Move,
    reach: Reach,
    locks: Vec<Lock>,
    start: u32,
    reason: &'a str,
}

impl Mover<'_> {
    fn changer(&self) -> Changer<'_> {
        Changer { is_coordinator: self.caller.has(Role::Coordinator), reason: self.reason }
    }

    fn step(&self) -> Step<'_> {
        Step {
            state: self.to.to().word(),
            at: self.app.clock.now(),
            by: self.caller.account,
            by_name: &self.caller.name,
            reason: self.reason,
        }
    }

    /// Why observations stay that break rules, by id: an error keeps them, a warning asks for a note.
    async fn broken(&self, tx: &mut Tx, moving: &[Known]) -> Result<HashMap<Uuid, String>, Failure> {
        if self.to != Move::Submit {
            return Ok(HashMap::new());
        }
        let indicators: BTreeSet<Uuid> = moving.iter().map(|known| known.indicator_id).collect();
        let indicators: Vec<Uuid> = indicators.into_iter().collect();
        let definitions = store::copies::definitions(tx).await?;
        let mut book = RuleBook::open(tx, &definitions, &indicators, self.start).await?;
        let judged = moving.iter().map(of_known).collect::<Result<Vec<_>, Failure>>()?;
        book.look_around(tx, judged.iter().map(|one| (one.indicator, one.period, one.area))).await?;
        let mut broken = HashMap::new();
        for (known, one) in moving.iter().zip(judged) {
            let Some(definition) = definitions.iter().find(|own| own.id == one.indicator) else { continue };
            let place = [known.indicator_code.as_str(), &known.period, &known.area];
            if let Some(reason) = held_back(&book.breaches(definition, one), &known.note, place) {
                broken.insert(known.id, reason);
            }
        }
        Ok(broken)
    }

    /// Why an observation stays, `None` when it can move.
    fn why_not(&self, known: &Known) -> Result<Option<String>, Failure> {
        if !self.reach.covers(&known.owner_section, &known.area) {
            return Ok(Some(beyond(&known.owner_section, &known.area)));
        }
        let state = known.state.parse().map_err(Failure::internal)?;
        let superseded = known.superseded_by.is_some();
        if let Err(stays) = step(state, known.recorded_by, superseded, self.caller.account, self.to) {
            return Ok(Some(stays.to_string()));
        }
        let period = moment::period("period", &known.period)?;
        Ok(may_change(&self.locks, period, self.start, self.changer()).err())
    }

    async fn move_named(&self, tx: &mut Tx, ids: &[String]) -> Result<pb::MoveObservationsResponse, Failure> {
        let mut response = pb::MoveObservationsResponse::default();
        let mut stays = |id: &str, reason: String| {
            response.not_moved.push(pb::NotMoved { id: id.to_owned(), reason });
        };
        let wanted: BTreeSet<Uuid> = ids.iter().filter_map(|id| id.parse().ok()).collect();
        let wanted: Vec<Uuid> = wanted.into_iter().collect();
        let step = self.step();
        let found = store::observations::find_all(tx, step.at, &wanted).await?;
        for id in ids {
            let known = id.parse::<Uuid>().is_ok_and(|id| found.iter().any(|known| known.id == id));
            if !known {
                stays(id, "There is no observation under this id.".to_owned());
            }
        }
        let mut moving = Vec::new();
        for known in found {
            match self.why_not(&known)? {
                Some(reason) => stays(&known.id.to_string(), reason),
                None => moving.push(known),
            }
        }
        let mut broken = self.broken(tx, &moving).await?;
        moving.retain(|known| match broken.remove(&known.id) {
            Some(reason) => {
                stays(&known.id.to_string(), reason);
                false
            }
            None => true,
        });
        if moving.is_empty() {
            return Ok(response);
        }
        let mission = tx.mission();
        let ids: Vec<Uuid> = moving.iter().map(|known| known.id).collect();
        let numbers: Vec<i32> = moving.iter().map(|known| known.steps + 1).collect();
        let classifications: Vec<i16> = moving.iter().map(|known| known.classification).collect();
        let moved = store::moves::take(tx, mission, &ids, &numbers, &classifications, &step).await?;
        if moved != moving.len() as u64 {
            let sentence =
                "Somebody else moved one of these at this moment. Nothing was changed; look again and retry.";
            return Err(Error::Conflict(sentence.to_owned()).into());
        }
        response.moved = moving.len() as u32;
        let texts = |of: fn(&Known) -> &String| {
            moving.iter().map(of).cloned().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
        };
        let touched = Touched {
            rows: moving.len() as i64,
            indicator_codes: texts(|known| &known.indicator_code),
            areas: texts(|known| &known.area),
            periods: texts(|known| &known.period),
            classification: classifications.iter().copied().max().unwrap_or_default(),
        };
        events::observations_changed(tx, self.to.word(), None, touched).await?;
        Ok(response)
    }

    async fn move_section(&self, tx: &mut Tx, section: &str) -> Result<pb::MoveObservationsResponse, Failure> {
        let from: Vec<&str> = self.to.from().iter().map(|state| state.word()).collect();
        let found = store::moves::of_section(tx, section, &from, OF_SECTION_MAX as i64 + 1).await?;
        if found.len() > OF_SECTION_MAX {
            let sentence = format!(
                "More than {OF_SECTION_MAX} observations of {section} wait for this. Nothing was changed; name them \
                 in parts, or name their batches."
            );
            return Err(Error::Conflict(sentence).into());
        }
        let ids: Vec<String> = found.iter().map(Uuid::to_string).collect();
        self.move_named(tx, &ids).await
    }

    /// The same for those of a batch whose indicators have rules.
    async fn broken_in_batch(&self, tx: &mut Tx, batch: Uuid, from: &[&str]) -> Result<HashMap<Uuid, String>, Failure> {
        if self.to != Move::Submit {
            return Ok(HashMap::new());
        }
        let ruled = store::moves::ruled_of_batch(tx, batch, from, RULED_MAX as i64 + 1).await?;
        if ruled.len() > RULED_MAX {
            let sentence = format!(
                "More than {RULED_MAX} observations of this import are about indicators with rules. Nothing was \
                 changed; submit them section by section."
            );
            return Err(Error::Conflict(sentence).into());
        }
        let mut known = store::observations::find_all(tx, self.app.clock.now(), &ruled).await?;
        known.retain(|known| known.superseded_by.is_none());
        self.broken(tx, &known).await
    }

    async fn move_batch(&self, tx: &mut Tx, batch: &str) -> Result<pb::MoveObservationsResponse, Failure> {
        let id = moment::id("import", batch)?;
        let batch = store::batches::find(tx, id).await?.ok_or(Error::NotFound("import"))?;
        if self.to == Move::Verify && batch.recorded_by == self.caller.account {
            return Err(Error::OutOfReach("You imported it yourself; another person verifies it.".to_owned()).into());
        }
        if !self.locks.is_empty() {
            for period in store::moves::periods_of_batch(tx, id).await? {
                let period = moment::period("period", &period)?;
                may_change(&self.locks, period, self.start, self.changer()).map_err(Error::Conflict)?;
            }
        }
        let mission = tx.mission();
        let from: Vec<&str> = self.to.from().iter().map(|state| state.word()).collect();
        let not_own = self.to == Move::Verify;
        let broken = self.broken_in_batch(tx, id, &from).await?;
        let kept: Vec<Uuid> = broken.keys().copied().collect();
        let whom = store::moves::Whom { from: &from, reach: self.reach.rows(), not_own, kept: &kept };
        let touched = store::moves::take_batch(tx, mission, id, &whom, &self.step()).await?;
        let moved = touched.rows.try_into().unwrap_or(u32::MAX);
        if moved > 0 {
            events::observations_changed(tx, self.to.word(), Some(id), touched).await?;
        }
        let stays = broken.into_iter().map(|(id, reason)| pb::NotMoved { id: id.to_string(), reason });
        Ok(pb::MoveObservationsResponse { moved, not_moved: stays.take(IDS_MAX).collect() })
    }
}
