//! How good the data of indicators are, and what there is to mend.

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    sync::Arc,
};

use chassis::{Caller, Failure, Tx};
use chrono::NaiveDate;
use cpas_proto::{collection::v1 as pb, common::v1::Text, vocabulary};
use uuid::Uuid;

use super::{
    App,
    quality_facts::{self, Around},
};
use crate::{
    domain::{
        definition::Definition,
        lifetime::Lifetimes,
        quality::{self, Measured, Problem, ProblemKind, Quality, Share, Waived, Window, measure},
        rollup::{Area, AreaTree},
    },
    error::Error,
    store::{self, waivers::Waiver},
};

/// Most observations that one answer is made of.
pub(super) const OBSERVATIONS_MAX: usize = 500_000;
/// Months of the window when nothing is said, and at most.
const MONTHS: u32 = 12;
const MONTHS_MAX: u32 = 60;
/// Most problems of one answer.
const PROBLEMS_MAX: usize = 1_000;

vocabulary! {
    /// What measures are added up by, beside the indicator.
    pub enum By as "a way to add measures up" {
        Area = "area",
        Period = "period",
    }
}

/// The measures of every indicator that the caller may see, or of a section's. What was kept is added up; what is not
/// kept yet, or was written about since, is found anew.
///
/// # Errors
/// A window that is too long; more observations of an indicator than are looked at.
pub async fn get_data_quality(
    app: &App,
    caller: &Caller,
    asked: pb::GetDataQualityRequest,
) -> Result<pb::DataQuality, Failure> {
    let by: Option<By> = match asked.by.as_str() {
        "" => None,
        word => Some(word.parse().map_err(|error| Error::bad("by", format!("{error}.")))?),
    };
    let own = |one: &Definition| {
        one.takes_values().is_ok() && (asked.section.is_empty() || one.owner_section == asked.section)
    };
    let mut tx = app.db.begin(caller).await?;
    let material = Material::read(app, caller, &mut tx, asked.months, own).await?;
    let window = material.window;
    let ids: Vec<Uuid> = material.definitions.iter().map(|one| one.id).collect();
    let before = Window { months: window.months.saturating_mul(2), ..window }.first_day();
    let mut kept = store::quality_kept::facts(&mut tx, &ids, material.around.from_day, before).await?;
    for definition in &material.definitions {
        if let Entry::Vacant(place) = kept.entry(definition.id) {
            place.insert(quality_facts::find(&mut tx, definition, &material.around).await?.facts);
        }
    }
    drop(tx);
    let work = move || {
        let (mut indicators, mut groups) = (Vec::new(), Groups::new(by, window.fiscal_start_month));
        for definition in &material.definitions {
            let facts = kept.remove(&definition.id).unwrap_or_default();
            let waived = material.waived(definition);
            let measured = measure(definition, &material.lifetimes, &facts, waived, window);
            groups.take(&measured);
            indicators.push(measures(definition, &measured.quality));
        }
        let (first_day, last_day) = (window.first_day().to_string(), window.today.to_string());
        pb::DataQuality { first_day, last_day, indicators, groups: groups.told() }
    };
    tokio::task::spawn_blocking(work).await.map_err(Failure::internal)
}

/// What there is to mend about one indicator.
///
/// # Errors
/// `NotFound` for an indicator that the caller cannot see; a kind of problem that is none.
pub async fn list_quality_problems(
    app: &App,
    caller: &Caller,
    asked: pb::ListQualityProblemsRequest,
) -> Result<pb::ListQualityProblemsResponse, Failure> {
    let kind: Option<ProblemKind> = match asked.kind.as_str() {
        "" => None,
        word => Some(word.parse().map_err(|error| Error::bad("kind", format!("{error}.")))?),
    };
    let own = |one: &Definition| one.code == asked.indicator || one.id.to_string() == asked.indicator;
    let mut tx = app.db.begin(caller).await?;
    let material = Material::read(app, caller, &mut tx, asked.months, own).await?;
    let definition = material.definitions.first().ok_or(Error::NotFound("indicator"))?;
    let found = quality_facts::find(&mut tx, definition, &material.around).await?;
    drop(tx);
    let all = quality::all_problems(
        definition,
        &material.lifetimes,
        (&found.facts, found.problems),
        material.waived(definition),
        material.window,
    );
    let all: Vec<Problem> = all.into_iter().filter(|one| kind.is_none_or(|kind| one.kind == kind)).collect();
    let total = u32::try_from(all.len()).unwrap_or(u32::MAX);
    let problems = all.into_iter().take(PROBLEMS_MAX).map(told).collect();
    Ok(pb::ListQualityProblemsResponse { problems, total })
}

/// The measures of areas or periods, all indicators together.
struct Groups {
    by: Option<By>,
    start: u32,
    /// By first day, none for areas, and by name.
    of: BTreeMap<(Option<NaiveDate>, String), Quality>,
}

impl Groups {
    fn new(by: Option<By>, start: u32) -> Self {
        Self { by, start, of: BTreeMap::new() }
    }

    fn take(&mut self, measured: &Measured) {
        let Some(by) = self.by else { return };
        for ((area, period), quality) in &measured.places {
            let key = match by {
                By::Area => (None, area.clone()),
                By::Period => (Some(period.first_day(self.start)), period.to_string()),
            };
            self.of.entry(key).or_default().add(quality);
        }
    }

    fn told(self) -> Vec<pb::QualityGroup> {
        let group = |((_, name), of): ((Option<NaiveDate>, String), Quality)| pb::QualityGroup {
            name,
            complete: share(of.complete),
            timely: share(of.timely),
            valid: share(of.valid),
            consistent: share(of.consistent),
            outlying: share(of.outlying),
            verified: share(of.verified),
            totals_off: share(of.totals_off),
            hints: of.hints,
        };
        self.of.into_iter().map(group).collect()
    }
}

/// The window of a request, 12 months without a word.
pub(super) fn window(app: &App, months: u32, fiscal_start_month: u32) -> Result<Window, Failure> {
    let months = if months == 0 { MONTHS } else { months };
    if months > MONTHS_MAX {
        return Err(Error::bad("months", format!("Ask for at most {MONTHS_MAX} months.")).into());
    }
    Ok(Window { today: app.clock.today(), months, fiscal_start_month })
}

/// What the measures hang on beside the observations.
struct Material {
    definitions: Vec<Definition>,
    around: Around,
    lifetimes: Lifetimes,
    waived: HashMap<Uuid, Waived>,
    window: Window,
    nothing: Waived,
}

impl Material {
    async fn read(
        app: &App,
        caller: &Caller,
        tx: &mut Tx,
        months: u32,
        own: impl Fn(&Definition) -> bool,
    ) -> Result<Self, Failure> {
        let fiscal_start_month = app.fiscal_start_month(caller, tx).await?;
        let window = window(app, months, fiscal_start_month)?;
        let all = store::copies::definitions(tx).await?;
        let definitions: Vec<Definition> = all.iter().filter(|one| own(one)).cloned().collect();
        let ids: Vec<Uuid> = definitions.iter().map(|one| one.id).collect();
        let areas: Vec<Area> = store::copies::areas(tx).await?;
        let waived = waived(&store::waivers::in_force(tx, &ids, window.first_day()).await?)?;
        let (tree, from_day) = (Arc::new(AreaTree::new(&areas)), quality_facts::from_day(window.today));
        let around = Around { definitions: all, tree, fiscal_start_month, from_day };
        Ok(Self { definitions, around, lifetimes: Lifetimes::of(&areas), waived, window, nothing: Waived::new() })
    }

    fn waived(&self, definition: &Definition) -> &Waived {
        self.waived.get(&definition.id).unwrap_or(&self.nothing)
    }
}

/// The waived places by indicator.
pub(super) fn waived(waivers: &[Waiver]) -> Result<HashMap<Uuid, Waived>, Failure> {
    let mut waived: HashMap<Uuid, Waived> = HashMap::new();
    for own in waivers {
        let period = own.period.parse().map_err(|_| Error::Broken(format!("stored period {}", own.period)))?;
        waived.entry(own.indicator_id).or_default().insert((period, own.area.clone()));
    }
    Ok(waived)
}

fn share(share: Share) -> Option<pb::QualityShare> {
    (share.of > 0).then_some(pb::QualityShare { part: share.part, of: share.of })
}

fn measures(definition: &Definition, of: &Quality) -> pb::IndicatorQuality {
    pb::IndicatorQuality {
        indicator_id: definition.id.to_string(),
        indicator_code: definition.code.clone(),
        section: definition.owner_section.clone(),
        frequency: definition.frequency.word().to_owned(),
        complete: share(of.complete),
        timely: share(of.timely),
        valid: share(of.valid),
        consistent: share(of.consistent),
        outlying: share(of.outlying),
        verified: share(of.verified),
        totals_off: share(of.totals_off),
        last_period: of.last_period.map(|period| period.to_string()).unwrap_or_default(),
        periods_behind: of.periods_behind,
        hints: of.hints,
    }
}

fn told(of: Problem) -> pb::QualityProblem {
    pb::QualityProblem {
        kind: of.kind.word().to_owned(),
        period: of.period.to_string(),
        area: of.area,
        slice: of.slice.to_string(),
        observation_id: of.observation.map(|id| id.to_string()).unwrap_or_default(),
        message: Some(Text { en: of.en, fr: of.fr }),
    }
}
