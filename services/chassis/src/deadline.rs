//! Deadlines: what is left of the caller's patience goes with every call and is enforced on every hop.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame};

/// Header in which gRPC sends what is left.
pub const HEADER: &str = "grpc-timeout";

/// Until when the caller waits.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(pub Instant);

/// What a request grants, bounded; the default where it grants nothing or nonsense.
pub fn granted(headers: &HeaderMap, default: Duration, most: Duration) -> Duration {
    headers.get(HEADER).and_then(|value| parse(value.to_str().ok()?)).unwrap_or(default).min(most)
}

/// Writes what is left as gRPC writes it: at most eight digits and a unit.
pub fn header(left: Duration) -> HeaderValue {
    let millis = left.as_millis().min(99_999_999);
    HeaderValue::from_str(&format!("{millis}m")).expect("digits and a letter are a header value")
}

fn parse(text: &str) -> Option<Duration> {
    if !text.is_ascii() || text.len() < 2 || text.len() > 9 {
        return None;
    }
    let (digits, unit) = text.split_at(text.len() - 1);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let amount: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(amount * 3600),
        "M" => Duration::from_secs(amount * 60),
        "S" => Duration::from_secs(amount),
        "m" => Duration::from_millis(amount),
        "u" => Duration::from_micros(amount),
        "n" => Duration::from_nanos(amount),
        _ => return None,
    })
}

/// A response body that ends with an error at the deadline.
pub struct TimedBody {
    inner: tonic::body::Body,
    deadline: Pin<Box<tokio::time::Sleep>>,
}

impl TimedBody {
    /// Wraps a body.
    pub fn wrap(inner: tonic::body::Body, deadline: Instant) -> tonic::body::Body {
        let deadline = Box::pin(tokio::time::sleep_until(deadline.into()));
        tonic::body::Body::new(Self { inner, deadline }.map_err(|status| status))
    }
}

impl Body for TimedBody {
    type Data = Bytes;
    type Error = tonic::Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, tonic::Status>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(context) {
            return Poll::Ready(frame);
        }
        match self.deadline.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Some(Err(passed()))),
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        self.inner.size_hint()
    }
}

/// The answer to a caller whose time is up.
pub fn passed() -> tonic::Status {
    tonic::Status::deadline_exceeded("The answer took longer than the caller was willing to wait.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let written = header(Duration::from_millis(1500));
        assert_eq!(parse(written.to_str().expect("text")), Some(Duration::from_millis(1500)));
        assert_eq!(parse("2S"), Some(Duration::from_secs(2)));
        for nonsense in ["", "S", "12", "-1S", "1x", "123456789S", "é"] {
            assert_eq!(parse(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn no_caller_gets_more_than_the_most() {
        let mut headers = HeaderMap::new();
        let (default, most) = (Duration::from_secs(10), Duration::from_secs(60));
        assert_eq!(granted(&headers, default, most), default);
        headers.insert(HEADER, HeaderValue::from_static("2H"));
        assert_eq!(granted(&headers, default, most), most);
    }
}
