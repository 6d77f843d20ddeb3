//! A way to another service, over the network or inside the process; the same layers both ways.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use futures::future::BoxFuture;
use http::{HeaderValue, Request, Response};
use tonic::{
    Code, Status, TimeoutExpired,
    body::Body,
    transport::{Channel, Endpoint, channel::Change},
};
use tower::{ServiceExt as _, util::BoxCloneSyncService};

use crate::{
    Caller, Failure, Identity, Mission,
    config::BadConfig,
    deadline,
    resend::{self, Broken},
};

/// How often the addresses behind a name are looked up again.
const RESOLVE_EVERY: Duration = Duration::from_secs(5);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// A stale write is answered with what is stored now, and that travels in a trailer.
const HEADER_BYTES_MAX: u32 = 2 << 20;
/// Time for a call on a service's own account.
const OWN_CALL_TIMEOUT: Duration = Duration::from_secs(30);

type Transport = BoxCloneSyncService<Request<Body>, Response<Body>, Broken>;

/// A way to one service. Clone freely.
#[derive(Clone)]
pub struct Link {
    audience: &'static str,
    transport: Transport,
    identity: Identity,
}

impl Link {
    /// To a service in this process: its routes behind their gate.
    pub fn local(audience: &'static str, identity: Identity, guarded: axum::Router) -> Self {
        let service = guarded
            .map_request(|request: Request<Body>| request.map(axum::body::Body::new))
            .map_response(|response: Response<axum::body::Body>| response.map(Body::new))
            .map_err(|never: std::convert::Infallible| match never {});
        Self { audience, transport: BoxCloneSyncService::new(service), identity }
    }

    /// To a service behind a name, `http://cpas-planning:50051`. All addresses of the name are used, and
    /// looked up again, so that load spreads over pods as they come and go. Needs a runtime.
    ///
    /// # Errors
    /// When the address cannot be read.
    pub fn remote(audience: &'static str, identity: Identity, address: &str) -> Result<Self, BadConfig> {
        let refused = || {
            BadConfig(format!("links.{audience} = \"{address}\" is not an address like http://cpas-{audience}:50051"))
        };
        let uri: http::Uri = address.parse().map_err(|_| refused())?;
        let (host, port) = (uri.host().ok_or_else(refused)?.to_owned(), uri.port_u16().ok_or_else(refused)?);
        let (channel, changes) = Channel::balance_channel::<SocketAddr>(64);
        tokio::spawn(keep_resolved(host, port, changes));
        let service = channel.map_err(|error| Broken {
            unsent: resend::is_unsent(&error),
            status: if ends_by_timer(&error) { deadline::passed() } else { Status::unavailable(error.to_string()) },
        });
        Ok(Self { audience, transport: BoxCloneSyncService::new(service), identity })
    }

    /// The service that it leads to.
    pub fn audience(&self) -> &'static str {
        self.audience
    }

    /// A transport that calls as the caller, with what is left of the caller's time.
    pub fn on_behalf(&self, caller: &Caller) -> Call {
        Call { link: self.clone(), caller: caller.clone() }
    }

    /// A transport that calls on this service's own account in a mission.
    pub fn as_service(&self, mission: &Mission) -> Call {
        let deadline = Instant::now() + OWN_CALL_TIMEOUT;
        Call { link: self.clone(), caller: Caller::service(self.identity.issuer(), mission.clone(), deadline) }
    }
}

/// A transport for a generated client: signs, dates and traces every request.
#[derive(Clone)]
pub struct Call {
    link: Link,
    caller: Caller,
}

impl Call {
    fn prepare(&self, request: &mut Request<Body>) -> Result<Duration, Failure> {
        let left = self.caller.deadline.saturating_duration_since(Instant::now());
        let token = self.link.identity.token(&self.caller, self.link.audience)?;
        let bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(Failure::internal)?;
        let headers = request.headers_mut();
        headers.insert(http::header::AUTHORIZATION, bearer);
        headers.insert(deadline::HEADER, deadline::header(left));
        if let Ok(trace) = HeaderValue::from_str(&crate::telemetry::trace_parent()) {
            headers.insert("traceparent", trace);
        }
        Ok(left)
    }
}

impl tower::Service<Request<Body>> for Call {
    type Response = Response<Body>;
    type Error = Status;
    type Future = BoxFuture<'static, Result<Response<Body>, Status>>;

    /// At once: to wait until there is a way is a part of the call, and so bounded by the caller's time.
    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let left = match self.prepare(&mut request) {
            Ok(left) => left,
            Err(failure) => return Box::pin(async move { Err(failure.into()) }),
        };
        let response = resend::send(self.link.transport.clone(), request);
        Box::pin(async move {
            let response = tokio::time::timeout(left, response).await.map_err(|_| deadline::passed())??;
            Ok(if is_cut_by_timer(&response) { deadline::passed().into_http() } else { response })
        })
    }
}

/// Whether tonic's own timer at our end gave up. It reads the same header as our layer, in whole milliseconds, so
/// either may be first.
fn ends_by_timer(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<TimeoutExpired>())
}

/// Whether tonic's own timer at the other end gave up before the gate there: it says "cancelled", which nobody did.
fn is_cut_by_timer(response: &Response<Body>) -> bool {
    Status::from_header_map(response.headers())
        .is_some_and(|status| status.code() == Code::Cancelled && status.message() == TimeoutExpired(()).to_string())
}

/// Looks the name up again and again and tells the channel what came and went.
async fn keep_resolved(host: String, port: u16, changes: tokio::sync::mpsc::Sender<Change<SocketAddr, Endpoint>>) {
    let mut known = BTreeSet::new();
    loop {
        match tokio::net::lookup_host((host.as_str(), port)).await {
            Err(error) => tracing::warn!(host, "a name is not resolved, its last addresses are kept: {error}"),
            Ok(found) => {
                let found: BTreeSet<SocketAddr> = found.collect();
                for address in found.difference(&known) {
                    let endpoint = Endpoint::from_shared(format!("http://{address}"));
                    let Ok(endpoint) = endpoint else { continue };
                    let endpoint = endpoint
                        .connect_timeout(CONNECT_TIMEOUT)
                        .http2_max_header_list_size(HEADER_BYTES_MAX)
                        .http2_keep_alive_interval(Duration::from_secs(10))
                        .keep_alive_timeout(Duration::from_secs(5))
                        .keep_alive_while_idle(true);
                    if changes.send(Change::Insert(*address, endpoint)).await.is_err() {
                        return;
                    }
                }
                for address in known.difference(&found) {
                    if changes.send(Change::Remove(*address)).await.is_err() {
                        return;
                    }
                }
                known = found;
            }
        }
        tokio::select! {
            () = tokio::time::sleep(RESOLVE_EVERY) => {}
            () = changes.closed() => return,
        }
    }
}
