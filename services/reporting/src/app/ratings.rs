//! How assessments rated outcomes, as far as the caller may see.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chassis::Failure;
use chrono::{DateTime, SecondsFormat, Utc};
use cpas_proto::{
    assessment::v1::{Assessment, Finding},
    common::v1::Text,
    reporting::v1 as pb,
    words::Classification,
};

use crate::{
    Error,
    store::{Connection, records},
};

/// Assessments whose ratings of an outcome are told.
const RATINGS_MAX: usize = 6;

/// A finding about an outcome.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub finding: Finding,
    /// Title of the assessment; `None` where the caller may not see it.
    pub assessment: Option<Text>,
    pub at: DateTime<Utc>,
    pub classification: Classification,
}

/// What assessments say of an outcome.
#[derive(Debug, Clone, Default)]
pub(super) struct Judged {
    /// Of each assessment that rated it the newest finding that rates the progress, with the newest rating of the
    /// performance: the two are given to different questions. The newest assessment first.
    pub ratings: Vec<Found>,
    /// The newest finding of all, rated or not.
    pub latest: Option<Found>,
}

/// Of all outcomes, by their lineage id.
pub(super) async fn of_all(connection: &mut Connection, generation: i32) -> Result<BTreeMap<String, Judged>, Error> {
    let assessments = records::of_kind(connection, generation, "assessment").await?;
    let findings = records::of_kind(connection, generation, "finding").await?;
    Ok(judged(with_titles(findings, assessments)?))
}

/// Of some outcomes, by their lineage id.
pub(super) async fn of_outcomes(
    connection: &mut Connection,
    generation: i32,
    lineages: &[String],
) -> Result<BTreeMap<String, Judged>, Error> {
    let findings = records::of_lineages(connection, generation, "finding", lineages).await?;
    let mut found = with_titles(findings, Vec::new())?;
    found.retain(|one| lineages.contains(&one.finding.outcome_lineage_id));
    let ids: BTreeSet<&String> = found.iter().map(|one| &one.finding.assessment_id).collect();
    let ids: Vec<String> = ids.into_iter().cloned().collect();
    let titles = titles(records::of_ids(connection, generation, "assessment", &ids).await?)?;
    for one in &mut found {
        one.assessment = titles.get(&one.finding.assessment_id).cloned().flatten();
    }
    Ok(judged(found))
}

fn titles(assessments: Vec<records::Row>) -> Result<HashMap<String, Option<Text>>, Failure> {
    let titled = |row: records::Row| {
        let assessment: Assessment = row.message()?;
        Ok((row.id, assessment.title))
    };
    assessments.into_iter().map(titled).collect()
}

fn with_titles(findings: Vec<records::Row>, assessments: Vec<records::Row>) -> Result<Vec<Found>, Failure> {
    let titles = titles(assessments)?;
    let found = findings.into_iter().map(|row| {
        let finding: Finding = row.message()?;
        let assessment = titles.get(&finding.assessment_id).cloned().flatten();
        Ok(Found { finding, assessment, at: row.recorded_at, classification: row.classification() })
    });
    found.collect()
}

fn judged(mut all: Vec<Found>) -> BTreeMap<String, Judged> {
    all.sort_by(|one, other| (other.at, &one.finding.id).cmp(&(one.at, &other.finding.id)));
    let mut by: BTreeMap<String, Judged> = BTreeMap::new();
    for found in all.into_iter().filter(|found| !found.finding.outcome_lineage_id.is_empty()) {
        let of = by.entry(found.finding.outcome_lineage_id.clone()).or_default();
        let finding = &found.finding;
        if !finding.progress_rating.is_empty() || !finding.performance_rating.is_empty() {
            match of.ratings.iter().position(|known| known.finding.assessment_id == finding.assessment_id) {
                Some(newer) => of.ratings[newer].complete(&found),
                None if of.ratings.len() < RATINGS_MAX => of.ratings.push(found.clone()),
                None => {}
            }
        }
        of.latest.get_or_insert(found);
    }
    by
}

impl Found {
    /// Takes from an older finding of the same assessment what this one does not rate.
    fn complete(&mut self, older: &Self) {
        let lacks = |own: &str, theirs: &str| own.is_empty() && !theirs.is_empty();
        let (own, theirs) = (&self.finding, &older.finding);
        let progress = lacks(&own.progress_rating, &theirs.progress_rating);
        let performance = lacks(&own.performance_rating, &theirs.performance_rating);
        if !progress && !performance {
            return;
        }
        let classification = self.classification.max(older.classification);
        if progress {
            // What rates the progress tells the rest, too.
            let own = std::mem::replace(self, older.clone());
            if !own.finding.performance_rating.is_empty() {
                self.finding.performance_rating = own.finding.performance_rating;
            }
        } else {
            self.finding.performance_rating.clone_from(&older.finding.performance_rating);
        }
        self.classification = classification;
    }
}

impl From<&Found> for pb::TileRating {
    fn from(of: &Found) -> Self {
        let finding = &of.finding;
        Self {
            finding_id: finding.id.clone(),
            assessment_id: finding.assessment_id.clone(),
            assessment: of.assessment.clone(),
            progress_rating: finding.progress_rating.clone(),
            performance_rating: finding.performance_rating.clone(),
            direction: finding.direction.clone(),
            confidence: finding.confidence.clone(),
            narrative: finding.narrative.clone(),
            evidence: u32::try_from(finding.evidence.len()).unwrap_or(u32::MAX),
            recorded_at: of.at.to_rfc3339_opts(SecondsFormat::Micros, true),
            evidence_path: format!("assessments/{}?outcome={}", finding.assessment_id, finding.outcome_lineage_id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_and_performance_are_told_together_as_high_as_both() {
        let performs = |mut of: Found, rating: &str, classification| {
            rating.clone_into(&mut of.finding.performance_rating);
            of.classification = classification;
            of
        };
        use Classification::{Confidential, Unclassified};
        let all = vec![
            performs(found("1", "A", "at_risk", 1), "", Unclassified),
            performs(found("2", "A", "", 2), "weak", Confidential),
            performs(found("3", "A", "", 3), "strong", Unclassified),
            performs(found("4", "B", "", 0), "adequate", Unclassified),
        ];
        let by = judged(all);
        let told = |of: &Found| {
            let finding = of.finding.clone();
            (finding.id, finding.progress_rating, finding.performance_rating, of.classification)
        };
        let expected = [("1", "at_risk", "strong", Unclassified), ("4", "", "adequate", Unclassified)].map(
            |(id, progress, performance, class)| (id.to_owned(), progress.to_owned(), performance.to_owned(), class),
        );
        assert_eq!(by["o"].ratings.iter().map(told).collect::<Vec<_>>(), expected);
    }

    fn found(id: &str, assessment: &str, progress: &str, second: i64) -> Found {
        let finding = Finding {
            id: id.into(),
            assessment_id: assessment.into(),
            outcome_lineage_id: "o".into(),
            progress_rating: progress.into(),
            ..Default::default()
        };
        let at = DateTime::from_timestamp(second, 0).expect("a time");
        Found { finding, assessment: None, at, classification: Classification::Unclassified }
    }

    #[test]
    fn each_assessment_rates_once_and_the_newest_finding_need_not_rate() {
        let all = vec![
            found("1", "A", "at_risk", 1),
            found("2", "A", "on_track", 2),
            found("3", "B", "off_track", 3),
            found("4", "B", "", 4),
        ];
        let by = judged(all);
        let ids: Vec<&str> = by["o"].ratings.iter().map(|one| one.finding.id.as_str()).collect();
        assert_eq!(ids, ["3", "2"]);
        assert_eq!(by["o"].latest.as_ref().map(|one| one.finding.id.as_str()), Some("4"));
    }
}
