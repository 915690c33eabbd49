//! Whether a bid opted for the remedy key: its bidder dealt the lock share to the trustees that the package names.

use bidroom_canon::Sm3Digest;
use bidroom_domain::EnvelopeIndex;
use bidroom_domain::LotFacts;
use bidroom_envelope::bid::header::Header;
use bidroom_envelope::bid::package::Purpose;

use crate::Objection;
use crate::objection::same;

/// SM3 of the encryption certificates of a lot's trustees, as a bid lists recipients: ascending. None where the tender
/// document declares no remedy key.
pub fn trustee_recipients(lot: &LotFacts) -> Option<Vec<Sm3Digest>> {
    let key = lot.policy.declared_remedy_key()?;
    let mut recipients: Vec<_> = key.trustees.iter().map(|it| it.encryption_certificate).collect();
    recipients.sort();
    Some(recipients)
}

/// Whether a bid's envelope has a part for each trustee, and for nobody else.
///
/// # Errors
/// [`Objection::Disagrees`].
pub fn check_opted(header: &Header, lot: &LotFacts, envelope: u32) -> Result<(), Objection> {
    let unreadable = |why: String| Objection::Unreadable { what: "remedy", why };
    let declared =
        trustee_recipients(lot).ok_or_else(|| unreadable("the tender declares no remedy key".to_owned()))?;
    let envelope = EnvelopeIndex::try_from(envelope).map_err(|error| unreadable(error.to_string()))?;
    let sealed = header.packages().value().recipients(envelope, Purpose::Remedy);
    same("trustees", sealed.as_slice(), declared.as_slice())
}
