//! SM2 (GB/T 32918): keys, signatures with the default signer id, and public-key encryption.
//!
//! Owns the encodings of keys, signatures and ciphertexts and the two seams behind which a private key may live
//! in a device. It must not know what is signed or enveloped.

mod cipher;
mod digest;
mod key;
mod pem;
mod signature;

pub use cipher::{
    CiphertextError, EncryptError, Sm2Ciphertext, Unwrap, UnwrapError, encrypt, open_with_shared_point,
    open_with_shared_x,
};
pub use key::{KeyError, PublicKey, SecretKey};
pub use signature::{BadSignature, Sign, SignError, Signature, SignatureError};

/// The signer id that GB/T 35276 prescribes where no other is agreed.
pub const DEFAULT_ID: &str = "1234567812345678";
