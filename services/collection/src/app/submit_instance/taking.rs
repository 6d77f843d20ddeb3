//! From an instance to the rows that are entered for it, and to the submission that is kept.

use std::collections::HashMap;

use chassis::{Caller, Code, Failure, Tx, new_id};
use cpas_proto::{
    collection::v1 as pb,
    words::{Classification, Period},
};
use uuid::Uuid;

use super::{Arriving, place};
use crate::{
    app::{enter::ENTERING, entering::Ground, entry_outcome::Outcome, moment, reach::Reach},
    domain::{
        definition::Definition,
        phone::{Answered, Given, Instance, Judged, given, names},
    },
    error::Error,
    store::{
        self,
        submissions::{AnswerRow, Submission},
    },
};

/// An instance on its way in.
pub(super) struct Taking<'a> {
    caller: &'a Caller,
    instance: &'a Instance,
    ground: &'a Ground,
    id: Uuid,
    section: String,
    period: Period,
    area: String,
    /// The submission that this one corrects, with its answers.
    before: Option<(Submission, Vec<AnswerRow>)>,
}

/// A row to enter, with the place of its answer.
pub(super) type Placed = (usize, pb::EntryRow);

impl<'a> Taking<'a> {
    /// # Errors
    /// No form of the mission, a place or period that is none, beyond the caller's reach, or edited to another place.
    pub async fn open(tx: &mut Tx, ground: &'a Ground, arriving: &'a Arriving) -> Result<Self, Failure> {
        let Arriving { caller, instance, .. } = arriving;
        let section = section_of(instance, &ground.definitions)?;
        let period = moment::period("period", &instance.period)?;
        let area = place::chosen(&ground.areas, instance)?;
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
        Ok(Self { caller, instance, ground, id: new_id(ground.now), section, period, area, before })
    }

    /// Every answer, and the rows to enter, each with the place of its answer.
    pub fn judged(&self) -> Result<(Vec<AnswerRow>, Vec<Placed>), Failure> {
        let by_id: HashMap<Uuid, &Definition> = self.ground.definitions.iter().map(|one| (one.id, one)).collect();
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
        let ranks = self.ground.definitions.iter().filter(answered).map(|one| one.classification);
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
            self.ground.definitions.iter().map(|one| (one.id, one.classification.rank())).collect();
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

    /// The submission, when it is known what became of its answers.
    pub async fn submission(&self, tx: &mut Tx, of: &Arriving, answers: &[AnswerRow]) -> Result<Submission, Failure> {
        let (instance, ground) = (self.instance, self.ground);
        let point_area = place::doubt(tx, &ground.areas, &self.area, instance.point, ground.now.date_naive()).await?;
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
            point_area,
            named: instance.files.clone(),
            corrects: self.before.as_ref().map(|(before, _)| before.id),
            left_answers: left.try_into().unwrap_or(i32::MAX),
            xml: of.xml.clone(),
            xml_sha256: of.sha256.clone(),
            classification: self.classification(answers),
            recorded_at: ground.now,
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

pub(super) fn note(answer: &mut AnswerRow, outcome: &Outcome) {
    answer.outcome = outcome.word.to_owned();
    answer.message.clone_from(&outcome.message);
    answer.observation_id = outcome.shown;
    if let Some(new) = &outcome.new {
        answer.classification = answer.classification.max(new.classification);
    }
}

/// A row that is refused refuses the instance: the person at the phone can mend it there.
pub(super) fn refuse(outcomes: &[Outcome]) -> Result<(), Failure> {
    let refused: Vec<&Outcome> = outcomes.iter().filter(|one| one.refused.is_some()).collect();
    let Some(code) = refused.iter().find_map(|one| one.refused) else { return Ok(()) };
    let mut said: Vec<&str> = Vec::new();
    for one in refused {
        if !said.contains(&one.message.as_str()) {
            said.push(&one.message);
        }
    }
    Err(Failure::new(code, format!("{} Nothing was stored.", said.join(" "))))
}
