//! From a signed challenge to a token.

use std::sync::Arc;

use bidroom_domain::{At, SessionId};
use bidroom_envelope::suite::pki::{Certificate, Usage};
use bidroom_lock::{SignedStatement, Statement, StatementError, StatementKind};
use bidroom_trust::{Judge, Refusal};
use bidroom_wire::Challenge;
use zeroize::Zeroizing;

use super::challenge::{CHALLENGE_MILLIS, ChallengeRefusal, Challenges};
use super::token::{Caller, Standing, Tokens};
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
    /// A certificate that is known, or of an accepted CA, and does not count.
    #[error(transparent)]
    Certificate(Box<Refusal>),
    /// Neither a member of staff of any session nor of a CA that any session accepts.
    #[error("nobody here knows the certificate of {holder}, issued by {issuer}")]
    Unknown {
        /// Whose it is.
        holder: String,
        /// Who issued it.
        issuer: String,
    },
}

impl From<Refusal> for LoginRefusal {
    fn from(no: Refusal) -> Self {
        match no {
            Refusal::UnknownAuthority { holder, issuer } => Self::Unknown { holder, issuer },
            other => Self::Certificate(Box::new(other)),
        }
    }
}

impl LoginRefusal {
    /// Whether something happened to a certificate that counted before.
    pub fn came_later(&self) -> bool {
        matches!(self, Self::Certificate(no) if no.came_later())
    }
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
#[derive(Debug, Clone)]
pub struct Anchors {
    /// Certificates that are known themselves: importers, staff, officers and trustees.
    pub known: Vec<Certificate>,
    /// One judge for each tender: it knows the CAs that are accepted there.
    pub judges: Vec<Judge>,
}

impl Anchors {
    /// All that `app` knows of now.
    pub fn of(app: &App) -> Self {
        let mut anchors = Self { known: app.importers.clone(), judges: Vec::new() };
        for (session, _) in app.rooms.list() {
            anchors.add_session(app, &session);
        }
        anchors
    }

    fn add_session(&mut self, app: &App, session: &SessionId) {
        let Some(prepared) = app.tenders.get(session) else { return };
        self.judges.push(app.judge(&prepared));
        let lot = &prepared.lot;
        let trustees = lot.policy.declared_remedy_key();
        let named = |digest| {
            lot.staff.iter().any(|staff| staff.certificate == digest)
                || lot.officers.iter().any(|officer| officer.certificate == digest)
                || trustees.is_some_and(|key| key.trustees.iter().any(|it| it.certificate == digest))
        };
        // The package was checked when it was imported: what cannot be read now names nobody.
        let certificates = prepared.package.value().certificates_by_digest().unwrap_or_default();
        for (digest, certificate) in certificates {
            if named(digest) && !self.known.contains(&certificate) {
                self.known.push(certificate);
            }
        }
    }

    /// Whether a certificate may log in at `at`: it is named by a package or by the configuration, or one of the
    /// tenders' judges accepts it, whoever its holder is there.
    ///
    /// # Errors
    /// [`LoginRefusal`], the one that says most.
    pub fn check(&self, certificate: &Certificate, at: At) -> Result<(), LoginRefusal> {
        if self.known.contains(certificate) {
            Judge::new(Vec::new()).named(certificate, Usage::Sign, at)?;
            return Ok(self.judges.iter().try_for_each(|judge| judge.named(certificate, Usage::Sign, at))?);
        }
        let mut nearest = None;
        for judge in &self.judges {
            match judge.person(certificate, Usage::Sign, at) {
                Ok(_) => return Ok(()),
                Err(no @ Refusal::UnknownAuthority { .. }) => nearest = nearest.or(Some(no)),
                Err(no) if matches!(nearest, None | Some(Refusal::UnknownAuthority { .. })) => {
                    nearest = Some(no);
                }
                Err(_) => {}
            }
        }
        let unknown = || Refusal::UnknownAuthority {
            holder: certificate.holder().to_owned(),
            issuer: certificate.issuer().to_string(),
        };
        Err(nearest.unwrap_or_else(unknown).into())
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

    /// Checks a signed login statement and gives a token for it. `accept` says as what a certificate may log in. Takes a
    /// few milliseconds of a processor.
    ///
    /// # Errors
    /// [`LoginRefusal`].
    pub fn log_in(
        &self,
        statement: &[u8],
        room: &str,
        accept: impl FnOnce(&Certificate) -> Result<Standing, LoginRefusal>,
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
        let standing = accept(signed.certificate())?;
        let caller = Caller::new(signed.certificate().clone(), standing);
        self.challenges.consume(challenge, caller.digest, now)?;
        let (token, expires) = self.tokens.give(caller.clone(), now);
        Ok((token, expires, Arc::new(caller)))
    }

    /// Whose token it is, if it is good at `now` and its certificate is still valid, or was let in although it is not.
    pub fn holder(&self, token: &str, now: At) -> Option<Arc<Caller>> {
        let in_time = |caller: &Arc<Caller>| {
            caller.standing == Standing::ReceivedBid
                || now.0 <= caller.certificate.not_after().saturating_add(999)
        };
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
        let root = authority().into();
        let ca = bidroom_trust::Authority { name: "云州CA".into(), root, profile: None };
        Anchors { known: vec![certificate(7)], judges: vec![Judge::new(vec![ca])] }
    }

    fn nobody() -> Anchors {
        Anchors { known: Vec::new(), judges: Vec::new() }
    }

    fn by(anchors: &Anchors, now: At) -> impl Fn(&Certificate) -> Result<Standing, LoginRefusal> {
        move |certificate| anchors.check(certificate, now).map(|()| Standing::Full)
    }

    #[test]
    fn a_signed_challenge_gives_a_token_once() {
        let logins = Logins::default();
        let challenge = logins.challenge(ROOM, NOW);
        let der = statement(&challenge, 1);
        let (token, expires, caller) = logins.log_in(&der, ROOM, by(&anchors(), NOW), NOW).unwrap();
        assert_eq!(caller.certificate, certificate(1));
        assert!(logins.holder(&token, NOW).is_some());
        assert!(logins.holder(&token, expires).is_none());
        let again = logins.log_in(&der, ROOM, by(&anchors(), NOW), NOW);
        assert!(matches!(again, Err(LoginRefusal::Challenge(ChallengeRefusal::Used))), "{again:?}");
    }

    #[track_caller]
    fn refused(der: &[u8], room: &str, anchors: &Anchors, logins: &Logins, at: At, expect: &str) {
        let no = logins.log_in(der, room, by(anchors, at), at).expect_err("must be refused");
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
        refused(&der, ROOM, &nobody(), &logins, NOW, "unknown_certificate");
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
