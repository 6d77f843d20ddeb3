//! Tables that other programs read with a filter of their own: what is in them, and how a filter travels.
//!
//! The gateway makes the metadata of OData from them; the service that keeps the rows writes the SQL.
//!
//! Invariant: what is read back from its steps is the same expression (`it_travels_and_arrives_the_same`).

mod catalogue;
mod expression;
mod results;
mod steps;
#[cfg(test)]
mod tests;
mod tiles;

pub use catalogue::TABLES;
pub use expression::{Expression, NotUsable, Operator, Value};
pub use steps::{DEPTH_MAX, STEPS_MAX};
pub use tiles::TILE_TABLES;

/// True for the years that a calendar has; the database knows no others.
pub const fn is_year(year: i32) -> bool {
    matches!(year, 1..=9999)
}

/// What a column holds, or an expression gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Any finite number.
    Number,
    /// A whole number.
    Count,
    /// True or false.
    Flag,
    Day,
    Instant,
    Id,
}

impl Kind {
    /// With its article, as it is said in a sentence.
    pub const fn said(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Count => "a whole number",
            Self::Flag => "true or false",
            Self::Day => "a day",
            Self::Instant => "an instant",
            Self::Id => "an id",
        }
    }
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    /// May be absent.
    pub nullable: bool,
    /// One sentence.
    pub about: &'static str,
}

const fn always(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, nullable: false, about }
}

const fn maybe(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, nullable: true, about }
}

/// A table; its first column, `id`, is the key.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Of the set of rows: "Observations".
    pub name: &'static str,
    /// Of one row: "Observation".
    pub row: &'static str,
    /// The service that keeps the rows: "collection".
    pub service: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// True where a read can be as known at a moment of the past.
    pub known_at: bool,
    pub columns: &'static [Column],
}

impl Table {
    /// The table of a name, of a mission or of a dashboard.
    pub fn named(name: &str) -> Option<&'static Self> {
        TABLES.iter().chain(TILE_TABLES).find(|table| table.name == name)
    }

    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The key.
    pub fn key(&self) -> &'static Column {
        &self.columns[0]
    }
}
