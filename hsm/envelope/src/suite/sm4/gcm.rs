//! SM4-GCM (NIST SP 800-38D with SM4, RFC 8998) with 12-byte nonces and 16-byte tags, in place.
//!
//! The counter's blocks are encrypted many at a time, so that a faster block cipher shows at once.

use core::fmt;

use ghash::GHash;
use ghash::universal_hash::UniversalHash as _;
use sm4::Sm4;
use sm4::cipher::{Block, BlockCipherEncrypt as _, KeyInit as _};
use subtle::ConstantTimeEq as _;

/// Counter blocks that are encrypted at a time: half a kilobyte of stack.
const BATCH: usize = 32;
/// 2³⁶ − 32 bytes: the counter has 32 bits and its first two values are taken (SP 800-38D section 5.2.1.1).
const MAX_LEN: u64 = (1 << 36) - 32;

/// Why a message was not sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GcmError {
    /// The tag disagrees: another key, nonce or associated data, or a changed message.
    #[error("the SM4-GCM tag does not match")]
    Tag,
    /// Longer than 2³⁶ − 32 bytes.
    #[error("longer than one SM4-GCM message may be")]
    TooLong,
}

/// One key, ready for many messages; erased from memory when dropped.
pub struct Sm4Gcm {
    cipher: Sm4,
    hash: GHash,
}

impl Sm4Gcm {
    /// Takes the key.
    pub fn new(key: &[u8; 16]) -> Self {
        let cipher = Sm4::new(&(*key).into());
        let mut subkey = Block::<Sm4>::default();
        cipher.encrypt_block(&mut subkey);
        Self { hash: GHash::new(&subkey), cipher }
    }

    /// Encrypts `data` in place and answers the tag. A nonce must never come twice under one key.
    ///
    /// # Errors
    /// [`GcmError::TooLong`].
    pub fn seal_in_place(&self, nonce: &[u8; 12], aad: &[u8], data: &mut [u8]) -> Result<[u8; 16], GcmError> {
        limit(aad.len(), data.len())?;
        self.apply_key_stream(nonce, data);
        Ok(self.tag(nonce, aad, data))
    }

    /// Checks the tag and then decrypts `data` in place; on an error `data` is untouched.
    ///
    /// # Errors
    /// [`GcmError`].
    pub fn open_in_place(
        &self,
        nonce: &[u8; 12],
        aad: &[u8],
        data: &mut [u8],
        tag: &[u8; 16],
    ) -> Result<(), GcmError> {
        limit(aad.len(), data.len())?;
        let matches: bool = self.tag(nonce, aad, data).ct_eq(tag).into();
        if !matches {
            return Err(GcmError::Tag);
        }
        self.apply_key_stream(nonce, data);
        Ok(())
    }

    fn apply_key_stream(&self, nonce: &[u8; 12], data: &mut [u8]) {
        let mut counter: u32 = 1;
        for batch in data.chunks_mut(BATCH * 16) {
            let mut stream = [Block::<Sm4>::default(); BATCH];
            for block in &mut stream {
                counter = counter.wrapping_add(1);
                *block = counter_block(nonce, counter).into();
            }
            let needed = batch.len().div_ceil(16);
            let Some(stream) = stream.get_mut(..needed) else { return };
            self.cipher.encrypt_blocks(stream);
            xor(batch, stream);
        }
    }

    fn tag(&self, nonce: &[u8; 12], aad: &[u8], ciphertext: &[u8]) -> [u8; 16] {
        let mut hash = self.hash.clone();
        hash.update_padded(aad);
        hash.update_padded(ciphertext);
        let (aad_bits, data_bits) = (bits(aad.len()), bits(ciphertext.len()));
        let lengths = (u128::from(aad_bits) << 64) | u128::from(data_bits);
        hash.update(&[lengths.to_be_bytes().into()]);
        let mut mask = Block::<Sm4>::from(counter_block(nonce, 1));
        self.cipher.encrypt_block(&mut mask);
        let mut tag: [u8; 16] = hash.finalize().into();
        xor(&mut tag, &[mask]);
        tag
    }
}

impl fmt::Debug for Sm4Gcm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sm4Gcm").finish_non_exhaustive()
    }
}

fn counter_block(nonce: &[u8; 12], counter: u32) -> [u8; 16] {
    let mut block = [0; 16];
    let (head, tail) = block.split_at_mut(12);
    head.copy_from_slice(nonce);
    tail.copy_from_slice(&counter.to_be_bytes());
    block
}

fn xor(data: &mut [u8], stream: &[Block<Sm4>]) {
    let (whole, rest) = data.as_chunks_mut::<16>();
    let mut stream = stream.iter();
    for (block, mask) in whole.iter_mut().zip(&mut stream) {
        let masked = u128::from_ne_bytes(*block) ^ u128::from_ne_bytes((*mask).into());
        *block = masked.to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(stream.next().into_iter().flatten()) {
        *byte ^= mask;
    }
}

fn bits(length: usize) -> u64 {
    // `limit` has bounded both lengths.
    u64::try_from(length).unwrap_or(u64::MAX).saturating_mul(8)
}

fn limit(aad: usize, data: usize) -> Result<(), GcmError> {
    let fits = |length: usize| u64::try_from(length).is_ok_and(|length| length <= MAX_LEN);
    if fits(aad) && fits(data) { Ok(()) } else { Err(GcmError::TooLong) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        hex::decode(text).unwrap().try_into().unwrap()
    }

    const KEY: &str = "0123456789abcdeffedcba9876543210";

    #[test]
    fn agrees_with_rfc_8998() {
        // RFC 8998 appendix A.1.
        let gcm = Sm4Gcm::new(&bytes(KEY));
        let nonce = bytes("00001234567800000000abcd");
        let aad = hex::decode("feedfacedeadbeeffeedfacedeadbeefabaddad2").unwrap();
        let plaintext = "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd\
                         eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa";
        let mut data = hex::decode(plaintext).unwrap();
        let tag = gcm.seal_in_place(&nonce, &aad, &mut data).unwrap();
        assert_eq!(
            hex::encode(&data),
            "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735\
             d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        );
        assert_eq!(hex::encode(tag), "83de3541e4c2b58177e065a9bf7b62ec");
        gcm.open_in_place(&nonce, &aad, &mut data, &tag).unwrap();
        assert_eq!(hex::encode(data), plaintext);
    }

    /// The mode written out a block and a bit at a time.
    fn slow_seal(key: &[u8; 16], nonce: &[u8; 12], aad: &[u8], data: &mut [u8]) -> [u8; 16] {
        let cipher = Sm4::new(&(*key).into());
        let encrypt = |block: [u8; 16]| {
            let mut block = block.into();
            cipher.encrypt_block(&mut block);
            u128::from_be_bytes(block.into())
        };
        for (at, chunk) in data.chunks_mut(16).enumerate() {
            let stream = encrypt(counter_block(nonce, u32::try_from(at).unwrap() + 2)).to_be_bytes();
            chunk.iter_mut().zip(stream).for_each(|(byte, mask)| *byte ^= mask);
        }
        let h = encrypt([0; 16]);
        let multiply = |x: u128| {
            let (mut z, mut v) = (0, h);
            for bit in (0..128).rev() {
                if x >> bit & 1 == 1 {
                    z ^= v;
                }
                v = (v >> 1) ^ if v & 1 == 1 { 0xe1 << 120 } else { 0 };
            }
            z
        };
        let mut y = 0;
        let padded = |part: &[u8]| {
            let chunk = |chunk: &[u8]| {
                let mut block = [0; 16];
                block[..chunk.len()].copy_from_slice(chunk);
                u128::from_be_bytes(block)
            };
            part.chunks(16).map(chunk).collect::<Vec<_>>()
        };
        let lengths = (u128::from(bits(aad.len())) << 64) | u128::from(bits(data.len()));
        for block in padded(aad).into_iter().chain(padded(data)).chain([lengths]) {
            y = multiply(y ^ block);
        }
        (y ^ encrypt(counter_block(nonce, 1))).to_be_bytes()
    }

    #[test]
    fn every_length_agrees_with_the_slow_definition() {
        let key = bytes(KEY);
        let gcm = Sm4Gcm::new(&key);
        let nonce = [5; 12];
        for length in (0..70).chain([511, 512, 513, 527, 528, 1024, 1537]) {
            let plaintext: Vec<u8> = (0..length).map(|i: usize| i.to_le_bytes()[0]).collect();
            let aad = &plaintext[..length.min(37)];
            let (mut fast, mut slow) = (plaintext.clone(), plaintext.clone());
            let tag = gcm.seal_in_place(&nonce, aad, &mut fast).unwrap();
            assert_eq!(tag, slow_seal(&key, &nonce, aad, &mut slow), "tag at length {length}");
            assert_eq!(fast, slow, "ciphertext at length {length}");
            gcm.open_in_place(&nonce, aad, &mut fast, &tag).unwrap();
            assert_eq!(fast, plaintext);
        }
    }

    #[test]
    fn any_change_is_noticed_and_nothing_is_released() {
        let gcm = Sm4Gcm::new(&bytes(KEY));
        let mut sealed = *b"a price nobody may read before the close";
        let tag = gcm.seal_in_place(&[1; 12], b"core", &mut sealed).unwrap();
        let refused = |nonce: &[u8; 12], aad: &[u8], data: &[u8], tag: &[u8; 16]| {
            let mut opened = data.to_vec();
            assert_eq!(gcm.open_in_place(nonce, aad, &mut opened, tag), Err(GcmError::Tag));
            assert_eq!(opened, data);
        };
        refused(&[2; 12], b"core", &sealed, &tag);
        refused(&[1; 12], b"cord", &sealed, &tag);
        refused(&[1; 12], b"core", &sealed[1..], &tag);
        for bit in 0..8 {
            let mut changed = tag;
            changed[15] ^= 1 << bit;
            refused(&[1; 12], b"core", &sealed, &changed);
        }
        for at in 0..sealed.len() {
            let mut changed = sealed;
            changed[at] ^= 0x80;
            refused(&[1; 12], b"core", &changed, &tag);
        }
    }
}
