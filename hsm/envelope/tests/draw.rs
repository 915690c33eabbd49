//! The room's secret for draws: its devices open it, and nothing else passes for it.

mod world;

use bidroom_canon::Sm3Digest;
use bidroom_envelope::bid::package::{OpenPackageError, PackageContext, Purpose, seal_package};
use bidroom_envelope::draw::{open_draw, seal_draw};
use bidroom_envelope::suite::pki::Profile;
use bidroom_envelope::suite::sm2::SecretKey;
use world::{Holder, Seeded, World, certify};

const SECRET: [u8; 32] = [7; 32];

fn holder(name: &str, serial: u32) -> Holder {
    let world = World::new();
    let key = SecretKey::generate(&mut Seeded::new(name));
    let certificate = certify(&world.root, &key, "开标室", None, name, Profile::Encryption, serial);
    Holder { key, certificate }
}

#[test]
fn a_device_opens_what_was_enveloped_to_it_for_draws_and_nothing_else() {
    let (own, other) = (holder("own", 0x7001), holder("other", 0x7002));
    let commitment = Sm3Digest::of(b"commitment");
    let package = seal_draw(&SECRET, &commitment, &own.certificate).unwrap();
    let opened = open_draw(&package, &commitment, &own.certificate, &own.key).unwrap();
    assert_eq!(*opened.expose(), SECRET);
    let wrong = open_draw(&package, &commitment, &own.certificate, &other.key);
    assert!(matches!(wrong, Err(OpenPackageError::Check)), "{wrong:?}");
    let elsewhere = open_draw(&package, &Sm3Digest::of(b"another"), &own.certificate, &own.key);
    assert!(matches!(elsewhere, Err(OpenPackageError::NotReproduced)), "{elsewhere:?}");
    for purpose in [Purpose::Room, Purpose::Consent, Purpose::Authorise, Purpose::Probe] {
        let context =
            PackageContext { subject: &commitment, purpose, attempt: 0, recipient: &own.certificate };
        let package = seal_package(&SECRET, &context).unwrap();
        let opened = open_draw(&package, &commitment, &own.certificate, &own.key);
        assert!(matches!(opened, Err(OpenPackageError::NotReproduced)), "{purpose}: {opened:?}");
    }
}
