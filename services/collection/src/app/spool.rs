//! A file as it comes in: kept in a temporary file, hashed and looked at on the way.

use std::{
    fs::File,
    io::{self, Seek as _, SeekFrom},
    sync::Arc,
};

use chassis::Failure;
use sha2::{Digest as _, Sha256};
use tokio::{io::AsyncWriteExt as _, sync::OwnedSemaphorePermit};

use super::App;
use crate::{
    domain::file::{Encoding, Make, Sniffer},
    error::Error,
};

/// Longest file name that is kept, in characters.
pub(super) const FILE_NAME_CHARS_MAX: usize = 200;

/// A file that is still coming in.
pub struct Spooling {
    file: tokio::fs::File,
    name: String,
    hash: Sha256,
    sniffer: Sniffer,
    bytes: u64,
    bytes_max: u64,
    place: OwnedSemaphorePermit,
}

/// A whole file as it was sent, on disk until it is dropped.
#[derive(Clone)]
pub struct Sent {
    file: Arc<File>,
    pub name: String,
    /// 64 hexadecimal digits.
    pub sha256: String,
    pub make: Make,
    /// Kept until the file and all tables of it go.
    place: Arc<OwnedSemaphorePermit>,
}

/// A table of a file, as text.
pub struct Spooled {
    file: Arc<File>,
    pub encoding: Encoding,
    _place: Arc<OwnedSemaphorePermit>,
}

impl Spooling {
    /// Starts a file when there is a place for it. It has no name on disk and goes with the process.
    ///
    /// # Errors
    /// `Internal` when the disk has no room.
    pub async fn start(app: &App, name: &str) -> Result<Self, Failure> {
        let place = Arc::clone(&app.files).acquire_owned().await.map_err(Failure::internal)?;
        let bytes_max = app.config.import_bytes_max;
        let file = tokio::task::spawn_blocking(tempfile::tempfile).await.map_err(Failure::internal)?;
        let file = tokio::fs::File::from_std(file.map_err(Failure::internal)?);
        let name = name.chars().filter(|character| !character.is_control()).take(FILE_NAME_CHARS_MAX).collect();
        Ok(Self { file, name, hash: Sha256::new(), sniffer: Sniffer::default(), bytes: 0, bytes_max, place })
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// `Exhausted` when the file is larger than it may be.
    pub async fn take(&mut self, piece: &[u8]) -> Result<(), Failure> {
        self.bytes += piece.len() as u64;
        if self.bytes > self.bytes_max {
            let sentence = format!(
                "The file is larger than {} MiB, the most that one import takes. Nothing was read in; split it and \
                 send the parts one after the other.",
                self.bytes_max / 1024 / 1024
            );
            return Err(Error::TooLarge(sentence).into());
        }
        self.hash.update(piece);
        self.sniffer.take(piece);
        self.file.write_all(piece).await.map_err(Failure::internal)
    }

    /// Ends it.
    ///
    /// # Errors
    /// When it is empty, or neither text nor an archive.
    pub async fn finish(mut self) -> Result<Sent, Failure> {
        let make = self.sniffer.finish().map_err(Error::from)?;
        self.file.flush().await.map_err(Failure::internal)?;
        let digest = self.hash.finalize();
        let sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let file = Arc::new(self.file.into_std().await);
        Ok(Sent { file, name: self.name, sha256, make, place: Arc::new(self.place) })
    }
}

impl Sent {
    /// The bytes as they were sent.
    pub fn whole(&self) -> &File {
        &self.file
    }

    /// The file itself, which is text.
    pub fn text(&self, encoding: Encoding) -> Spooled {
        Spooled { file: Arc::clone(&self.file), encoding, _place: Arc::clone(&self.place) }
    }

    /// A table that was made of it, in UTF-8; it keeps the place of the file.
    pub fn table(&self, table: File) -> Spooled {
        Spooled { file: Arc::new(table), encoding: Encoding::Utf8, _place: Arc::clone(&self.place) }
    }
}

impl Spooled {
    /// The table from its beginning. One reader at a time: they share the place in the file.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn open(&self) -> io::Result<File> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }
}
