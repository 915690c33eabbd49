//! The judge: one answer for a certificate, wherever it is shown.

use std::sync::Arc;

use bidroom_domain::{At, CreditCode};
use bidroom_envelope::suite::pki::{CertificateRefusal, KeyUsage, Usage, X509, find_chain};

use crate::book::{Finding, RevocationBook};
use crate::place::{CodePlace, LockKind};
use crate::profile::{CaProfile, MissingRevocation, Removal, RevocationRule};
use crate::refusal::Refusal;
use crate::status::Revocation;

const HOUR: i64 = 3_600_000;

/// An authority that is accepted, as the signed tender package names it.
#[derive(Debug, Clone)]
pub struct Authority {
    /// Its name, as people know it.
    pub name: String,
    /// Its root in the package.
    pub root: X509,
    /// Its profile, where the package has one.
    pub profile: Option<CaProfile>,
}

/// What a room knows besides the tender package: profiles of authorities, those removed among them, and revocations.
#[derive(Debug, Clone, Default)]
pub struct Outside {
    profiles: Vec<CaProfile>,
    book: RevocationBook,
}

impl Outside {
    /// Puts both together.
    pub fn new(profiles: Vec<CaProfile>, book: RevocationBook) -> Self {
        Self { profiles, book }
    }

    /// The profiles.
    pub fn profiles(&self) -> &[CaProfile] {
        &self.profiles
    }

    /// The book.
    pub fn book(&self) -> &RevocationBook {
        &self.book
    }

    /// The profile of the authority with this root.
    fn profile_of(&self, root: &X509) -> Option<&CaProfile> {
        self.profiles.iter().find(|profile| profile.roots.contains(root))
    }
}

/// What a certificate that counts is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The authority that issued it, as people know it.
    pub authority: String,
    /// Whose it is.
    pub code: CreditCode,
    /// Main or sub lock, where the certificate says so.
    pub kind: Option<LockKind>,
    /// What is known of revocation.
    pub revocation: Revocation,
    /// What happened to it since the bid was received for which it is accepted nevertheless.
    pub despite: Option<Refusal>,
}

/// Judges certificates.
#[derive(Debug, Clone)]
pub struct Judge {
    authorities: Arc<[Authority]>,
    outside: Option<Arc<Outside>>,
}

/// An authority with the chain that leads to it, from the certificate to the root.
struct Chained<'a> {
    authority: &'a Authority,
    chain: Vec<&'a X509>,
}

impl Judge {
    /// A judge who knows the authorities of a package only, and no revocations: for the offline verifier and the
    /// bidder's tool.
    pub fn new(authorities: Vec<Authority>) -> Self {
        Self { authorities: authorities.into(), outside: None }
    }

    /// The same with what a room knows besides.
    #[must_use]
    pub fn with(&self, outside: Arc<Outside>) -> Self {
        Self { authorities: self.authorities.clone(), outside: Some(outside) }
    }

    /// The accepted authorities.
    pub fn authorities(&self) -> &[Authority] {
        &self.authorities
    }

    /// The name of the authority that a certificate names as its issuer; whether it did issue it is not looked at.
    pub fn authority_of(&self, certificate: &X509) -> Option<&str> {
        let names = |authority: &&Authority| {
            let profile = self.profile(authority);
            let more =
                profile.into_iter().flat_map(|profile| profile.roots.iter().chain(&profile.intermediates));
            core::iter::once(&authority.root).chain(more).any(|it| it.subject() == certificate.issuer())
        };
        self.authorities.iter().find(names).map(|authority| authority.name.as_str())
    }

    /// Judges a certificate of a firm for `usage` at `at`.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn firm(&self, certificate: &X509, usage: Usage, at: At) -> Result<Accepted, Refusal> {
        let (chained, revocation) = self.counts(certificate, usage, at)?;
        let profile = self.profile(chained.authority);
        let fallback = CodePlace::default();
        let place = profile.map_or(&fallback, |profile| &profile.credit_code);
        let mut codes = place.codes(certificate).into_iter();
        let subject = || certificate.subject().to_string();
        let code = match (codes.next(), codes.next()) {
            (Some(code), None) => code,
            (None, _) => return Err(Refusal::NoCreditCode { subject: subject(), place: place.label() }),
            (Some(_), Some(_)) => {
                let codes = place.codes(certificate);
                let codes: Vec<&str> = codes.iter().map(CreditCode::as_str).collect();
                return Err(Refusal::SeveralCreditCodes { subject: subject(), codes: codes.join(", ") });
            }
        };
        let kind = profile.and_then(|profile| profile.lock_kind.as_ref()?.kind(certificate));
        let authority = chained.authority.name.clone();
        Ok(Accepted { authority, code, kind, revocation, despite: None })
    }

    /// Judges a certificate that shall act for the account `code`. Any certificate of that code will do, whichever
    /// accepted authority issued it and whether it was ever seen before.
    ///
    /// # Errors
    /// [`Refusal`]; [`Refusal::OtherHolder`] if it is a firm's, but another's.
    pub fn account(
        &self,
        certificate: &X509,
        code: &CreditCode,
        usage: Usage,
        at: At,
    ) -> Result<Accepted, Refusal> {
        let accepted = self.firm(certificate, usage, at)?;
        if accepted.code == *code {
            return Ok(accepted);
        }
        let subject = certificate.subject();
        let holder = subject.organisation().unwrap_or_else(|| certificate.holder()).to_owned();
        Err(Refusal::OtherHolder { holder, found: accepted.code, expected: code.clone() })
    }

    /// Judges the signing certificate of a consent to open a bid that the room received at `received`.
    ///
    /// A certificate that counts now will do. So does the very certificate that signed the bid (`signed_it`), if it
    /// counted when the bid was received and only something came later: it expired, was revoked, or its authority was
    /// removed. The bid was validly made, must be opened (招标投标法 36), and a lock share proves itself against the
    /// commitment in the signed bid; [`Accepted::despite`] tells the supervisor.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn of_received_bid(
        &self,
        certificate: &X509,
        code: &CreditCode,
        signed_it: bool,
        received: At,
        at: At,
    ) -> Result<Accepted, Refusal> {
        let now = match self.account(certificate, code, Usage::Sign, at) {
            Err(now) if signed_it && now.came_later() => now,
            other => return other,
        };
        if let Refusal::Revoked { at: since, .. } | Refusal::AuthorityRemoved { since, .. } = &now
            && *since <= received
        {
            return Err(now);
        }
        // What was known of revocations then is no longer here; what is known now has dates.
        let mut accepted = match self.account(certificate, code, Usage::Sign, received) {
            Err(Refusal::RevocationOutdated { .. }) => {
                Self::new(self.authorities.to_vec()).account(certificate, code, Usage::Sign, received)?
            }
            other => other?,
        };
        accepted.despite = Some(now);
        Ok(accepted)
    }

    /// Judges the two certificates of a lock.
    ///
    /// # Errors
    /// [`Refusal`]; [`Refusal::DifferentHolders`] if each counts, for another firm.
    pub fn pair(&self, signing: &X509, encryption: &X509, at: At) -> Result<Accepted, Refusal> {
        let signs = self.firm(signing, Usage::Sign, at)?;
        let decrypts = self.firm(encryption, Usage::Encrypt, at)?;
        if signs.code != decrypts.code {
            let (signing, encryption) = (signs.code, decrypts.code);
            return Err(Refusal::DifferentHolders { signing, encryption });
        }
        Ok(Accepted { revocation: signs.revocation.and(decrypts.revocation), ..signs })
    }

    /// Judges a certificate of a person: an accepted authority issued it, whoever its holder is.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn person(&self, certificate: &X509, usage: Usage, at: At) -> Result<Revocation, Refusal> {
        self.counts(certificate, usage, at).map(|(_, revocation)| revocation)
    }

    /// Judges a certificate that the signed package, or the room's configuration, names itself: its dates and its use.
    /// It needs no authority; if an accepted one issued it and has revoked it, it does not count.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn named(&self, certificate: &X509, usage: Usage, at: At) -> Result<(), Refusal> {
        find_chain(certificate, &[], core::slice::from_ref(certificate), at.0, usage)?;
        let Ok(chained) = self.chain(certificate, usage, at) else { return Ok(()) };
        match self.revocation(&chained, at) {
            Err(no @ (Refusal::Revoked { .. } | Refusal::NotIssued { .. })) => Err(no),
            _ => Ok(()),
        }
    }

    /// Everything but whose it is.
    fn counts<'a>(
        &'a self,
        certificate: &'a X509,
        usage: Usage,
        at: At,
    ) -> Result<(Chained<'a>, Revocation), Refusal> {
        let chained = self.chain(certificate, usage, at)?;
        let authority = &chained.authority.name;
        if let Some(removed) = self.removal(chained.authority, at) {
            let (authority, reason) = (authority.clone(), removed.reason.clone());
            return Err(Refusal::AuthorityRemoved { authority, since: removed.at, reason });
        }
        if let Some(profile) = self.profile(chained.authority) {
            check_usages(profile, certificate, usage, authority)?;
            check_policies(profile, certificate, authority)?;
        }
        let revocation = self.revocation(&chained, at)?;
        Ok((chained, revocation))
    }

    fn chain<'a>(&'a self, certificate: &'a X509, usage: Usage, at: At) -> Result<Chained<'a>, Refusal> {
        let mut nearest = None;
        for authority in self.authorities.iter() {
            let profile = self.profile(authority);
            let roots =
                profile.map_or(core::slice::from_ref(&authority.root), |profile| profile.roots.as_slice());
            let between = profile.map_or(&[][..], |profile| profile.intermediates.as_slice());
            match find_chain(certificate, between, roots, at.0, usage) {
                Ok(chain) => return Ok(Chained { authority, chain }),
                Err(CertificateRefusal::UnknownIssuer { .. }) => {}
                Err(refusal) => nearest = nearest.or(Some(refusal)),
            }
        }
        Err(nearest.map_or_else(
            || Refusal::UnknownAuthority {
                holder: certificate.holder().to_owned(),
                issuer: certificate.issuer().to_string(),
            },
            Refusal::Certificate,
        ))
    }

    /// The profile that counts: the agency's, which stands in the signed package, before the room's own.
    fn profile<'a>(&'a self, authority: &'a Authority) -> Option<&'a CaProfile> {
        authority.profile.as_ref().or_else(|| self.room_profile(authority))
    }

    fn room_profile(&self, authority: &Authority) -> Option<&CaProfile> {
        self.outside.as_ref()?.profile_of(&authority.root)
    }

    /// A removal counts wherever it stands: nobody can take it back for a tender.
    fn removal<'a>(&'a self, authority: &'a Authority, at: At) -> Option<&'a Removal> {
        let profiles = [authority.profile.as_ref(), self.room_profile(authority)];
        let removals = profiles.into_iter().flatten().filter_map(|profile| profile.removed.as_ref());
        removals.filter(|removed| removed.at <= at).min_by_key(|removed| removed.at)
    }

    /// Looks up every certificate of a chain but its root.
    fn revocation(&self, chained: &Chained<'_>, at: At) -> Result<Revocation, Refusal> {
        let Some(outside) = &self.outside else { return Ok(Revocation::NotAsked) };
        let authority = &chained.authority.name;
        let profile = self.room_profile(chained.authority).or(chained.authority.profile.as_ref());
        let rule = profile.map_or_else(RevocationRule::default, |profile| profile.revocation);
        let mut known: Option<Revocation> = None;
        for link in chained.chain.windows(2) {
            let [certificate, issuer] = link else { continue };
            let (subject, serial) = (certificate.subject().to_string(), certificate.serial_hex());
            let authority = authority.clone();
            let this = match outside.book.find(certificate, issuer) {
                Some(Finding::Revoked(revoked)) if revoked.at <= at.0 => {
                    let (at, reason) = (At(revoked.at), revoked.reason);
                    return Err(Refusal::Revoked { subject, serial, authority, at, reason });
                }
                Some(Finding::NotIssued) => {
                    return Err(Refusal::NotIssued { subject, serial, authority });
                }
                // Revoked since; at that time it was not.
                Some(Finding::Revoked(_)) => Revocation::Fresh { made: at },
                Some(Finding::Good { made, until }) => {
                    let old = at.0.saturating_sub(made.0)
                        > i64::from(rule.max_age_hours).saturating_mul(HOUR)
                        || until.is_some_and(|until| until < at);
                    if old { Revocation::Old { made } } else { Revocation::Fresh { made } }
                }
                None => Revocation::Unknown,
            };
            known = Some(known.map_or(this, |known| known.and(this)));
        }
        let known = known.unwrap_or(Revocation::NotAsked);
        let made = match known {
            Revocation::Old { made } => Some(made),
            Revocation::Unknown => None,
            Revocation::Fresh { .. } | Revocation::NotAsked => return Ok(known),
        };
        match rule.when_older {
            MissingRevocation::Accept => Ok(known),
            MissingRevocation::Refuse => {
                let (authority, most_hours) = (authority.clone(), rule.max_age_hours);
                Err(Refusal::RevocationOutdated { authority, made, most_hours })
            }
        }
    }
}

fn check_usages(
    profile: &CaProfile,
    certificate: &X509,
    usage: Usage,
    authority: &str,
) -> Result<(), Refusal> {
    let wanted = match usage {
        Usage::Sign => &profile.signing_usages,
        Usage::Encrypt => &profile.encryption_usages,
        Usage::Issue => return Ok(()),
    };
    let has = certificate.key_usage().unwrap_or_default();
    let wanted = wanted.iter().fold(KeyUsage::default(), |all, name| all.with(name.0));
    let missing = wanted.without(has);
    if missing.is_empty() {
        return Ok(());
    }
    Err(Refusal::MissingUsage {
        subject: certificate.subject().to_string(),
        authority: authority.to_owned(),
        usage,
        missing: missing.to_string(),
    })
}

fn check_policies(profile: &CaProfile, certificate: &X509, authority: &str) -> Result<(), Refusal> {
    let has = certificate.policies();
    if profile.policies.is_empty() || profile.policies.iter().any(|wanted| has.contains(&wanted.0)) {
        return Ok(());
    }
    let list = |oids: &mut dyn Iterator<Item = String>| oids.collect::<Vec<_>>().join(", ");
    Err(Refusal::Policy {
        subject: certificate.subject().to_string(),
        authority: authority.to_owned(),
        wanted: list(&mut profile.policies.iter().map(|oid| oid.to_string())),
        has: if has.is_empty() {
            "none".to_owned()
        } else {
            list(&mut has.iter().map(|oid| oid.to_string()))
        },
    })
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
