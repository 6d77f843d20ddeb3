//! How often one address may ask: by the minute, in this replica's memory.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Utc};

/// Addresses that are counted apart; beyond them all others are counted as one.
const ADDRESSES_MAX: usize = 20_000;

/// Counts who asks.
#[derive(Debug)]
pub struct Limit {
    a_minute: u32,
    counted: Mutex<Counted>,
}

#[derive(Debug, Default)]
struct Counted {
    minute: i64,
    of: HashMap<String, u32>,
    others: u32,
}

impl Limit {
    /// So many requests of an address a minute.
    pub fn new(a_minute: u32) -> Self {
        Self { a_minute, counted: Mutex::default() }
    }

    /// Counts a request; false: that is one too many.
    pub fn admits(&self, address: &str, now: DateTime<Utc>) -> bool {
        let minute = now.timestamp().div_euclid(60);
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.minute != minute {
            *counted = Counted { minute, ..Counted::default() };
        }
        let key = household(address);
        let has_room = counted.of.len() < ADDRESSES_MAX || counted.of.contains_key(&key);
        let count = if has_room { counted.of.entry(key).or_default() } else { &mut counted.others };
        *count = count.saturating_add(1);
        *count <= self.a_minute
    }
}

/// An IPv6 household has a whole network of addresses.
fn household(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(of)) => match of.to_ipv4_mapped() {
            Some(mapped) => mapped.to_string(),
            None => of.segments()[..4].iter().map(|part| format!("{part:x}:")).collect(),
        },
        Ok(IpAddr::V4(_)) | Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn an_address_asks_so_often_a_minute_and_holds_up_no_other() {
        let (limit, now) = (Limit::new(2), DateTime::UNIX_EPOCH);
        assert!(limit.admits("192.0.2.1", now) && limit.admits("192.0.2.1", now));
        assert!(!limit.admits("192.0.2.1", now));
        assert!(limit.admits("192.0.2.2", now));
        assert!(limit.admits("192.0.2.1", now + TimeDelta::seconds(60)));
    }

    #[test]
    fn a_network_of_one_household_is_one_address() {
        assert_eq!(household("2001:db8:1:2::5"), household("2001:db8:1:2:ffff::1"));
        assert_ne!(household("2001:db8:1:2::5"), household("2001:db8:1:3::5"));
        assert_eq!(household("::ffff:192.0.2.1"), "192.0.2.1");
    }

    #[test]
    fn memory_is_bounded_whoever_comes() {
        let (limit, now) = (Limit::new(1_000_000), DateTime::UNIX_EPOCH);
        for number in 0..ADDRESSES_MAX + 50 {
            limit.admits(&format!("number {number}"), now);
        }
        assert_eq!(limit.counted.lock().expect("whole").of.len(), ADDRESSES_MAX);
    }
}
