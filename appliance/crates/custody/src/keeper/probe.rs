//! Challenges to locks and devices, and their answers.
//!
//! Custody keeps no list of challenges: the secret in each follows from a key of this process, so that a flood of
//! questions costs no memory, and a challenge ends with the process or after ten minutes.

use bidroom_canon::{Base64Bytes, Hex32, Sm3Digest, labelled_sm3};
use bidroom_domain::{At, SessionId};
use bidroom_envelope::probe::{answer_probe, is_probe_answer, seal_probe};
use bidroom_envelope::suite::kdf::hkdf_sm3;
use bidroom_envelope::suite::pki::{Certificate, Usage};
use bidroom_hsm::KeyName;
use bidroom_lock::Statement;
use bidroom_tender::{PROBE_MILLIS, ProbeChallenge, ProbeFormat};
use zeroize::Zeroizing;

use super::judge::Bundle;
use super::{Keeper, MOST_AHEAD};
use crate::devices::{Device, KeyInDevice};
use crate::protocol::{Answer, Problem};

/// The key from which the secrets of this process' challenges follow. Erased when dropped.
pub(super) struct ProbeKey(Zeroizing<[u8; 32]>);

impl ProbeKey {
    pub(super) fn draw() -> Result<Self, Problem> {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(key.as_mut_slice()).map_err(|error| Problem::fault("random source", &error))?;
        Ok(Self(key))
    }

    fn secret(&self, subject: &Sm3Digest) -> Result<Zeroizing<[u8; 32]>, Problem> {
        let mut secret = Zeroizing::new([0; 32]);
        hkdf_sm3(self.0.as_slice(), subject.as_bytes(), b"bidroom/probe/v1/secret", secret.as_mut_slice())
            .map_err(|error| Problem::fault("challenge", &error))?;
        Ok(secret)
    }
}

fn refused(why: &str) -> Problem {
    Problem::Probe { why: why.to_owned() }
}

impl Keeper {
    /// A signed challenge to the holder of an encryption certificate. It tells nothing, whoever asks for it.
    pub(super) fn challenge(
        &self,
        session: &SessionId,
        at: At,
        certificate: &[u8],
    ) -> Result<Answer, Problem> {
        self.is_now(at)?;
        self.docket(session)?;
        let certificate =
            Certificate::from_der(certificate).map_err(|error| refused(&format!("certificate: {error}")))?;
        if !certificate.allows(Usage::Encrypt) {
            return Err(refused("it is not an encryption certificate"));
        }
        let recipient = certificate.digest();
        let subject = ProbeChallenge::subject(session, &recipient, at);
        let secret = self.probe_key.secret(&subject)?;
        let package = seal_probe(&secret, &subject, &certificate)
            .map_err(|error| refused(&format!("certificate: {error}")))?;
        let challenge = ProbeChallenge {
            format: ProbeFormat::V1,
            session: session.clone(),
            recipient,
            at,
            package: Base64Bytes(package),
        };
        self.statement(|_| challenge.clone())
    }

    /// Whether the statement answers the challenge that an event names, to this lock, in time.
    pub(super) fn check_probe(
        &self,
        session: &SessionId,
        lock: &Sm3Digest,
        digest: &Sm3Digest,
        statement: Option<&Statement>,
        evidence: &Bundle<'_>,
    ) -> Result<(), Problem> {
        let Some(Statement::Probe { answer, .. }) = statement else { return Err(refused("no statement")) };
        let bytes = evidence.challenge(digest)?;
        let document = ProbeChallenge::read(bytes).map_err(|error| refused(&error.to_string()))?;
        if !self.voice.is_own(document.signer()) {
            return Err(refused("the challenge is not the room's"));
        }
        let challenge = document.value();
        if challenge.session != *session || challenge.recipient != *lock {
            return Err(refused("the challenge is for another session or lock"));
        }
        let age = self.now().millis_since(challenge.at);
        if !(-MOST_AHEAD..=PROBE_MILLIS).contains(&age) {
            return Err(refused("the challenge is too old"));
        }
        self.check_answer(&challenge.own_subject(), answer)
    }

    fn check_answer(&self, subject: &Sm3Digest, answer: &Hex32) -> Result<(), Problem> {
        let secret = self.probe_key.secret(subject)?;
        if is_probe_answer(answer, &secret, subject) {
            Ok(())
        } else {
            Err(refused("another answer was due; a challenge ends when custody is started anew"))
        }
    }

    /// Has a device unwrap and answer a challenge to the certificate of one of its keys.
    pub(super) fn prove_device(
        &self,
        device: &Device,
        key: &KeyName,
        certificate: &Certificate,
    ) -> Result<(), Problem> {
        let failed = |why: &dyn core::fmt::Display| {
            Problem::fault(&format!("the proof that {} holds {key}", device.name), &why.to_string())
        };
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce).map_err(|error| failed(&error))?;
        let digest = certificate.digest();
        let parts: [&[u8]; 3] = [device.name.as_bytes(), digest.as_bytes(), &nonce];
        let subject = labelled_sm3("bidroom/probe/v1/device", &parts);
        let secret = self.probe_key.secret(&subject)?;
        let package = seal_probe(&secret, &subject, certificate).map_err(|error| failed(&error))?;
        let answer = answer_probe(&package, &subject, certificate, &KeyInDevice { device, key })
            .map_err(|error| failed(&error))?;
        self.check_answer(&subject, &answer).map_err(|error| failed(&error))
    }
}
