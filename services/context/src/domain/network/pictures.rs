//! Pictures that were laid out already: the same relations have the same picture on every date, and for everybody who
//! sees the same of them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hashlink::LruCache;
use sha2::{Digest as _, Sha256};

use super::layout::{Place, layout};

/// Pictures that are kept, those asked for last.
const KEPT: usize = 64;

/// By the digest of what they were made of.
type Kept = LruCache<[u8; 32], Arc<[Place]>>;

/// Pictures by what they were made of; shared by its clones.
#[derive(Clone)]
pub struct Pictures(Arc<Mutex<Kept>>);

impl Default for Pictures {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(KEPT))))
    }
}

impl Pictures {
    /// Where each node stands, as of [`layout`].
    pub fn layout(&self, seeds: &[u64], pulls: &[(usize, usize, f64)]) -> Arc<[Place]> {
        let made_of = digest(seeds, pulls);
        if let Some(places) = self.kept().get(&made_of) {
            return places.clone();
        }
        let places: Arc<[Place]> = layout(seeds, pulls).into();
        self.kept().insert(made_of, places.clone());
        places
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // What is kept is whole at any moment.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn digest(seeds: &[u64], pulls: &[(usize, usize, f64)]) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update((seeds.len() as u64).to_le_bytes());
    seeds.iter().for_each(|seed| digest.update(seed.to_le_bytes()));
    for (one, other, pull) in pulls {
        digest.update((*one as u64).to_le_bytes());
        digest.update((*other as u64).to_le_bytes());
        digest.update(pull.to_le_bytes());
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_laid_out_once_and_is_the_one_that_belongs_to_these_ties() {
        let pictures = Pictures::default();
        let chain = [(0, 1, 1.0), (1, 2, 1.0)];
        let first = pictures.layout(&[1, 2, 3], &chain);
        assert_eq!(*first, *layout(&[1, 2, 3], &chain));
        assert!(Arc::ptr_eq(&first, &pictures.clone().layout(&[1, 2, 3], &chain)));
        for (seeds, pulls) in
            [([1, 2, 4], &chain[..]), ([1, 2, 3], &chain[..1]), ([1, 2, 3], &[(0, 1, 1.0), (1, 2, 2.0)])]
        {
            assert_eq!(*pictures.layout(&seeds, pulls), *layout(&seeds, pulls));
        }
        assert_eq!(pictures.kept().len(), 4);
    }
}
