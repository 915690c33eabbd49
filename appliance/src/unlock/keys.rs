//! From held packages to the three shares of a bid. Called only after `opening.closed`.

use bidroom_canon::Sm3Digest;
use bidroom_domain::opening::{FailureCause, FixedBid, State};
use bidroom_envelope::bid::header::{Header, HeaderEnvelope};
use bidroom_envelope::bid::ids::EnvelopeIndex;
use bidroom_envelope::bid::package::{OpenPackageError, Purpose, open_share};
use bidroom_envelope::bid::share::{Share, Shares};
use bidroom_envelope::officers::{OfficerShare, OpenOfficerShareError, combine, open_officer_share};
use bidroom_envelope::suite::sm2::SecretKey;
use bidroom_hsm::{KeyName, Role};

use super::kinds;
use crate::custody::{CustodySet, KeyInDevice, lot_key};
use crate::error::{Fault, fault};
use crate::store::Store;
use crate::tenders::{Prepared, Published};

/// Why shares of one bid were not had.
#[derive(Debug)]
pub(super) enum ShareError {
    /// For this bid alone, for good.
    Bid(FailureCause, String),
    /// The room's devices failed: to be tried again, nothing is recorded.
    Room(Fault),
}

/// What opening the bids of one session works with.
pub(super) struct Keyring<'a> {
    store: &'a Store,
    custody: &'a CustodySet,
    prepared: &'a Prepared,
    published: &'a Published,
    opening: KeyName,
    tender: KeyName,
    /// The officers' key, joined for the time of the opening and erased with this.
    officers: SecretKey,
    attempt: u32,
}

impl<'a> Keyring<'a> {
    /// Joins the officers' key from the parts that were handed in.
    ///
    /// # Errors
    /// A [`Fault`] of device or store, or parts that no longer fit.
    pub(super) fn open(
        store: &'a Store,
        custody: &'a CustodySet,
        prepared: &'a Prepared,
        state: &State,
    ) -> Result<Self, Fault> {
        if state.closed.is_none() {
            return Err(fault("opening", &"collecting is not closed"));
        }
        let published =
            prepared.publication.as_ref().ok_or_else(|| fault("publication", &"it is missing"))?;
        let opening = lot_key(&prepared.lot, Role::Opening)?;
        let tender = lot_key(&prepared.lot, Role::Tender)?;
        let attempt = state.unlock.as_ref().map_or(1, |clock| clock.attempt);
        let deal = &published.document.value().officers.deal;
        let mut parts = Vec::new();
        for (index, authorised) in &state.authorised {
            let part = on_some_device::<OfficerShare, Fault>(custody, |place, device| {
                let name = format!("{}/{place}", authorised.statement);
                let package = store
                    .record(&prepared.lot.session(), kinds::OFFICER_PACKAGE, &name)?
                    .ok_or_else(|| fault("an officer's part", &"it is missing"))?;
                let certificate =
                    published.opening.get(place).ok_or_else(|| fault("opening certificate", &"missing"))?;
                let key = KeyInDevice { device, key: &opening };
                open_officer_share(
                    deal,
                    u32::from(*index),
                    &package,
                    Purpose::Authorise,
                    1,
                    certificate,
                    &key,
                )
                .map_err(|error| match error {
                    OpenOfficerShareError::Package(OpenPackageError::Device(error)) => {
                        Attempted::Device(fault("device", &error))
                    }
                    error => Attempted::Other(fault("an officer's part", &error)),
                })
            })?;
            parts.push(part);
        }
        let officers = join(deal, &parts)?;
        Ok(Self { store, custody, prepared, published, opening, tender, officers, attempt })
    }

    /// The accepted head of a fixed bid.
    pub(super) fn head(&self, bid: &Sm3Digest) -> Result<Header, Fault> {
        let session = self.prepared.lot.session();
        let head = self
            .store
            .record(&session, kinds::HEAD, &bid.to_string())?
            .ok_or_else(|| fault("head of a bid", &"it is missing"))?;
        Header::parse(&head).map_err(|error| fault("head of a bid", &error))
    }

    /// The three shares of a fixed bid, each checked against the core's commitment.
    pub(super) fn shares(&self, fixed: &FixedBid, head: &Header) -> Result<Shares, ShareError> {
        let envelope = head
            .envelope(EnvelopeIndex::FIRST)
            .ok_or_else(|| ShareError::Bid(FailureCause::Content, "no first envelope".into()))?;
        Ok(Shares {
            lock: self.lock_share(fixed, envelope)?,
            room: self.room_share(head, envelope)?,
            officers: self.officers_share(head, envelope)?,
        })
    }

    fn lock_share(&self, fixed: &FixedBid, envelope: &HeaderEnvelope) -> Result<Share, ShareError> {
        let session = self.prepared.lot.session();
        on_some_device(self.custody, |place, device| {
            let name = format!("{}/{place}", fixed.consent);
            let package = self
                .store
                .record(&session, kinds::CONSENT_PACKAGE, &name)
                .map_err(Fault::from)?
                .ok_or_else(|| fault("a lock share", &"it is missing"))?;
            let certificate =
                self.published.opening.get(place).ok_or_else(|| fault("opening certificate", &"missing"))?;
            let key = KeyInDevice { device, key: &self.opening };
            open_share(
                &package,
                &envelope.core,
                &envelope.hash,
                Purpose::Consent,
                self.attempt,
                certificate,
                &key,
            )
            .map_err(material)
        })
    }

    fn room_share(&self, head: &Header, envelope: &HeaderEnvelope) -> Result<Share, ShareError> {
        on_some_device(self.custody, |place, device| {
            let certificate =
                self.published.tender.get(place).ok_or_else(|| fault("tender certificate", &"missing"))?;
            let package = head
                .packages()
                .value()
                .find(EnvelopeIndex::FIRST, Purpose::Room, &certificate.digest())
                .ok_or_else(|| bidder("no package for the room's key"))?;
            let key = KeyInDevice { device, key: &self.tender };
            open_share(&package.der.0, &envelope.core, &envelope.hash, Purpose::Room, 0, certificate, &key)
                .map_err(material)
        })
    }

    fn officers_share(&self, head: &Header, envelope: &HeaderEnvelope) -> Result<Share, ShareError> {
        let certificate = &self.published.officers;
        let package =
            head.packages().value().find(EnvelopeIndex::FIRST, Purpose::Officers, &certificate.digest());
        let Some(package) = package else {
            return Err(ShareError::Bid(
                FailureCause::BidderMaterial,
                "no package for the officers' key".into(),
            ));
        };
        let opened = open_share(
            &package.der.0,
            &envelope.core,
            &envelope.hash,
            Purpose::Officers,
            0,
            certificate,
            &self.officers,
        );
        opened.map_err(|error| ShareError::from(material(error)))
    }
}

fn join(deal: &bidroom_envelope::officers::Deal, parts: &[OfficerShare]) -> Result<SecretKey, Fault> {
    combine(deal, parts).map_err(|error| fault("the officers' key", &error))
}

/// What one device gave.
enum Attempted {
    /// The device failed; another may answer.
    Device(Fault),
    /// The material is wrong, whatever device is asked.
    Material(String),
    /// Something else of the room failed.
    Other(Fault),
}

impl From<Fault> for Attempted {
    fn from(fault: Fault) -> Self {
        Self::Other(fault)
    }
}

impl From<crate::store::StoreError> for Attempted {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Other(error.into())
    }
}

impl From<Attempted> for ShareError {
    fn from(attempted: Attempted) -> Self {
        match attempted {
            Attempted::Material(why) => Self::Bid(FailureCause::BidderMaterial, why),
            Attempted::Device(fault) | Attempted::Other(fault) => Self::Room(fault),
        }
    }
}

impl From<Attempted> for Fault {
    fn from(attempted: Attempted) -> Self {
        match attempted {
            Attempted::Material(why) => fault("key material", &why),
            Attempted::Device(fault) | Attempted::Other(fault) => fault,
        }
    }
}

fn bidder(why: &str) -> Attempted {
    Attempted::Material(why.to_owned())
}

fn material(error: OpenPackageError) -> Attempted {
    match error {
        OpenPackageError::Device(error) => Attempted::Device(fault("device", &error)),
        error => Attempted::Material(error.to_string()),
    }
}

/// Asks the devices one after the other until one answers. A device that fails is passed over.
fn on_some_device<T, E: From<Attempted>>(
    custody: &CustodySet,
    ask: impl Fn(usize, &crate::custody::Device) -> Result<T, Attempted>,
) -> Result<T, E> {
    let mut failed = Attempted::Other(fault("custody", &"there is no device"));
    for (place, device) in custody.devices().iter().enumerate() {
        match ask(place, device) {
            Ok(answer) => return Ok(answer),
            Err(Attempted::Device(error)) => {
                tracing::warn!(device = device.name, %error, "a device failed; the next one is asked");
                failed = Attempted::Device(error);
            }
            Err(other) => return Err(other.into()),
        }
    }
    Err(failed.into())
}
