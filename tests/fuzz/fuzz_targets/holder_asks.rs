//! What a page asks of keys, and what it is answered: whatever is asked, a lock to which nothing was sealed gives no share,
//! answers no probe, and signs nothing but the statement that was asked for.
#![no_main]

use std::sync::LazyLock;

use bidroom_envelope::suite::pki::{Name, Profile, Request, issue, self_sign};
use bidroom_envelope::suite::sm2::{PublicKey, SecretKey};
use bidroom_lock::{LockIdentity, LockKeys, LockKind, SignedStatement, SoftLock, StatementKind};
use bidroom_unlocking::answer;
use bidroom_wire::{Answer, Ask};
use libfuzzer_sys::fuzz_target;

/// 2026-01-01, and ten years later.
const FROM: i64 = 1_767_225_600_000;
const TO: i64 = 2_082_758_400_000;

fn request<'a>(
    subject: &'a Name,
    public_key: &'a PublicKey,
    serial: &'a [u8],
    profile: Profile,
) -> Request<'a> {
    Request { subject, public_key, serial, not_before: FROM, not_after: TO, profile }
}

static LOCK: LazyLock<SoftLock> = LazyLock::new(|| {
    let key = |seed: u8| SecretKey::from_bytes(&[seed; 32]).expect("a scalar in range");
    let authority = Name::new("演练CA", None, "演练根证书");
    let holder = Name::new("湘潭建设有限公司", Some("91430300MA4L1A2B3C"), "湘潭建设有限公司");
    let (root_key, signing, encryption) = (key(1), key(2), key(3));
    let profile = Profile::Authority { path_length: 0 };
    let root =
        self_sign(&root_key, &request(&authority, root_key.public_key(), &[1], profile)).expect("a root");
    let certified = |key: &SecretKey, serial: &[u8], profile| {
        issue(&root, &root_key, &request(&holder, key.public_key(), serial, profile)).expect("a certificate")
    };
    let certificates =
        (certified(&signing, &[2], Profile::Signing), certified(&encryption, &[3], Profile::Encryption));
    let identity = LockIdentity::new(LockKind::Main, certificates.0, certificates.1).expect("an identity");
    SoftLock::new(identity, LockKeys { signing, encryption }).expect("a lock")
});

fuzz_target!(|bytes: &[u8]| {
    if let Ok(answered) = serde_json::from_slice::<Answer>(bytes) {
        let once = serde_json::to_value(&answered).expect("what was read can be written");
        let again: Answer = serde_json::from_value(once.clone()).expect("what was written can be read");
        assert_eq!(serde_json::to_value(&again).expect("and written"), once);
    }
    let Ok(ask) = serde_json::from_slice::<Ask>(bytes) else { return };
    let expected = match &ask {
        Ask::LogIn(_) => Some(StatementKind::Login),
        Ask::SignIn { .. } => Some(StatementKind::SignIn),
        Ask::Confirm { .. } => Some(StatementKind::Confirm),
        Ask::Object { .. } => Some(StatementKind::Object),
        Ask::JudgeFate { contested: None, .. } => Some(StatementKind::AgreeFate),
        Ask::JudgeFate { contested: Some(_), .. } => Some(StatementKind::ContestFate),
        Ask::SignRecord { .. } => Some(StatementKind::SignRecord),
        Ask::Probe { .. } | Ask::HandIn { .. } | Ask::Authorise { .. } => None,
    };
    match answer(&*LOCK, &ask) {
        Ok(Answer::Said(said)) => {
            let signed = SignedStatement::verify_any(&said.statement.0).expect("what the lock signed");
            assert_eq!(Some(signed.statement().kind()), expected);
        }
        Ok(Answer::NotSealedTo(_)) => assert!(matches!(ask, Ask::HandIn { .. })),
        Ok(Answer::Probed(_) | Answer::Share(_) | Answer::Part(_)) => {
            panic!("nothing was sealed to this lock")
        }
        Err(refused) => assert!(!refused.sentence.zh.body.is_empty() && !refused.sentence.en.body.is_empty()),
    }
});
