//! Taking what a phone sent: all of it or nothing, and an instance once only.

mod message;
mod parts;
mod place;

use std::collections::HashMap;

use chassis::{Caller, Code, Failure, Tx, new_id};
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Period, Role},
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

pub use parts::Arrived;
use parts::{INSTANCE_PART, add_files, pictures, split};

use super::{
    App,
    enter::ENTERING,
    enter_many::{Once, check, enter_rows},
    entry_outcome::Outcome,
    moment,
    reach::Reach,
    review::submit_entered,
    submissions::whole,
};
use crate::{
    domain::{
        definition::Definition,
        phone::{Answered, Given, Instance, Judged, given, names},
    },
    error::Error,
    events,
    store::{
        self,
        submissions::{AnswerRow, NewFile, Submission},
    },
};

/// Stores an instance, its observations and its files. One that is known is answered as before, and files that are
/// new are added.
///
/// # Errors
/// A sentence: what it is not, or why not all of it can be taken. Then nothing was stored.
pub async fn submit_instance(
    app: &App,
    caller: &Caller,
    parts: Vec<Arrived>,
) -> Result<pb::SubmittedInstance, Failure> {
    let (xml, files) = split(parts)?;
    // What comes from outside is read where it holds up nobody.
    let (xml, instance) = tokio::task::spawn_blocking(move || {
        let instance = Instance::parse(&xml);
        (xml, instance)
    })
    .await
    .map_err(Failure::internal)?;
    let instance = instance.map_err(|error| Error::bad(INSTANCE_PART, error))?;
    let (files, unnamed) = pictures(files, &instance)?;
    let mut tx = app.db.begin(caller).await?;
    let mission = tx.mission();
    store::submissions::one_at_a_time(&mut tx, mission, &instance.instance_id).await?;
    let sha256 = Sha256::digest(&xml).to_vec();
    if let Some(known) = store::submissions::of_instance(&mut tx, &instance.instance_id).await? {
        return again(app, caller, tx, known, &sha256, files).await;
    }
    let taken = Taking::open(app, caller, &mut tx, &instance).await?.take(&mut tx).await?;
    let submission =
        Submission { xml: String::from_utf8(xml).map_err(Failure::internal)?, xml_sha256: sha256, ..taken.submission };
    if !store::submissions::insert(&mut tx, mission, &submission).await? {
        return Err(Error::Conflict("This instance was received before. Nothing was stored.".to_owned()).into());
    }
    store::submissions::insert_answers(&mut tx, mission, submission.id, &taken.answers).await?;
    add_files(app, &mut tx, &submission, &files).await?;
    let classification = Classification::of_rank(submission.classification);
    let submission = whole(&mut tx, submission).await?;
    tx.publish(events::submission_recorded(submission.clone(), classification)).await?;
    tx.commit().await?;
    let message = message::of(&submission, &unnamed, taken.submitted);
    Ok(pb::SubmittedInstance { submission: Some(submission), is_new: true, message: Some(message) })
}

/// An instance that is known: files that are new are added, and nothing else changes.
async fn again(
    app: &App,
    caller: &Caller,
    mut tx: Tx,
    known: Submission,
    sha256: &[u8],
    files: Vec<NewFile>,
) -> Result<pb::SubmittedInstance, Failure> {
    if known.recorded_by != caller.account || known.xml_sha256 != sha256 {
        let said = "Another instance was received under this instanceID before. This one was not stored; fill a new \
                    form.";
        return Err(Error::Conflict(said.to_owned()).into());
    }
    let added = add_files(app, &mut tx, &known, &files).await?;
    let classification = Classification::of_rank(known.classification);
    let submission = whole(&mut tx, known).await?;
    if added > 0 {
        tx.publish(events::submission_recorded(submission.clone(), classification)).await?;
    }
    tx.commit().await?;
    let message = message::again(&submission, added);
    Ok(pb::SubmittedInstance { submission: Some(submission), is_new: false, message: Some(message) })
}

/// An instance on its way in.
struct Taking<'a> {
    app: &'a App,
    caller: &'a Caller,
    instance: &'a Instance,
    id: Uuid,
    section: String,
    period: Period,
    area: String,
    definitions: Vec<Definition>,
    /// The submission that this one corrects, with its answers.
    before: Option<(Submission, Vec<AnswerRow>)>,
}

/// What became of it; without the instance's text.
struct Taken {
    submission: Submission,
    answers: Vec<AnswerRow>,
    submitted: usize,
}

/// A row to enter, with the place of its answer.
type Placed = (usize, pb::EntryRow);

impl<'a> Taking<'a> {
    async fn open(app: &'a App, caller: &'a Caller, tx: &mut Tx, instance: &'a Instance) -> Result<Self, Failure> {
        let definitions = store::copies::definitions(tx).await?;
        let section = section_of(instance, &definitions)?;
        let period = moment::period("period", &instance.period)?;
        let area = place::chosen(tx, instance).await?;
        Reach::of(caller, ENTERING).check(&section, &area)?;
        let before = match instance.deprecated_id.as_str() {
            "" => None,
            id => store::submissions::of_instance(tx, id).await?,
        };
        let before = match before {
            Some(before) if (&before.period, &before.area) != (&period.to_string(), &area) => {
                let place = if before.area.is_empty() { "the whole mission" } else { &before.area };
                let said = format!(
                    "This form was edited to another place than it was recorded for ({}, {place}). Fill a new form for \
                     that place, and have what was recorded returned. Nothing was stored.",
                    before.period
                );
                return Err(Error::Conflict(said).into());
            }
            Some(before) => {
                let answers = store::submissions::answers(tx, before.id).await?;
                Some((before, answers))
            }
            None => None,
        };
        let id = new_id(app.clock.now());
        Ok(Self { app, caller, instance, id, section, period, area, definitions, before })
    }

    async fn take(&self, tx: &mut Tx) -> Result<Taken, Failure> {
        let (mut answers, rows) = self.judged()?;
        let places: Vec<usize> = rows.iter().map(|(place, _)| *place).collect();
        let rows: Vec<pb::EntryRow> = rows.into_iter().map(|(_, row)| row).collect();
        let mut submitted = 0;
        if !rows.is_empty() {
            check(&rows)?;
            let outcomes = enter_rows(self.app, self.caller, tx, &rows, Once::ByWhole).await?;
            refuse(&outcomes, &rows)?;
            for (place, outcome) in places.into_iter().zip(&outcomes) {
                note(&mut answers[place], outcome);
            }
            submitted = self.submit(tx, &outcomes, &mut answers).await?;
        }
        Ok(Taken { submission: self.submission(tx, &answers).await?, answers, submitted })
    }

    /// Every answer, and the rows to enter, each with the place of its answer.
    fn judged(&self) -> Result<(Vec<AnswerRow>, Vec<Placed>), Failure> {
        let by_id: HashMap<Uuid, &Definition> = self.definitions.iter().map(|one| (one.id, one)).collect();
        let (mut answers, mut rows, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
        let highest = self.highest();
        for answered in &self.instance.answers {
            let definition = by_id.get(&answered.indicator).copied();
            let mut answer = self.answer_of(answered, definition);
            match self.judge(answered, definition) {
                Judged::Given(given) => {
                    answer.slice.clone_from(&given.slice);
                    let is_highest = definition.is_some_and(|own| own.classification == highest);
                    rows.push((answers.len(), self.row(answers.len(), answered, given, is_highest)));
                }
                Judged::Left(sentence) => answer.message = sentence,
                Judged::Wrong(sentence) => wrong.push(sentence),
            }
            answers.push(answer);
        }
        if !wrong.is_empty() {
            return Err(Error::bad("answers", format!("{} Nothing was stored.", wrong.join(" "))).into());
        }
        for (path, said) in &self.instance.unknown {
            let message = format!("No form of this mission has the question \"{path}\".");
            answers.push(AnswerRow { answer: said.clone(), message, ..self.left_of(None) });
        }
        Ok((answers, rows))
    }

    fn judge(&self, answered: &Answered, definition: Option<&Definition>) -> Judged {
        match definition {
            Some(own) if own.frequency != self.period.frequency() && own.takes_values().is_ok() => {
                Judged::Left(format!("{} is collected by {}; {} is none.", own.code, own.frequency, self.period))
            }
            definition => given(answered, definition),
        }
    }

    /// The highest classification among what is answered and seen.
    fn highest(&self) -> Classification {
        let answered = |one: &&Definition| self.instance.answers.iter().any(|answer| answer.indicator == one.id);
        let ranks = self.definitions.iter().filter(answered).map(|one| one.classification);
        ranks.max().unwrap_or(Classification::Unclassified)
    }

    /// One note and source are of the whole form: they stand with the most classified answers only, and with the
    /// submission.
    fn row(&self, number: usize, answered: &Answered, given: Given, is_highest: bool) -> pb::EntryRow {
        let of_form = |text: &String| if is_highest { text.clone() } else { String::new() };
        let base_id = self.base(answered.indicator, &given.slice).map(|id| id.to_string()).unwrap_or_default();
        let observation = pb::Observation {
            indicator_id: answered.indicator.to_string(),
            period: self.period.to_string(),
            area: self.area.clone(),
            slice: given.slice,
            kind: given.kind,
            value: given.value,
            numerator: given.numerator,
            denominator: given.denominator,
            level: given.level,
            text: given.text,
            note: of_form(&self.instance.note),
            source: of_form(&self.instance.source),
            ..Default::default()
        };
        let key = format!("instance {} {number}", self.id);
        pb::EntryRow { key, observation: Some(observation), base_id, base_version: 0 }
    }

    /// The observation that an answer corrects: of the submission that the instance was edited from, in its place.
    fn base(&self, indicator: Uuid, slice: &str) -> Option<Uuid> {
        let (before, answers) = self.before.as_ref()?;
        if (&before.period, &before.area) != (&self.period.to_string(), &self.area) {
            return None;
        }
        // Beside another person's value it was not stored: there is nothing of its own to correct.
        let same =
            |one: &&AnswerRow| one.indicator_id == Some(indicator) && one.slice == slice && one.outcome != "conflict";
        answers.iter().find(same)?.observation_id
    }

    /// The highest of what was answered and of what the form asked: its text, note and pictures may be about any of it.
    fn classification(&self, answers: &[AnswerRow]) -> i16 {
        let known: HashMap<Uuid, i16> =
            self.definitions.iter().map(|one| (one.id, one.classification.rank())).collect();
        let hidden = self.unseen().rank();
        let asked = self.instance.asked.iter().map(|id| known.get(id).copied().unwrap_or(hidden));
        answers.iter().map(|one| one.classification).chain(asked).max().unwrap_or_default()
    }

    fn answer_of(&self, answered: &Answered, definition: Option<&Definition>) -> AnswerRow {
        AnswerRow {
            indicator_id: definition.map(|one| one.id),
            slice: answered.slice.clone(),
            answer: answered.typed(),
            ..self.left_of(definition)
        }
    }

    /// How classified it is what the sender does not see: as far as they may see, for nobody can tell how secret it is.
    /// From who sees everything nothing is hidden: it is not there.
    fn unseen(&self) -> Classification {
        match self.caller.clearance {
            Classification::StrictlyConfidential => Classification::Unclassified,
            clearance => clearance,
        }
    }

    fn left_of(&self, definition: Option<&Definition>) -> AnswerRow {
        AnswerRow {
            indicator_id: None,
            indicator_code: definition.map(|one| one.code.clone()).unwrap_or_default(),
            slice: String::new(),
            answer: String::new(),
            outcome: "left".to_owned(),
            message: String::new(),
            observation_id: None,
            classification: definition.map_or_else(|| self.unseen(), |one| one.classification).rank(),
        }
    }

    /// What somebody sends who may submit for the section is submitted; the rest waits for who may.
    async fn submit(&self, tx: &mut Tx, outcomes: &[Outcome], answers: &mut [AnswerRow]) -> Result<usize, Failure> {
        let ids: Vec<String> = outcomes.iter().filter_map(|one| Some(one.new.as_ref()?.id.to_string())).collect();
        if ids.is_empty() || !(self.caller.has(Role::FocalPoint) || self.caller.has(Role::Coordinator)) {
            return Ok(0);
        }
        let stay = submit_entered(self.app, self.caller, tx, &ids).await?;
        for one in &stay {
            let own = |answer: &&mut AnswerRow| answer.observation_id.is_some_and(|id| id.to_string() == one.id);
            if let Some(answer) = answers.iter_mut().find(own) {
                answer.message.clone_from(&one.reason);
            }
        }
        Ok(ids.len() - stay.len())
    }

    async fn submission(&self, tx: &mut Tx, answers: &[AnswerRow]) -> Result<Submission, Failure> {
        let instance = self.instance;
        let left = answers.iter().filter(|one| matches!(one.outcome.as_str(), "left" | "conflict")).count();
        Ok(Submission {
            id: self.id,
            instance_id: instance.instance_id.clone(),
            form_id: instance.form_id.clone(),
            form_version: instance.form_version.clone(),
            section: self.section.clone(),
            period: self.period.to_string(),
            area: self.area.clone(),
            device: instance.device.clone(),
            began_at: instance.began_at,
            ended_at: instance.ended_at,
            longitude: instance.point.map(|at| at.longitude),
            latitude: instance.point.map(|at| at.latitude),
            accuracy_m: instance.point.and_then(|at| at.accuracy_m),
            point_area: place::doubt(tx, &self.area, instance.point, self.app.clock.today()).await?,
            named: instance.files.clone(),
            corrects: self.before.as_ref().map(|(before, _)| before.id),
            left_answers: left.try_into().unwrap_or(i32::MAX),
            xml: String::new(),
            xml_sha256: Vec::new(),
            classification: self.classification(answers),
            recorded_at: self.app.clock.now(),
            recorded_by: self.caller.account,
            recorded_by_name: self.caller.name.clone(),
        })
    }
}

/// The section whose form it is. A section may have got another name since: then that of what is answered.
fn section_of(instance: &Instance, definitions: &[Definition]) -> Result<String, Failure> {
    let by_form = definitions.iter().find(|one| names::of_form(&one.owner_section) == instance.form_id);
    let answered = |one: &&Definition| instance.answers.iter().any(|answered| answered.indicator == one.id);
    let found = by_form.or_else(|| definitions.iter().find(answered));
    found.map(|one| one.owner_section.clone()).ok_or_else(|| {
        let said = format!("This mission has no form \"{}\". Nothing was stored.", instance.form_id);
        Failure::new(Code::NotFound, said)
    })
}

fn note(answer: &mut AnswerRow, outcome: &Outcome) {
    answer.outcome = outcome.word.to_owned();
    answer.message.clone_from(&outcome.message);
    answer.observation_id = outcome.shown;
    if let Some(new) = &outcome.new {
        answer.classification = answer.classification.max(new.classification);
    }
}

/// A row that is refused refuses the instance: the person at the phone can mend it there.
fn refuse(outcomes: &[Outcome], rows: &[pb::EntryRow]) -> Result<(), Failure> {
    let refused: Vec<(&Outcome, &pb::EntryRow)> =
        outcomes.iter().zip(rows).filter(|(one, _)| one.refused.is_some()).collect();
    let Some(code) = refused.iter().find_map(|(one, _)| one.refused) else { return Ok(()) };
    let mut said: Vec<&str> = Vec::new();
    for (one, _) in &refused {
        if !said.contains(&one.message.as_str()) {
            said.push(&one.message);
        }
    }
    Err(Failure::new(code, format!("{} Nothing was stored.", said.join(" "))))
}
