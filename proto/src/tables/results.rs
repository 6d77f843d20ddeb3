//! What a mission reached: the tables that reporting keeps from the events of all services.

use super::{
    Kind::{Count, Day, Flag, Id, Instant, Number, Text},
    Table, always, maybe,
};

const CLASSIFICATION: &str =
    "unclassified, confidential or strictly_confidential: the highest of what the row is made of.";

/// The results of the plan in force.
pub(super) const RESULTS: Table = Table {
    name: "Results",
    row: "Result",
    service: "reporting",
    about: "Objectives, outcomes and outputs of the plan in force, where they stand and how they were last rated.",
    known_at: false,
    columns: &[
        always("id", Id, "Id of the result, the same in each version of the plan."),
        always("kind", Text, "objective, outcome or output."),
        always("number", Text, "Its number in the plan: 1, 1.2, 1.2.3."),
        maybe("statement_en", Text, "What is to be reached, in English."),
        maybe("statement_fr", Text, "The same in French."),
        maybe("parent_id", Id, "Id of the result that it lies below."),
        maybe("component", Text, "Of an output: civilian, military, police or support."),
        maybe("lead_section", Text, "The section that leads."),
        maybe("first_day", Day, "When it begins."),
        maybe("last_day", Day, "When it ends."),
        maybe("priority", Count, "1 (first) to 3."),
        maybe("markers", Text, "Its markers: gender:2, poc, youth, ..., a comma between them."),
        always("status", Text, "achieved, on_track, at_risk, off_track or no_data: the worst of what measures it."),
        always("indicators", Count, "How many indicators measure it."),
        maybe("progress_rating", Text, "Of an outcome, by the last assessment that rated it: achieved, on_track, ..."),
        maybe("performance_rating", Text, "By the same: strong, adequate or weak."),
        maybe("direction", Text, "By the same: better, same, worse or mixed."),
        maybe("finding_en", Text, "What that assessment found, in English."),
        maybe("finding_fr", Text, "The same in French."),
        maybe("assessment_id", Id, "Id of that assessment."),
        maybe("assessment_en", Text, "Its title in English."),
        maybe("assessment_fr", Text, "Its title in French."),
        maybe("found_at", Instant, "When the finding was recorded."),
        always("classification", Text, CLASSIFICATION),
    ],
};

/// Indicators with where they stand.
pub(super) const STANDINGS: Table = Table {
    name: "Standings",
    row: "Standing",
    service: "reporting",
    about: "Indicators in use with their newest value for the mission as a whole, the target to look at, and the status.",
    known_at: false,
    columns: &[
        always("id", Id, "Id of the indicator."),
        always("code", Text, "Code of the indicator."),
        maybe("name_en", Text, "Name in English."),
        maybe("name_fr", Text, "Name in French."),
        always("level", Text, "context, outcome or output."),
        maybe("result_id", Id, "Id of the result that it measures."),
        maybe("result_number", Text, "Number of that result in the plan in force."),
        maybe("unit", Text, "Unit of its values."),
        always("direction", Text, "higher or lower is better, or in_range."),
        always("frequency", Text, "day, month, quarter, half_year, year or fiscal_year."),
        maybe("owner_section", Text, "The section that reports it."),
        maybe("baseline_value", Number, "Where it stood before the plan."),
        maybe("baseline_period", Text, "When that was."),
        maybe("latest_value", Number, "The newest value."),
        maybe("latest_period", Text, "Of which period that is."),
        maybe("target_value", Number, "The first target that ends with or after it, else the last."),
        maybe("target_low", Number, "The same where the target is a range."),
        maybe("target_high", Number, "The same where the target is a range."),
        maybe("target_period", Text, "Of which period that target is."),
        always("status", Text, "achieved, on_track, at_risk, off_track or no_data."),
        always("classification", Text, CLASSIFICATION),
    ],
};

/// Recommendations of assessments.
pub(super) const RECOMMENDATIONS: Table = Table {
    name: "Recommendations",
    row: "Recommendation",
    service: "reporting",
    about: "Recommendations of all assessments, with their state and the day that they are due.",
    known_at: false,
    columns: &[
        always("id", Id, "Id of the recommendation."),
        maybe("text_en", Text, "What is recommended, in English."),
        maybe("text_fr", Text, "The same in French."),
        maybe("kind", Text, "plan, resources, posture or data."),
        maybe("owner_section", Text, "The section that carries it out."),
        always("state", Text, "proposed, accepted, partly, rejected, in_progress, implemented, verified or lapsed."),
        maybe("due", Day, "When it is due."),
        always("days_late", Count, "Days past its day, of one that is not carried out; else 0."),
        maybe("indicator_codes", Text, "Indicators on which its effect is to be seen, a comma between them."),
        maybe("assessment_id", Id, "Id of the assessment that it rests on."),
        maybe("decision_reason", Text, "Why it was decided so."),
        maybe("decided_at", Instant, "When leadership decided."),
        always("recorded_at", Instant, "When it was last changed."),
        always("classification", Text, CLASSIFICATION),
    ],
};

/// Papers that were published.
pub(super) const PAPERS: Table = Table {
    name: "Papers",
    row: "Paper",
    service: "reporting",
    about: "Fact sheets that are published and were not withdrawn.",
    known_at: false,
    columns: &[
        always("id", Id, "Id of the fact sheet."),
        maybe("title_en", Text, "Title in English."),
        maybe("title_fr", Text, "Title in French."),
        maybe("template", Text, "What it started from; absent where that was not kept."),
        always("audience", Text, "public or internal."),
        always("published_at", Instant, "When it was published."),
        maybe("as_known_at", Instant, "The moment that its numbers are of."),
        always("is_signed", Flag, "A signed manifest says which bytes were published."),
        always("classification", Text, CLASSIFICATION),
    ],
};

/// Dashboards, each with tables of its own.
pub(super) const DASHBOARDS: Table = Table {
    name: "Dashboards",
    row: "Dashboard",
    service: "reporting",
    about: "Dashboards that you may see; each has tables of its own below dashboards/ and its reference.",
    known_at: false,
    columns: &[
        always("id", Id, "Id of the row."),
        always("reference", Text, "Id of the dashboard, or ready: the one that comes with the plan in force."),
        maybe("title_en", Text, "Title in English."),
        maybe("title_fr", Text, "Title in French."),
        always("is_shared", Flag, "With all who work in the mission."),
        always("tiles", Count, "How many tiles it has."),
        always("classification", Text, "Of its own texts: unclassified, confidential or strictly_confidential."),
    ],
};
