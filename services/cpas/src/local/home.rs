//! The one folder `cpas up` keeps everything in: its lock, its layout version, its passwords.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use cpas_reporting::domain::manifest::PaperKey;

use super::LocalError;

/// Raised when an older home cannot be used as it is.
const LAYOUT: u32 = 1;
/// A fresh PostgreSQL takes 40 MB and a first segment of its log 16 MB more; below this it is kinder
/// not to start than to stop in the middle of an import.
const FREE_BYTES_MIN: u64 = 128_000_000;
const PASSWORD_BYTES: usize = 24;
/// The public key of papers in the home, and the private one among its secrets.
pub const PAPER_KEY: &str = "paper-key.pem";

/// A folder that this process alone uses, until it is dropped.
#[derive(Debug)]
pub struct Home {
    path: PathBuf,
    _lock: File,
}

impl Home {
    /// Creates the folder or opens an earlier one, and locks it.
    ///
    /// # Errors
    /// In use, not ours, of another layout, disk full, or the file system refused.
    pub fn open(folder: &Path) -> Result<Self, LocalError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o755)
            .create(folder)
            .map_err(LocalError::io("make the folder", folder))?;
        let path = folder.canonicalize().map_err(LocalError::io("find the folder", folder))?;
        refuse_strangers(&path)?;
        let lock = lock(&path)?;
        check_layout(&path)?;
        enough_room(&path)?;
        fs::set_permissions(&path, Permissions::from_mode(0o711))
            .map_err(LocalError::io("set who may enter", &path))?;
        Ok(Self { path, _lock: lock })
    }

    /// The absolute path of the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A folder in the home that only its owner may enter, made if absent.
    pub fn folder(&self, name: &str) -> Result<PathBuf, LocalError> {
        let path = self.path.join(name);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&path)
            .map_err(LocalError::io("make the folder", &path))?;
        Ok(path)
    }

    /// A random secret in hexadecimal, made at the first call with this name and kept in a file
    /// that only its owner may read.
    pub fn secret(&self, name: &str) -> Result<String, LocalError> {
        let path = self.folder("secrets")?.join(name);
        match fs::read_to_string(&path) {
            Ok(secret) if !secret.trim().is_empty() => Ok(secret.trim().to_owned()),
            Ok(_) => self.new_secret(&path),
            Err(error) if error.kind() == ErrorKind::NotFound => self.new_secret(&path),
            Err(error) => Err(LocalError::io("read the secret", &path)(error)),
        }
    }

    /// Folder of the files of evidence.
    ///
    /// # Errors
    /// The file system refused.
    pub fn evidence(&self) -> Result<PathBuf, LocalError> {
        self.folder("evidence")
    }

    /// Folder of the letters to members.
    ///
    /// # Errors
    /// The file system refused.
    pub fn mail(&self) -> Result<PathBuf, LocalError> {
        self.folder("mail")
    }

    /// The key that signs published papers, made at the first call and kept where only its owner may read
    /// it. Its public half lies in the home itself, for `cpas verify` and whoever asks for it.
    ///
    /// # Errors
    /// A key that somebody changed, or the file system refused.
    pub fn paper_key(&self) -> Result<PaperKey, LocalError> {
        let path = self.folder("secrets")?.join(PAPER_KEY);
        let key = match fs::read_to_string(&path) {
            Ok(pem) => PaperKey::from_pem(&pem).map_err(|error| LocalError::PaperKey { path, error })?,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let key = PaperKey::from_seed(&rand::random());
                write_private(&path, &key.private_pem()).map_err(LocalError::io("keep the key", &path))?;
                key
            }
            Err(error) => return Err(LocalError::io("read the key", &path)(error)),
        };
        let public = self.path.join(PAPER_KEY);
        fs::write(&public, key.public_pem()).map_err(LocalError::io("write the public key", &public))?;
        Ok(key)
    }

    /// Opens the log of one child to append to; one that has grown large becomes `<name>.log.1`.
    pub(super) fn log(&self, name: &str) -> Result<PathBuf, LocalError> {
        const LOG_BYTES_MAX: u64 = 10_000_000;
        let path = self.folder("log")?.join(format!("{name}.log"));
        if fs::metadata(&path).is_ok_and(|log| log.len() > LOG_BYTES_MAX) {
            fs::rename(&path, path.with_extension("log.1")).map_err(LocalError::io("put aside the log", &path))?;
        }
        Ok(path)
    }

    fn new_secret(&self, path: &Path) -> Result<String, LocalError> {
        let secret = hexadecimal(&rand::random::<[u8; PASSWORD_BYTES]>());
        write_private(path, &secret).map_err(LocalError::io("keep the secret", path))?;
        Ok(secret)
    }
}

/// The error for a full disk under `path`, with what is free there now.
pub(super) fn disk_full(path: &Path) -> LocalError {
    LocalError::DiskFull {
        home: path.to_owned(),
        free_bytes: free_bytes(path).unwrap_or(0),
        needed_bytes: FREE_BYTES_MIN,
    }
}

/// Whether a child's words say that the disk is full.
pub(super) fn says_disk_full(said: &str) -> bool {
    let said = said.to_lowercase();
    said.contains("no space left on device") || said.contains("disk quota exceeded")
}

/// Writes a file whole or not at all, readable by its owner only.
pub(super) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let partial = path.with_extension("partial");
    match fs::remove_file(&partial) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&partial, path)
}

/// A folder without our layout file may hold nothing but what an interrupted first start left.
fn refuse_strangers(home: &Path) -> Result<(), LocalError> {
    if home.join("layout").exists() {
        return Ok(());
    }
    let entries = fs::read_dir(home).map_err(LocalError::io("look into the folder", home))?;
    for entry in entries {
        let name = entry.map_err(LocalError::io("look into the folder", home))?.file_name();
        if name != OsStr::new("lock") && name != OsStr::new("layout.partial") {
            return Err(LocalError::NotOurs { home: home.to_owned() });
        }
    }
    Ok(())
}

fn lock(home: &Path) -> Result<File, LocalError> {
    let path = home.join("lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(LocalError::io("open the lock", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Best effort: without the number the sentence is still right.
            let _ = file.read_to_string(&mut holder);
            return Err(LocalError::HomeInUse { home: home.to_owned(), pid: holder.trim().parse().ok() });
        }
        Err(TryLockError::Error(error)) => return Err(LocalError::io("lock", &path)(error)),
    }
    let written = file
        .set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| file.write_all(std::process::id().to_string().as_bytes()));
    written.map_err(LocalError::io("write the lock", &path))?;
    Ok(file)
}

fn check_layout(home: &Path) -> Result<(), LocalError> {
    let path = home.join("layout");
    match fs::read_to_string(&path) {
        Ok(text) => match text.trim().parse() {
            Ok(LAYOUT) => Ok(()),
            Ok(found) => Err(LocalError::OtherLayout { home: home.to_owned(), found, wanted: LAYOUT }),
            Err(_) => Err(LocalError::NotOurs { home: home.to_owned() }),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => {
            write_private(&path, &LAYOUT.to_string()).map_err(LocalError::io("write", &path))
        }
        Err(error) => Err(LocalError::io("read", &path)(error)),
    }
}

fn enough_room(home: &Path) -> Result<(), LocalError> {
    let free = free_bytes(home).map_err(LocalError::io("ask for the free space of", home))?;
    if free < FREE_BYTES_MIN {
        return Err(disk_full(home));
    }
    Ok(())
}

fn free_bytes(path: &Path) -> io::Result<u64> {
    // The nearest folder that exists: what could not be written may not be there.
    let existing = path.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("/"));
    let disk = nix::sys::statvfs::statvfs(existing)?;
    #[expect(clippy::useless_conversion, reason = "the width of these fields differs between systems")]
    Ok(u64::from(disk.blocks_available()) * u64::from(disk.fragment_size()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
