//! Validation rules: listed, made, revised, and tried on the past before they are switched on.

use chassis::{Caller, Failure, Tx, new_id};
use cpas_proto::{
    collection::v1 as pb,
    common::v1::Text,
    words::{Classification, Role},
};
use uuid::Uuid;

use super::{
    App, moment,
    reach::Reach,
    rule_book::{self, Judged, RuleBook},
};
use crate::{
    domain::{
        definition::Definition,
        file::row::NOTE_CHARS_MAX,
        rule::{Check, Said},
    },
    error::Error,
    events,
    store::{self, heads::Head, rules::RuleRow},
};

/// Most rules of a mission.
const RULES_MAX: i64 = 2_000;
/// Most values of the past that a rule is tried on.
const PAST_MAX: usize = 200_000;
/// Broken values that are shown.
const SHOWN_MAX: usize = 50;

/// The rules of one indicator, or of all.
///
/// # Errors
/// `NotFound` for an indicator that the caller cannot see.
pub async fn list_validation_rules(
    app: &App,
    caller: &Caller,
    indicator: &str,
) -> Result<pb::ListValidationRulesResponse, Failure> {
    let mut tx = app.db.begin(caller).await?;
    let definitions = store::copies::definitions(&mut tx).await?;
    let of = match indicator {
        "" => None,
        code => Some(named(&definitions, code).ok_or(Error::NotFound("indicator"))?.id),
    };
    let rows = store::rules::list(&mut tx, of, RULES_MAX).await?;
    Ok(pb::ListValidationRulesResponse { rules: rows.into_iter().map(|row| shown(row, &definitions)).collect() })
}

/// Makes a rule, or revises the one under its id.
///
/// # Errors
/// A field that is wrong; an indicator beyond the caller's reach; a version that is not the stored one.
pub async fn set_validation_rule(
    app: &App,
    caller: &Caller,
    asked: pb::SetValidationRuleRequest,
) -> Result<pb::ValidationRule, Failure> {
    let reach = Reach::of(caller, &[Role::Coordinator]);
    let mut tx = app.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let said = asked.rule.unwrap_or_default();
    let definitions = store::copies::definitions(&mut tx).await?;
    let mut row = parsed(&said, &definitions)?;
    let definition = definitions.iter().find(|one| one.id == row.indicator_id).ok_or(Error::NotFound("indicator"))?;
    reach.check(&definition.owner_section, "")?;
    if said.id.is_empty() {
        if store::rules::list(&mut tx, None, RULES_MAX).await?.len() as i64 == RULES_MAX {
            return Err(Error::Conflict(format!("A mission has at most {RULES_MAX} rules.")).into());
        }
        row.id = new_id(app.clock.now());
    } else {
        let id = moment::id("rule", &said.id)?;
        let old = store::rules::find_for_update(&mut tx, id).await?.ok_or(Error::NotFound("rule"))?;
        if asked.version != 0 && asked.version != old.version {
            let version = old.version;
            let current = serde_json::to_string(&shown(old, &definitions)).map_err(Failure::internal)?;
            return Err(Error::Stale(version, current).into());
        }
        if (old.indicator_id, &old.kind) != (row.indicator_id, &row.kind) {
            let message = "A rule keeps its indicator and its kind. Switch this one off and make another.";
            return Err(Error::bad("kind", message).into());
        }
        (row.id, row.version) = (id, old.version + 1);
    }
    (row.recorded_at, row.recorded_by) = (app.clock.now(), caller.account);
    row.recorded_by_name.clone_from(&caller.name);
    let mission = tx.mission();
    store::rules::put(&mut tx, mission, &row).await?;
    let classification = Classification::of_rank(row.classification);
    let rule = shown(row, &definitions);
    tx.publish(events::rule_recorded(rule.clone(), classification)).await?;
    tx.finish(rule).await
}

/// Tries a rule on what is stored, drafts among it.
///
/// # Errors
/// A field that is wrong; more values than a rule is tried on.
pub async fn test_validation_rule(
    app: &App,
    caller: &Caller,
    asked: pb::TestValidationRuleRequest,
) -> Result<pb::TestValidationRuleResponse, Failure> {
    let mut tx = app.db.begin(caller).await?;
    let definitions = store::copies::definitions(&mut tx).await?;
    let row = parsed(&asked.rule.unwrap_or_default(), &definitions)?;
    let definition = definitions.iter().find(|one| one.id == row.indicator_id).ok_or(Error::NotFound("indicator"))?;
    let rule = rule_book::rule(&row, &definitions).ok_or_else(|| Error::bad("kind", "This makes no rule."))?;
    let start = app.fiscal_start_month(caller, &mut tx).await?;
    let mut book = RuleBook::of_one(rule, start);
    let mut past = past(&mut tx, definition.id).await?;
    for other in book.looked_at(definition.id).into_iter().filter(|other| *other != definition.id) {
        for head in self::past(&mut tx, other).await? {
            book.put_stored(other, &head.period, &head.area, &head.slice, said_by(&head))?;
        }
    }
    drop(tx);
    for head in &past {
        book.put_stored(definition.id, &head.period, &head.area, &head.slice, said_by(head))?;
    }
    past.sort_by(|one, other| (&one.area, &one.period, &one.slice).cmp(&(&other.area, &other.period, &other.slice)));
    let mut answer = pb::TestValidationRuleResponse::default();
    for head in past {
        let period = head.period.parse().map_err(|_| Error::Broken(format!("stored period {}", head.period)))?;
        let one =
            Judged { indicator: definition.id, period, area: &head.area, slice: &head.slice, said: said_by(&head) };
        answer.checked += 1;
        let Some(breach) = book.breaches(definition, one).into_iter().next() else { continue };
        answer.broken += 1;
        if answer.first.len() < SHOWN_MAX {
            let cell = pb::EntryCell { indicator_code: definition.code.clone(), ..head.into() };
            let message = Some(Text { en: breach.en, fr: breach.fr });
            answer.first.push(pb::BrokenCell { cell: Some(cell), message });
        }
    }
    Ok(answer)
}

async fn past(tx: &mut Tx, indicator: Uuid) -> Result<Vec<Head>, Failure> {
    let found = store::heads::heads(tx, &[indicator], None, (None, None), PAST_MAX as i64 + 1).await?;
    if found.len() > PAST_MAX {
        let message = format!("The indicator has more than {PAST_MAX} values, the most that a rule is tried on.");
        return Err(Error::bad("indicator_code", message).into());
    }
    Ok(found)
}

fn said_by(head: &Head) -> Said {
    Said::of_stored(&head.kind, head.value, head.numerator, head.denominator, &head.level)
}

fn named<'a>(definitions: &'a [Definition], code: &str) -> Option<&'a Definition> {
    definitions.iter().find(|one| one.code.eq_ignore_ascii_case(code) || one.id.to_string() == code)
}

/// A rule as it is asked for, checked; without id, author and time.
fn parsed(said: &pb::ValidationRule, definitions: &[Definition]) -> Result<RuleRow, Failure> {
    let definition = named(definitions, &said.indicator_code).ok_or_else(|| {
        Error::bad("indicator_code", format!("The mission has no indicator \"{}\".", said.indicator_code))
    })?;
    let other =
        match said.other_indicator_code.as_str() {
            "" => None,
            code => Some(named(definitions, code).ok_or_else(|| {
                Error::bad("other_indicator_code", format!("The mission has no indicator \"{code}\"."))
            })?),
        };
    said.severity
        .parse::<crate::domain::rule::Severity>()
        .map_err(|error| Error::bad("severity", format!("{error}.")))?;
    let message = said.message.clone().unwrap_or_default();
    if message.en.chars().count().max(message.fr.chars().count()) > NOTE_CHARS_MAX {
        return Err(Error::bad("message", format!("The message is longer than {NOTE_CHARS_MAX} characters.")).into());
    }
    let other_rank = other.map_or(0, |other| other.classification.rank());
    let row = RuleRow {
        id: Uuid::nil(),
        indicator_id: definition.id,
        kind: said.kind.clone(),
        severity: said.severity.clone(),
        least: said.least,
        most: said.most,
        direction: said.direction.clone(),
        tolerance: said.tolerance,
        share: said.share,
        absolute: said.absolute,
        comparison: said.comparison.clone(),
        other_indicator_id: other.map(|other| other.id),
        factor: said.factor,
        message_en: message.en.trim().to_owned(),
        message_fr: message.fr.trim().to_owned(),
        active: said.active,
        classification: definition.classification.rank().max(other_rank),
        recorded_at: chrono::DateTime::UNIX_EPOCH,
        recorded_by: Uuid::nil(),
        recorded_by_name: String::new(),
        version: 1,
    };
    Check::of_parts(&rule_book::parts(&row), definition, other).map_err(Error::from)?;
    Ok(row)
}

fn shown(row: RuleRow, definitions: &[Definition]) -> pb::ValidationRule {
    let code = |id: Uuid| definitions.iter().find(|one| one.id == id).map(|one| one.code.clone());
    pb::ValidationRule {
        indicator_code: code(row.indicator_id).unwrap_or_default(),
        other_indicator_code: row.other_indicator_id.and_then(code).unwrap_or_default(),
        ..row.into()
    }
}
