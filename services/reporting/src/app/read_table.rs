//! What the mission reached, as tables for programs that bring a filter of their own: results with their ratings,
//! indicators with where they stand, recommendations, published papers, dashboards.

mod standings;

use chassis::{
    Caller, Tx,
    table::{self, Query},
};
use chrono::{DateTime, Utc};
use cpas_proto::{
    assessment::v1::Recommendation,
    common::v1::{TablePage, TableQuery, Text},
};

use super::{get_dashboard::list_dashboards, get_leadership_view::UNDER_WAY};
use crate::{
    Deps, Error,
    domain::{
        feed::{Row, record_id, written},
        leadership::days_late,
        sheet::{FactSheet, SheetState},
    },
    store::{model, records, sheets, tables::OF_MISSION},
};
use standings::Material;

/// Papers in the table, the newest.
const PAPERS_MAX: i64 = 2_000;

/// A page of a table, or how many rows there are.
///
/// # Errors
/// A filter, an order or a column that the table does not have.
pub async fn read_table(deps: &Deps, caller: &Caller, asked: TableQuery) -> Result<TablePage, Error> {
    let query = Query::parse(asked, OF_MISSION)?;
    let now = deps.clock.now();
    let fiscal_start_month = caller.mission()?.fiscal_year_start_month;
    if query.table() == "Dashboards" {
        let rows = written(dashboards(deps, caller).await?);
        let mut tx = deps.db.begin(caller).await?;
        return Ok(table::read_given(&mut tx, &query, &rows, now).await?);
    }
    let mut tx = deps.db.begin(caller).await?;
    let rows = match query.table() {
        "Results" => Material::read(&mut tx, fiscal_start_month).await?.results()?,
        "Standings" => Material::read(&mut tx, fiscal_start_month).await?.standings(),
        "Recommendations" => recommendations(&mut tx, now).await?,
        _ => papers(&mut tx).await?,
    };
    Ok(table::read_given(&mut tx, &query, &written(rows), now).await?)
}

async fn recommendations(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Row>, Error> {
    let generation = model::read(tx).await?.generation;
    let mut rows = Vec::new();
    for row in records::of_kind(tx, generation, "recommendation").await? {
        let of: Recommendation = row.message()?;
        let is_open = row.state == "proposed" || UNDER_WAY.contains(&row.state.as_str());
        let late = days_late(&of.due, now.date_naive()).filter(|_| is_open).unwrap_or(0);
        rows.push(
            Row::of_record(&of.id)
                .texts("text", of.text.as_ref())
                .text("kind", &of.kind)
                .text("owner_section", &of.owner_section)
                .text("state", &row.state)
                .day("due", &of.due)
                .count("days_late", late as usize)
                .text("indicator_codes", &of.indicator_codes.join(","))
                .id("assessment_id", (!of.assessment_id.is_empty()).then(|| record_id(&of.assessment_id)))
                .text("decision_reason", &of.decision_reason)
                .written_instant("decided_at", &of.decided_at)
                .instant("recorded_at", Some(row.recorded_at))
                .text("classification", row.classification().word()),
        );
    }
    Ok(rows)
}

async fn papers(tx: &mut Tx) -> Result<Vec<Row>, Error> {
    let row = |of: &FactSheet| {
        let title = Text::of(&of.title.en, &of.title.fr);
        Row::of_record(&of.id.to_string())
            .texts("title", Some(&title))
            .text("template", &of.template)
            .text("audience", of.audience.word())
            .instant("published_at", of.published_at)
            .instant("as_known_at", of.snapshot.as_ref().map(|taken| taken.at))
            .flag("is_signed", !of.signed_by_key.is_empty())
            .text("classification", of.classification.word())
    };
    let all = sheets::list(tx, false, PAPERS_MAX).await?;
    Ok(all.iter().filter(|sheet| sheet.state == SheetState::Published).map(row).collect())
}

async fn dashboards(deps: &Deps, caller: &Caller) -> Result<Vec<Row>, Error> {
    let all = list_dashboards(deps, caller, false).await?;
    let row = |of: &cpas_proto::reporting::v1::Dashboard| {
        Row::of_record(&of.id)
            .text("reference", &of.id)
            .texts("title", of.title.as_ref())
            .flag("is_shared", of.shared)
            .count("tiles", of.tiles.len())
            .text("classification", &of.classification)
    };
    Ok(all.iter().map(row).collect())
}
