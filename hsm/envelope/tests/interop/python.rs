//! gmssl (SM2) and cryptography (SM3, SM4-CBC, SM4-GCM, HKDF) in Python, both ways.

use std::path::Path;
use std::process::Command;

use bidroom_canon::Sm3Digest;
use bidroom_envelope::suite::kdf::hkdf_sm3;
use bidroom_envelope::suite::sm2::{SecretKey, Signature, Sm2Ciphertext, Unwrap as _, encrypt};
use bidroom_envelope::suite::sm4::{Sm4Gcm, cbc_encrypt};
use serde_json::{Value, json};

use crate::tool::run;

const REMEDY: &str = "Python with gmssl and cryptography is needed: run tests/interop/setup.sh, or name the \
                      interpreter in BIDROOM_INTEROP_PYTHON";

/// Runs a script of `tests/interop` there.
#[track_caller]
pub(crate) fn script(name: &str, arguments: &[&str], input: &[u8]) -> String {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/interop");
    let python = std::env::var_os("BIDROOM_INTEROP_PYTHON")
        .unwrap_or_else(|| tests.join("../../target/interop/bin/python").into_os_string());
    let mut command = Command::new(python);
    command.arg(name).args(arguments);
    run(command, &tests, input, REMEDY)
}

fn ask(question: &Value) -> Value {
    serde_json::from_str(&script("check.py", &[], question.to_string().as_bytes())).unwrap()
}

#[test]
fn two_other_implementations_agree() {
    let secret = SecretKey::from_bytes(&[7; 32]).unwrap();
    let (message, plaintext) = (b"statement".as_slice(), [0x5a; 32]);
    let (sm4_key, iv, nonce) = ([0x11; 16], [0x22; 16], [0x33; 12]);
    let gcm_plaintext: Vec<u8> = (0..=255).cycle().take(5000).collect();
    let mut gcm = gcm_plaintext.clone();
    let tag = Sm4Gcm::new(&sm4_key).seal_in_place(&nonce, b"core", &mut gcm).unwrap();
    let mut derived = [0; 112];
    hkdf_sm3(&[9; 96], &[8; 32], b"purpose", &mut derived).unwrap();
    let ciphertext = encrypt(secret.public_key(), &plaintext, &[[0x44; 32]]).unwrap();

    let answer = ask(&json!({
        "secret": hex::encode(secret.to_bytes()),
        "public": secret.public_key(),
        "message": hex::encode(message),
        "plaintext": hex::encode(plaintext),
        "signature": hex::encode(secret.sign(message).unwrap().to_bytes()),
        "ciphertext": hex::encode(ciphertext.to_c1c3c2()),
        "sm4_key": hex::encode(sm4_key),
        "cbc_iv": hex::encode(iv),
        "cbc": hex::encode(cbc_encrypt(&sm4_key, &iv, message)),
        "gcm_nonce": hex::encode(nonce),
        "gcm_aad": hex::encode("core"),
        "gcm_tag": hex::encode(tag),
        "gcm": hex::encode(gcm),
        "gcm_plaintext": hex::encode(gcm_plaintext),
        "hkdf_ikm": hex::encode([9; 96]),
        "hkdf_salt": hex::encode([8; 32]),
        "hkdf_info": hex::encode("purpose"),
        "hkdf_out": hex::encode(derived),
        "sm3": Sm3Digest::of(message),
    }));

    let bytes = |name: &str| hex::decode(answer[name].as_str().unwrap()).unwrap();
    let signature = Signature::from_bytes(&bytes("signature").try_into().unwrap()).unwrap();
    assert_eq!(secret.public_key().verify(message, &signature), Ok(()));
    let theirs = Sm2Ciphertext::from_c1c3c2(&bytes("ciphertext")).unwrap();
    assert_eq!(secret.unwrap(&theirs).unwrap().as_slice(), plaintext);
}
