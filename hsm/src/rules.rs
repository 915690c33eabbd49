//! Rules that hold in every backend: a key serves its role's purpose, and its two parts belong together.

use bidroom_envelope::suite::sm2::{PublicKey, encrypt};
use zeroize::Zeroizing;

use crate::custody::{Custody, CustodyKey, KeyPurpose, PublicKeyInfo};
use crate::error::{CustodyError, Fault, Refusal, Tamper};
use crate::name::KeyName;

/// Refuses a purpose that is not the role's.
pub(crate) fn purpose(name: &KeyName, wanted: KeyPurpose) -> Result<(), Refusal> {
    let made_for = name.role.purpose();
    if wanted == made_for { Ok(()) } else { Err(Refusal::Purpose { name: name.clone(), made_for, wanted }) }
}

/// Uses every key once and checks the outcome with its public part; answers how many there are.
pub(crate) fn check_pairs(custody: &dyn Custody) -> Result<usize, CustodyError> {
    let keys = custody.keys()?;
    for key in &keys {
        check_pair(custody, key)?;
    }
    Ok(keys.len())
}

pub(crate) fn check_pair(custody: &dyn Custody, info: &PublicKeyInfo) -> Result<(), CustodyError> {
    let name = &info.name;
    let challenge = random()?;
    let fits = match (&info.key, info.purpose) {
        (CustodyKey::Sm2(key), KeyPurpose::Decrypt) => opens(custody, name, key, &challenge)?,
        (CustodyKey::Sm2(key), KeyPurpose::SignSm2) => {
            key.verify(&challenge[..], &custody.sign_sm2(name, &challenge[..])?).is_ok()
        }
        (CustodyKey::Ed25519(key), KeyPurpose::SignEd25519) => {
            verifies_ed25519(key, &challenge[..], &custody.sign_ed25519(name, &challenge[..])?)
        }
        _ => false,
    };
    if fits { Ok(()) } else { Err(Tamper::Pair(name.clone()).into()) }
}

fn opens(
    custody: &dyn Custody,
    name: &KeyName,
    key: &PublicKey,
    challenge: &[u8; 32],
) -> Result<bool, CustodyError> {
    let candidates = [*random()?, *random()?, *random()?, *random()?];
    let candidates = Zeroizing::new(candidates);
    let sealed =
        encrypt(key, challenge, &candidates[..]).map_err(|_| Fault::Computation("SM2 encryption"))?;
    match custody.unwrap(name, &sealed) {
        Ok(opened) => Ok(opened[..] == challenge[..]),
        Err(CustodyError::Unopened(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether `signature` is a strict Ed25519 signature over `message`.
pub(crate) fn verifies_ed25519(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let signature = ed25519_dalek::Signature::from_bytes(signature);
    ed25519_dalek::VerifyingKey::from_bytes(key)
        .is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
}

fn random() -> Result<Zeroizing<[u8; 32]>, CustodyError> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut bytes[..]).map_err(Fault::Random)?;
    Ok(bytes)
}
