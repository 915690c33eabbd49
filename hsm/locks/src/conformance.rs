//! What every lock driver must do: one suite, run by a test per driver, through the public interface.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test suite; failing is how it speaks"
)]

use bidroom_envelope::suite::cms::EnvelopedData;
use bidroom_envelope::suite::sm2::{Sm2Ciphertext, encrypt};
use bidroom_hsm::ErrorKind;
use bidroom_lock::{Lock as _, Statement};

use crate::driver::LockDriver;
use crate::error::LockTrouble;
use crate::found::FoundLock;
use crate::held::HeldLock;
use crate::pin::{PinEntry, PinTries};

/// What a driver is given for the suite.
pub struct Bench<'a> {
    /// The driver; it shows exactly two locks, of different holders or kinds, and nothing unreadable.
    pub driver: &'a dyn LockDriver,
    /// The PIN of both.
    pub pin: &'a str,
    /// A PIN of the right shape that is wrong.
    pub wrong: &'a str,
    /// Whether the locks sign; a stock PKCS#11 token does not.
    pub signs: bool,
}

/// Runs every case.
///
/// # Panics
/// If the driver does not conform.
pub fn run(bench: &Bench<'_>) {
    lists_the_same_twice(bench);
    tells_a_wrong_pin(bench);
    let [one, two] = two(bench);
    let (first, second) = (open(bench, &one), open(bench, &two));
    opens_what_is_for_it_only(&first, &second);
    signs(bench, &first);
    serves_many_threads(bench, &first, &second);
    refuses_locks_of_other_drivers(bench, &one);
}

fn two(bench: &Bench<'_>) -> [FoundLock; 2] {
    let listing = bench.driver.list().unwrap();
    assert!(listing.unreadable.is_empty(), "{:?}", listing.unreadable);
    listing.locks.try_into().unwrap_or_else(|locks| panic!("two locks are wanted: {locks:?}"))
}

fn open(bench: &Bench<'_>, lock: &FoundLock) -> HeldLock {
    bench.driver.open(lock, PinEntry::new(bench.pin)).unwrap()
}

fn lists_the_same_twice(bench: &Bench<'_>) {
    let (first, again) = (two(bench), two(bench));
    assert_eq!(first, again);
    assert_ne!(first[0].id(), first[1].id());
    for lock in &first {
        assert_eq!(lock.place.driver, bench.driver.name());
        assert!(!lock.identity.holder().is_empty() && !lock.identity.authority().is_empty());
        assert_eq!(lock.identity.serial_tail().len(), 4);
        assert_eq!(lock.no_signing.is_none(), bench.signs);
        assert_eq!(lock.no_opening, None);
        assert!(!lock.tries.is_locked() && !lock.tries.is_last());
    }
}

fn tells_a_wrong_pin(bench: &Bench<'_>) {
    let [lock, _] = two(bench);
    let before = lock.tries;
    for pin in ["", "\u{0}", &"9".repeat(2000)] {
        let error = bench.driver.open(&lock, PinEntry::new(pin)).unwrap_err();
        assert!(
            matches!(error, LockTrouble::PinShape { .. } | LockTrouble::WrongPin { .. }),
            "{pin:?}: {error}"
        );
    }
    let [lock, _] = two(bench);
    assert_eq!(lock.tries, before, "a PIN of another shape costs no try");
    match bench.driver.open(&lock, PinEntry::new(bench.wrong)).unwrap_err() {
        error @ LockTrouble::WrongPin { left, .. } => {
            assert_eq!(error.kind(), ErrorKind::Refusal);
            assert!(!format!("{error:?}{}{}", error.zh(), error.en()).contains(bench.wrong));
            match (before, left) {
                (PinTries::Exact { left: before, .. }, PinTries::Exact { left, .. }) => {
                    assert_eq!(left, before - 1);
                    assert!(error.zh().contains(&format!("还可再试 {left} 次")), "{}", error.zh());
                }
                (PinTries::Enough, left) => assert_eq!(left, PinTries::Low),
                (before, left) => assert_eq!((before, left), (PinTries::Unlimited, PinTries::Unlimited)),
            }
        }
        other => panic!("{other}"),
    }
    drop(open(bench, &lock));
    let [lock, _] = two(bench);
    assert_eq!(lock.tries, before, "the right PIN sets the count back");
}

fn seal(lock: &HeldLock, plaintext: &[u8], scalar: u8) -> Sm2Ciphertext {
    let key = lock.identity().encryption_certificate().public_key();
    encrypt(key, plaintext, &[[scalar; 32]]).unwrap()
}

#[track_caller]
fn check_unopened(lock: &HeldLock, ciphertext: &Sm2Ciphertext) {
    match lock.try_unwrap(ciphertext) {
        Err(LockTrouble::Unopened { lock: name }) => assert_eq!(name, lock.found().name()),
        other => panic!("{:?}", other.map(|opened| opened.len())),
    }
}

fn opens_what_is_for_it_only(first: &HeldLock, second: &HeldLock) {
    for length in [1, 16, 31, 32, 33, 200, 1000] {
        let plaintext: Vec<u8> = (0..=255).cycle().take(length).collect();
        let sealed = seal(first, &plaintext, 0x21);
        assert_eq!(first.try_unwrap(&sealed).unwrap()[..], plaintext[..]);
        check_unopened(second, &sealed);
    }
    let good = seal(first, b"a share of thirty-two bytes.....", 0x55);
    for at in [0, 13, 31] {
        let mut c3 = *good.c3();
        c3[at] ^= 1;
        check_unopened(first, &Sm2Ciphertext::from_parts(*good.c1(), c3, good.c2().to_vec()).unwrap());
        let mut c2 = good.c2().to_vec();
        c2[at] ^= 1;
        check_unopened(first, &Sm2Ciphertext::from_parts(*good.c1(), *good.c3(), c2).unwrap());
    }
    let certificate = first.identity().encryption_certificate();
    let der = EnvelopedData::seal(certificate, &[1; 16], &[2; 16], &[[3; 32]], b"share").unwrap();
    let message = EnvelopedData::parse_own(&der).unwrap();
    assert_eq!(first.open_envelope(&message).unwrap().as_slice(), b"share");
    assert!(second.open_envelope(&message).is_err());
}

fn signs(bench: &Bench<'_>, lock: &HeldLock) {
    let key = lock.identity().signing_certificate().public_key();
    if !bench.signs {
        let error = lock.try_sign(b"m").unwrap_err();
        assert!(matches!(error, LockTrouble::Cannot { .. }), "{error}");
        assert!(error.zh().contains("SM2 签名"), "{}", error.zh());
        return;
    }
    for message in [&b""[..], b"statement", &[0xff; 70_000]] {
        let signature = lock.try_sign(message).unwrap();
        key.verify(message, &signature).unwrap();
        assert!(key.verify(&[message, b"!"].concat(), &signature).is_err());
    }
    let statement = Statement::SignIn { session: "ZB-1-1".to_owned() };
    let signed = lock.sign_statement(&statement).unwrap();
    assert_eq!(*signed.statement(), statement);
}

fn serves_many_threads(bench: &Bench<'_>, first: &HeldLock, second: &HeldLock) {
    let work = |thread: u8| {
        for (round, lock) in (1..=3).flat_map(|round| [(round, first), (round, second)]) {
            let text = [thread, round];
            assert_eq!(lock.try_unwrap(&seal(lock, &text, 10 * round + thread)).unwrap()[..], text);
            if bench.signs {
                let signature = lock.try_sign(&text).unwrap();
                let key = lock.identity().signing_certificate().public_key();
                key.verify(&text, &signature).unwrap();
            }
        }
        assert_eq!(two(bench).len(), 2);
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (1..=4).map(|thread| scope.spawn(move || work(thread))).collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
}

fn refuses_locks_of_other_drivers(bench: &Bench<'_>, lock: &FoundLock) {
    let mut elsewhere = lock.clone();
    elsewhere.place.driver.push('?');
    let error = bench.driver.open(&elsewhere, PinEntry::new(bench.pin)).unwrap_err();
    assert!(matches!(error, LockTrouble::Absent { .. }), "{error}");
}
