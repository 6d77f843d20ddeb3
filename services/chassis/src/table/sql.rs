//! A question as SQL. Only texts of [`Source`] and of this file are written; all else is bound.

use chrono::{DateTime, Utc};
use cpas_proto::tables::{Column, Expression, Kind, Operator, Value};
use sqlx::{Postgres, QueryBuilder};

use super::{Query, Source};

type Sql = QueryBuilder<Postgres>;

/// One page, and a row more when there is one.
pub fn page(query: &Query, rows: &str, moment: DateTime<Utc>) -> Sql {
    let mut sql = Sql::new("SELECT json_build_object(");
    for (place, column) in query.columns.iter().enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        sql.push(format_args!("{comma}'{}', {}", column.name, told(column, query.source)));
    }
    // No column is called so: a name in ORDER BY would mean these.
    sql.push(")::text AS told_row, json_build_array(");
    for (place, (column, _)) in query.order.iter().enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        sql.push(format_args!("{comma}({})::text", told(column, query.source)));
    }
    sql.push(")::text AS told_place");
    which_rows(&mut sql, query, rows, moment);
    sql.push(" ORDER BY ");
    for (place, (column, descending)) in query.order.iter().enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        // Null is below every value, as OData has it.
        let direction = if *descending { "DESC NULLS LAST" } else { "ASC NULLS FIRST" };
        sql.push(format_args!("{comma}{} {direction}", ordered(column, query.source)));
    }
    sql.push(" LIMIT ").push_bind(query.page_size as i64 + 1);
    if query.skip > 0 {
        sql.push(" OFFSET ").push_bind(query.skip);
    }
    sql
}

/// `FROM … WHERE …`: the rows of the table that the question is about.
pub fn which_rows(sql: &mut Sql, query: &Query, rows: &str, moment: DateTime<Utc>) {
    sql.push(" FROM ");
    if query.source.is_given() {
        given(sql, query.source, rows);
    }
    for (place, part) in query.source.from.split("{moment}").enumerate() {
        if place > 0 {
            sql.push_bind(moment);
        }
        sql.push(part);
    }
    if let Some(condition) = &query.condition {
        sql.push(" AND ");
        put(sql, condition, query.source);
    }
    if let Some(after) = &query.after {
        sql.push(" AND (");
        let places: Vec<_> = query.order.iter().zip(after).collect();
        for (last, (own, value)) in places.iter().enumerate() {
            sql.push(if last == 0 { "(" } else { " OR (" });
            for ((column, _), same) in &places[..last] {
                same_as(sql, column, same.as_ref(), query.source);
                sql.push(" AND ");
            }
            beyond(sql, **own, value.as_ref(), query.source);
            sql.push(")");
        }
        sql.push(")");
    }
}

/// Rows that came with the question, as a table of their own.
fn given(sql: &mut Sql, source: &Source, rows: &str) {
    sql.push("json_to_recordset(").push_bind(rows.to_owned()).push("::json) AS given(");
    for (place, column) in source.table().columns.iter().enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        let kind = match column.kind {
            Kind::Text => "text",
            Kind::Number => "double precision",
            Kind::Count => "integer",
            Kind::Flag => "boolean",
            Kind::Day => "date",
            Kind::Instant => "timestamptz",
            Kind::Id => "uuid",
        };
        sql.push(format_args!("{comma}{} {kind}", column.name));
    }
    sql.push(") WHERE TRUE");
}

/// A column as JSON tells it.
fn told(column: &Column, source: &Source) -> String {
    let sql = source.sql(column.name);
    match column.kind {
        Kind::Instant => format!("to_char(({sql}) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"),
        _ => format!("({sql})"),
    }
}

/// A column as rows are ordered by it: texts by their characters, whatever the database's language.
fn ordered(column: &Column, source: &Source) -> String {
    let collation = if column.kind == Kind::Text { " COLLATE \"C\"" } else { "" };
    format!("({}){collation}", source.sql(column.name))
}

fn same_as(sql: &mut Sql, column: &Column, value: Option<&Value>, source: &Source) {
    sql.push(ordered(column, source));
    match value {
        None => drop(sql.push(" IS NULL")),
        Some(value) => {
            sql.push(" = ");
            bind(sql, value);
        }
    }
}

/// What comes after a value in an order.
fn beyond(sql: &mut Sql, (column, descending): (&Column, bool), value: Option<&Value>, source: &Source) {
    let own = ordered(column, source);
    match (value, descending) {
        (None, false) => drop(sql.push(format_args!("{own} IS NOT NULL"))),
        (None, true) => drop(sql.push("FALSE")),
        (Some(value), false) => {
            sql.push(format_args!("{own} > "));
            bind(sql, value);
        }
        (Some(value), true) => {
            sql.push(format_args!("({own} < "));
            bind(sql, value);
            sql.push(if column.nullable { format!(" OR {own} IS NULL)") } else { ")".to_owned() });
        }
    }
}

fn bind(sql: &mut Sql, value: &Value) {
    match value {
        Value::Null => sql.push("NULL"),
        Value::Text(text) => sql.push_bind(text.clone()),
        Value::Number(number) => sql.push_bind(*number),
        Value::Flag(flag) => sql.push_bind(*flag),
        Value::Day(day) => sql.push_bind(*day),
        Value::Instant(instant) => sql.push_bind(*instant),
        Value::Id(id) => sql.push_bind(*id),
    };
}

/// A checked expression. Of a condition each part is true or false, never null: so that `not` is the
/// opposite, as OData has it.
fn put(sql: &mut Sql, expression: &Expression, source: &Source) {
    match expression {
        Expression::Column(name) => drop(sql.push(format_args!("({})", source.sql(name)))),
        Expression::Value(value) => bind(sql, value),
        Expression::Apply(operator, of) => match operator {
            Operator::And => among(sql, of, " AND ", source),
            Operator::Or => among(sql, of, " OR ", source),
            Operator::Not => around(sql, "(NOT ", &of[0], ")", source),
            Operator::Eq => equal(sql, &of[0], &of[1], source),
            Operator::Ne => {
                sql.push("(NOT ");
                equal(sql, &of[0], &of[1], source);
                sql.push(")");
            }
            Operator::In => {
                for (place, one) in of[1..].iter().enumerate() {
                    sql.push(if place == 0 { "(" } else { " OR " });
                    equal(sql, &of[0], one, source);
                }
                sql.push(")");
            }
            Operator::Gt => compare(sql, of, ">", source),
            Operator::Ge => compare(sql, of, ">=", source),
            Operator::Lt => compare(sql, of, "<", source),
            Operator::Le => compare(sql, of, "<=", source),
            Operator::Contains => pair(sql, of, "coalesce(strpos(", ") > 0, FALSE)", source),
            Operator::StartsWith => pair(sql, of, "coalesce(starts_with(", "), FALSE)", source),
            Operator::EndsWith => {
                around(sql, "coalesce(right(", &of[0], ", char_length(", source);
                around(sql, "", &of[1], ")) = ", source);
                around(sql, "", &of[1], ", FALSE)", source);
            }
            Operator::ToLower => around(sql, "lower(", &of[0], ")", source),
            Operator::ToUpper => around(sql, "upper(", &of[0], ")", source),
            Operator::Trim => around(sql, "btrim(", &of[0], ")", source),
            Operator::Length => around(sql, "char_length(", &of[0], ")", source),
            Operator::Year => part(sql, "year", &of[0], source),
            Operator::Month => part(sql, "month", &of[0], source),
            Operator::Day => part(sql, "day", &of[0], source),
        },
    }
}

fn among(sql: &mut Sql, of: &[Expression], word: &str, source: &Source) {
    for (place, one) in of.iter().enumerate() {
        sql.push(if place == 0 { "(" } else { word });
        put(sql, one, source);
    }
    sql.push(")");
}

fn around(sql: &mut Sql, before: &str, one: &Expression, after: &str, source: &Source) {
    sql.push(before);
    put(sql, one, source);
    sql.push(after);
}

fn pair(sql: &mut Sql, of: &[Expression], before: &str, after: &str, source: &Source) {
    around(sql, before, &of[0], ", ", source);
    around(sql, "", &of[1], after, source);
}

/// A part of a day, or of an instant in UTC.
fn part(sql: &mut Sql, what: &str, of: &Expression, source: &Source) {
    let is_instant = of.kind(source.table()) == Ok(Some(Kind::Instant));
    let after = if is_instant { ") AT TIME ZONE 'UTC'))::integer" } else { ")))::integer" };
    sql.push(format_args!("(extract({what} FROM ("));
    put(sql, of, source);
    sql.push(after);
}

fn equal(sql: &mut Sql, one: &Expression, other: &Expression, source: &Source) {
    let null = Expression::Value(Value::Null);
    let (one, other) = if *one == null { (other, one) } else { (one, other) };
    match (one.may_be_null(source.table()), other.may_be_null(source.table())) {
        // Two nulls are equal, and null is not what is never null.
        _ if *other == null => around(sql, "(", one, " IS NULL)", source),
        (false, false) => {
            around(sql, "(", one, " = ", source);
            around(sql, "", other, ")", source);
        }
        // As an index can be used for.
        (true, false) => {
            around(sql, "(", one, " IS NOT NULL AND ", source);
            around(sql, "", one, " = ", source);
            around(sql, "", other, ")", source);
        }
        (false, true) => equal(sql, other, one, source),
        (true, true) => {
            around(sql, "(", one, " IS NOT DISTINCT FROM ", source);
            around(sql, "", other, ")", source);
        }
    }
}

fn compare(sql: &mut Sql, of: &[Expression], word: &str, source: &Source) {
    if of.contains(&Expression::Value(Value::Null)) {
        sql.push("FALSE");
        return;
    }
    let table = source.table();
    let is_text = of.iter().any(|one| one.kind(table) == Ok(Some(Kind::Text)));
    let may_be_null = of.iter().any(|one| one.may_be_null(table));
    let (before, after) = if may_be_null { ("coalesce(", ", FALSE)") } else { ("(", ")") };
    let between = if is_text { format!(" COLLATE \"C\" {word} ") } else { format!(" {word} ") };
    around(sql, before, &of[0], &between, source);
    around(sql, "", &of[1], after, source);
}
