//! A request that a service never saw goes out again: connections end all the time, by their age, with a pod that leaves,
//! with one that is not up yet, and nobody is to notice. What a service may have seen is never sent twice.

use std::{error::Error, iter::successors, time::Duration};

use bytes::{Bytes, BytesMut};
use futures::{FutureExt as _, StreamExt as _, stream};
use http::{Request, Response};
use http_body_util::{BodyExt as _, BodyStream, Full, StreamBody};
use tonic::{ConnectError, Status, body::Body};
use tower::{Service, ServiceExt as _};

/// Pauses before a request goes out again.
const PAUSES: [Duration; 3] = [Duration::from_millis(10), Duration::from_millis(100), Duration::from_millis(400)];
/// Largest request that is kept to be sent again.
const KEPT_BYTES_MAX: usize = 1 << 20;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) status: Status,
    /// The other end never saw the request.
    pub(crate) unsent: bool,
}

/// True when an error of a channel says that the other end never saw the request: there was no connection, it ended before
/// the request was on it, or the other end says by its last words which requests it did not take any more (RFC 9113, 6.8).
pub(crate) fn is_unsent(error: &(dyn Error + 'static)) -> bool {
    successors(Some(error), |error| (*error).source()).any(|error| {
        let of_protocol = error.downcast_ref::<h2::Error>();
        error.is::<ConnectError>()
            || error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled)
            || of_protocol.is_some_and(|error| {
                error.reason() == Some(h2::Reason::REFUSED_STREAM)
                    || (error.is_go_away() && error.is_remote() && error.reason() == Some(h2::Reason::NO_ERROR))
            })
    })
}

/// Sends a request, again where the other end never saw it and all of it is still there.
pub(crate) async fn send<T>(transport: T, request: Request<Body>) -> Result<Response<Body>, Status>
where
    T: Service<Request<Body>, Response = Response<Body>, Error = Broken> + Clone,
{
    let (head, body) = request.into_parts();
    let (whole, mut body) = at_once(body);
    for pause in PAUSES {
        let request = Request::from_parts(head.clone(), body);
        match (transport.clone().oneshot(request).await, &whole) {
            (Err(Broken { unsent: true, .. }), Some(whole)) => {
                tokio::time::sleep(pause).await;
                body = Body::new(Full::new(whole.clone()));
            }
            (done, _) => return done.map_err(|broken| broken.status),
        }
    }
    transport.oneshot(Request::from_parts(head, body)).await.map_err(|broken| broken.status)
}

/// The bytes of a body that is there at once, as that of a single message is, and a body of the same. Of a stream there are
/// no bytes, and nothing of it is lost.
fn at_once(mut body: Body) -> (Option<Bytes>, Body) {
    let mut read = BytesMut::new();
    loop {
        let (first, rest) = match body.frame().now_or_never() {
            None => (None, body),
            Some(None) => {
                let whole = read.freeze();
                return (Some(whole.clone()), Body::new(Full::new(whole)));
            }
            Some(Some(frame)) => match frame.map(hyper::body::Frame::into_data) {
                Ok(Ok(data)) if read.len() + data.len() <= KEPT_BYTES_MAX => {
                    read.extend_from_slice(&data);
                    continue;
                }
                Ok(Ok(data)) => (Some(Ok(hyper::body::Frame::data(data))), body),
                Ok(Err(other)) => (Some(Ok(other)), body),
                Err(error) => (Some(Err(error)), body),
            },
        };
        let before = (!read.is_empty()).then(|| Ok(hyper::body::Frame::data(read.freeze())));
        let all = stream::iter(before.into_iter().chain(first)).chain(BodyStream::new(rest));
        return (None, Body::new(StreamBody::new(all)));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use tower::service_fn;

    use super::*;

    fn streamed(parts: Vec<&'static [u8]>, waits: bool) -> Body {
        let parts = stream::iter(parts).map(|part| Ok::<_, Status>(hyper::body::Frame::data(Bytes::from_static(part))));
        let parts = parts.then(move |part| async move {
            if waits {
                tokio::task::yield_now().await;
            }
            part
        });
        Body::new(StreamBody::new(parts))
    }

    async fn bytes(body: Body) -> Bytes {
        body.collect().await.expect("a body").to_bytes()
    }

    /// What arrives of a request at a transport that never sees the first `fails`.
    async fn sent(body: Body, fails: usize, unsent: bool) -> (Result<(), Status>, usize, Vec<Bytes>) {
        let (calls, seen) = (Arc::new(AtomicUsize::new(0)), Arc::new(std::sync::Mutex::new(Vec::new())));
        let transport = {
            let (calls, seen) = (calls.clone(), seen.clone());
            service_fn(move |request: Request<Body>| {
                let (calls, seen) = (calls.clone(), seen.clone());
                async move {
                    assert_eq!(request.headers()["idempotency-key"], "k");
                    if calls.fetch_add(1, Ordering::Relaxed) < fails {
                        return Err(Broken { status: Status::unavailable("gone"), unsent });
                    }
                    let body = bytes(request.into_body()).await;
                    seen.lock().expect("no panic").push(body);
                    Ok(Response::new(Body::empty()))
                }
            })
        };
        let request = Request::post("/x").header("idempotency-key", "k").body(body).expect("a request");
        let done = send(transport, request).await.map(drop);
        let seen = seen.lock().expect("no panic").clone();
        (done, calls.load(Ordering::Relaxed), seen)
    }

    #[tokio::test]
    async fn what_nobody_saw_goes_out_again_as_it_was() {
        for fails in 0..=PAUSES.len() {
            let (done, calls, seen) = sent(streamed(vec![b"one", b" message"], false), fails, true).await;
            assert!(done.is_ok() && calls == fails + 1, "{fails}: {done:?}");
            assert_eq!(seen, [Bytes::from_static(b"one message")]);
        }
        let (done, calls, _) = sent(Body::empty(), 99, true).await;
        assert_eq!((done.expect_err("nobody is there").code(), calls), (tonic::Code::Unavailable, PAUSES.len() + 1));
    }

    #[tokio::test]
    async fn what_may_have_been_seen_is_sent_once_and_so_is_a_stream() {
        let (done, calls, _) = sent(streamed(vec![b"one"], false), 1, false).await;
        assert!(done.is_err() && calls == 1);
        let (done, calls, _) = sent(streamed(vec![b"one", b"two"], true), 1, true).await;
        assert!(done.is_err() && calls == 1, "half of a stream may be gone");
    }

    #[tokio::test]
    async fn nothing_of_a_body_is_lost_whichever_way_it_comes() {
        static LONG: [u8; KEPT_BYTES_MAX] = [7; KEPT_BYTES_MAX];
        for (parts, waits, kept) in [
            (vec![], false, true),
            (vec![b"a".as_slice(), b"b"], false, true),
            (vec![b"a".as_slice(), b"b"], true, false),
            (vec![LONG.as_slice()], false, true),
            (vec![b"a".as_slice(), &LONG, b"b"], false, false),
        ] {
            let all: Bytes = parts.concat().into();
            let (whole, body) = at_once(streamed(parts, waits));
            assert_eq!((whole.is_some(), whole.unwrap_or(all.clone())), (kept, all.clone()));
            assert_eq!(bytes(body).await, all);
        }
    }
}
