//! A filter: values, columns and what is done to them; and whether a table can answer it.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Kind, Table};

/// Why an expression cannot be used, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotUsable(pub String);

crate::vocabulary! {
    /// What is done to expressions, by the words of OData.
    pub enum Operator as "an operator" {
        Eq = "eq",
        Ne = "ne",
        Gt = "gt",
        Ge = "ge",
        Lt = "lt",
        Le = "le",
        /// The first is one of the others.
        In = "in",
        And = "and",
        Or = "or",
        Not = "not",
        Contains = "contains",
        StartsWith = "startswith",
        EndsWith = "endswith",
        ToLower = "tolower",
        ToUpper = "toupper",
        Trim = "trim",
        Length = "length",
        Year = "year",
        Month = "month",
        Day = "day",
    }
}

/// A value written into a filter.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Text(String),
    /// Finite.
    Number(f64),
    Flag(bool),
    Day(NaiveDate),
    Instant(DateTime<Utc>),
    Id(Uuid),
}

/// A filter, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    Column(String),
    Value(Value),
    Apply(Operator, Vec<Expression>),
}

impl Value {
    /// `None` for null, which is of every kind.
    pub const fn kind(&self) -> Option<Kind> {
        match self {
            Self::Null => None,
            Self::Text(_) => Some(Kind::Text),
            Self::Number(_) => Some(Kind::Number),
            Self::Flag(_) => Some(Kind::Flag),
            Self::Day(_) => Some(Kind::Day),
            Self::Instant(_) => Some(Kind::Instant),
            Self::Id(_) => Some(Kind::Id),
        }
    }
}

impl Operator {
    /// Takes any number of operands from two on (`in`, `and`, `or`), or so many.
    const fn takes(self, operands: usize) -> bool {
        match self {
            Self::Eq | Self::Ne | Self::Gt | Self::Ge | Self::Lt | Self::Le => operands == 2,
            Self::Contains | Self::StartsWith | Self::EndsWith => operands == 2,
            Self::In | Self::And | Self::Or => operands >= 2,
            Self::Not | Self::ToLower | Self::ToUpper | Self::Trim | Self::Length => operands == 1,
            Self::Year | Self::Month | Self::Day => operands == 1,
        }
    }
}

impl Expression {
    /// Checks that a table can answer it with yes or no.
    ///
    /// # Errors
    /// A sentence that names what cannot be used.
    pub fn check_condition(&self, table: &Table) -> Result<(), NotUsable> {
        match self.kind(table)? {
            Some(Kind::Flag) => Ok(()),
            other => {
                let said = other.map_or("null", Kind::said);
                Err(NotUsable(format!("A filter says true or false of every row; this one gives {said}.")))
            }
        }
    }

    /// What it gives; `None` for null.
    ///
    /// # Errors
    /// A sentence that names the column or the operator.
    pub fn kind(&self, table: &Table) -> Result<Option<Kind>, NotUsable> {
        match self {
            Self::Column(name) => match table.column(name) {
                Some(column) => Ok(Some(column.kind)),
                None => Err(no_column(table, name)),
            },
            Self::Value(value) => Ok(value.kind()),
            Self::Apply(operator, operands) => {
                if !operator.takes(operands.len()) {
                    return Err(NotUsable(format!("{operator} does not take {} operands.", operands.len())));
                }
                let kinds = operands.iter().map(|operand| operand.kind(table)).collect::<Result<Vec<_>, _>>()?;
                applied(*operator, &kinds).map(Some)
            }
        }
    }

    /// False where it is never null.
    pub fn may_be_null(&self, table: &Table) -> bool {
        match self {
            Self::Column(name) => table.column(name).is_none_or(|column| column.nullable),
            Self::Value(value) => *value == Value::Null,
            Self::Apply(operator, operands) => {
                let derives = matches!(
                    operator,
                    Operator::ToLower
                        | Operator::ToUpper
                        | Operator::Trim
                        | Operator::Length
                        | Operator::Year
                        | Operator::Month
                        | Operator::Day
                );
                derives && operands.iter().any(|operand| operand.may_be_null(table))
            }
        }
    }
}

/// The sentence about a column that is not there.
pub(super) fn no_column(table: &Table, name: &str) -> NotUsable {
    let columns = table.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ");
    NotUsable(format!("{} has no \"{name}\"; it has {columns}.", table.name))
}

/// What an operator gives of operands of these kinds.
fn applied(operator: Operator, kinds: &[Option<Kind>]) -> Result<Kind, NotUsable> {
    let unless_null = |outcome: Result<(), NotUsable>| match kinds.contains(&None) {
        true => Err(NotUsable(format!("{operator} does not take null."))),
        false => outcome,
    };
    let all = |wanted: &[Kind]| match kinds.iter().flatten().find(|kind| !wanted.contains(kind)) {
        None => Ok(()),
        Some(kind) => {
            let wanted = wanted.iter().map(|kind| kind.said()).collect::<Vec<_>>().join(" or ");
            Err(NotUsable(format!("{operator} takes {wanted}, not {}.", kind.said())))
        }
    };
    match operator {
        Operator::Eq | Operator::Ne => comparable(operator, kinds).map(|()| Kind::Flag),
        Operator::In => {
            // Of yes and no, lists could lie in lists, and each one doubles what is asked of the database.
            all(&[Kind::Text, Kind::Number, Kind::Count, Kind::Day, Kind::Instant, Kind::Id])?;
            comparable(operator, kinds).map(|()| Kind::Flag)
        }
        Operator::Gt | Operator::Ge | Operator::Lt | Operator::Le => {
            all(&[Kind::Text, Kind::Number, Kind::Count, Kind::Day, Kind::Instant])?;
            comparable(operator, kinds).map(|()| Kind::Flag)
        }
        Operator::And | Operator::Or | Operator::Not => unless_null(all(&[Kind::Flag])).map(|()| Kind::Flag),
        Operator::Contains | Operator::StartsWith | Operator::EndsWith => {
            unless_null(all(&[Kind::Text])).map(|()| Kind::Flag)
        }
        Operator::ToLower | Operator::ToUpper | Operator::Trim => unless_null(all(&[Kind::Text])).map(|()| Kind::Text),
        Operator::Length => unless_null(all(&[Kind::Text])).map(|()| Kind::Count),
        Operator::Year | Operator::Month | Operator::Day => {
            unless_null(all(&[Kind::Day, Kind::Instant])).map(|()| Kind::Count)
        }
    }
}

/// Only what is of one kind can be compared; any with null.
fn comparable(operator: Operator, kinds: &[Option<Kind>]) -> Result<(), NotUsable> {
    let alike = |kind: Kind| if kind == Kind::Count { Kind::Number } else { kind };
    let mut given = kinds.iter().flatten();
    let Some(first) = given.next() else { return Ok(()) };
    match given.find(|kind| alike(**kind) != alike(*first)) {
        None => Ok(()),
        Some(other) => {
            let message =
                format!("{operator} cannot compare {} with {}{}.", first.said(), other.said(), hint(*first, *other));
            Err(NotUsable(message))
        }
    }
}

fn hint(one: Kind, other: Kind) -> &'static str {
    match (one, other) {
        (Kind::Day, Kind::Text) | (Kind::Text, Kind::Day) => "; a day is written 2024-03-17, without quotes",
        (Kind::Day, Kind::Instant) => "; write the day alone, 2024-03-17",
        (Kind::Instant, _) => "; write 2024-03-17T00:00:00Z, without quotes",
        (Kind::Number | Kind::Count, Kind::Text) => "; a number has no quotes",
        (Kind::Text, Kind::Number | Kind::Count) => "; a text stands in single quotes",
        _ => "",
    }
}
