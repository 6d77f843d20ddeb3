//! The way out of the house: a folder, or an SMTP server.

use std::path::PathBuf;

use chassis::Failure;
use lettre::{AsyncFileTransport, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor, message::Mailbox};
use serde::Deserialize;
use url::Url;

use crate::Config;

/// Where letters go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTransport {
    /// Nowhere: none is made.
    None,
    /// Each as a file that mail programs open.
    Folder,
    Smtp,
}

/// What takes letters.
#[derive(Debug, Clone)]
pub enum Mailer {
    Folder(PathBuf),
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
}

impl Mailer {
    /// From the configuration; `None`: no letters go out.
    ///
    /// # Errors
    /// `Internal` for an address of a server that cannot be used, or that would get a password in the clear.
    pub fn of(config: &Config) -> Result<Option<Self>, Failure> {
        match config.mail_transport {
            MailTransport::None => Ok(None),
            MailTransport::Folder => Ok(Some(Self::Folder(config.mail_folder.clone()))),
            MailTransport::Smtp => smtp(&config.mail_smtp_url).map(Self::Smtp).map(Some),
        }
    }

    /// Hands a letter on.
    ///
    /// # Errors
    /// A sentence, without what stood in the letter.
    pub async fn send(&self, letter: Message) -> Result<(), String> {
        match self {
            Self::Folder(folder) => {
                let refused = |error: &dyn std::error::Error| format!("The folder of letters refused it: {error}.");
                tokio::fs::create_dir_all(folder).await.map_err(|error| refused(&error))?;
                let transport = AsyncFileTransport::<Tokio1Executor>::new(folder);
                transport.send(letter).await.map(drop).map_err(|error| refused(&error))
            }
            Self::Smtp(transport) => transport
                .send(letter)
                .await
                .map(drop)
                .map_err(|error| format!("The mail server did not take it: {error}.")),
        }
    }
}

/// Who letters are from.
///
/// # Errors
/// `Internal` when it is no address.
pub fn sender_address(config: &Config) -> Result<Mailbox, Failure> {
    config.mail_from.parse().map_err(|error| Failure::internal(format!("service.mail_from is no address: {error}")))
}

fn smtp(address: &str) -> Result<AsyncSmtpTransport<Tokio1Executor>, Failure> {
    // What is wrong is said without the address: it holds a password.
    let url = Url::parse(address).map_err(|error| Failure::internal(format!("service.mail_smtp_url: {error}")))?;
    let is_encrypted =
        url.scheme() == "smtps" || url.query_pairs().any(|(name, value)| name == "tls" && value == "required");
    if url.password().is_some() && !is_encrypted {
        let sentence = "service.mail_smtp_url has a password and no TLS; write smtps://…, or smtp://…?tls=required";
        return Err(Failure::internal(sentence));
    }
    let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(address);
    let builder = builder.map_err(|error| Failure::internal(format!("service.mail_smtp_url: {error}")))?;
    Ok(builder.build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_never_goes_out_in_the_clear() {
        for good in [
            "smtp://mail.example.org",
            "smtp://mail.example.org:2525",
            "smtps://cpas:secret@mail.example.org",
            "smtp://cpas:secret@mail.example.org:587?tls=required",
        ] {
            assert!(smtp(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "mail.example.org",
            "https://mail.example.org",
            "smtp://cpas:secret@mail.example.org",
            "smtp://cpas:secret@mail.example.org?tls=opportunistic",
        ] {
            let failure = smtp(bad).expect_err(bad);
            let cause = failure.cause.map(|cause| cause.to_string()).unwrap_or_default();
            assert!(cause.contains("mail_smtp_url") && !cause.contains("secret"), "{cause}");
        }
    }
}
