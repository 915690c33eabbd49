//! The trustees of a remedy key, as a package names them: pairs of certificates, of people without another role.

use std::collections::BTreeMap;

use bidroom_canon::Sm3Digest;
use bidroom_domain::{LotFacts, Trustee, check_remedy_key};
use bidroom_envelope::bid::remedy::Trustees;
use bidroom_envelope::suite::pki::{Certificate, Usage};

use crate::{PackageError, TenderPackage};

/// Certificates by SM3.
type Known = BTreeMap<Sm3Digest, Certificate>;

/// Checks what a lot says of its remedy key against the certificates of its package: each trustee has a pair of one
/// holder, carries no other credit code than the one that is declared, and is nobody of the lot's officers and staff under
/// another certificate. `agency` signs the package, where it is known.
pub(crate) fn check(lot: &LotFacts, known: &Known, agency: Option<&Certificate>) -> Result<(), String> {
    check_remedy_key(lot)?;
    let Some(key) = lot.policy.declared_remedy_key() else { return Ok(()) };
    let officers = lot.officers.iter().flat_map(|it| [it.certificate, it.encryption_certificate]);
    let staff = lot.staff.iter().map(|it| it.certificate);
    let in_the_room: Vec<&Certificate> =
        officers.chain(staff).filter_map(|digest| known.get(&digest)).chain(agency).collect();
    key.trustees.iter().try_for_each(|trustee| check_one(trustee, known, &in_the_room))
}

fn check_one(trustee: &Trustee, known: &Known, in_the_room: &[&Certificate]) -> Result<(), String> {
    let name = &trustee.name;
    let signs = known.get(&trustee.certificate).filter(|certificate| certificate.allows(Usage::Sign));
    let opens = known.get(&trustee.encryption_certificate);
    let pair = signs.zip(opens.filter(|certificate| certificate.allows(Usage::Encrypt)));
    let (signs, opens) =
        pair.ok_or_else(|| format!("trustee {name} has no certificate pair in the package"))?;
    if signs.subject() != opens.subject() {
        return Err(format!("the two certificates of trustee {name} are of different holders"));
    }
    let declared = trustee.code.as_ref();
    let carried = signs.credit_code().or(opens.credit_code());
    let fits = match (declared, carried) {
        (None, None) => true,
        (Some(declared), Some(carried)) => declared.as_str() == carried,
        // Where a code stands in a certificate is its authority's affair.
        (Some(declared), None) => signs.names_credit_code(declared.as_str()),
        (None, Some(_)) => false,
    };
    if !fits {
        return Err(format!("the credit code of trustee {name} is not the one in its certificates"));
    }
    let same = |other: &&&Certificate| {
        other.subject() == signs.subject()
            || other.public_key() == signs.public_key()
            || other.public_key() == opens.public_key()
    };
    match in_the_room.iter().find(same) {
        None => Ok(()),
        Some(_) => Err(format!("trustee {name} has a role in the room: officer, staff or agency")),
    }
}

impl TenderPackage {
    /// The trustees to whom bids of a lot deal their lock share; none where the tender document declares no remedy key.
    ///
    /// # Errors
    /// [`PackageError`].
    pub fn trustees(&self, lot: &LotFacts) -> Result<Option<Trustees>, PackageError> {
        let Some(key) = lot.policy.declared_remedy_key() else { return Ok(None) };
        let wrong = |what: String| PackageError::Contradiction(what);
        let known = self.certificates_by_digest()?;
        let certificates = key.trustees.iter().map(|trustee| {
            let certificate = known.get(&trustee.encryption_certificate).cloned();
            certificate.ok_or_else(|| wrong(format!("trustee {} has no certificate", trustee.name)))
        });
        let certificates = certificates.collect::<Result<_, _>>()?;
        Trustees::new(key.threshold.into(), certificates).map(Some).map_err(|error| wrong(error.to_string()))
    }
}
