//! Before the deadline an officer is replaced and a bidder changes its locks, honestly or not.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::opening::{Command, OfficersRedealt};
use bidroom_domain::{Actor, Officer, StaffRole};
use bidroom_envelope::bid::header::Header;
use bidroom_envelope::bid::package::{PackageContext, Purpose, seal_package};
use bidroom_envelope::bid::record::{KeyPackage, KeyPackageRecord, RecordDigest};
use bidroom_envelope::bid::signed::Signed;
use bidroom_envelope::officers::{DealScope, deal_again};
use bidroom_envelope::suite::sm2::SecretKey;
use bidroom_judging::officers_digest;
use bidroom_lock::Statement;
use bidroom_tender::{Publication, Redeal, RedealFormat};
use bidroom_verifier::contents;

use super::super::people::{Authority, CODES, Lock};
use super::{Bid, OFFICERS_KEY, Session, bidder, session_id, signed};

/// What happens before the deadline beside bidding.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
pub enum Ceremony {
    /// Nothing.
    #[default]
    None,
    /// Two officers agree that the third is replaced; the first bidder adds a lock.
    Honest,
    /// The room deals another key to the new officers.
    OtherKey,
    /// One officer agreed, and the room dealt nevertheless.
    Unagreed,
    /// An officer's agreement is to another list.
    OtherList,
    /// The room's document names other officers than the log.
    OtherOfficers,
    /// The bidder's new lock is of another firm.
    StrangerLock,
    /// The new officer is called otherwise than the certificates say.
    OtherName,
    /// The package for the room is another one.
    OtherRoomPackage,
}

impl Session {
    /// Plays it.
    pub(super) fn ceremony(
        &mut self,
        how: Ceremony,
        officers: &[Lock],
        bidders: &[Lock],
        room: &Lock,
        publication: &Publication,
        bids: &[Bid],
    ) {
        if how == Ceremony::None {
            return;
        }
        self.redeal(how, officers, room, publication);
        self.rewrap(how, &bidders[0], &bids[0], publication);
    }

    fn redeal(&mut self, how: Ceremony, officers: &[Lock], room: &Lock, publication: &Publication) {
        let new = Authority::new(200, "云州CA").lock(80, "罗新", None);
        let mut next = self.state.officers.clone();
        next[2] = Officer {
            index: 3,
            name: if how == Ceremony::OtherName { "别人".into() } else { new.signing.holder().into() },
            role: StaffRole::Supervisor,
            certificate: new.signing.digest(),
            encryption_certificate: new.encryption.digest(),
        };
        let before = publication.officers.deal.digest().0;
        let opening: Vec<_> = self.state.devices.iter().map(|device| device.opening_certificate).collect();
        let agreed: Vec<u8> = if how == Ceremony::Unagreed { vec![1] } else { vec![1, 2] };
        for index in agreed.iter().copied() {
            let lock = &officers[usize::from(index) - 1];
            let packages = Sm3Digest::of(b"parts");
            let list = if how == Ceremony::OtherList { &self.state.officers } else { &next };
            let said = Statement::ReplaceOfficers {
                session: session_id(),
                envelope: 1,
                version: 2,
                deal: before,
                share_index: index.into(),
                package_digest: packages,
                opening_certificates: opening.clone(),
                officers: officers_digest(list).unwrap(),
            };
            let name = self.state.officer(index).unwrap().name.clone();
            let command = Command::AgreeReplacement {
                index,
                version: 2,
                officers: next.clone(),
                lock_tail: lock.signing.tail(),
                packages,
                statement: self.statement(&said, lock),
            };
            self.act(&Actor::Officer { index, name }, command);
        }
        let number = if how == Ceremony::OtherKey { OFFICERS_KEY + 1 } else { OFFICERS_KEY };
        let key = SecretKey::from_bytes(&[number; 32]).unwrap();
        let scope = DealScope {
            tender: "T".parse().unwrap(),
            lot: 1.try_into().unwrap(),
            envelope: 1.try_into().unwrap(),
        };
        let certificates = [&officers[0], &officers[1], &new].map(|lock| lock.encryption.clone());
        let deal = deal_again(&key, scope, 2, &certificates, &mut self.rng).unwrap().deal;
        let dealt = deal.digest().0;
        let mut named = next.clone();
        if how == Ceremony::OtherOfficers {
            named[2].role = StaffRole::Host;
        }
        let redeal = Redeal {
            format: RedealFormat::V1,
            session: session_id().parse().unwrap(),
            publication: self.state.publication.unwrap(),
            version: 2,
            from: before,
            deal,
            officers: named,
            certificates: [&new.signing, &new.encryption].map(|it| Base64Bytes(it.der().to_vec())).to_vec(),
        };
        let redeal = signed(redeal, room);
        let digest = Sm3Digest::of(&redeal);
        self.other.insert(contents::redeal(&digest), redeal);
        let redealt =
            OfficersRedealt { version: 2, redeal: digest, from: before, deal: dealt, agreed, officers: next };
        if how == Ceremony::Unagreed {
            self.log(&Actor::Room, vec![redealt.into()]);
        } else {
            self.act(&Actor::Room, Command::RedealOfficers(redealt));
        }
    }

    fn rewrap(&mut self, how: Ceremony, lock: &Lock, bid: &Bid, publication: &Publication) {
        let stranger = how == Ceremony::StrangerLock;
        let code = CODES[usize::from(stranger)];
        let renewed = Authority::new(200, "云州CA").lock(84, "第0建设", Some(code)).encryption;
        let mut record = Header::parse(&bid.head).unwrap().packages().value().clone();
        record.version = 2;
        let subject = record.cores[0].0;
        let sealed = |purpose, recipient| {
            let context = PackageContext { subject: &subject, purpose, attempt: 0, recipient };
            Base64Bytes(seal_package(&[7; 32], &context).unwrap())
        };
        let der = sealed(Purpose::Lock, &renewed);
        if how == Ceremony::OtherRoomPackage {
            let package = record.packages.iter_mut().find(|it| it.purpose == Purpose::Room).unwrap();
            package.der = sealed(Purpose::Room, &publication.tender_certificates().unwrap()[0]);
        }
        record.packages.push(KeyPackage {
            envelope: record.packages[0].envelope,
            purpose: Purpose::Lock,
            recipient: renewed.digest(),
            serial: renewed.serial_hex(),
            der,
        });
        record.packages.sort_by_key(|package| (package.envelope, package.purpose, package.recipient));
        let record: Signed<KeyPackageRecord> = Signed::sign(record, &lock.signing, &lock.key).unwrap();
        let packages = RecordDigest::of(record.json()).0;
        self.other.insert(contents::packages(&packages), record.der().to_vec());
        self.other.insert(contents::certificate(&renewed.digest()), renewed.der().to_vec());
        let command = Command::ReplacePackages {
            bid: bid.digest,
            packages,
            version: 2,
            added: vec![renewed.digest()],
            record: Sm3Digest::of(record.der()),
        };
        self.act(&bidder(0), command);
    }
}
