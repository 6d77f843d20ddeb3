//! The sentences of changes, in English and French, and how each is made of what both sides say.

use cpas_proto::words::Language;
use uuid::Uuid;

use super::{Change, Corrected, Followed, Graded, What, rank};
use crate::domain::{
    analysis::{Status, Verdict, contribution::Grade, sentence},
    frozen::{Analysis, Link, Outcome, Plan},
    recommendation::State,
    text::Text,
};

fn change(what: What, importance: u8, en: String, fr: String) -> Change {
    Change {
        what,
        indicator_code: String::new(),
        area: None,
        outcome_lineage_id: None,
        before: String::new(),
        after: String::new(),
        importance,
        statement: Text::of(en, fr),
        records: Vec::new(),
    }
}

/// What a reader calls a series.
fn called(of: &Analysis, language: Language) -> String {
    let name = &of.indicator_name;
    let name = match language {
        Language::Fr if !name.fr.is_empty() => &name.fr,
        Language::En if name.en.is_empty() => &name.fr,
        _ => &name.en,
    };
    match &of.area {
        Some(area) => format!("{name} ({area})"),
        None => name.clone(),
    }
}

fn of_both(what: What, importance: u8, then: &Analysis, now: &Analysis, said: (String, String)) -> Change {
    Change {
        indicator_code: now.indicator_code.clone(),
        area: now.area.clone(),
        records: vec![now.id, then.id],
        ..change(what, importance, said.0, said.1)
    }
}

const REDEFINED: (&str, &str) = (
    " Its definition changed in between, so this need not be a change in the world.",
    " Sa définition a changé entre-temps : ce n’est pas forcément un changement de la réalité.",
);

pub(super) fn of_status(then: &Analysis, now: &Analysis, redefined: bool) -> Change {
    let (was, is) = (then.computed.status, now.computed.status);
    let also = if redefined { REDEFINED } else { ("", "") };
    let word = |status, language| sentence::status(status, language);
    let en =
        format!("{}: {} → {}.{}", called(now, Language::En), word(was, Language::En), word(is, Language::En), also.0);
    let fr =
        format!("{} : {} → {}.{}", called(now, Language::Fr), word(was, Language::Fr), word(is, Language::Fr), also.1);
    let importance = rank::status(was, is, now.area.is_none());
    Change {
        before: was.word().to_owned(),
        after: is.word().to_owned(),
        ..of_both(What::Status, importance, then, now, (en, fr))
    }
}

const fn verdict(verdict: Verdict, language: Language) -> &'static str {
    match (verdict, language) {
        (Verdict::Improving, Language::En) => "improving",
        (Verdict::Worsening, Language::En) => "worsening",
        (Verdict::None, Language::En) => "no trend",
        (Verdict::TooFew, Language::En) => "too few values for a trend",
        (Verdict::Improving, Language::Fr) => "amélioration",
        (Verdict::Worsening, Language::Fr) => "dégradation",
        (Verdict::None, Language::Fr) => "pas de tendance",
        (Verdict::TooFew, Language::Fr) => "trop peu de valeurs pour une tendance",
    }
}

pub(super) fn of_trend(then: &Analysis, now: &Analysis, redefined: bool) -> Change {
    let (was, is) = (then.computed.trend.verdict, now.computed.trend.verdict);
    let also = if redefined { REDEFINED } else { ("", "") };
    let said = |language, also| {
        let colon = if language == Language::Fr { " :" } else { ":" };
        format!("{}{colon} {} → {}.{also}", called(now, language), verdict(was, language), verdict(is, language))
    };
    let said = (said(Language::En, also.0), said(Language::Fr, also.1));
    Change {
        before: was.word().to_owned(),
        after: is.word().to_owned(),
        ..of_both(What::Trend, rank::trend(is, now.area.is_none()), then, now, said)
    }
}

pub(super) fn of_correction(then: &Analysis, now: &Analysis, corrected: &Corrected) -> Change {
    let (period, before, after) = &corrected.most;
    let value = |value: Option<f64>, language| match (value, language) {
        (Some(value), language) => sentence::measure(value, &now.unit, language),
        (None, Language::En) => "no value".to_owned(),
        (None, Language::Fr) => "pas de valeur".to_owned(),
    };
    let count = corrected.periods;
    let en = format!(
        "{}: {count} earlier {} corrected since; most of all {period}: {} → {}.",
        called(now, Language::En),
        if count == 1 { "value was" } else { "values were" },
        value(*before, Language::En),
        value(*after, Language::En)
    );
    let fr = format!(
        "{} : {count} {} depuis ; surtout {period} : {} → {}.",
        called(now, Language::Fr),
        if count == 1 { "valeur antérieure corrigée" } else { "valeurs antérieures corrigées" },
        value(*before, Language::Fr),
        value(*after, Language::Fr)
    );
    of_both(What::Corrected, rank::corrected(corrected.share, now.area.is_none()), then, now, (en, fr))
}

pub(super) fn of_definition(then: &Analysis, now: &Analysis) -> Change {
    let (was, is) = (then.definition_version, now.definition_version);
    let en = format!(
        "{}: definition {was} → {is}; what both assessments say of it need not be comparable.",
        called(now, Language::En)
    );
    let fr = format!(
        "{} : définition {was} → {is} ; les deux évaluations ne sont pas forcément comparables.",
        called(now, Language::Fr)
    );
    Change {
        before: was.to_string(),
        after: is.to_string(),
        ..of_both(What::Definition, rank::DEFINITION, then, now, (en, fr))
    }
}

/// An indicator that only one side has.
pub(super) fn of_indicator(what: What, of: &Analysis) -> Change {
    let (importance, en, fr) = match what {
        What::IndicatorGone => (rank::INDICATOR_GONE, "is not measured any more", "n’est plus mesuré"),
        _ => (rank::INDICATOR_ADDED, "is measured for the first time", "est mesuré pour la première fois"),
    };
    let whole = Analysis { area: None, ..of.clone() };
    let said = |words, language| format!("{} {words}.", called(&whole, language));
    Change {
        indicator_code: of.indicator_code.clone(),
        records: vec![of.id],
        ..change(what, importance, said(en, Language::En), said(fr, Language::Fr))
    }
}

pub(super) fn of_outcome(what: What, outcome: &Outcome) -> Change {
    let (importance, en, fr) = match what {
        What::OutcomeGone => (rank::OUTCOME_GONE, "is not in the plan any more", "n’est plus dans le plan"),
        What::OutcomeRestated => (rank::OUTCOME_RESTATED, "says something else by now", "a une autre formulation"),
        _ => (rank::OUTCOME_ADDED, "is new in the plan", "est nouveau dans le plan"),
    };
    let number = &outcome.number;
    let said = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    let (own, autre) = (&outcome.statement.en, &outcome.statement.fr);
    let en = format!("Outcome {number} {en}: {}", said(own, autre));
    let fr = format!("L’effet {number} {fr} : {}", said(autre, own));
    Change { outcome_lineage_id: Some(outcome.lineage_id), ..change(what, importance, en, fr) }
}

const fn strength(word: &str) -> &'static str {
    match word.as_bytes() {
        b"weak" => "faible",
        b"strong" => "fort",
        _ => "moyen",
    }
}

pub(super) fn of_link(before: &Link, link: &Link, plan: &Plan) -> Change {
    let number = plan.outcomes.iter().find(|one| one.lineage_id == link.outcome_lineage_id);
    let number = number.map(|outcome| outcome.number.as_str()).unwrap_or_default();
    let en = format!(
        "The plan expects of a link to outcome {number}: {}, after {} months → {}, after {} months.",
        before.strength, before.lag_months, link.strength, link.lag_months
    );
    let fr = format!(
        "Le plan attend d’un lien vers l’effet {number} : {}, après {} mois → {}, après {} mois.",
        strength(&before.strength),
        before.lag_months,
        strength(&link.strength),
        link.lag_months
    );
    Change {
        outcome_lineage_id: Some(link.outcome_lineage_id),
        before: before.strength.clone(),
        after: link.strength.clone(),
        ..change(What::Link, rank::LINK, en, fr)
    }
}

const fn grade(grade: Grade, language: Language) -> &'static str {
    match (grade, language) {
        (Grade::Strong, Language::En) => "strong",
        (Grade::Moderate, Language::En) => "moderate",
        (Grade::Weak, Language::En) => "weak",
        (Grade::Contrary, Language::En) => "contrary",
        (Grade::CannotTell, Language::En) => "cannot tell",
        (Grade::Strong, Language::Fr) => "forte",
        (Grade::Moderate, Language::Fr) => "moyenne",
        (Grade::Weak, Language::Fr) => "faible",
        (Grade::Contrary, Language::Fr) => "contraire",
        (Grade::CannotTell, Language::Fr) => "impossible à dire",
    }
}

pub(super) fn of_contribution(then: &Graded, now: &Graded) -> Change {
    let (was, is) = (then.grade, now.grade);
    let (output, outcome) = (&now.output_code, &now.outcome_code);
    let en = format!(
        "How far the data speak for a contribution of {output} to {outcome}: {} → {}.",
        grade(was, Language::En),
        grade(is, Language::En)
    );
    let fr = format!(
        "Ce que les données disent d’une contribution de {output} à {outcome} : {} → {}.",
        grade(was, Language::Fr),
        grade(is, Language::Fr)
    );
    Change {
        indicator_code: outcome.clone(),
        outcome_lineage_id: Some(now.outcome_lineage_id),
        before: was.word().to_owned(),
        after: is.word().to_owned(),
        records: vec![now.id, then.id],
        ..change(What::Contribution, rank::contribution(was, is), en, fr)
    }
}

pub(super) fn of_rating(lineage: Uuid, number: &str, (was, is): (Status, Status), records: Vec<Uuid>) -> Change {
    let word = |status, language| sentence::status(status, language);
    let en = format!("Outcome {number}, as rated: {} → {}.", word(was, Language::En), word(is, Language::En));
    let fr =
        format!("Effet {number}, selon l’appréciation : {} → {}.", word(was, Language::Fr), word(is, Language::Fr));
    Change {
        outcome_lineage_id: Some(lineage),
        before: was.word().to_owned(),
        after: is.word().to_owned(),
        records,
        ..change(What::Rating, rank::rating(was, is), en, fr)
    }
}

const fn state(state: State, language: Language) -> &'static str {
    match (state, language) {
        (State::Proposed, Language::En) => "is not decided",
        (State::Accepted, Language::En) => "is accepted, and not begun",
        (State::Partly, Language::En) => "is accepted in part, and not begun",
        (State::Rejected, Language::En) => "was rejected",
        (State::InProgress, Language::En) => "is in progress",
        (State::Implemented, Language::En) => "is implemented",
        (State::Verified, Language::En) => "is implemented and verified",
        (State::Lapsed, Language::En) => "lapsed",
        (State::Proposed, Language::Fr) => "n’est pas décidée",
        (State::Accepted, Language::Fr) => "est acceptée, pas encore engagée",
        (State::Partly, Language::Fr) => "est acceptée en partie, pas encore engagée",
        (State::Rejected, Language::Fr) => "a été rejetée",
        (State::InProgress, Language::Fr) => "est en cours",
        (State::Implemented, Language::Fr) => "est mise en œuvre",
        (State::Verified, Language::Fr) => "est mise en œuvre et vérifiée",
        (State::Lapsed, Language::Fr) => "est devenue caduque",
    }
}

pub(super) fn of_recommendation(followed: &Followed, is_overdue: bool) -> Change {
    let proposal = &followed.recommendation.proposal;
    let due = proposal.due.filter(|_| is_overdue);
    let late = |words: &str| due.map(|due| format!(", {words} {due}")).unwrap_or_default();
    let said = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    let (en, fr) = (&proposal.text.en, &proposal.text.fr);
    let (text_en, text_fr) = (said(en, fr), said(fr, en));
    let en =
        format!("The recommendation \"{text_en}\" {}{}.", state(followed.state, Language::En), late("overdue since"));
    let fr = format!(
        "La recommandation « {text_fr} » {}{}.",
        state(followed.state, Language::Fr),
        late("en retard depuis le")
    );
    Change {
        after: followed.state.word().to_owned(),
        records: vec![followed.recommendation.id],
        ..change(What::Recommendation, rank::recommendation(followed.state, is_overdue), en, fr)
    }
}
