//! How long to wait before the next attempt to reach the room.

/// Longest wait in milliseconds.
const MOST: u32 = 10_000;
/// First wait in milliseconds.
const FIRST: u32 = 500;

/// Milliseconds before attempt `attempt` (from 1). Doubled each time up to ten seconds; `spread` (0–999) spreads
/// viewers that lost the room at the same moment over a quarter of the wait.
pub fn wait(attempt: u32, spread: u32) -> u32 {
    let doubled =
        FIRST.saturating_mul(1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX)).min(MOST);
    doubled.saturating_add(doubled / 4 * spread.min(999) / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_stay_bounded() {
        let waits: Vec<u32> = (1..=7).map(|attempt| wait(attempt, 0)).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
        assert_eq!(wait(1, 999), 624);
        assert!(wait(u32::MAX, u32::MAX) <= 12_500);
    }
}
