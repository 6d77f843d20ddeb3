//! How calls answer: at once, in a stream, or from work that goes on without its caller.

use std::pin::Pin;

use chassis::Failure;
use futures::{Stream, StreamExt as _};
use tonic::{Response, Status};
use tracing::Instrument as _;

pub(super) type Answer<T> = Result<Response<T>, Status>;
pub(super) type Boxed<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

pub(super) fn boxed<T: 'static>(stream: impl Stream<Item = Result<T, Failure>> + Send + 'static) -> Boxed<T> {
    Box::pin(stream.map(|item| item.map_err(Status::from)))
}

/// Work that goes on when the call ends.
pub(super) async fn in_background<T: Send + 'static>(
    work: impl Future<Output = Result<T, Failure>> + Send + 'static,
) -> Result<T, Failure> {
    tokio::spawn(work.in_current_span()).await.map_err(Failure::internal)?
}

/// An instant as it travels.
pub(super) fn instant(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}
