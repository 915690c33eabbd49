//! Officers before the opening: probes, replacements, the time.

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};

use crate::{At, Officer};

/// An officer's lock opened a challenge of the room: it will open on the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficerProbed {
    /// Index of the officer's share.
    pub index: u8,
    /// The officer's name.
    pub name: String,
    /// SM3 of the encryption certificate whose key answered.
    pub lock: Sm3Digest,
    /// Last four digits of that certificate's serial.
    pub lock_tail: String,
    /// SM3 of the room's signed challenge.
    pub challenge: Sm3Digest,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// An officer gave its part of the officers' key so that it is dealt again to these officers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplacementAgreed {
    /// Index of the officer's share.
    pub index: u8,
    /// The officer's name.
    pub name: String,
    /// Last four digits of the signing certificate's serial.
    pub lock_tail: String,
    /// Version of the dealing to come.
    pub version: u32,
    /// All officers as they will be.
    pub officers: Vec<Officer>,
    /// SM3 over the packages of the part.
    pub packages: Sm3Digest,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// The officers' key was dealt again to these officers; earlier dealings are void, the public key is the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficersRedealt {
    /// Version of the dealing, from 2.
    pub version: u32,
    /// SM3 of the room's signed document.
    pub redeal: Sm3Digest,
    /// Digest of the dealing that is void now.
    pub from: Sm3Digest,
    /// Digest of the dealing that counts.
    pub deal: Sm3Digest,
    /// Officers whose parts were joined, by their former indexes.
    pub agreed: Vec<u8>,
    /// All officers from now on.
    pub officers: Vec<Officer>,
}

/// The clock of the room's machine was set: nothing is opened until enough officers have confirmed the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockSet {
    /// Number of the step, as custody counts them, from 1.
    pub step: u64,
    /// By how many milliseconds.
    pub millis: i64,
}

/// An officer compared the room's clock after it was set and confirmed the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockConfirmed {
    /// Index of the officer's share.
    pub index: u8,
    /// The officer's name.
    pub name: String,
    /// Last four digits of the signing certificate's serial.
    pub lock_tail: String,
    /// Number of the step.
    pub step: u64,
    /// The time that was confirmed.
    pub said: At,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}
