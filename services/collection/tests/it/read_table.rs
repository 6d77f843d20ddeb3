//! Tables for programs that bring a filter of their own.

use std::collections::BTreeSet;

use chassis::Code;
use chrono::{Datelike as _, NaiveDate};
use cpas_proto::{
    collection::v1 as pb,
    common::v1::{ExpressionStep, TableOrder, TablePage, TableQuery},
    tables::{Expression, Kind, Operator, Table, Value},
    words::{Classification, Role},
};
use proptest::{
    prelude::*,
    strategy::{Strategy, ValueTree as _},
    test_runner::TestRunner,
};
use serde_json::Value as Json;

use crate::world::*;

const DATA: &str = "indicator,area,period,sex,value,numerator,denominator,note,source\n\
                    OC-CIVDEATHS,A1,2024-01,f,3,,,O'Neill saw it,JMAC\n\
                    OC-CIVDEATHS,A1,2024-01,m,0,,,,\n\
                    OC-CIVDEATHS,A1,2024-02,,12,,,ÉTAT,jmac\n\
                    OC-CIVDEATHS,A2,2024-02,,missing,,,a%b_c,\n\
                    OC-CIVDEATHS,B,2024-03,,suppressed,,,,UN\n\
                    OC-CIVDEATHS,B,2024-04,,7.5,,,zone,\n\
                    OC-CIVDEATHS,,2025-04,,41,,,,UNPOL\n\
                    OC-TRUST,A,2024-Q1,,,30,60,,Survey\n\
                    OC-TRUST,,2024-Q1,,not applicable,,,,Survey\n";

fn all(table: &str) -> TableQuery {
    TableQuery { table: table.to_owned(), ..TableQuery::default() }
}

fn objects(page: &TablePage) -> Vec<Json> {
    page.rows.iter().map(|row| serde_json::from_str(row).expect("a JSON object")).collect()
}

async fn page(client: &mut Client, query: TableQuery) -> TablePage {
    done(client.read_table(query).await)
}

/// Every page after another.
async fn pages(client: &mut Client, query: &TableQuery) -> Vec<Json> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let next = page(client, TableQuery { cursor, ..query.clone() }).await;
        found.extend(objects(&next));
        cursor = next.next_cursor;
        if cursor.is_empty() {
            return found;
        }
    }
}

fn ids(rows: &[Json]) -> BTreeSet<String> {
    rows.iter().map(|row| row["id"].as_str().expect("an id").to_owned()).collect()
}

/// What an expression gives of a row, read plainly; `None`: null.
fn given(expression: &Expression, row: &Json, table: &Table) -> Option<Value> {
    let Expression::Apply(operator, of) = expression else {
        return match expression {
            Expression::Value(Value::Null) => None,
            Expression::Value(value) => Some(value.clone()),
            Expression::Column(name) => stored(&row[name.as_str()], table.column(name).expect("a column").kind),
            Expression::Apply(..) => unreachable!("above"),
        };
    };
    let values: Vec<Option<Value>> = of.iter().map(|one| given(one, row, table)).collect();
    let holds = |value: &Option<Value>| *value == Some(Value::Flag(true));
    let texts = || match (&values[0], &values[1]) {
        (Some(Value::Text(one)), Some(Value::Text(other))) => Some((one.clone(), other.clone())),
        _ => None,
    };
    let order = || match (values[0].as_ref()?, values[1].as_ref()?) {
        (Value::Text(one), Value::Text(other)) => Some(one.cmp(other)),
        (Value::Number(one), Value::Number(other)) => one.partial_cmp(other),
        (Value::Day(one), Value::Day(other)) => Some(one.cmp(other)),
        other => panic!("not ordered: {other:?}"),
    };
    let text = |change: fn(&str) -> String| match &values[0] {
        Some(Value::Text(text)) => Some(Value::Text(change(text))),
        _ => None,
    };
    let flag = match operator {
        Operator::Eq => values[0] == values[1],
        Operator::Ne => values[0] != values[1],
        Operator::In => values[1..].contains(&values[0]),
        Operator::Gt => order().is_some_and(std::cmp::Ordering::is_gt),
        Operator::Ge => order().is_some_and(std::cmp::Ordering::is_ge),
        Operator::Lt => order().is_some_and(std::cmp::Ordering::is_lt),
        Operator::Le => order().is_some_and(std::cmp::Ordering::is_le),
        Operator::And => values.iter().all(holds),
        Operator::Or => values.iter().any(holds),
        Operator::Not => !holds(&values[0]),
        Operator::Contains => texts().is_some_and(|(one, other)| one.contains(&other)),
        Operator::StartsWith => texts().is_some_and(|(one, other)| one.starts_with(&other)),
        Operator::EndsWith => texts().is_some_and(|(one, other)| one.ends_with(&other)),
        Operator::ToLower => return text(str::to_lowercase),
        Operator::ToUpper => return text(str::to_uppercase),
        Operator::Trim => return text(|text| text.trim().to_owned()),
        Operator::Length => match &values[0] {
            Some(Value::Text(text)) => return Some(Value::Number(text.chars().count() as f64)),
            _ => return None,
        },
        Operator::Year | Operator::Month | Operator::Day => match &values[0] {
            Some(Value::Day(day)) if *operator == Operator::Year => return Some(Value::Number(f64::from(day.year()))),
            Some(Value::Day(day)) if *operator == Operator::Month => {
                return Some(Value::Number(f64::from(day.month())));
            }
            Some(Value::Day(day)) => return Some(Value::Number(f64::from(day.day()))),
            _ => return None,
        },
    };
    Some(Value::Flag(flag))
}

fn stored(value: &Json, kind: Kind) -> Option<Value> {
    let text = value.as_str().unwrap_or_default();
    Some(match kind {
        _ if value.is_null() => return None,
        Kind::Text => Value::Text(text.to_owned()),
        Kind::Number | Kind::Count => Value::Number(value.as_f64().expect("a number")),
        Kind::Flag => Value::Flag(value.as_bool().expect("a flag")),
        Kind::Day => Value::Day(text.parse().expect("a day")),
        Kind::Instant => Value::Instant(text.parse().expect("an instant")),
        Kind::Id => Value::Id(text.parse().expect("an id")),
    })
}

fn column(name: &str) -> Expression {
    Expression::Column(name.to_owned())
}

fn leaf(
    operators: &'static [Operator],
    of: &'static [&'static str],
    value: BoxedStrategy<Value>,
) -> BoxedStrategy<Expression> {
    let one = prop::sample::select(of).prop_map(column);
    let other = prop_oneof![
        4 => value.prop_map(Expression::Value),
        1 => Just(Expression::Value(Value::Null)),
        1 => prop::sample::select(of).prop_map(column),
    ];
    (prop::sample::select(operators), one, other)
        .prop_map(|(operator, one, other)| Expression::Apply(operator, vec![one, other]))
        .boxed()
}

/// Filters of all kinds over the columns of observations.
fn filters() -> impl Strategy<Value = Expression> {
    use Operator::{
        And, Contains, Day, EndsWith, Eq, Ge, Gt, In, Le, Length, Lt, Month, Ne, Not, Or, StartsWith, ToLower, Year,
    };
    const COMPARED: &[Operator] = &[Eq, Ne, Gt, Ge, Lt, Le, In];
    let words = ["", "A", "A1", "UN", "JMAC", "jmac", "O'Neill saw it", "état", "%", "_", "a%b_c", "value", "n"];
    let text = prop::sample::select(words.to_vec()).prop_map(|text| Value::Text(text.to_owned())).boxed();
    let number = prop::sample::select(vec![0.0, 0.5, 3.0, 7.5, 30.0, -1.0, 41.0]).prop_map(Value::Number).boxed();
    let day = (0i64..500)
        .prop_map(|days| Value::Day(NaiveDate::from_ymd_opt(2024, 1, 1).expect("a day") + chrono::Duration::days(days)))
        .boxed();
    let in_text =
        (prop::sample::select(vec![Contains, StartsWith, EndsWith]), text.clone()).prop_map(|(operator, text)| {
            let one = Expression::Apply(ToLower, vec![column("note")]);
            Expression::Apply(operator, vec![one, Expression::Value(text)])
        });
    let of_a_part = (
        prop::sample::select(vec![(Year, "first_day"), (Month, "last_day"), (Day, "last_day"), (Length, "note")]),
        0u32..40,
    )
        .prop_map(|((operator, of), number)| {
            let number = if operator == Year { number + 2000 } else { number };
            let one = Expression::Apply(operator, vec![column(of)]);
            Expression::Apply(Le, vec![one, Expression::Value(Value::Number(f64::from(number)))])
        });
    let leaf = prop_oneof![
        leaf(COMPARED, &["note", "source", "area_code", "indicator_code", "slice"], text),
        leaf(COMPARED, &["value", "numerator", "denominator"], number),
        leaf(COMPARED, &["first_day", "last_day"], day),
        in_text,
        of_a_part,
        Just(column("verified")),
    ];
    leaf.prop_recursive(4, 20, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|of| Expression::Apply(And, of)),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|of| Expression::Apply(Or, of)),
            inner.prop_map(|of| Expression::Apply(Not, vec![of])),
        ]
    })
}

#[tokio::test]
async fn a_filter_keeps_what_a_plain_reading_of_it_keeps() {
    let world = World::start().await;
    world.import(DATA).await;
    let table = Table::named("Observations").expect("the table");
    let mut client = world.coordinator();
    let rows = objects(&page(&mut client, all("Observations")).await);
    assert_eq!(rows.len(), 9);
    let mut runner = TestRunner::deterministic();
    let (filters, mut kept_some, mut kept_none) = (filters(), 0, 0);
    for _ in 0..300 {
        let filter = filters.new_tree(&mut runner).expect("a filter").current();
        filter.check_condition(table).unwrap_or_else(|refused| panic!("{filter:?}: {refused}"));
        let asked = TableQuery { condition: filter.steps(), ..all("Observations") };
        let found = objects(&page(&mut client, asked.clone()).await);
        let plain: Vec<Json> =
            rows.iter().filter(|row| given(&filter, row, table) == Some(Value::Flag(true))).cloned().collect();
        assert_eq!(ids(&found), ids(&plain), "{filter:?}");
        let count = page(&mut client, TableQuery { only_count: true, ..asked }).await.count;
        assert_eq!(count as usize, plain.len(), "{filter:?}");
        kept_some += usize::from(!plain.is_empty() && plain.len() < rows.len());
        kept_none += usize::from(plain.is_empty());
    }
    assert!(kept_some > 60 && kept_none > 20, "filters that say little: {kept_some}, {kept_none}");
}

#[tokio::test]
async fn pages_are_all_rows_once_in_any_order() {
    let world = World::start().await;
    world.import(DATA).await;
    let mut client = world.coordinator();
    let rows = objects(&page(&mut client, all("Observations")).await);
    let order = |columns: &[(&str, bool)]| -> Vec<TableOrder> {
        let one =
            |(column, descending): &(&str, bool)| TableOrder { column: (*column).to_owned(), descending: *descending };
        columns.iter().map(one).collect()
    };
    for columns in [
        &[][..],
        &[("value", false)],
        &[("value", true)],
        &[("area_code", true), ("value", false)],
        &[("verified", false), ("note", true), ("first_day", true)],
        &[("recorded_at", true)],
        &[("id", true)],
    ] {
        let asked = TableQuery { order: order(columns), page_size: 2, ..all("Observations") };
        let paged = pages(&mut client, &asked).await;
        let whole = objects(&page(&mut client, TableQuery { page_size: 100, ..asked.clone() }).await);
        assert_eq!(paged, whole, "{columns:?}: the pages are the whole");
        assert_eq!(ids(&paged).len(), rows.len(), "{columns:?}");
        let skipped = pages(&mut client, &TableQuery { skip: 3, ..asked.clone() }).await;
        // The first page passes over, and so would the others: who follows a cursor leaves `skip` out.
        assert_eq!(skipped.first(), whole.get(3), "{columns:?}");
    }
    let descending = TableQuery { order: order(&[("value", true)]), ..all("Observations") };
    let values: Vec<Option<f64>> =
        objects(&page(&mut client, descending).await).iter().map(|row| row["value"].as_f64()).collect();
    assert_eq!(&values[..5], &[Some(41.0), Some(12.0), Some(7.5), Some(3.0), Some(0.5)], "a ratio as its quotient");
    assert_eq!(values.last(), Some(&None), "null is below every value");
}

#[tokio::test]
async fn pages_are_of_one_moment() {
    let world = World::start().await;
    let batch = world.import(DATA).await;
    let mut client = world.coordinator();
    let asked = TableQuery { page_size: 4, ..all("Observations") };
    let first = page(&mut client, asked.clone()).await;
    done(client.reverse_import(reverse(&batch, "wrong file")).await);
    let rest = TableQuery { cursor: first.next_cursor.clone(), page_size: 100, ..asked.clone() };
    assert_eq!(page(&mut client, rest).await.rows.len(), 5, "the rest as it was");
    assert_eq!(page(&mut client, asked.clone()).await.rows.len(), 0, "now nothing is in force");
    let then = TableQuery { as_known_at: first.as_known_at.clone(), only_count: true, ..asked };
    assert_eq!(page(&mut client, then).await.count, 9);
}

#[tokio::test]
async fn only_what_is_in_force_and_may_be_seen_is_there() {
    let world = World::start().await;
    let insider = world.caller(Role::FocalPoint);
    let outsider = world.cleared(Role::FocalPoint, Classification::Unclassified);
    let mut secret = enter("OC-CIVDEATHS", "A1", "2024-01", 99.0);
    secret.observation.as_mut().expect("it").classification = "confidential".to_owned();
    let secret = done(world.of(&insider).enter_observation(secret).await);
    let open = world.entered(&outsider, "A1", "2024-01", 3.0).await;
    let values = async |caller| {
        let rows = objects(&page(&mut world.of(caller), all("Observations")).await);
        rows.iter().map(|row| row["value"].as_f64().expect("a value")).collect::<Vec<_>>()
    };
    assert_eq!(values(&insider).await, [] as [f64; 0], "drafts are not in force");
    done(world.of(&insider).submit_observations(these(&[&secret, &open])).await);
    assert_eq!(values(&outsider).await, [3.0]);
    assert_eq!(values(&insider).await, [99.0], "one of them, never both");
    let open = done(world.of(&insider).get_observation(pb::GetObservationRequest { id: open.id.clone() }).await);
    let corrected = done(world.of(&outsider).correct_observation(correct(&open.observation.expect("it"), 4.0)).await);
    assert_eq!(values(&outsider).await, [3.0], "until the correction is submitted");
    done(world.of(&outsider).submit_observations(these(&[&corrected])).await);
    assert_eq!(values(&outsider).await, [4.0]);
    let by_count = page(&mut world.of(&outsider), TableQuery { only_count: true, ..all("Observations") }).await.count;
    assert_eq!(by_count, 1, "what one may not see, one cannot count");
}

#[tokio::test]
async fn areas_and_events_are_tables_too() {
    let world = World::start().await;
    let areas = objects(&page(&mut world.coordinator(), all("Areas")).await);
    assert_eq!(areas.len(), 4);
    let a1 = areas.iter().find(|row| row["code"] == "A1").expect("A1");
    assert_eq!((&a1["name_fr"], &a1["parent_code"]), (&Json::from("Zone A1"), &Json::from("A")));
    assert_eq!(page(&mut world.coordinator(), all("Events")).await.rows.len(), 0);
}

#[tokio::test]
async fn what_cannot_be_used_is_named() {
    let world = World::start().await;
    let step = |kind: &str, text: &str, takes| ExpressionStep {
        kind: kind.to_owned(),
        text: text.to_owned(),
        takes,
        ..ExpressionStep::default()
    };
    let observations = || all("Observations");
    for (asked, field) in [
        (all("Nothing"), "table"),
        (all("Indicators"), "table"),
        (TableQuery { condition: vec![step("column", "nosuch", 0)], ..observations() }, "condition"),
        (TableQuery { condition: vec![step("column", "value", 0)], ..observations() }, "condition"),
        (TableQuery { condition: vec![step("eq", "", 2)], ..observations() }, "condition"),
        (TableQuery { columns: vec!["id); DROP TABLE observation; --".to_owned()], ..observations() }, "columns"),
        (
            TableQuery { order: vec![TableOrder { column: "x".to_owned(), descending: false }], ..observations() },
            "order",
        ),
        (TableQuery { cursor: "abc".to_owned(), ..observations() }, "cursor"),
        (TableQuery { page_size: 5_001, ..observations() }, "page_size"),
        (TableQuery { skip: u64::MAX, ..observations() }, "skip"),
        (TableQuery { as_known_at: "yesterday".to_owned(), ..observations() }, "as_known_at"),
        (TableQuery { as_known_at: "2026-01-01T00:00:00Z".to_owned(), ..all("Areas") }, "as_known_at"),
    ] {
        let refusal = expect_code(world.coordinator().read_table(asked).await, Code::Invalid);
        assert_eq!(refusal.violations[0].field, field, "{refusal}");
    }
}
