//! The drill's soft lock in a browser. A module of its own, which a page fetches when a lock file is opened: keys,
//! password derivation and ciphers weigh nothing where nobody uses a lock.
//!
//! Values cross the border as canonical JSON: [`Ask`] in, [`Answer`] or [`PresentLock`] out, [`ApiError`] as the
//! exception. Must not know: sockets, what the page shows. Keys never cross.
//!
//! [`Answer`]: bidroom_wire::Answer
//! [`PresentLock`]: bidroom_wire::PresentLock

use std::cell::RefCell;

use bidroom_canon::{from_json, to_canonical};
use bidroom_lock::{LockError, SoftLock};
use bidroom_unlocking::{answer, present};
use bidroom_wire::text::Sentence;
use bidroom_wire::{ApiError, Ask, ErrorKind};
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

thread_local! {
    /// The page's open lock; its keys are erased when another takes its place or it is closed.
    static LOCK: RefCell<Option<SoftLock>> = const { RefCell::new(None) };
}

/// Opens a lock file and keeps the lock; the answer is a `PresentLock`.
///
/// # Errors
/// An `ApiError`: `wrong_password`, `bad_lock_file`. A lock that was open stays open.
#[wasm_bindgen]
pub fn open(file: &[u8], password: String) -> Result<String, JsValue> {
    thrown(open_file(file, &Zeroizing::new(password)))
}

/// Does one act with the open lock: an `Ask`, answered by an `Answer`.
///
/// # Errors
/// An `ApiError`; then nothing was signed and nothing left the lock.
#[wasm_bindgen]
pub fn ask(request: &str) -> Result<String, JsValue> {
    thrown(act(request))
}

/// Forgets the open lock.
#[wasm_bindgen]
pub fn close() {
    LOCK.set(None);
}

type Refused = Box<ApiError>;

fn thrown(done: Result<String, Refused>) -> Result<String, JsValue> {
    done.map_err(|error| JsValue::from_str(&text(&*error).unwrap_or_default()))
}

fn open_file(file: &[u8], password: &str) -> Result<String, Refused> {
    let lock = SoftLock::open(file, password).map_err(|error| not_opened(&error))?;
    let shown = text(&present(bidroom_lock::Lock::identity(&lock)))?;
    LOCK.set(Some(lock));
    Ok(shown)
}

fn act(request: &str) -> Result<String, Refused> {
    let ask: Ask = from_json(request).map_err(|error| not_understood(&error))?;
    LOCK.with_borrow(|lock| {
        let lock = lock.as_ref().ok_or_else(no_lock)?;
        text(&answer(lock, &ask)?)
    })
}

fn text(value: &impl Serialize) -> Result<String, Refused> {
    let bytes = to_canonical(value).map_err(|error| not_understood(&error))?;
    String::from_utf8(bytes).map_err(|error| not_understood(&error))
}

fn refused(code: &str, sentence: Sentence, detail: Option<String>) -> Refused {
    Box::new(ApiError { kind: ErrorKind::Fault, code: code.to_owned(), sentence, detail })
}

fn not_opened(error: &LockError) -> Refused {
    match error {
        LockError::WrongPassword => {
            let sentence = Sentence::new(
                "锁没有打开：口令不正确",
                "锁文件完好，没有记入任何尝试次数；请再输一次。",
                "The lock was not opened: the password is not right",
                "The lock file is intact and no try was counted; please type it again.",
            );
            refused("wrong_password", sentence, None)
        }
        other => {
            let sentence = Sentence::new(
                "锁没有打开：这不是可用的锁文件",
                "什么都没有改变。请选择封标时用的锁文件（扩展名 .lock.json）。",
                "The lock was not opened: this is no usable lock file",
                "Nothing has changed. Please choose the lock used when sealing (it ends in .lock.json).",
            );
            refused("bad_lock_file", sentence, Some(other.to_string()))
        }
    }
}

fn no_lock() -> Refused {
    let sentence = Sentence::new(
        "请重新打开锁",
        "您已登录；锁只保存在原来的页面里，签名前请再打开一次。",
        "Please open the lock again",
        "You are signed in; the lock lives only in the page that opened it. Please open it again before signing.",
    );
    refused("no_lock", sentence, None)
}

fn not_understood(error: &dyn core::fmt::Display) -> Refused {
    let sentence = Sentence::new(
        "本页与锁的版本不一致",
        "没有签名，也没有交出任何密钥。请重新打开本页。",
        "Page and lock are of different versions",
        "Nothing was signed and no key was given. Please reload this page.",
    );
    refused("not_understood", sentence, Some(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bidroom_envelope::suite::pki::{Certificate, Name, Profile, Request, issue, self_sign};
    use bidroom_envelope::suite::sm2::SecretKey;
    use bidroom_lock::{KdfCost, LockIdentity, LockKeys, LockKind, SignedStatement, StatementKind};
    use bidroom_wire::{Answer, PresentLock};

    fn lock_file(password: &str) -> Vec<u8> {
        let ca_name = Name::new("云州CA", None, "云州CA");
        let firm = Name::new("甲建设有限公司", Some("91370000MA3U7K2X1Q"), "甲建设有限公司");
        let key = |number: u8| SecretKey::from_bytes(&[number; 32]).unwrap();
        let (not_before, not_after) = (0, 20 * 365 * 86_400_000);
        let certify = |issuer: Option<&Certificate>, subject, number, profile| {
            let key_pair = key(number);
            let public_key = key_pair.public_key();
            let asked = Request { subject, public_key, serial: &[1], not_before, not_after, profile };
            issuer.map_or_else(|| self_sign(&key(1), &asked), |ca| issue(ca, &key(1), &asked)).unwrap()
        };
        let ca = certify(None, &ca_name, 1, Profile::Authority { path_length: 1 });
        let signing = certify(Some(&ca), &firm, 2, Profile::Signing);
        let encryption = certify(Some(&ca), &firm, 3, Profile::Encryption);
        let identity = LockIdentity::new(LockKind::Main, signing, encryption).unwrap();
        let lock = SoftLock::new(identity, LockKeys { signing: key(2), encryption: key(3) }).unwrap();
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        lock.to_file(password, KdfCost::LEAST, &mut rng).unwrap()
    }

    #[test]
    fn a_lock_is_opened_used_and_forgotten() {
        let file = lock_file("correct horse");
        assert_eq!(act(r#"{"sign_in":{"session":"YZ-1"}}"#).unwrap_err().code, "no_lock");
        let shown: PresentLock = from_json(&open_file(&file, "correct horse").unwrap()).unwrap();
        assert_eq!(shown.holder, "甲建设有限公司");
        let said: Answer = from_json(&act(r#"{"sign_in":{"session":"YZ-1"}}"#).unwrap()).unwrap();
        let Answer::Said(body) = said else { panic!("{said:?}") };
        SignedStatement::verify(&body.statement.0, StatementKind::SignIn).unwrap();
        close();
        assert_eq!(act(r#"{"sign_in":{"session":"YZ-1"}}"#).unwrap_err().code, "no_lock");
    }

    #[test]
    fn what_cannot_be_done_says_why_and_leaves_the_lock_open() {
        let file = lock_file("correct horse");
        open_file(&file, "correct horse").unwrap();
        assert_eq!(open_file(&file, "wrong horse").unwrap_err().code, "wrong_password");
        assert_eq!(open_file(b"{}", "correct horse").unwrap_err().code, "bad_lock_file");
        for garbage in
            ["", "{", "[]", r#"{"sign":{}}"#, r#"{"sign_in":{}}"#, r#"{"sign_in":{"session":"YZ-1","x":1}}"#]
        {
            assert_eq!(act(garbage).unwrap_err().code, "not_understood", "{garbage}");
        }
        act(r#"{"sign_in":{"session":"YZ-1"}}"#).unwrap();
    }
}
