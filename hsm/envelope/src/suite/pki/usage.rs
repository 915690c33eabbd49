//! What a certificate's key may be used for.
//!
//! Owns the key-usage bits of RFC 5280 section 4.2.1.3 and the three uses made of them here.

use core::fmt;

/// The use that a checker asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// Verifying signatures over documents: digitalSignature or nonRepudiation.
    Sign,
    /// Enveloping to the holder: keyEncipherment, dataEncipherment or keyAgreement.
    Encrypt,
    /// Issuing certificates: keyCertSign, with basicConstraints saying CA.
    Issue,
}

impl Usage {
    /// The bits of which at least one must be set.
    const fn bits(self) -> u16 {
        match self {
            Self::Sign => KeyUsage::DIGITAL_SIGNATURE | KeyUsage::NON_REPUDIATION,
            Self::Encrypt => {
                KeyUsage::KEY_ENCIPHERMENT | KeyUsage::DATA_ENCIPHERMENT | KeyUsage::KEY_AGREEMENT
            }
            Self::Issue => KeyUsage::KEY_CERT_SIGN,
        }
    }
}

/// The set of key-usage bits; bit 0 of the standard is the least significant here.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyUsage(u16);

impl KeyUsage {
    const DIGITAL_SIGNATURE: u16 = 1;
    const NON_REPUDIATION: u16 = 1 << 1;
    const KEY_ENCIPHERMENT: u16 = 1 << 2;
    const DATA_ENCIPHERMENT: u16 = 1 << 3;
    const KEY_AGREEMENT: u16 = 1 << 4;
    const KEY_CERT_SIGN: u16 = 1 << 5;
    const CRL_SIGN: u16 = 1 << 6;

    const NAMES: [&'static str; 9] = [
        "digitalSignature",
        "nonRepudiation",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
        "keyCertSign",
        "cRLSign",
        "encipherOnly",
        "decipherOnly",
    ];

    /// Of a signing certificate: digitalSignature and nonRepudiation.
    pub const SIGNING: Self = Self(Self::DIGITAL_SIGNATURE | Self::NON_REPUDIATION);
    /// Of an encryption certificate: keyEncipherment, dataEncipherment and keyAgreement.
    pub const ENCRYPTION: Self = Self(Self::KEY_ENCIPHERMENT | Self::DATA_ENCIPHERMENT | Self::KEY_AGREEMENT);
    /// Of a certificate authority: keyCertSign and cRLSign.
    pub const AUTHORITY: Self = Self(Self::KEY_CERT_SIGN | Self::CRL_SIGN);

    /// The set of one bit, by its name in the standard.
    pub fn named(name: &str) -> Option<Self> {
        (0_u16..).zip(Self::NAMES).find(|(_, known)| *known == name).map(|(bit, _)| Self(1 << bit))
    }

    /// The bits of this set that are not in `other`.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The bits of both sets.
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether no bit is set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether revocation lists may be signed.
    pub const fn signs_lists(self) -> bool {
        self.0 & Self::CRL_SIGN != 0
    }

    /// Whether the set is good for `usage`.
    pub const fn allows(self, usage: Usage) -> bool {
        self.0 & usage.bits() != 0
    }

    /// From the content of a DER BIT STRING: the number of unused bits, then the bits, the first one highest.
    pub(super) fn from_bit_string(content: &[u8]) -> Option<Self> {
        let (unused, bits) = content.split_first()?;
        if *unused > 7 || bits.len() > 2 || (bits.is_empty() && *unused != 0) {
            return None;
        }
        let first = bits.first().map_or(0, |byte| byte.reverse_bits());
        let second = bits.get(1).map_or(0, |byte| byte.reverse_bits());
        Some(Self(u16::from_le_bytes([first, second])))
    }

    /// The content of the BIT STRING, without trailing zero bits as DER asks.
    pub(super) fn to_bit_string(self) -> Vec<u8> {
        let [first, second] = self.0.to_le_bytes().map(u8::reverse_bits);
        match (first, second) {
            (0, 0) => vec![0],
            (first, 0) => vec![unused(first), first],
            (first, second) => vec![unused(second), first, second],
        }
    }
}

fn unused(byte: u8) -> u8 {
    u8::try_from(byte.trailing_zeros()).unwrap_or(0)
}

impl fmt::Display for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut set = Self::NAMES.iter().enumerate().filter(|(bit, _)| self.0 >> bit & 1 == 1).peekable();
        if set.peek().is_none() {
            return f.write_str("none");
        }
        while let Some((_, name)) = set.next() {
            f.write_str(name)?;
            if set.peek().is_some() {
                f.write_str(", ")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(content: &[u8], names: &str) {
        let usage = KeyUsage::from_bit_string(content).unwrap();
        assert_eq!(usage.to_string(), names);
        assert_eq!(usage.to_bit_string(), content);
    }

    #[test]
    fn bits_are_named_as_in_the_standard() {
        check(&[6, 0xc0], "digitalSignature, nonRepudiation");
        check(&[3, 0x38], "keyEncipherment, dataEncipherment, keyAgreement");
        check(&[1, 0x06], "keyCertSign, cRLSign");
        check(&[7, 0x00, 0x80], "decipherOnly");
        check(&[0], "none");
        assert_eq!(KeyUsage::SIGNING.to_bit_string(), [6, 0xc0]);
        assert_eq!(KeyUsage::from_bit_string(&[8, 0]), None);
        assert_eq!(KeyUsage::from_bit_string(&[1]), None);
        assert_eq!(KeyUsage::from_bit_string(&[]), None);
        assert_eq!(KeyUsage::from_bit_string(&[0, 1, 2, 3]), None);
        assert_eq!(KeyUsage::named("cRLSign"), Some(KeyUsage::AUTHORITY.without(KeyUsage(1 << 5))));
        assert_eq!(KeyUsage::named("sign"), None);
        assert!(KeyUsage::AUTHORITY.signs_lists() && !KeyUsage::SIGNING.signs_lists());
        assert!(KeyUsage::SIGNING.without(KeyUsage::SIGNING.with(KeyUsage::AUTHORITY)).is_empty());
    }
}
