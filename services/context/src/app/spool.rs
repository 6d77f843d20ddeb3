//! A file as it comes in: kept in a temporary file without a name, and hashed on the way.

use std::{
    fs::File,
    io::{Seek as _, SeekFrom},
};

use chassis::Failure;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use crate::{
    domain::evidence_file::{EvidenceFile, FILE_BYTES_MAX, Make, NotEvidence, name},
    error::Error,
};

/// A file that is coming in. Dropped before it is whole, nothing of it stays.
pub struct Spooling {
    file: tokio::fs::File,
    hash: Sha256,
    bytes: u64,
}

/// A whole file.
pub struct Spooled {
    /// At its beginning.
    pub content: File,
    pub about: EvidenceFile,
}

impl Spooling {
    /// # Errors
    /// The disk has no room.
    pub async fn start() -> Result<Self, Error> {
        let file = tokio::task::spawn_blocking(tempfile::tempfile).await.map_err(Failure::internal)?;
        let file = tokio::fs::File::from_std(file.map_err(Failure::internal)?);
        Ok(Self { file, hash: Sha256::new(), bytes: 0 })
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// The file is larger than it may be.
    pub async fn take(&mut self, piece: &[u8]) -> Result<(), Error> {
        self.bytes += piece.len() as u64;
        if self.bytes > FILE_BYTES_MAX {
            return Err(NotEvidence::TooLarge.into());
        }
        self.hash.update(piece);
        Ok(self.file.write_all(piece).await.map_err(Failure::internal)?)
    }

    /// Ends it, and looks at what it is.
    ///
    /// # Errors
    /// It is no file that may be evidence.
    pub async fn finish(mut self, told_name: &str) -> Result<Spooled, Error> {
        self.file.flush().await.map_err(Failure::internal)?;
        let sha256 = self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let mut content = self.file.into_std().await;
        let looked = tokio::task::spawn_blocking(move || {
            content.seek(SeekFrom::Start(0)).map_err(|_| NotEvidence::Unreadable)?;
            let make = Make::of(&mut content)?;
            content.seek(SeekFrom::Start(0)).map_err(|_| NotEvidence::Unreadable)?;
            Ok::<_, NotEvidence>((content, make))
        });
        let (content, make) = looked.await.map_err(Failure::internal)??;
        let content_type = make.said().1.to_owned();
        let about = EvidenceFile { name: name(told_name, make), content_type, bytes: self.bytes, sha256 };
        Ok(Spooled { content, about })
    }
}
