//! Reads from context, as the caller may see it, what is around an outcome: areas, factors, evidence, stakeholders.
//!
//! It is read as it is now; of maps, those that were published by the cut-off.

use std::collections::{BTreeMap, BTreeSet};

use chassis::{Caller, Failure, link::Call};
use chrono::{DateTime, Days, NaiveDate, Utc};
use cpas_proto::{
    context::v1::{self as context, context_service_client::ContextServiceClient},
    words::{Classification, Period},
};
use uuid::Uuid;

use super::{MESSAGE_BYTES_MAX, known_or_highest, read_inputs::text};
use crate::{
    Deps,
    domain::{
        Invalid,
        gathered::{Around, Factor, Paper, Shift},
        word, word_or_nothing,
    },
    error::{Error, answered},
};

const PAGE_SIZE: u32 = 200;
/// Most records of a kind that are looked at.
const RECORDS_MAX: usize = 5_000;

type Client = ContextServiceClient<Call>;

fn client(deps: &Deps, caller: &Caller) -> Client {
    ContextServiceClient::new(deps.context.on_behalf(caller)).max_decoding_message_size(MESSAGE_BYTES_MAX)
}

/// Everything that is around: of the days, and of maps published by the cut-off.
pub async fn around(
    deps: &Deps,
    caller: &Caller,
    (first, last): (NaiveDate, NaiveDate),
    cut_off: DateTime<Utc>,
) -> Result<Around, Error> {
    let (parents, factors, papers, shifts) = futures::try_join!(
        parents(client(deps, caller), last),
        factors(deps, caller, Some(cut_off), None),
        papers(deps, caller, None),
        shifts(client(deps, caller), first, last),
    )?;
    Ok(Around { parents, factors, papers, shifts })
}

async fn parents(mut client: Client, on: NaiveDate) -> Result<BTreeMap<String, String>, Error> {
    let ask = context::ListAreasRequest { with_geometry: false, on: on.to_string(), level: None };
    let areas = client.list_areas(ask).await.map_err(answered("context"))?.into_inner().areas;
    Ok(areas.into_iter().map(|area| (area.code, area.parent_code)).collect())
}

/// The factors of published maps; one that stands in several as the map has it that was published last. Of all there are
/// those that are `wanted`, else as many as are looked at.
pub async fn factors(
    deps: &Deps,
    caller: &Caller,
    by: Option<DateTime<Utc>>,
    wanted: Option<&BTreeSet<Uuid>>,
) -> Result<Vec<Factor>, Error> {
    let fiscal_start_month = caller.mission()?.fiscal_year_start_month;
    let mut client = client(deps, caller);
    let mut found: BTreeMap<Uuid, (DateTime<Utc>, Factor)> = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let ask = context::ListContextMapsRequest { page_size: PAGE_SIZE, cursor };
        let page = client.list_context_maps(ask).await.map_err(answered("context"))?.into_inner();
        for map in page.context_maps.iter().filter(|map| matches!(map.state.as_str(), "published" | "superseded")) {
            let (published, factors) = of_map(map, fiscal_start_month).map_err(|error| unreadable("a map", &error))?;
            let counts = |factor: &Factor| wanted.is_none_or(|wanted| wanted.contains(&factor.id));
            for factor in factors.into_iter().filter(|_| by.is_none_or(|by| published <= by)).filter(counts) {
                let is_newer = found.get(&factor.id).is_none_or(|(before, _)| *before < published);
                if is_newer {
                    found.insert(factor.id, (published, factor));
                }
            }
        }
        // A later map may have what an earlier one has: of those that are wanted all are read.
        if page.next_cursor.is_empty() || (wanted.is_none() && found.len() >= RECORDS_MAX) {
            return Ok(found.into_values().map(|(_, factor)| factor).collect());
        }
        cursor = page.next_cursor;
    }
}

fn of_map(map: &context::ContextMap, fiscal_start_month: u32) -> Result<(DateTime<Utc>, Vec<Factor>), Invalid> {
    let period: Period = word("period", &map.period)?;
    let factor = |one: &context::ContextFactor| {
        Ok(Factor {
            id: word("id", &one.id)?,
            title: text(one.title.as_ref()),
            effect: one.effect.clone(),
            severity: one.severity,
            trend: one.trend.clone(),
            areas: one.areas.clone(),
            evidence: one.evidence_ids.iter().map(|id| word("evidence_ids", id)).collect::<Result<_, Invalid>>()?,
            first: period.first_day(fiscal_start_month),
            last: period.last_day(fiscal_start_month),
            classification: known_or_highest(&map.classification),
        })
    };
    Ok((word("published_at", &map.published_at)?, map.factors.iter().map(factor).collect::<Result<_, Invalid>>()?))
}

/// Pieces of evidence: those that are `wanted`, else as many as are looked at.
pub async fn papers(deps: &Deps, caller: &Caller, wanted: Option<&BTreeSet<Uuid>>) -> Result<Vec<Paper>, Error> {
    let enough = wanted.map_or(RECORDS_MAX, BTreeSet::len);
    let mut client = client(deps, caller);
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let ask = context::ListEvidenceRequest { page_size: PAGE_SIZE, cursor };
        let page = client.list_evidence(ask).await.map_err(answered("context"))?.into_inner();
        for one in page.evidence {
            let paper = paper(one).map_err(|error| unreadable("a piece of evidence", &error))?;
            if wanted.is_none_or(|wanted| wanted.contains(&paper.id)) {
                found.push(paper);
            }
        }
        if page.next_cursor.is_empty() || found.len() >= enough {
            return Ok(found);
        }
        cursor = page.next_cursor;
    }
}

fn paper(one: context::Evidence) -> Result<Paper, Invalid> {
    Ok(Paper {
        id: word("id", &one.id)?,
        date: word_or_nothing("date", &one.date)?,
        classification: known_or_highest(&one.classification),
        title: one.title,
        source: one.source,
        reliability: one.reliability,
        credibility: one.credibility,
    })
}

/// Where everybody who was assessed stood at the end of the days, and before them.
async fn shifts(mut client: Client, first: NaiveDate, last: NaiveDate) -> Result<Vec<Shift>, Error> {
    let before = first.checked_sub_days(Days::new(1)).unwrap_or(first);
    let earlier = grid(&mut client, before).await?;
    let now = grid(&mut client, last).await?;
    if now.is_empty() {
        return Ok(Vec::new());
    }
    let stood: BTreeMap<String, i32> = earlier.into_iter().map(|one| (one.stakeholder_id, one.stance)).collect();
    let known = stakeholders(&mut client).await?;
    let mut found = Vec::new();
    for one in now {
        // Who is not in the register for this reader any more is not told of.
        let Some(of) = known.get(&one.stakeholder_id) else { continue };
        let shift = shift(&one, of, stood.get(&one.stakeholder_id).copied());
        found.push(shift.map_err(|error| unreadable("a stakeholder", &error))?);
    }
    Ok(found)
}

fn shift(one: &context::StakeholderPosition, of: &context::Stakeholder, before: Option<i32>) -> Result<Shift, Invalid> {
    Ok(Shift {
        stakeholder_id: word("stakeholder_id", &one.stakeholder_id)?,
        name: one.name.clone(),
        areas: of.areas.clone(),
        before,
        now: one.stance,
        influence: one.influence,
        as_of: word("as_of", &one.as_of)?,
        classification: known_or_highest(&of.classification),
    })
}

async fn grid(client: &mut Client, on: NaiveDate) -> Result<Vec<context::StakeholderPosition>, Error> {
    let ask = context::GetStakeholderGridRequest { as_of: on.to_string() };
    Ok(client.get_stakeholder_grid(ask).await.map_err(answered("context"))?.into_inner().positions)
}

async fn stakeholders(client: &mut Client) -> Result<BTreeMap<String, context::Stakeholder>, Error> {
    let (mut found, mut cursor) = (BTreeMap::new(), String::new());
    loop {
        let ask = context::ListStakeholdersRequest { page_size: PAGE_SIZE, cursor, ..Default::default() };
        let page = client.list_stakeholders(ask).await.map_err(answered("context"))?.into_inner();
        found.extend(page.stakeholders.into_iter().map(|one| (one.id.clone(), one)));
        if page.next_cursor.is_empty() || found.len() >= RECORDS_MAX {
            return Ok(found);
        }
        cursor = page.next_cursor;
    }
}

/// The classification of a stakeholder; `None`: it is not there for the caller.
pub async fn stakeholder(deps: &Deps, caller: &Caller, id: Uuid) -> Result<Option<Classification>, Error> {
    let answer = client(deps, caller).get_stakeholder(context::GetStakeholderRequest { id: id.to_string() }).await;
    match answer.map_err(answered("context")) {
        Ok(answer) => {
            let found = answer.into_inner().stakeholder;
            Ok(found.map(|one| known_or_highest(&one.classification)))
        }
        Err(Error::Neighbour { failure, .. }) if failure.code == chassis::Code::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn unreadable(what: &str, error: &Invalid) -> Error {
    Failure::internal(format!("context answered something of {what} that cannot be read: {error}")).into()
}
