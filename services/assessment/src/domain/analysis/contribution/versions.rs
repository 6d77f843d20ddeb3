//! Earlier versions of the method. What they gave is kept as it was written, and is computed again to the same bytes by their
//! rules: the numbers are those of today, and what differs is said here.
//!
//! - `contribution/1` held no rival fixed.
//! - `contribution/2` held rivals fixed, but not against an association that goes the other way, and knew none from maps.
//! - `contribution/3` lets staggered starts and synthetic control contradict. At first it asked rivals as `contribution/2` did;
//!   then as today, still under this name. Which of the two a result is of, its bytes tell.
//! - `contribution/4` holds an association that goes the other way against rivals too, and says of a contrary one what there is
//!   to be careful about.
//!
//! Held against results of the code of that time (`tests/fixtures/earlier_contributions.json`).

use super::{Case, Checked, Contribution, Grade, Kind, METHOD, before_rivals, contribution, grade, rivals, sentence};
use crate::domain::text::Text;

/// What earlier versions named themselves.
const FIRST: &str =
    "contribution/1: two-way fixed effects; wild cluster bootstrap-t (Webb, null imposed); area jackknife";
const SECOND: &str = "contribution/2: two-way fixed effects; wild cluster bootstrap-t (Webb, null imposed); area jackknife; rivals held fixed";
const THIRD: &str = "contribution/3: two-way fixed effects; wild cluster bootstrap-t (Webb, null imposed); area jackknife; rivals held fixed; contradicted by staggered starts or synthetic control";

/// The texts that the version which a result names may have given of a case: one, or two where its rules changed under its
/// name. Empty: there is no such version.
pub fn again(case: &Case, method: &str) -> Result<Vec<String>, serde_json::Error> {
    Ok(match method {
        METHOD => vec![serde_json::to_string(&contribution(case))?],
        THIRD => {
            let later = Contribution { method: THIRD.to_owned(), ..contribution(case) };
            vec![serde_json::to_string(&earlier(case, THIRD))?, serde_json::to_string(&later)?]
        }
        FIRST | SECOND => vec![without_comparisons(&earlier(case, method))?],
        _ => Vec::new(),
    })
}

fn earlier(case: &Case, method: &str) -> Contribution {
    let mut found = before_rivals(case);
    method.clone_into(&mut found.method);
    let Ok(panel) = &case.panel else { return found };
    if method != THIRD {
        found.checks.retain(|check| !matches!(check.kind, Kind::Staggered | Kind::Synthetic));
    }
    let (estimate, bootstrap) = (found.estimate.as_ref(), found.bootstrap.as_ref());
    let is_asked_for = rivals::is_asked_for(case.good_sign(), estimate, bootstrap);
    let is_expected = || estimate.zip(case.good_sign()).is_some_and(|(one, sign)| one.coefficient * sign > 0.0);
    if method != FIRST && is_asked_for && is_expected() {
        let mut check = rivals::check(case, panel);
        if check.checked == Checked::Untested {
            check.text = Text::of(
                "No indicator of the context is known in these areas and periods, so that no rival explanation was held fixed.",
                "Aucun indicateur de contexte n'est connu dans ces zones et périodes : aucune autre explication n'a été tenue fixe.",
            );
        }
        found.checks.push(check);
    }
    (found.grade, found.reasons) = grade::grade(case.good_sign(), estimate, bootstrap, &found.checks);
    if found.grade == Grade::Contrary {
        // What there is to be careful about was told of the other grades only.
        found.reasons.truncate(1);
    }
    found.statement = sentence::statement(case, &found);
    found
}

/// The text of a result of a version that had no comparisons over starts.
fn without_comparisons(found: &Contribution) -> Result<String, serde_json::Error> {
    let mut written = serde_json::to_value(found)?;
    if let Some(fields) = written.as_object_mut() {
        fields.shift_remove("synthetic");
        fields.shift_remove("staggered");
    }
    serde_json::to_string(&written)
}
