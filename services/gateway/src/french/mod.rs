//! What the services say, in French.
//!
//! A service says what was wrong in English, where the rule is, with the names, numbers and words of the request in it.
//! Here is each of those sentences with its French, as a template with named gaps (`{area}`): a catalogue keyed by the
//! English, as gettext has them, a file for each service, and one for what readers of JSON and the like say. A message is one sentence or several; each is found again by
//! what stands around its gaps, and what stands in them is kept as it is, unless the French says how it is read:
//!
//! - `{state:fem}`: a word of the list `fem` in `words.json`; where it is none, this is another sentence;
//! - `{why:said}`: itself something to be said, sentences or a part of one;
//! - `{field:path}`: kept, and has no spaces;
//! - `{area:said?}`: as before it, but kept where it is not known.
//!
//! A sentence without a period at its end is a part of others (`"x" is not a role; expected …`), which put a period
//! behind it or begin with it. A sentence that is not known stays in English as a whole.
//!
//! Invariant: every sentence of a refusal has its French (`every_refusal_is_said_in_french` in `tests/it/french.rs`).
//! Invariant: what stands in the gaps is kept, and no message takes long or panics (`tests.rs` beside this).

mod matching;
mod template;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, sync::LazyLock};

use matching::Matching;
use template::Template;

/// Longest message that is looked at, in bytes; a longer one stays in English.
const MESSAGE_BYTES_MAX: usize = 16 << 10;

const FILES: [&str; 9] = [
    include_str!("protocol.json"),
    include_str!("chassis.json"),
    include_str!("context.json"),
    include_str!("planning.json"),
    include_str!("collection.json"),
    include_str!("assessment.json"),
    include_str!("reporting.json"),
    include_str!("gateway.json"),
    include_str!("libraries.json"),
];

/// Words that stand in gaps, by the list that the French names.
type Words = HashMap<String, HashMap<String, String>>;

static WORDS: LazyLock<Words> =
    LazyLock::new(|| serde_json::from_str(include_str!("words.json")).expect("the lists of words"));
static CATALOGUE: LazyLock<Vec<Template>> = LazyLock::new(|| {
    let sentences = sentences().into_iter();
    sentences.map(|(english, french)| Template::parse(&english, &french, &WORDS).expect("a template")).collect()
});

/// A message as it is said.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    pub text: String,
    /// False where a sentence of it stayed in English.
    pub is_whole: bool,
}

/// A message in French, as far as its sentences are known.
pub fn say(message: &str) -> Said {
    let as_it_is = || Said { text: message.to_owned(), is_whole: message.is_empty() };
    if message.is_empty() || message.len() > MESSAGE_BYTES_MAX {
        return as_it_is();
    }
    let mut matching = Matching::new(&CATALOGUE, &WORDS, message);
    if let Some(text) = matching.all() {
        return Said { text, is_whole: true };
    }
    matching.what_is_known().map_or_else(as_it_is, |text| Said { text, is_whole: false })
}

/// Every sentence of the catalogue, English and French, with its gaps; for tests.
pub fn sentences() -> Vec<(String, String)> {
    let read = |file: &&str| -> serde_json::Map<String, serde_json::Value> {
        serde_json::from_str(file).expect("a file of the catalogue")
    };
    let text = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    FILES.iter().flat_map(read).map(|(english, french)| (english, text(french))).collect()
}

/// The names of the lists of words; for tests.
pub fn lists() -> Vec<&'static str> {
    WORDS.keys().map(String::as_str).collect()
}

/// The words of a list, English and French; for tests.
pub fn words(list: &str) -> Vec<(&'static str, &'static str)> {
    let words = WORDS.get(list).into_iter().flatten();
    words.map(|(english, french)| (english.as_str(), french.as_str())).collect()
}
