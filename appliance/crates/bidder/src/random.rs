//! The system's random source as the generator that the pure crates ask for.

use rand_core::{TryCryptoRng, TryRng};

/// The operating system's random source. Where it fails there is no safe way on, and the process ends: every use is in
/// the making of shares and salts.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl TryRng for SystemRandom {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        if getrandom::fill(bytes).is_err() {
            std::process::abort();
        }
        Ok(())
    }
}

impl TryCryptoRng for SystemRandom {}
