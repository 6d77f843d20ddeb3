//! The crosswalk to the results-based budget (RBB): its lines, and which items of a plan serve which.
//!
//! Invariant: an indicator of achievement and a planned output stand under an expected accomplishment of the
//! same year (`a_line_stands_under_an_expected_accomplishment_of_its_year`).

use std::collections::{BTreeMap, BTreeSet};

use cpas_proto::{
    vocabulary,
    words::{Frequency, Period},
};

use super::{
    Recorded,
    broken::Broken,
    framework::Framework,
    ids::{ItemId, LineId, LineageId},
    item::ItemKind,
    lifecycle::PlanState,
    text::Text,
};

/// Most lines of a mission, of all years.
pub const LINES_MAX: usize = 2_000;

vocabulary! {
    /// What a line of the budget is.
    pub enum LineKind as "a kind of budget line" {
        ExpectedAccomplishment = "expected_accomplishment",
        IndicatorOfAchievement = "indicator_of_achievement",
        PlannedOutput = "planned_output",
    }
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineContent {
    pub kind: LineKind,
    pub parent: Option<LineId>,
    /// As the budget numbers it; may be empty.
    pub code: String,
    pub text: Text,
    /// A year or fiscal year.
    pub period: Period,
}

/// A line of the budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RbbLine {
    pub id: LineId,
    pub content: LineContent,
    pub version: i64,
    pub recorded: Recorded,
}

/// Why a line or a link is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RbbRefused {
    #[error(transparent)]
    Broken(#[from] Broken),
    #[error("This plan is {0}, so its crosswalk stays as it is. Draft its next version and link there.")]
    NotADraft(PlanState),
    #[error("A plan that is no draft any more serves this line or one under it, so it stays. Nothing was changed.")]
    Served,
    #[error(
        "The mission has {LINES_MAX} lines of the budget, which is the most that it takes. Remove those of a year that is over."
    )]
    Full,
}

/// The year of a budget.
///
/// # Errors
/// Anything but a year or a fiscal year.
pub fn parse_year(field: &str, period: &str) -> Result<Period, Broken> {
    match period.trim().parse::<Period>() {
        Ok(period) if matches!(period.frequency(), Frequency::Year | Frequency::FiscalYear) => Ok(period),
        _ => Err(Broken::one(field, format!("\"{period}\" is no year of a budget; write FY2026 or 2026."))),
    }
}

impl RbbLine {
    /// A line among the others of the mission, new or as it is to read from now on.
    ///
    /// # Errors
    /// It does not stand where it may, changes its kind, or leaves behind what stands under it.
    pub fn written(
        id: LineId,
        content: LineContent,
        before: Option<&Self>,
        others: &[Self],
        recorded: Recorded,
    ) -> Result<Self, RbbRefused> {
        let mut broken = Broken::nothing();
        let above = content.parent.map(|parent| others.iter().find(|line| line.id == parent && line.id != id));
        match (content.kind, above) {
            (LineKind::ExpectedAccomplishment, None) => {}
            (LineKind::ExpectedAccomplishment, Some(_)) => {
                broken.add("line.parent_id", "An expected accomplishment stands by itself; leave this empty.");
            }
            (kind, None) => {
                broken.add("line.parent_id", format!("{kind} stands under an expected accomplishment; name it."));
            }
            (_, Some(Some(above))) if above.content.kind != LineKind::ExpectedAccomplishment => {
                broken.add("line.parent_id", "This line is no expected accomplishment; choose one that is.");
            }
            (_, Some(Some(above))) if above.content.period != content.period => {
                let year = above.content.period;
                broken.add("line.period", format!("The expected accomplishment is of {year}; so is what is under it."));
            }
            (_, Some(Some(_))) => {}
            (_, Some(None)) => broken.add("line.parent_id", "There is no line under this id."),
        }
        if let Some(before) = before {
            if before.content.kind != content.kind {
                broken.add("line.kind", "A line keeps its kind; remove it and add another.");
            }
            if before.content.period != content.period && others.iter().any(|line| line.content.parent == Some(id)) {
                broken.add("line.period", "Lines stand under this one; its year stays.");
            }
        } else if others.len() >= LINES_MAX {
            return Err(RbbRefused::Full);
        }
        let version = before.map_or(1, |before| before.version + 1);
        Ok(broken.into_result(Self { id, content, version, recorded })?)
    }
}

/// Which items of a plan serve which lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crosswalk {
    /// Each expected accomplishment with what stands under it, by year and code.
    pub lines: Vec<RbbLine>,
    pub links: BTreeSet<(ItemId, LineId)>,
    /// Outcomes and outputs that serve no line.
    pub unlinked_items: Vec<ItemId>,
    /// Lines that no item serves.
    pub unlinked_lines: Vec<LineId>,
    /// Years that have lines, of those that are shown and those that are not.
    pub periods: BTreeSet<Period>,
}

impl Crosswalk {
    /// The crosswalk of a plan, of one year or of all.
    pub fn of(
        framework: &Framework,
        lines: Vec<RbbLine>,
        stored: &[(LineageId, LineId)],
        period: Option<Period>,
    ) -> Self {
        let periods = lines.iter().map(|line| line.content.period).collect();
        let lines = in_order(lines, period);
        let shown: BTreeSet<LineId> = lines.iter().map(|line| line.id).collect();
        let items: BTreeMap<LineageId, ItemId> = framework.items().iter().map(|item| (item.lineage, item.id)).collect();
        let links: BTreeSet<(ItemId, LineId)> = stored
            .iter()
            .filter(|(_, line)| shown.contains(line))
            .filter_map(|(lineage, line)| items.get(lineage).map(|item| (*item, *line)))
            .collect();
        let serving: BTreeSet<ItemId> = links.iter().map(|(item, _)| *item).collect();
        let served: BTreeSet<LineId> = links.iter().map(|(_, line)| *line).collect();
        let is_result = |kind| matches!(kind, ItemKind::Outcome | ItemKind::Output);
        let unlinked_items = framework
            .items()
            .iter()
            .filter(|item| is_result(item.kind()) && !serving.contains(&item.id))
            .map(|item| item.id)
            .collect();
        let unlinked_lines = lines.iter().map(|line| line.id).filter(|id| !served.contains(id)).collect();
        Self { lines, links, unlinked_items, unlinked_lines, periods }
    }
}

/// By year; an expected accomplishment, then its indicators of achievement, then its planned outputs; by code.
fn in_order(lines: Vec<RbbLine>, period: Option<Period>) -> Vec<RbbLine> {
    let mut lines: Vec<RbbLine> =
        lines.into_iter().filter(|line| period.is_none_or(|period| line.content.period == period)).collect();
    lines.sort_by_cached_key(|line| (line.content.period, line.content.kind, code_order(&line.content.code), line.id));
    let mut below: BTreeMap<Option<LineId>, Vec<RbbLine>> = BTreeMap::new();
    for line in lines {
        below.entry(line.content.parent).or_default().push(line);
    }
    let tops = below.remove(&None).unwrap_or_default();
    let with_below = |top: RbbLine| {
        let under = below.remove(&Some(top.id)).unwrap_or_default();
        std::iter::once(top).chain(under)
    };
    tops.into_iter().flat_map(with_below).collect()
}

/// "1.10" comes after "1.9".
fn code_order(code: &str) -> Vec<(u64, String)> {
    let part = |part: &str| (part.parse().unwrap_or(u64::MAX), part.to_owned());
    code.split(['.', ' ', '(', ')']).filter(|part| !part.is_empty()).map(part).collect()
}

/// Whether a plan in this state takes or loses links.
///
/// # Errors
/// It is no draft.
pub fn linkable(state: PlanState) -> Result<(), RbbRefused> {
    if state == PlanState::Draft { Ok(()) } else { Err(RbbRefused::NotADraft(state)) }
}

#[cfg(test)]
#[path = "rbb_tests.rs"]
pub(in crate::domain) mod tests;
