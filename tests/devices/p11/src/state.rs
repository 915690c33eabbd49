//! What is behind the model: tokens, sessions, objects.

use std::collections::BTreeMap;

use bidroom_envelope::suite::sm2::SecretKey;
use bidroom_test_device::keys;
use bidroom_test_device::skf::PairSpec;
use cryptoki_sys::*;
use ed25519_dalek::SigningKey;

use crate::model::{Answer, Attributes, Contents, TokenSpec};

#[derive(Debug)]
pub(crate) enum Secret {
    Sm2(SecretKey),
    Ed25519(Box<SigningKey>),
}

#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) token: usize,
    pub(crate) attributes: Attributes,
    pub(crate) secret: Option<Secret>,
}

impl Object {
    pub(crate) fn is(&self, attribute: CK_ATTRIBUTE_TYPE) -> bool {
        self.attributes.get(&attribute).is_some_and(|value| value == &[1])
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Operation {
    Sign { mechanism: CK_MECHANISM_TYPE, key: CK_OBJECT_HANDLE },
    Decrypt { mechanism: CK_MECHANISM_TYPE, key: CK_OBJECT_HANDLE },
}

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) token: usize,
    pub(crate) writes: bool,
    pub(crate) found: Option<Vec<CK_OBJECT_HANDLE>>,
    pub(crate) operation: Option<Operation>,
}

#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) spec: TokenSpec,
    pub(crate) left: u32,
    pub(crate) logged_in: bool,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) initialized: bool,
    pub(crate) reset: u32,
    pub(crate) tokens: Vec<Token>,
    pub(crate) removed: Vec<String>,
    pub(crate) sessions: BTreeMap<CK_SESSION_HANDLE, Session>,
    pub(crate) objects: BTreeMap<CK_OBJECT_HANDLE, Object>,
    pub(crate) last: u64,
}

impl State {
    pub(crate) fn new(contents: Contents) -> Self {
        let mut state = Self::default();
        for (at, spec) in contents.tokens.into_iter().enumerate() {
            for (id, pair) in &spec.pairs {
                state.provide(at, *id, pair);
            }
            let left = spec.tries;
            state.tokens.push(Token { spec, left, logged_in: false });
        }
        state
    }

    /// A certificate and the private key beside it.
    pub(crate) fn provide(&mut self, token: usize, id: u8, pair: &PairSpec) {
        let long = |value: u64| value.to_ne_bytes().to_vec();
        let certificate = pair.certificate.as_ref().and_then(|certificate| hex::decode(certificate).ok());
        // An even number beside an odd one: the first of a lock signs, the second decrypts.
        let signs = pair.seed.is_multiple_of(2);
        let attributes = Attributes::from([
            (CKA_CLASS, long(CKO_CERTIFICATE)),
            (CKA_TOKEN, vec![1]),
            (CKA_PRIVATE, vec![0]),
            (CKA_ID, vec![id]),
            (CKA_VALUE, certificate.unwrap_or_default()),
        ]);
        let handle = self.next();
        self.objects.insert(handle, Object { token, attributes, secret: None });
        let attributes = Attributes::from([
            (CKA_CLASS, long(CKO_PRIVATE_KEY)),
            (CKA_KEY_TYPE, long(CKK_EC)),
            (CKA_TOKEN, vec![1]),
            (CKA_PRIVATE, vec![1]),
            (CKA_ID, vec![id]),
            (CKA_SIGN, vec![u8::from(signs)]),
            (CKA_DECRYPT, vec![u8::from(!signs)]),
        ]);
        let handle = self.next();
        self.objects
            .insert(handle, Object { token, attributes, secret: Some(Secret::Sm2(keys::key(pair.seed))) });
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    pub(crate) fn forget(&mut self) {
        self.sessions.clear();
        for token in &mut self.tokens {
            token.logged_in = false;
        }
    }

    pub(crate) fn at(&self, slot: CK_SLOT_ID) -> Answer<usize> {
        let at = usize::try_from(slot).map_err(|_| CKR_SLOT_ID_INVALID)?;
        if at < self.tokens.len() { Ok(at) } else { Err(CKR_SLOT_ID_INVALID) }
    }

    pub(crate) fn present(&self, at: usize) -> Answer<()> {
        let gone = self.tokens.get(at).is_none_or(|token| self.removed.contains(&token.spec.label));
        if gone { Err(CKR_TOKEN_NOT_PRESENT) } else { Ok(()) }
    }

    pub(crate) fn session(&mut self, session: CK_SESSION_HANDLE) -> Answer<&mut Session> {
        self.sessions.get_mut(&session).ok_or(CKR_SESSION_HANDLE_INVALID)
    }

    pub(crate) fn log_out(&mut self, at: usize) {
        if let Some(token) = self.tokens.get_mut(at) {
            token.logged_in = false;
        }
    }

    pub(crate) fn logged_in(&mut self, session: CK_SESSION_HANDLE) -> Answer<usize> {
        let at = self.session(session)?.token;
        if self.tokens.get(at).is_some_and(|token| token.logged_in) {
            Ok(at)
        } else {
            Err(CKR_USER_NOT_LOGGED_IN)
        }
    }

    pub(crate) fn visible(
        &mut self,
        session: CK_SESSION_HANDLE,
        object: CK_OBJECT_HANDLE,
    ) -> Answer<&Object> {
        let at = self.session(session)?.token;
        let logged_in = self.tokens.get(at).is_some_and(|token| token.logged_in);
        let object = self.objects.get(&object).filter(|object| object.token == at);
        object.filter(|object| logged_in || !object.is(CKA_PRIVATE)).ok_or(CKR_OBJECT_HANDLE_INVALID)
    }

    pub(crate) fn begin(&mut self, session: CK_SESSION_HANDLE, operation: Operation) -> Answer<()> {
        let session = self.session(session)?;
        if session.operation.is_some() {
            return Err(CKR_OPERATION_ACTIVE);
        }
        session.operation = Some(operation);
        Ok(())
    }
}

pub(crate) fn number(at: usize) -> CK_SLOT_ID {
    CK_SLOT_ID::try_from(at).unwrap_or(CK_SLOT_ID::MAX)
}
