//! The minutes: put together by rules from what was kept, as a page that stands alone. They read nothing that changes
//! after a workshop is closed, so that closed minutes stay as they are; a correction comes after them.

use std::{collections::BTreeMap, fmt::Write as _};

use chrono::{DateTime, Utc};
use cpas_proto::words::{Classification, Component, Language};

use super::{
    Correction, Decision, Dissent, Entry, Presence, Record, Remark, State, Step,
    vote::{Asked, Choice, Vote},
};
use crate::domain::{finding::Question, frozen::Outcome, text::Text};

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;color:#1b2126;\
    background:#fff}h2{border-top:1px solid #767f88;padding-top:.5rem}table{border-collapse:collapse}th,td{text-align:start;\
    padding:.15rem .75rem .15rem 0;vertical-align:top}td.n{text-align:end;font-variant-numeric:tabular-nums}\
    .soft{color:#515a63}blockquote{margin:.5rem 0;padding-inline-start:1rem;border-inline-start:3px solid #767f88}";

/// The page, in a language.
pub fn page(of: &Record, language: Language) -> String {
    let say = Say(language);
    let mut body = String::new();
    let title = say.of("Minutes of the workshop", "Compte rendu de l’atelier");
    let assessment = say.text(&of.title);
    put(&mut body, format_args!("<h1>{title}</h1><p><b>{assessment}</b></p>"));
    let mark = say.classification(highest(of));
    put(&mut body, format_args!("<p>{}: <b>{mark}</b></p>", say.of("Classification", "Classification")));
    if of.workshop.state == State::Open {
        let draft = say.of(
            "The workshop is open: these minutes are a draft.",
            "L’atelier est ouvert : ce compte rendu est un projet.",
        );
        put(&mut body, format_args!("<p><b>{draft}</b></p>"));
    }
    steps(&mut body, of, say);
    presences(&mut body, &of.presences, say);
    for lineage in &of.workshop.agenda {
        if let Some(outcome) = of.outcomes.iter().find(|outcome| outcome.lineage_id == *lineage) {
            discussed(&mut body, of, outcome, say);
        }
    }
    corrections(&mut body, of, say);
    let (language, style) = (language.word(), STYLE);
    format!(
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}: {assessment}</title><style>{style}</style></head>\
         <body><main>{body}</main></body></html>\n"
    )
}

fn steps(body: &mut String, of: &Record, say: Say) {
    body.push_str("<ul>");
    for entry in &of.entries {
        let Entry::Step(taken) = entry else { continue };
        let step = match taken.step {
            Step::Opened => say.of("Opened", "Ouvert"),
            Step::Closed => say.of("Closed", "Clos"),
            Step::Reopened => say.of("Reopened", "Rouvert"),
        };
        let (at, by) = (when(taken.written.at), escaped(&taken.written.name));
        let why = if taken.reason.is_empty() { String::new() } else { format!(": {}", escaped(&taken.reason)) };
        put(body, format_args!("<li>{step}, {at}, {by}{why}</li>"));
    }
    body.push_str("</ul>");
}

fn presences(body: &mut String, of: &[Presence], say: Say) {
    let heads = [
        say.of("Name", "Nom"),
        say.of("Section or component", "Section ou composante"),
        say.of("Here from", "Présence du"),
        say.of("Until", "Au"),
        say.of("Votes", "Vote"),
    ];
    put(body, format_args!("<h2>{}</h2><table><thead><tr>", say.of("Present", "Présents")));
    for head in heads {
        put(body, format_args!("<th scope=\"col\">{head}</th>"));
    }
    body.push_str("</tr></thead><tbody>");
    for one in of {
        let section = if one.section.is_empty() { say.component(one.component) } else { escaped(&one.section) };
        let until = one.left_at.map(when).unwrap_or_default();
        let votes = if one.account_id.is_some() { say.of("yes", "oui") } else { say.of("guest", "personne invitée") };
        let (name, from) = (escaped(&one.name), when(one.joined_at));
        put(
            body,
            format_args!(
                "<tr><th scope=\"row\">{name}</th><td>{section}</td><td>{from}</td><td>{until}</td><td>{votes}</td></tr>"
            ),
        );
    }
    body.push_str("</tbody></table>");
}

fn discussed(body: &mut String, of: &Record, outcome: &Outcome, say: Say) {
    let lineage = outcome.lineage_id;
    put(body, format_args!("<h2>{} {}</h2>", escaped(&outcome.number), say.text(&outcome.statement)));
    let length = body.len();
    for one in of.votes.iter().filter(|vote| vote.outcome == lineage) {
        vote(body, one, say);
    }
    for entry in &of.entries {
        match entry {
            Entry::Decision(one) if one.outcome == lineage => decision(body, one, say),
            Entry::Dissent(one) if one.outcome == lineage => dissent(body, one, say),
            _ => {}
        }
    }
    for one in of.remarks.iter().filter(|remark| remark.outcome == lineage) {
        remark(body, one, say);
    }
    if body.len() == length {
        put(body, format_args!("<p class=\"soft\">{}</p>", say.of("Nothing was noted.", "Rien n’a été noté.")));
    }
}

fn vote(body: &mut String, of: &Vote, say: Say) {
    let asked = match of.asked {
        Asked::Progress => say.of("Vote on the progress of the outcome", "Vote sur les progrès de l’effet"),
        Asked::Performance => say.of("Vote on the performance of the mission", "Vote sur la performance de la mission"),
        Asked::Proposal => say.of("Vote on a proposal", "Vote sur une proposition"),
    };
    let on = of.finding.map(|(_, question)| format!(" ({})", say.question(question))).unwrap_or_default();
    let how = if of.is_secret() { say.of("secret", "secret") } else { say.of("by name", "nominatif") };
    put(body, format_args!("<h3>{asked}{on}, {how}{}</h3>", say.mark(of.classification)));
    if !of.text.en.is_empty() || !of.text.fr.is_empty() {
        put(body, format_args!("<blockquote>{}</blockquote>", say.text(&of.text)));
    }
    let Some(counted) = &of.counted else {
        let left =
            say.of("The vote was not closed; nothing was counted.", "Le vote n’a pas été clos ; rien n’a été compté.");
        put(body, format_args!("<p>{left}</p>"));
        return;
    };
    let (voted, may) = (counted.voted, counted.may_vote);
    let turnout = say.of("voted, of those who could:", "votes, sur les personnes qui pouvaient voter :");
    put(body, format_args!("<p>{voted} {turnout} {may}.</p>"));
    let Some(counts) = &counted.counts else {
        let few = say.of(
            "Fewer than 3 voted: the counts of a secret vote are not shown then.",
            "Moins de 3 votes : les résultats d’un vote secret ne sont alors pas montrés.",
        );
        put(body, format_args!("<p>{few}</p>"));
        return;
    };
    let by_component = of.by_component();
    table(body, of.asked, counts, &by_component, say);
}

fn table(
    body: &mut String,
    asked: Asked,
    counts: &BTreeMap<Choice, usize>,
    by_component: &BTreeMap<Option<Component>, BTreeMap<Choice, usize>>,
    say: Say,
) {
    put(body, format_args!("<table><thead><tr><td></td><th scope=\"col\">{}</th>", say.of("Votes", "Voix")));
    for component in by_component.keys() {
        put(body, format_args!("<th scope=\"col\">{}</th>", say.component(*component)));
    }
    body.push_str("</tr></thead><tbody>");
    for choice in asked.choices() {
        let all = counts.get(choice).copied().unwrap_or_default();
        put(body, format_args!("<tr><th scope=\"row\">{}</th><td class=\"n\">{all}</td>", say.choice(*choice)));
        for own in by_component.values() {
            put(body, format_args!("<td class=\"n\">{}</td>", own.get(choice).copied().unwrap_or_default()));
        }
        body.push_str("</tr>");
    }
    body.push_str("</tbody></table>");
}

fn decision(body: &mut String, of: &Decision, say: Say) {
    let head = say.of("Decision", "Décision");
    put(body, format_args!("<h3>{head}{}</h3><p>{}</p>", say.mark(of.classification), say.text(&of.text)));
    if let Some(taken) = &of.taken_over {
        let progress = taken.progress.and_then(|status| status.word().parse().ok()).map(|choice| say.choice(choice));
        let performance = taken.performance.and_then(|one| one.word().parse().ok()).map(|choice| say.choice(choice));
        let ratings: Vec<&str> = progress.into_iter().chain(performance).collect();
        let into = say.of("taken over into the finding", "repris dans le constat");
        let version = say.of("version", "version");
        put(
            body,
            format_args!(
                "<p><b>{}</b>, {into} “{}”, {version} {}.</p>",
                ratings.join(", "),
                say.question(taken.question),
                taken.version
            ),
        );
    }
    if of.recommendation_id.is_some() {
        let proposed =
            say.of("A recommendation was proposed to leadership.", "Une recommandation a été proposée à la direction.");
        put(body, format_args!("<p>{proposed}</p>"));
    }
    let proposer = if of.proposed_by.is_empty() {
        String::new()
    } else {
        format!("{} {}. ", say.of("Proposed by", "Proposée par"), escaped(&of.proposed_by))
    };
    let (by, at) = (escaped(&of.written.name), when(of.written.at));
    put(body, format_args!("<p class=\"soft\">{proposer}{by}, {at}</p>"));
}

fn dissent(body: &mut String, of: &Dissent, say: Say) {
    let (head, text) = (say.of("Dissent", "Avis divergent"), escaped(&of.text));
    let (by, component, at) = (escaped(&of.written.name), say.component(of.component), when(of.written.at));
    put(body, format_args!("<h3>{head} ({}){}</h3>", say.question(of.question), say.mark(of.classification)));
    put(body, format_args!("<p>{text}</p><p class=\"soft\">{by} ({component}), {at}</p>"));
}

fn remark(body: &mut String, of: &Remark, say: Say) {
    let head = say.of("Remark", "Remarque");
    put(body, format_args!("<h3>{head}{}</h3><p>{}</p>", say.mark(of.classification), say.text(&of.text)));
}

fn corrections(body: &mut String, of: &Record, say: Say) {
    let all: Vec<&Correction> = of
        .entries
        .iter()
        .filter_map(|entry| if let Entry::Correction(correction) = entry { Some(correction) } else { None })
        .collect();
    if all.is_empty() {
        return;
    }
    put(body, format_args!("<h2>{}</h2><ul>", say.of("Corrections", "Corrections")));
    for one in all {
        let (by, at, mark) = (escaped(&one.written.name), when(one.written.at), say.mark(one.classification));
        put(body, format_args!("<li>{}{mark} <span class=\"soft\">{by}, {at}</span></li>", say.text(&one.text)));
    }
    body.push_str("</ul>");
}

/// The highest of what stands on the page.
fn highest(of: &Record) -> Classification {
    let entries = of.entries.iter().map(|entry| match entry {
        Entry::Step(_) => Classification::Unclassified,
        Entry::Decision(one) => one.classification,
        Entry::Dissent(one) => one.classification,
        Entry::Correction(one) => one.classification,
    });
    let votes = of.votes.iter().map(|vote| vote.classification);
    let remarks = of.remarks.iter().map(|remark| remark.classification);
    entries.chain(votes).chain(remarks).fold(of.workshop.classification, Classification::max)
}

fn put(body: &mut String, words: std::fmt::Arguments<'_>) {
    body.write_fmt(words).expect("a string takes all");
}

fn when(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\n', "<br>")
}

/// The words of the page in one language.
#[derive(Clone, Copy)]
struct Say(Language);

impl Say {
    fn of(self, en: &'static str, fr: &'static str) -> &'static str {
        if self.0 == Language::Fr { fr } else { en }
    }

    /// A text in this language, else in the other.
    fn text(self, text: &Text) -> String {
        let (first, other) = if self.0 == Language::Fr { (&text.fr, &text.en) } else { (&text.en, &text.fr) };
        escaped(if first.is_empty() { other } else { first })
    }

    fn choice(self, choice: Choice) -> &'static str {
        match choice {
            Choice::Achieved => self.of("Achieved", "Atteint"),
            Choice::OnTrack => self.of("On track", "En bonne voie"),
            Choice::AtRisk => self.of("At risk", "Compromis"),
            Choice::OffTrack => self.of("Off track", "Hors trajectoire"),
            Choice::NoData => self.of("No data", "Sans données"),
            Choice::Strong => self.of("Strong", "Forte"),
            Choice::Adequate => self.of("Adequate", "Suffisante"),
            Choice::Weak => self.of("Weak", "Faible"),
            Choice::Yes => self.of("Yes", "Oui"),
            Choice::No => self.of("No", "Non"),
            Choice::Abstain => self.of("Abstain", "Abstention"),
        }
    }

    fn question(self, question: Question) -> &'static str {
        match question {
            Question::Change => self.of("what changed", "ce qui a changé"),
            Question::Delivery => self.of("delivery of outputs", "réalisation des produits"),
            Question::Link => self.of("the link", "le lien"),
            Question::Alternatives => self.of("what else explains it", "autres explications"),
            Question::GenderAndYouth => self.of("women, girls, youth", "femmes, filles, jeunes"),
            Question::Next => self.of("what next", "la suite"),
        }
    }

    fn component(self, component: Option<Component>) -> String {
        let word = match component {
            Some(Component::Civilian) => self.of("Civilian", "Civile"),
            Some(Component::Military) => self.of("Military", "Militaire"),
            Some(Component::Police) => self.of("Police", "Police"),
            Some(Component::Support) => self.of("Support", "Appui"),
            None => self.of("Whole mission", "Toute la mission"),
        };
        word.to_owned()
    }

    fn classification(self, of: Classification) -> &'static str {
        match of {
            Classification::Unclassified => self.of("Unclassified", "Non classifié"),
            Classification::Confidential => self.of("Confidential", "Confidentiel"),
            Classification::StrictlyConfidential => self.of("Strictly confidential", "Strictement confidentiel"),
        }
    }

    /// A tag beside what is classified.
    fn mark(self, of: Classification) -> String {
        if of == Classification::Unclassified { String::new() } else { format!(" [{}]", self.classification(of)) }
    }
}
