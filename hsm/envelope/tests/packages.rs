//! Key packages: whose fault a package is that does not open, and what a re-wrap may change.

mod world;

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_envelope::bid::header::Header;
use bidroom_envelope::bid::package::{
    OpenPackageError, PackageContext, Purpose, is_package_of, open_package, open_share, packages_digest,
    seal_package,
};
use bidroom_envelope::bid::record::{KeyPackage, KeyPackageRecord, RecordError, RewrapError};
use bidroom_envelope::bid::share::ShareRole;
use bidroom_envelope::bid::signed::{Signed, SignedFormError};
use bidroom_envelope::content::stream::ChunkSize;
use bidroom_envelope::suite::cms::EnvelopedData;
use bidroom_envelope::suite::sm2::{Sm2Ciphertext, Unwrap, UnwrapError};
use world::{Holder, World};

const SECRET: [u8; 32] = [0x5c; 32];

fn context<'a>(subject: &'a Sm3Digest, recipient: &'a Holder) -> PackageContext<'a> {
    PackageContext { subject, purpose: Purpose::Consent, attempt: 3, recipient: &recipient.certificate }
}

struct Broken(UnwrapError);

impl Unwrap for Broken {
    fn unwrap(&self, _: &Sm2Ciphertext) -> Result<zeroize::Zeroizing<Vec<u8>>, UnwrapError> {
        Err(self.0.clone())
    }
}

#[test]
fn a_package_is_the_same_every_time_and_another_in_every_other_context() {
    let world = World::new();
    let (subject, other) = (Sm3Digest::of(b"core"), Sm3Digest::of(b"other"));
    let base = context(&subject, &world.opening);
    let der = seal_package(&SECRET, &base).unwrap();
    assert_eq!(der, seal_package(&SECRET, &base).unwrap());
    assert_eq!(open_package(&der, &base, &world.opening.key).unwrap().expose(), &SECRET);
    let others = [
        PackageContext { subject: &other, ..base },
        PackageContext { purpose: Purpose::Authorise, ..base },
        PackageContext { attempt: 4, ..base },
    ];
    for context in others {
        assert_ne!(der, seal_package(&SECRET, &context).unwrap());
        let result = open_package(&der, &context, &world.opening.key);
        assert!(matches!(result, Err(OpenPackageError::NotReproduced)), "{result:?}");
    }
    let foreign = context(&subject, &world.remedy);
    assert_ne!(der, seal_package(&SECRET, &foreign).unwrap());
}

#[test]
fn the_error_says_whose_fault_it_is() {
    let world = World::new();
    let subject = Sm3Digest::of(b"core");
    let context = context(&subject, &world.opening);
    let der = seal_package(&SECRET, &context).unwrap();

    // The device: nothing is known of the package.
    for fault in
        [UnwrapError::Device("C_Derive: CKR_DEVICE_ERROR".into()), UnwrapError::Refused("closed".into())]
    {
        let result = open_package(&der, &context, &Broken(fault.clone()));
        assert!(matches!(result, Err(OpenPackageError::Device(inner)) if inner == fault));
    }

    // C3: another key, or changed underway; revealing the secret clears the maker.
    let result = open_package(&der, &context, &world.remedy.key);
    assert!(matches!(result, Err(OpenPackageError::Check)), "{result:?}");
    assert!(is_package_of(&der, &SECRET, &context));
    assert!(!is_package_of(&der, &[1; 32], &context));

    // Opened, but its randomness is not derived from the secret: the maker's fault.
    let key = [9; 16];
    let other = EnvelopedData::seal(&world.opening.certificate, &key, &[7; 16], &[[5; 32]], &SECRET).unwrap();
    let result = open_package(&other, &context, &world.opening.key);
    assert!(matches!(result, Err(OpenPackageError::NotReproduced)), "{result:?}");

    // Opened, but no share inside: the maker's fault.
    let long = EnvelopedData::seal(&world.opening.certificate, &key, &[7; 16], &[[5; 32]], &[1; 33]).unwrap();
    let result = open_package(&long, &context, &world.opening.key);
    assert!(matches!(result, Err(OpenPackageError::Inside)), "{result:?}");

    // Not a message.
    for bytes in [&b""[..], b"\x30\x00", &der[..der.len() - 1], &vec![0x30; 4000]] {
        let result = open_package(bytes, &context, &world.opening.key);
        assert!(matches!(result, Err(OpenPackageError::Malformed(_))), "{result:?}");
    }
}

#[test]
fn a_true_package_of_another_share_is_named() {
    let world = World::new();
    let bid = world.seal(&[vec![]], ChunkSize::SMALLEST, "packages");
    let header = Header::read(&mut bid.file.as_slice()).unwrap();
    let envelope = &header.envelopes()[0];
    let lock = &world.locks[0];
    let context = PackageContext {
        subject: &envelope.hash.0,
        purpose: Purpose::Lock,
        attempt: 0,
        recipient: &lock.certificate,
    };
    let der = seal_package(&SECRET, &context).unwrap();
    let open =
        |purpose| open_share(&der, &envelope.core, &envelope.hash, purpose, 0, &lock.certificate, &lock.key);
    let result = open(Purpose::Lock);
    assert!(matches!(result, Err(OpenPackageError::Commitment(ShareRole::Lock))), "{result:?}");
    let result = open(Purpose::Deal);
    assert!(matches!(result, Err(OpenPackageError::NotAShare(Purpose::Deal))), "{result:?}");
}

#[test]
fn a_consent_is_the_lock_share_enveloped_again_to_the_opening_key() {
    let world = World::new();
    let bid = world.seal(&[vec![]], ChunkSize::SMALLEST, "packages");
    let header = Header::read(&mut bid.file.as_slice()).unwrap();
    let envelope = &header.envelopes()[0];
    let lock = world.shares(&header, envelope).lock;
    let consent = seal_package(
        lock.expose(),
        &PackageContext {
            subject: &envelope.hash.0,
            purpose: Purpose::Consent,
            attempt: 1,
            recipient: &world.opening.certificate,
        },
    )
    .unwrap();
    let (core, hash, opening) = (&envelope.core, &envelope.hash, &world.opening);
    let open = |attempt| {
        open_share(&consent, core, hash, Purpose::Consent, attempt, &opening.certificate, &opening.key)
    };
    assert_eq!(open(1).unwrap().expose(), lock.expose());
    assert!(matches!(open(2), Err(OpenPackageError::NotReproduced)));
    assert_ne!(packages_digest([consent.as_slice()]), packages_digest([consent.as_slice(), &[]]));
}

/// A record with one thing changed.
fn changed(record: &KeyPackageRecord, change: impl FnOnce(&mut KeyPackageRecord)) -> KeyPackageRecord {
    let mut record = record.clone();
    change(&mut record);
    record
}

#[test]
fn a_re_wrap_changes_lock_packages_only() {
    let world = World::new();
    let bid = world.seal(&[vec![]], ChunkSize::SMALLEST, "packages");
    let header = Header::read(&mut bid.file.as_slice()).unwrap();
    let record = header.packages().value();
    let envelope = &header.envelopes()[0];
    let lock = world.shares(&header, envelope).lock;
    let context = PackageContext {
        subject: &envelope.hash.0,
        purpose: Purpose::Lock,
        attempt: 0,
        recipient: &world.remedy.certificate,
    };
    let package = KeyPackage {
        envelope: envelope.core.envelope,
        purpose: Purpose::Lock,
        recipient: world.remedy.certificate.digest(),
        serial: world.remedy.certificate.serial_hex(),
        der: Base64Bytes(seal_package(lock.expose(), &context).unwrap()),
    };
    let next = changed(record, |next| {
        next.version = 2;
        next.packages.retain(|package| package.purpose != Purpose::Lock);
        next.packages.insert(0, package);
    });
    record.check_rewrap(&next).unwrap();
    Signed::sign(next.clone(), &world.sign.certificate, &world.sign.key).unwrap();

    let refused =
        |next: KeyPackageRecord, expect: RewrapError| assert_eq!(record.check_rewrap(&next), Err(expect));
    refused(changed(&next, |next| next.version = 3), RewrapError::Version { last: 1, next: 3 });
    refused(changed(&next, |next| next.lot = 2.try_into().unwrap()), RewrapError::Bid);
    refused(changed(&next, |next| drop(next.packages.pop())), RewrapError::NotLock);
}

#[test]
fn the_rules_of_a_record() {
    let world = World::new();
    let bid = world.seal(&[vec![]], ChunkSize::SMALLEST, "packages");
    let header = Header::read(&mut bid.file.as_slice()).unwrap();
    let record = header.packages().value();
    let check = |expect: RecordError, change: fn(&mut KeyPackageRecord)| match Signed::sign(
        changed(record, change),
        &world.sign.certificate,
        &world.sign.key,
    ) {
        Err(SignedFormError::Rule { source, .. }) => {
            assert_eq!(source.downcast_ref::<RecordError>(), Some(&expect));
        }
        other => panic!("{expect}: {other:?}"),
    };
    let first = record.cores.len() == 1;
    assert!(first);
    let envelope = header.envelopes()[0].core.envelope;
    check(RecordError::Version, |record| record.version = 0);
    check(RecordError::Cores(0), |record| record.cores.clear());
    check(RecordError::Order(1), |record| record.packages.swap(0, 1));
    check(RecordError::Order(1), |record| record.packages.insert(0, record.packages[0].clone()));
    check(RecordError::Missing { envelope, purpose: Purpose::Officers }, |record| {
        record.packages.retain(|package| package.purpose != Purpose::Officers);
    });
    check(RecordError::Missing { envelope, purpose: Purpose::Lock }, |record| record.packages.clear());
    check(RecordError::Envelope(2.try_into().unwrap()), |record| {
        record.packages[4].envelope = 2.try_into().unwrap();
    });
    check(RecordError::Purpose(Purpose::Consent), |record| record.packages[4].purpose = Purpose::Consent);
    let named = record.packages[0].serial.clone();
    let result = Signed::sign(
        changed(record, |record| record.packages[0].serial = "00".into()),
        &world.sign.certificate,
        &world.sign.key,
    );
    assert!(result.unwrap_err().to_string().contains(&named));
}

#[test]
fn only_the_bidder_signs_for_the_bidder() {
    let world = World::new();
    let bid = world.seal(&[vec![]], ChunkSize::SMALLEST, "packages");
    let header = Header::read(&mut bid.file.as_slice()).unwrap();
    let record = header.packages().value().clone();
    let other = &world.room[0];
    let result = Signed::sign(record.clone(), &other.certificate, &other.key);
    assert!(matches!(result, Err(SignedFormError::Signer { signer: None, .. })), "{result:?}");
    // Somebody else's certificate in a message that is otherwise right.
    let json = bidroom_canon::to_canonical(&record).unwrap();
    let der = bidroom_envelope::suite::cms::SignedData::sign(&json, &other.certificate, &other.key).unwrap();
    let result = Signed::<KeyPackageRecord>::parse(&der);
    assert!(matches!(result, Err(SignedFormError::Signer { .. })), "{result:?}");
}
