//! The system query options of a request.

use cpas_proto::{
    common::v1::{TableOrder, TableQuery},
    tables::{Expression, Table},
};

use super::{Refusal, filter};

/// In which form an answer is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Json,
    /// The metadata only.
    Xml,
}

/// What a request says beside its address.
#[derive(Debug, Default, PartialEq)]
pub struct Options {
    pub filter: Option<Expression>,
    /// Empty: all columns.
    pub select: Vec<String>,
    /// Column, and whether the largest comes first.
    pub order: Vec<(String, bool)>,
    pub top: Option<u64>,
    pub skip: u64,
    pub count: bool,
    /// Where the page before ended; empty: the first page.
    pub skip_token: String,
    pub format: Option<Format>,
    /// RFC 3339; empty: now.
    pub as_known_at: String,
}

impl Options {
    /// Reads the query of a request for the rows of a table; `None`: for what has no rows.
    ///
    /// # Errors
    /// An option that is not known, not served, given twice, or cannot be used; each with a sentence.
    pub fn parse(query: &str, table: Option<&Table>) -> Result<Self, Refusal> {
        let mut options = Self::default();
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if seen.iter().any(|known| *known == name) {
                return Err(Refusal::bad(&name, format!("{name} is given twice.")));
            }
            options.take(&name, value.trim(), table)?;
            seen.push(name.into_owned());
        }
        Ok(options)
    }

    fn take(&mut self, name: &str, value: &str, table: Option<&Table>) -> Result<(), Refusal> {
        match (name, table) {
            ("$format", _) => self.format = Some(format(value)?),
            ("$filter", Some(table)) => self.filter = Some(filter::parse(value, table)?),
            ("$select", Some(table)) => self.select = select(value, table)?,
            ("$orderby", Some(table)) => self.order = order(value, table)?,
            ("$top", Some(_)) => self.top = Some(number(name, value)?),
            ("$skip", Some(_)) => self.skip = number(name, value)?,
            ("$count", Some(_)) => self.count = flag(name, value)?,
            ("$skiptoken", Some(_)) => self.skip_token = value.to_owned(),
            ("as_known_at", Some(_)) => self.as_known_at = value.to_owned(),
            ("$filter" | "$select" | "$orderby" | "$top" | "$skip" | "$count" | "$skiptoken" | "as_known_at", None) => {
                return Err(Refusal::bad(name, format!("{name} is for the rows of a table.")));
            }
            ("$expand" | "$search" | "$apply" | "$compute" | "$levels" | "$deltatoken" | "$index", _) => {
                let message = format!(
                    "{name} is not served here; there are $filter, $select, $orderby, $top, $skip, $count and $format."
                );
                return Err(Refusal::not_supported(name, message));
            }
            _ => {
                let message = format!(
                    "\"{name}\" is not an option; there are $filter, $select, $orderby, $top, $skip, $count, $format and as_known_at."
                );
                return Err(Refusal::bad(name, message));
            }
        }
        Ok(())
    }

    /// The question for the service that keeps the rows.
    pub fn question(&self, table: &Table, page_size: u32) -> TableQuery {
        TableQuery {
            table: table.name.to_owned(),
            condition: self.filter.as_ref().map(Expression::steps).unwrap_or_default(),
            order: self
                .order
                .iter()
                .map(|(column, descending)| TableOrder { column: column.clone(), descending: *descending })
                .collect(),
            columns: self.select.clone(),
            page_size,
            skip: self.skip,
            cursor: self.skip_token.clone(),
            as_known_at: self.as_known_at.clone(),
            only_count: false,
        }
    }

    /// The query of the next page: the same but for where it begins, and how many rows are left to give.
    pub fn next_query(query: &str, cursor: &str, rows: u64) -> String {
        let mut next = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match (&*name, value.trim().parse::<u64>()) {
                ("$skip" | "$skiptoken" | "$count", _) => {}
                ("$top", Ok(top)) => drop(next.append_pair(&name, &top.saturating_sub(rows).to_string())),
                _ => drop(next.append_pair(&name, &value)),
            }
        }
        next.append_pair("$skiptoken", cursor);
        // Some clients take a plus for a plus.
        next.finish().replace('+', "%20")
    }
}

fn format(value: &str) -> Result<Format, Refusal> {
    let kind = value.split(';').next().unwrap_or_default().trim();
    match kind {
        "json" | "application/json" => Ok(Format::Json),
        "xml" | "application/xml" => Ok(Format::Xml),
        _ => {
            Err(Refusal::bad("$format", format!("\"{value}\" is not a format; there is json, and xml for $metadata.")))
        }
    }
}

fn number(name: &str, value: &str) -> Result<u64, Refusal> {
    let is_plain = value.chars().all(|c| c.is_ascii_digit());
    let parsed = value.parse().ok().filter(|number: &u64| is_plain && i64::try_from(*number).is_ok());
    parsed.ok_or_else(|| Refusal::bad(name, format!("{name} is a whole number from 0 on.")))
}

fn flag(name: &str, value: &str) -> Result<bool, Refusal> {
    value.parse().map_err(|_| Refusal::bad(name, format!("{name} is true or false.")))
}

fn select(value: &str, table: &Table) -> Result<Vec<String>, Refusal> {
    if value == "*" {
        return Ok(Vec::new());
    }
    let mut columns: Vec<String> = Vec::new();
    for name in value.split(',').map(str::trim) {
        let name = column("$select", name, table)?;
        if !columns.contains(&name) {
            columns.push(name);
        }
    }
    Ok(columns)
}

fn order(value: &str, table: &Table) -> Result<Vec<(String, bool)>, Refusal> {
    let part = |part: &str| {
        let mut words = part.split_whitespace();
        let name = column("$orderby", words.next().unwrap_or_default(), table)?;
        let descending = match (words.next(), words.next()) {
            (None | Some("asc"), None) => false,
            (Some("desc"), None) => true,
            _ => return Err(Refusal::bad("$orderby", "Rows are ordered by columns, each with asc or desc after it.")),
        };
        Ok((name, descending))
    };
    value.split(',').map(part).collect()
}

fn column(option: &str, name: &str, table: &Table) -> Result<String, Refusal> {
    if table.column(name).is_some() {
        return Ok(name.to_owned());
    }
    let columns = table.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ");
    Err(Refusal::bad(option, format!("{} has no \"{name}\"; it has {columns}.", table.name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> Result<Options, Refusal> {
        Options::parse(query, Table::named("Observations"))
    }

    #[test]
    fn options_are_read() {
        let options =
            parse("$select=id,%20value,id&$orderby=first_day+desc,id&$top=10&$skip=5&$count=true&$format=json");
        let expected = Options {
            select: vec!["id".to_owned(), "value".to_owned()],
            order: vec![("first_day".to_owned(), true), ("id".to_owned(), false)],
            top: Some(10),
            skip: 5,
            count: true,
            format: Some(Format::Json),
            ..Options::default()
        };
        assert_eq!(options.expect("options"), expected);
        assert_eq!(parse("$select=*").expect("all"), Options::default());
        assert!(parse("%24filter=value%20gt%201").expect("encoded").filter.is_some());
    }

    #[test]
    fn what_is_not_known_is_refused_with_a_sentence() {
        for (query, code, said) in [
            ("$expand=indicator", "not_supported", "not served here"),
            ("$fliter=x", "invalid", "is not an option"),
            ("filter=x", "invalid", "is not an option"),
            ("$top=-1", "invalid", "whole number"),
            ("$top=%2B1", "invalid", "whole number"),
            ("$top=99999999999999999999", "invalid", "whole number"),
            ("$top=1&$top=2", "invalid", "twice"),
            ("$count=yes", "invalid", "true or false"),
            ("$select=nosuch", "invalid", "has no \"nosuch\""),
            ("$orderby=value%20up", "invalid", "asc or desc"),
            ("$format=csv", "invalid", "not a format"),
            ("$filter=value", "invalid", "gives a number"),
        ] {
            let refused = parse(query).expect_err(query);
            assert_eq!(refused.code, code, "{query}");
            assert!(refused.message.contains(said), "{query}: {}", refused.message);
        }
        assert!(Options::parse("$top=1", None).is_err());
        assert!(Options::parse("$format=xml", None).is_ok());
    }

    #[test]
    fn the_next_page_is_the_same_from_where_this_one_ends() {
        let next = Options::next_query("$filter=note%20eq%20'a%2Bb'&$top=10&$skip=3&$count=true", "abc", 4);
        let read = parse(&next).expect("a query");
        assert_eq!(read.filter, parse("$filter=note%20eq%20'a%2Bb'").expect("a filter").filter);
        assert_eq!((read.top, read.skip, read.count, read.skip_token.as_str()), (Some(6), 0, false, "abc"));
        assert!(!next.contains('+'));
    }
}
