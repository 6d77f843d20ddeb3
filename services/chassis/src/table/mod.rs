//! Pages of a table that other programs read with a filter of their own.
//!
//! What a reader writes never becomes a part of the SQL: columns are looked up, values are bound.
//!
//! Invariant: a filter keeps the rows that a plain reading of it keeps, and the pages are all rows once, in
//! any order (`tests/it/read_table.rs` of collection).

mod place;
mod query;
mod sql;

use chrono::{DateTime, Utc};
use cpas_proto::{common::v1::TablePage, tables::Table};
use sqlx::{PgConnection, Postgres, QueryBuilder, Row as _};

pub use query::Query;

use crate::Failure;

/// Where the rows of a table are.
#[derive(Debug)]
pub struct Source {
    /// As in [`cpas_proto::tables`].
    pub table: &'static str,
    /// What stands between FROM and the end of WHERE; `{moment}` is the moment that is asked for. Empty: the rows are
    /// not stored but given with the question ([`read_given`]).
    pub from: &'static str,
    /// The SQL of every column; not null exactly where the column says so. Empty for rows that are given.
    pub columns: &'static [(&'static str, &'static str)],
}

impl Source {
    /// Of rows that are made for each question.
    pub const fn given(table: &'static str) -> Self {
        Self { table, from: "", columns: &[] }
    }

    const fn is_given(&self) -> bool {
        self.from.is_empty()
    }

    /// What is said of the table.
    pub fn table(&self) -> &'static Table {
        Table::named(self.table).expect("a table of the catalogue")
    }

    /// The SQL of a column.
    fn sql(&self, name: &str) -> &'static str {
        if self.is_given() {
            return self.table().column(name).expect("a column of the table").name;
        }
        let found = self.columns.iter().find(|(own, _)| *own == name);
        found.map(|(_, sql)| *sql).expect("the SQL of every column: `check` sees to it")
    }

    /// What is wrong with it: for a test of the service that keeps it.
    pub fn check(&self) -> Vec<String> {
        let Some(table) = Table::named(self.table) else { return vec![format!("no table {}", self.table)] };
        let named: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
        let own: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        if self.is_given() || named == own {
            Vec::new()
        } else {
            vec![format!("{}: {named:?} is not {own:?}", self.table)]
        }
    }
}

/// A page of rows as JSON objects, or how many rows there are.
///
/// # Errors
/// `Unavailable` when the database is away or takes too long.
pub async fn read(connection: &mut PgConnection, query: &Query, moment: DateTime<Utc>) -> Result<TablePage, Failure> {
    read_given(connection, query, "[]", moment).await
}

/// The same of rows that are given: a JSON array of objects by the names of the columns, what is absent null. The
/// database filters, orders and pages them as it does those that are stored.
///
/// # Errors
/// As [`read`].
pub async fn read_given(
    connection: &mut PgConnection,
    query: &Query,
    rows: &str,
    moment: DateTime<Utc>,
) -> Result<TablePage, Failure> {
    let as_known_at = moment.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    if query.only_count {
        let mut statement = QueryBuilder::new("SELECT count(*)");
        sql::which_rows(&mut statement, query, rows, moment);
        let count: i64 = statement.build_query_scalar().persistent(false).fetch_one(connection).await?;
        return Ok(TablePage { count: count.try_into().unwrap_or_default(), as_known_at, ..TablePage::default() });
    }
    let mut statement: QueryBuilder<Postgres> = sql::page(query, rows, moment);
    let mut found = statement.build().persistent(false).fetch_all(connection).await?;
    let has_more = found.len() > query.page_size;
    found.truncate(query.page_size);
    let next_cursor = match found.last().filter(|_| has_more) {
        Some(last) => place::cursor(last.try_get("told_place")?, &as_known_at),
        None => String::new(),
    };
    let rows = found.iter().map(|row| row.try_get("told_row")).collect::<Result<Vec<String>, _>>()?;
    Ok(TablePage { rows, next_cursor, count: 0, as_known_at })
}
