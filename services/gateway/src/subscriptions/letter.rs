//! The letter of a subscription: a few words and the file, or the mission in a small text.

use chrono::{DateTime, Utc};
use cpas_proto::{common::v1::Text, reporting::v1::MissionHome, words::Language};
use lettre::{
    Message,
    message::{
        Attachment, Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use uuid::Uuid;

use super::content::{Content, What};

/// A letter of a digest, whole: half a minute over a line of 5 kbit/s.
pub(super) const DIGEST_BYTES_MAX: usize = 20 * 1024;
/// Objectives, things that wait and changes in a digest.
const LINES_MAX: usize = 12;
const LINE_CHARS_MAX: usize = 160;

/// To whom, from where, about which mission.
#[derive(Debug, Clone)]
pub(super) struct Envelope<'a> {
    /// The same at every attempt.
    pub id: Uuid,
    pub from: Mailbox,
    pub to: Mailbox,
    pub language: Language,
    pub at: DateTime<Utc>,
    pub mission: &'a str,
    /// Address of the web app, without a slash at the end.
    pub base: &'a str,
    pub unsubscribe_key: &'a str,
}

/// Writes it.
///
/// # Errors
/// A sentence, when no letter can be made of what there is.
pub(super) fn write(envelope: &Envelope<'_>, content: &Content) -> Result<Message, String> {
    match &content.what {
        What::File { name, content_type, bytes } => {
            let opening = match envelope.language {
                Language::En => format!(
                    "“{}” of {} is attached, as it was when this was sent.",
                    short(&content.title),
                    envelope.mission
                ),
                Language::Fr => format!(
                    "« {} », de la {}, est joint, tel qu’au moment de l’envoi.",
                    short(&content.title),
                    envelope.mission
                ),
            };
            let media: ContentType =
                content_type.parse().map_err(|_| format!("\"{content_type}\" is no media type."))?;
            let attached = Attachment::new(name.clone()).body(bytes.clone(), media);
            let parts = MultiPart::mixed()
                .singlepart(SinglePart::plain(format!("{opening}\n\n{}", closing(envelope))))
                .singlepart(attached);
            headed(envelope, &content.title)?.multipart(parts).map_err(|error| format!("{error}."))
        }
        What::Digest(home) => {
            let mut lines = LINES_MAX;
            loop {
                let screen = format!("{}/m/{}", envelope.base, envelope.mission);
                let text = format!("{}\n{}", digest(home, envelope.language, &screen, lines), closing(envelope));
                let title =
                    if envelope.language == Language::Fr { "la mission en bref" } else { "the mission in brief" };
                let letter = headed(envelope, title)?
                    .singlepart(SinglePart::plain(text))
                    .map_err(|error| format!("{error}."))?;
                if letter.formatted().len() <= DIGEST_BYTES_MAX || lines == 0 {
                    return Ok(letter);
                }
                lines -= 1;
            }
        }
    }
}

fn headed(envelope: &Envelope<'_>, title: &str) -> Result<lettre::message::MessageBuilder, String> {
    let colon = if envelope.language == Language::Fr { " : " } else { ": " };
    let raw = |name: &'static str, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
    Ok(Message::builder()
        .from(envelope.from.clone())
        .to(envelope.to.clone())
        .subject(format!("CPAS {}{colon}{}", envelope.mission, short(title)))
        .date(envelope.at.into())
        .message_id(Some(format!("<{}@{}>", envelope.id, envelope.from.email.domain())))
        .raw_header(raw("List-Unsubscribe", format!("<{}>", unsubscribe(envelope))))
        // RFC 8058: a mail program ends it by one press.
        .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()))
        .raw_header(raw("Auto-Submitted", "auto-generated".to_owned())))
}

fn unsubscribe(envelope: &Envelope<'_>) -> String {
    format!("{}/unsubscribe/{}", envelope.base, envelope.unsubscribe_key)
}

fn closing(envelope: &Envelope<'_>) -> String {
    let (settings, end) = match envelope.language {
        Language::En => ("Change what is sent to you:", "Get no more of this, without signing in:"),
        Language::Fr => ("Changer ce qui vous est envoyé :", "Ne plus recevoir ceci, sans connexion :"),
    };
    let screen = format!("{}/m/{}/subscriptions", envelope.base, envelope.mission);
    format!("{settings}\n{screen}\n{end}\n{}\n", unsubscribe(envelope))
}

/// The same words for another system.
pub(super) fn digest_text(home: &MissionHome, language: Language, mission: &str, base: &str) -> String {
    digest(home, language, &format!("{base}/m/{mission}"), LINES_MAX)
}

/// Where objectives stand, what waits, what changed.
fn digest(home: &MissionHome, language: Language, screen: &str, lines: usize) -> String {
    let fr = language == Language::Fr;
    let said = |text: &Option<Text>| short(text.clone().unwrap_or_default().in_language(language));
    let colon = if fr { " : " } else { ": " };
    let mut text = String::new();
    let mut part = |head: (&str, &str), all: Vec<String>| {
        if all.is_empty() {
            return;
        }
        text.push_str(if fr { head.1 } else { head.0 });
        text.push('\n');
        let more = all.len().saturating_sub(lines);
        for line in all.into_iter().take(lines) {
            text.push_str(&format!("- {line}\n"));
        }
        if more > 0 {
            text.push_str(&if fr { format!("- et {more} de plus\n") } else { format!("- and {more} more\n") });
        }
        text.push('\n');
    };
    let objectives = home.objectives.iter();
    let objective = |of: &cpas_proto::reporting::v1::HomeObjective| {
        format!("{} {}{colon}{}", of.number, said(&of.statement), status(&of.status, fr))
    };
    part(("Objectives", "Objectifs"), objectives.map(objective).collect());
    let tasks = home.tasks.iter().filter(|task| task.count > 0);
    let task = |task: &cpas_proto::reporting::v1::HomeTask| format!("{}{colon}{}", said(&task.text), task.count);
    part(("What waits for you", "Ce qui vous attend"), tasks.map(task).collect());
    let changes = home.changes.iter().map(|change| {
        let day = change.at.get(..10).unwrap_or_default();
        format!("{day} {}", said(&change.text))
    });
    part(("What changed", "Ce qui a changé"), changes.collect());
    text.push_str(&format!("{screen}\n"));
    text
}

fn status(word: &str, fr: bool) -> &'static str {
    match (word, fr) {
        ("achieved", false) => "achieved",
        ("achieved", true) => "atteint",
        ("on_track", false) => "on track",
        ("on_track", true) => "en bonne voie",
        ("at_risk", false) => "at risk",
        ("at_risk", true) => "à risque",
        ("off_track", false) => "off track",
        ("off_track", true) => "hors trajectoire",
        (_, false) => "no data",
        (_, true) => "pas de données",
    }
}

/// On one line, and not longer than a line.
fn short(words: &str) -> String {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= LINE_CHARS_MAX {
        return words;
    }
    words.chars().take(LINE_CHARS_MAX - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use cpas_proto::reporting::v1::{HomeChange, HomeObjective, HomeTask};

    use super::*;

    fn envelope(language: Language) -> Envelope<'static> {
        Envelope {
            id: Uuid::from_u128(7),
            from: "CPAS <cpas@mission.example>".parse().expect("an address"),
            to: "Ada <ada@mission.example>".parse().expect("an address"),
            language,
            at: DateTime::UNIX_EPOCH,
            mission: "MINUSCA",
            base: "https://cpas.example.org",
            unsubscribe_key: "secret",
        }
    }

    /// The longest that a home can be, in letters that take most bytes.
    fn long() -> MissionHome {
        let words = Some(Text::of("ж".repeat(5_000), "é".repeat(5_000)));
        let objective = HomeObjective { statement: words.clone(), status: "at_risk".into(), ..Default::default() };
        let task = HomeTask { text: words.clone(), count: 3, ..Default::default() };
        let change = HomeChange { text: words, at: "2026-03-02T05:00:00Z".into(), ..Default::default() };
        MissionHome {
            objectives: vec![objective; 200],
            tasks: vec![task; 50],
            changes: vec![change; 20],
            ..Default::default()
        }
    }

    #[test]
    fn a_digest_fits_a_bad_line() {
        for language in [Language::En, Language::Fr] {
            let content = Content { title: String::new(), what: What::Digest(Box::new(long())) };
            let letter = write(&envelope(language), &content).expect("a letter").formatted();
            assert!(letter.len() <= DIGEST_BYTES_MAX, "{} bytes", letter.len());
            assert!(letter.len() > 2_000, "it says something");
        }
    }

    #[test]
    fn a_letter_says_how_to_get_no_more_and_holds_the_file() {
        let what =
            What::File { name: "a.csv".into(), content_type: "text/csv; charset=utf-8".into(), bytes: b"x".to_vec() };
        let content = Content { title: "Police\r\nBcc: all".into(), what };
        let letter = write(&envelope(Language::En), &content).expect("a letter");
        assert_eq!(letter.headers().get_raw("List-Unsubscribe"), Some("<https://cpas.example.org/unsubscribe/secret>"));
        let text = String::from_utf8(letter.formatted()).expect("ASCII");
        assert!(text.contains("Message-ID: <00000000-0000-0000-0000-000000000007@mission.example>"));
        assert!(text.contains("filename=\"a.csv\"") && !text.contains("\r\nBcc:"), "{text}");
    }
}
