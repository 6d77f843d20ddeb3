//! The first time through the tables of a file: what they are, and whether each can be read to its end.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use chassis::{Caller, Failure};

use super::{
    App,
    objects::Owner,
    spool::{Sent, Spooled},
    tables::{Mapping, Tables, Wishes, tables},
};
use crate::{
    domain::{
        file::{DayOrder, DecimalSign, Field, Reference, Survey, Unusable, survey},
        lifetime::Lifetimes,
    },
    error::Error,
    store::{self, landing::CompleteSet},
};

/// How often news of an unknown code is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Dimensions whose slices are checked against totals, for one indicator.
const DIMENSIONS_CHECKED_MAX: usize = 4;

impl App {
    /// The tables of a file.
    pub(super) async fn tables(&self, caller: &Caller, sent: &Sent, said: Mapping) -> Result<Tables, Failure> {
        let known = self.reference(caller).await?;
        let mut tx = self.db.begin(caller).await?;
        let wishes = Wishes::new(said, store::layouts::remembered(&mut tx).await?);
        drop(tx);
        let owner = Owner { mission: caller.mission()?.code.clone(), fiscal_start_month: known.fiscal_start_month };
        let (sent, bytes_max) = (sent.clone(), self.config.import_bytes_max);
        let found = tokio::task::spawn_blocking(move || tables(&sent, &owner, &wishes, &known, bytes_max));
        Ok(found.await.map_err(Failure::internal)??)
    }

    /// Surveys every table that is read.
    pub(super) async fn surveys(
        &self,
        caller: &Caller,
        found: &Tables,
    ) -> Result<Vec<(Arc<Reference>, Survey)>, Failure> {
        let (mut surveyed, mut rows) = (Vec::new(), 0_u32);
        for table in &found.read {
            let (reference, survey) = self.survey(caller, &table.file, table.mapping.clone()).await?;
            rows = rows.saturating_add(survey.rows);
            if rows > self.config.import_rows_max {
                return Err(Error::Unusable(Unusable::TooManyRows(self.config.import_rows_max)).into());
            }
            surveyed.push((reference, survey));
        }
        Ok(surveyed)
    }

    /// Surveys a table against what the mission has. Where it names codes that are not known, waits a
    /// little for news of them: they may have been made a moment ago in another service.
    async fn survey(
        &self,
        caller: &Caller,
        file: &Arc<Spooled>,
        mapping: Mapping,
    ) -> Result<(Arc<Reference>, Survey), Failure> {
        let end = Instant::now() + Duration::from_millis(self.config.unknown_code_wait_ms);
        let mut reference = self.reference(caller).await?;
        loop {
            let (spooled, known, wanted) = (Arc::clone(file), Arc::clone(&reference), mapping.clone());
            let rows_max = self.config.import_rows_max;
            let surveyed = tokio::task::spawn_blocking(move || {
                survey(|| spooled.open(), spooled.encoding, &wanted, &known, rows_max)
            });
            let surveyed = surveyed.await.map_err(Failure::internal)?.map_err(Error::from)?;
            let news = |reference: &Reference| {
                surveyed
                    .unknown_codes
                    .iter()
                    .any(|code| reference.indicator(code).is_some() || !reference.areas(code).is_empty())
            };
            loop {
                if surveyed.unknown_codes.is_empty() || Instant::now() >= end {
                    return Ok((reference, surveyed));
                }
                tokio::time::sleep(LOOK_EVERY).await;
                reference = self.reference(caller).await?;
                if news(&reference) {
                    break;
                }
            }
        }
    }

    async fn reference(&self, caller: &Caller) -> Result<Arc<Reference>, Failure> {
        let mut tx = self.db.begin(caller).await?;
        let definitions = store::copies::definitions(&mut tx).await?;
        let areas = store::copies::area_names(&mut tx).await?;
        let locks = store::locks::locks(&mut tx).await?;
        let start = self.fiscal_start_month(caller, &mut tx).await?;
        let lifetimes = Lifetimes::of(&store::copies::areas(&mut tx).await?);
        Ok(Arc::new(Reference::new(definitions, areas, locks, start).with_lifetimes(lifetimes)))
    }
}

/// What is to be said about a table as a whole.
pub(super) fn warnings(survey: &Survey) -> Vec<String> {
    let mut sentences = Vec::new();
    match survey.decimal_sign {
        DecimalSign::Ambiguous => sentences.push(
            "Some numbers could be read with a decimal point or with their thousands set apart, and none in the file \
             says which. A single point was taken for the decimal sign; numbers like 1,234 were rejected."
                .to_owned(),
        ),
        DecimalSign::Mixed => sentences.push(
            "Some numbers use a decimal point and some a decimal comma. Those that can be read in one way only were \
             taken, the others rejected."
                .to_owned(),
        ),
        DecimalSign::Point | DecimalSign::Comma | DecimalSign::Unseen => {}
    }
    match survey.days.order {
        DayOrder::Ambiguous => sentences.push(
            "Dates like 03/04/2024 could have the day or the month first, and none in the file says which: they were \
             rejected."
                .to_owned(),
        ),
        DayOrder::MonthFirst => sentences.push(
            "Dates are read with the month first, because some of them can be read in no other way: 3/17/2024 is the \
             17th of March."
                .to_owned(),
        ),
        DayOrder::Unseen | DayOrder::DayFirst | DayOrder::Mixed => {}
    }
    if survey.left_empty > 0 {
        sentences.push(format!(
            "{} rows of the entry template were left empty: nothing is said of them.",
            survey.left_empty
        ));
    }
    if survey.days_are_firsts {
        let sentence = "All days in the file are the first of a month, as spreadsheets write a month: each was taken for \
                        the period of its indicator that begins on it.";
        sentences.push(sentence.to_owned());
    }
    if !survey.layout.fields.contains_key(&Field::Area) {
        let sentence = "No column names an area: every row was taken to speak of the mission as a whole.";
        sentences.push(sentence.to_owned());
    }
    sentences
}

/// The sets of slices that are complete, for the indicators that have slices in the file.
pub(super) fn complete_sets(codes: &BTreeSet<String>, reference: &Reference) -> Vec<CompleteSet> {
    let mut sets = Vec::new();
    let indicators = codes.iter().filter_map(|code| reference.indicator(code));
    for definition in indicators.filter(|definition| definition.kind.adds_up_over_slices()) {
        let mut dimensions: Vec<(&str, i64)> = definition
            .dimensions
            .iter()
            .map(|dimension| (dimension.name.as_str(), dimension.required().count() as i64))
            .filter(|(_, required)| *required > 0)
            .collect();
        dimensions.sort_unstable();
        dimensions.truncate(DIMENSIONS_CHECKED_MAX);
        for chosen in 1_u32..1 << dimensions.len() {
            let of_set = dimensions.iter().enumerate().filter(|(place, _)| chosen & (1 << place) != 0);
            let (names, required): (Vec<&str>, Vec<i64>) = of_set.map(|(_, dimension)| *dimension).unzip();
            sets.push(CompleteSet {
                indicator: definition.id,
                dimensions: names.join(","),
                slices: required.iter().product(),
            });
        }
    }
    sets
}
