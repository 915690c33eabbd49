//! Members of the committee who have no lock: keys that they make on the spot, for one document each.

use bidroom_canon::Base64Bytes;
use bidroom_domain::{At, SessionId};
use bidroom_lock::OneDocumentRequest;

use super::{Keeper, lock};
use crate::identity::Certified;
use crate::protocol::{Answer, Problem};

impl Keeper {
    /// Certifies a member's key for one document. That the person at the terminal is the member is the word of the host, who
    /// signed the sign-in; what was signed with the key counts only with the signature by hand.
    pub(super) fn certify_member(
        &self,
        session: &SessionId,
        at: At,
        member: u8,
        request: &OneDocumentRequest,
    ) -> Result<Answer, Problem> {
        self.is_now(at)?;
        let docket = self.docket(session)?;
        let name = {
            let docket = lock(&docket);
            let evaluation = docket.settled.state.evaluation.as_deref();
            let seated = evaluation
                .and_then(|state| state.committee.as_ref())
                .and_then(|committee| committee.members.get(&member))
                .filter(|known| known.is_member() && known.seating.is_some());
            // Whoever has a lock signs with it: no other key counts for that person.
            let person = seated.and_then(|known| known.member.as_ref());
            let person = person.filter(|person| person.certificate.is_none());
            person.map(|person| person.name.clone())
        };
        let name = name.ok_or_else(|| Problem::Objection {
            why: format!("nobody with index {member} has a seat in the committee and no lock of its own"),
        })?;
        let key = request.proven().map_err(|error| Problem::Objection { why: error.to_string() })?;
        let certified = Certified::one_document(&request.document);
        let certificate = self.voice.certify(&name, &key, certified, at)?;
        Ok(Answer::Certificate(Base64Bytes(certificate.der().to_vec())))
    }
}
