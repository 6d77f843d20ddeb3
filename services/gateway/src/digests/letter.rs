//! The letter itself: short, plain, in the reader's language; nothing of a record.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use cpas_proto::words::{Language, month_name};
use lettre::{
    Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};
use quick_xml::escape::escape;
use uuid::Uuid;

use super::waiting::{ToEnter, Waiting};

/// To whom, from where, about which mission.
#[derive(Debug)]
pub struct Envelope<'a> {
    pub id: Uuid,
    pub from: Mailbox,
    pub to: Mailbox,
    pub language: Language,
    pub at: DateTime<Utc>,
    /// Code of the mission.
    pub mission: &'a str,
    /// Address of the web app, without a slash at the end.
    pub base: &'a str,
}

/// One line: what, and the screen for it.
struct Line {
    text: String,
    link: String,
}

/// Writes it.
///
/// # Errors
/// When a header cannot be made of what there is.
pub fn write(envelope: Envelope<'_>, waiting: &Waiting) -> Result<Message, lettre::error::Error> {
    let Envelope { id, from, to, language, at, mission, base } = envelope;
    let said = |en: String, fr: String| if language == Language::Fr { fr } else { en };
    let home = format!("{base}/m/{mission}");
    let settings = format!("{home}/members?view=digest");
    let mut lines: Vec<Line> = Vec::new();
    lines.extend(
        line_of(&waiting.mine, language, true).map(|text| Line { text, link: format!("{home}/tasks?assignee=me") }),
    );
    lines.extend(
        line_of(&waiting.nobodys, language, false)
            .map(|text| Line { text, link: format!("{home}/tasks?assignee=nobody") }),
    );
    for kind in &waiting.kinds {
        let words = said(kind.words.en.clone(), kind.words.fr.clone());
        let colon = if language == Language::Fr { " : " } else { ": " };
        lines.push(Line { text: format!("{words}{colon}{}", kind.count), link: format!("{home}/{}", kind.path) });
    }
    let count = waiting.count();
    let subject = match (language, count) {
        (Language::En, 1) => format!("CPAS {mission}: 1 thing waits for you"),
        (Language::En, _) => format!("CPAS {mission}: {count} things wait for you"),
        (Language::Fr, 1) => format!("CPAS {mission} : 1 élément vous attend"),
        (Language::Fr, _) => format!("CPAS {mission} : {count} éléments vous attendent"),
    };
    let opening = said(format!("In {mission} this waits for you:"), format!("À la {mission}, ceci vous attend :"));
    let closing = said(
        "You get this because you work in the mission. Choose how often, or never:".to_owned(),
        "Vous recevez ce message parce que vous travaillez à la mission. Choisissez sa fréquence, ou aucune :"
            .to_owned(),
    );
    let text = text_part(&opening, &lines, &closing, &settings);
    let html = html_part(language, &opening, &lines, &closing, &settings);
    let domain = from.email.domain().to_owned();
    let raw = |name: &'static str, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
    Message::builder()
        .from(from)
        .to(to)
        .subject(subject)
        .date(at.into())
        // The same when it is sent again: a mail program shows it once.
        .message_id(Some(format!("<{id}@{domain}>")))
        .raw_header(raw("List-Unsubscribe", format!("<{settings}>")))
        .raw_header(raw("Auto-Submitted", "auto-generated".to_owned()))
        .multipart(MultiPart::alternative_plain_html(text, html))
}

/// "Assigned to you: 3 late, 2 due from 10 March 2026 on (OC-CIVDEATHS)"; `None`: nothing waits.
fn line_of(of: &ToEnter, language: Language, mine: bool) -> Option<String> {
    let fr = language == Language::Fr;
    let late = (of.late > 0).then(|| match (fr, of.late) {
        (false, count) => format!("{count} late"),
        (true, count) => format!("{count} en retard"),
    });
    let soon = (of.soon > 0).then(|| {
        let from = of.next_due.map(|day| day_in(language, day)).unwrap_or_default();
        if fr { format!("{} à partir du {from}", of.soon) } else { format!("{} due from {from} on", of.soon) }
    });
    let counts = [late, soon].into_iter().flatten().collect::<Vec<_>>().join(", ");
    if counts.is_empty() {
        return None;
    }
    let what = match (fr, mine) {
        (false, true) => "Data that you were asked to enter: ",
        (false, false) => "Data of your section that nobody was asked to enter: ",
        (true, true) => "Données à saisir qui vous sont confiées : ",
        (true, false) => "Données de votre section qui ne sont confiées à personne : ",
    };
    let more = match (of.and_more, fr) {
        (false, _) => "",
        (true, false) => ", and more",
        (true, true) => ", et d’autres",
    };
    let codes = of.codes.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let codes = if codes.is_empty() { codes } else { format!(" ({codes})") };
    Some(format!("{what}{counts}{more}{codes}"))
}

/// A day that nobody mistakes for another.
fn day_in(language: Language, day: NaiveDate) -> String {
    let name = month_name(day.month(), language).unwrap_or_default();
    let number = if language == Language::Fr && day.day() == 1 { "1er".to_owned() } else { day.day().to_string() };
    format!("{number} {name} {}", day.year())
}

fn text_part(opening: &str, lines: &[Line], closing: &str, settings: &str) -> String {
    let mut text = format!("{opening}\n\n");
    for Line { text: line, link } in lines {
        text.push_str(&format!("- {line}\n  {link}\n"));
    }
    text.push_str(&format!("\n{closing}\n{settings}\n"));
    text
}

fn html_part(language: Language, opening: &str, lines: &[Line], closing: &str, settings: &str) -> String {
    let item = |line: &Line| format!("<li><a href=\"{}\">{}</a></li>\n", escape(&line.link), escape(&line.text));
    let items: String = lines.iter().map(item).collect();
    let (opening, closing, settings) = (escape(opening), escape(closing), escape(settings));
    format!(
        "<!doctype html>\n<html lang=\"{language}\"><body>\n<p>{opening}</p>\n<ul>\n{items}</ul>\n\
         <p><small>{closing} <a href=\"{settings}\">{settings}</a></small></p>\n</body></html>\n"
    )
}

#[cfg(test)]
mod tests {
    use cpas_proto::common::v1::Text;

    use super::{super::waiting::Kind, *};

    fn envelope(language: Language) -> Envelope<'static> {
        Envelope {
            id: Uuid::from_u128(7),
            from: "CPAS <cpas@mission.example>".parse().expect("an address"),
            to: Mailbox::new(Some("Zoé, \"the\" <Verifier>".to_owned()), "zoe@mission.example".parse().expect("one")),
            language,
            at: DateTime::UNIX_EPOCH,
            mission: "MINUSCA",
            base: "https://cpas.example.org",
        }
    }

    fn waiting() -> Waiting {
        let mine = ToEnter {
            late: 3,
            soon: 2,
            and_more: false,
            next_due: "2026-03-01".parse().ok(),
            codes: ["OC-CIVDEATHS".to_owned(), "OC-<TRUST>".to_owned()].into(),
        };
        let kind =
            Kind { words: Text::of("Plans to approve", "Plans à approuver"), count: 1, path: "plan".to_owned() };
        Waiting { kinds: vec![kind], mine, nobodys: ToEnter { late: 1, ..ToEnter::default() } }
    }

    #[test]
    fn a_letter_says_what_waits_in_the_readers_language_and_how_to_get_none() {
        let of = |language, count: &str| {
            let message = write(envelope(language), &waiting()).expect("a letter");
            assert!(message.headers().get_raw("Subject").is_some_and(|subject| subject.contains(count)));
            let unsubscribe = message.headers().get_raw("List-Unsubscribe");
            assert_eq!(unsubscribe, Some("<https://cpas.example.org/m/MINUSCA/members?view=digest>"));
            let bytes = message.formatted();
            assert!(bytes.len() < 10_000, "{} bytes are much over a bad line", bytes.len());
            String::from_utf8(bytes).expect("ASCII: all else is encoded")
        };
        let english = of(Language::En, "7 things");
        assert!(english.contains("Message-ID: <00000000-0000-0000-0000-000000000007@mission.example>"), "{english}");
        assert!(!of(Language::Fr, "7").contains("waits for you"));
        let line = |language, mine| line_of(&waiting().mine, language, mine).expect("a line");
        assert_eq!(
            line(Language::En, true),
            "Data that you were asked to enter: 3 late, 2 due from 1 March 2026 on (OC-<TRUST>, OC-CIVDEATHS)"
        );
        assert_eq!(
            line(Language::Fr, false),
            "Données de votre section qui ne sont confiées à personne : 3 en retard, 2 à partir du 1er mars 2026 \
             (OC-<TRUST>, OC-CIVDEATHS)"
        );
        assert_eq!(line_of(&ToEnter::default(), Language::En, true), None);
    }

    #[test]
    fn what_is_told_is_never_markup() {
        let line = Line { text: "OC-<TRUST> & \"more\"".to_owned(), link: "https://x/?a=1&b=\"".to_owned() };
        let html = html_part(Language::Fr, "o", &[line], "c", "https://x");
        assert!(html.contains("OC-&lt;TRUST&gt; &amp; &quot;more&quot;"), "{html}");
        assert!(html.contains("href=\"https://x/?a=1&amp;b=&quot;\""), "{html}");
        assert!(html.contains("lang=\"fr\""));
    }
}
