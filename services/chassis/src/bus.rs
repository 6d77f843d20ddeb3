//! NATS JetStream: one stream for all events, never the system of record.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_nats::{
    HeaderMap,
    jetstream::{self, context::PublishAckFuture, stream::StorageType},
};
use chrono::{DateTime, SecondsFormat, Utc};
use cpas_proto::words::Classification;
use futures::StreamExt as _;
use uuid::Uuid;

use crate::{Failure, Inbound, config};

/// Window in which JetStream drops a message sent twice; the inbox is the truth beyond it.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(120);
const ACK_TIMEOUT: Duration = Duration::from_secs(5);
/// Everything that is said.
const ALL_SUBJECTS: &str = "cpas.>";

/// The connection to the event stream.
#[derive(Clone)]
pub struct Bus {
    client: async_nats::Client,
    jetstream: jetstream::Context,
    stream: Arc<str>,
    replicas: usize,
    /// Creation instant of the stream that the outbox is known to be sent to.
    confirmed: Arc<Mutex<Option<String>>>,
}

/// An event on its way out, with its CloudEvents attributes.
pub(crate) struct Envelope<'a> {
    pub id: Uuid,
    pub mission: Uuid,
    pub subject: &'a str,
    pub kind: &'a str,
    pub record_id: &'a str,
    pub classification: Classification,
    pub payload: &'a [u8],
    pub trace_parent: &'a str,
    pub recorded_at: DateTime<Utc>,
}

impl Bus {
    /// Connects; when the server is away now, goes on trying behind the scenes.
    ///
    /// # Errors
    /// When the address cannot be read.
    pub async fn connect(service: &str, config: &config::Nats) -> Result<Self, config::BadConfig> {
        let refused = |error: String| config::BadConfig(format!("nats.url cannot be used: {error}"));
        let address: async_nats::ServerAddr =
            config.url.parse().map_err(|error: std::io::Error| refused(error.to_string()))?;
        let mut options = async_nats::ConnectOptions::new();
        // The client does not take user and password from the address by itself.
        options = match (address.username(), address.password()) {
            (Some(user), Some(password)) => options.user_and_password(user.to_owned(), password.to_owned()),
            (Some(token), None) => options.token(token.to_owned()),
            _ => options,
        };
        let client = options
            .name(service)
            .retry_on_initial_connect()
            .max_reconnects(None)
            .reconnect_delay_callback(|attempts| Duration::from_millis((50 * attempts as u64).min(2_000)))
            .connect(address)
            .await
            .map_err(|error| refused(error.to_string()))?;
        let mut jetstream = jetstream::new(client.clone());
        jetstream.set_timeout(ACK_TIMEOUT);
        let stream = config.stream.as_str().into();
        Ok(Self { client, jetstream, stream, replicas: config.replicas, confirmed: Arc::default() })
    }

    /// True while the server is reached.
    pub fn is_ready(&self) -> bool {
        self.client.connection_state() == async_nats::connection::State::Connected
    }

    /// Name of the stream.
    pub fn stream_name(&self) -> &str {
        &self.stream
    }

    /// Messages of these subjects as they are published from now on, without any guarantee: for screens
    /// that refresh themselves.
    ///
    /// # Errors
    /// `Unavailable` when the server is away.
    pub async fn listen(
        &self,
        subject: String,
    ) -> Result<impl futures::Stream<Item = Inbound> + Send + use<>, Failure> {
        let subscription = self.client.subscribe(subject).await.map_err(away)?;
        Ok(subscription.filter_map(|message| async move {
            Inbound::parse(&message.subject, message.headers.as_ref(), message.payload)
        }))
    }

    /// All events of a mission from the first to the last of now, in order.
    ///
    /// # Errors
    /// `Unavailable` when the server is away; then the caller has seen only a part.
    pub async fn replay(&self, mission: Uuid) -> Result<Vec<Inbound>, Failure> {
        let told = self.told(mission, jetstream::consumer::DeliverPolicy::All, u64::MAX).await?;
        Ok(told.unwrap_or_default())
    }

    /// What was told of a mission since an instant, in order; `None` when it is more than `most`.
    ///
    /// # Errors
    /// `Unavailable` when the server is away.
    pub async fn told_since(
        &self,
        mission: Uuid,
        since: DateTime<Utc>,
        most: u64,
    ) -> Result<Option<Vec<Inbound>>, Failure> {
        let nanos = i128::from(since.timestamp_micros()) * 1_000;
        let start_time = async_nats::datetime::from_nanos(nanos).map_err(Failure::internal)?;
        self.told(mission, jetstream::consumer::DeliverPolicy::ByStartTime { start_time }, most).await
    }

    async fn told(
        &self,
        mission: Uuid,
        deliver_policy: jetstream::consumer::DeliverPolicy,
        most: u64,
    ) -> Result<Option<Vec<Inbound>>, Failure> {
        let stream = self.stream().await?;
        let config = jetstream::consumer::pull::OrderedConfig {
            filter_subject: format!("cpas.*.*.*.{mission}"),
            deliver_policy,
            ..Default::default()
        };
        let consumer = stream.create_consumer(config).await.map_err(away)?;
        let mut pending = consumer.cached_info().num_pending;
        if pending > most {
            return Ok(None);
        }
        let mut messages = consumer.messages().await.map_err(away)?;
        let mut events = Vec::new();
        while pending > 0 {
            let next = tokio::time::timeout(ACK_TIMEOUT, messages.next()).await;
            let message = next.map_err(away)?.ok_or_else(|| Failure::unavailable(AWAY))?.map_err(away)?;
            pending -= 1;
            events.extend(Inbound::parse(&message.subject, message.headers.as_ref(), message.payload.clone()));
        }
        Ok(Some(events))
    }

    /// The stream, made when it is missing.
    ///
    /// # Errors
    /// `Unavailable` when the server is away.
    pub(crate) async fn stream(&self) -> Result<jetstream::stream::Stream, Failure> {
        let config = jetstream::stream::Config {
            name: self.stream.to_string(),
            subjects: vec![ALL_SUBJECTS.to_owned()],
            storage: StorageType::File,
            num_replicas: self.replicas,
            duplicate_window: DUPLICATE_WINDOW,
            ..Default::default()
        };
        self.jetstream.get_or_create_stream(config).await.map_err(away)
    }

    /// Creation instant of the stream, until it is confirmed that the outbox was sent to it.
    pub(crate) async fn unconfirmed_stream(&self) -> Result<Option<String>, Failure> {
        let created = format!("{:?}", self.stream().await?.cached_info().created);
        let confirmed = self.confirmed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok((confirmed.as_deref() != Some(&created)).then_some(created))
    }

    /// Remembers that the outbox knows this stream.
    pub(crate) fn confirm_stream(&self, created: &str) {
        *self.confirmed.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(created.to_owned());
    }

    pub(crate) async fn send(&self, envelope: Envelope<'_>) -> Result<PublishAckFuture, Failure> {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", envelope.id.to_string().as_str());
        headers.insert("ce-specversion", "1.0");
        headers.insert("ce-id", envelope.id.to_string().as_str());
        headers.insert("ce-source", envelope.subject);
        headers.insert("ce-type", envelope.kind);
        headers.insert("ce-subject", envelope.record_id);
        headers.insert("ce-time", envelope.recorded_at.to_rfc3339_opts(SecondsFormat::Micros, true).as_str());
        headers.insert("ce-datacontenttype", "application/protobuf");
        headers.insert("cpas-mission", envelope.mission.to_string().as_str());
        headers.insert("cpas-classification", envelope.classification.word());
        if !envelope.trace_parent.is_empty() {
            headers.insert("traceparent", envelope.trace_parent);
        }
        self.jetstream
            .publish_with_headers(envelope.subject.to_owned(), headers, envelope.payload.to_vec().into())
            .await
            .map_err(away)
    }

    pub(crate) async fn confirmed(&self, ack: PublishAckFuture) -> Result<(), Failure> {
        ack.await.map(drop).map_err(away)
    }
}

const AWAY: &str = "The event stream does not answer. Nothing is lost; it is tried again.";

/// The stream is away, for whatever reason of NATS.
pub(crate) fn away(error: impl std::error::Error + Send + Sync + 'static) -> Failure {
    Failure::unavailable(AWAY).because(error)
}
