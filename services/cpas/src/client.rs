//! The public REST API as this program uses it: by session or by token, like anybody else.

use std::time::Duration;

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

/// Longest wait for an answer; a large file takes its time.
const TIMEOUT: Duration = Duration::from_secs(600);
/// Longest wait for what another service has still to be told of.
const SETTLE: Duration = Duration::from_secs(120);
const SETTLE_STEP: Duration = Duration::from_millis(100);

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// Nobody answers there.
    #[error("{0} does not answer: {1}. Start it with `make run`, or set CPAS_URL to where it is.")]
    Away(String, #[source] reqwest::Error),
    /// It answered, and refused.
    #[error("{what} was refused ({status}): {detail}")]
    Refused { what: String, status: StatusCode, detail: String },
    /// It answered something else than was agreed.
    #[error("{0} answered without \"{1}\"; is another version running there?")]
    Strange(String, &'static str),
    /// Another service did not hear of it in time.
    #[error("What was looked for at {0} did not come within {1} s. What was stored until then stays; run it again.")]
    NeverCame(String, u64),
}

/// Somebody who is signed in, or a token, in one mission.
#[derive(Clone)]
pub struct Api {
    client: reqwest::Client,
    url: String,
    mission: String,
    entry: Entry,
}

#[derive(Clone)]
enum Entry {
    Token(String),
    Session { cookie: String, csrf: String },
}

impl Api {
    /// With an API token.
    ///
    /// # Errors
    /// The system's TLS cannot be set up.
    pub fn with_token(url: &str, mission: &str, token: &str) -> Result<Self, ApiError> {
        Self::new(url, mission, Entry::Token(token.to_owned()))
    }

    /// As a person, by e-mail address and password.
    ///
    /// # Errors
    /// Nobody answers, or the password is wrong.
    pub async fn sign_in(url: &str, mission: &str, email: &str, password: &str) -> Result<Self, ApiError> {
        let mut api = Self::new(url, mission, Entry::Token(String::new()))?;
        let request = api.client.post(format!("{}/api/v1/session", api.url));
        let answer = request.json(&json!({"email": email, "password": password})).send().await;
        let answer = answer.map_err(|error| ApiError::Away(api.url.clone(), error))?;
        let cookie = answer.headers().get(header::SET_COOKIE).and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).unwrap_or_default().to_owned();
        let what = format!("Signing in as {email}");
        let session = api.read(&what, answer).await?;
        let csrf = session["csrf_token"].as_str().ok_or(ApiError::Strange(what, "csrf_token"))?.to_owned();
        api.entry = Entry::Session { cookie, csrf };
        Ok(api)
    }

    /// The same person at another mission.
    #[must_use]
    pub fn at(&self, mission: &str) -> Self {
        Self { mission: mission.to_owned(), ..self.clone() }
    }

    fn new(url: &str, mission: &str, entry: Entry) -> Result<Self, ApiError> {
        let url = url.trim_end_matches('/').to_owned();
        let client = reqwest::Client::builder().timeout(TIMEOUT).build();
        let client = client.map_err(|error| ApiError::Away(url.clone(), error))?;
        Ok(Self { client, url, mission: mission.to_owned(), entry })
    }

    /// Reads `/areas` or the like, below the mission.
    ///
    /// # Errors
    /// As all calls.
    pub async fn get(&self, path: &str) -> Result<Value, ApiError> {
        let request = self.request(Method::GET, path);
        self.send(&format!("GET {path}"), request).await
    }

    /// All rows of a list, page after page.
    ///
    /// # Errors
    /// As all calls.
    pub async fn all(&self, path: &str, rows: &'static str) -> Result<Vec<Value>, ApiError> {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let joint = if path.contains('?') { '&' } else { '?' };
            let page = self.get(&format!("{path}{joint}cursor={cursor}")).await?;
            found.extend(page[rows].as_array().cloned().unwrap_or_default());
            match page["next_cursor"].as_str() {
                Some(next) if !next.is_empty() => cursor = next.to_owned(),
                _ => return Ok(found),
            }
        }
    }

    /// Writes, once for each `key`, however often it is called.
    ///
    /// # Errors
    /// As all calls.
    pub async fn write(&self, method: Method, path: &str, key: &str, body: &Value) -> Result<Value, ApiError> {
        let mut request = self.request(method.clone(), path).json(body);
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        self.send(&format!("{method} {path}"), request).await
    }

    /// As [`Api::write`], and again for a while when it is refused: what it rests on may have been made
    /// a moment ago in another service.
    ///
    /// # Errors
    /// The last refusal.
    pub async fn settle(&self, method: Method, path: &str, key: &str, body: &Value) -> Result<Value, ApiError> {
        let end = tokio::time::Instant::now() + SETTLE;
        loop {
            match self.write(method.clone(), path, key, body).await {
                Err(ApiError::Refused { status, .. }) if tokio::time::Instant::now() < end && is_passing(status) => {
                    tokio::time::sleep(SETTLE_STEP).await;
                }
                outcome => return outcome,
            }
        }
    }

    /// Reads again for a while until what is looked for is there: it may be on its way from another service.
    ///
    /// # Errors
    /// As all calls, and that it never came.
    pub async fn until<T>(&self, path: &str, find: impl Fn(&Value) -> Option<T>) -> Result<T, ApiError> {
        let end = tokio::time::Instant::now() + SETTLE;
        loop {
            if let Some(found) = find(&self.get(path).await?) {
                return Ok(found);
            }
            if tokio::time::Instant::now() >= end {
                return Err(ApiError::NeverCame(path.to_owned(), SETTLE.as_secs()));
            }
            tokio::time::sleep(SETTLE_STEP).await;
        }
    }

    /// Sends a file as it is.
    ///
    /// # Errors
    /// As all calls.
    pub async fn upload(&self, path: &str, content_type: &str, file: Vec<u8>) -> Result<Value, ApiError> {
        let request = self.request(Method::POST, path).header(header::CONTENT_TYPE, content_type).body(file);
        self.send(&format!("POST {path}"), request).await
    }

    /// The same under a key, so that it is recorded once.
    ///
    /// # Errors
    /// As all calls.
    pub async fn upload_once(
        &self,
        path: &str,
        content_type: &str,
        key: &str,
        file: Vec<u8>,
    ) -> Result<Value, ApiError> {
        let request = self.request(Method::POST, path).header(header::CONTENT_TYPE, content_type);
        self.send(&format!("POST {path}"), request.header("idempotency-key", key).body(file)).await
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}/api/v1/missions/{}{path}", self.url, self.mission));
        match &self.entry {
            Entry::Token(token) => request.bearer_auth(token),
            Entry::Session { cookie, csrf } => request.header(header::COOKIE, cookie).header("x-csrf-token", csrf),
        }
    }

    async fn send(&self, what: &str, request: reqwest::RequestBuilder) -> Result<Value, ApiError> {
        let answer = request.send().await.map_err(|error| ApiError::Away(self.url.clone(), error))?;
        self.read(what, answer).await
    }

    async fn read(&self, what: &str, answer: reqwest::Response) -> Result<Value, ApiError> {
        let status = answer.status();
        let text = answer.text().await.map_err(|error| ApiError::Away(self.url.clone(), error))?;
        let value: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        if status.is_success() {
            return Ok(value);
        }
        Err(ApiError::Refused { what: what.to_owned(), status, detail: detail(status, &value) })
    }
}

/// What another service's news, or a moment, can mend.
fn is_passing(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::UNPROCESSABLE_ENTITY
            | StatusCode::NOT_FOUND
            | StatusCode::CONFLICT
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

/// The sentences of a problem, with the fields that were wrong.
fn detail(status: StatusCode, problem: &Value) -> String {
    let mut said = match (problem["detail"].as_str(), status) {
        (Some(detail), _) => detail.to_owned(),
        (None, StatusCode::NOT_FOUND) => "there is no such thing, or it is not open to this account".to_owned(),
        (None, _) => "no reason was given".to_owned(),
    };
    for violation in problem["violations"].as_array().into_iter().flatten() {
        let field = violation["field"].as_str().unwrap_or_default();
        let message = violation["message"].as_str().unwrap_or_default();
        said.push_str(&format!("\n  {field}: {message}"));
    }
    said
}

/// The text under a key; empty where there is none.
pub fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// The number under a key; 0 where there is none.
pub fn count(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or_default()
}
