//! From characters to an expression, in one pass.

use super::{CHARS_MAX, DEPTH_MAX, Expression, Function, NoFormula, OPERATORS_MAX, Operator};

/// What a text says.
pub(super) fn expression(text: &str) -> Result<Expression, NoFormula> {
    let letters: Vec<char> = text.chars().collect();
    let mut reader = Reader { letters: &letters, at: 0, depth: 0, operators: 0 };
    if letters.len() > CHARS_MAX {
        return Err(reader.no(format!("a formula has at most {CHARS_MAX} characters.")));
    }
    let expression = reader.sum()?;
    if reader.operators > OPERATORS_MAX {
        return Err(reader.no(format!("a formula has at most {OPERATORS_MAX} operators; write it in two indicators.")));
    }
    match reader.next_letter() {
        None => Ok(expression),
        Some(letter) => Err(reader.no(format!("\"{letter}\" does not belong here; an operator was expected."))),
    }
}

const fn is_of_code(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_')
}

struct Reader<'a> {
    letters: &'a [char],
    at: usize,
    depth: usize,
    operators: usize,
}

impl Reader<'_> {
    fn no(&self, said: impl Into<String>) -> NoFormula {
        NoFormula { place: self.at + 1, said: said.into() }
    }

    /// The next letter that is no space.
    fn next_letter(&mut self) -> Option<char> {
        while self.letters.get(self.at).is_some_and(|letter| letter.is_whitespace()) {
            self.at += 1;
        }
        self.letters.get(self.at).copied()
    }

    fn takes(&mut self, wanted: char) -> bool {
        let found = self.next_letter() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn operator(&mut self, among: &[(char, Operator)]) -> Option<Operator> {
        let letter = self.next_letter()?;
        let (_, operator) = among.iter().find(|(own, _)| *own == letter)?;
        self.at += 1;
        self.operators += 1;
        Some(*operator)
    }

    fn sum(&mut self) -> Result<Expression, NoFormula> {
        const SIGNS: &[(char, Operator)] = &[('+', Operator::Plus), ('-', Operator::Minus), ('−', Operator::Minus)];
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.no(format!("more than {DEPTH_MAX} parts lie in each other; write it in two indicators.")));
        }
        let mut left = self.product()?;
        while let Some(operator) = self.operator(SIGNS) {
            left = Expression::Two(operator, Box::new(left), Box::new(self.product()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn product(&mut self) -> Result<Expression, NoFormula> {
        const SIGNS: &[(char, Operator)] =
            &[('*', Operator::Times), ('×', Operator::Times), ('/', Operator::Over), ('÷', Operator::Over)];
        let mut left = self.signed()?;
        while let Some(operator) = self.operator(SIGNS) {
            left = Expression::Two(operator, Box::new(left), Box::new(self.signed()?));
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Expression, NoFormula> {
        let mut negative = false;
        while self.takes('-') || self.takes('−') {
            negative = !negative;
        }
        let atom = self.atom()?;
        Ok(if negative { Expression::Negative(Box::new(atom)) } else { atom })
    }

    fn atom(&mut self) -> Result<Expression, NoFormula> {
        match self.next_letter() {
            None => Err(self.no("the formula ends too early; a number, a code or \"(\" was expected.")),
            Some('(') => {
                self.at += 1;
                let inner = self.sum()?;
                self.closed(')')?;
                Ok(inner)
            }
            Some('[') => {
                self.at += 1;
                let code = self.while_letters(|letter| letter != ']');
                self.closed(']')?;
                let code = code.trim();
                if code.is_empty() || !code.chars().all(is_of_code) {
                    return Err(self.no("there is no code in the brackets."));
                }
                Ok(Expression::Indicator(code.to_owned()))
            }
            Some(letter) if letter.is_ascii_digit() => self.number(),
            Some(letter) if letter.is_ascii_alphabetic() => self.code_or_call(),
            Some(letter) => Err(self.no(format!("\"{letter}\" is not a number, a code or \"(\"."))),
        }
    }

    fn closed(&mut self, bracket: char) -> Result<(), NoFormula> {
        if self.takes(bracket) { Ok(()) } else { Err(self.no(format!("a \"{bracket}\" is missing."))) }
    }

    fn while_letters(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.letters.get(self.at).is_some_and(|&letter| belongs(letter)) {
            self.at += 1;
        }
        self.letters[start..self.at].iter().collect()
    }

    fn number(&mut self) -> Result<Expression, NoFormula> {
        let start = self.at;
        let text = self.while_letters(|letter| letter.is_ascii_alphanumeric() || letter == '.');
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() && !text.contains(['e', 'E']) => Ok(Expression::Number(number)),
            _ => {
                self.at = start;
                Err(self.no(format!(
                    "\"{text}\" is no number; a code that begins with a digit stands in brackets, [{text}]."
                )))
            }
        }
    }

    fn code_or_call(&mut self) -> Result<Expression, NoFormula> {
        let start = self.at;
        let word = self.word();
        let function = word.to_lowercase().parse::<Function>().ok();
        if self.next_letter() != Some('(') {
            return Ok(Expression::Indicator(word));
        }
        let Some(function) = function else {
            self.at = start;
            return Err(self.no(format!("there is no function \"{word}\"; there are sum, avg and ratio.")));
        };
        self.at += 1;
        let mut parts = vec![self.sum()?];
        while self.takes(',') {
            parts.push(self.sum()?);
        }
        self.closed(')')?;
        if function == Function::Ratio && parts.len() != 2 {
            self.at = start;
            return Err(self.no("ratio takes two parts: what is counted, and out of what."));
        }
        Ok(Expression::Call(function, parts))
    }

    /// A code; a hyphen or point belongs to it where a letter or digit follows.
    fn word(&mut self) -> String {
        let start = self.at;
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        loop {
            self.while_letters(plain);
            let joins = self.letters.get(self.at).is_some_and(|&letter| matches!(letter, '-' | '.'));
            let goes_on = self.letters.get(self.at + 1).is_some_and(|&letter| plain(letter));
            if !(joins && goes_on) {
                break;
            }
            self.at += 1;
        }
        self.letters[start..self.at].iter().collect()
    }
}
