//! Geocoded events, counted.

use chrono::NaiveDate;
use cpas_proto::words::Classification;
use sqlx::{FromRow, PgConnection};

use crate::domain::event_count::{CELL_DEGREES, Tally};

#[derive(FromRow)]
struct Row {
    area: String,
    kind: String,
    first: NaiveDate,
    last: NaiveDate,
    x: Option<i32>,
    y: Option<i32>,
    events: i64,
    deaths_best: i64,
    without_deaths: i64,
    longitudes: f64,
    latitudes: f64,
    first_day: NaiveDate,
    last_day: NaiveDate,
    classification: i16,
}

/// What was counted, and of what.
#[derive(Debug)]
pub struct Tallied {
    pub tallies: Vec<Tally>,
    /// First and last day that one of the events may have been on; `None` without any.
    pub days: Option<(NaiveDate, NaiveDate)>,
    pub classification: Classification,
}

/// Counts the events that the caller sees and that may have been between two days.
pub async fn tallies(
    connection: &mut PgConnection,
    days: (Option<NaiveDate>, Option<NaiveDate>),
    limit: i64,
) -> Result<Tallied, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT area, kind, date_trunc('month', first_day)::date AS first, date_trunc('month', last_day)::date AS last, \
           CASE WHEN point_precision <> 'area' THEN floor(longitude / $3)::integer END AS x, \
           CASE WHEN point_precision <> 'area' THEN floor(latitude / $3)::integer END AS y, \
           count(*) AS events, coalesce(sum(deaths_best), 0) AS deaths_best, \
           count(*) FILTER (WHERE deaths_best IS NULL) AS without_deaths, \
           sum(longitude) AS longitudes, sum(latitude) AS latitudes, \
           min(first_day) AS first_day, max(last_day) AS last_day, max(classification) AS classification \
         FROM geo_event WHERE ($1::date IS NULL OR last_day >= $1) AND ($2::date IS NULL OR first_day <= $2) \
           AND id NOT IN (SELECT id FROM geo_event_shadowed) \
         GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6 LIMIT $4",
    )
    .bind(days.0)
    .bind(days.1)
    .bind(CELL_DEGREES)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    let first = rows.iter().map(|row| row.first_day).min();
    let last = rows.iter().map(|row| row.last_day).max();
    let highest = rows.iter().map(|row| row.classification).max().unwrap_or_default();
    let tallies = rows.into_iter().map(Tally::from).collect();
    Ok(Tallied { tallies, days: first.zip(last), classification: Classification::of_rank(highest) })
}

impl From<Row> for Tally {
    fn from(row: Row) -> Self {
        let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            area: row.area,
            kind: row.kind,
            first: row.first,
            last: row.last,
            cell: row.x.zip(row.y),
            events: count(row.events),
            deaths_best: count(row.deaths_best),
            without_deaths: count(row.without_deaths),
            longitudes: row.longitudes,
            latitudes: row.latitudes,
        }
    }
}
