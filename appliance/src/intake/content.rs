//! The roots of the envelopes' ciphertexts, computed while the content comes in.

use bidroom_envelope::bid::submission::SubmittedEnvelope;
use bidroom_envelope::content::tree::RootHasher;

use super::error::IntakeError;

/// Hashes the concatenated ciphertexts; holds one hash state, whatever the length.
#[derive(Debug, Clone)]
pub(super) struct ContentHasher {
    envelopes: Vec<SubmittedEnvelope>,
    at: usize,
    hasher: RootHasher,
    /// The first envelope whose root is not the signed one.
    damaged: Option<(u32, SubmittedEnvelope, bidroom_canon::Sm3Digest)>,
}

impl ContentHasher {
    pub(super) fn new(envelopes: &[SubmittedEnvelope]) -> Self {
        let mut fresh =
            Self { envelopes: envelopes.to_vec(), at: 0, hasher: RootHasher::new(), damaged: None };
        fresh.close_full();
        fresh
    }

    /// Takes the next bytes; those beyond the signed length are ignored, and are never let in.
    pub(super) fn push(&mut self, mut bytes: &[u8]) {
        while let Some(envelope) = self.envelopes.get(self.at) {
            if bytes.is_empty() {
                return;
            }
            let left = envelope.length.saturating_sub(self.hasher.length());
            let take = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
            let (now, rest) = bytes.split_at(take);
            self.hasher.push(now);
            bytes = rest;
            self.close_full();
        }
    }

    fn close_full(&mut self) {
        while let Some(envelope) = self.envelopes.get(self.at).copied() {
            if self.hasher.length() < envelope.length {
                return;
            }
            let root = std::mem::take(&mut self.hasher).finish();
            self.at = self.at.saturating_add(1);
            if root != envelope.root && self.damaged.is_none() {
                self.damaged = Some((u32::try_from(self.at).unwrap_or(u32::MAX), envelope, root.0));
            }
        }
    }

    /// Whether all envelopes are there and have the signed roots.
    pub(super) fn finish(&self) -> Result<(), IntakeError> {
        match self.damaged {
            Some((envelope, signed, computed)) => {
                Err(IntakeError::Damaged { envelope, signed: signed.root.0, computed })
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bidroom_canon::Sm3Digest;
    use bidroom_envelope::bid::core::CoreHash;

    fn envelope(bytes: &[u8]) -> SubmittedEnvelope {
        let mut hasher = RootHasher::new();
        hasher.push(bytes);
        let core = CoreHash(Sm3Digest::of(b"core"));
        SubmittedEnvelope { core, root: hasher.finish(), length: u64::try_from(bytes.len()).unwrap() }
    }

    #[test]
    fn each_envelope_has_its_own_root() {
        let (one, two) = (vec![1; 100_000], vec![2; 70_000]);
        let envelopes = [envelope(&one), envelope(&two)];
        let all = [one, two].concat();
        for cut in [1, 65_536, 99_999, 100_000, 100_001, 170_000] {
            let mut hasher = ContentHasher::new(&envelopes);
            all.chunks(cut).for_each(|part| hasher.push(part));
            hasher.finish().unwrap();
        }
        for (place, damaged) in [(0, 1), (99_999, 1), (100_000, 2), (169_999, 2)] {
            let mut changed = all.clone();
            changed[place] ^= 1;
            let mut hasher = ContentHasher::new(&envelopes);
            hasher.push(&changed);
            let error = hasher.finish().unwrap_err();
            assert!(matches!(error, IntakeError::Damaged { envelope, .. } if envelope == damaged), "{error}");
        }
    }
}
