//! The room's voice, as the server uses it: who the room is, its time, its acknowledgements.
//!
//! **Architecture invariant.** No private key is here; each signature is a question to custody, which judges it.

use std::sync::Arc;

use bidroom_custody::{Custodian, Problem};
use bidroom_domain::At;
use bidroom_envelope::suite::pki::Certificate;
use bidroom_ledger::checkpoint::RoomKeys;
use bidroom_tender::RoomIdentity;
use bidroom_wire::promise::RoomStatement;
use bidroom_wire::{ClockQuality, SignedClock};

use crate::error::{Fault, fault};

/// Speaks as the room.
#[derive(Clone)]
pub struct Signer {
    custodian: Custodian,
    identity: Arc<RoomIdentity>,
    certificate: Certificate,
}

impl Signer {
    /// Asks custody who the room is.
    ///
    /// # Errors
    /// A [`Fault`] of custody.
    pub fn open(custodian: Custodian) -> Result<Self, Fault> {
        let identity = custodian.identity()?;
        let certificate = Certificate::from_der(&identity.certificate.0)
            .map_err(|error| fault("the room's identity", &error))?;
        Ok(Self { custodian, identity: Arc::new(identity), certificate })
    }

    /// Custody itself.
    pub const fn custodian(&self) -> &Custodian {
        &self.custodian
    }

    /// What a tender package says of this room.
    pub fn identity(&self) -> &RoomIdentity {
        &self.identity
    }

    /// The keys that sign checkpoints.
    pub fn keys(&self) -> &RoomKeys {
        &self.identity.keys
    }

    /// Certificate of the key that signs statements.
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Signs an acknowledgement (DER).
    ///
    /// # Errors
    /// A [`Problem`] of custody.
    pub fn say(&self, statement: RoomStatement) -> Result<Vec<u8>, Problem> {
        self.custodian.say(statement)
    }

    /// The room's time, signed.
    ///
    /// # Errors
    /// A [`Problem`] of custody.
    pub fn clock(&self, at: At, quality: ClockQuality) -> Result<SignedClock, Problem> {
        self.custodian.clock(at, quality)
    }
}
