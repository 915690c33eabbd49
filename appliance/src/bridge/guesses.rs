//! Wrong codes: how many one network address may type, and all together.

use std::collections::BTreeMap;
use std::net::IpAddr;

/// Wrong codes of one address within [`WINDOW`].
const OF_ONE: u32 = 8;
/// Wrong codes of all addresses within [`WINDOW`]. With eight digits and a thousand helpers waiting, the chance that one
/// of them is right is below one in a hundred; what a right guess is worth, the helper's window decides.
const OF_ALL: u32 = 1000;
/// Ten minutes, milliseconds.
const WINDOW: u64 = 600_000;
/// Addresses that are remembered. When all places are taken, those that guessed least are forgotten; the bound for all
/// holds on.
const ADDRESSES: usize = 4096;

/// Counts of the window that runs.
#[derive(Debug, Default)]
pub(super) struct Guesses {
    since: u64,
    all: u32,
    of: BTreeMap<IpAddr, u32>,
}

impl Guesses {
    /// Whether an address may try.
    ///
    /// # Errors
    /// Seconds until it may.
    pub(super) fn may_try(&mut self, address: IpAddr, now: u64) -> Result<(), u32> {
        if now.saturating_sub(self.since) >= WINDOW {
            *self = Self { since: now, ..Self::default() };
        }
        let own = self.of.get(&address).copied().unwrap_or_default();
        if own < OF_ONE && self.all < OF_ALL {
            return Ok(());
        }
        let left = WINDOW.saturating_sub(now.saturating_sub(self.since));
        Err(u32::try_from(left.div_ceil(1000)).unwrap_or(u32::MAX).max(1))
    }

    /// An address was wrong.
    pub(super) fn wrong(&mut self, address: IpAddr) {
        self.all = self.all.saturating_add(1);
        if self.of.len() >= ADDRESSES && !self.of.contains_key(&address) {
            let least = self.of.values().copied().min().unwrap_or_default();
            self.of.retain(|_, count| *count > least);
        }
        let own = self.of.entry(address).or_default();
        *own = own.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(number: u32) -> IpAddr {
        IpAddr::from(number.to_be_bytes())
    }

    #[test]
    fn an_address_guesses_eight_times_in_ten_minutes() {
        let mut guesses = Guesses::default();
        for _ in 0..OF_ONE {
            assert_eq!(guesses.may_try(address(1), 5), Ok(()));
            guesses.wrong(address(1));
        }
        assert_eq!(guesses.may_try(address(1), 5), Err(600));
        assert_eq!(guesses.may_try(address(2), 5), Ok(()), "others are not affected");
        assert_eq!(guesses.may_try(address(1), WINDOW - 1), Err(1));
        assert_eq!(guesses.may_try(address(1), WINDOW), Ok(()));
    }

    #[test]
    fn many_addresses_guess_no_more_than_a_thousand_times_and_take_no_more_memory() {
        let mut guesses = Guesses::default();
        let mut tried = 0;
        for number in 0..20_000 {
            if guesses.may_try(address(number), 1).is_ok() {
                guesses.wrong(address(number));
                tried += 1;
            }
        }
        assert_eq!(tried, OF_ALL);
        assert!(guesses.of.len() <= ADDRESSES);
    }
}
