//! The plan in force of a mission with what its items are marked with: how each stands, how it was rated, and what was
//! recommended about it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chassis::Failure;
use chrono::NaiveDate;
use cpas_proto::{
    assessment::v1::{Assessment, Finding, Recommendation},
    planning::v1::{Indicator, PlanItem},
    reporting::v1 as pb,
    words::Period,
};

use super::{Mission, by_code};
use crate::{
    app::{get_leadership_view::UNDER_WAY, home_objectives::Shown, standing},
    domain::{
        across::theme,
        home::{self, Status},
        leadership::days_late,
        theme::{SinceLast, rating_of, since_last},
    },
    store::{records::Row, series::Part},
};

/// The questions whose answers rate how far an outcome is, and how well the mission worked for it.
const PROGRESS_QUESTION: &str = "change";
const PERFORMANCE_QUESTION: &str = "delivery";
/// From good to bad.
const PERFORMANCES: [&str; 3] = ["strong", "adequate", "weak"];

/// What is marked in one mission.
pub(super) struct Marked {
    pub has_plan: bool,
    pub items: Vec<Item>,
    pub recommendations: Vec<Recommended>,
}

/// An outcome or output of the plan in force.
pub(super) struct Item {
    pub of: PlanItem,
    /// Each once, whatever the number of its markers.
    pub themes: BTreeSet<String>,
    pub status: Status,
    pub measured: Vec<Measured>,
    pub rated: Rated,
}

/// An indicator that measures an item.
pub(super) struct Measured {
    pub of: Indicator,
    pub shown: pb::HomeIndicator,
    pub since_last: SinceLast,
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

impl Marked {
    /// From what is behind the mission's home, and its findings, assessments and recommendations.
    pub(super) fn of(
        mission: &Mission,
        (shown, parts): &(Shown, Vec<Part>),
        rows: &[Row],
        today: NaiveDate,
    ) -> Result<Self, Failure> {
        let start = mission.fiscal_start_month();
        let points = by_code(parts);
        let findings = of_kind::<Finding>(rows, "finding")?;
        let assessments = of_kind::<Assessment>(rows, "assessment")?;
        let found = Findings::of(&findings, &assessments, start);
        let mut items = Vec::new();
        for item in shown.results() {
            let mut measured = Vec::new();
            for indicator in shown.indicators_of(&item.lineage_id) {
                let own = points.get(indicator.code.as_str()).copied().unwrap_or_default();
                let (low, high) =
                    shown.analysis(&indicator.code).map_or((None, None), |of| (of.target_low, of.target_high));
                measured.push(Measured {
                    since_last: since_last(&indicator.direction, low, high, own),
                    shown: shown.standing(indicator, &points, start),
                    of: indicator.clone(),
                });
            }
            let statuses = measured.iter().map(|one| standing::status(&one.shown.status));
            items.push(Item {
                themes: themes_of(item),
                status: home::worst(statuses.collect::<Result<Vec<_>, _>>()?),
                rated: found.rated(&item.lineage_id)?,
                measured,
                of: item.clone(),
            });
        }
        let spoken = SpokenOf::of(&items, shown, &found);
        let recommendations = rows.iter().filter(|row| row.kind == "recommendation").map(|row| {
            let of: Recommendation = row.message()?;
            // A duplicate is carried out with its original.
            let is_carried_out = UNDER_WAY.contains(&row.state.as_str()) && of.duplicate_of.is_empty();
            let late = is_carried_out.then(|| days_late(&of.due, today)).flatten();
            let themes = spoken.themes(&of);
            Ok(Recommended { themes, state: row.state.clone(), days_late: late, of })
        });
        let recommendations = recommendations.collect::<Result<_, Failure>>()?;
        Ok(Self { has_plan: shown.has_plan(), items, recommendations })
    }
}

fn of_kind<M: prost::Message + Default>(rows: &[Row], kind: &str) -> Result<Vec<M>, Failure> {
    rows.iter().filter(|row| row.kind == kind).map(Row::message).collect()
}

/// Two markers of one theme are one item of it.
fn themes_of(item: &PlanItem) -> BTreeSet<String> {
    item.markers.iter().filter_map(|marker| theme(marker)).map(str::to_owned).collect()
}

/// Where a recommendation's themes are found: the items that it speaks of.
struct SpokenOf<'a> {
    shown: &'a Shown,
    found: &'a Findings<'a>,
    by_lineage: HashMap<&'a str, Vec<&'a Item>>,
    by_change: HashMap<&'a str, Vec<&'a Item>>,
}

impl<'a> SpokenOf<'a> {
    fn of(items: &'a [Item], shown: &'a Shown, found: &'a Findings<'a>) -> Self {
        let mut all = Self { shown, found, by_lineage: HashMap::new(), by_change: HashMap::new() };
        for item in items {
            all.by_lineage.entry(&item.of.lineage_id).or_default().push(item);
            all.by_change.entry(&item.of.plan_change_id).or_default().push(item);
        }
        all
    }

    /// Of the outcomes of its findings, of what its indicators measure, and of the items that were changed for it.
    fn themes(&self, of: &Recommendation) -> BTreeSet<String> {
        let by_finding = of.finding_ids.iter().filter_map(|id| self.found.by_id.get(id.as_str()));
        let by_finding = by_finding.map(|finding| finding.outcome_lineage_id.as_str());
        let by_indicator = of.indicator_codes.iter().filter_map(|code| self.shown.indicator(code));
        let by_indicator = by_indicator.map(|indicator| indicator.plan_item_lineage_id.as_str());
        let lineages = by_finding.chain(by_indicator).filter(|lineage| !lineage.is_empty());
        let spoken = lineages.filter_map(|lineage| self.by_lineage.get(lineage));
        let change = Some(of.plan_change_id.as_str()).filter(|change| !change.is_empty());
        let changed = change.and_then(|change| self.by_change.get(change));
        spoken.chain(changed).flatten().flat_map(|item| item.themes.iter().cloned()).collect()
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
