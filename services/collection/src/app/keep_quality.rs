//! Keeps the quality of what was written. It follows the writes some seconds behind, each indicator once however many there
//! were; what is behind is found anew for whoever reads it, so that nobody sees what is no longer so.

use std::{sync::Arc, time::Instant};

use chassis::{Clock, Code, Failure, Tx};
use chrono::TimeDelta;
use cpas_proto::words::Classification;
use uuid::Uuid;

use super::quality_facts::{self, Around};
use crate::{
    domain::{definition::Definition, rollup::AreaTree},
    store::{self, quality_kept::Found},
};

/// The alarm that asks for it; each mission has one from the day on which it is heard of.
pub const ALARM: &str = "quality";
/// Between two looks at what was written.
const LOOK_EVERY: TimeDelta = TimeDelta::seconds(10);
/// Longest that one look works, in milliseconds; the next goes on after a rest as long, so that who writes keeps at least
/// half of the time.
const WORK_MAX_MS: u128 = 5_000;
const REST: TimeDelta = TimeDelta::seconds(5);

/// Keeps what is overdue, and rings again.
///
/// # Errors
/// `Unavailable` when the database is away; then nothing is kept, and it rings again.
pub async fn keep_quality(tx: &mut Tx, clock: &Clock) -> Result<(), Failure> {
    let is_done = keep_overdue(tx, clock).await?;
    let now = clock.now();
    tx.set_alarm(ALARM, now + if is_done { LOOK_EVERY } else { REST }).await
}

/// True when nothing is overdue any more.
async fn keep_overdue(tx: &mut Tx, clock: &Clock) -> Result<bool, Failure> {
    // Before the mission was heard of, each caller's own token says when its year begins.
    let Some(fiscal_start_month) = store::copies::fiscal_year_start_month(tx).await? else { return Ok(true) };
    let from_day = quality_facts::from_day(clock.today());
    let overdue = store::quality_kept::overdue(tx, from_day).await?;
    if overdue.is_empty() {
        return Ok(true);
    }
    let tree = Arc::new(AreaTree::new(&store::copies::areas(tx).await?));
    let mut levels = Vec::new();
    for &level in Classification::ALL {
        store::copies::see_up_to(tx, level).await?;
        let definitions = store::copies::definitions(tx).await?;
        levels.push((level, Around { definitions, tree: Arc::clone(&tree), fiscal_start_month, from_day }));
    }
    let (mission, began) = (tx.mission(), Instant::now());
    for indicator in overdue {
        if began.elapsed().as_millis() > WORK_MAX_MS {
            return Ok(false);
        }
        let found = find(tx, indicator, &levels).await?;
        store::copies::see_up_to(tx, Classification::StrictlyConfidential).await?;
        store::quality_kept::keep(tx, mission, &found).await?;
    }
    Ok(true)
}

/// What each classification sees of one indicator, as far as it is not what the one below sees.
async fn find(tx: &mut Tx, indicator: Uuid, levels: &[(Classification, Around)]) -> Result<Found, Failure> {
    let Around { fiscal_start_month, from_day, .. } = levels[0].1;
    let snapshot = store::series_changes::snapshot(tx, None).await?.unwrap_or_default();
    let mut found = Found { indicator, about: Vec::new(), snapshot, from_day, levels: Vec::new(), fiscal_start_month };
    for (level, around) in levels {
        let own = |definition: &&Definition| definition.id == indicator;
        let Some(definition) = around.definitions.iter().find(own) else { continue };
        store::copies::see_up_to(tx, *level).await?;
        match quality_facts::find(tx, definition, around).await {
            Ok(own) => {
                found.about.extend(own.about);
                if found.levels.last().is_none_or(|(_, before)| *before != own.facts) {
                    found.levels.push((*level, own.facts));
                }
            }
            // Too large to be looked at whole: who asks is told, and it is not tried again and again.
            Err(failure) if failure.code == Code::Invalid => {
                found.levels.clear();
                found.about.extend([indicator, store::series_changes::WHOLE_MISSION]);
                break;
            }
            Err(failure) => return Err(failure),
        }
    }
    found.about.sort_unstable();
    found.about.dedup();
    Ok(found)
}
