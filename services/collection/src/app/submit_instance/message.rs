//! What is answered to who sent an instance.

use std::collections::BTreeSet;

use cpas_proto::{collection::v1 as pb, common::v1::Text};

/// Sentences that an answer repeats, at most.
const SENTENCES_MAX: usize = 5;

/// What became of an instance that is new.
pub(super) fn of(submission: &pb::Submission, unnamed: &[String], submitted: usize) -> Text {
    let count = |word: &str| submission.answers.iter().filter(|one| one.outcome == word).count();
    let (stored, unchanged, conflicts, left) = (count("stored"), count("unchanged"), count("conflict"), count("left"));
    let mut said = Said::default();
    let drafts = stored - submitted.min(stored);
    said.add(
        format!("{} recorded: {submitted} submitted, {drafts} as a draft.", values(stored).0),
        format!("{} : {submitted} à l’état soumis, {drafts} en brouillon.", recorded_fr(stored)),
    );
    if unchanged > 0 {
        let (en, fr) = values(unchanged);
        said.add(format!("{en} known already."), format!("Déjà connu : {fr}."));
    }
    if conflicts > 0 {
        let (en, fr) = values(conflicts);
        said.add(
            format!("{en} kept beside other values, for somebody to choose."),
            format!("Gardé à côté d’autres valeurs, pour que quelqu’un choisisse : {fr}."),
        );
    }
    if left > 0 {
        said.add(
            format!("Not asked any more, and kept in the instance: {left}."),
            format!("Plus demandées, et gardées dans l’instance : {left}."),
        );
    }
    let reasons: BTreeSet<&str> =
        submission.answers.iter().map(|one| one.message.as_str()).filter(|one| !one.is_empty()).collect();
    for reason in reasons.into_iter().take(SENTENCES_MAX) {
        said.add(reason.to_owned(), reason.to_owned());
    }
    if !submission.point_area.is_empty() {
        let (area, chosen) = (&submission.point_area, &submission.area);
        match area.as_str() {
            "-" => said.add(
                format!("The place that was measured lies in no area, not in {chosen}; somebody will look at it."),
                format!("Le lieu mesuré n’est dans aucune zone, pas dans {chosen} ; quelqu’un regardera."),
            ),
            _ => said.add(
                format!("The place that was measured lies in {area}, not in {chosen}; somebody will look at it."),
                format!("Le lieu mesuré est dans {area}, pas dans {chosen} ; quelqu’un regardera."),
            ),
        }
    }
    if !unnamed.is_empty() {
        let names = unnamed.join(", ");
        said.add(
            format!("Not kept, since the form does not name them: {names}."),
            format!("Non gardés, car le formulaire ne les nomme pas : {names}."),
        );
    }
    said.awaited(submission);
    said.text()
}

/// What is said of one that was known.
pub(super) fn again(submission: &pb::Submission, added: u32) -> Text {
    let mut said = Said::default();
    said.add(
        format!("This was received before and is stored once. Files added: {added}."),
        format!("Ceci a déjà été reçu et n’est enregistré qu’une fois. Fichiers ajoutés : {added}."),
    );
    said.awaited(submission);
    said.text()
}

fn recorded_fr(count: usize) -> String {
    let ending = if count < 2 { "" } else { "s" };
    format!("{count} valeur{ending} enregistrée{ending}")
}

fn values(count: usize) -> (String, String) {
    match count {
        1 => ("1 value".to_owned(), "1 valeur".to_owned()),
        _ => (format!("{count} values"), format!("{count} valeurs")),
    }
}

#[derive(Default)]
struct Said {
    en: Vec<String>,
    fr: Vec<String>,
}

impl Said {
    fn add(&mut self, en: String, fr: String) {
        self.en.push(en);
        self.fr.push(fr);
    }

    fn awaited(&mut self, submission: &pb::Submission) {
        if !submission.awaited.is_empty() {
            let names = submission.awaited.join(", ");
            self.add(format!("Still to come: {names}."), format!("Encore attendus : {names}."));
        }
    }

    fn text(self) -> Text {
        Text::of(self.en.join(" "), self.fr.join(" "))
    }
}
