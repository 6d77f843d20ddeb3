//! Events as a line each, in both languages.

use cpas_proto::{
    assessment::v1 as assessment, collection::v1 as collection, common::v1::Text, context::v1 as context,
    planning::v1 as planning, reporting::v1 as pb, words::Language,
};

use crate::{domain::figure, store::changes::Told};

/// Longest piece of somebody's words in a line, in characters.
const QUOTE_CHARS_MAX: usize = 120;

/// States in words; a state without words here is told as it is.
const STATES: &[(&str, &str, &str)] = &[
    ("draft", "drafted", "en projet"),
    ("in_review", "in review", "en examen"),
    ("endorsed", "endorsed", "avalisé"),
    ("approved", "approved", "approuvé"),
    ("active", "in force", "en vigueur"),
    ("superseded", "superseded", "remplacé"),
    ("archived", "archived", "archivé"),
    ("reviewed", "reviewed", "examiné"),
    ("published", "published", "publié"),
    ("retired", "retired", "retiré"),
    ("scheduled", "scheduled", "programmé"),
    ("frozen", "frozen", "figé"),
    ("analysis", "in analysis", "en analyse"),
    ("workshop", "in workshop", "en atelier"),
    ("leadership_review", "before leadership", "devant la direction"),
    ("finalized", "finalized", "finalisé"),
    ("proposed", "proposed", "proposé"),
    ("accepted", "accepted", "accepté"),
    ("partly", "accepted in part", "accepté en partie"),
    ("rejected", "rejected", "rejeté"),
    ("in_progress", "in progress", "en cours"),
    ("implemented", "implemented", "mis en œuvre"),
    ("verified", "verified", "vérifié"),
    ("lapsed", "lapsed", "caduc"),
    ("cleared", "cleared", "validé"),
    ("withdrawn", "withdrawn", "retiré"),
    ("previewed", "previewed", "prévisualisé"),
    ("committed", "committed", "enregistré"),
    ("reversed", "reversed", "annulé"),
    ("recomputed", "recomputed", "recalculé"),
    ("redefined", "redefined", "redéfini"),
    ("open", "open", "ouvert"),
    ("in_draft", "taken up in a draft", "repris dans un projet"),
    ("done", "done", "fait"),
    ("entered", "entered", "saisies"),
    ("corrected", "corrected", "corrigées"),
    ("submitted", "submitted", "soumises"),
    ("returned", "returned", "renvoyées"),
    ("imported", "imported", "importées"),
];

pub(crate) fn context_map(map: &context::ContextMap) -> Told {
    let published = map.state == "published";
    Told {
        published,
        ..stated("Context map", "Carte de contexte", &text(&map.title), &map.state, path("context-maps", &map.id))
    }
}

/// An alert: no context map was published in time.
pub(crate) fn overdue_map(of: &context::ContextMapOverdue) -> Told {
    let due = |language| figure::day(&of.due, language);
    let (en, fr) = if of.due.is_empty() {
        (
            "Alert: no context map has been published yet".into(),
            "Alerte : aucune carte de contexte n’est encore publiée".into(),
        )
    } else {
        (
            format!("Alert: the context map was due on {}", due(Language::En)),
            format!("Alerte : la carte de contexte était attendue le {}", due(Language::Fr)),
        )
    };
    line(en, fr, "context".into())
}

pub(crate) fn stakeholder(of: &context::Stakeholder) -> Told {
    line(
        format!("Stakeholder “{}” recorded", quoted(&of.name)),
        format!("Acteur « {} » consigné", quoted(&of.name)),
        "stakeholders".into(),
    )
}

pub(crate) fn merged(of: &context::StakeholdersMerged) -> Told {
    let (gone, kept) = (quoted(&of.gone_name), quoted(&of.kept_name));
    line(
        format!("Stakeholder “{gone}” merged into “{kept}”"),
        format!("Acteur « {gone} » fusionné avec « {kept} »"),
        format!("stakeholders?who={}", of.kept_id),
    )
}

pub(crate) fn parted(of: &context::StakeholdersParted) -> Told {
    let (gone, kept) = (quoted(&of.gone_name), quoted(&of.kept_name));
    line(
        format!("Stakeholder “{gone}” is apart from “{kept}” again"),
        format!("Acteur « {gone} » de nouveau distinct de « {kept} »"),
        format!("stakeholders?who={}", of.gone_id),
    )
}

pub(crate) fn shifted(of: &context::StakeholderShifted) -> Told {
    let (before, after) = (of.stance_before, of.stance_after);
    line(
        format!("A stakeholder’s stance shifted from {before} to {after}"),
        format!("La position d’un acteur est passée de {before} à {after}"),
        format!("stakeholders?who={}", of.stakeholder_id),
    )
}

pub(crate) fn mandate(of: &planning::Mandate) -> Told {
    let resolution = quoted(&of.resolution);
    line(format!("Mandate {resolution} recorded"), format!("Mandat {resolution} consigné"), "plan".into())
}

pub(crate) fn plan(of: &planning::Plan) -> Told {
    let kinds = (format!("Plan version {}", of.number), format!("Plan, version {}", of.number));
    stated(&kinds.0, &kinds.1, &text(&of.title), &of.state, path("plan", &of.id))
}

pub(crate) fn indicator(of: &planning::Indicator) -> Told {
    let kinds = (format!("Indicator {}", quoted(&of.code)), format!("Indicateur {}", quoted(&of.code)));
    stated(&kinds.0, &kinds.1, &text(&of.name), &of.state, path("indicators", &of.code))
}

pub(crate) fn plan_change(of: &planning::PlanChange) -> Told {
    stated("Change to the plan", "Modification du plan", &text(&of.text), &of.state, "plan".into())
}

/// An alert: a tripwire of the plan in force tripped, or is clear again, or nobody can tell any more.
pub(crate) fn tripwire(of: &planning::TripwireChanged) -> Told {
    let (Some(risk), "active") = (&of.risk, of.plan_state.as_str()) else { return Told::default() };
    let code = risk.tripwire.as_ref().map_or("", |tripwire| tripwire.indicator_code.as_str());
    let state = risk.reading.as_ref().map_or("", |reading| reading.state.as_str());
    let (en, fr) = match (state, of.before.as_str()) {
        ("tripped", _) => ("Alert: tripwire tripped", "Alerte : seuil franchi"),
        // That it is clear, or that nothing is known, is news only after something else.
        (_, "") => return Told::default(),
        ("clear", _) => ("Tripwire clear again", "Seuil de nouveau respecté"),
        _ => ("Tripwire cannot tell any more", "Seuil : on ne peut plus se prononcer"),
    };
    let statement = text(&risk.statement);
    line(
        format!("{en} on {}: “{}”", quoted(code), quoted(statement.in_language(Language::En))),
        format!("{fr} sur {} : « {} »", quoted(code), quoted(statement.in_language(Language::Fr))),
        format!("{}?view=risks", path("plan", &risk.plan_id)),
    )
}

/// What became of an assumption or risk; that it was written down is seen with its plan.
pub(crate) fn risk(of: &planning::Risk) -> Told {
    let (en, fr) = match (of.kind.as_str(), of.status.as_str()) {
        (_, "occurred") => ("Risk occurred", "Risque survenu"),
        (_, "failed") => ("Assumption failed", "Hypothèse démentie"),
        ("risk", "closed") => ("Risk closed", "Risque clos"),
        ("assumption", "closed") => ("Assumption closed", "Hypothèse close"),
        _ => return Told::default(),
    };
    let statement = text(&of.statement);
    line(
        format!("{en}: “{}”", quoted(statement.in_language(Language::En))),
        format!("{fr} : « {} »", quoted(statement.in_language(Language::Fr))),
        format!("{}?view=risks", path("plan", &of.plan_id)),
    )
}

pub(crate) fn import(of: &collection::ImportBatch) -> Told {
    let name = Text::of(&of.file_name, "");
    stated("Import", "Importation", &name, &of.state, path("imports", &of.id))
}

pub(crate) fn observations(of: &collection::ObservationsChanged) -> Told {
    let (en, fr) = state(&of.change);
    let codes = match of.indicator_codes.as_slice() {
        [] => String::new(),
        [one] => format!(" ({})", quoted(one)),
        [first, rest @ ..] => format!(" ({} +{})", quoted(first), rest.len()),
    };
    let rows = of.rows;
    line(format!("{rows} observations {en}{codes}"), format!("{rows} observations {fr}{codes}"), "data".into())
}

pub(crate) fn incidents(of: &collection::EventsChanged) -> Told {
    let rows = of.rows;
    line(format!("{rows} events added or changed"), format!("{rows} événements ajoutés ou modifiés"), "context".into())
}

pub(crate) fn lock(of: &collection::PeriodLock) -> Told {
    let period = |language| figure::period(&of.period, language);
    line(
        format!("Period {} locked", period(Language::En)),
        format!("Période verrouillée : {}", period(Language::Fr)),
        "locks".into(),
    )
}

pub(crate) fn unlocked(of: &collection::PeriodLock) -> Told {
    let period = |language| figure::period(&of.period, language);
    line(
        format!("Period {} unlocked: {}", period(Language::En), quoted(&of.unlock_reason)),
        format!("Période déverrouillée : {} ({})", period(Language::Fr), quoted(&of.unlock_reason)),
        "locks".into(),
    )
}

/// What became of a cell beside its value; what was said is read where it stands.
pub(crate) fn remarked(of: &collection::CellRemarked) -> Told {
    let (en, fr) = match of.change.as_str() {
        "marked" => ("marked for follow-up", "à suivre"),
        "cleared" => ("no longer marked for follow-up", "n’est plus à suivre"),
        _ => ("commented", "commentée"),
    };
    let code = quoted(&of.indicator_code);
    let place = |language| match of.area.as_str() {
        "" => format!("{code}, {}", figure::period(&of.period, language)),
        area => format!("{code}, {}, {}", figure::period(&of.period, language), quoted(area)),
    };
    line(
        format!("{} {en}", place(Language::En)),
        format!("{} : cellule {fr}", place(Language::Fr)),
        format!("entry?by=area&indicator={code}&to={}", of.period),
    )
}

pub(crate) fn assessment(of: &assessment::Assessment) -> Told {
    stated("Assessment", "Évaluation", &text(&of.title), &of.state, path("assessments", &of.id))
}

/// That it was taken back, and why.
pub(crate) fn reopened(of: &assessment::AssessmentReopened) -> Told {
    let (title, step) = (text(&of.title), of.step.clone().unwrap_or_default());
    line(
        format!("Assessment “{}” reopened: {}", quoted(title.in_language(Language::En)), quoted(&step.reason)),
        format!("Évaluation « {} » rouverte : {}", quoted(title.in_language(Language::Fr)), quoted(&step.reason)),
        path("assessments", &of.assessment_id),
    )
}

pub(crate) fn signature(of: &assessment::AssessmentSignature) -> Told {
    let name = quoted(&of.signed_by_name);
    let (en, fr) = match of.decision.as_str() {
        "signed" => ("signed the findings of an assessment", "a signé les constats d’une évaluation"),
        _ => ("refuses to sign the findings of an assessment", "refuse de signer les constats d’une évaluation"),
    };
    line(format!("{name} {en}"), format!("{name} {fr}"), path("assessments", &of.assessment_id))
}

pub(crate) fn finding(of: &assessment::Finding) -> Told {
    let narrative = text(&of.narrative);
    line(
        format!("Finding: {}", quoted(narrative.in_language(Language::En))),
        format!("Constat : {}", quoted(narrative.in_language(Language::Fr))),
        path("assessments", &of.assessment_id),
    )
}

pub(crate) fn recommendation(of: &assessment::Recommendation) -> Told {
    stated("Recommendation", "Recommandation", &text(&of.text), &of.state, "recommendations".into())
}

pub(crate) fn fact_sheet(of: &pb::FactSheet) -> Told {
    let published = of.audience == "public" && matches!(of.state.as_str(), "published" | "withdrawn");
    Told {
        published,
        ..stated("Fact sheet", "Fiche d’information", &text(&of.title), &of.state, path("fact-sheets", &of.id))
    }
}

/// That a dashboard is there for the mission; that it is being worked on is nobody's news.
pub(crate) fn dashboard(of: &pb::DashboardRecorded) -> Told {
    let Some(dashboard) = of.dashboard.as_ref().filter(|dashboard| dashboard.shared) else { return Told::default() };
    if of.was_shared || !dashboard.removed_at.is_empty() {
        return Told::default();
    }
    let title = text(&dashboard.title);
    line(
        format!("Dashboard “{}” shared with the mission", quoted(title.in_language(Language::En))),
        format!("Tableau de bord « {} » partagé avec la mission", quoted(title.in_language(Language::Fr))),
        path("dashboards", &dashboard.id),
    )
}

pub(crate) fn fact_sheet_outside(of: &pb::FactSheetOutside) -> Told {
    let title = text(&of.title);
    let (en, fr) = match of.open {
        true => ("can be read outside", "peut être lue à l’extérieur"),
        false => ("can no longer be read outside", "ne peut plus être lue à l’extérieur"),
    };
    line(
        format!("Fact sheet “{}” {en}", quoted(title.in_language(Language::En))),
        format!("La fiche « {} » {fr}", quoted(title.in_language(Language::Fr))),
        path("fact-sheets", &of.fact_sheet_id),
    )
}

pub(crate) fn fact_sheet_touched(of: &pb::FactSheetTouched) -> Told {
    let title = text(&of.title);
    let codes = of.indicator_codes.join(", ");
    line(
        format!("Data behind fact sheet “{}” changed ({codes})", quoted(title.in_language(Language::En))),
        format!("Les données de la fiche « {} » ont changé ({codes})", quoted(title.in_language(Language::Fr))),
        path("fact-sheets", &of.fact_sheet_id),
    )
}

fn stated(kind_en: &str, kind_fr: &str, title: &Text, word: &str, path: String) -> Told {
    let (en, fr) = state(word);
    line(
        format!("{kind_en} “{}”: {en}", quoted(title.in_language(Language::En))),
        format!("{kind_fr} « {} » : {fr}", quoted(title.in_language(Language::Fr))),
        path,
    )
}

fn state(word: &str) -> (&str, &str) {
    STATES.iter().find(|(known, ..)| *known == word).map_or((word, word), |(_, en, fr)| (*en, *fr))
}

fn line(text_en: String, text_fr: String, path: String) -> Told {
    Told { text_en, text_fr, path, published: false }
}

fn path(screen: &str, id: &str) -> String {
    format!("{screen}/{id}")
}

fn quoted(words: &str) -> String {
    let words = words.trim();
    if words.chars().count() <= QUOTE_CHARS_MAX {
        return words.to_owned();
    }
    words.chars().take(QUOTE_CHARS_MAX - 1).chain(['…']).collect()
}

fn text(text: &Option<Text>) -> Text {
    text.clone().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_is_taken_off_says_why() {
        let lock = collection::PeriodLock {
            period: "2024-03".to_owned(),
            unlock_reason: "a report came late".to_owned(),
            ..Default::default()
        };
        let told = unlocked(&lock);
        assert_eq!(told.text_en, "Period March 2024 unlocked: a report came late");
        assert_eq!(told.text_fr, "Période déverrouillée : mars 2024 (a report came late)");
        assert_eq!(told.path, "locks");
    }

    #[test]
    fn a_remark_names_its_cell_and_not_what_was_said() {
        let marked = collection::CellRemarked {
            change: "marked".to_owned(),
            indicator_code: "OC-CIVDEATHS".to_owned(),
            period: "2024-03".to_owned(),
            area: "A1".to_owned(),
            slice: String::new(),
        };
        let told = remarked(&marked);
        assert_eq!(told.text_en, "OC-CIVDEATHS, March 2024, A1 marked for follow-up");
        assert_eq!(told.text_fr, "OC-CIVDEATHS, mars 2024, A1 : cellule à suivre");
        assert_eq!(told.path, "entry?by=area&indicator=OC-CIVDEATHS&to=2024-03");
        let whole =
            remarked(&collection::CellRemarked { change: "commented".to_owned(), area: String::new(), ..marked });
        assert_eq!(whole.text_en, "OC-CIVDEATHS, March 2024 commented");
    }
}
