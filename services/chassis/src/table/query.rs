//! What a reader asks of a table, parsed.

use cpas_proto::{
    common::v1::TableQuery,
    tables::{Column, Expression, Table},
};

use super::{Source, place};
use crate::Failure;

/// Rows of a page when the reader names no size, and at most.
const PAGE_SIZE_DEFAULT: u32 = 1_000;
const PAGE_SIZE_MAX: u32 = 5_000;
/// Most columns that rows are ordered by.
const ORDER_MAX: usize = 8;

/// A question that the table can answer.
#[derive(Debug)]
pub struct Query {
    pub(super) source: &'static Source,
    pub(super) condition: Option<Expression>,
    /// Ends with the key, so that no two rows have the same place; true: the largest first.
    pub(super) order: Vec<(&'static Column, bool)>,
    pub(super) columns: Vec<&'static Column>,
    pub(super) page_size: usize,
    pub(super) skip: i64,
    /// A value for each of `order`.
    pub(super) after: Option<Vec<place::Found>>,
    /// Empty: now.
    as_known_at: String,
    pub(super) only_count: bool,
}

impl Query {
    /// Reads a question.
    ///
    /// # Errors
    /// `Invalid` with the field of [`TableQuery`] that cannot be used.
    pub fn parse(asked: TableQuery, sources: &'static [Source]) -> Result<Self, Failure> {
        let source = sources.iter().find(|source| source.table == asked.table);
        let source = source.ok_or_else(|| bad("table", format!("There is no table \"{}\" here.", asked.table)))?;
        let table = source.table();
        let condition = Expression::of_steps(&asked.condition).map_err(|refused| bad("condition", refused.0))?;
        if let Some(condition) = &condition {
            condition.check_condition(table).map_err(|refused| bad("condition", refused.0))?;
        }
        if asked.page_size > PAGE_SIZE_MAX {
            return Err(bad("page_size", format!("At most {PAGE_SIZE_MAX} rows in a page.")));
        }
        let page_size = if asked.page_size == 0 { PAGE_SIZE_DEFAULT } else { asked.page_size };
        let order = order(table, &asked)?;
        let (after, moment) = match asked.cursor.as_str() {
            "" => (None, asked.as_known_at),
            cursor => {
                let (after, moment) = place::read(cursor, &order)
                    .ok_or_else(|| bad("cursor", "This is not where a page of this list ended.".to_owned()))?;
                (Some(after), if table.known_at { moment } else { String::new() })
            }
        };
        if !moment.is_empty() && !table.known_at {
            let message = format!("{} can be read as they are now only.", table.name);
            return Err(bad("as_known_at", message));
        }
        Ok(Self {
            source,
            condition,
            order,
            columns: columns(table, &asked.columns)?,
            page_size: page_size as usize,
            skip: asked.skip.try_into().map_err(|_| bad("skip", "There are not so many rows.".to_owned()))?,
            after,
            as_known_at: moment,
            only_count: asked.only_count,
        })
    }

    /// The table that is asked about.
    pub const fn table(&self) -> &'static str {
        self.source.table
    }

    /// The moment that is asked for; empty: now.
    pub fn as_known_at(&self) -> &str {
        &self.as_known_at
    }
}

fn bad(field: &str, message: String) -> Failure {
    Failure::invalid(&message).field(field, message)
}

fn order(table: &Table, asked: &TableQuery) -> Result<Vec<(&'static Column, bool)>, Failure> {
    if asked.order.len() > ORDER_MAX {
        return Err(bad("order", format!("Rows are ordered by at most {ORDER_MAX} columns.")));
    }
    let mut order: Vec<(&'static Column, bool)> = Vec::new();
    for own in &asked.order {
        let column = column(table, "order", &own.column)?;
        if !order.iter().any(|(known, _)| known.name == column.name) {
            order.push((column, own.descending));
        }
    }
    let key = table.key();
    if !order.iter().any(|(column, _)| column.name == key.name) {
        order.push((key, false));
    }
    Ok(order)
}

fn columns(table: &Table, asked: &[String]) -> Result<Vec<&'static Column>, Failure> {
    if asked.is_empty() {
        return Ok(table.columns.iter().collect());
    }
    if asked.len() > table.columns.len() {
        return Err(bad("columns", "A column is named once.".to_owned()));
    }
    asked.iter().map(|name| column(table, "columns", name)).collect()
}

fn column(table: &Table, field: &str, name: &str) -> Result<&'static Column, Failure> {
    table.column(name).ok_or_else(|| bad(field, format!("{} has no column \"{name}\".", table.name)))
}
