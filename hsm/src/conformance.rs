//! What every backend must do: one suite, run by a test per backend.
//!
//! Uses the public interface only. A backend is given as a function that opens it: each call answers a custody over
//! the same keys, as after a restart; the suite drops one before it opens the next.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test suite; failing is how it speaks"
)]

use core::num::NonZeroU16;

use bidroom_envelope::suite::sm2::{PublicKey, SecretKey, Sm2Ciphertext, encrypt};

use crate::custody::{Custody, KeyPurpose, PublicKeyInfo};
use crate::error::{CustodyError, ErrorKind, Refusal};
use crate::health::CustodyHealth;
use crate::name::{KeyName, Role};
use crate::rules::verifies_ed25519;

/// Runs every case. `make` opens the backend; before the first call it holds no key.
///
/// # Panics
/// If the backend does not conform.
pub fn run(make: impl Fn() -> Box<dyn Custody>) {
    starts_empty(&*make());
    creates_and_refuses(&*make());
    opens_what_is_for_it_only(&*make());
    keeps_leading_zeros(&*make());
    signs(&*make());
    keeps_purposes_apart(&*make());
    is_the_same_after_a_restart(&make);
    serves_many_threads(&*make());
    destroys(&make);
    let custody = make();
    assert_eq!(custody.self_check().unwrap(), custody.keys().unwrap().len());
    describes_itself(&*custody);
}

/// A key name of one envelope of a lot that no other case uses.
///
/// # Panics
/// If `lot` is no part of a name.
pub fn name(lot: &str, role: Role) -> KeyName {
    KeyName::tender("粤采/2026-7%".parse().unwrap(), lot.parse().unwrap(), NonZeroU16::MIN, role)
}

/// Encrypts with a fixed ephemeral scalar, or another one where the first gives a key stream of zeros, which happens
/// for one key in 256 when one byte is encrypted.
///
/// # Panics
/// If there is nothing to encrypt.
pub fn seal(key: &PublicKey, plaintext: &[u8], scalar: u8) -> Sm2Ciphertext {
    encrypt(key, plaintext, &[0, 0x80, 0x40, 0xc0].map(|other| [scalar ^ other; 32])).unwrap()
}

fn create(custody: &dyn Custody, name: &KeyName) -> PublicKeyInfo {
    let made = custody.create_key(name, name.role.purpose()).unwrap();
    assert_eq!((&made.name, made.purpose), (name, name.role.purpose()));
    made
}

#[track_caller]
fn check_unopened(custody: &dyn Custody, name: &KeyName, ciphertext: &Sm2Ciphertext) {
    match custody.unwrap(name, ciphertext) {
        Err(CustodyError::Unopened(refused)) => assert_eq!(refused, *name),
        other => panic!("{:?}", other.map(|opened| opened.len())),
    }
}

#[track_caller]
fn check_purpose<T>(result: Result<T, CustodyError>, name: &KeyName, wanted: KeyPurpose) {
    let refusal = Refusal::Purpose { name: name.clone(), made_for: name.role.purpose(), wanted };
    match result {
        Err(CustodyError::Refused(found)) => assert_eq!(found, refusal),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("done: {refusal}"),
    }
}

#[track_caller]
fn check_missing<T>(result: Result<T, CustodyError>, name: &KeyName) {
    match result {
        Err(CustodyError::NotFound(found)) => assert_eq!(found, *name),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("found {name}"),
    }
}

fn starts_empty(custody: &dyn Custody) {
    assert_eq!(custody.keys().unwrap(), []);
    assert_eq!(custody.self_check().unwrap(), 0);
    for role in Role::ALL {
        let name = KeyName::room(role);
        check_missing(custody.public_key(&name), &name);
        check_missing(custody.destroy(&name), &name);
    }
    let opening = name("empty", Role::Opening);
    let some = seal(SecretKey::from_bytes(&[7; 32]).unwrap().public_key(), b"x", 1);
    check_missing(custody.unwrap(&opening, &some), &opening);
    let log = name("empty", Role::LogSm2);
    check_missing(custody.sign_sm2(&log, b""), &log);
    let log = name("empty", Role::LogEd25519);
    check_missing(custody.sign_ed25519(&log, b""), &log);
}

fn creates_and_refuses(custody: &dyn Custody) {
    for role in Role::ALL {
        let name = KeyName::room(role);
        for purpose in KeyPurpose::ALL {
            if purpose != role.purpose() {
                check_purpose(custody.create_key(&name, purpose), &name, purpose);
            }
        }
        let made = create(custody, &name);
        assert_eq!(made.sm2().is_some(), role.purpose() != KeyPurpose::SignEd25519);
        assert_eq!(made.ed25519().is_some(), role.purpose() == KeyPurpose::SignEd25519);
        match custody.create_key(&name, role.purpose()) {
            Err(error @ CustodyError::Refused(_)) => {
                assert_eq!(error.kind(), ErrorKind::Refusal);
                assert!(error.zh().contains("已存在"), "{}", error.zh());
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(custody.public_key(&name).unwrap(), made, "the refusal changed nothing");
    }
    let keys = custody.keys().unwrap();
    assert_eq!(keys.len(), Role::ALL.len());
    assert!(keys.is_sorted_by(|a, b| a.name < b.name));
    let mut distinct: Vec<_> = keys.iter().filter_map(|info| info.sm2().map(PublicKey::to_sec1)).collect();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), 5, "every SM2 key is its own");
}

fn opens_what_is_for_it_only(custody: &dyn Custody) {
    let (one, two) = (name("unwrap", Role::Tender), name("unwrap", Role::Opening));
    let (first, second) = (create(custody, &one), create(custody, &two));
    let key = first.sm2().unwrap();
    for length in [1, 31, 32, 33, 200, 5000] {
        let plaintext: Vec<u8> = (0..=255).cycle().take(length).collect();
        let sealed = seal(key, &plaintext, 0x21);
        assert_eq!(custody.unwrap(&one, &sealed).unwrap()[..], plaintext[..]);
        check_unopened(custody, &two, &sealed);
    }
    check_unopened(custody, &one, &seal(second.sm2().unwrap(), b"share", 3));

    let good = seal(key, b"a share of thirty-two bytes.....", 0x55);
    let parts =
        |c1: PublicKey, c3: [u8; 32], c2: &[u8]| Sm2Ciphertext::from_parts(c1, c3, c2.to_vec()).unwrap();
    for bit in [0, 100, 255] {
        let mut c3 = *good.c3();
        c3[bit / 8] ^= 1 << (bit % 8);
        check_unopened(custody, &one, &parts(*good.c1(), c3, good.c2()));
        let mut c2 = good.c2().to_vec();
        c2[bit / 8] ^= 1 << (bit % 8);
        check_unopened(custody, &one, &parts(*good.c1(), *good.c3(), &c2));
    }
    check_unopened(custody, &one, &parts(*good.c1(), *good.c3(), &good.c2()[1..]));
    check_unopened(custody, &one, &parts(*key, *good.c3(), good.c2()));
    check_unopened(custody, &one, &parts(*key, [0; 32], &[0; 100_000]));
    assert_eq!(custody.unwrap(&one, &good).unwrap()[..], b"a share of thirty-two bytes....."[..]);
}

/// A device may answer a shared secret without its leading zeros.
fn keeps_leading_zeros(custody: &dyn Custody) {
    let name = name("zeros", Role::Opening);
    let key = *create(custody, &name).sm2().unwrap();
    let zero = (1..=u16::MAX).find_map(|scalar| {
        let mut candidate = [0; 32];
        candidate[30..].copy_from_slice(&scalar.to_be_bytes());
        let shared = sm2::ProjectivePoint::from(*key.as_affine()) * sm2::Scalar::from(u32::from(scalar));
        let point = shared.to_affine();
        (PublicKey::from_affine(point).unwrap().x()[0] == 0).then_some(candidate)
    });
    let sealed = encrypt(&key, b"zeros", &[zero.unwrap()]).unwrap();
    assert_eq!(custody.unwrap(&name, &sealed).unwrap()[..], b"zeros"[..]);
}

fn signs(custody: &dyn Custody) {
    let (sm2, ed25519) = (name("sign", Role::LogSm2), name("sign", Role::LogEd25519));
    let key = *create(custody, &sm2).sm2().unwrap();
    let point = *create(custody, &ed25519).ed25519().unwrap();
    for message in [&b""[..], b"checkpoint", &[0xff; 70_000]] {
        let signature = custody.sign_sm2(&sm2, message).unwrap();
        key.verify(message, &signature).unwrap();
        let other = [message, b"!"].concat();
        assert!(key.verify(&other, &signature).is_err());

        let signature = custody.sign_ed25519(&ed25519, message).unwrap();
        assert!(verifies_ed25519(&point, message, &signature));
        assert!(!verifies_ed25519(&point, &other, &signature));
    }
}

fn keeps_purposes_apart(custody: &dyn Custody) {
    let decrypt = name("purpose", Role::Tender);
    let sm2 = name("purpose", Role::Statements);
    let ed25519 = name("purpose", Role::LogEd25519);
    create(custody, &decrypt);
    let key = *create(custody, &sm2).sm2().unwrap();
    create(custody, &ed25519);
    for name in [&decrypt, &ed25519] {
        check_purpose(custody.sign_sm2(name, b"m"), name, KeyPurpose::SignSm2);
    }
    for name in [&decrypt, &sm2] {
        check_purpose(custody.sign_ed25519(name, b"m"), name, KeyPurpose::SignEd25519);
    }
    // A ciphertext for the signing key itself: only its purpose keeps it shut.
    let sealed = seal(&key, b"not for a signing key", 9);
    for name in [&sm2, &ed25519] {
        check_purpose(custody.unwrap(name, &sealed), name, KeyPurpose::Decrypt);
    }
}

fn is_the_same_after_a_restart(make: &impl Fn() -> Box<dyn Custody>) {
    let names = [Role::Opening, Role::Issuer, Role::LogEd25519].map(|role| name("restart", role));
    let custody = make();
    let made = names.clone().map(|name| create(&*custody, &name));
    let all = custody.keys().unwrap();
    let sealed = seal(made[0].sm2().unwrap(), b"before", 4);
    drop(custody);

    let custody = make();
    assert_eq!(custody.keys().unwrap(), all);
    for info in &made {
        assert_eq!(custody.public_key(&info.name).unwrap(), *info);
    }
    assert_eq!(custody.unwrap(&names[0], &sealed).unwrap()[..], b"before"[..]);
    let signature = custody.sign_sm2(&names[1], b"after").unwrap();
    made[1].sm2().unwrap().verify(b"after", &signature).unwrap();
    let signature = custody.sign_ed25519(&names[2], b"after").unwrap();
    assert!(verifies_ed25519(made[2].ed25519().unwrap(), b"after", &signature));
}

fn serves_many_threads(custody: &dyn Custody) {
    let shared = [Role::Tender, Role::LogSm2, Role::LogEd25519].map(|role| name("threads", role));
    let infos = shared.clone().map(|name| create(custody, &name));
    let contested = name("threads", Role::Opening);
    let (shared, infos, contested) = (&shared, &infos, &contested);
    let work = |thread: u8| {
        let own = name(&format!("thread {thread}"), Role::Opening);
        let key = *create(custody, &own).sm2().unwrap();
        for round in 1..=6 {
            let text = [thread, round];
            assert_eq!(custody.unwrap(&own, &seal(&key, &text, round)).unwrap()[..], text);
            let sealed = seal(infos[0].sm2().unwrap(), &text, 100 + round);
            assert_eq!(custody.unwrap(&shared[0], &sealed).unwrap()[..], text);
            check_unopened(custody, &own, &sealed);
            let signature = custody.sign_sm2(&shared[1], &text).unwrap();
            infos[1].sm2().unwrap().verify(&text, &signature).unwrap();
            let signature = custody.sign_ed25519(&shared[2], &text).unwrap();
            assert!(verifies_ed25519(infos[2].ed25519().unwrap(), &text, &signature));
        }
        custody.destroy(&own).unwrap();
        custody.create_key(contested, KeyPurpose::Decrypt).is_ok()
    };
    let made = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|thread| scope.spawn(move || work(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).filter(|made| *made).count()
    });
    assert_eq!(made, 1, "of eight that make the same key, one does");
}

fn destroys(make: &impl Fn() -> Box<dyn Custody>) {
    let names = [Role::Tender, Role::Issuer, Role::LogEd25519].map(|role| name("destroy", role));
    let custody = make();
    let before = custody.keys().unwrap();
    let old = names.clone().map(|name| create(&*custody, &name));
    let sealed = seal(old[0].sm2().unwrap(), b"old", 6);
    for name in &names {
        custody.destroy(name).unwrap();
        check_missing(custody.public_key(name), name);
        check_missing(custody.destroy(name), name);
    }
    check_missing(custody.unwrap(&names[0], &sealed), &names[0]);
    assert_eq!(custody.keys().unwrap(), before);
    drop(custody);

    let custody = make();
    assert_eq!(custody.keys().unwrap(), before, "gone for good");
    for (name, old) in names.iter().zip(&old) {
        assert_ne!(create(&*custody, name).key, old.key, "a name made again is a new key");
    }
    check_unopened(&*custody, &names[0], &sealed);
}

fn describes_itself(custody: &dyn Custody) {
    let description = custody.description();
    let health = CustodyHealth::examine(custody, 7);
    assert_eq!((health.backend, &health.device), (description.backend, &description.device));
    assert!(health.is_well());
    let check = health.self_check.unwrap();
    assert_eq!((check.at, check.keys), (7, Some(custody.keys().unwrap().len())));
    for purpose in KeyPurpose::ALL {
        let level = description.level(purpose);
        assert!(description.zh().iter().any(|line| line.contains(level.zh())));
        assert!(description.en().iter().any(|line| line.contains(level.en())));
    }
}
