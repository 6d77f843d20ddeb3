//! What is stored, as the tables of a workbook.

use std::collections::{BTreeMap, BTreeSet};

use chassis::Tx;
use chrono::Datelike as _;
use cpas_proto::{planning::v1 as pb, words::Language};
use uuid::Uuid;

use super::cells;
use crate::{
    domain::{
        ids::{IndicatorId, ItemId},
        indicator::{Indicator, IndicatorState},
        plan::Plan,
        target::Target,
        workbook::{Origin, Sheet, Tables, columns::Offer, foreign_indicators::Known, read::Names, write::Material},
    },
    error::Error,
    store::{indicators, mandates, targets},
};

/// Markers that the drop-down offers.
const MARKERS: [&str; 6] = ["gender:0", "gender:1", "gender:2", "gender:3", "poc", "youth"];

/// What is stored of a plan and what belongs to it.
pub(super) struct State {
    pub plan: Plan,
    /// Those that are not retired, by code.
    pub indicators: Vec<Indicator>,
    pub targets: Vec<Target>,
    pub tables: Tables,
    /// What a planner reads for a task of a mandate, by its id.
    tasks: BTreeMap<String, String>,
    /// Keys of items by their ids.
    pub keys: BTreeMap<ItemId, String>,
    /// Numbers of items by their keys.
    pub numbers: BTreeMap<String, String>,
}

impl State {
    /// Reads it; rows are named in a language.
    pub(super) async fn read(tx: &mut Tx, mission: Uuid, plan: Plan, language: Language) -> Result<Self, Error> {
        let indicators: Vec<Indicator> = indicators::all(tx, mission)
            .await?
            .into_iter()
            .filter(|indicator| indicator.state != IndicatorState::Retired)
            .collect();
        let known: BTreeSet<IndicatorId> = indicators.iter().map(|indicator| indicator.id).collect();
        let mut targets = targets::list(tx, mission, None, false, false).await?;
        targets.retain(|target| known.contains(&target.scope.indicator));
        let mut tasks: BTreeMap<String, String> = BTreeMap::new();
        for mandate in mandates::list(tx, mission).await? {
            for task in &mandate.tasks {
                let mut label = format!("{} {}", mandate.resolution, task.paragraph);
                while tasks.values().any(|other| *other == label) {
                    label.push('*');
                }
                tasks.insert(task.id.to_string(), label);
            }
        }
        let items = plan.framework.items();
        let keys: BTreeMap<ItemId, String> = items.iter().map(|item| (item.id, item.lineage.to_string())).collect();
        let numbers = plan.framework.numbers();
        let numbers = items
            .iter()
            .map(|item| (item.lineage.to_string(), numbers.get(&item.id).cloned().unwrap_or_default()))
            .collect();
        let mut state = Self { plan, indicators, targets, tables: Tables::default(), tasks, keys, numbers };
        state.tables = state.tabled(language);
        Ok(state)
    }

    fn tabled(&self, language: Language) -> Tables {
        let plan = pb::Plan::from(&self.plan);
        let mut tables = Tables::default();
        let key = |id: &str| id.parse().map(ItemId).ok().and_then(|id| self.keys.get(&id).cloned()).unwrap_or_default();
        tables.set(Sheet::Tree, plan.items.iter().map(|item| cells::of_item(item, key, language)).collect());
        tables.set(Sheet::Links, plan.links.iter().map(|link| cells::of_link(link, key, &self.numbers)).collect());
        let indicators = self.indicators.iter().map(|indicator| cells::of_indicator(&indicator.into(), language));
        tables.set(Sheet::Indicators, indicators.collect());
        let codes = self.codes();
        let targets = self.targets.iter().map(|target| cells::of_target(&target.into(), &codes));
        tables.set(Sheet::Targets, targets.collect());
        tables
    }

    /// Codes of indicators by their keys.
    fn codes(&self) -> BTreeMap<String, String> {
        let code = |indicator: &Indicator| (indicator.id.to_string(), indicator.definition.code.clone());
        self.indicators.iter().map(code).collect()
    }

    /// What names in a workbook stand for.
    pub(super) fn names(&self) -> Names {
        let turned =
            |names: &BTreeMap<String, String>| names.iter().map(|(key, name)| (name.clone(), key.clone())).collect();
        Names { tasks: turned(&self.tasks), items: turned(&self.numbers), indicators: turned(&self.codes()) }
    }

    /// What is known beside a workbook of another make.
    pub(super) fn known(&self) -> Known {
        let codes = self.indicators.iter().map(|indicator| indicator.definition.code.clone()).collect();
        Known { codes, last_year: Some(self.plan.head.horizon.end.year()) }
    }

    /// What people read for a key, of an item, a task or an indicator.
    pub(super) fn called(&self, key: &str) -> Option<&str> {
        let code =
            || self.indicators.iter().find(|one| one.id.to_string() == key).map(|one| one.definition.code.as_str());
        self.numbers.get(key).or_else(|| self.tasks.get(key)).map(String::as_str).or_else(code)
    }

    /// What the workbook is made of.
    pub(super) fn material(&self, language: Language) -> Material {
        let head = &self.plan.head;
        let origin = Origin {
            family: head.family.to_string(),
            title: head.title.said(language).to_owned(),
            number: head.number,
        };
        let (tables, tasks) = (self.tables.clone(), self.tasks.clone());
        Material { origin, tables, offers: self.offers(), tasks, labels: self.numbers.clone(), codes: self.codes() }
    }

    /// What is in use already.
    fn offers(&self) -> BTreeMap<Offer, BTreeSet<String>> {
        let mut offers: BTreeMap<Offer, BTreeSet<String>> = BTreeMap::new();
        let mut offer =
            |of: Offer, words: &mut dyn Iterator<Item = String>| offers.entry(of).or_default().extend(words);
        for item in self.plan.framework.items() {
            let content = &item.content;
            offer(Offer::Sections, &mut content.lead_section.iter().chain(&content.contributing_sections).cloned());
            offer(Offer::Areas, &mut content.areas.iter().cloned());
            offer(Offer::Markers, &mut content.markers.iter().map(ToString::to_string));
        }
        for indicator in &self.indicators {
            offer(Offer::Sections, &mut indicator.definition.owner_section.iter().cloned());
        }
        for target in &self.targets {
            offer(Offer::Areas, &mut target.scope.area.iter().cloned());
        }
        offer(Offer::Markers, &mut MARKERS.iter().map(|marker| (*marker).to_owned()));
        offers
    }
}
