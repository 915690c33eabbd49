//! A lock answers challenges of the published room and nothing else: it is no oracle for whoever has taken over server or
//! relay, and it wraps its share for nobody but its own holder.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests: a failure is reported by stopping")]

mod world;

use bidroom_canon::{Base64Bytes, Hex32, Sm3Digest};
use bidroom_domain::At;
use bidroom_envelope::bid::package::{PackageContext, Purpose, seal_package};
use bidroom_envelope::probe::{is_probe_answer, seal_probe};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_envelope::suite::sm2::{
    SecretKey, Sign, SignError, Signature, Sm2Ciphertext, Unwrap, UnwrapError,
};
use bidroom_lock::{Lock, LockIdentity, SignedStatement, SoftLock, Statement, StatementKind};
use bidroom_tender::{ProbeChallenge, ProbeFormat, SignedDocument};
use bidroom_unlocking::{ProbeError, Successor, agree, answer_probe};
use bidroom_wire::{ProbeMaterial, ReplaceMaterial};
use std::sync::atomic::{AtomicU32, Ordering};
use world::*;
use zeroize::Zeroizing;

const SECRET: [u8; 32] = [0x5a; 32];

/// A lock that counts how often its decryption key was used.
struct Counted(SoftLock, AtomicU32);

impl Counted {
    fn new(lock: SoftLock) -> Self {
        Self(lock, AtomicU32::new(0))
    }

    fn opened(&self) -> u32 {
        self.1.load(Ordering::SeqCst)
    }
}

impl Sign for Counted {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        self.0.sign(message)
    }
}

impl Unwrap for Counted {
    fn unwrap(&self, ciphertext: &Sm2Ciphertext) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
        self.1.fetch_add(1, Ordering::SeqCst);
        Unwrap::unwrap(&self.0, ciphertext)
    }
}

impl Lock for Counted {
    fn identity(&self) -> &LockIdentity {
        self.0.identity()
    }
}

fn encryption(lock: &SoftLock) -> Certificate {
    lock.identity().encryption_certificate().clone()
}

/// A challenge of the room to a lock, with `change` made before it is signed.
fn challenge(
    world: &World,
    recipient: &Certificate,
    signer: (&Certificate, &SecretKey),
    change: impl FnOnce(&mut ProbeChallenge),
) -> ProbeMaterial {
    let (session, at) = (world.room.session(), NOW);
    let subject = ProbeChallenge::subject(&session, &recipient.digest(), at);
    let mut challenge = ProbeChallenge {
        format: ProbeFormat::V1,
        session,
        recipient: recipient.digest(),
        at,
        package: Base64Bytes(seal_probe(&SECRET, &subject, recipient).unwrap()),
    };
    change(&mut challenge);
    let document = SignedDocument::sign(challenge, signer.0, signer.1).unwrap();
    ProbeMaterial { challenge: Base64Bytes(document.der().to_vec()) }
}

#[test]
fn a_lock_answers_the_room_and_tells_nothing_else() {
    let world = World::new();
    let lock = Counted::new(main_lock());
    let recipient = encryption(&lock.0);
    let material = challenge(&world, &recipient, (&room_certificate(), &room_key()), |_| {});
    let body = answer_probe(&world.room, &material, &lock).unwrap();
    let signed = SignedStatement::verify(&body.statement.0, StatementKind::Probe).unwrap();
    let Statement::Probe { session, challenge, answer: Hex32(said) } = signed.statement() else {
        unreachable!()
    };
    assert_eq!(session, world.room.session().as_str());
    assert_eq!(*challenge, Sm3Digest::of(&material.challenge.0));
    let subject = ProbeChallenge::subject(&world.room.session(), &recipient.digest(), NOW);
    assert!(is_probe_answer(&Hex32(*said), &SECRET, &subject));
    assert_eq!(lock.opened(), 1);
}

#[track_caller]
fn refused(
    signer: (&Certificate, &SecretKey),
    change: impl FnOnce(&mut ProbeChallenge),
    opened: u32,
    expect: &str,
) {
    let world = World::new();
    let lock = Counted::new(main_lock());
    let material = challenge(&world, &encryption(&lock.0), signer, change);
    let error = answer_probe(&world.room, &material, &lock).unwrap_err();
    assert!(error.to_string().contains(expect), "{error}");
    assert_eq!(lock.opened(), opened, "{expect}: how often the lock's key was used");
    let sentence = error.sentence();
    assert!(!sentence.zh.body.is_empty() && !sentence.en.body.is_empty());
}

#[test]
fn what_the_room_did_not_sign_is_not_even_opened() {
    let (certificate, key) = (room_certificate(), room_key());
    let room = (&certificate, &key);
    let lock = main_lock();
    let (own, own_key) = (lock.identity().signing_certificate(), world::key(10));
    // Somebody on the way makes a challenge of the bid's own package.
    let core = Sm3Digest::of(b"core");
    let package = |purpose| {
        let recipient = encryption(&lock);
        let context = PackageContext { subject: &core, purpose, attempt: 0, recipient: &recipient };
        Base64Bytes(seal_package(&SECRET, &context).unwrap())
    };
    refused((own, &own_key), |it| it.package = package(Purpose::Lock), 0, "not by the room");
    refused(room, |it| it.session = "Y-1".parse().unwrap(), 0, "asked was for");
    refused(room, |it| it.recipient = encryption(&sub_lock()).digest(), 0, "another lock");
    // Even a room that signs it gets nothing: the package is no probe, or not of this moment.
    for purpose in [Purpose::Lock, Purpose::Consent, Purpose::Deal] {
        refused(room, |it| it.package = package(purpose), 1, "not the package of what it holds");
    }
    refused(room, |it| it.at = At(NOW.0 + 1), 1, "not the package of what it holds");
    refused(room, |it| it.package.0.truncate(40), 0, "malformed");
}

#[test]
fn a_consent_is_no_challenge() {
    let world = World::new();
    let lock = Counted::new(main_lock());
    // A login challenge or any other statement in the place of a challenge.
    let said = Statement::SignIn { session: world.room.session().to_string() };
    let signed = SignedStatement::sign(&said, &room_certificate(), &room_key()).unwrap();
    let material = ProbeMaterial { challenge: Base64Bytes(signed.der().to_vec()) };
    let error = answer_probe(&world.room, &material, &lock).unwrap_err();
    assert!(matches!(error, ProbeError::Document(_)), "{error}");
    assert_eq!(lock.opened(), 0);
}

fn replace_material(world: &World, index: u8) -> ReplaceMaterial {
    ReplaceMaterial {
        session: world.room.session(),
        envelope: 1,
        version: 2,
        index,
        dealt: Base64Bytes(world.dealing.packages[usize::from(index - 1)].clone()),
        deal: String::from_utf8(world.dealing.deal.to_bytes().unwrap()).unwrap(),
        redeal: None,
        opening_certificates: world
            .room
            .opening_certificates()
            .iter()
            .map(|certificate| Base64Bytes(certificate.der().to_vec()))
            .collect(),
        officers: world.room.facts().officers.clone(),
    }
}

fn successor(index: u8) -> Successor {
    let lock = sub_lock();
    Successor { index, signing: lock.identity().signing_certificate().clone(), encryption: encryption(&lock) }
}

#[track_caller]
fn not_agreed(change: impl FnOnce(&mut ReplaceMaterial), lock: u8, who: &Successor, expect: &str) {
    let world = World::new();
    let mut material = replace_material(&world, 1);
    change(&mut material);
    let lock = Counted::new(officer_lock(lock));
    let error = agree(&world.room, &material, &lock, who).unwrap_err();
    assert!(error.to_string().contains(expect), "{error}");
    assert_eq!(lock.opened(), 0, "{expect}");
    assert!(!error.sentence().zh.body.is_empty());
}

#[test]
fn an_officer_agrees_to_one_replacement_of_this_dealing_only() {
    let world = World::new();
    let body = agree(&world.room, &replace_material(&world, 1), &officer_lock(1), &successor(3)).unwrap();
    assert_eq!(body.officers.len(), 3);
    assert_eq!(body.officers[2].encryption_certificate, successor(3).encryption.digest());
    assert_eq!(body.officers[..2], world.room.facts().officers[..2]);
    let signed = SignedStatement::verify(&body.statement.0, StatementKind::ReplaceOfficers).unwrap();
    let Statement::ReplaceOfficers { deal, version, .. } = signed.statement() else { unreachable!() };
    assert_eq!((*deal, *version), (world.dealing.deal.digest().0, 2));

    not_agreed(|_| {}, 2, &successor(3), "no officer 1");
    not_agreed(|_| {}, 1, &successor(9), "no officer 9");
    not_agreed(|it| it.session = "Y-1".parse().unwrap(), 1, &successor(3), "asked was for");
    not_agreed(|it| it.version = 1, 1, &successor(3), "version 1");
    not_agreed(|it| it.opening_certificates.clear(), 1, &successor(3), "opening certificates");
    not_agreed(|it| it.deal.push(' '), 1, &successor(3), "dealing");
    not_agreed(|it| it.officers.swap(0, 1), 1, &successor(3), "officers");
    let swapped = Successor { signing: successor(3).encryption, encryption: successor(3).signing, index: 3 };
    not_agreed(|_| {}, 1, &swapped, "no pair");
}
