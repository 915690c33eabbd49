//! Dates of certificates, revocation lists and OCSP answers, as milliseconds since 1970.

use der::asn1::{GeneralizedTime, UtcTime};
use der::{DateTime, Decode as _, Encode as _, Tag};

use crate::suite::asn1::{Asn1Error, Element};

/// UTCTime or GeneralizedTime with whole seconds (RFC 5280 section 4.1.2.5).
pub(super) fn read(element: Element<'_>, what: &'static str) -> Result<i64, Asn1Error> {
    let wrong = Asn1Error(what);
    let duration = match element.tag {
        Tag::UtcTime => UtcTime::from_der(element.raw).map_err(|_| wrong)?.to_unix_duration(),
        Tag::GeneralizedTime => GeneralizedTime::from_der(element.raw).map_err(|_| wrong)?.to_unix_duration(),
        _ => return Err(wrong),
    };
    i64::try_from(duration.as_millis()).map_err(|_| wrong)
}

/// UTCTime until 2049, GeneralizedTime from 2050 on; none outside 1970 to 9999.
pub(super) fn write(at: i64) -> Option<Vec<u8>> {
    let seconds = u64::try_from(at.div_euclid(1000)).ok()?;
    let date = DateTime::from_unix_duration(core::time::Duration::from_secs(seconds)).ok()?;
    if date.year() < 2050 {
        UtcTime::from_date_time(date).and_then(|time| time.to_der()).ok()
    } else {
        GeneralizedTime::from_date_time(date).to_der().ok()
    }
}
