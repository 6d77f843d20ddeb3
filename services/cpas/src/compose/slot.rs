//! The place of one service behind its links: filled, or empty while the service is away.

use std::sync::{Arc, PoisonError, RwLock};

use axum::{
    Router,
    extract::{Request, State},
    response::Response,
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// A place that links lead to, whoever sits in it.
#[derive(Clone, Default)]
pub(super) struct Slot {
    seat: Arc<RwLock<Option<Seat>>>,
}

#[derive(Clone)]
struct Seat {
    routes: Router,
    gone: CancellationToken,
}

impl Slot {
    /// Routes that lead to whoever sits here at the time of the call.
    pub(super) fn router(&self) -> Router {
        Router::new().fallback(pass).with_state(self.clone())
    }

    /// Seats a service.
    pub(super) fn fill(&self, routes: Router) {
        let seat = Seat { routes, gone: CancellationToken::new() };
        *self.seat.write().unwrap_or_else(PoisonError::into_inner) = Some(seat);
    }

    /// Unseats it; calls that are in it are dropped where they stand.
    pub(super) fn empty(&self) {
        if let Some(seat) = self.seat.write().unwrap_or_else(PoisonError::into_inner).take() {
            seat.gone.cancel();
        }
    }
}

async fn pass(State(slot): State<Slot>, request: Request) -> Response {
    let seat = slot.seat.read().unwrap_or_else(PoisonError::into_inner).clone();
    let Some(seat) = seat else { return away() };
    tokio::select! {
        response = seat.routes.oneshot(request) => response.unwrap_or_else(|never| match never {}),
        () = seat.gone.cancelled() => away(),
    }
}

fn away() -> Response {
    tonic::Status::unavailable("the service is away").into_http()
}
