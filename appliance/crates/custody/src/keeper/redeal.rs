//! Dealing the officers' key again to other officers, before the deadline.
//!
//! M of the officers hand in their parts, enveloped to the opening keys, each with a signed statement that names all
//! officers as they will be. Custody joins the parts in its own memory, deals the same key with a new polynomial, and
//! erases key and parts; what was enveloped to the key stays good, and parts of the dealing before do not fit the new one.

use std::collections::BTreeMap;
use std::sync::Arc;

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::EnvelopeIndex;
use bidroom_domain::opening::{OfficersRedealt, Phase, ReplacementAgreed};
use bidroom_domain::{At, Officer, SessionId};
use bidroom_envelope::bid::package::Purpose;
use bidroom_envelope::officers::{Deal, DealScope, combine, deal_again};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_hsm::Role;
use bidroom_tender::{Redeal, RedealFormat, SignedDocument, certificates_by_digest, check_new_officers};
use bidroom_trust::Judge;
use rand_core::UnwrapErr;

use super::docket::{Docket, Folded};
use super::judge::Bundle;
use super::shares::{Handed, deal_of, published};
use super::{Keeper, lock};
use crate::devices::lot_key;
use crate::protocol::{Answer, Evidence, Problem, Redealt};

/// A dealing that was made and is not in the log yet.
pub(super) struct MadeRedeal {
    pub(super) document: Arc<SignedDocument<Redeal>>,
    pub(super) event: OfficersRedealt,
}

fn objection(why: &impl core::fmt::Display) -> Problem {
    Problem::Objection { why: why.to_string() }
}

/// Certificates of officers by SM3: those that the tender package names, and those of officers who came later.
struct Known {
    named: BTreeMap<Sm3Digest, Certificate>,
    later: BTreeMap<Sm3Digest, Certificate>,
}

impl Known {
    /// Of these officers; what the package does not name is among the evidence.
    fn of(docket: &Docket, officers: &[Officer], evidence: &Bundle<'_>) -> Result<Self, Problem> {
        let package = docket.documents.package.value();
        let named = package.certificates_by_digest().map_err(|error| objection(&error))?;
        let wanted =
            officers.iter().flat_map(|officer| [officer.certificate, officer.encryption_certificate]);
        let wanted = wanted.filter(|digest| !named.contains_key(digest));
        let later = wanted.map(|digest| Ok(Base64Bytes(evidence.certificate(&digest)?.to_vec())));
        let later = later.collect::<Result<Vec<_>, Problem>>()?;
        let later = certificates_by_digest(&later).map_err(|error| objection(&error))?;
        Ok(Self { named, later })
    }

    fn find(&self, digest: &Sm3Digest) -> Option<&Certificate> {
        self.named.get(digest).or_else(|| self.later.get(digest))
    }

    fn check(&self, judge: &Judge, officers: &[Officer], at: At) -> Result<(), Problem> {
        check_new_officers(officers, &self.named, &self.later, judge, at).map_err(|error| objection(&error))
    }
}

impl Keeper {
    /// Whether an officer's agreement to a replacement may stand: its part fits, and new officers' certificates count.
    pub(super) fn check_agreement(
        &self,
        docket: &Docket,
        log: &Folded,
        agreed: &ReplacementAgreed,
        from: &Sm3Digest,
        evidence: &Bundle<'_>,
        at: At,
    ) -> Result<(), Problem> {
        let deal = deal_of(log)?;
        if deal.digest().0 != *from {
            return Err(objection(&"the statement is of another dealing of the officers' key"));
        }
        Known::of(docket, &agreed.officers, evidence)?.check(&self.judge_of(docket), &agreed.officers, at)?;
        let handed = Handed {
            index: agreed.index,
            statement: &agreed.statement,
            sent: &agreed.packages,
            purpose: Purpose::Redeal,
            attempt: agreed.version,
        };
        self.check_part(docket, log, &handed, evidence)
    }

    /// Deals the officers' key again. The scalar lives in this call alone.
    pub(super) fn redeal(
        &self,
        session: &SessionId,
        at: At,
        evidence: &[Evidence],
    ) -> Result<Answer, Problem> {
        self.is_now(at)?;
        let docket = self.docket(session)?;
        let mut docket = lock(&docket);
        let state = &docket.settled.state;
        self.time_stands(&docket, state)?;
        if docket.is_reading() || state.phase != Phase::Receive || self.now() >= docket.documents.lot.deadline
        {
            return Err(Problem::Phase { what: "dealing the officers' key again".to_owned() });
        }
        let (made, dealt) = self.dealt_again(&docket, at, &Bundle::of(evidence))?;
        let answer = Redealt {
            redeal: Base64Bytes(made.document.der().to_vec()),
            event: made.event.clone(),
            dealt: dealt.into_iter().map(Base64Bytes).collect(),
        };
        docket.made_redeal = Some(Arc::new(made));
        Ok(Answer::Redealt(Box::new(answer)))
    }

    fn dealt_again(
        &self,
        docket: &Docket,
        at: At,
        evidence: &Bundle<'_>,
    ) -> Result<(MadeRedeal, Vec<Vec<u8>>), Problem> {
        let (log, lot) = (&docket.settled, &docket.documents.lot);
        let due = log.state.due_replacement();
        let (officers, agreed) =
            due.ok_or_else(|| objection(&"not enough officers agreed to one replacement"))?;
        let known = Known::of(docket, officers, evidence)?;
        known.check(&self.judge_of(docket), officers, at)?;
        let locks = officers.iter().map(|officer| known.find(&officer.encryption_certificate).cloned());
        let locks = locks.collect::<Option<Vec<_>>>();
        let locks = locks.ok_or_else(|| objection(&"a certificate is missing"))?;

        let published = published(log)?;
        let before: &Deal = deal_of(log)?;
        let version = log.state.dealing.saturating_add(1);
        let key = lot_key(lot, Role::Opening)?;
        let mut parts = Vec::new();
        for index in &agreed {
            let statement = log.state.agreements.get(index).map(|agreement| agreement.statement);
            let statement = statement.ok_or_else(|| objection(&"an agreement is missing"))?;
            let packages = evidence.officer_packages(&statement, published.opening.len())?;
            let opening = &published.opening;
            let part =
                self.officer_part(before, *index, &packages, opening, &key, (Purpose::Redeal, version))?;
            parts.push(part.map_err(|why| objection(&format!("officer {index}: {why}")))?);
        }
        let joined = combine(before, &parts).map_err(|error| objection(&error))?;
        drop(parts);
        let failed = |error: &dyn core::fmt::Display| {
            Problem::fault("dealing the officers' key again", &error.to_string())
        };
        let scope = DealScope { tender: lot.tender.clone(), lot: lot.lot, envelope: EnvelopeIndex::FIRST };
        let dealing =
            deal_again(&joined, scope, before.threshold(), &locks, &mut UnwrapErr(getrandom::SysRng))
                .map_err(|error| failed(&error))?;
        drop(joined);

        let redeal = Redeal {
            format: RedealFormat::V1,
            session: docket.session.clone(),
            publication: published.document.digest(),
            version,
            from: before.digest().0,
            deal: dealing.deal,
            officers: officers.to_vec(),
            certificates: known.later.values().map(|it| Base64Bytes(it.der().to_vec())).collect(),
        };
        let document = self.voice.document(&redeal)?;
        let event = OfficersRedealt {
            version,
            redeal: document.digest(),
            from: redeal.from,
            deal: redeal.deal.digest().0,
            agreed,
            officers: redeal.officers,
        };
        Ok((MadeRedeal { document: Arc::new(document), event }, dealing.packages))
    }
}
