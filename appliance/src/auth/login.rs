//! From a signed challenge to a token.

use std::sync::Arc;

use bidroom_domain::{At, SessionId};
use bidroom_envelope::suite::pki::{Certificate, CertificateRefusal, Usage, verify_chain};
use bidroom_lock::{SignedStatement, Statement, StatementError, StatementKind};
use bidroom_wire::Challenge;
use zeroize::Zeroizing;

use super::challenge::{CHALLENGE_MILLIS, ChallengeRefusal, Challenges};
use super::token::{Caller, Tokens};
use crate::app::App;

/// Why somebody is not logged in. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum LoginRefusal {
    /// The statement cannot be read, or its signature does not fit.
    #[error("the login statement: {0}")]
    Statement(#[from] StatementError),
    /// Made for another room.
    #[error("the statement is for room {named}, this is {this}")]
    OtherRoom {
        /// The room it names.
        named: String,
        /// This room.
        this: String,
    },
    /// The challenge does not count.
    #[error("{0}")]
    Challenge(ChallengeRefusal),
    /// Too many logins of one certificate.
    #[error("too many logins of one certificate")]
    TooMany,
    /// A certificate that is known, or of an accepted CA, and not valid.
    #[error(transparent)]
    Certificate(CertificateRefusal),
    /// Neither a member of staff of any session nor of a CA that any session accepts.
    #[error("nobody here knows the certificate of {holder}, issued by {issuer}")]
    Unknown {
        /// Whose it is.
        holder: String,
        /// Who issued it.
        issuer: String,
    },
}

impl From<ChallengeRefusal> for LoginRefusal {
    fn from(no: ChallengeRefusal) -> Self {
        match no {
            ChallengeRefusal::TooMany => Self::TooMany,
            other => Self::Challenge(other),
        }
    }
}

/// Whose certificates may log in.
#[derive(Debug, Clone, Default)]
pub struct Anchors {
    /// Certificates that are known themselves: importers, staff and officers.
    pub known: Vec<Certificate>,
    /// Accepted CAs of all sessions.
    pub authorities: Vec<Certificate>,
}

impl Anchors {
    /// All that `app` knows of now.
    pub fn of(app: &App) -> Self {
        let mut anchors = Self { known: app.importers.clone(), authorities: Vec::new() };
        for (session, _) in app.rooms.list() {
            anchors.add_session(app, &session);
        }
        anchors
    }

    fn add_session(&mut self, app: &App, session: &SessionId) {
        let Some(prepared) = app.tenders.get(session) else { return };
        for root in prepared.roots() {
            if !self.authorities.contains(&root) {
                self.authorities.push(root);
            }
        }
        let lot = &prepared.lot;
        let named = |digest| {
            lot.staff.iter().any(|staff| staff.certificate == digest)
                || lot.officers.iter().any(|officer| officer.certificate == digest)
        };
        // The package was checked when it was imported: what cannot be read now names nobody.
        let certificates = prepared.package.value().certificates_by_digest().unwrap_or_default();
        for (digest, certificate) in certificates {
            if named(digest) && !self.known.contains(&certificate) {
                self.known.push(certificate);
            }
        }
    }

    fn check(&self, certificate: &Certificate, at: At) -> Result<(), LoginRefusal> {
        if self.known.contains(certificate) {
            let anchor = std::slice::from_ref(certificate);
            return verify_chain(certificate, &[], anchor, at.0, Usage::Sign)
                .map_err(LoginRefusal::Certificate);
        }
        verify_chain(certificate, &[], &self.authorities, at.0, Usage::Sign).map_err(
            |refusal| match refusal {
                CertificateRefusal::UnknownIssuer { .. } => LoginRefusal::Unknown {
                    holder: certificate.holder().to_owned(),
                    issuer: certificate.issuer().to_string(),
                },
                other => LoginRefusal::Certificate(other),
            },
        )
    }
}

/// Challenges and tokens of the room.
#[derive(Debug, Default)]
pub struct Logins {
    challenges: Challenges,
    tokens: Tokens,
}

impl Logins {
    /// A challenge for whoever asks.
    pub fn challenge(&self, room: &str, now: At) -> Challenge {
        Challenge {
            challenge: self.challenges.issue(now),
            room: room.to_owned(),
            at: now,
            expires: now.plus_millis(CHALLENGE_MILLIS),
        }
    }

    /// Checks a signed login statement and gives a token for it. Takes a few milliseconds of a processor.
    ///
    /// # Errors
    /// [`LoginRefusal`].
    pub fn log_in(
        &self,
        statement: &[u8],
        room: &str,
        anchors: &Anchors,
        now: At,
    ) -> Result<(Zeroizing<String>, At, Arc<Caller>), LoginRefusal> {
        let signed = SignedStatement::verify(statement, StatementKind::Login)?;
        let Statement::Login { room: named, challenge, .. } = signed.statement() else {
            // `verify` answers the kind it was asked for.
            return Err(LoginRefusal::Challenge(ChallengeRefusal::Unknown));
        };
        if named != room {
            return Err(LoginRefusal::OtherRoom { named: named.clone(), this: room.to_owned() });
        }
        self.challenges.check(challenge, now)?;
        anchors.check(signed.certificate(), now)?;
        let caller = Caller::new(signed.certificate().clone());
        self.challenges.consume(challenge, caller.digest, now)?;
        let (token, expires) = self.tokens.give(caller.clone(), now);
        Ok((token, expires, Arc::new(caller)))
    }

    /// Whose token it is, if it is good at `now` and its certificate is still valid.
    pub fn holder(&self, token: &str, now: At) -> Option<Arc<Caller>> {
        let in_time = |caller: &Arc<Caller>| now.0 <= caller.certificate.not_after().saturating_add(999);
        self.tokens.holder(token, now).filter(in_time)
    }

    /// Ends a token.
    pub fn log_out(&self, token: &str) {
        self.tokens.end(token);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, NOW, ROOM, authority, certificate, key};
    use super::*;

    fn statement(challenge: &Challenge, number: u8) -> Vec<u8> {
        let statement = Statement::Login {
            room: challenge.room.clone(),
            challenge: challenge.challenge,
            at: challenge.at.0,
        };
        SignedStatement::sign(&statement, &certificate(number), &key(number)).unwrap().der().to_vec()
    }

    fn anchors() -> Anchors {
        Anchors { known: vec![certificate(7)], authorities: vec![authority()] }
    }

    #[test]
    fn a_signed_challenge_gives_a_token_once() {
        let logins = Logins::default();
        let challenge = logins.challenge(ROOM, NOW);
        let der = statement(&challenge, 1);
        let (token, expires, caller) = logins.log_in(&der, ROOM, &anchors(), NOW).unwrap();
        assert_eq!(caller.certificate, certificate(1));
        assert!(logins.holder(&token, NOW).is_some());
        assert!(logins.holder(&token, expires).is_none());
        let again = logins.log_in(&der, ROOM, &anchors(), NOW);
        assert!(matches!(again, Err(LoginRefusal::Challenge(ChallengeRefusal::Used))), "{again:?}");
    }

    #[track_caller]
    fn refused(der: &[u8], room: &str, anchors: &Anchors, logins: &Logins, at: At, expect: &str) {
        let no = logins.log_in(der, room, anchors, at).expect_err("must be refused");
        assert_eq!(no.code(), expect, "{no}");
        let sentence = no.sentence();
        assert!(!sentence.zh.title.is_empty() && !sentence.en.body.is_empty());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let logins = Logins::default();
        let challenge = logins.challenge(ROOM, NOW);
        let der = statement(&challenge, 1);
        refused(&der, "other", &anchors(), &logins, NOW, "other_room");
        let late = NOW.plus_millis(CHALLENGE_MILLIS + 1);
        refused(&der, ROOM, &anchors(), &logins, late, "challenge_expired");
        refused(&der, ROOM, &anchors(), &Logins::default(), NOW, "challenge_unknown");
        refused(&der, ROOM, &Anchors::default(), &logins, NOW, "unknown_certificate");
        refused(&der[1..], ROOM, &anchors(), &logins, NOW, "statement_malformed");
        refused(b"", ROOM, &anchors(), &logins, NOW, "statement_malformed");
        let mut changed = der.clone();
        *changed.last_mut().unwrap() ^= 1;
        refused(&changed, ROOM, &anchors(), &logins, NOW, "statement_malformed");
        let other =
            SignedStatement::sign(&Statement::SignIn { session: "T-1-1".into() }, &certificate(1), &key(1));
        refused(other.unwrap().der(), ROOM, &anchors(), &logins, NOW, "statement_malformed");

        let expired = At(certificate(1).not_after() + 1000);
        let late = logins.challenge(ROOM, expired);
        refused(&statement(&late, 1), ROOM, &anchors(), &logins, expired, "certificate_expired");
        refused(&statement(&late, 7), ROOM, &anchors(), &logins, expired, "certificate_expired");
        let foreign = testing::foreign_certificate();
        let statement = Statement::Login { room: ROOM.into(), challenge: challenge.challenge, at: 0 };
        let foreign = SignedStatement::sign(&statement, &foreign, &key(9)).unwrap();
        refused(foreign.der(), ROOM, &anchors(), &logins, NOW, "unknown_certificate");
    }
}
