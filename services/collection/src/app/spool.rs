//! A file as it comes in: kept in a temporary file, hashed and looked at on the way.

use std::{
    fs::File,
    io::{self, Seek as _, SeekFrom},
    sync::Arc,
};

use chassis::Failure;
use sha2::{Digest as _, Sha256};
use tokio::{io::AsyncWriteExt as _, sync::OwnedSemaphorePermit};

use super::{App, sheets};
use crate::{
    domain::file::{Encoding, Make, Sniffer},
    error::Error,
};

/// Longest file name that is kept, in characters.
const FILE_NAME_CHARS_MAX: usize = 200;

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

/// A whole file, on disk until it is dropped.
pub struct Spooled {
    file: File,
    pub name: String,
    /// 64 hexadecimal digits.
    pub sha256: String,
    pub encoding: Encoding,
    /// Of a workbook: the sheet that was read.
    pub sheet: Option<String>,
    /// Kept until the file goes.
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
    /// When it is empty, or neither text nor a workbook. `sheet`: the one that the sender names, or empty.
    pub async fn finish(mut self, sheet: &str) -> Result<Spooled, Failure> {
        let make = self.sniffer.finish().map_err(Error::from)?;
        self.file.flush().await.map_err(Failure::internal)?;
        let digest = self.hash.finalize();
        let sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let whole = self.file.into_std().await;
        let mut place = self.place;
        let (file, encoding, sheet) = match make {
            Make::Text(encoding) => (whole, encoding, None),
            Make::Archive => {
                let (named, bytes_max) = (sheet.to_owned(), self.bytes_max);
                // Its place goes with the work: a caller who hangs up does not free it while it goes on.
                let reading = tokio::task::spawn_blocking(move || (sheets::table(&whole, &named, bytes_max), place));
                let (table, kept) = reading.await.map_err(Failure::internal)?;
                let table = table?;
                place = kept;
                (table.csv, Encoding::Utf8, Some(table.sheet))
            }
        };
        Ok(Spooled { file, name: self.name, sha256, encoding, sheet, _place: Arc::new(place) })
    }
}

impl Spooled {
    /// The same file, read as another table; it keeps its place.
    pub fn read_as(&self, table: File, encoding: Encoding) -> Self {
        Self {
            file: table,
            name: self.name.clone(),
            sha256: self.sha256.clone(),
            encoding,
            sheet: self.sheet.clone(),
            _place: Arc::clone(&self._place),
        }
    }

    /// The file from its beginning. One reader at a time: they share the place in the file.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn open(&self) -> io::Result<File> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }
}
