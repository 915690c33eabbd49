//! SM4-CBC with PKCS#7 padding (GB/T 17964): at once for messages that fit in memory, in pieces for those that do not.

use sm4::Sm4;
use sm4::cipher::{BlockCipherDecrypt as _, BlockCipherEncrypt as _, KeyInit as _};
use zeroize::Zeroizing;

/// The bytes are not whole blocks, or do not end in a padding: another key, or changed. One error for both, so
/// that an answer tells nothing about the padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an SM4-CBC message under this key")]
pub struct CbcError;

/// Encrypts `plaintext`; the result is one to sixteen bytes longer.
pub fn cbc_encrypt(key: &[u8; 16], iv: &[u8; 16], plaintext: &[u8]) -> Vec<u8> {
    let cipher = Sm4::new(&(*key).into());
    let padding = 16 - plaintext.len() % 16;
    let mut out = Vec::with_capacity(plaintext.len() + padding);
    out.extend_from_slice(plaintext);
    out.resize(plaintext.len() + padding, u8::try_from(padding).unwrap_or(16));
    let mut previous = *iv;
    for block in out.as_chunks_mut::<16>().0 {
        xor(block, &previous);
        cipher.encrypt_block(block.into());
        previous = *block;
    }
    out
}

/// Decrypts and removes the padding.
///
/// # Errors
/// [`CbcError`].
pub fn cbc_decrypt(key: &[u8; 16], iv: &[u8; 16], ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, CbcError> {
    let mut out = Zeroizing::new(ciphertext.to_vec());
    let (blocks, []) = out.as_chunks_mut::<16>() else { return Err(CbcError) };
    CbcDecryptor::new(key, iv).decrypt(blocks);
    let kept = unpadded(blocks.last().ok_or(CbcError)?)?;
    let length = out.len().saturating_sub(16).saturating_add(kept);
    out.truncate(length);
    Ok(out)
}

/// Decrypts in pieces; the caller keeps back the last block until it knows that nothing follows.
pub struct CbcDecryptor {
    cipher: Sm4,
    previous: [u8; 16],
}

impl CbcDecryptor {
    /// Begins a message.
    pub fn new(key: &[u8; 16], iv: &[u8; 16]) -> Self {
        Self { cipher: Sm4::new(&(*key).into()), previous: *iv }
    }

    /// Decrypts the next blocks in place.
    pub fn decrypt(&mut self, blocks: &mut [[u8; 16]]) {
        for block in blocks {
            let ciphertext = *block;
            self.cipher.decrypt_block(block.into());
            xor(block, &self.previous);
            self.previous = ciphertext;
        }
    }
}

/// How many bytes of a message's last block, decrypted, are no padding.
///
/// # Errors
/// [`CbcError`].
pub fn unpadded(last: &[u8; 16]) -> Result<usize, CbcError> {
    let [.., count] = *last;
    let kept = last.len().checked_sub(usize::from(count)).ok_or(CbcError)?;
    let mut padding = last.iter().skip(kept);
    if count == 0 || padding.any(|byte| *byte != count) { Err(CbcError) } else { Ok(kept) }
}

fn xor(block: &mut [u8; 16], mask: &[u8; 16]) {
    for (byte, mask) in block.iter_mut().zip(mask) {
        *byte ^= mask;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_block_agrees_with_the_standards_example() {
        // GB/T 32907-2016 annex A.1; CBC with a zero IV begins with the bare block.
        let key: [u8; 16] = hex::decode("0123456789abcdeffedcba9876543210").unwrap().try_into().unwrap();
        let sealed = cbc_encrypt(&key, &[0; 16], &key);
        assert_eq!(hex::encode(&sealed[..16]), "681edf34d206965e86b3e94f536e4246");
        assert_eq!(sealed.len(), 32);
    }

    #[test]
    fn every_length_reads_back() {
        let data: Vec<u8> = (0..=70).collect();
        for length in 0..data.len() {
            let sealed = cbc_encrypt(&[1; 16], &[2; 16], &data[..length]);
            assert_eq!(sealed.len(), (length / 16 + 1) * 16);
            assert_eq!(*cbc_decrypt(&[1; 16], &[2; 16], &sealed).unwrap(), data[..length]);
        }
    }

    #[track_caller]
    fn refused(plaintext_blocks: &[u8], ciphertext_length: usize) {
        // Encrypts the blocks as they are, by cutting off the padding block.
        let mut sealed = cbc_encrypt(&[1; 16], &[2; 16], plaintext_blocks);
        sealed.truncate(ciphertext_length);
        assert_eq!(cbc_decrypt(&[1; 16], &[2; 16], &sealed), Err(CbcError));
    }

    #[test]
    fn broken_paddings_and_lengths_are_refused() {
        refused(&[], 0);
        refused(&[9; 32], 31);
        refused(&[0; 16], 16);
        refused(&[17; 32], 32);
        refused(&[255; 16], 16);
        let mut almost = [4; 16];
        almost[12] = 5;
        refused(&almost, 16);
    }
}
