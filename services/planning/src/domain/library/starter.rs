//! The library that comes with the system, read from the files in `library/`.

use std::{collections::BTreeMap, sync::LazyLock};

use cpas_proto::words::{Classification, Frequency};
use serde::Deserialize;

use super::{Entry, Template, Theme};
use crate::domain::{
    definition::{Definition, Direction, Disaggregation, Kind, Level, OverAreas, OverTime},
    text::Text,
};

/// An indicator as it is written there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    code: String,
    /// Level, type, unit, direction, frequency.
    is: (Level, Kind, String, Direction, Frequency),
    #[serde(default)]
    by: BTreeMap<String, Vec<String>>,
    /// Over time and over areas, where it is not as the type suggests.
    over: Option<(OverTime, OverAreas)>,
    name: Text,
    source: Text,
    method: Text,
    verification: Text,
}

#[derive(Deserialize)]
struct WrittenTemplate {
    theme: Theme,
    #[serde(flatten)]
    template: Template,
}

macro_rules! files {
    ($($theme:ident => $file:literal),+ $(,)?) => {
        &[$((Theme::$theme, include_str!(concat!("../../../library/", $file, ".yaml")))),+]
    };
}

const FILES: &[(Theme, &str)] = files! {
    PoliticalProcess => "political_process",
    ProtectionOfCivilians => "protection_of_civilians",
    HumanRights => "human_rights",
    RuleOfLaw => "rule_of_law",
    DisarmamentAndReintegration => "disarmament_and_reintegration",
    ExtensionOfStateAuthority => "extension_of_state_authority",
    HumanitarianAccess => "humanitarian_access",
    Elections => "elections",
    Gender => "gender",
    MissionSupport => "mission_support",
};

static INDICATORS: LazyLock<Vec<Entry<Definition>>> = LazyLock::new(|| {
    let read = |&(theme, text): &(Theme, &str)| {
        let written: Vec<Written> = serde_yaml_ng::from_str(text).expect("a file of our own");
        written.into_iter().map(move |one| Entry { theme, what: definition(one), version: 1, recorded: None })
    };
    FILES.iter().flat_map(read).collect()
});

static TEMPLATES: LazyLock<Vec<Entry<Template>>> = LazyLock::new(|| {
    let written: Vec<WrittenTemplate> =
        serde_yaml_ng::from_str(include_str!("../../../library/templates.yaml")).expect("a file of our own");
    let entry =
        |one: WrittenTemplate| Entry { theme: one.theme, what: one.template.identified(), version: 1, recorded: None };
    written.into_iter().map(entry).collect()
});

/// Its indicators, by theme.
pub fn starter_indicators() -> &'static [Entry<Definition>] {
    &INDICATORS
}

/// Its frameworks, by theme.
pub fn starter_templates() -> &'static [Entry<Template>] {
    &TEMPLATES
}

fn definition(written: Written) -> Definition {
    let (level, kind, unit, direction, frequency) = written.is;
    let (over_time, over_areas) = written.over.unwrap_or(kind.usual_aggregation());
    let disaggregations =
        written.by.into_iter().map(|(dimension, categories)| Disaggregation { dimension, categories });
    Definition {
        code: written.code,
        name: written.name,
        level,
        kind,
        unit,
        direction,
        over_time,
        over_areas,
        frequency,
        formula: None,
        events: None,
        disaggregations: disaggregations.collect(),
        baseline: None,
        source: written.source,
        method: written.method,
        owner_section: None,
        verification: written.verification,
        plan_item: None,
        classification: Classification::Unclassified,
        library: None,
    }
}
