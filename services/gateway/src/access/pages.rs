//! What a mission reads of who looked at its own pages, in both languages: the page or the list, and which record of it.

use axum::http::Method;

/// Part of an address below the mission → what is there.
const PAGES: &[(&str, &str, &str)] = &[
    ("", "home", "accueil"),
    ("area-changes", "areas", "zones"),
    ("area-search", "areas", "zones"),
    ("areas", "areas", "zones"),
    ("assessment-cycle", "assessments", "évaluations"),
    ("assessment-invitations", "assessments", "évaluations"),
    ("assessments", "assessments", "évaluations"),
    ("changes", "what happens, as it happens", "ce qui se passe, en direct"),
    ("collection-tasks", "what is to be collected", "ce qui est à collecter"),
    ("context", "context", "contexte"),
    ("context-maps", "context maps", "cartes de contexte"),
    ("contributions", "contributions", "contributions"),
    ("dashboard-preview", "dashboards", "tableaux de bord"),
    ("dashboards", "dashboards", "tableaux de bord"),
    ("data", "data", "données"),
    ("data-quality", "quality of data", "qualité des données"),
    ("decisions", "log of decisions", "journal des décisions"),
    ("digest", "what waits", "ce qui attend"),
    ("entry", "data entry", "saisie des données"),
    ("entry-cells", "data entry", "saisie des données"),
    ("event-counts", "events", "événements"),
    ("events", "events", "événements"),
    ("evidence", "evidence", "éléments de preuve"),
    ("exports", "exports", "exportations"),
    ("fact-sheets", "fact sheets", "fiches d’information"),
    ("finding-comments", "findings", "constats"),
    ("finding-dissents", "findings", "constats"),
    ("findings", "findings", "constats"),
    ("findings-by-reference", "findings", "constats"),
    ("home", "home", "accueil"),
    ("import-work", "imports", "importations"),
    ("imports", "imports", "importations"),
    ("indicator-pages", "indicators", "indicateurs"),
    ("indicators", "indicators", "indicateurs"),
    ("influence-strategies", "influence strategies", "stratégies d’influence"),
    ("leadership", "view of leadership", "vue de la direction"),
    ("library", "library", "bibliothèque"),
    ("locks", "locked periods", "périodes verrouillées"),
    ("mandates", "mandates", "mandats"),
    ("mapping-schedule", "context maps", "cartes de contexte"),
    ("members", "members", "membres"),
    ("observations", "observations", "observations"),
    ("open-work", "what is not done", "ce qui n’est pas fait"),
    ("period-locks", "locked periods", "périodes verrouillées"),
    ("period-tables", "table of a period", "tableau d’une période"),
    ("phone-forms", "phones", "téléphones"),
    ("phones", "phones", "téléphones"),
    ("plan", "plan", "plan"),
    ("plan-changes", "changes to the plan", "modifications du plan"),
    ("plans", "plan", "plan"),
    ("quality", "quality of data", "qualité des données"),
    ("rbb-lines", "budget", "budget"),
    ("read-model", "state of the read model", "état du modèle de lecture"),
    ("reads-from-outside", "reads from outside", "lectures de l’extérieur"),
    ("recommendations", "recommendations", "recommandations"),
    ("rules", "validation rules", "règles de validation"),
    ("series", "values of an indicator", "valeurs d’un indicateur"),
    ("setup", "setting up", "mise en place"),
    ("stakeholder-grid", "stakeholders", "acteurs"),
    ("stakeholder-network", "stakeholders", "acteurs"),
    ("stakeholder-relations", "stakeholders", "acteurs"),
    ("stakeholders", "stakeholders", "acteurs"),
    ("steps", "changes of state", "changements d’état"),
    ("submissions", "phones", "téléphones"),
    ("subscriptions", "subscriptions", "abonnements"),
    ("targets", "targets", "cibles"),
    ("tasks", "what is to be collected", "ce qui est à collecter"),
    ("time-line", "line of time", "ligne du temps"),
    ("time-zone", "time zone", "fuseau horaire"),
    ("tokens", "API tokens", "jetons d’accès"),
    ("uploads", "imports", "importations"),
    ("validation-rules", "validation rules", "règles de validation"),
    ("webhooks", "webhooks", "webhooks"),
    ("workshop", "workshop", "atelier"),
    ("workshop-outcomes", "workshop", "atelier"),
    ("workshops", "workshop", "atelier"),
];
/// A longer part of an address is no code.
const CODE_CHARS_MAX: usize = 60;

/// Where missions are named in an address, below which their pages are.
const BELOW: [&str; 3] = ["/api/v1/missions/", "/odata/v4/", "/m/"];

/// What was looked at, or sent, at an address.
pub(super) fn said(method: &Method, path: &str) -> (String, String) {
    let below = BELOW.iter().find_map(|below| path.strip_prefix(below));
    // Where the mission is named in what is sent, the last part says what it is.
    let mut parts = match below {
        Some(below) => below.split('/').skip(1).filter(|part| !part.is_empty()).collect::<Vec<_>>(),
        None => path.rsplit('/').take(1).collect(),
    }
    .into_iter();
    let page = parts.next().unwrap_or_default();
    let known = PAGES.iter().find(|(part, ..)| *part == page).map(|(_, en, fr)| (*en, *fr));
    // A table of OData has no other name than its own.
    let (en, fr) = known.unwrap_or((page, page));
    // A record is told by a code; ids say nothing to people.
    let code = parts.next().filter(|part| is_code(part)).map(|code| format!(" {code}")).unwrap_or_default();
    match *method {
        Method::GET | Method::HEAD => {
            (format!("The mission’s own pages: {en}{code}"), format!("Les pages de la mission\u{a0}: {fr}{code}"))
        }
        _ if page.is_empty() => {
            ("Sent to the mission: its state".to_owned(), "Envoyé à la mission\u{a0}: son état".to_owned())
        }
        _ => (format!("Sent to the mission: {en}{code}"), format!("Envoyé à la mission\u{a0}: {fr}{code}")),
    }
}

/// An indicator's code, unlike an id or a word of an address.
fn is_code(part: &str) -> bool {
    let is_plain = part.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter));
    is_plain
        && part.len() <= CODE_CHARS_MAX
        && part.chars().any(|letter| letter.is_ascii_uppercase())
        && part.parse::<uuid::Uuid>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_told_by_its_name_and_a_record_by_its_code() {
        let get = |path: &str| said(&Method::GET, path);
        assert_eq!(get("/m/UNMIC").0, "The mission’s own pages: home");
        assert_eq!(get("/m/UNMIC/indicators/OC-DEATHS").1, "Les pages de la mission\u{a0}: indicateurs OC-DEATHS");
        assert_eq!(
            get("/api/v1/missions/UNMIC/plans/0190b5d4-7c1e-7c1e-8c1e-0190b5d47c1e").0,
            "The mission’s own pages: plan"
        );
        assert_eq!(get("/odata/v4/UNMIC/Observations").0, "The mission’s own pages: Observations");
        assert_eq!(said(&Method::POST, "/api/v1/missions/UNMIC/events").0, "Sent to the mission: events");
        assert_eq!(said(&Method::POST, "/api/v1/tokens").0, "Sent to the mission: API tokens");
        assert_eq!(said(&Method::PATCH, "/api/v1/missions/UNMIC").0, "Sent to the mission: its state");
        assert_eq!(get("/api/v1/missions/UNMIC/plans/active").0, "The mission’s own pages: plan", "a word is no code");
    }

    #[test]
    fn every_route_of_a_mission_has_a_name() {
        for route in crate::routes::api() {
            let Some(below) = route.path.strip_prefix("/missions/{mission}/") else { continue };
            let page = below.split('/').next().unwrap_or_default();
            assert!(PAGES.iter().any(|(part, ..)| *part == page), "{} is not named: add it here", route.path);
        }
    }

    #[test]
    fn pages_stand_in_order_and_each_once() {
        assert!(PAGES.windows(2).all(|two| two[0].0 < two[1].0));
    }
}
