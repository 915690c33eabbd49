//! Trustees of a remedy key, and a tender that declares one.

use anyhow::Context as _;
use bidroom_canon::Base64Bytes;
use bidroom_domain::opening::Remedy;
use bidroom_domain::{Figure, RemedyKey, Trustee};
use bidroom_envelope::suite::pki::Name;
use bidroom_lock::{Lock as _, LockKind, SoftLock};
use bidroom_tender::{SignedDocument, TenderPackage};

use crate::random::CountingRandom;
use crate::room::{MORNING, StoryRoom};

const DAY: i64 = 86_400_000;

/// Three trustees, who appear nowhere else.
///
/// # Errors
/// Never; everybody is invented.
pub fn trustees(room: &mut StoryRoom) -> anyhow::Result<Vec<SoftLock>> {
    let valid = (MORNING.plus_millis(-200 * DAY), MORNING.plus_millis(500 * DAY));
    let mut random = CountingRandom::new("trustees");
    let people = [("云州市公证处", "周敏"), ("云州仲裁委员会", "何立"), ("云州市律师协会", "郑一帆")];
    let ca = room.world.cas.first_mut().context("no authority")?;
    let lock = |(organisation, name)| {
        let subject = Name::new(organisation, None, name);
        Ok(ca.lock(LockKind::Officer, &subject, valid, &mut random)?)
    };
    people.into_iter().map(lock).collect()
}

/// A trustee, as a package names it.
pub fn trustee(index: u8, lock: &SoftLock) -> Trustee {
    let identity = lock.identity();
    Trustee {
        index,
        name: identity.holder().to_owned(),
        code: None,
        certificate: identity.signing_certificate().digest(),
        encryption_certificate: identity.encryption_certificate().digest(),
    }
}

/// The story's package, with a remedy key of two of these trustees.
///
/// # Errors
/// If the story's package cannot be made.
pub fn package(room: &StoryRoom, trustees: &[SoftLock]) -> anyhow::Result<TenderPackage> {
    let signed = room.world.package(room.app.signer.identity(), &StoryRoom::plan())?;
    let mut package = signed.value().clone();
    for lock in trustees {
        let identity = lock.identity();
        for certificate in [identity.signing_certificate(), identity.encryption_certificate()] {
            package.certificates.push(Base64Bytes(certificate.der().to_vec()));
        }
    }
    let policy = &mut package.lots.first_mut().context("no lot")?.policy;
    policy.remedies = Some(Figure::new(vec![Remedy::KeptShare, Remedy::RemedyKey], "招标文件 5.5"));
    let trustees = (1..).zip(trustees).map(|(index, lock)| trustee(index, lock)).collect();
    policy.remedy_key = Some(Figure::new(RemedyKey { threshold: 2, trustees }, "招标文件 5.5.3"));
    Ok(package)
}

/// Has the agency sign it and puts it where a play takes it from.
///
/// # Errors
/// Of the disk.
pub fn announce(room: &StoryRoom, package: TenderPackage) -> anyhow::Result<()> {
    let agency = &room.world.agency;
    let signed = SignedDocument::sign(package, agency.identity().signing_certificate(), agency)?;
    room.site.write_trust(room.app.signer.identity(), &signed.digest())?;
    Ok(std::fs::write(room.site.folder.join("package.tender"), signed.der())?)
}
