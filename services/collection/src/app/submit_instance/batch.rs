//! Storing instances by one transaction, each as if it were alone: what one may see, reaches and is refused has nothing
//! to do with the others, and of two about the same the second comes later.

use std::collections::{BTreeMap, HashMap, HashSet};

use chassis::{Failure, Tx};
use cpas_proto::{collection::v1 as pb, words::Classification};
use uuid::Uuid;

use super::{
    Arriving, add_files, message,
    submitting::Submitter,
    taking::{Taking, note, refuse},
};
use crate::{
    app::{
        App,
        enter_many::check,
        entering::{Bases, Entering, Ground, Histories, Wanted, record, tell},
        entry_outcome::{Outcome, concerns_the_row},
        rule_book::{RuleBook, of_new},
        submissions::told,
    },
    domain::observation::State,
    error::Error,
    events,
    store::{
        self,
        observations::New,
        submissions::{AnswerRow, FileRow, NewFile, Submission},
    },
};

/// What became of an instance.
pub(super) enum Became {
    Answered(Box<Result<pb::SubmittedInstance, Failure>>),
    /// It was stored before.
    Known,
    /// One before it is about the same.
    Later,
}

/// An instance that may be stored.
struct Candidate<'a> {
    place: usize,
    arriving: &'a Arriving,
    taking: Taking<'a>,
    answers: Vec<AnswerRow>,
    /// The places of the answers that are entered, with the rows.
    places: Vec<usize>,
    rows: Vec<pb::EntryRow>,
    outcomes: Vec<Outcome>,
}

impl<'a> Candidate<'a> {
    async fn open(tx: &mut Tx, ground: &'a Ground, place: usize, arriving: &'a Arriving) -> Result<Self, Failure> {
        let taking = Taking::open(tx, ground, arriving).await?;
        let (answers, rows) = taking.judged()?;
        let (places, rows): (Vec<usize>, Vec<pb::EntryRow>) = rows.into_iter().unzip();
        if !rows.is_empty() {
            check(&rows)?;
        }
        Ok(Self { place, arriving, taking, answers, places, rows, outcomes: Vec::new() })
    }

    /// What is stored of it, with the codes of the indicators.
    fn stored(&self) -> impl Iterator<Item = (&New, &str)> {
        self.outcomes.iter().filter_map(|one| Some((one.new.as_ref()?, one.code.as_str())))
    }

    fn submitted(&self) -> impl Iterator<Item = (&New, &str)> {
        self.stored().filter(|(new, _)| new.state == State::Submitted)
    }
}

/// A refusal is its instance's own; anything else is everybody's.
fn refused(failure: Failure) -> Result<Became, Failure> {
    if concerns_the_row(failure.code) { Ok(Became::Answered(Box::new(Err(failure)))) } else { Err(failure) }
}

/// Stores instances of one mission and one clearance. The first is stored, refused or known; the others may have to
/// come later.
///
/// # Errors
/// Where the transaction is lost; then nothing was stored.
pub(super) async fn take_all(app: &App, all: &[&Arriving]) -> Result<Vec<Became>, Failure> {
    let patient = all.iter().max_by_key(|one| one.caller.deadline);
    let Some(caller) = patient.map(|one| &one.caller) else { return Ok(Vec::new()) };
    let mut tx = app.db.begin(caller).await?;
    let mission = tx.mission();
    let ids: Vec<&str> = all.iter().map(|one| one.instance.instance_id.as_str()).collect();
    store::submissions::one_at_a_time(&mut tx, mission, &ids).await?;
    store::known::writes(&mut tx, mission).await?;
    let known = store::submissions::known(&mut tx, &ids).await?;
    let ground = Ground::read(app, caller, &mut tx).await?;

    let mut became: BTreeMap<usize, Became> = BTreeMap::new();
    let (mut candidates, mut met) = (Vec::new(), HashSet::new());
    for (place, arriving) in all.iter().enumerate() {
        let id = arriving.instance.instance_id.as_str();
        if known.contains(id) {
            became.insert(place, Became::Known);
        } else if !met.insert(id) || met.contains(arriving.instance.deprecated_id.as_str()) {
            became.insert(place, Became::Later);
        } else {
            match Candidate::open(&mut tx, &ground, place, arriving).await {
                Ok(candidate) => candidates.push(candidate),
                Err(failure) => drop(became.insert(place, refused(failure)?)),
            }
        }
    }
    judge(&mut tx, &ground, &mut candidates, &mut became).await?;
    for (place, answer) in keep(app, &mut tx, candidates).await? {
        became.insert(place, Became::Answered(Box::new(Ok(answer))));
    }
    tx.commit().await?;
    Ok(became.into_values().collect())
}

/// Finds out what becomes of the rows of the candidates, and stores those that are stored. Who is refused or has to come
/// later is no candidate any more.
async fn judge(
    tx: &mut Tx,
    ground: &Ground,
    candidates: &mut Vec<Candidate<'_>>,
    became: &mut BTreeMap<usize, Became>,
) -> Result<(), Failure> {
    let bases = Bases::of(tx, ground.now, candidates.iter().flat_map(|one| &one.rows)).await?;
    let wanted_by = |one: &Candidate<'_>| {
        let entering = Entering::of(&one.arriving.caller, ground, &bases);
        one.rows.iter().map(|row| entering.wanted(row)).collect::<Vec<Result<Wanted, Failure>>>()
    };
    let mut wanted: HashMap<usize, Vec<Result<Wanted, Failure>>> =
        candidates.iter().map(|one| (one.place, wanted_by(one))).collect();
    let stood = ground.rule_book(tx, wanted.values().flatten().flatten()).await?;
    put_off(candidates, &wanted, stood.looks_around(), became);
    wanted.retain(|place, _| candidates.iter().any(|one| one.place == *place));

    let mut book = stood.clone();
    book.put_all(wanted.values().flatten().flatten().map(|one| ground.judged(one)));
    let histories = Histories::of(tx, ground.now, wanted.values().flatten().flatten()).await?;
    let mut judged = Vec::with_capacity(candidates.len());
    for mut one in candidates.drain(..) {
        let entering = Entering::of(&one.arriving.caller, ground, &bases);
        let own = wanted.remove(&one.place).unwrap_or_default();
        let outcomes = entering.outcomes(&one.rows, own, &histories, &book).and_then(|all| refuse(&all).map(|()| all));
        match outcomes {
            Ok(outcomes) => {
                one.outcomes = outcomes;
                judged.push(one);
            }
            Err(failure) => drop(became.insert(one.place, refused(failure)?)),
        }
    }
    let held = submit(ground, stood, &mut judged)?;
    record(tx, judged.iter_mut().flat_map(|one| one.rows.iter().zip(&mut one.outcomes)), &histories).await?;
    for one in &mut judged {
        for (place, outcome) in one.places.iter().zip(&one.outcomes) {
            note(&mut one.answers[*place], outcome);
            if let Some(reason) = outcome.new.as_ref().and_then(|new| held.get(&new.id)) {
                one.answers[*place].message.clone_from(reason);
            }
        }
    }
    *candidates = judged;
    Ok(())
}

/// Puts off those that are about a cell of one before them; where rules look around, about an area of one before them.
fn put_off(
    candidates: &mut Vec<Candidate<'_>>,
    wanted: &HashMap<usize, Vec<Result<Wanted, Failure>>>,
    looks_around: bool,
    became: &mut BTreeMap<usize, Became>,
) {
    let (mut cells, mut areas) = (HashSet::new(), HashSet::new());
    candidates.retain(|one| {
        let own = || wanted.get(&one.place).into_iter().flatten().flatten().map(|wanted| &wanted.new);
        let meets = own().any(|new| cells.contains(&new.cell) || (looks_around && areas.contains(&new.area)));
        if meets {
            became.insert(one.place, Became::Later);
        } else {
            cells.extend(own().map(|new| new.cell));
            areas.extend(own().map(|new| new.area.clone()));
        }
        !meets
    });
}

/// Submits what may be submitted, beside what is stored and will be. Of what stays a draft it says why, by id.
fn submit(ground: &Ground, mut book: RuleBook, judged: &mut [Candidate<'_>]) -> Result<HashMap<Uuid, String>, Failure> {
    let definitions: HashMap<Uuid, _> = ground.definitions.iter().map(|one| (one.id, one)).collect();
    if !book.is_empty() {
        for (new, _) in judged.iter().flat_map(Candidate::stored) {
            book.put(of_new(new.indicator, new.period.parse().map_err(Failure::internal)?, new));
        }
    }
    let mut held = HashMap::new();
    for one in judged {
        let Some(submitter) = Submitter::of(&one.arriving.caller) else { continue };
        for new in one.outcomes.iter_mut().filter_map(|outcome| outcome.new.as_mut()) {
            let Some(definition) = definitions.get(&new.indicator) else { continue };
            let period = new.period.parse().map_err(Failure::internal)?;
            match submitter.why_not(definition, period, new, &book) {
                Some(reason) => drop(held.insert(new.id, reason)),
                None => new.state = State::Submitted,
            }
        }
    }
    Ok(held)
}

/// Keeps the submissions with their answers and files, and tells of them.
async fn keep(
    app: &App,
    tx: &mut Tx,
    candidates: Vec<Candidate<'_>>,
) -> Result<Vec<(usize, pb::SubmittedInstance)>, Failure> {
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let mission = tx.mission();
    let mut submissions: Vec<Submission> = Vec::with_capacity(candidates.len());
    for one in &candidates {
        submissions.push(one.taking.submission(tx, one.arriving, &one.answers).await?);
    }
    let all: Vec<&Submission> = submissions.iter().collect();
    if store::submissions::insert_all(tx, mission, &all).await? < all.len() as u64 {
        return Err(Error::Conflict("This instance was received before. Nothing was stored.".to_owned()).into());
    }
    let answers: Vec<(Uuid, &[AnswerRow])> =
        submissions.iter().zip(&candidates).map(|(own, one)| (own.id, one.answers.as_slice())).collect();
    store::submissions::insert_answers(tx, mission, &answers).await?;
    for (own, one) in submissions.iter().zip(&candidates) {
        add_files(app, tx, own, &one.arriving.files).await?;
    }
    tell_of(tx, &candidates).await?;

    let (mut answered, mut facts) = (Vec::with_capacity(candidates.len()), Vec::with_capacity(candidates.len()));
    for (own, one) in submissions.into_iter().zip(candidates) {
        let (classification, submitted) = (Classification::of_rank(own.classification), one.submitted().count());
        let submission = told(own, one.answers, files(&one.arriving.files));
        facts.push(events::submission_recorded(submission.clone(), classification));
        let message = Some(message::of(&submission, &one.arriving.unnamed, submitted));
        answered.push((one.place, pb::SubmittedInstance { submission: Some(submission), is_new: true, message }));
    }
    tx.publish_all(&facts).await?;
    Ok(answered)
}

/// Tells what was entered and submitted: one event for all instances that are as classified as each other.
async fn tell_of(tx: &mut Tx, candidates: &[Candidate<'_>]) -> Result<(), Failure> {
    let (mut entered, mut submitted) = (BTreeMap::new(), BTreeMap::new());
    for one in candidates {
        let Some(highest) = one.stored().map(|(new, _)| new.classification).max() else { continue };
        entered.entry(highest).or_insert_with(Vec::new).extend(one.stored());
        submitted.entry(highest).or_insert_with(Vec::new).extend(one.submitted());
    }
    for (change, all) in [("entered", entered), (State::Submitted.word(), submitted)] {
        for stored in all.into_values().filter(|stored| !stored.is_empty()) {
            tell(tx, change, &stored).await?;
        }
    }
    Ok(())
}

/// What is said of the files that came with an instance: one of each name.
fn files(came: &[NewFile]) -> Vec<FileRow> {
    let named: BTreeMap<&str, &NewFile> = came.iter().rev().map(|file| (file.name.as_str(), file)).collect();
    let row = |file: &NewFile| FileRow {
        name: file.name.clone(),
        content_type: file.content_type.to_owned(),
        sha256: file.sha256.clone(),
        size: file.bytes.len().try_into().unwrap_or(i32::MAX),
    };
    named.into_values().map(row).collect()
}
