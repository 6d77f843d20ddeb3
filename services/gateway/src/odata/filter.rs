//! `$filter` as an expression over the columns of a table.

use cpas_proto::tables::{DEPTH_MAX, Expression, Operator, STEPS_MAX, Table};

use super::{
    Refusal,
    token::{Token, tokens},
};

/// Functions that a filter may call.
pub const FUNCTIONS: [Operator; 10] = [
    Operator::Contains,
    Operator::StartsWith,
    Operator::EndsWith,
    Operator::ToLower,
    Operator::ToUpper,
    Operator::Trim,
    Operator::Length,
    Operator::Year,
    Operator::Month,
    Operator::Day,
];

/// What a filter says.
///
/// # Errors
/// A sentence: what is too long or too deep, not understood, not known, or cannot be compared.
pub fn parse(filter: &str, table: &Table) -> Result<Expression, Refusal> {
    let mut parser = Parser { tokens: tokens(filter)?, next: 0, depth: 0 };
    let expression = parser.either()?;
    if let Some(token) = parser.tokens.get(parser.next) {
        return Err(refused(format!("Nothing was expected where {} stands.", token.said())));
    }
    if parser.tokens.len() > STEPS_MAX {
        return Err(refused(format!("A filter has at most {STEPS_MAX} parts.")));
    }
    expression.check_condition(table).map_err(|not_usable| refused(not_usable.0))?;
    Ok(expression)
}

fn refused(message: impl Into<String>) -> Refusal {
    Refusal::bad("$filter", message)
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
}

impl Parser {
    /// `a or b or c`
    fn either(&mut self) -> Result<Expression, Refusal> {
        // Every nesting comes through here: a hostile filter does not fill the stack.
        self.depth += 1;
        if self.depth > DEPTH_MAX / 2 {
            return Err(refused(format!("A filter is nested at most {} deep.", DEPTH_MAX / 2)));
        }
        let found = self.chain("or", Operator::Or, Self::both);
        self.depth -= 1;
        found
    }

    /// `a and b and c`
    fn both(&mut self) -> Result<Expression, Refusal> {
        self.chain("and", Operator::And, Self::opposite)
    }

    fn chain(
        &mut self,
        word: &str,
        operator: Operator,
        part: fn(&mut Self) -> Result<Expression, Refusal>,
    ) -> Result<Expression, Refusal> {
        let first = part(self)?;
        let mut parts = vec![first];
        while self.take_word(word) {
            parts.push(part(self)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Apply(operator, parts) })
    }

    /// `not a`
    fn opposite(&mut self) -> Result<Expression, Refusal> {
        let mut negations = 0;
        while self.take_word("not") {
            negations += 1;
        }
        let inner = self.comparison()?;
        Ok(if negations % 2 == 1 {
            Expression::Apply(Operator::Not, vec![inner])
        } else if negations > 0 {
            // Twice the opposite is the same, of what says yes or no only.
            Expression::Apply(Operator::Not, vec![Expression::Apply(Operator::Not, vec![inner])])
        } else {
            inner
        })
    }

    /// `a eq b`, `a in (b, c)`
    fn comparison(&mut self) -> Result<Expression, Refusal> {
        let one = self.operand()?;
        let Some(Token::Word(word)) = self.tokens.get(self.next) else { return Ok(one) };
        if matches!(word.as_str(), "and" | "or") {
            return Ok(one);
        }
        let operator = match word.as_str() {
            "eq" => Operator::Eq,
            "ne" => Operator::Ne,
            "gt" => Operator::Gt,
            "ge" => Operator::Ge,
            "lt" => Operator::Lt,
            "le" => Operator::Le,
            "in" => Operator::In,
            other => {
                let message =
                    format!("\"{other}\" is not an operator; there are eq, ne, gt, ge, lt, le, in, and, or, not.");
                return Err(refused(message));
            }
        };
        self.next += 1;
        let mut operands = vec![one];
        if operator == Operator::In {
            self.expect(&Token::Open, "in")?;
            operands.extend(self.list()?);
        } else {
            operands.push(self.operand()?);
        }
        Ok(Expression::Apply(operator, operands))
    }

    /// A value, a column, a function, or anything in parentheses.
    fn operand(&mut self) -> Result<Expression, Refusal> {
        let token = self.tokens.get(self.next).cloned();
        self.next += 1;
        match token {
            Some(Token::Value(value)) => Ok(Expression::Value(value)),
            Some(Token::Word(word)) if self.tokens.get(self.next) == Some(&Token::Open) => self.function(&word),
            Some(Token::Word(word)) => Ok(Expression::Column(word)),
            Some(Token::Open) => {
                let inner = self.either()?;
                self.expect(&Token::Close, "the parenthesis")?;
                Ok(inner)
            }
            Some(token) => Err(refused(format!("A column or a value was expected where {} stands.", token.said()))),
            None => Err(refused("The filter ends where a column or a value was expected.")),
        }
    }

    fn function(&mut self, name: &str) -> Result<Expression, Refusal> {
        let Some(operator) = FUNCTIONS.into_iter().find(|own| own.word() == name) else {
            let names = FUNCTIONS.map(Operator::word).join(", ");
            return Err(refused(format!("There is no function \"{name}\" here; there are {names}.")));
        };
        self.next += 1;
        let operands = self.list()?;
        Ok(Expression::Apply(operator, operands))
    }

    /// Up to the closing parenthesis.
    fn list(&mut self) -> Result<Vec<Expression>, Refusal> {
        let mut found = vec![self.either()?];
        while self.tokens.get(self.next) == Some(&Token::Comma) {
            self.next += 1;
            found.push(self.either()?);
        }
        self.expect(&Token::Close, "the list")?;
        Ok(found)
    }

    fn expect(&mut self, token: &Token, of: &str) -> Result<(), Refusal> {
        if self.tokens.get(self.next) == Some(token) {
            self.next += 1;
            return Ok(());
        }
        Err(refused(format!("{} is missing after {of}.", token.said())))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is_next = matches!(self.tokens.get(self.next), Some(Token::Word(own)) if own == word);
        self.next += usize::from(is_next);
        is_next
    }
}

#[cfg(test)]
mod tests;
