//! Instances that wait to be stored. Those that arrive while a transaction is under way are stored together by the next
//! one: many phones that send at once cost little more than one.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Instant,
};

use chassis::{Caller, Code, Failure};
use cpas_proto::{
    collection::v1::SubmittedInstance,
    words::{Classification, MissionState},
};
use tokio::sync::oneshot;
use tracing::Instrument as _;
use uuid::Uuid;

use super::{
    Arriving, again,
    batch::{Became, take_all},
};
use crate::app::App;

/// Most instances of one transaction, most of their answers, and most bytes of their texts and files.
const INSTANCES_MAX: usize = 64;
const ANSWERS_MAX: usize = 3_000;
const BYTES_MAX: usize = 16 << 20;

/// Who can be stored together: a transaction is of one mission, and sees as far as one clearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Line {
    mission: Uuid,
    clearance: Classification,
    state: MissionState,
}

impl Line {
    fn of(caller: &Caller) -> Result<Self, Failure> {
        let mission = caller.mission()?;
        Ok(Self { mission: mission.id, clearance: caller.clearance, state: mission.state })
    }
}

type Answer = Result<SubmittedInstance, Failure>;

struct Waiting {
    arriving: Arriving,
    answer: oneshot::Sender<Answer>,
}

/// The lines of instances that wait in this process. One that is here is served.
#[derive(Default)]
pub struct Lines(Mutex<HashMap<Line, VecDeque<Waiting>>>);

impl Lines {
    /// True: nobody serves that line yet.
    fn join(&self, line: Line, waiting: Waiting) -> bool {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = !lines.contains_key(&line);
        lines.entry(line).or_default().push_back(waiting);
        is_new
    }

    /// Those that are stored next; none: the line is no more.
    fn next(&self, line: Line) -> Vec<Waiting> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(own) = lines.get_mut(&line) else { return Vec::new() };
        let (mut next, mut answers, mut bytes) = (Vec::new(), 0, 0);
        while let Some(first) = own.front() {
            answers += first.arriving.instance.answers.len();
            bytes += first.arriving.bytes();
            let is_full = next.len() == INSTANCES_MAX || answers > ANSWERS_MAX || bytes > BYTES_MAX;
            if is_full && !next.is_empty() {
                break;
            }
            next.extend(own.pop_front());
        }
        if next.is_empty() {
            lines.remove(&line);
        }
        next
    }
}

impl Arriving {
    fn bytes(&self) -> usize {
        self.xml.len() + self.files.iter().map(|file| file.bytes.len()).sum::<usize>()
    }
}

/// Waits in line until an instance is stored, or refused.
pub(super) async fn take(app: &App, arriving: Arriving) -> Answer {
    let line = Line::of(&arriving.caller)?;
    let (answer, answered) = oneshot::channel();
    if app.lines.join(line, Waiting { arriving, answer }) {
        tokio::spawn(serve(app.clone(), line).in_current_span());
    }
    answered.await.map_err(Failure::internal)?
}

async fn serve(app: App, line: Line) {
    loop {
        let mut next = app.lines.next(line);
        if next.is_empty() {
            return;
        }
        // Whoever hung up may send it again, and who waited too long is told so.
        next.retain(|one| !one.answer.is_closed());
        // In a task of its own: where it breaks, those in it are told, and the line goes on.
        if let Err(error) = tokio::spawn(serve_all(app.clone(), next).in_current_span()).await {
            tracing::error!("instances of phones were not stored: {error}");
        }
    }
}

async fn serve_all(app: App, mut waiting: Vec<Waiting>) {
    while !waiting.is_empty() {
        let now = Instant::now();
        let (late, in_time): (Vec<Waiting>, Vec<Waiting>) =
            waiting.into_iter().partition(|one| one.arriving.caller.deadline <= now);
        for one in late {
            let said = "There was no time left to store this instance. Nothing was stored; please send it again.";
            tell(one, Err(Failure::new(Code::Unavailable, said)));
        }
        waiting = in_time;
        let all: Vec<&Arriving> = waiting.iter().map(|one| &one.arriving).collect();
        let became = match take_all(&app, &all).await {
            Ok(became) => became,
            // What the database has is everybody's matter: they send it again.
            Err(failure) if failure.code == Code::Unavailable => {
                let told = || Failure::unavailable(failure.message.clone());
                all.iter().map(|_| Became::Answered(Box::new(Err(told())))).collect()
            }
            // What is wrong with one is no matter of the others.
            Err(_) if all.len() > 1 => alone(&app, &all).await,
            Err(failure) => vec![Became::Answered(Box::new(Err(failure)))],
        };
        let mut later = Vec::new();
        for (one, became) in waiting.into_iter().zip(became) {
            match became {
                Became::Answered(answer) => tell(one, *answer),
                Became::Known => {
                    let answer = again(&app, &one.arriving).await;
                    tell(one, answer);
                }
                Became::Later => later.push(one),
            }
        }
        waiting = later;
    }
}

/// Each by a transaction of its own.
async fn alone(app: &App, all: &[&Arriving]) -> Vec<Became> {
    let mut became = Vec::with_capacity(all.len());
    for one in all {
        let taken = take_all(app, std::slice::from_ref(one)).await;
        became.push(taken.map_or_else(|failure| Became::Answered(Box::new(Err(failure))), |mut own| own.remove(0)));
    }
    became
}

fn tell(one: Waiting, answer: Answer) {
    // Whoever hung up sends it again and is told then.
    drop(one.answer.send(answer));
}
