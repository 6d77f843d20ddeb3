//! Indicators and targets as tables, for programs that bring a filter of their own.

use chassis::{
    Caller,
    table::{self, Query},
};
use cpas_proto::common::v1::{TablePage, TableQuery};

use crate::{Deps, error::Error, store::tables::SOURCES};

/// A page of a table, or how many rows there are.
///
/// # Errors
/// A filter, an order or a column that the table does not have.
pub async fn read_table(deps: &Deps, caller: &Caller, asked: TableQuery) -> Result<TablePage, Error> {
    let query = Query::parse(asked, SOURCES)?;
    let mut tx = deps.db.begin(caller).await?;
    Ok(table::read(&mut tx, &query, deps.clock.now()).await?)
}
