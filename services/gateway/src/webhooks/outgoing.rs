//! One signed message to another system, to a public address only.

use std::time::Duration;

use chassis::Failure;
use reqwest::{Client, StatusCode, header, redirect};

use super::{
    address::{PublicOnly, check},
    signature::{SigningSecret, sign},
};

/// Why a subscription ends by itself.
pub const GONE: &str = "The other side answered 410: it wants no more messages.";

/// What takes messages out.
#[derive(Debug, Clone)]
pub struct Outgoing {
    client: Client,
    private_allowed: bool,
    timeout: Duration,
}

/// What came of an attempt.
pub struct Answer {
    pub verdict: Verdict,
    /// In a sentence.
    pub said: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Taken,
    Again,
    /// Not while the subscription is as it is.
    Not,
    /// The other side wants nothing more.
    Gone,
}

impl Outgoing {
    /// `timeout`: for one attempt, from the name to the answer.
    ///
    /// # Errors
    /// `Internal` when there is no TLS on this machine.
    pub fn new(private_allowed: bool, timeout: Duration) -> Result<Self, Failure> {
        let client = Client::builder()
            .dns_resolver(std::sync::Arc::new(PublicOnly { private_allowed }))
            // Where it leads was not checked.
            .redirect(redirect::Policy::none())
            // A proxy of the environment would look names up by itself.
            .no_proxy()
            .timeout(timeout)
            .user_agent("CPAS-Webhooks/1")
            .build()
            .map_err(Failure::internal)?;
        Ok(Self { client, private_allowed, timeout })
    }

    /// Sends a message, signed as Standard Webhooks has it.
    pub async fn post(&self, url: &str, secret: &SigningSecret, id: &str, timestamp_s: i64, body: String) -> Answer {
        let failed = |said: String| Answer { verdict: Verdict::Again, said };
        // It may have been allowed when it was stored.
        let url = match check(url, self.private_allowed) {
            Ok(url) => url,
            Err(refused) => return failed(refused.to_string()),
        };
        let signature = sign(secret, id, timestamp_s, &body);
        let request = self
            .client
            .post(url)
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp_s)
            .header("webhook-signature", signature)
            .body(body);
        match request.send().await {
            Ok(response) => judge(response.status()),
            Err(error) => failed(self.why(&error)),
        }
    }

    /// Why nothing was answered, without what an address inside would tell.
    fn why(&self, error: &reqwest::Error) -> String {
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            if cause.to_string().contains("private network") {
                return "Not sent: the name leads into a private network. Messages go to public addresses only."
                    .to_owned();
            }
            source = cause.source();
        }
        if error.is_timeout() {
            return format!("No answer within {} s.", self.timeout.as_secs());
        }
        if error.is_connect() {
            return "No connection: the name is not known, nobody listens there, or its certificate is not valid."
                .to_owned();
        }
        "The connection broke off before an answer came.".to_owned()
    }
}

fn judge(status: StatusCode) -> Answer {
    let said = match status {
        StatusCode::GONE => GONE.to_owned(),
        status if status.is_redirection() => {
            format!("The other side answered {status}; redirections are not followed. Give the address it leads to.")
        }
        status => format!("The other side answered {status}."),
    };
    let verdict = match status {
        StatusCode::GONE => Verdict::Gone,
        status if status.is_success() => Verdict::Taken,
        _ => Verdict::Again,
    };
    Answer { verdict, said }
}
