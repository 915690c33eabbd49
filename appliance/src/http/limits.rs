//! How often one network address may ask, in bounded memory and without a way to keep others out.
//!
//! Each address has a bucket of tokens that refills steadily. Buckets stand in two generations of bounded size; when
//! the younger one is full it becomes the older one and the former older one is forgotten. So a flood from many
//! addresses makes the room forget, which favours everybody; it never makes it refuse an address that did nothing.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::config::Limits;

/// Addresses per generation.
const GENERATION: usize = 16_384;
/// Tokens are counted in thousandths.
const MILLI: u64 = 1000;

/// Buckets of all addresses.
#[derive(Debug)]
pub struct AddressLimits {
    per_second: u64,
    burst: u64,
    start: Instant,
    buckets: Mutex<Generations>,
}

#[derive(Debug, Default)]
struct Generations {
    young: BTreeMap<IpAddr, Bucket>,
    old: BTreeMap<IpAddr, Bucket>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// Thousandths of tokens left.
    tokens: u64,
    /// When they were counted, milliseconds since the start.
    at: u64,
}

impl AddressLimits {
    /// Limits as configured.
    pub fn new(limits: &Limits) -> Self {
        Self {
            per_second: u64::from(limits.requests_per_second),
            burst: u64::from(limits.requests_burst) * MILLI,
            start: Instant::now(),
            buckets: Mutex::default(),
        }
    }

    /// Takes `cost` tokens of an address.
    ///
    /// # Errors
    /// Seconds after which there are enough again, at least one.
    pub fn take(&self, address: IpAddr, cost: u32) -> Result<(), u32> {
        let now = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.take_at(address, cost, now)
    }

    fn take_at(&self, address: IpAddr, cost: u32, now: u64) -> Result<(), u32> {
        let address = network(address);
        let cost = u64::from(cost) * MILLI;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let known = buckets.young.get(&address).or_else(|| buckets.old.get(&address)).copied();
        let bucket = known.unwrap_or(Bucket { tokens: self.burst, at: now });
        // One token per second is one thousandth per millisecond.
        let refilled = now.saturating_sub(bucket.at).saturating_mul(self.per_second);
        let tokens = bucket.tokens.saturating_add(refilled).min(self.burst);
        let (left, answer) = match tokens.checked_sub(cost) {
            Some(left) => (left, Ok(())),
            None => {
                let millis = (cost - tokens).div_ceil(self.per_second.max(1));
                (tokens, Err(u32::try_from(millis.div_ceil(1000)).unwrap_or(u32::MAX).max(1)))
            }
        };
        if buckets.young.len() >= GENERATION && !buckets.young.contains_key(&address) {
            buckets.old = std::mem::take(&mut buckets.young);
        }
        buckets.young.insert(address, Bucket { tokens: left, at: now });
        answer
    }
}

/// What counts as one address: IPv4 as it is, of IPv6 the /64 that one subscriber has.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> AddressLimits {
        AddressLimits::new(&Limits { requests_per_second: 2, requests_burst: 3, ..Limits::default() })
    }

    fn address(number: u32) -> IpAddr {
        IpAddr::from(number.to_be_bytes())
    }

    #[test]
    fn a_burst_is_allowed_and_then_the_rate_holds() {
        let limits = limits();
        for _ in 0..3 {
            assert_eq!(limits.take_at(address(1), 1, 0), Ok(()));
        }
        assert_eq!(limits.take_at(address(1), 1, 0), Err(1));
        assert_eq!(limits.take_at(address(2), 1, 0), Ok(()), "others are not affected");
        assert_eq!(limits.take_at(address(1), 1, 499), Err(1));
        assert_eq!(limits.take_at(address(1), 1, 500), Ok(()));
        assert_eq!(limits.take_at(address(1), 3, 501), Err(2));
        assert_eq!(limits.take_at(address(1), 3, 1_000_000), Ok(()), "no more than a burst is saved up");
        assert_eq!(limits.take_at(address(1), 1, 1_000_000), Err(1));
    }

    #[test]
    fn a_flood_of_addresses_takes_no_more_memory_and_keeps_nobody_out() {
        let limits = limits();
        for number in 0..100_000 {
            assert_eq!(limits.take_at(address(number), 1, 0), Ok(()));
        }
        let buckets = limits.buckets.lock().unwrap();
        assert!(buckets.young.len() + buckets.old.len() <= 2 * GENERATION);
    }

    #[test]
    fn one_subscriber_is_one_address() {
        let limits = limits();
        for last in 0..3_u16 {
            let address = Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, last);
            assert_eq!(limits.take_at(address.into(), 1, 0), Ok(()));
        }
        let same = Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 9, 9, 9, 9);
        assert_eq!(limits.take_at(same.into(), 1, 0), Err(1));
        let other = Ipv6Addr::new(0x2001, 0xdb8, 0, 2, 0, 0, 0, 0);
        assert_eq!(limits.take_at(other.into(), 1, 0), Ok(()));
        let mapped = Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0x0a00, 0x0001);
        assert_eq!(network(mapped.into()), IpAddr::from([10, 0, 0, 1]));
    }
}
