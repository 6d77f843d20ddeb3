//! The plan in force of a mission with what its items are marked with: how each stands, how it was rated, and what was
//! recommended about it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use chassis::{Failure, db::Across};
use chrono::NaiveDate;
use cpas_proto::{
    assessment::v1::{Assessment, Finding, Recommendation},
    planning::v1::PlanItem,
    words::Period,
};
use futures::TryStreamExt as _;

use super::Mission;
use crate::{
    Error,
    app::{
        get_leadership_view::UNDER_WAY,
        home_objectives::plan_in_force,
        remembered::{PlanSeen, Remembered},
        standing,
    },
    domain::{
        across::theme,
        home::{self, Status},
        leadership::days_late,
        theme::{SinceLast, rating_of},
    },
    store::{
        across as store,
        records::Row,
        standings::{self, Stands},
    },
};

/// The questions whose answers rate how far an outcome is, and how well the mission worked for it.
const PROGRESS_QUESTION: &str = "change";
const PERFORMANCE_QUESTION: &str = "delivery";
/// From good to bad.
const PERFORMANCES: [&str; 3] = ["strong", "adequate", "weak"];

/// What is marked in one mission.
pub(super) struct Marked {
    pub plan: Arc<PlanSeen>,
    pub items: Vec<Item>,
    pub recommendations: Vec<Recommended>,
}

/// An outcome or output of the plan in force.
pub(super) struct Item {
    pub lineage_id: String,
    pub is_outcome: bool,
    /// Each once, whatever the number of its markers.
    pub themes: BTreeSet<String>,
    pub status: Status,
    /// The indicators that measure it: code, and how its newest value stands to the one before.
    pub measured: Vec<(String, SinceLast)>,
    pub rated: Rated,
}

/// What the newest finalized assessment said that speaks of it; empty: nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rated {
    pub progress: String,
    pub performance: String,
    pub assessment_id: String,
}

/// A recommendation with the themes of the items that it speaks of; none where it speaks of none that is marked.
pub(super) struct Recommended {
    pub of: Recommendation,
    pub state: String,
    pub days_late: Option<u32>,
    pub themes: BTreeSet<String>,
}

/// What findings, assessments and recommendations say that is counted.
#[derive(Default)]
struct Said {
    findings: Vec<Finding>,
    assessments: Vec<Assessment>,
    /// With the state that each is in.
    recommendations: Vec<(String, Recommendation)>,
}

impl Said {
    fn take(&mut self, row: &Row) -> Result<(), Failure> {
        match row.kind.as_str() {
            "finding" => {
                let Finding {
                    id,
                    assessment_id,
                    outcome_lineage_id,
                    question,
                    progress_rating,
                    performance_rating,
                    ..
                } = row.message()?;
                // Of the words no more is held than what is counted.
                self.findings.push(Finding {
                    id,
                    assessment_id,
                    outcome_lineage_id,
                    question,
                    progress_rating,
                    performance_rating,
                    ..Default::default()
                });
            }
            "assessment" => {
                let Assessment { id, period, .. } = row.message()?;
                self.assessments.push(Assessment { id, period, ..Default::default() });
            }
            _ => self.recommendations.push((row.state.clone(), row.message()?)),
        }
        Ok(())
    }
}

impl Marked {
    /// Of a mission that is read, as far as the caller may see.
    pub(super) async fn read(
        across: &mut Across,
        remembered: &Remembered,
        mission: &Mission,
        today: NaiveDate,
    ) -> Result<Self, Error> {
        let (plan, _) = plan_in_force(across, remembered, mission.model).await?;
        let stands = standings::in_use(across, mission.model).await?;
        let mut said = Said::default();
        let mut rows = store::of_themes(across, mission.model);
        while let Some(row) = rows.try_next().await? {
            said.take(&row)?;
        }
        drop(rows);
        said.recommendations.sort_by(|(_, one), (_, other)| one.id.cmp(&other.id));
        said.findings.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(Self::of(mission.fiscal_start_month(), plan, &stands, said, today)?)
    }

    fn of(
        fiscal_start_month: u32,
        plan: Arc<PlanSeen>,
        stands: &[Stands],
        said: Said,
        today: NaiveDate,
    ) -> Result<Self, Failure> {
        let found = Findings::of(&said.findings, &said.assessments, fiscal_start_month);
        let mut measuring: HashMap<&str, Vec<&Stands>> = HashMap::new();
        for one in stands {
            measuring.entry(&one.about).or_default().push(one);
        }
        let mut items = Vec::new();
        for item in plan.results() {
            let own = measuring.get(item.lineage_id.as_str()).map(Vec::as_slice).unwrap_or_default();
            let statuses = own.iter().map(|one| standing::status(&one.status)).collect::<Result<Vec<_>, _>>()?;
            let measured = own.iter().map(|one| Ok((one.code.clone(), since(&one.since_last)?)));
            items.push(Item {
                lineage_id: item.lineage_id.clone(),
                is_outcome: item.kind == "outcome",
                themes: themes_of(item),
                status: home::worst(statuses),
                measured: measured.collect::<Result<_, Failure>>()?,
                rated: found.rated(&item.lineage_id)?,
            });
        }
        let spoken = SpokenOf::of(&plan, stands, &found);
        let recommendations = said.recommendations.iter().map(|(state, of)| {
            // A duplicate is carried out with its original.
            let is_carried_out = UNDER_WAY.contains(&state.as_str()) && of.duplicate_of.is_empty();
            let late = is_carried_out.then(|| days_late(&of.due, today)).flatten();
            Recommended { themes: spoken.themes(of), state: state.clone(), days_late: late, of: of.clone() }
        });
        let recommendations = recommendations.collect();
        Ok(Self { items, recommendations, plan })
    }

    /// False where no plan is known to be in force.
    pub(super) fn has_plan(&self) -> bool {
        !self.plan.plan.id.is_empty()
    }
}

fn since(word: &str) -> Result<SinceLast, Failure> {
    word.parse().map_err(Failure::internal)
}

/// Two markers of one theme are one item of it.
fn themes_of(item: &PlanItem) -> BTreeSet<String> {
    item.markers.iter().filter_map(|marker| theme(marker)).map(str::to_owned).collect()
}

/// Where a recommendation's themes are found: the items that it speaks of.
struct SpokenOf<'a> {
    found: &'a Findings<'a>,
    /// What an indicator measures, by its code.
    measured: HashMap<&'a str, &'a str>,
    by_lineage: HashMap<&'a str, Vec<&'a PlanItem>>,
    by_change: HashMap<&'a str, Vec<&'a PlanItem>>,
}

impl<'a> SpokenOf<'a> {
    fn of(plan: &'a PlanSeen, stands: &'a [Stands], found: &'a Findings<'a>) -> Self {
        let measured = stands.iter().map(|one| (one.code.as_str(), one.about.as_str())).collect();
        let mut all = Self { found, measured, by_lineage: HashMap::new(), by_change: HashMap::new() };
        for item in plan.results() {
            all.by_lineage.entry(&item.lineage_id).or_default().push(item);
            all.by_change.entry(&item.plan_change_id).or_default().push(item);
        }
        all
    }

    /// Of the outcomes of its findings, of what its indicators measure, and of the items that were changed for it.
    fn themes(&self, of: &Recommendation) -> BTreeSet<String> {
        let by_finding = of.finding_ids.iter().filter_map(|id| self.found.by_id.get(id.as_str()));
        let by_finding = by_finding.map(|finding| finding.outcome_lineage_id.as_str());
        let by_indicator = of.indicator_codes.iter().filter_map(|code| self.measured.get(code.as_str()).copied());
        let lineages = by_finding.chain(by_indicator).filter(|lineage| !lineage.is_empty());
        let spoken = lineages.filter_map(|lineage| self.by_lineage.get(lineage));
        let change = Some(of.plan_change_id.as_str()).filter(|change| !change.is_empty());
        let changed = change.and_then(|change| self.by_change.get(change));
        spoken.chain(changed).flatten().flat_map(|item| themes_of(item)).collect()
    }
}

/// What finalized assessments found.
struct Findings<'a> {
    by_id: HashMap<&'a str, &'a Finding>,
    /// By the lineage id of the outcome, then by assessment.
    by_outcome: HashMap<&'a str, HashMap<&'a str, Vec<&'a Finding>>>,
    /// Place of each assessment, the newest first.
    places: HashMap<&'a str, usize>,
}

impl<'a> Findings<'a> {
    fn of(findings: &'a [Finding], assessments: &'a [Assessment], start: u32) -> Self {
        let end = |of: &Assessment| of.period.parse::<Period>().ok().map(|period| period.last_day(start));
        let mut newest_first: Vec<_> = assessments.iter().map(|of| (end(of), of.id.as_str())).collect();
        newest_first.sort_by(|one, other| other.cmp(one));
        let places = newest_first.into_iter().enumerate().map(|(place, (_, id))| (id, place)).collect();
        let mut all = Self { by_id: HashMap::new(), by_outcome: HashMap::new(), places };
        for finding in findings {
            all.by_id.insert(&finding.id, finding);
            let of_outcome = all.by_outcome.entry(&finding.outcome_lineage_id).or_default();
            of_outcome.entry(&finding.assessment_id).or_default().push(finding);
        }
        all
    }

    /// How an outcome was rated by the newest finalized assessment that rates it.
    fn rated(&self, lineage: &str) -> Result<Rated, Failure> {
        let own = self.by_outcome.get(lineage).into_iter().flatten();
        let mut placed: Vec<_> = own.filter_map(|(id, own)| Some((self.places.get(id)?, id, own))).collect();
        placed.sort_by_key(|(place, ..)| *place);
        for (_, id, own) in placed {
            let told =
                Rated { progress: progress(own)?, performance: performance(own), assessment_id: (*id).to_owned() };
            if !told.progress.is_empty() || !told.performance.is_empty() {
                return Ok(told);
            }
        }
        Ok(Rated::default())
    }
}

/// What findings of one outcome say of its progress together; empty: nothing.
pub(in crate::app) fn progress(findings: &[&Finding]) -> Result<String, Failure> {
    let mut ratings: BTreeMap<(Status, &str), &str> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| !finding.progress_rating.is_empty()) {
        let status = standing::status(&finding.progress_rating)?;
        ratings.insert((status, finding.question.as_str()), &finding.progress_rating);
    }
    let ratings: Vec<(&str, &str)> = ratings.into_iter().map(|((_, question), rating)| (question, rating)).collect();
    Ok(rating_of(PROGRESS_QUESTION, &ratings).unwrap_or_default().to_owned())
}

fn performance(findings: &[&Finding]) -> String {
    let place = |rating: &str| PERFORMANCES.iter().position(|one| *one == rating);
    let mut ratings: Vec<(&str, &str)> =
        findings.iter().map(|finding| (finding.question.as_str(), finding.performance_rating.as_str())).collect();
    ratings.sort_by_key(|(_, rating)| place(rating));
    rating_of(PERFORMANCE_QUESTION, &ratings).unwrap_or_default().to_owned()
}
