//! One's own of another dashboard, or of the ready one: private at first, to be changed at will.

use chassis::Caller;
use cpas_proto::reporting::v1 as pb;

use super::{
    draft_dashboard::insert,
    get_dashboard::{Found, find},
};
use crate::{
    Deps, Error,
    domain::{
        dashboard::{Content, copied_title},
        text::{TITLE_CHARS_MAX, Text},
    },
};

/// Copies it; a blank title is that of the original, which says then that it is a copy. As classified as the
/// original: its texts are the same.
pub async fn copy_dashboard(deps: &Deps, caller: &Caller, id: &str, title: Text) -> Result<pb::Dashboard, Error> {
    let mut tx = deps.db.begin(caller).await?;
    if let Some(done) = tx.replay().await? {
        return Ok(done);
    }
    let (own_title, tiles, filters, classification) = match find(&mut tx, &deps.remembered, caller, id).await? {
        Found::Built(of) => (of.title, of.tiles, of.filters, of.classification),
        Found::Ready(of) => (of.title, of.tiles, Default::default(), of.classification),
    };
    let title = match title.is_blank() {
        true => copied_title(&own_title),
        false => Text::parse("title", &title.en, &title.fr, TITLE_CHARS_MAX)?,
    };
    insert(tx, deps, caller, Content { title, tiles, filters, shared: false, classification }).await
}
