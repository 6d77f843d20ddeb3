//! How an expression travels: its leaves first, each step taking the results before it, so that nothing
//! that is read is nested.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

use super::{Expression, NotUsable, Operator, Value};
use crate::common::v1::ExpressionStep;

/// Most steps of an expression.
pub const STEPS_MAX: usize = 1_000;
/// How deep an expression may be nested.
pub const DEPTH_MAX: usize = 50;

impl Expression {
    /// The steps that make it.
    pub fn steps(&self) -> Vec<ExpressionStep> {
        let mut steps = Vec::new();
        put(self, &mut steps);
        steps
    }

    /// The expression of steps; `None` for no steps.
    ///
    /// # Errors
    /// A sentence: too many or too deep, a step that takes what is not there, a value that cannot be read.
    pub fn of_steps(steps: &[ExpressionStep]) -> Result<Option<Self>, NotUsable> {
        if steps.len() > STEPS_MAX {
            return Err(NotUsable(format!("A filter has at most {STEPS_MAX} parts.")));
        }
        let mut results: Vec<(Self, usize)> = Vec::new();
        for step in steps {
            let result = match leaf(step)? {
                Some(leaf) => (leaf, 1),
                None => applied(step, &mut results)?,
            };
            if result.1 > DEPTH_MAX {
                return Err(NotUsable(format!("A filter is nested at most {DEPTH_MAX} deep.")));
            }
            results.push(result);
        }
        match (results.pop(), results.is_empty()) {
            (result, true) => Ok(result.map(|(expression, _)| expression)),
            (_, false) => Err(NotUsable("The steps of the filter make more than one expression.".to_owned())),
        }
    }
}

fn put(expression: &Expression, steps: &mut Vec<ExpressionStep>) {
    let step = match expression {
        Expression::Column(name) => named("column", name.clone()),
        Expression::Value(value) => value_step(value),
        Expression::Apply(operator, operands) => {
            for operand in operands {
                put(operand, steps);
            }
            let takes = operands.len().try_into().unwrap_or(u32::MAX);
            ExpressionStep { kind: operator.word().to_owned(), takes, ..ExpressionStep::default() }
        }
    };
    steps.push(step);
}

fn named(kind: &str, text: String) -> ExpressionStep {
    ExpressionStep { kind: kind.to_owned(), text, ..ExpressionStep::default() }
}

fn value_step(value: &Value) -> ExpressionStep {
    match value {
        Value::Null => named("null", String::new()),
        Value::Text(text) => named("text", text.clone()),
        Value::Number(number) => ExpressionStep { number: *number, ..named("number", String::new()) },
        Value::Flag(flag) => ExpressionStep { flag: *flag, ..named("flag", String::new()) },
        Value::Day(day) => named("day", day.to_string()),
        Value::Instant(instant) => named("instant", instant.to_rfc3339_opts(SecondsFormat::Nanos, true)),
        Value::Id(id) => named("id", id.to_string()),
    }
}

/// A column or a value; `None` for an operator, which takes something: `day` is both.
fn leaf(step: &ExpressionStep) -> Result<Option<Expression>, NotUsable> {
    if step.takes > 0 {
        return Ok(None);
    }
    let unreadable = |what: &str| NotUsable(format!("\"{}\" is not {what}.", step.text));
    let value = match step.kind.as_str() {
        "column" => return Ok(Some(Expression::Column(step.text.clone()))),
        "null" => Value::Null,
        "text" => Value::Text(step.text.clone()),
        "number" if step.number.is_finite() => Value::Number(step.number),
        "number" => return Err(NotUsable("A number of a filter is finite.".to_owned())),
        "flag" => Value::Flag(step.flag),
        "day" => Value::Day(step.text.parse::<NaiveDate>().map_err(|_| unreadable("a day"))?),
        "instant" => {
            let instant = DateTime::parse_from_rfc3339(&step.text).map_err(|_| unreadable("an instant"))?;
            Value::Instant(instant.with_timezone(&Utc))
        }
        "id" => Value::Id(step.text.parse().map_err(|_| unreadable("an id"))?),
        _ => return Ok(None),
    };
    Ok(Some(Expression::Value(value)))
}

fn applied(step: &ExpressionStep, results: &mut Vec<(Expression, usize)>) -> Result<(Expression, usize), NotUsable> {
    let operator: Operator = step.kind.parse().map_err(|error| NotUsable(format!("{error}.")))?;
    let takes = step.takes as usize;
    let Some(first) = results.len().checked_sub(takes).filter(|_| takes > 0) else {
        return Err(NotUsable(format!("{operator} takes {takes} results, and there are {}.", results.len())));
    };
    let operands = results.split_off(first);
    let depth = 1 + operands.iter().map(|(_, depth)| *depth).max().unwrap_or_default();
    let operands = operands.into_iter().map(|(operand, _)| operand).collect();
    Ok((Expression::Apply(operator, operands), depth))
}
