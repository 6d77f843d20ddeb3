//! The rules that are switched on, and what stands around the values that they judge.

use std::collections::{BTreeSet, HashMap};

use chassis::{Failure, Tx};
use cpas_proto::{collection::v1 as pb, common::v1::Text, words::Period};
use uuid::Uuid;

use crate::{
    domain::{
        definition::Definition,
        rule::{Breach, Check, Parts, Place, Rule, Said, Severity, Values},
    },
    error::Error,
    store::{
        self,
        observations::{Known, New},
        rules::RuleRow,
    },
};

/// Most observations that are looked at around the values of one call.
const AROUND_MAX: usize = 200_000;

/// Rules by indicator, with the values around.
#[derive(Debug, Clone, Default)]
pub(super) struct RuleBook {
    rules: HashMap<Uuid, Vec<Rule>>,
    values: Values,
    start: u32,
}

/// A value and its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judged<'a> {
    pub indicator: Uuid,
    pub period: Period,
    pub area: &'a str,
    pub slice: &'a str,
    pub said: Said,
}

impl RuleBook {
    /// The rules of some indicators that are switched on.
    pub async fn open(
        tx: &mut Tx,
        definitions: &[Definition],
        indicators: &[Uuid],
        start: u32,
    ) -> Result<Self, Failure> {
        let mut rules: HashMap<Uuid, Vec<Rule>> = HashMap::new();
        for row in store::rules::active(tx, indicators).await? {
            // A rule that the indicator's definition has outgrown judges nobody; its screen says so.
            if let Some(rule) = rule(&row, definitions) {
                rules.entry(row.indicator_id).or_default().push(rule);
            }
        }
        Ok(Self { rules, values: Values::default(), start })
    }

    /// A book of one rule.
    pub fn of_one(rule: Rule, start: u32) -> Self {
        Self { rules: HashMap::from([(rule.indicator, vec![rule])]), values: Values::default(), start }
    }

    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether a value is judged by others beside it.
    pub fn looks_around(&self) -> bool {
        self.rules.values().flatten().any(|rule| rule.check.looks_around())
    }

    /// The rules of an indicator.
    pub fn of(&self, indicator: Uuid) -> &[Rule] {
        self.rules.get(&indicator).map(Vec::as_slice).unwrap_or_default()
    }

    /// The indicators that have rules.
    pub fn indicators(&self) -> Vec<Uuid> {
        self.rules.keys().copied().collect()
    }

    /// Whether an indicator has rules that look at a value by itself, and such that look at others.
    pub fn kinds(&self, indicator: Uuid) -> (bool, bool) {
        let rules = self.rules.get(&indicator).map(Vec::as_slice).unwrap_or_default();
        let looking_around = |wanted| rules.iter().any(|rule| rule.check.looks_around() == wanted);
        (looking_around(false), looking_around(true))
    }

    /// The indicators whose values are looked at around values of the given one, itself among them.
    pub fn looked_at(&self, indicator: Uuid) -> BTreeSet<Uuid> {
        let mut seen = BTreeSet::new();
        for rule in self.rules.get(&indicator).into_iter().flatten().filter(|rule| rule.check.looks_around()) {
            seen.insert(match &rule.check {
                Check::CrossIndicator { other, .. } => *other,
                _ => rule.indicator,
            });
        }
        seen
    }

    /// Reads what stands around some places: in the same areas, from the period before to the one after.
    pub async fn look_around(
        &mut self,
        tx: &mut Tx,
        places: impl Iterator<Item = (Uuid, Period, &str)>,
    ) -> Result<(), Failure> {
        let (mut indicators, mut areas) = (BTreeSet::new(), BTreeSet::new());
        let (mut first, mut last) = (None, None);
        for (indicator, period, area) in places {
            let seen = self.looked_at(indicator);
            if seen.is_empty() {
                continue;
            }
            indicators.extend(seen);
            areas.insert(area.to_owned());
            let (before, after) = (period.previous(self.start), period.next(self.start));
            let (begin, end) = (before.first_day(self.start), after.last_day(self.start));
            first = Some(first.map_or(begin, |known: chrono::NaiveDate| known.min(begin)));
            last = Some(last.map_or(end, |known: chrono::NaiveDate| known.max(end)));
        }
        if indicators.is_empty() {
            return Ok(());
        }
        let (indicators, areas): (Vec<Uuid>, Vec<String>) =
            (indicators.into_iter().collect(), areas.into_iter().collect());
        let heads = store::heads::heads(tx, &indicators, Some(&areas), (first, last), AROUND_MAX as i64 + 1).await?;
        if heads.len() > AROUND_MAX {
            let said = format!(
                "More than {AROUND_MAX} values stand around these and would have to be looked at. Nothing was \
                 changed; do it in parts."
            );
            return Err(Error::Conflict(said).into());
        }
        for head in heads {
            let said = Said::of_stored(&head.kind, head.value, head.numerator, head.denominator, &head.level);
            self.put_stored(head.indicator_id, &head.period, &head.area, &head.slice, said)?;
        }
        Ok(())
    }

    /// Puts a value among those that are looked at.
    pub fn put(&mut self, one: Judged<'_>) {
        self.values.put(one.indicator, one.period, one.area, one.slice, one.said);
    }

    /// Puts several; without rules nobody looks at them.
    pub fn put_all<'a>(&mut self, all: impl Iterator<Item = Judged<'a>>) {
        if !self.is_empty() {
            all.for_each(|one| self.put(one));
        }
    }

    /// The same from texts as they are stored.
    pub fn put_stored(
        &mut self,
        indicator: Uuid,
        period: &str,
        area: &str,
        slice: &str,
        said: Said,
    ) -> Result<(), Failure> {
        self.values.put(indicator, stored_period(period)?, area, slice, said);
        Ok(())
    }

    /// Forgets what stands around.
    pub fn forget_values(&mut self) {
        self.values.clear();
    }

    /// The rules that a value breaks.
    pub fn breaches(&self, definition: &Definition, one: Judged<'_>) -> Vec<Breach> {
        let at = Place { period: one.period, area: one.area, slice: one.slice, start: self.start };
        let rules = self.rules.get(&one.indicator).into_iter().flatten();
        rules.filter_map(|rule| rule.breach(definition, at, one.said, &self.values)).collect()
    }
}

/// Checks one new value by the rules of its indicator.
///
/// # Errors
/// `Invalid`, when it breaks a rule whose severity is error.
pub(super) async fn keep_errors_out(
    tx: &mut Tx,
    definition: &Definition,
    period: Period,
    new: &New,
    start: u32,
) -> Result<(), Failure> {
    let definitions = store::copies::definitions(tx).await?;
    let mut book = RuleBook::open(tx, &definitions, &[definition.id], start).await?;
    if book.is_empty() {
        return Ok(());
    }
    book.look_around(tx, std::iter::once((definition.id, period, new.area.as_str()))).await?;
    let breaches = book.breaches(definition, of_new(definition.id, period, new));
    match error_among(&breaches) {
        Some(breach) => Err(Error::bad("value", &breach.en).into()),
        None => Ok(()),
    }
}

/// A new observation as rules see it.
pub(super) fn of_new(indicator: Uuid, period: Period, new: &New) -> Judged<'_> {
    let said = Said::of_stored(new.kind, new.value, new.numerator, new.denominator, &new.level);
    Judged { indicator, period, area: &new.area, slice: &new.slice, said }
}

/// A stored observation as rules see it.
///
/// # Errors
/// `Internal` for a stored period that is none.
pub(super) fn of_known(known: &Known) -> Result<Judged<'_>, Failure> {
    let said = Said::of_stored(&known.kind, known.value, known.numerator, known.denominator, &known.level);
    let period = stored_period(&known.period)?;
    Ok(Judged { indicator: known.indicator_id, period, area: &known.area, slice: &known.slice, said })
}

/// The first breach that keeps a value out.
pub(super) fn error_among(breaches: &[Breach]) -> Option<&Breach> {
    breaches.iter().find(|breach| breach.severity == Severity::Error)
}

/// Breaches as they travel.
pub(super) fn told(breaches: Vec<Breach>) -> Vec<pb::RuleBreach> {
    let one = |breach: Breach| pb::RuleBreach {
        rule_id: breach.rule.to_string(),
        severity: breach.severity.word().to_owned(),
        message: Some(Text { en: breach.en, fr: breach.fr }),
    };
    breaches.into_iter().map(one).collect()
}

fn stored_period(text: &str) -> Result<Period, Failure> {
    Ok(text.parse().map_err(|_| Error::Broken(format!("stored period {text}")))?)
}

/// A stored rule; `None` where the definitions of today make none of it.
pub(super) fn rule(row: &RuleRow, definitions: &[Definition]) -> Option<Rule> {
    let find = |id| definitions.iter().find(|one| one.id == id);
    let definition = find(row.indicator_id)?;
    let check = Check::of_parts(&parts(row), definition, row.other_indicator_id.and_then(find)).ok()?;
    Some(Rule {
        id: row.id,
        indicator: row.indicator_id,
        severity: row.severity.parse().ok()?,
        check,
        message: (row.message_en.clone(), row.message_fr.clone()),
    })
}

pub(super) fn parts(row: &RuleRow) -> Parts {
    Parts {
        kind: row.kind.clone(),
        least: row.least,
        most: row.most,
        direction: row.direction.clone(),
        tolerance: row.tolerance,
        share: row.share,
        absolute: row.absolute,
        comparison: row.comparison.clone(),
        factor: row.factor,
    }
}
