//! Probes: the holder of the key answers, nobody else does, and what is no probe gets no answer.

mod world;

use bidroom_canon::Sm3Digest;
use bidroom_envelope::bid::package::{OpenPackageError, PackageContext, Purpose, seal_package};
use bidroom_envelope::probe::{answer_probe, is_probe_answer, seal_probe};
use bidroom_envelope::suite::pki::Profile;
use bidroom_envelope::suite::sm2::SecretKey;
use world::{Holder, Seeded, World, certify};

const SECRET: [u8; 32] = [7; 32];

fn holder(name: &str, serial: u32) -> Holder {
    let world = World::new();
    let key = SecretKey::generate(&mut Seeded::new(name));
    let certificate = certify(&world.root, &key, "某公司", None, name, Profile::Encryption, serial);
    Holder { key, certificate }
}

#[test]
fn the_holder_of_the_key_answers_and_nobody_else() {
    let (own, other) = (holder("own", 0x7001), holder("other", 0x7002));
    let subject = Sm3Digest::of(b"challenge");
    let probe = seal_probe(&SECRET, &subject, &own.certificate).unwrap();
    let answer = answer_probe(&probe, &subject, &own.certificate, &own.key).unwrap();
    assert!(is_probe_answer(&answer, &SECRET, &subject));
    assert!(!is_probe_answer(&answer, &SECRET, &Sm3Digest::of(b"another")), "bound to its challenge");
    assert!(!is_probe_answer(&answer, &[8; 32], &subject));
    assert_ne!(answer.0, SECRET, "the secret itself is not told");
    let wrong = answer_probe(&probe, &subject, &own.certificate, &other.key);
    assert!(matches!(wrong, Err(OpenPackageError::Check)), "{wrong:?}");
}

#[test]
fn what_is_no_probe_gets_no_answer() {
    let own = holder("own", 0x7001);
    let subject = Sm3Digest::of(b"core");
    for purpose in [Purpose::Lock, Purpose::Consent, Purpose::Deal, Purpose::Authorise, Purpose::Redeal] {
        let context = PackageContext { subject: &subject, purpose, attempt: 0, recipient: &own.certificate };
        let package = seal_package(&SECRET, &context).unwrap();
        let answered = answer_probe(&package, &subject, &own.certificate, &own.key);
        assert!(matches!(answered, Err(OpenPackageError::NotReproduced)), "{purpose}: {answered:?}");
    }
    let probe = seal_probe(&SECRET, &subject, &own.certificate).unwrap();
    let elsewhere = answer_probe(&probe, &Sm3Digest::of(b"another"), &own.certificate, &own.key);
    assert!(matches!(elsewhere, Err(OpenPackageError::NotReproduced)), "{elsewhere:?}");
}
