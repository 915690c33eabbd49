//! A list sealed to the room's devices: they open it, and nothing that was changed or bound to something else does.

mod world;

use bidroom_canon::Sm3Digest;
use bidroom_envelope::bid::package::{OpenPackageError, PackageContext, Purpose, seal_package};
use bidroom_envelope::bid::share::Share;
use bidroom_envelope::committee::{
    ListContentError, ListScope, is_list_package, open_list, open_list_secret, seal_list, seal_list_secret,
};
use bidroom_envelope::suite::pki::Profile;
use bidroom_envelope::suite::sm2::SecretKey;
use world::{Holder, Seeded, World, certify};

const SECRET: [u8; 32] = [7; 32];
const LIST: &[u8] = "{\"members\":[\"周明\"]}".as_bytes();

fn holder(name: &str, serial: u32) -> Holder {
    let world = World::new();
    let key = SecretKey::generate(&mut Seeded::new(name));
    let certificate = certify(&world.root, &key, "开标室", None, name, Profile::Encryption, serial);
    Holder { key, certificate }
}

fn digests() -> [Sm3Digest; 3] {
    [Sm3Digest::of(b"publication"), Sm3Digest::of(b"list"), Sm3Digest::of(b"another")]
}

#[test]
fn every_device_opens_its_package_and_knows_the_others() {
    let (main, standby) = (holder("main", 0x7101), holder("standby", 0x7102));
    let [publication, list, another] = digests();
    let scope = ListScope { session: "T-1", publication: &publication, list: &list };
    let package = seal_list_secret(&SECRET, &scope, &main.certificate).unwrap();
    let secret = open_list_secret(&package, &scope, &main.certificate, &main.key).unwrap();
    assert_eq!(*secret.expose(), SECRET);
    let second = seal_list_secret(&SECRET, &scope, &standby.certificate).unwrap();
    assert!(is_list_package(&second, &secret, &scope, &standby.certificate));
    assert!(!is_list_package(&package, &secret, &scope, &standby.certificate));
    let wrong = open_list_secret(&package, &scope, &main.certificate, &standby.key);
    assert!(matches!(wrong, Err(OpenPackageError::Check)), "{wrong:?}");
    let elsewhere = ListScope { list: &another, ..scope };
    let wrong = open_list_secret(&package, &elsewhere, &main.certificate, &main.key);
    assert!(matches!(wrong, Err(OpenPackageError::NotReproduced)), "{wrong:?}");
    for purpose in [Purpose::Room, Purpose::Consent, Purpose::Draw, Purpose::Probe] {
        let context = PackageContext { subject: &list, purpose, attempt: 0, recipient: &main.certificate };
        let package = seal_package(&SECRET, &context).unwrap();
        let opened = open_list_secret(&package, &scope, &main.certificate, &main.key);
        assert!(matches!(opened, Err(OpenPackageError::NotReproduced)), "{purpose}: {opened:?}");
    }
}

#[test]
fn a_content_has_one_form_and_one_place() {
    let [publication, list, another] = digests();
    let scope = ListScope { session: "T-1", publication: &publication, list: &list };
    let secret = Share::from_bytes(&SECRET);
    let sealed = seal_list(&SECRET, &scope, LIST).unwrap();
    assert_eq!(sealed.len(), 4096 + 16, "its length tells nothing of so short a list");
    assert_eq!(seal_list(&SECRET, &scope, LIST).unwrap(), sealed);
    assert_eq!(open_list(&secret, &scope, &sealed).unwrap().as_slice(), LIST);
    for long in [0, 4091, 4092, 4093, 9000] {
        let list = vec![b'x'; long];
        let sealed = seal_list(&SECRET, &scope, &list).unwrap();
        assert_eq!(open_list(&secret, &scope, &sealed).unwrap().as_slice(), list.as_slice(), "{long}");
    }
    let elsewhere = [
        ListScope { session: "T-2", ..scope },
        ListScope { publication: &another, ..scope },
        ListScope { list: &another, ..scope },
    ];
    for other in elsewhere {
        assert_eq!(open_list(&secret, &other, &sealed), Err(ListContentError::Tag), "{other:?}");
    }
    let other = Share::from_bytes(&[8; 32]);
    assert_eq!(open_list(&other, &scope, &sealed), Err(ListContentError::Tag));
    for place in [0, 100, sealed.len() - 1] {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        assert_eq!(open_list(&secret, &scope, &changed), Err(ListContentError::Tag), "{place}");
    }
    for long in [0, 15, 16, sealed.len() - 1] {
        assert!(open_list(&secret, &scope, &sealed[..long]).is_err(), "{long}");
    }
}
