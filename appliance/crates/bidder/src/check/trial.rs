//! Does the lock sign, does it decrypt? A statement that is sent to nobody, and a secret that is enveloped to the lock
//! here and opened again.

use bidroom_canon::Hex32;
use bidroom_domain::At;
use bidroom_envelope::suite::sm2::encrypt;
use bidroom_lock::{SignedStatement, Statement, StatementKind};
use bidroom_locks::{HeldLock, LockTrouble};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::Finding;

/// The room that the statement of the trial names; no room is called so, a space being no part of a room's name.
const NOWHERE: &str = "self check";

/// Tries signing and decrypting with a lock in hand.
pub fn try_lock(held: &HeldLock, now: At, rng: &mut impl CryptoRng) -> Vec<Finding> {
    vec![signing(held, now, rng), decrypting(held, rng)]
}

fn failed(what: &'static str, (zh, en): (&str, &str), trouble: &LockTrouble) -> Finding {
    Finding::problem(what, zh, en).todo(&trouble.zh(), &trouble.en()).detailed(trouble.detail())
}

fn signing(held: &HeldLock, now: At, rng: &mut impl CryptoRng) -> Finding {
    let titles = ("锁不能签名", "The lock does not sign");
    let mut challenge = [0; 32];
    rng.fill_bytes(&mut challenge);
    let statement = Statement::Login { room: NOWHERE.to_owned(), challenge: Hex32(challenge), at: now.0 };
    let encoded = match statement.to_canonical() {
        Ok(encoded) => encoded,
        Err(error) => return Finding::problem("signing", titles.0, titles.1).detailed(error),
    };
    // The lock's own trouble says more than the signed message's.
    if let Err(trouble) = held.try_sign(&encoded) {
        return failed("signing", titles, &trouble);
    }
    let certificate = bidroom_lock::Lock::identity(held).signing_certificate();
    let signed = SignedStatement::sign(&statement, certificate, held);
    match signed.and_then(|signed| SignedStatement::verify(signed.der(), StatementKind::Login)) {
        Ok(_) => Finding::good("signing", "签名可用", "Signing works"),
        Err(error) => Finding::problem("signing", titles.0, titles.1)
            .todo(
                "请拔出锁重新插入后再检查一次；仍不行请改用另一把锁，并把详情交给发锁机构。",
                "Take the lock out and in and check again; otherwise use your other lock and give the details to the issuer.",
            )
            .detailed(error),
    }
}

fn decrypting(held: &HeldLock, rng: &mut impl CryptoRng) -> Finding {
    let titles = ("锁不能解密", "The lock does not decrypt");
    let other = Finding::problem("decrypting", titles.0, titles.1).todo(
        "锁解出的内容不对：请改用另一把锁，并告知发锁机构。",
        "What the lock gave is wrong: use your other lock and tell the issuer.",
    );
    let mut secret = Zeroizing::new([0; 32]);
    rng.fill_bytes(secret.as_mut_slice());
    let key = bidroom_lock::Lock::identity(held).encryption_certificate().public_key();
    // One of four candidates for the ephemeral scalar is in range but for a chance of 2^-128.
    let mut candidates = [[0; 32]; 4];
    candidates.iter_mut().for_each(|candidate| rng.fill_bytes(candidate));
    let Ok(sealed) = encrypt(key, secret.as_slice(), &candidates) else { return other };
    match held.try_unwrap(&sealed) {
        Ok(opened) if opened.as_slice() == secret.as_slice() => {
            Finding::good("decrypting", "解密可用", "Decrypting works")
        }
        Ok(_) => other,
        Err(trouble) => failed("decrypting", titles, &trouble),
    }
}
