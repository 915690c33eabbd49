//! A random source that gives the same bytes in every run.

use std::convert::Infallible;

use bidroom_canon::labelled_sm3;
use rand_core::{TryCryptoRng, TryRng};

/// SM3 of a seed and a counter. For stories only.
pub struct CountingRandom {
    seed: &'static str,
    counter: u64,
}

impl CountingRandom {
    /// The source of a seed.
    pub const fn new(seed: &'static str) -> Self {
        Self { seed, counter: 0 }
    }
}

impl TryRng for CountingRandom {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for part in bytes.chunks_mut(32) {
            self.counter += 1;
            let block =
                labelled_sm3("bidroom/story/random", &[self.seed.as_bytes(), &self.counter.to_be_bytes()]);
            for (to, from) in part.iter_mut().zip(block.as_bytes()) {
                *to = *from;
            }
        }
        Ok(())
    }
}

impl TryCryptoRng for CountingRandom {}
