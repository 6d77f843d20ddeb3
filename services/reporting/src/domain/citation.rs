//! A sheet cannot cite what is more restricted than its audience.

use cpas_proto::words::Classification;

use super::sheet::Audience;

/// Something that a sheet cites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// As a planner knows it: `indicator OC-1`, `the assessment`.
    pub what: String,
    pub classification: Classification,
}

/// What a sheet cites above its audience.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "A public fact sheet cites only what is unclassified. Take these out, or make the sheet internal: {}. Nothing was changed.",
    .0.iter().map(|cited| format!("{} ({})", cited.what, cited.classification.word().replace('_', " "))).collect::<Vec<_>>().join(", ")
)]
pub struct TooRestricted(pub Vec<Cited>);

/// The classification of a sheet that cites these: the highest of them.
///
/// # Errors
/// The list of those that its audience may not see.
pub fn classify(audience: Audience, cited: &[Cited]) -> Result<Classification, TooRestricted> {
    let highest = cited.iter().map(|cited| cited.classification).max().unwrap_or(Classification::Unclassified);
    if audience == Audience::Public && highest > Classification::Unclassified {
        let mut refused: Vec<Cited> = Vec::new();
        for one in cited.iter().filter(|cited| cited.classification > Classification::Unclassified) {
            if !refused.contains(one) {
                refused.push(one.clone());
            }
        }
        return Err(TooRestricted(refused));
    }
    Ok(highest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cited(what: &str, classification: Classification) -> Cited {
        Cited { what: what.to_owned(), classification }
    }

    #[test]
    fn a_public_sheet_is_refused_with_the_list_and_an_internal_one_inherits_the_highest() {
        let all = [
            cited("indicator A", Classification::Unclassified),
            cited("indicator B", Classification::StrictlyConfidential),
            cited("indicator B", Classification::StrictlyConfidential),
        ];
        let refused = classify(Audience::Public, &all).expect_err("B");
        assert_eq!(refused.0.len(), 1);
        assert!(refused.to_string().contains("indicator B (strictly confidential)"), "{refused}");
        assert_eq!(classify(Audience::Internal, &all), Ok(Classification::StrictlyConfidential));
        assert_eq!(classify(Audience::Public, &all[..1]), Ok(Classification::Unclassified));
    }
}
