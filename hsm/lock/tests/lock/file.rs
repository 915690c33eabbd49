//! Soft locks and their files: what opens, what does not, and how it is named.

use core::convert::Infallible;

use bidroom_envelope::suite::cms::{EnvelopedData, OpenError};
use bidroom_envelope::suite::pki::{Name, Profile};
use bidroom_envelope::suite::sm2::Sign as _;
use bidroom_lock::{
    IdentityError, KdfCost, Lock as _, LockError, LockFile, LockFileError, LockIdentity, LockKeys, LockKind,
    SoftLock,
};
use rand_core::{TryCryptoRng, TryRng};

use crate::holders::{bidder, certificate, key, lock, main_lock};

/// Counts; two files must differ only because the caller's generator does.
struct Counting(u64);

impl TryRng for Counting {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let [a, b, c, d, ..] = self.try_next_u64()?.to_le_bytes();
        Ok(u32::from_le_bytes([a, b, c, d]))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0 += 1;
        Ok(self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for chunk in out.chunks_mut(8) {
            let bytes = self.try_next_u64()?.to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Counting {}

const PASSWORD: &str = "口令-123456";

fn file() -> Vec<u8> {
    main_lock().to_file(PASSWORD, KdfCost::LEAST, &mut Counting(0)).unwrap()
}

#[test]
fn a_file_opens_with_its_password_only() {
    let lock = SoftLock::open(&file(), PASSWORD).unwrap();
    assert_eq!(lock.identity(), main_lock().identity());
    assert_eq!(lock.sign(b"x"), main_lock().sign(b"x"));
    for wrong in ["", "口令-123457", "口令-12345", "口令-123456 ", &"x".repeat(5000)] {
        let error = SoftLock::open(&file(), wrong).unwrap_err();
        assert!(matches!(error, LockError::WrongPassword), "{wrong}: {error}");
    }
}

#[test]
fn the_holder_is_known_before_the_password() {
    let file = LockFile::parse(&file()).unwrap();
    let identity = file.identity();
    assert_eq!(identity.holder(), "湘潭建设有限公司");
    assert_eq!(identity.credit_code(), Some("91430300MA4L1A2B3C"));
    assert_eq!(identity.party(), "91430300MA4L1A2B3C");
    assert_eq!(identity.authority(), "演练CA");
    assert_eq!(identity.serial_tail(), "3C0A");
    assert_eq!(identity.kind().label_zh(), "主锁");
    assert_eq!(file.cost(), KdfCost::LEAST);
    assert!(SoftLock::open_parsed(&file, PASSWORD).is_ok());
}

#[test]
fn no_secret_shows_in_the_file_or_in_debug_output() {
    let text = String::from_utf8(file()).unwrap();
    assert!(text.contains("仅供演练"));
    let shown = format!("{text}{:?}{:?}", main_lock(), LockFile::parse(text.as_bytes()).unwrap());
    // The scalars are 0a0a… and 0b0b…; in base64 CgoK… and CwsL….
    for secret in ["0a0a0a0a", "0b0b0b0b", "CgoKCgoK", "CwsLCwsL", "10, 10, 10", PASSWORD] {
        assert!(!shown.contains(secret), "{secret}");
    }
}

#[test]
fn passwords_have_a_least_and_a_greatest_length() {
    for password in ["12345", &"x".repeat(257)] {
        let error = main_lock().to_file(password, KdfCost::LEAST, &mut Counting(0)).unwrap_err();
        assert!(matches!(error, LockError::PasswordLength));
    }
}

#[track_caller]
fn check_changed(from: &str, to: &str, expect: fn(&LockError) -> bool) {
    let text = String::from_utf8(file()).unwrap();
    assert!(text.contains(from), "{from}");
    let error = SoftLock::open(text.replacen(from, to, 1).as_bytes(), PASSWORD).unwrap_err();
    assert!(expect(&error), "{from} -> {to}: {error}");
}

#[test]
fn hostile_and_foreign_files_are_named_before_anything_is_derived() {
    let json = |error: &LockError| matches!(error, LockError::File(LockFileError::Json(_)));
    let cost = |error: &LockError| matches!(error, LockError::File(LockFileError::Cost { .. }));
    let unknown = |error: &LockError| matches!(error, LockError::File(LockFileError::Unknown { .. }));
    check_changed("bidroom-lock/1", "bidroom-lock/2", unknown);
    check_changed("仅供演练", "正式", unknown);
    check_changed("argon2id", "argon2i", unknown);
    check_changed("\"memory_kib\":1024", "\"memory_kib\":4294967295", cost);
    check_changed("\"memory_kib\":1024", "\"memory_kib\":65537", cost);
    check_changed("\"memory_kib\":1024", "\"memory_kib\":8", cost);
    check_changed("\"passes\":1", "\"passes\":9", cost);
    check_changed("\"passes\":1", "\"passes\":0", cost);
    check_changed("\"memory_kib\":1024,\"passes\":1", "\"memory_kib\":65536,\"passes\":3", cost);
    check_changed("\"memory_kib\":1024", "\"memory_kib\":-1", json);
    check_changed("{\"format\"", "{ \"format\"", json);
    check_changed("\"nonce\":\"", "\"nonce\":\"AAAA", |error| {
        matches!(error, LockError::File(LockFileError::Sealed))
    });
    let error = SoftLock::open(&vec![b' '; 70_000], PASSWORD).unwrap_err();
    assert!(matches!(error, LockError::File(LockFileError::TooLong(70_000))));
    let file = file();
    for length in [0, 1, file.len() / 2, file.len() - 1] {
        assert!(matches!(SoftLock::open(&file[..length], PASSWORD), Err(LockError::File(_))));
    }
}

#[test]
fn everything_in_the_clear_is_bound_to_the_password() {
    check_changed("\"kind\":\"main\"", "\"kind\":\"sub\"", |error| matches!(error, LockError::WrongPassword));
    // Another holder's certificates over this holder's keys.
    let other = lock(LockKind::Main, &Name::new("别家", Some("91430300MA4L9Z9Z9Z"), "别家"), 20);
    let other = other.to_file(PASSWORD, KdfCost::LEAST, &mut Counting(0)).unwrap();
    let identity = |file: &[u8]| {
        let text = String::from_utf8(file.to_vec()).unwrap();
        let start = text.find("\"identity\"").unwrap();
        let end = text.find(",\"kdf\"").unwrap();
        text[start..end].to_owned()
    };
    let swapped = String::from_utf8(file()).unwrap().replace(&identity(&file()), &identity(&other));
    assert!(matches!(SoftLock::open(swapped.as_bytes(), PASSWORD), Err(LockError::WrongPassword)));
}

#[track_caller]
fn check_identity(kind: LockKind, signing: Profile, encryption: (&Name, Profile), expect: &str) {
    let first = certificate(&bidder(), 10, signing);
    let second = certificate(encryption.0, 11, encryption.1);
    let error = LockIdentity::new(kind, first, second).unwrap_err();
    assert!(format!("{error:?}").starts_with(expect), "{error:?}");
}

#[test]
fn certificates_must_make_a_pair() {
    let (bidder, other) = (bidder(), Name::new("别家", Some("91430300MA4L9Z9Z9Z"), "别家"));
    let (sign, encrypt) = (Profile::Signing, Profile::Encryption);
    check_identity(LockKind::Main, encrypt, (&bidder, encrypt), "NotSigning");
    check_identity(LockKind::Main, sign, (&bidder, sign), "NotEncryption");
    check_identity(LockKind::Main, sign, (&other, encrypt), "DifferentHolders");

    let staff = Name::new("湘潭市公共资源交易中心", None, "李敏");
    let pair = || (certificate(&staff, 10, sign), certificate(&staff, 11, encrypt));
    let (signing, encryption) = pair();
    assert_eq!(LockIdentity::new(LockKind::Sub, signing, encryption), Err(IdentityError::NoCreditCode));
    let (signing, encryption) = pair();
    let digest = signing.digest().to_string();
    let officer = LockIdentity::new(LockKind::Officer, signing, encryption).unwrap();
    assert_eq!((officer.holder(), officer.party()), ("李敏", digest));

    let keys = || LockKeys { signing: key(10), encryption: key(12) };
    let error = SoftLock::new(main_lock().identity().clone(), keys()).unwrap_err();
    assert!(matches!(error, LockError::KeyMismatch("encryption")));
}

#[test]
fn a_lock_opens_what_is_enveloped_to_it() {
    let lock = main_lock();
    let to = |certificate| {
        let der = EnvelopedData::seal(certificate, &[1; 16], &[2; 16], &[[3; 32]], b"share").unwrap();
        EnvelopedData::parse_own(&der).unwrap()
    };
    let message = to(lock.identity().encryption_certificate());
    assert_eq!(lock.open_envelope(&message).unwrap().as_slice(), b"share");

    let sub = crate::holders::lock(LockKind::Sub, &bidder(), 12);
    let error = sub.open_envelope(&message).unwrap_err();
    assert!(matches!(error, LockError::NotAddressed(tail) if tail == "3C0D"));

    // The last block is changed, so that the key opens and the content does not.
    let certificate = lock.identity().encryption_certificate();
    let mut changed = EnvelopedData::seal(certificate, &[1; 16], &[2; 16], &[[3; 32]], b"share").unwrap();
    *changed.last_mut().unwrap() ^= 1;
    let message = EnvelopedData::parse_own(&changed).unwrap();
    assert!(matches!(lock.open_envelope(&message), Err(LockError::Open(OpenError::Content(_)))));
}

#[test]
fn the_same_password_never_gives_the_same_file_twice() {
    let mut rng = Counting(0);
    let first = main_lock().to_file(PASSWORD, KdfCost::LEAST, &mut rng).unwrap();
    let second = main_lock().to_file(PASSWORD, KdfCost::LEAST, &mut rng).unwrap();
    assert_ne!(first, second);
}
