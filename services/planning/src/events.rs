//! What planning publishes, and what it hears.

use std::collections::BTreeSet;

use chassis::{Clock, Fact, Failure, Inbound, Inbox, Link, Tx};
use cpas_proto::{
    assessment::v1 as assessment, collection::v1 as collection, context::v1 as context, planning::v1 as pb,
    words::Classification,
};
use prost::Name as _;

use crate::{
    app::{check_plan, read_tripwires, take_in, take_in_strategy},
    domain::{
        change::PlanChange,
        comment::Comment,
        definition::Definition,
        ids::{LineId, PlanId},
        indicator::Indicator,
        library::{Entry, TemplateOffer},
        mandate::Mandate,
        plan::{Plan, PlanHead},
        rbb::RbbLine,
        risk::Risk,
        target::Target,
        tripwire::TripwireState,
    },
    error::Error,
    store::risks::KeptRisk,
};

/// Largest plan that is told in one event, in bytes; NATS takes 1 MiB by default.
pub const PLAN_BYTES_MAX: usize = 960 * 1024;

/// What planning hears.
pub const HEARS: &[&str] = &[
    "cpas.context.stakeholder.recorded.*",
    "cpas.context.area.recorded.*",
    "cpas.context.influence_strategy.recorded.*",
    "cpas.assessment.recommendation.recorded.*",
    "cpas.assessment.analyses.computed.*",
    "cpas.assessment.finding.recorded.*",
];

/// What tripwires hear.
const OBSERVATIONS: &[&str] = &["cpas.collection.observations.changed.*"];

/// `mandate.recorded`.
pub fn mandate_recorded(mandate: &Mandate) -> Fact {
    let message = pb::MandateRecorded { mandate: Some(mandate.into()) };
    Fact::new("mandate", "recorded", mandate.id, Classification::Unclassified, &message)
}

/// `plan.recorded`, with all items and links.
///
/// # Errors
/// `TooLarge` above [`PLAN_BYTES_MAX`].
pub fn plan_recorded(plan: &Plan) -> Result<Fact, Error> {
    let message = pb::PlanRecorded { plan: Some(plan.into()) };
    let fact = Fact::new("plan", "recorded", plan.head.id, plan.head.classification, &message);
    if fact.payload.len() > PLAN_BYTES_MAX {
        return Err(Error::TooLarge(
            "The plan has grown past what one plan can hold. Nothing was changed; shorten texts or split the plan."
                .to_owned(),
        ));
    }
    Ok(fact)
}

/// `indicator.recorded`, with the library's definition where it has a link to one.
pub fn indicator_recorded(indicator: &Indicator, library: Option<&Entry<Definition>>) -> Fact {
    let library_indicator = library.and_then(|entry| pb::LibraryIndicator::from(entry).indicator);
    let message = pb::IndicatorRecorded { indicator: Some(indicator.into()), library_indicator };
    Fact::new("indicator", "recorded", indicator.id, indicator.definition.classification, &message)
}

/// `target.set`; as classified as its indicator.
pub fn target_set(target: &Target, classification: Classification) -> Fact {
    Fact::new("target", "set", target.id, classification, &pb::TargetSet { target: Some(target.into()) })
}

/// `plan_change.recorded`.
pub fn plan_change_recorded(change: &PlanChange) -> Fact {
    let message = pb::PlanChangeRecorded { plan_change: Some(change.into()) };
    Fact::new("plan_change", "recorded", change.id, change.classification, &message)
}

/// `risk.recorded`, without its reading.
pub fn risk_recorded(kept: &KeptRisk) -> Fact {
    let message = pb::RiskRecorded { risk: Some(pb::Risk { reading: None, ..kept.into() }) };
    Fact::new("risk", "recorded", kept.risk.id, kept.risk.classification, &message)
}

/// `risk.removed`.
pub fn risk_removed(risk: &Risk) -> Fact {
    let message = pb::RiskRemoved { plan_id: risk.plan.to_string(), risk_id: risk.id.to_string() };
    Fact::new("risk", "removed", risk.id, risk.classification, &message)
}

/// `tripwire.changed`; as classified as the data that it rests on, too.
pub fn tripwire_changed(kept: &KeptRisk, before: Option<TripwireState>) -> Fact {
    let message = pb::TripwireChanged {
        risk: Some(kept.into()),
        plan_state: kept.plan_state.word().to_owned(),
        before: before.map(|state| state.word().to_owned()).unwrap_or_default(),
    };
    Fact::new("tripwire", "changed", kept.risk.id, kept.risk.classification.max(kept.data), &message)
}

/// `comment.recorded`, without its text: who hears of it reads it.
pub fn comment_recorded(comment: &Comment, classification: Classification) -> Fact {
    let message = pb::CommentRecorded {
        plan_id: comment.plan.to_string(),
        item_id: comment.item.to_string(),
        comment_id: comment.id.to_string(),
    };
    Fact::new("comment", "recorded", comment.id, classification, &message)
}

/// `plan_check.changed`.
pub fn check_changed(plan: &PlanHead) -> Fact {
    let message = pb::PlanCheckChanged { plan_id: plan.id.to_string() };
    Fact::new("plan_check", "changed", plan.id, plan.classification, &message)
}

/// `library_offer.answered`.
pub fn library_offer_answered(plan: &PlanHead, offer: &TemplateOffer, taken: bool) -> Fact {
    let message = pb::LibraryOfferAnswered {
        plan_id: plan.id.to_string(),
        code: offer.code.clone(),
        library_part_id: offer.part.clone(),
        library_version: offer.version,
        taken,
    };
    Fact::new("library_offer", "answered", plan.id, plan.classification, &message)
}

/// `rbb_line.recorded`.
pub fn rbb_line_recorded(line: &RbbLine) -> Fact {
    let message = pb::RbbLineRecorded { line: Some(line.into()) };
    Fact::new("rbb_line", "recorded", line.id, Classification::Unclassified, &message)
}

/// `rbb_line.removed`.
pub fn rbb_line_removed(id: LineId) -> Fact {
    let message = pb::RbbLineRemoved { line_id: id.to_string() };
    Fact::new("rbb_line", "removed", id, Classification::Unclassified, &message)
}

/// `rbb_link.set`.
pub fn rbb_link_set(plan: &PlanHead, link: pb::RbbLink) -> Fact {
    let message = pb::RbbLinkSet { plan_id: plan.id.to_string(), link: Some(link) };
    Fact::new("rbb_link", "set", plan.id, plan.classification, &message)
}

/// The consumer of what neighbours tell.
pub fn inbox(clock: Clock) -> Inbox {
    Inbox::new("planning", HEARS, move |tx, event| {
        let clock = clock.clone();
        Box::pin(async move { Ok(hear(tx, &clock, event).await?) })
    })
}

/// Reads tripwires whose series changed, once for all the changes that have arrived. Apart from the rest, so that a
/// collection that is away holds up nothing else.
pub fn tripwires_inbox(clock: Clock, collection: Link) -> Inbox {
    Inbox::gathered("planning-tripwires", OBSERVATIONS, move |tx, events| {
        let (clock, collection) = (clock.clone(), collection.clone());
        Box::pin(async move {
            let (mut codes, mut every, mut scope) = (BTreeSet::new(), false, None);
            for event in events.iter().filter(|event| event.kind == collection::ObservationsChanged::full_name()) {
                let named = event.decode::<collection::ObservationsChanged>()?.indicator_codes;
                every |= named.is_empty();
                codes.extend(named);
                scope = Some(event.mission_scope());
            }
            let Some(scope) = scope else { return Ok(()) };
            let codes: Vec<String> = if every { Vec::new() } else { codes.into_iter().collect() };
            Ok(read_tripwires::read_again(tx, &clock, &collection, &scope, &codes).await?)
        })
    })
}

/// What the scores of plans hear: their own changes, after they are stored, so that no writer waits for it.
const PLANS: &[&str] = &[
    "cpas.planning.plan.recorded.*",
    "cpas.planning.plan_check.changed.*",
    "cpas.planning.risk.recorded.*",
    "cpas.planning.risk.removed.*",
];

/// Keeps what the check of a plan comes to, whenever the plan changed.
pub fn scores_inbox(clock: Clock) -> Inbox {
    Inbox::new("planning-scores", PLANS, move |tx, event| {
        let clock = clock.clone();
        Box::pin(async move {
            let plan = match event.kind.as_str() {
                "cpas.planning.v1.PlanRecorded" => event.decode::<pb::PlanRecorded>()?.plan.map(|plan| plan.id),
                "cpas.planning.v1.RiskRecorded" => event.decode::<pb::RiskRecorded>()?.risk.map(|risk| risk.plan_id),
                "cpas.planning.v1.RiskRemoved" => Some(event.decode::<pb::RiskRemoved>()?.plan_id),
                "cpas.planning.v1.PlanCheckChanged" => Some(event.decode::<pb::PlanCheckChanged>()?.plan_id),
                _ => None,
            };
            let Some(plan) = plan else { return Ok(()) };
            let id = plan.parse().map(PlanId).map_err(|_| without(event))?;
            Ok(check_plan::keep_score(tx, &clock, id).await?)
        })
    })
}

async fn hear(tx: &mut Tx, clock: &Clock, event: &Inbound) -> Result<(), Error> {
    match event.kind.as_str() {
        "cpas.context.v1.StakeholderRecorded" => {
            let told = event.decode::<context::StakeholderRecorded>()?.stakeholder;
            take_in::stakeholder(tx, told.ok_or_else(|| without(event))?).await
        }
        "cpas.context.v1.AreaRecorded" => {
            let told = event.decode::<context::AreaRecorded>()?.area;
            take_in::area(tx, told.ok_or_else(|| without(event))?).await
        }
        "cpas.context.v1.InfluenceStrategyRecorded" => {
            let told = event.decode::<context::InfluenceStrategyRecorded>()?.strategy;
            take_in_strategy::influence_strategy(tx, told.ok_or_else(|| without(event))?).await
        }
        "cpas.assessment.v1.RecommendationRecorded" => {
            let told = event.decode::<assessment::RecommendationRecorded>()?.recommendation;
            take_in::recommendation(tx, clock, told.ok_or_else(|| without(event))?).await
        }
        "cpas.assessment.v1.AnalysesComputed" => {
            take_in::analyses(tx, event.decode::<assessment::AnalysesComputed>()?.analyses).await
        }
        "cpas.assessment.v1.FindingRecorded" => {
            let told = event.decode::<assessment::FindingRecorded>()?.finding;
            take_in::finding(tx, told.ok_or_else(|| without(event))?).await
        }
        // A newer neighbour may say more under the same subject.
        _ => Ok(()),
    }
}

fn without(event: &Inbound) -> Failure {
    Failure::internal(format!("the event {} ({}) names no record", event.id, event.kind))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate};
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        Recorded, Who,
        framework::Framework,
        ids::{ItemId, LineageId, PlanId},
        item::{Content, Item, Nature},
        plan::Horizon,
        text::{TEXT_CHARS_MAX, Text},
    };

    fn plan_of(objectives: u32, statement: &str) -> Plan {
        let item = |position: u32| Item {
            id: ItemId(Uuid::from_u128(position.into())),
            lineage: LineageId(Uuid::from_u128(position.into())),
            parent: None,
            position,
            content: Content {
                statement: Text::of(statement, statement),
                lead_section: None,
                contributing_sections: Vec::new(),
                areas: Vec::new(),
                markers: Vec::new(),
                start: None,
                end: None,
                priority: None,
                nature: Nature::Objective { mandate_task: None },
                plan_change: None,
            },
            library: None,
        };
        let recorded =
            Recorded { by: Who { account: Uuid::nil(), name: "a planner".to_owned() }, at: DateTime::UNIX_EPOCH };
        let horizon = Horizon { start: NaiveDate::default(), end: NaiveDate::default() };
        let framework = Framework::of((0..objectives).map(item).collect(), Vec::new()).expect("objectives only");
        Plan { framework, ..Plan::drafted(PlanId(Uuid::nil()), Text::of("x", ""), horizon, recorded) }
    }

    #[test]
    fn a_plan_that_no_event_could_carry_is_refused_before_it_is_stored() {
        let usual = "Civilians in the five prefectures are safe from armed groups".repeat(4);
        assert!(plan_recorded(&plan_of(1_000, &usual)).is_ok(), "three times a large mission's plan");
        let refused = plan_recorded(&plan_of(400, &"x".repeat(TEXT_CHARS_MAX)));
        assert!(matches!(refused, Err(Error::TooLarge(_))), "{refused:?}");
    }
}
