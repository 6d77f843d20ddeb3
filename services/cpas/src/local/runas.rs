//! The user a child runs under: PostgreSQL refuses root.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::unistd::{Uid, User, geteuid};

use super::LocalError;

/// A numeric user and group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RunAs {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl RunAs {
    /// Nobody special needed: `None`, unless this process is root. Then it is the owner of `data`
    /// when that exists, so that a folder changes hands without a word, or else `nobody`.
    pub(super) fn for_data(data: &Path) -> Result<Option<Self>, LocalError> {
        if !geteuid().is_root() {
            return Ok(None);
        }
        if let Ok(owned) = fs::metadata(data)
            && !Uid::from_raw(owned.uid()).is_root()
        {
            return Ok(Some(Self { uid: owned.uid(), gid: owned.gid() }));
        }
        ["nobody", "daemon"]
            .into_iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .map(|user| Some(Self { uid: user.uid.as_raw(), gid: user.gid.as_raw() }))
            .ok_or(LocalError::NoUnprivilegedUser)
    }

    /// Whether this user can reach `wanted`; the error names the topmost folder that is closed.
    pub(super) fn can_reach(self, wanted: &Path) -> Result<(), LocalError> {
        match self.closed_folder(wanted) {
            None => Ok(()),
            Some(closed) => Err(LocalError::Closed { user: self.uid, closed, wanted: wanted.to_owned() }),
        }
    }

    fn closed_folder(self, wanted: &Path) -> Option<PathBuf> {
        let mut folders: Vec<&Path> = wanted.ancestors().collect();
        folders.reverse();
        folders
            .into_iter()
            .find(|folder| fs::metadata(folder).is_ok_and(|found| found.is_dir() && !self.may_pass(&found)))
            .map(Path::to_owned)
    }

    fn may_pass(self, folder: &Metadata) -> bool {
        let needed = if folder.uid() == self.uid {
            0o100
        } else if folder.gid() == self.gid {
            0o010
        } else {
            0o001
        };
        folder.mode() & needed != 0
    }
}
