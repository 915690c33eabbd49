//! Return codes of GM/T 0016 (annex A), by name, and what each means for the holder.

use crate::error::{Call, Meaning};

/// SAR_OK.
pub(super) const OK: u64 = 0;
pub(super) const BUFFER_TOO_SMALL: u64 = 0x0A00_0020;
pub(super) const CERT_NOT_FOUND: u64 = 0x0A00_001C;
pub(super) const FILE_NOT_EXIST: u64 = 0x0A00_0031;
pub(super) const PIN_INCORRECT: u64 = 0x0A00_0024;
pub(super) const PIN_LOCKED: u64 = 0x0A00_0025;
pub(super) const PIN_INVALID: u64 = 0x0A00_0026;
pub(super) const PIN_LEN_RANGE: u64 = 0x0A00_0027;
pub(super) const PIN_NOT_SET: u64 = 0x0A00_0029;
pub(super) const NOT_SUPPORTED: u64 = 0x0A00_0003;
pub(super) const KEY_NOT_FOUND: u64 = 0x0A00_001B;
/// Codes that devices give for a ciphertext that is not theirs.
pub(super) const NOT_OPENED: [u64; 4] = [0x0A00_0011, 0x0A00_0019, 0x0A00_001A, 0x0A00_001E];

/// Every code of the specification.
const CODES: [(u64, &str, Meaning); 50] = [
    (0x0A00_0001, "SAR_FAIL", Meaning::Broken),
    (0x0A00_0002, "SAR_UNKNOWNERR", Meaning::Broken),
    (0x0A00_0003, "SAR_NOTSUPPORTYETERR", Meaning::Unsupported),
    (0x0A00_0004, "SAR_FILEERR", Meaning::Broken),
    // Handles here are always fresh from the library: one that it does not know was lost when the device was reset.
    (0x0A00_0005, "SAR_INVALIDHANDLEERR", Meaning::Removed),
    (0x0A00_0006, "SAR_INVALIDPARAMERR", Meaning::Misfit),
    (0x0A00_0007, "SAR_READFILEERR", Meaning::Broken),
    (0x0A00_0008, "SAR_WRITEFILEERR", Meaning::Broken),
    (0x0A00_0009, "SAR_NAMELENERR", Meaning::Misfit),
    (0x0A00_000A, "SAR_KEYUSAGEERR", Meaning::Misfit),
    (0x0A00_000B, "SAR_MODULUSLENERR", Meaning::Misfit),
    (0x0A00_000C, "SAR_NOTINITIALIZEERR", Meaning::Missing),
    (0x0A00_000D, "SAR_OBJERR", Meaning::Missing),
    (0x0A00_000E, "SAR_MEMORYERR", Meaning::Broken),
    (0x0A00_000F, "SAR_TIMEOUTERR", Meaning::Slow),
    (0x0A00_0010, "SAR_INDATALENERR", Meaning::Misfit),
    (0x0A00_0011, "SAR_INDATAERR", Meaning::Computation),
    (0x0A00_0012, "SAR_GENRANDERR", Meaning::Computation),
    (0x0A00_0013, "SAR_HASHOBJERR", Meaning::Computation),
    (0x0A00_0014, "SAR_HASHERR", Meaning::Computation),
    (0x0A00_0015, "SAR_GENRSAKEYERR", Meaning::Computation),
    (0x0A00_0016, "SAR_RSAMODULUSLENERR", Meaning::Misfit),
    (0x0A00_0017, "SAR_CSPIMPRTPUBKEYERR", Meaning::Misfit),
    (0x0A00_0018, "SAR_RSAENCERR", Meaning::Computation),
    (0x0A00_0019, "SAR_RSADECERR", Meaning::Computation),
    (0x0A00_001A, "SAR_HASHNOTEQUALERR", Meaning::Computation),
    (0x0A00_001B, "SAR_KEYNOTFOUNTERR", Meaning::Missing),
    (0x0A00_001C, "SAR_CERTNOTFOUNTERR", Meaning::Missing),
    (0x0A00_001D, "SAR_NOTEXPORTERR", Meaning::Misfit),
    (0x0A00_001E, "SAR_DECRYPTPADERR", Meaning::Computation),
    (0x0A00_001F, "SAR_MACLENERR", Meaning::Misfit),
    (0x0A00_0020, "SAR_BUFFER_TOO_SMALL", Meaning::Misfit),
    (0x0A00_0021, "SAR_KEYINFOTYPEERR", Meaning::Misfit),
    (0x0A00_0022, "SAR_NOT_EVENTERR", Meaning::Slow),
    (0x0A00_0023, "SAR_DEVICE_REMOVED", Meaning::Removed),
    (0x0A00_0024, "SAR_PIN_INCORRECT", Meaning::Pin),
    (0x0A00_0025, "SAR_PIN_LOCKED", Meaning::Pin),
    (0x0A00_0026, "SAR_PIN_INVALID", Meaning::Pin),
    (0x0A00_0027, "SAR_PIN_LEN_RANGE", Meaning::Pin),
    (0x0A00_0028, "SAR_USER_ALREADY_LOGGED_IN", Meaning::Busy),
    (0x0A00_0029, "SAR_USER_PIN_NOT_INITIALIZED", Meaning::Pin),
    (0x0A00_002A, "SAR_USER_TYPE_INVALID", Meaning::Misfit),
    (0x0A00_002B, "SAR_APPLICATION_NAME_INVALID", Meaning::Misfit),
    (0x0A00_002C, "SAR_APPLICATION_EXISTS", Meaning::Full),
    (0x0A00_002D, "SAR_USER_NOT_LOGGED_IN", Meaning::Pin),
    (0x0A00_002E, "SAR_APPLICATION_NOT_EXISTS", Meaning::Missing),
    (0x0A00_002F, "SAR_FILE_ALREADY_EXIST", Meaning::Full),
    (0x0A00_0030, "SAR_NO_ROOM", Meaning::Full),
    (0x0A00_0031, "SAR_FILE_NOT_EXIST", Meaning::Missing),
    (0x0A00_0032, "SAR_REACH_MAX_CONTAINER_COUNT", Meaning::Full),
];

/// What a function answered that is not SAR_OK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) function: &'static str,
    pub(super) number: u64,
}

impl Code {
    pub(super) fn meaning(self) -> Meaning {
        self.known().map_or(Meaning::Broken, |(_, meaning)| meaning)
    }

    fn known(self) -> Option<(&'static str, Meaning)> {
        let found = CODES.iter().find(|(number, _, _)| *number == self.number);
        found.map(|(_, name, meaning)| (*name, *meaning))
    }
}

impl From<Code> for Call {
    fn from(code: Code) -> Self {
        let number = format!("{:#010X}", code.number).replace("0X", "0x");
        let text = code.known().map_or(number.clone(), |(name, _)| format!("{name} ({number})"));
        Self { function: code.function.to_owned(), code: text, meaning: code.meaning() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(number: u64, expect: &str, meaning: Meaning) {
        let call = Call::from(Code { function: "SKF_VerifyPIN", number });
        assert_eq!(call.to_string(), format!("SKF_VerifyPIN returned {expect}"));
        assert_eq!(call.meaning, meaning);
    }

    #[test]
    fn codes_are_named_as_in_the_specification() {
        check(0x0A00_0024, "SAR_PIN_INCORRECT (0x0A000024)", Meaning::Pin);
        check(0x0A00_0023, "SAR_DEVICE_REMOVED (0x0A000023)", Meaning::Removed);
        check(0x0A00_0032, "SAR_REACH_MAX_CONTAINER_COUNT (0x0A000032)", Meaning::Full);
        // A vendor's own code.
        check(0x0B00_0007, "0x0B000007", Meaning::Broken);
    }

    #[test]
    fn the_table_has_every_number_once() {
        let numbers: Vec<u64> = CODES.iter().map(|(number, _, _)| *number).collect();
        let all: Vec<u64> = (0x0A00_0001..=0x0A00_0032).collect();
        assert_eq!(numbers, all);
    }
}
