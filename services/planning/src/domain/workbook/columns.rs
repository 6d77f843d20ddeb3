//! The columns of each sheet: their fields, their headings in both languages, and what stands in them.

use cpas_proto::words::Language;

use super::{
    Sheet,
    words::{self, Word, plain},
};

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// The key of the row; locked.
    Id,
    /// What other sheets call the row; not a field of it.
    Label,
    Text,
    /// A closed vocabulary, chosen from a list.
    Word(&'static [Word]),
    /// Short words, separated by semicolons; the list offers what is in use.
    Words(Offer),
    /// One short word; the list offers what is in use.
    Open(Offer),
    Date,
    Number,
    /// A task of a mandate, by resolution and paragraph.
    Task,
    /// The label of a row of the tree.
    Item,
    /// Labels of rows of the tree, separated by semicolons.
    Items,
    /// The code of a row of the indicators.
    Indicator,
    /// For the reader only; locked, and not read back.
    Shown,
}

/// What a drop-down offers beside what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Offer {
    Sections,
    Areas,
    Markers,
}

/// One column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    pub field: &'static str,
    pub en: &'static str,
    pub fr: &'static str,
    pub holds: Holds,
    /// In characters.
    pub width: f64,
}

impl Column {
    pub const fn heading(&self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Fr => self.fr,
        }
    }
}

const fn column(field: &'static str, en: &'static str, fr: &'static str, holds: Holds, width: u16) -> Column {
    Column { field, en, fr, holds, width: width as f64 }
}

const TREE: &[Column] = &[
    column("id", "Id (leave as is)", "Id (ne pas toucher)", Holds::Id, 8),
    column("label", "No.", "N°", Holds::Label, 10),
    column("kind", "Level", "Niveau", Holds::Word(words::KINDS), 12),
    column("statement.en", "Statement (English)", "Énoncé (anglais)", Holds::Text, 60),
    column("statement.fr", "Statement (French)", "Énoncé (français)", Holds::Text, 60),
    column("lead_section", "Lead section", "Section responsable", Holds::Open(Offer::Sections), 20),
    column(
        "contributing_sections",
        "Contributing sections",
        "Sections contributrices",
        Holds::Words(Offer::Sections),
        24,
    ),
    column("areas", "Areas", "Zones", Holds::Words(Offer::Areas), 16),
    column("markers", "Markers", "Marqueurs", Holds::Words(Offer::Markers), 18),
    column("start", "Start", "Début", Holds::Date, 12),
    column("end", "End", "Fin", Holds::Date, 12),
    column("priority", "Priority", "Priorité", Holds::Number, 9),
    column("mandate_task_id", "Mandate task", "Tâche du mandat", Holds::Task, 26),
    column("stakeholder_id", "Stakeholder (id)", "Partie prenante (id)", Holds::Text, 14),
    column("dimension", "Dimension of change", "Dimension du changement", Holds::Word(words::DIMENSIONS), 16),
    column("component", "Component", "Composante", Holds::Word(words::COMPONENTS), 12),
    column("activity_status", "Status", "État", Holds::Word(words::STATUSES), 12),
    column("progress_percent", "Progress (%)", "Avancement (%)", Holds::Number, 12),
    column("depends_on", "Waits for (No.)", "Attend (N°)", Holds::Items, 18),
];

const INDICATORS: &[Column] = &[
    column("id", "Id (leave as is)", "Id (ne pas toucher)", Holds::Id, 8),
    column("code", "Code", "Code", Holds::Text, 18),
    column("name.en", "Name (English)", "Nom (anglais)", Holds::Text, 44),
    column("name.fr", "Name (French)", "Nom (français)", Holds::Text, 44),
    column("state", "State", "État", Holds::Shown, 10),
    column("plan_item_lineage_id", "Measures (No.)", "Mesure (N°)", Holds::Item, 14),
    column("level", "Level", "Niveau", Holds::Word(words::LEVELS), 12),
    column("kind", "Type", "Type", Holds::Word(words::TYPES), 14),
    column("unit", "Unit", "Unité", Holds::Text, 16),
    column("direction", "Direction", "Sens", Holds::Word(words::DIRECTIONS), 18),
    column("over_time", "Over time", "Dans le temps", Holds::Word(words::OVER_TIME), 14),
    column("over_areas", "Over areas", "Entre zones", Holds::Word(words::OVER_AREAS), 16),
    column("frequency", "Frequency", "Fréquence", Holds::Word(words::FREQUENCIES), 13),
    column("disaggregations", "Breakdowns", "Ventilations", Holds::Text, 30),
    column("baseline_value", "Baseline", "Valeur de référence", Holds::Number, 12),
    column("baseline_period", "Baseline period", "Période de référence", Holds::Text, 14),
    column("owner_section", "Owner section", "Section propriétaire", Holds::Open(Offer::Sections), 20),
    column("formula", "Formula", "Formule", Holds::Text, 28),
    column("source.en", "Source (English)", "Source (anglais)", Holds::Text, 30),
    column("source.fr", "Source (French)", "Source (français)", Holds::Text, 30),
    column("method.en", "Method (English)", "Méthode (anglais)", Holds::Text, 30),
    column("method.fr", "Method (French)", "Méthode (français)", Holds::Text, 30),
    column("verification.en", "Verification (English)", "Vérification (anglais)", Holds::Text, 30),
    column("verification.fr", "Verification (French)", "Vérification (français)", Holds::Text, 30),
    column("classification", "Classification", "Classification", Holds::Word(words::CLASSIFICATIONS), 16),
];

const TARGETS: &[Column] = &[
    column("indicator", "Indicator (code)", "Indicateur (code)", Holds::Indicator, 20),
    column("period", "Period", "Période", Holds::Text, 12),
    column("area", "Area", "Zone", Holds::Open(Offer::Areas), 14),
    column("slice", "Breakdown", "Ventilation", Holds::Text, 20),
    column("value", "Target", "Cible", Holds::Number, 12),
    column("low", "Low end", "Borne basse", Holds::Number, 12),
    column("high", "High end", "Borne haute", Holds::Number, 12),
    column("reason", "Reason for the change", "Motif du changement", Holds::Text, 40),
];

const LINKS: &[Column] = &[
    column("output", "Output (No.)", "Produit (N°)", Holds::Item, 14),
    column("outcome", "Outcome (No.)", "Effet (N°)", Holds::Item, 14),
    column("hypothesis.en", "Hypothesis (English)", "Hypothèse (anglais)", Holds::Text, 50),
    column("hypothesis.fr", "Hypothesis (French)", "Hypothèse (français)", Holds::Text, 50),
    column("assumptions", "Assumptions (one a line)", "Présupposés (un par ligne)", Holds::Text, 40),
    column("expected_lag_months", "Lag (months)", "Délai (mois)", Holds::Number, 12),
    column("strength", "Strength", "Force", Holds::Word(words::STRENGTHS), 12),
    // Last: workbooks of before have all that stands before it.
    column(
        "assumptions_fr",
        "Assumptions in French (one a line)",
        "Présupposés en français (un par ligne)",
        Holds::Text,
        40,
    ),
];

impl Sheet {
    /// Its columns, from the left.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Tree => TREE,
            Self::Indicators => INDICATORS,
            Self::Targets => TARGETS,
            Self::Links => LINKS,
        }
    }

    /// Its column of a field.
    pub fn column(self, field: &str) -> Option<&'static Column> {
        self.columns().iter().find(|column| column.field == field)
    }

    /// Its column of a heading in either language.
    pub fn headed(self, heading: &str) -> Option<&'static Column> {
        let heading = plain(heading);
        self.columns().iter().find(|column| plain(column.en) == heading || plain(column.fr) == heading)
    }

    /// The sheet of a name in either language.
    pub fn named(name: &str) -> Option<Self> {
        let name = plain(name);
        let is =
            |sheet: &Self| [Language::En, Language::Fr].iter().any(|language| plain(sheet.name(*language)) == name);
        Self::ALL.into_iter().find(is)
    }
}
