//! What an address below the service is of.

use cpas_proto::tables::Value;
use uuid::Uuid;

use super::{Model, Refusal, Set, token::unquoted};

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub enum Resource<'m> {
    Service,
    Metadata,
    Rows(&'m Set),
    Count(&'m Set),
    Row(&'m Set, Uuid),
}

impl<'m> Resource<'m> {
    /// The resource of a path below the service, without the first slash.
    ///
    /// # Errors
    /// Not found; an address of the protocol that is not served here.
    pub fn parse(path: &str, model: &'m Model) -> Result<Self, Refusal> {
        let path = path.trim_end_matches('/');
        match path {
            "" => return Ok(Self::Service),
            "$metadata" => return Ok(Self::Metadata),
            "$batch" | "$all" | "$entity" | "$crossjoin" => {
                return Err(Refusal::not_supported(
                    path,
                    format!("{path} is not served here; ask for each table by itself."),
                ));
            }
            _ => {}
        }
        let (set, below) = path.split_once('/').unwrap_or((path, ""));
        let (name, key) = match set.split_once('(') {
            Some((name, key)) => (name, key.strip_suffix(')')),
            None => (set, None),
        };
        let named = model.named(name).filter(|_| key.is_some() || name == set).ok_or_else(Refusal::nothing_here)?;
        match (key, below) {
            (None, "") => Ok(Self::Rows(named)),
            (None, "$count") => Ok(Self::Count(named)),
            (Some(key), "") => {
                let key = key.strip_prefix("id=").unwrap_or(key);
                match unquoted(key) {
                    Some(Value::Id(id)) => Ok(Self::Row(named, id)),
                    _ => Err(Refusal::bad(
                        "key",
                        format!("\"{key}\" is not an id; write {name}(0190b3d0-…), without quotes."),
                    )),
                }
            }
            _ => Err(Refusal::not_supported(
                "path",
                format!("Below {name} there is $count only; take a column by $select."),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_of_what_they_name() {
        let id = "0190b3d0-0000-7000-8000-000000000000";
        let model = Model::of_mission();
        let parse = |path: &str| Resource::parse(path, &model);
        assert!(matches!(parse(""), Ok(Resource::Service)));
        assert!(matches!(parse("$metadata"), Ok(Resource::Metadata)));
        assert!(matches!(parse("Areas/"), Ok(Resource::Rows(set)) if set.name == "Areas"));
        assert!(matches!(parse("Areas/$count"), Ok(Resource::Count(_))));
        for path in [format!("Areas({id})"), format!("Areas(id={id})")] {
            assert!(matches!(parse(&path), Ok(Resource::Row(_, found)) if found.to_string() == id));
        }
        for (path, code) in [
            ("areas", "not_found"),
            ("Areas(", "not_found"),
            ("Areas()", "invalid"),
            ("Areas('A')", "invalid"),
            ("Areas/code", "not_supported"),
            ("$batch", "not_supported"),
        ] {
            assert_eq!(parse(path).expect_err(path).code, code, "{path}");
        }
    }
}
