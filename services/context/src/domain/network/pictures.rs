//! What was computed of a network already: the same relations have the same picture on every date, and the same counts
//! where the sides are the same, for everybody who sees the same of them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hashlink::LruCache;
use sha2::{Digest as _, Sha256};

use super::{
    betweenness::{self, Between, Side},
    communities,
    layout::{Place, layout},
    ties,
};

/// Of each kind what is kept, those asked for last.
const KEPT: usize = 64;

/// By the digest of what they were made of.
type Kept<T> = Arc<Mutex<LruCache<[u8; 32], Arc<T>>>>;
type Pair = (usize, usize, f64);

/// Pictures and counts by what they were made of; shared by its clones.
#[derive(Clone)]
pub struct Pictures {
    laid: Kept<[Place]>,
    counted: Kept<Counted>,
}

/// What is counted of a network.
#[derive(Debug, PartialEq)]
pub struct Counted {
    pub between: Between,
    /// Number of the community of each node.
    pub communities: Vec<usize>,
    pub modularity: f64,
}

impl Default for Pictures {
    fn default() -> Self {
        Self { laid: empty(), counted: empty() }
    }
}

impl Pictures {
    /// Where each node stands, as of [`layout`].
    pub fn layout(&self, seeds: &[u64], pulls: &[Pair]) -> Arc<[Place]> {
        once(&self.laid, digest(seeds.iter().copied(), pulls), || layout(seeds, pulls).into())
    }

    /// Who lies between whom, and who stands together. `sides`: of each node.
    pub fn count(&self, sides: &[Side], pairs: &[Pair]) -> Arc<Counted> {
        once(&self.counted, digest(sides.iter().map(|side| *side as u64), pairs), || {
            let ties = ties(sides.len(), pairs);
            let communities = communities::communities(&ties);
            let modularity = communities::modularity(&ties, &communities);
            Arc::new(Counted { between: betweenness::between(&ties, sides), communities, modularity })
        })
    }
}

fn empty<T: ?Sized>() -> Kept<T> {
    Arc::new(Mutex::new(LruCache::new(KEPT)))
}

fn once<T: ?Sized>(kept: &Kept<T>, made_of: [u8; 32], make: impl FnOnce() -> Arc<T>) -> Arc<T> {
    if let Some(found) = held(kept).get(&made_of) {
        return found.clone();
    }
    let made = make();
    held(kept).insert(made_of, made.clone());
    made
}

fn held<T: ?Sized>(kept: &Kept<T>) -> MutexGuard<'_, LruCache<[u8; 32], Arc<T>>> {
    // What is kept is whole at any moment.
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

fn digest(nodes: impl ExactSizeIterator<Item = u64>, pairs: &[Pair]) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update((nodes.len() as u64).to_le_bytes());
    nodes.for_each(|node| digest.update(node.to_le_bytes()));
    for (one, other, weight) in pairs {
        digest.update((*one as u64).to_le_bytes());
        digest.update((*other as u64).to_le_bytes());
        digest.update(weight.to_le_bytes());
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
        assert_eq!(held(&pictures.laid).len(), 4);
    }

    #[test]
    fn counts_are_those_of_these_ties_and_sides() {
        let pictures = Pictures::default();
        let chain = [(0, 1, 1.0), (1, 2, 1.0)];
        let apart = [Side::One, Side::Neither, Side::Other];
        let first = pictures.count(&apart, &chain);
        assert_eq!((first.between.connected_pairs, first.between.brokerage.clone()), (1, vec![0.0, 1.0, 0.0]));
        assert!(Arc::ptr_eq(&first, &pictures.clone().count(&apart, &chain)), "counted once");
        let one_side = pictures.count(&[Side::One; 3], &chain);
        assert_eq!((one_side.between.connected_pairs, one_side.between.brokerage.clone()), (0, vec![0.0; 3]));
        assert_eq!(pictures.count(&apart, &chain[..1]).between.connected_pairs, 0, "other ties");
        assert_eq!(held(&pictures.counted).len(), 3);
    }
}
