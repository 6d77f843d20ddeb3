//! Observations, events and areas as tables, for programs that bring a filter of their own.

use chassis::{
    Caller, Failure,
    table::{self, Query},
};
use cpas_proto::common::v1::{TablePage, TableQuery};

use super::App;
use crate::store::tables::SOURCES;

/// A page of a table, or how many rows there are.
///
/// # Errors
/// A filter, an order or a column that the table does not have.
pub async fn read_table(app: &App, caller: &Caller, asked: TableQuery) -> Result<TablePage, Failure> {
    let query = Query::parse(asked, SOURCES)?;
    let (mut tx, moment) = app.read_as_known_at(caller, query.as_known_at()).await?;
    table::read(&mut tx, &query, moment).await
}
