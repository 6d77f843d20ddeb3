//! What filters mean, and that hostile ones are refused.

use chrono::NaiveDate;
use cpas_proto::tables::{
    Expression::{self, Apply, Column},
    Operator, Table, Value,
};
use proptest::prelude::*;

use super::parse;

fn table() -> &'static Table {
    Table::named("Observations").expect("the table")
}

fn read(filter: &str) -> Expression {
    parse(filter, table()).unwrap_or_else(|refused| panic!("{filter}: {refused:?}"))
}

fn refusal(filter: &str) -> String {
    parse(filter, table()).expect_err(filter).message
}

fn column(name: &str) -> Expression {
    Column(name.to_owned())
}

fn text(text: &str) -> Expression {
    Expression::Value(Value::Text(text.to_owned()))
}

fn number(number: f64) -> Expression {
    Expression::Value(Value::Number(number))
}

#[test]
fn it_means_what_the_protocol_says() {
    let day: NaiveDate = "2024-03-17".parse().expect("a day");
    let is = |operator, one, other| Apply(operator, vec![one, other]);
    for (filter, meaning) in [
        ("indicator_code eq 'O''Neill'", is(Operator::Eq, column("indicator_code"), text("O'Neill"))),
        ("value ge -1.5e3", is(Operator::Ge, column("value"), number(-1500.0))),
        ("first_day lt 2024-03-17", is(Operator::Lt, column("first_day"), Expression::Value(Value::Day(day)))),
        ("  null ne area_code ", is(Operator::Ne, Expression::Value(Value::Null), column("area_code"))),
        ("verified", column("verified")),
        ("(value)gt(3)", is(Operator::Gt, column("value"), number(3.0))),
        ("note eq 'a (b), c'", is(Operator::Eq, column("note"), text("a (b), c"))),
    ] {
        assert_eq!(read(filter), meaning, "{filter}");
    }
    let (a, b, c) = ("value eq 1", "value eq 2", "value eq 3");
    let or = Apply(Operator::Or, vec![read(a), Apply(Operator::And, vec![read(b), read(c)])]);
    assert_eq!(read(&format!("{a} or {b} and {c}")), or, "and binds closer");
    let and = Apply(Operator::And, vec![Apply(Operator::Or, vec![read(a), read(b)]), read(c)]);
    assert_eq!(read(&format!("({a} or {b}) and {c}")), and);
    let not = Apply(Operator::And, vec![Apply(Operator::Not, vec![read(a)]), read(b)]);
    assert_eq!(read(&format!("not {a} and {b}")), not, "not binds closest");
    assert_eq!(read(&format!("not ({a})")), Apply(Operator::Not, vec![read(a)]));
    let among = vec![column("area_code"), text("A"), text("B, C"), Expression::Value(Value::Null)];
    assert_eq!(read("area_code in ('A','B, C', null)"), Apply(Operator::In, among));
    let lower = Apply(Operator::ToLower, vec![column("note")]);
    assert_eq!(read("contains(tolower(note), 'x')"), Apply(Operator::Contains, vec![lower, text("x")]));
    let instant = "recorded_at ge 2024-03-17T08:00:00+02:00";
    assert_eq!(read(instant), read("recorded_at ge 2024-03-17T06:00Z"), "seconds may be left out");
    let id = "0190b3d0-0000-7000-8000-000000000000";
    let is_id = is(Operator::Eq, column("id"), Expression::Value(Value::Id(id.parse().expect("an id"))));
    assert_eq!(read(&format!("id eq {id}")), is_id);
}

#[test]
fn what_is_wrong_is_said() {
    for (filter, said) in [
        ("", "ends where"),
        ("value", "gives a number"),
        ("value eq", "ends where"),
        ("value eq 1)", "Nothing was expected"),
        ("(value eq 1", "\")\" is missing"),
        ("value like 1", "\"like\" is not an operator"),
        ("nosuch eq 1", "has no \"nosuch\""),
        ("value eq '1'", "has no quotes"),
        ("indicator_code eq 'A", "has no end"),
        ("indicator_code eq OC-X", "has no \"OC-X\""),
        ("indicator_code in 'A'", "\"(\" is missing"),
        ("indicator_code in ()", "A column or a value"),
        ("substringof('a', note)", "no function \"substringof\""),
        ("contains(note)", "does not take 1 operands"),
        ("contains(note, null)", "does not take null"),
        ("value eq 1e999", "is not a value"),
        ("first_day eq 2024-13-01", "is not a value"),
        ("note eq 'a\0b'", "NUL"),
        ("1 eq 1 and", "ends where"),
        ("not not value", "not a number"),
    ] {
        let message = refusal(filter);
        assert!(message.contains(said), "{filter}: {message}");
    }
}

#[test]
fn hostile_filters_are_refused() {
    let deep = |open: &str, inner: &str, close: &str| format!("{}{inner}{}", open.repeat(20_000), close.repeat(20_000));
    assert!(refusal(&deep("(", "verified", ")")).contains("bytes"));
    let nested = |levels: usize| format!("{}verified{}", "(".repeat(levels), ")".repeat(levels));
    assert!(refusal(&nested(30)).contains("nested"));
    read(&nested(20));
    assert!(refusal(&format!("contains({}note{}, 'x')", "tolower(".repeat(40), ")".repeat(40))).contains("nested"));
    let many = vec!["value eq 1"; 1000].join(" or ");
    assert!(refusal(&many).contains("parts"));
    read(&format!("{}verified", "not ".repeat(300)));
    // Twice the opposite is not twice the work, however deep it lies.
    let twice = format!("{}verified{}", "not not (".repeat(8), ")".repeat(8));
    assert!(format!("{:?}", read(&twice)).len() < 2_000);
    assert!(refusal("(verified in (true,false)) in (true,false)").contains("not true or false"));
    for day in ["-99999-1-1", "0000-01-01", "99999-01-0"] {
        refusal(&format!("first_day gt {day}"));
    }
}

/// Filters that are right, as text.
fn sound() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        ("[ -~]{0,8}", prop::sample::select(vec!["eq", "ne", "gt", "ge", "lt", "le"]))
            .prop_map(|(text, operator)| { format!("note {operator} '{}'", text.replace('\'', "''")) }),
        any::<i32>().prop_map(|n| format!("value lt {n}")),
        Just("contains(tolower(note),'x')".to_owned()),
        Just("area_code in ('A', null)".to_owned()),
        Just("verified".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) or {b}")),
            inner.prop_map(|a| format!("not ({a})")),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_is_sent_is_parsed_or_refused(filter in "\\PC{0,80}") {
        if let Err(refused) = parse(&filter, table()) {
            prop_assert!(!refused.message.is_empty());
        }
    }

    #[test]
    fn whatever_is_made_of_its_words_is_parsed_or_refused(
        words in prop::collection::vec(prop::sample::select(vec![
            "(", ")", ",", "'", "eq", "in", "and", "or", "not", "value", "note", "contains", "year", "null", "true",
            "1", "-", "2024-03-17", "'x'", " ",
        ]), 0..40)
    ) {
        let _ = parse(&words.join(" "), table());
        let _ = parse(&words.concat(), table());
    }

    #[test]
    fn what_is_right_is_taken_and_travels(filter in sound()) {
        let expression = parse(&filter, table());
        prop_assert!(expression.is_ok(), "{}: {:?}", filter, expression);
        let expression = expression.expect("sound");
        prop_assert_eq!(Expression::of_steps(&expression.steps()), Ok(Some(expression)));
    }
}
