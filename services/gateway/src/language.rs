//! The language in which a request wants to be answered.
//!
//! A client of the API says it by `Accept-Language` (RFC 9110, 12.5.4), which the web app sets to the language of its
//! screens; a page is asked for by the browser, which knows nothing of the screens, but brings the cookie that they set.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use cpas_proto::words::Language;
use serde_json::Value;

use crate::french::{self, Said};

/// Kept by the web app when somebody chooses a language.
const COOKIE: &str = "cpas_language=";
/// Languages of one header that are looked at.
const RANGES_MAX: usize = 32;

tokio::task_local! {
    static ASKED: Language;
}

/// Answers a request in the language that it asks for; what the services say below is said by [`here`].
pub async fn heard(request: Request, next: Next) -> Response {
    let is_api = ["/api/", "/odata/", "/openrosa/"].iter().any(|own| request.uri().path().starts_with(own));
    let language = if is_api { accepted(request.headers()) } else { of_page(request.headers()) };
    ASKED.scope(language, next.run(request)).await
}

/// A sentence of the services in the language of the request that is being answered; English outside of one.
pub fn here(sentence: &str) -> String {
    said(sentence).text
}

/// Runs something in the language of a page: for what is told to a browser after its request was answered.
pub fn as_for_page<T>(headers: &HeaderMap, work: impl FnOnce() -> T) -> T {
    ASKED.sync_scope(of_page(headers), work)
}

/// Says what an answer holds of the services' sentences in the language of the request: the message of a row, a cell or
/// an answer, why a row or a move was refused, and how work failed. True where there is one.
pub fn say_within(answer: &mut Value) -> bool {
    match answer {
        Value::Array(entries) => entries.iter_mut().map(say_within).filter(|found| *found).count() > 0,
        Value::Object(record) => {
            let mut found = false;
            for (name, value) in record.iter_mut() {
                found |= match (name.as_str(), &mut *value) {
                    ("message" | "failure", Value::String(sentence)) => say_in_place(sentence),
                    ("rejected" | "not_moved", Value::Array(entries)) => {
                        // A reason elsewhere is somebody's own; beside its French, the English stays.
                        let reasons = entries.iter_mut().filter(|entry| entry.get("reason_fr").is_none());
                        let reasons = reasons.filter_map(|entry| entry.get_mut("reason"));
                        let said = reasons.map(|reason| match reason {
                            Value::String(sentence) => say_in_place(sentence),
                            _ => false,
                        });
                        said.filter(|found| *found).count() > 0
                    }
                    _ => say_within(value),
                };
            }
            found
        }
        _ => false,
    }
}

fn say_in_place(sentence: &mut String) -> bool {
    *sentence = here(sentence);
    !sentence.is_empty()
}

/// Sentences of one answer, and the language that they are in when all are said.
#[derive(Debug, Default)]
pub struct Answer {
    has_english: bool,
}

impl Answer {
    /// A sentence as [`here`].
    pub fn say(&mut self, sentence: &str) -> String {
        let Said { text, is_whole } = said(sentence);
        self.has_english |= !is_whole;
        text
    }

    /// Says in the headers which language it is, and that another one may be asked for.
    pub fn mark(&self, headers: &mut HeaderMap) {
        let language = match (asked(), self.has_english) {
            (Language::En, _) => "en",
            (Language::Fr, false) => "fr",
            (Language::Fr, true) => "fr, en",
        };
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language));
        headers.append(header::VARY, HeaderValue::from_static("Accept-Language"));
    }
}

/// The language of the request that is being answered.
pub fn asked() -> Language {
    ASKED.try_with(|language| *language).unwrap_or(Language::En)
}

fn said(sentence: &str) -> Said {
    match asked() {
        Language::En => Said { text: sentence.to_owned(), is_whole: true },
        Language::Fr => french::say(sentence),
    }
}

/// The one of our languages that `Accept-Language` likes best; English where it likes neither.
pub fn accepted(headers: &HeaderMap) -> Language {
    let mut best = (0, Language::En);
    let values = headers.get_all(header::ACCEPT_LANGUAGE).into_iter().filter_map(|value| value.to_str().ok());
    for range in values.flat_map(|value| value.split(',')).take(RANGES_MAX) {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let language = match tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "en" => Language::En,
            "fr" => Language::Fr,
            _ => continue,
        };
        // Of two that are liked as much, the first.
        let liked = quality(parameters);
        if liked > best.0 {
            best = (liked, language);
        }
    }
    best.1
}

/// The language of a page: the one that was chosen on a screen before, else the browser's.
pub fn of_page(headers: &HeaderMap) -> Language {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let chosen = cookies.flat_map(|value| value.split(';')).find_map(|cookie| cookie.trim().strip_prefix(COOKIE));
    chosen.and_then(|word| word.parse().ok()).unwrap_or_else(|| accepted(headers))
}

/// `q=0.8` in thousandths; 1000 where there is none, 0 where it is none that can be read.
fn quality(parameters: &str) -> u32 {
    let weight = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then_some(value.trim())
    });
    let Some(weight) = weight else { return 1000 };
    match weight.split_once('.').unwrap_or((weight, "")) {
        ("1", _) => 1000,
        ("0", decimals) if decimals.len() <= 3 => format!("{decimals:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(accept: &str, cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [(header::ACCEPT_LANGUAGE, accept), (header::COOKIE, cookie)] {
            if !value.is_empty() {
                headers.insert(name, value.parse().expect("a header"));
            }
        }
        headers
    }

    #[test]
    fn the_language_that_is_liked_best_is_taken() {
        for (accept, language) in [
            ("", Language::En),
            ("fr", Language::Fr),
            ("FR-ca", Language::Fr),
            ("en-US,en;q=0.9,fr;q=0.8", Language::En),
            ("fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7", Language::Fr),
            ("sg, ln;q=0.9, fr;q=0.5, en;q=0.4", Language::Fr),
            ("en;q=0.123, fr;q=0.124", Language::Fr),
            ("fr;q=0, en;q=0.001", Language::En),
            ("fr;q=0", Language::En),
            ("fr; q = 0.5 , en", Language::En),
            ("fr;q=nonsense, en;q=0.1", Language::En),
            ("*", Language::En),
            (";;q,,=", Language::En),
        ] {
            assert_eq!(accepted(&headers(accept, "")), language, "{accept}");
        }
    }

    #[test]
    fn a_page_is_in_the_language_that_was_chosen() {
        assert_eq!(of_page(&headers("en", "a=b; cpas_language=fr")), Language::Fr);
        assert_eq!(of_page(&headers("fr-FR", "cpas_language=en")), Language::En);
        assert_eq!(of_page(&headers("fr-FR", "cpas_language=sango")), Language::Fr, "no language of ours");
        assert_eq!(of_page(&headers("fr-FR", "")), Language::Fr);
    }

    #[tokio::test]
    async fn a_sentence_is_said_in_the_language_of_its_request() {
        let sentence = "Your role does not allow this.";
        assert_eq!(here(sentence), sentence);
        let french = ASKED.scope(Language::Fr, async { here(sentence) }).await;
        assert_eq!(french, "Votre rôle ne le permet pas.");
        assert_eq!(ASKED.scope(Language::En, async { here(sentence) }).await, sentence);
    }

    #[tokio::test]
    async fn sentences_within_an_answer_are_said_too() {
        let mut answer = serde_json::json!({
            "rows": [{"key": "1", "message": "A ratio needs its numerator.", "note": "A ratio needs its numerator."}],
            "not_moved": [{"id": "1", "reason": "It is draft; only what is submitted can be approved."}],
            "rejected": [{"reason": "No indicator is named.", "reason_fr": "Aucun indicateur n’est nommé."}],
            "work": [{"failure": "", "reason": "This is needed; fill it in."}],
            "rule": {"message": {"en": "Ask again.", "fr": "Redemandez."}},
        });
        let as_it_was = answer.clone();
        assert!(say_within(&mut answer));
        assert_eq!(answer, as_it_was);
        ASKED.sync_scope(Language::Fr, || say_within(&mut answer));
        assert_eq!(answer["rows"][0]["message"], "Un ratio a besoin de son numérateur.");
        let moved = "Elle est à l’état de brouillon ; seule une observation soumise peut être approuvée.";
        assert_eq!(answer["not_moved"][0]["reason"], moved);
        for kept in ["/rows/0/note", "/rejected", "/work", "/rule"] {
            assert_eq!(answer.pointer(kept), as_it_was.pointer(kept), "{kept} is as it was");
        }
        assert!(!say_within(&mut serde_json::json!({"plan": {"title": "The file is empty."}})));
    }

    #[tokio::test]
    async fn the_headers_name_the_language() {
        let named = |sentence: &'static str| async move {
            let mut answer = Answer::default();
            answer.say(sentence);
            let mut headers = HeaderMap::new();
            answer.mark(&mut headers);
            (headers[header::CONTENT_LANGUAGE].clone(), headers[header::VARY].clone())
        };
        let (language, vary) = named("The file is empty.").await;
        assert_eq!((language.as_bytes(), vary.as_bytes()), (&b"en"[..], &b"Accept-Language"[..]));
        assert_eq!(ASKED.scope(Language::Fr, named("The file is empty.")).await.0, "fr");
        assert_eq!(ASKED.scope(Language::Fr, named("Nobody translated this.")).await.0, "fr, en");
    }
}
