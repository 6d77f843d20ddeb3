//! The store of files: a folder, or an S3-compatible store. A file lies under its mission and the hash of its
//! content, so the same file of a mission is there once, and no mission comes to another one's.

use std::{fs::File, sync::Arc, time::Duration};

use bytes::Bytes;
use chassis::{Failure, config::BadConfig};
use futures::{Stream, TryStreamExt as _};
use object_store::{
    BackoffConfig, ClientOptions, ObjectStore, RetryConfig, aws::AmazonS3Builder, buffered::BufWriter,
    local::LocalFileSystem, memory::InMemory, path::Path,
};
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;

use crate::config;

/// Time for one request to the store.
const REQUEST_TIME: Duration = Duration::from_secs(30);
/// Tries of a request, and time for all of them.
const RETRIES: usize = 2;
const RETRY_TIME: Duration = Duration::from_secs(10);

/// Where files are kept.
#[derive(Clone)]
pub struct Files {
    store: Place,
}

#[derive(Clone)]
enum Place {
    Store(Arc<dyn ObjectStore>),
    /// Made when the first file comes: a service that is never sent one needs no place for it.
    Folder(std::path::PathBuf),
}

impl Files {
    /// # Errors
    /// Settings of an S3 store that cannot be used.
    pub fn open(config: &config::Files) -> Result<Self, BadConfig> {
        let store = match config.store {
            config::Store::Folder => Place::Folder(config.folder.clone()),
            config::Store::S3 => Place::Store(Arc::new(s3(config)?)),
        };
        Ok(Self { store })
    }

    /// In a folder.
    pub fn folder(folder: impl Into<std::path::PathBuf>) -> Self {
        Self { store: Place::Folder(folder.into()) }
    }

    /// In memory, for tests.
    pub fn in_memory() -> Self {
        Self { store: Place::Store(Arc::new(InMemory::new())) }
    }

    fn store(&self) -> Result<Arc<dyn ObjectStore>, Failure> {
        match &self.store {
            Place::Store(store) => Ok(Arc::clone(store)),
            Place::Folder(folder) => {
                std::fs::create_dir_all(folder).map_err(away)?;
                Ok(Arc::new(LocalFileSystem::new_with_prefix(folder).map_err(away)?))
            }
        }
    }

    /// Keeps a file under the hash of its content, unless it is there. It is there whole, or not at all.
    ///
    /// # Errors
    /// `Unavailable` when the store cannot be reached or has no room.
    pub async fn keep(&self, mission: Uuid, sha256: &str, file: File) -> Result<(), Failure> {
        let (store, path) = (self.store()?, path(mission, sha256));
        match store.head(&path).await {
            Ok(_) => return Ok(()),
            Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(away(error)),
        }
        let mut writer = BufWriter::new(store, path);
        let mut file = tokio::fs::File::from_std(file);
        let copied = async {
            tokio::io::copy(&mut file, &mut writer).await?;
            writer.shutdown().await
        };
        let copied: Result<(), std::io::Error> = copied.await;
        if let Err(error) = copied {
            // What was begun is given up; if that fails too, the store forgets it by its own rules.
            drop(writer.abort().await);
            return Err(away(error));
        }
        Ok(())
    }

    /// The content of a file, piece by piece.
    ///
    /// # Errors
    /// `Unavailable` when the store cannot be reached, or does not have it.
    pub async fn read(
        &self,
        mission: Uuid,
        sha256: &str,
    ) -> Result<impl Stream<Item = Result<Bytes, Failure>> + Send + use<>, Failure> {
        let found = self.store()?.get(&path(mission, sha256)).await.map_err(away)?;
        Ok(found.into_stream().map_err(away))
    }
}

fn path(mission: Uuid, sha256: &str) -> Path {
    Path::from_iter([mission.to_string(), sha256.to_owned()])
}

fn s3(config: &config::Files) -> Result<object_store::aws::AmazonS3, BadConfig> {
    let retry = RetryConfig { backoff: BackoffConfig::default(), max_retries: RETRIES, retry_timeout: RETRY_TIME };
    let options = ClientOptions::new().with_timeout(REQUEST_TIME).with_allow_http(config.allow_http);
    let builder = AmazonS3Builder::new()
        .with_bucket_name(&config.bucket)
        .with_region(&config.region)
        .with_access_key_id(&config.access_key_id)
        .with_secret_access_key(&config.secret_access_key)
        .with_retry(retry)
        .with_client_options(options)
        .with_allow_http(config.allow_http);
    let builder = if config.endpoint.is_empty() { builder } else { builder.with_endpoint(&config.endpoint) };
    builder.build().map_err(|error| BadConfig(format!("service.files: {error}")))
}

fn away(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
    Failure::unavailable(
        "The store of files cannot be reached or has no room, so the file was neither kept nor given. Nothing was recorded; \
         try again in some minutes, or tell who runs the system.",
    )
    .because(cause)
}
