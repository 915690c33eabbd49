//! Certificates, lists and answers made with other tools (`tests/vectors/pki`).

use super::{Crl, OcspResponse, X509};

/// 2026-06-02T00:00:00Z, while lists and answers are fresh.
pub(super) const FRESH: i64 = 1_780_358_400_000;
/// 2026-03-01T00:00:00Z, when what is revoked was.
pub(super) const REVOKED: i64 = 1_772_323_200_000;

pub(super) fn file(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/pki/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

pub(super) fn certificate(name: &str) -> X509 {
    X509::from_pem(&String::from_utf8(file(&format!("{name}.pem"))).unwrap()).unwrap()
}

pub(super) fn crl(name: &str) -> Crl {
    Crl::from_der(&file(&format!("{name}.crl"))).unwrap()
}

pub(super) fn ocsp(name: &str) -> OcspResponse {
    OcspResponse::from_der(&file(&format!("{name}.ocsp"))).unwrap()
}
