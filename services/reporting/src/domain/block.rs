//! The parts of a fact sheet, and the queries that its numbers are bound to.

use std::collections::BTreeSet;

use cpas_proto::words::{Period, Slice};
use serde::{Deserialize, Serialize};

use super::{
    Invalid,
    text::{PARAGRAPH_CHARS_MAX, Text},
};

/// Blocks of one sheet.
pub const BLOCKS_MAX: usize = 120;
/// Indicators of one table over several.
pub const INDICATORS_MAX: usize = 30;
const ID_CHARS_MAX: usize = 40;

cpas_proto::vocabulary! {
    /// What a block shows.
    pub enum BlockKind as "a kind of block" {
        Heading = "heading",
        Text = "text",
        Number = "number",
        Chart = "chart",
        Map = "map",
        Table = "table",
        /// A table over several indicators.
        Indicators = "indicators",
    }
}

/// Which areas a query speaks of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Reach {
    Mission,
    Area(String),
    /// The mission, and each area that has data.
    EachArea,
}

/// What a number, or a series of them, is computed from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberQuery {
    pub indicator_code: String,
    pub reach: Reach,
    /// `None`: the latest with a value.
    pub period: Option<Period>,
    pub slice: String,
    /// For a chart: its first period.
    pub first_period: Option<Period>,
    /// For a table over several indicators: those after the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
}

impl NumberQuery {
    /// The indicators that it speaks of.
    pub fn codes(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.indicator_code).chain(&self.also)
    }

    /// The same query of each of its indicators.
    pub fn each(&self) -> impl Iterator<Item = Self> {
        self.codes().map(|code| Self { indicator_code: code.clone(), also: Vec::new(), ..self.clone() })
    }
}

/// One part of a fact sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    pub id: String,
    pub kind: BlockKind,
    pub text: Text,
    /// Present exactly in numbers, charts, maps and tables.
    pub query: Option<NumberQuery>,
}

/// A block as somebody wrote it, not yet checked.
#[derive(Debug, Clone, Default)]
pub struct WrittenBlock {
    pub id: String,
    pub kind: String,
    pub text: Text,
    pub query: Option<WrittenQuery>,
}

/// A query as somebody wrote it, not yet checked.
#[derive(Debug, Clone, Default)]
pub struct WrittenQuery {
    pub indicator_code: String,
    pub area: String,
    pub period: String,
    pub slice: String,
    pub first_period: String,
    pub also: Vec<String>,
}

/// Checks all blocks of a sheet and gives ids to the new ones: `b1`, `b2`, …
///
/// # Errors
/// Names the first field that breaks a rule: an unknown kind, a number without a query, a text that puts
/// a number into a sentence which the sheet does not have.
pub fn parse_blocks(written: Vec<WrittenBlock>) -> Result<Vec<Block>, Invalid> {
    if written.len() > BLOCKS_MAX {
        return Err(Invalid::new("blocks", format!("are {}; a sheet takes at most {BLOCKS_MAX}", written.len())));
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for (place, block) in written.iter().enumerate().filter(|(_, block)| !block.id.is_empty()) {
        let field = format!("blocks[{place}].id");
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if block.id.len() > ID_CHARS_MAX || !block.id.chars().all(good) {
            return Err(Invalid::new(field, "takes small letters, digits and hyphens, at most 40"));
        }
        if !taken.insert(block.id.clone()) {
            return Err(Invalid::new(field, format!("\"{}\" is used twice", block.id)));
        }
    }
    let mut blocks = Vec::with_capacity(written.len());
    let mut next = 1;
    for (place, mut block) in written.into_iter().enumerate() {
        if block.id.is_empty() {
            while taken.contains(&format!("b{next}")) {
                next += 1;
            }
            block.id = format!("b{next}");
            taken.insert(block.id.clone());
        }
        blocks.push(parse_block(place, block)?);
    }
    check_mentions(&blocks)?;
    Ok(blocks)
}

fn parse_block(place: usize, written: WrittenBlock) -> Result<Block, Invalid> {
    let field = |name: &str| format!("blocks[{place}].{name}");
    let kind: BlockKind = written.kind.parse().map_err(|error| Invalid::new(field("kind"), format!("{error}")))?;
    let Text { en, fr } = &written.text;
    let (text, query) = match kind {
        BlockKind::Heading | BlockKind::Text => (Text::parse(&field("text"), en, fr, PARAGRAPH_CHARS_MAX)?, None),
        _ => {
            let query = written.query.ok_or_else(|| {
                Invalid::new(field("query"), "is missing; a number, chart, map or table names its indicator")
            })?;
            (written.text, Some(parse_query(&field("query"), kind, query)?))
        }
    };
    Ok(Block { id: written.id, kind, text, query })
}

fn parse_query(field: &str, kind: BlockKind, written: WrittenQuery) -> Result<NumberQuery, Invalid> {
    let name = |part: &str| format!("{field}.{part}");
    let period = |part: &str, text: &str| {
        if text.is_empty() {
            return Ok(None);
        }
        text.parse::<Period>().map(Some).map_err(|error| Invalid::new(name(part), error.to_string()))
    };
    let indicator_code = written.indicator_code.trim().to_owned();
    if indicator_code.is_empty() {
        return Err(Invalid::new(name("indicator_code"), "is empty; name the indicator by its code"));
    }
    let also: Vec<String> = written.also.iter().map(|code| code.trim().to_owned()).collect();
    if kind != BlockKind::Indicators && !also.is_empty() {
        return Err(Invalid::new(name("more_indicator_codes"), "is for a table over several indicators; leave it out"));
    }
    if also.len() >= INDICATORS_MAX {
        let message = format!("are {}; a table takes at most {INDICATORS_MAX} indicators", also.len() + 1);
        return Err(Invalid::new(name("more_indicator_codes"), message));
    }
    for (place, code) in also.iter().enumerate() {
        let field = || name(&format!("more_indicator_codes[{place}]"));
        if code.is_empty() {
            return Err(Invalid::new(field(), "is empty; name the indicator by its code"));
        }
        if *code == indicator_code || also[..place].contains(code) {
            return Err(Invalid::new(field(), format!("names \"{code}\" a second time")));
        }
    }
    let slice: Slice = written.slice.parse().map_err(|error| Invalid::new(name("slice"), format!("{error}")))?;
    let reach = match (kind, written.area.as_str()) {
        (BlockKind::Map | BlockKind::Table, "" | "*") => Reach::EachArea,
        (BlockKind::Map, _) => return Err(Invalid::new(name("area"), "of a map is \"*\", each area")),
        (_, "*") => return Err(Invalid::new(name("area"), "\"*\" is for maps and tables; name one area")),
        (_, "") => Reach::Mission,
        (_, code) => Reach::Area(code.to_owned()),
    };
    let (first_period, last_period) =
        (period("first_period", &written.first_period)?, period("period", &written.period)?);
    if let (Some(first), Some(last)) = (first_period, last_period)
        && first.frequency() != last.frequency()
    {
        return Err(Invalid::new(name("first_period"), "is of another length than the period"));
    }
    Ok(NumberQuery { indicator_code, reach, period: last_period, slice: slice.to_string(), first_period, also })
}

/// Every `{number:ID}` names a block of kind number of the same sheet.
fn check_mentions(blocks: &[Block]) -> Result<(), Invalid> {
    let numbers: BTreeSet<&str> =
        blocks.iter().filter(|block| block.kind == BlockKind::Number).map(|block| block.id.as_str()).collect();
    for (place, block) in blocks.iter().enumerate().filter(|(_, block)| block.query.is_none()) {
        for text in [&block.text.en, &block.text.fr] {
            for run in runs(text) {
                if let Run::Number(id) = run
                    && !numbers.contains(id)
                {
                    let message = format!("puts the number \"{id}\" into a sentence, but no number block has this id");
                    return Err(Invalid::new(format!("blocks[{place}].text"), message));
                }
            }
        }
    }
    Ok(())
}

/// A piece of a sentence.
#[derive(Debug, PartialEq, Eq)]
pub enum Run<'a> {
    Words(&'a str),
    /// Id of a number.
    Number(&'a str),
}

/// The pieces of a sentence in which `{number:ID}` stands for a number. What is no such mark stays words.
pub fn runs(text: &str) -> Vec<Run<'_>> {
    const OPEN: &str = "{number:";
    let mut pieces = Vec::new();
    let (mut rest, mut from) = (text, 0);
    while let Some(at) = rest[from..].find(OPEN).map(|at| at + from) {
        let after = &rest[at + OPEN.len()..];
        let Some(end) = after.find('}').filter(|end| *end > 0 && !after[..*end].contains(['{', '\n'])) else {
            from = at + OPEN.len();
            continue;
        };
        if at > 0 {
            pieces.push(Run::Words(&rest[..at]));
        }
        pieces.push(Run::Number(&after[..end]));
        rest = &after[end + 1..];
        from = 0;
    }
    if !rest.is_empty() {
        pieces.push(Run::Words(rest));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(kind: &str, text: &str, code: &str) -> WrittenBlock {
        let query = (!code.is_empty()).then(|| WrittenQuery { indicator_code: code.to_owned(), ..Default::default() });
        WrittenBlock { id: String::new(), kind: kind.to_owned(), text: Text::of(text, ""), query }
    }

    #[test]
    fn new_blocks_get_ids_that_nobody_has() {
        let mut first = written("number", "", "A");
        first.id = "b1".to_owned();
        let blocks = parse_blocks(vec![first, written("heading", "H", "")]).expect("blocks");
        assert_eq!(blocks[1].id, "b2");
    }

    #[test]
    fn each_broken_rule_names_its_field() {
        let late = WrittenBlock {
            query: Some(WrittenQuery { indicator_code: "A".into(), period: "24".into(), ..Default::default() }),
            ..written("number", "", "")
        };
        for (block, field) in [
            (written("poem", "x", ""), "blocks[0].kind"),
            (written("text", "", ""), "blocks[0].text"),
            (written("number", "", ""), "blocks[0].query"),
            (written("text", "about {number:b9}", ""), "blocks[0].text"),
            (late, "blocks[0].query.period"),
        ] {
            assert_eq!(parse_blocks(vec![block]).expect_err(field).field, field);
        }
    }

    #[test]
    fn a_sentence_is_taken_apart_at_its_numbers() {
        use Run::{Number, Words};
        assert_eq!(runs("In {number:b1}, of {number:b2}"), [Words("In "), Number("b1"), Words(", of "), Number("b2")]);
        assert_eq!(runs("{number:} {number:{number:b1}"), [Words("{number:} {number:"), Number("b1")]);
        assert_eq!(runs("{number:b1"), [Words("{number:b1")]);
    }
}
