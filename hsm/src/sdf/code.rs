//! Return codes of GM/T 0018 (annex A) by name.

use crate::error::Fault;

const BASE: u32 = 0x0100_0000;
/// Names of BASE + 1 and so on.
const NAMES: [&str; 30] = [
    "SDR_UNKNOWERR",
    "SDR_NOTSUPPORT",
    "SDR_COMMFAIL",
    "SDR_HARDFAIL",
    "SDR_OPENDEVICE",
    "SDR_OPENSESSION",
    "SDR_PARDENY",
    "SDR_KEYNOTEXIST",
    "SDR_ALGNOTSUPPORT",
    "SDR_ALGMODNOTSUPPORT",
    "SDR_PKOPERR",
    "SDR_SKOPERR",
    "SDR_SIGNERR",
    "SDR_VERIFYERR",
    "SDR_SYMOPERR",
    "SDR_STEPERR",
    "SDR_FILESIZEERR",
    "SDR_FILENOEXIST",
    "SDR_FILEOFSERR",
    "SDR_KEYTYPEERR",
    "SDR_KEYERR",
    "SDR_ENCDATAERR",
    "SDR_RANDERR",
    "SDR_PRKRERR",
    "SDR_MACERR",
    "SDR_FILEEXISTS",
    "SDR_FILEWERR",
    "SDR_NOBUFFER",
    "SDR_INARGERR",
    "SDR_OUTARGERR",
];

const NOT_SUPPORTED: u32 = BASE + 0x02;
const COMMUNICATION: u32 = BASE + 0x03;
const HARDWARE: u32 = BASE + 0x04;
const OPEN_DEVICE: u32 = BASE + 0x05;
const OPEN_SESSION: u32 = BASE + 0x06;
const DENIED: u32 = BASE + 0x07;
const NO_KEY: u32 = BASE + 0x08;
const PUBLIC_OPERATION: u32 = BASE + 0x0B;
const PRIVATE_OPERATION: u32 = BASE + 0x0C;
const SYMMETRIC: u32 = BASE + 0x0F;
const KEY_TYPE: u32 = BASE + 0x14;
const ENCRYPTED_DATA: u32 = BASE + 0x16;
const KEY_ACCESS: u32 = BASE + 0x18;
const MAC: u32 = BASE + 0x19;

/// What a function answered that is not SDR_OK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) function: &'static str,
    pub(super) number: u32,
}

impl Code {
    /// Whether device or session are gone, so that opening them again may help.
    pub(super) const fn is_loss(self) -> bool {
        matches!(self.number, COMMUNICATION | HARDWARE | OPEN_DEVICE | OPEN_SESSION)
    }

    /// Whether the password for a private key is wrong or missing.
    pub(super) const fn is_denial(self) -> bool {
        matches!(self.number, DENIED | KEY_ACCESS)
    }

    /// Whether there is no key at this index. Devices do not agree on the code.
    pub(super) const fn is_no_key(self) -> bool {
        matches!(self.number, NO_KEY | KEY_TYPE)
    }

    /// Whether the device says that a ciphertext is not for its key. Devices do not agree on the code.
    pub(super) const fn is_rejection(self) -> bool {
        matches!(self.number, PUBLIC_OPERATION | PRIVATE_OPERATION | SYMMETRIC | ENCRYPTED_DATA | MAC)
    }

    pub(super) const fn is_not_supported(self) -> bool {
        self.number == NOT_SUPPORTED
    }

    fn name(self) -> Option<&'static str> {
        let at = self.number.checked_sub(BASE)?.checked_sub(1)?;
        NAMES.get(usize::try_from(at).ok()?).copied()
    }
}

impl From<Code> for Fault {
    fn from(code: Code) -> Self {
        let number = format!("0x{:08X}", code.number);
        let text = code.name().map_or(number.clone(), |name| format!("{name} ({number})"));
        Self::Sdf { function: code.function, code: text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(number: u32, expect: &str) {
        let fault = Fault::from(Code { function: "SDF_OpenSession", number });
        assert_eq!(fault.to_string(), format!("SDF_OpenSession returned {expect}"));
    }

    #[test]
    fn codes_are_named_as_in_the_specification() {
        check(0x0100_0001, "SDR_UNKNOWERR (0x01000001)");
        check(0x0100_0003, "SDR_COMMFAIL (0x01000003)");
        check(0x0100_0018, "SDR_PRKRERR (0x01000018)");
        check(0x0100_001E, "SDR_OUTARGERR (0x0100001E)");
        check(0x0100_001F, "0x0100001F");
        check(0x0200_0001, "0x02000001");
        check(7, "0x00000007");
    }
}
