//! New key packages for a bidder's other lock, before the deadline; the bid itself stays as it is.

use bidroom_canon::Base64Bytes;
use bidroom_domain::opening::Command;
use bidroom_domain::{Actor, Bidder};
use bidroom_envelope::bid::record::{KeyPackageRecord, RecordDigest};
use bidroom_envelope::bid::signed::Signed;
use bidroom_envelope::suite::pki::Certificate;
use bidroom_judging::{Objection, check_rewrap};
use bidroom_tender::PreparedLot;
use bidroom_wire::{PackagesBody, PackagesMaterial};

use super::OwnBid;
use crate::app::App;
use crate::error::fault;
use crate::room::{Done, RoomHandle};
use crate::store::Record;
use crate::unlock::{UnlockError, kinds};

/// The key packages of a bidder's bid, for its own tool.
///
/// # Errors
/// [`UnlockError`].
pub async fn own_packages(
    app: &App,
    room: &RoomHandle,
    bidder: &Bidder,
) -> Result<PackagesMaterial, UnlockError> {
    let own = OwnBid::of(&app.store, room, bidder)?;
    let record = if own.standing.version > 1 {
        let key = own.standing.packages.to_string();
        let der = app.store.record(room.session(), kinds::PACKAGES, &key)?;
        der.ok_or_else(|| fault("key packages", &"they are missing"))?
    } else {
        own.head.packages().der().to_vec()
    };
    let core = |core: &Vec<u8>| String::from_utf8_lossy(core).into_owned();
    Ok(PackagesMaterial {
        session: room.session().clone(),
        bid: own.standing.bid,
        cores: own.head.envelopes().iter().map(|envelope| core(&envelope.core_json)).collect(),
        record: Base64Bytes(record),
    })
}

/// Takes a record of key packages that replaces the one that counts.
///
/// # Errors
/// [`UnlockError`]; then nothing was changed.
pub async fn rewrap(
    app: &App,
    room: &RoomHandle,
    prepared: &PreparedLot,
    bidder: &Bidder,
    body: PackagesBody,
) -> Result<(Done, RecordDigest), UnlockError> {
    let own = OwnBid::of(&app.store, room, bidder)?;
    let unreadable = |why: String| UnlockError::Packages(Objection::Unreadable { what: "key packages", why });
    let next =
        Signed::<KeyPackageRecord>::parse(&body.record.0).map_err(|error| unreadable(error.to_string()))?;
    let certificates = body.certificates.iter().map(|der| Certificate::from_der(&der.0));
    let certificates = certificates.collect::<Result<Vec<_>, _>>().map_err(UnlockError::LockCertificate)?;
    let (judge, now) = (app.judge(prepared), app.now());
    let added = check_rewrap(&own.record, &next, &certificates, &bidder.code, &judge, now)
        .map_err(UnlockError::Packages)?;
    let packages = RecordDigest::of(next.json());
    let mut records =
        vec![Record { kind: kinds::PACKAGES, key: packages.0.to_string(), bytes: body.record.0.clone() }];
    records.extend(certificates.iter().map(|certificate| Record {
        kind: kinds::CERTIFICATE,
        key: certificate.digest().to_string(),
        bytes: certificate.der().to_vec(),
    }));
    let command = Command::ReplacePackages {
        bid: own.standing.bid,
        packages: packages.0,
        version: next.value().version,
        added,
        record: bidroom_canon::Sm3Digest::of(next.der()),
    };
    Ok((room.act(Actor::bidder(bidder), command, records).await?, packages))
}
