//! What the tables promise, and that filters travel.

use std::collections::BTreeSet;

use chrono::DateTime;
use proptest::prelude::*;
use uuid::Uuid;

use super::{Expression, Kind, Operator, TABLES, TILE_TABLES, Table, Value};
use crate::common::v1::ExpressionStep;

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        ".{0,12}".prop_map(Value::Text),
        prop::num::f64::NORMAL.prop_map(Value::Number),
        any::<bool>().prop_map(Value::Flag),
        (0i64..4_000_000_000).prop_map(|s| Value::Day(DateTime::from_timestamp(s, 0).expect("a time").date_naive())),
        (0i64..4_000_000_000, 0u32..1_000_000_000)
            .prop_map(|(s, ns)| Value::Instant(DateTime::from_timestamp(s, ns).expect("a time"))),
        any::<u128>().prop_map(|id| Value::Id(Uuid::from_u128(id))),
    ]
}

fn expression() -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof!["[a-z_]{1,9}".prop_map(Expression::Column), value().prop_map(Expression::Value)];
    leaf.prop_recursive(6, 60, 4, |inner| {
        let operator = prop::sample::select(Operator::ALL);
        (operator, prop::collection::vec(inner, 1..4)).prop_map(|(operator, of)| Expression::Apply(operator, of))
    })
}

const KINDS: &[&str] =
    &["column", "null", "text", "number", "flag", "day", "instant", "id", "eq", "in", "not", "and", "x"];

fn step() -> impl Strategy<Value = ExpressionStep> {
    (prop::sample::select(KINDS), ".{0,6}", any::<f64>(), any::<bool>(), 0u32..5).prop_map(
        |(kind, text, number, flag, takes)| ExpressionStep { kind: kind.to_owned(), text, number, flag, takes },
    )
}

proptest! {
    #[test]
    fn it_travels_and_arrives_the_same(expression in expression()) {
        prop_assert_eq!(Expression::of_steps(&expression.steps()), Ok(Some(expression)));
    }

    #[test]
    fn any_steps_are_read_or_refused(steps in prop::collection::vec(step(), 0..40)) {
        if let Ok(Some(expression)) = Expression::of_steps(&steps) {
            for table in TABLES {
                let _ = expression.check_condition(table).map_err(|refused| assert!(refused.0.ends_with('.')));
            }
            prop_assert_eq!(expression.steps().len(), steps.len());
        }
    }
}

#[test]
fn what_is_too_long_or_too_deep_is_refused() {
    let mut deep = Expression::Value(Value::Flag(true));
    for _ in 0..super::DEPTH_MAX {
        deep = Expression::Apply(Operator::Not, vec![deep]);
    }
    assert!(Expression::of_steps(&deep.steps()).expect_err("deep").0.contains("deep"));
    let many = vec![Expression::Value(Value::Null); super::STEPS_MAX];
    let many = Expression::Apply(Operator::In, many);
    assert!(Expression::of_steps(&many.steps()).expect_err("long").0.contains("parts"));
}

fn observations() -> &'static Table {
    Table::named("Observations").expect("the table")
}

#[test]
fn only_what_is_of_one_kind_is_compared() {
    let compare = |column: &str, operator, value| {
        let sides = vec![Expression::Column(column.to_owned()), Expression::Value(value)];
        Expression::Apply(operator, sides).check_condition(observations())
    };
    let day = || Value::Day("2024-03-17".parse().expect("a day"));
    assert_eq!(compare("first_day", Operator::Ge, day()), Ok(()));
    assert_eq!(compare("credibility", Operator::Ge, Value::Number(2.5)), Ok(()));
    assert_eq!(compare("area_code", Operator::Eq, Value::Null), Ok(()));
    for (column, operator, value, said) in [
        ("first_day", Operator::Ge, Value::Text("2024".to_owned()), "without quotes"),
        ("value", Operator::Eq, Value::Text("1".to_owned()), "has no quotes"),
        ("verified", Operator::Gt, Value::Flag(true), "not true or false"),
        ("value", Operator::Contains, Value::Text("1".to_owned()), "takes a text"),
        ("nothing", Operator::Eq, Value::Null, "has no \"nothing\""),
    ] {
        let refused = compare(column, operator, value).expect_err(column);
        assert!(refused.0.contains(said), "{refused}");
    }
    let number = Expression::Column("value".to_owned());
    assert!(number.check_condition(observations()).is_err(), "a number is no condition");
}

#[test]
fn tables_are_what_the_protocol_needs_them_to_be() {
    let mut names = BTreeSet::new();
    for table in TABLES.iter().chain(TILE_TABLES) {
        assert!(names.insert(table.name) && names.insert(table.row), "{}: a name of its own", table.name);
        let key = table.key();
        assert_eq!((key.name, key.kind, key.nullable), ("id", Kind::Id, false), "{}", table.name);
        let mut columns = BTreeSet::new();
        for column in table.columns {
            assert!(columns.insert(column.name), "{}.{} twice", table.name, column.name);
            assert!(column.about.ends_with('.') || column.about.ends_with("..."), "{}", column.name);
            // A condition is never neither true nor false.
            assert!(column.kind != Kind::Flag || !column.nullable, "{}", column.name);
        }
    }
}
