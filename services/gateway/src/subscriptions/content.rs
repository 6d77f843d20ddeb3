//! What is sent, asked from the services as its reader.

use chassis::{Caller, Failure};
use cpas_proto::{
    common::v1::{FileChunk, Text},
    reporting::v1 as pb,
    words::Language,
};
use tonic::{Code, Status, Streaming};

use super::{SentAs, Subject};
use crate::{
    App,
    store::{sendings::SendingRow, subscriptions::SubscriptionRow},
};

/// Largest file that is sent, in bytes: mail servers take little more.
const FILE_BYTES_MAX: usize = 8 << 20;

/// What goes out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Content {
    /// Of the dashboard or the paper; of a digest empty.
    pub title: String,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    File { name: String, content_type: String, bytes: Vec<u8> },
    Digest(Box<pb::MissionHome>),
}

/// Why there is nothing to send.
#[derive(Debug)]
pub(super) enum Cannot {
    /// Not this time.
    Nothing(&'static str),
    /// The reader may not see it any more: the subscription stops.
    Stop(&'static str),
    /// Something is away.
    Later(String),
    Never(String),
}

const NOT_THEIRS: &str = "The role does not allow it any more.";

/// Asks for it.
pub(super) async fn ask(
    app: &App,
    caller: &Caller,
    row: &SubscriptionRow,
    sending: &SendingRow,
) -> Result<Content, Cannot> {
    let broken = |error: String| Cannot::Never(error);
    let subject: Subject = row.subject.parse().map_err(|error| broken(format!("{error}.")))?;
    let language: Language = row.language.parse().map_err(|error| broken(format!("{error}.")))?;
    let format: SentAs = row.format.parse().map_err(|error| broken(format!("{error}.")))?;
    match subject {
        Subject::Digest => {
            let asked = app.reporting(caller).get_mission_home(pb::GetMissionHomeRequest::default()).await;
            let home = asked.map_err(|status| refused(status, NOT_THEIRS))?.into_inner();
            Ok(Content { title: String::new(), what: What::Digest(Box::new(home)) })
        }
        Subject::Dashboard => dashboard(app, caller, &row.reference, format, language).await,
        Subject::Paper => {
            let wanted = sending.occasion.strip_prefix("paper:");
            paper(app, caller, (&row.reference, wanted), format, language).await
        }
    }
}

async fn dashboard(
    app: &App,
    caller: &Caller,
    id: &str,
    format: SentAs,
    language: Language,
) -> Result<Content, Cannot> {
    const GONE: &str = "The dashboard is not there any more, or may not be seen any more.";
    let found = app.reporting(caller).get_dashboard(pb::GetDashboardRequest { id: id.to_owned() }).await;
    let title = found.map_err(|status| refused(status, GONE))?.into_inner().title;
    let (format, word) = (format.word().to_owned(), language.word().to_owned());
    let request = pb::RenderDashboardRequest { id: id.to_owned(), format, language: word };
    let rendered = app.reporting(caller).render_dashboard(request).await;
    let what = file(rendered.map_err(|status| refused(status, GONE))?.into_inner()).await?;
    Ok(Content { title: said(title, language), what })
}

/// The paper that was published, or the newest of its template.
async fn paper(
    app: &App,
    caller: &Caller,
    (template, wanted): (&str, Option<&str>),
    format: SentAs,
    language: Language,
) -> Result<Content, Cannot> {
    const NONE: Cannot = Cannot::Nothing("There was no published paper of this kind that may be seen.");
    let listed = app.reporting(caller).list_fact_sheets(pb::ListFactSheetsRequest {}).await;
    let listed = listed.map_err(|status| refused(status, NOT_THEIRS))?.into_inner().fact_sheets;
    let is_it = |sheet: &pb::FactSheet| {
        sheet.state == "published" && sheet.template == template && wanted.is_none_or(|id| sheet.id == id)
    };
    // Instants of one form sort as they follow each other.
    let newest = listed.into_iter().filter(is_it).max_by(|one, other| one.published_at.cmp(&other.published_at));
    let Some(sheet) = newest else { return Err(NONE) };
    let (format, word) = (format.word().to_owned(), language.word().to_owned());
    let request = pb::RenderFactSheetRequest { id: sheet.id, format, language: word };
    let rendered = match app.reporting(caller).render_fact_sheet(request).await {
        Ok(rendered) => rendered.into_inner(),
        // Withdrawn since it was listed.
        Err(status) if status.code() == Code::NotFound => return Err(NONE),
        Err(status) => return Err(refused(status, NOT_THEIRS)),
    };
    Ok(Content { title: said(sheet.title, language), what: file(rendered).await? })
}

async fn file(mut chunks: Streaming<FileChunk>) -> Result<What, Cannot> {
    let (mut name, mut content_type, mut bytes) = (String::new(), String::new(), Vec::new());
    while let Some(chunk) = chunks.message().await.map_err(|status| refused(status, NOT_THEIRS))? {
        if !chunk.file_name.is_empty() {
            (name, content_type) = (chunk.file_name, chunk.content_type);
        }
        bytes.extend(chunk.data);
        if bytes.len() > FILE_BYTES_MAX {
            return Err(Cannot::Never(format!("The file is larger than {} MB.", FILE_BYTES_MAX >> 20)));
        }
    }
    Ok(What::File { name, content_type, bytes })
}

fn refused(status: Status, gone: &'static str) -> Cannot {
    match status.code() {
        Code::PermissionDenied => Cannot::Stop(NOT_THEIRS),
        Code::NotFound => Cannot::Stop(gone),
        Code::InvalidArgument => Cannot::Never(Failure::from(status).to_string()),
        _ => Cannot::Later("The services did not answer.".to_owned()),
    }
}

fn said(title: Option<Text>, language: Language) -> String {
    title.unwrap_or_default().in_language(language).to_owned()
}
