//! The tokens: PINs with tries, objects with attributes, SM2 in the forms that vendors have.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use bidroom_envelope::suite::pki::{Name, Profile};
use bidroom_envelope::suite::sm2::{DEFAULT_ID, SecretKey, Signature, Sm2Ciphertext, Unwrap as _};
use bidroom_test_device::skf::PairSpec;
use bidroom_test_device::{Watch, keys};
use cryptoki_sys::*;
use ed25519_dalek::{Signer as _, SigningKey};
use serde::{Deserialize, Serialize};

use crate::state::{Object, Operation, Secret, Session, State, number};

/// Makes SM2 pairs of key type [`SM2_KEY`].
pub const SM2_GENERATE: u64 = 0x8000_0001;
/// Signs a digest; r ‖ s.
pub const SM2_SIGN_DIGEST: u64 = 0x8000_0010;
/// Signs a message and wants the signer id as parameter; DER.
pub const SM2_SIGN_MESSAGE: u64 = 0x8000_0011;
/// Opens C1 ‖ C3 ‖ C2.
pub const SM2_DECRYPT_C1C3C2: u64 = 0x8000_0020;
/// Opens C1 ‖ C2 ‖ C3.
pub const SM2_DECRYPT_C1C2C3: u64 = 0x8000_0021;
/// Opens DER.
pub const SM2_DECRYPT_DER: u64 = 0x8000_0022;
/// CKA_KEY_TYPE of keys that [`SM2_GENERATE`] makes.
pub const SM2_KEY: u64 = 0x8000_0005;

/// What the tokens offer.
pub const MECHANISMS: [CK_MECHANISM_TYPE; 9] = [
    SM2_GENERATE,
    SM2_SIGN_DIGEST,
    SM2_SIGN_MESSAGE,
    SM2_DECRYPT_C1C3C2,
    SM2_DECRYPT_C1C2C3,
    SM2_DECRYPT_DER,
    CKM_EC_KEY_PAIR_GEN,
    CKM_EC_EDWARDS_KEY_PAIR_GEN,
    CKM_EDDSA,
];

/// DER of the SM2 curve's OID.
const CURVE: &[u8] = &[0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d];
/// DER of Ed25519's OID.
const ED25519: &[u8] = &[0x06, 0x03, 0x2b, 0x65, 0x70];

/// Attributes by type.
pub type Attributes = BTreeMap<CK_ATTRIBUTE_TYPE, Vec<u8>>;
/// What a call gives, or a code.
pub type Answer<T> = Result<T, CK_RV>;

/// What is plugged in.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Contents {
    /// The tokens, one a slot.
    pub tokens: Vec<TokenSpec>,
}

/// A token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TokenSpec {
    /// Its label; also its name in [`bidroom_test_device::Faults::removed`].
    pub label: String,
    /// Its serial number.
    pub serial: String,
    /// The user PIN.
    pub pin: String,
    /// Tries after a right PIN.
    pub tries: u32,
    /// Pairs with certificates: CKA_ID and the pair.
    pub pairs: Vec<(u8, PairSpec)>,
}

impl TokenSpec {
    /// A token without objects, of PIN `123456` with four tries.
    pub fn empty(label: &str) -> Self {
        let serial = format!("SN-{label}");
        Self { label: label.to_owned(), serial, pin: "123456".to_owned(), tries: 4, pairs: Vec::new() }
    }

    /// The same as a lock: keys `seed` and `seed + 1`, both under one CKA_ID.
    pub fn lock(label: &str, subject: &Name, seed: u8) -> Self {
        let pairs = vec![
            (7, PairSpec::certified(subject, seed, Profile::Signing)),
            (7, PairSpec::certified(subject, seed + 1, Profile::Encryption)),
        ];
        Self { pairs, ..Self::empty(label) }
    }
}

/// What C_GetTokenInfo tells.
#[derive(Debug)]
pub struct TokenState {
    /// Its label.
    pub label: String,
    /// Its serial number.
    pub serial: String,
    /// CKF_….
    pub flags: CK_FLAGS,
}

/// What C_GetSessionInfo tells.
#[derive(Debug)]
pub struct SessionState {
    /// Its slot.
    pub slot: CK_SLOT_ID,
    /// Whether it may write.
    pub writes: bool,
    /// Whether the user is logged in.
    pub logged_in: bool,
}

/// An attribute's value.
#[derive(Debug)]
pub enum Value {
    /// It has one.
    Bytes(Vec<u8>),
    /// It is not told.
    Secret,
    /// There is none.
    Unknown,
}

/// The tokens behind the module.
#[derive(Debug)]
pub struct Model {
    watch: Watch,
    state: Mutex<Option<State>>,
}

impl Model {
    /// Nothing is plugged in before the first call.
    #[expect(clippy::new_without_default, reason = "const, for a static")]
    pub const fn new() -> Self {
        Self { watch: Watch::new(), state: Mutex::new(None) }
    }

    fn call<T>(&self, function: &str, act: impl FnOnce(&mut State) -> Answer<T>) -> Answer<T> {
        if let Some(code) = self.watch.code(function) {
            return Err(code);
        }
        let (removed, reset) = (self.watch.removed(), self.watch.reset());
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = state.get_or_insert_with(|| State::new(self.watch.contents()));
        state.removed = removed;
        if state.reset != reset {
            state.reset = reset;
            state.forget();
        }
        for (at, token) in state.tokens.iter_mut().enumerate() {
            if state.removed.contains(&token.spec.label) {
                token.logged_in = false;
                state.sessions.retain(|_, session| session.token != at);
            }
        }
        if !state.initialized && function != "C_Initialize" {
            return Err(CKR_CRYPTOKI_NOT_INITIALIZED);
        }
        act(state)
    }

    fn operate<T>(
        &self,
        function: &str,
        session: CK_SESSION_HANDLE,
        finish: bool,
        act: impl FnOnce(&mut State, Operation) -> Answer<T>,
    ) -> Answer<T> {
        self.call(function, |state| {
            let operation = state.session(session)?.operation.take().ok_or(CKR_OPERATION_NOT_INITIALIZED)?;
            let outcome = act(state, operation.clone());
            if outcome.is_ok() && !finish {
                state.session(session)?.operation = Some(operation);
            }
            outcome
        })
    }

    /// C_Initialize.
    pub fn initialize(&self) -> Answer<()> {
        self.call("C_Initialize", |state| {
            if state.initialized {
                return Err(CKR_CRYPTOKI_ALREADY_INITIALIZED);
            }
            state.initialized = true;
            Ok(())
        })
    }

    /// C_Finalize.
    pub fn finalize(&self) -> Answer<()> {
        self.call("C_Finalize", |state| {
            state.forget();
            state.initialized = false;
            Ok(())
        })
    }

    /// C_GetSlotList.
    pub fn slots(&self, present: bool) -> Answer<Vec<CK_SLOT_ID>> {
        self.call("C_GetSlotList", |state| {
            let all = 0..state.tokens.len();
            Ok(all.filter(|at| !present || state.present(*at).is_ok()).map(number).collect())
        })
    }

    /// C_GetSlotInfo: whether a token is present.
    pub fn slot(&self, slot: CK_SLOT_ID) -> Answer<bool> {
        self.call("C_GetSlotInfo", |state| {
            let at = state.at(slot)?;
            Ok(state.present(at).is_ok())
        })
    }

    /// C_GetTokenInfo.
    pub fn token(&self, slot: CK_SLOT_ID) -> Answer<TokenState> {
        self.call("C_GetTokenInfo", |state| {
            let at = state.at(slot)?;
            state.present(at)?;
            let token = state.tokens.get(at).ok_or(CKR_SLOT_ID_INVALID)?;
            let mut flags = CKF_RNG | CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED | CKF_TOKEN_INITIALIZED;
            if token.left < token.spec.tries {
                flags |= CKF_USER_PIN_COUNT_LOW;
            }
            match token.left {
                0 => flags |= CKF_USER_PIN_LOCKED,
                1 => flags |= CKF_USER_PIN_FINAL_TRY,
                _ => {}
            }
            Ok(TokenState { label: token.spec.label.clone(), serial: token.spec.serial.clone(), flags })
        })
    }

    /// C_OpenSession.
    pub fn open_session(&self, slot: CK_SLOT_ID, writes: bool) -> Answer<CK_SESSION_HANDLE> {
        self.call("C_OpenSession", |state| {
            let token = state.at(slot)?;
            state.present(token)?;
            let handle = state.next();
            state.sessions.insert(handle, Session { token, writes, found: None, operation: None });
            Ok(handle)
        })
    }

    /// C_CloseSession; the last one logs out.
    pub fn close_session(&self, session: CK_SESSION_HANDLE) -> Answer<()> {
        self.call("C_CloseSession", |state| {
            let closed = state.sessions.remove(&session).ok_or(CKR_SESSION_HANDLE_INVALID)?;
            if !state.sessions.values().any(|other| other.token == closed.token) {
                state.log_out(closed.token);
            }
            Ok(())
        })
    }

    /// C_CloseAllSessions.
    pub fn close_all(&self, slot: CK_SLOT_ID) -> Answer<()> {
        self.call("C_CloseAllSessions", |state| {
            let at = state.at(slot)?;
            state.sessions.retain(|_, session| session.token != at);
            state.log_out(at);
            Ok(())
        })
    }

    /// C_GetSessionInfo.
    pub fn session(&self, session: CK_SESSION_HANDLE) -> Answer<SessionState> {
        self.call("C_GetSessionInfo", |state| {
            let Session { token, writes, .. } = *state.session(session)?;
            let logged_in = state.tokens.get(token).is_some_and(|token| token.logged_in);
            Ok(SessionState { slot: number(token), writes, logged_in })
        })
    }

    /// C_Login.
    pub fn login(&self, session: CK_SESSION_HANDLE, pin: &[u8]) -> Answer<()> {
        self.call("C_Login", |state| {
            let at = state.session(session)?.token;
            let token = state.tokens.get_mut(at).ok_or(CKR_SLOT_ID_INVALID)?;
            if token.logged_in {
                return Err(CKR_USER_ALREADY_LOGGED_IN);
            }
            if token.left == 0 {
                return Err(CKR_PIN_LOCKED);
            }
            if token.spec.pin.as_bytes() != pin {
                token.left -= 1;
                return Err(if token.left == 0 { CKR_PIN_LOCKED } else { CKR_PIN_INCORRECT });
            }
            token.left = token.spec.tries;
            token.logged_in = true;
            Ok(())
        })
    }

    /// C_Logout.
    pub fn logout(&self, session: CK_SESSION_HANDLE) -> Answer<()> {
        self.call("C_Logout", |state| {
            let at = state.session(session)?.token;
            if !state.tokens.get(at).is_some_and(|token| token.logged_in) {
                return Err(CKR_USER_NOT_LOGGED_IN);
            }
            state.log_out(at);
            Ok(())
        })
    }

    /// C_DestroyObject.
    pub fn destroy(&self, session: CK_SESSION_HANDLE, object: CK_OBJECT_HANDLE) -> Answer<()> {
        self.call("C_DestroyObject", |state| {
            state.visible(session, object)?;
            state.objects.remove(&object).map(drop).ok_or(CKR_OBJECT_HANDLE_INVALID)
        })
    }

    /// C_GetAttributeValue, one attribute.
    pub fn attribute(
        &self,
        session: CK_SESSION_HANDLE,
        object: CK_OBJECT_HANDLE,
        attribute: CK_ATTRIBUTE_TYPE,
    ) -> Answer<Value> {
        self.call("C_GetAttributeValue", |state| {
            let object = state.visible(session, object)?;
            if object.secret.is_some() && attribute == CKA_VALUE {
                return Ok(Value::Secret);
            }
            Ok(object.attributes.get(&attribute).map_or(Value::Unknown, |value| Value::Bytes(value.clone())))
        })
    }

    /// C_FindObjectsInit.
    pub fn find(&self, session: CK_SESSION_HANDLE, wanted: &Attributes) -> Answer<()> {
        self.call("C_FindObjectsInit", |state| {
            let token = state.session(session)?.token;
            let logged_in = state.tokens.get(token).is_some_and(|token| token.logged_in);
            let matches = |object: &Object| {
                object.token == token
                    && (logged_in || !object.is(CKA_PRIVATE))
                    && wanted.iter().all(|(key, value)| object.attributes.get(key) == Some(value))
            };
            let found = state.objects.iter().filter(|(_, object)| matches(object));
            let found: Vec<_> = found.map(|(handle, _)| *handle).collect();
            state.session(session)?.found = Some(found);
            Ok(())
        })
    }

    /// C_FindObjects.
    pub fn found(&self, session: CK_SESSION_HANDLE, most: usize) -> Answer<Vec<CK_OBJECT_HANDLE>> {
        self.call("C_FindObjects", |state| {
            let found = state.session(session)?.found.as_mut().ok_or(CKR_OPERATION_NOT_INITIALIZED)?;
            let rest = found.split_off(most.min(found.len()));
            Ok(core::mem::replace(found, rest))
        })
    }

    /// C_FindObjectsFinal.
    pub fn find_final(&self, session: CK_SESSION_HANDLE) -> Answer<()> {
        self.call("C_FindObjectsFinal", |state| {
            state.session(session)?.found = None;
            Ok(())
        })
    }

    /// C_GenerateKeyPair: public, private.
    pub fn generate_pair(
        &self,
        session: CK_SESSION_HANDLE,
        mechanism: CK_MECHANISM_TYPE,
        mut public: Attributes,
        mut private: Attributes,
    ) -> Answer<(CK_OBJECT_HANDLE, CK_OBJECT_HANDLE)> {
        self.call("C_GenerateKeyPair", |state| {
            let token = state.logged_in(session)?;
            let mut bytes = [0; 32];
            getrandom::fill(&mut bytes).map_err(|_| CKR_RANDOM_NO_RNG)?;
            let curve = public.get(&CKA_EC_PARAMS).cloned().ok_or(CKR_TEMPLATE_INCOMPLETE)?;
            let (secret, point) = match (mechanism, curve.as_slice()) {
                (SM2_GENERATE | CKM_EC_KEY_PAIR_GEN, CURVE) => {
                    let key = SecretKey::from_bytes(&bytes).map_err(|_| CKR_FUNCTION_FAILED)?;
                    let point = key.public_key().to_sec1().to_vec();
                    (Secret::Sm2(key), point)
                }
                (CKM_EC_EDWARDS_KEY_PAIR_GEN, ED25519) => {
                    let key = SigningKey::from_bytes(&bytes);
                    let point = key.verifying_key().to_bytes().to_vec();
                    (Secret::Ed25519(Box::new(key)), point)
                }
                (SM2_GENERATE | CKM_EC_KEY_PAIR_GEN | CKM_EC_EDWARDS_KEY_PAIR_GEN, _) => {
                    return Err(CKR_CURVE_NOT_SUPPORTED);
                }
                _ => return Err(CKR_MECHANISM_INVALID),
            };
            let kind = if mechanism == SM2_GENERATE { SM2_KEY } else { CKK_EC };
            let kind = if mechanism == CKM_EC_EDWARDS_KEY_PAIR_GEN { CKK_EC_EDWARDS } else { kind };
            let kind = kind.to_ne_bytes().to_vec();
            let wrong =
                |template: &Attributes| template.get(&CKA_KEY_TYPE).is_some_and(|wanted| *wanted != kind);
            if wrong(&public) || wrong(&private) {
                return Err(CKR_TEMPLATE_INCONSISTENT);
            }
            let length = u8::try_from(point.len()).map_err(|_| CKR_FUNCTION_FAILED)?;
            public.insert(CKA_EC_POINT, [&[4, length][..], &point].concat());
            private.insert(CKA_EC_PARAMS, curve);
            for attribute in [CKA_LOCAL, CKA_ALWAYS_SENSITIVE, CKA_NEVER_EXTRACTABLE] {
                private.insert(attribute, vec![1]);
            }
            let (first, second) = (state.next(), state.next());
            state.objects.insert(first, Object { token, attributes: public, secret: None });
            state.objects.insert(second, Object { token, attributes: private, secret: Some(secret) });
            Ok((first, second))
        })
    }

    /// C_SignInit.
    pub fn sign_init(
        &self,
        session: CK_SESSION_HANDLE,
        mechanism: CK_MECHANISM_TYPE,
        parameter: Vec<u8>,
        key: CK_OBJECT_HANDLE,
    ) -> Answer<()> {
        self.call("C_SignInit", |state| {
            state.logged_in(session)?;
            if !state.visible(session, key)?.is(CKA_SIGN) {
                return Err(CKR_KEY_FUNCTION_NOT_PERMITTED);
            }
            match mechanism {
                SM2_SIGN_MESSAGE if parameter != DEFAULT_ID.as_bytes() => {
                    return Err(CKR_MECHANISM_PARAM_INVALID);
                }
                SM2_SIGN_MESSAGE | SM2_SIGN_DIGEST | CKM_EDDSA => {}
                _ => return Err(CKR_MECHANISM_INVALID),
            }
            state.begin(session, Operation::Sign { mechanism, key })
        })
    }

    /// C_DecryptInit.
    pub fn decrypt_init(
        &self,
        session: CK_SESSION_HANDLE,
        mechanism: CK_MECHANISM_TYPE,
        key: CK_OBJECT_HANDLE,
    ) -> Answer<()> {
        self.call("C_DecryptInit", |state| {
            state.logged_in(session)?;
            if !state.visible(session, key)?.is(CKA_DECRYPT) {
                return Err(CKR_KEY_FUNCTION_NOT_PERMITTED);
            }
            match mechanism {
                SM2_DECRYPT_C1C3C2 | SM2_DECRYPT_C1C2C3 | SM2_DECRYPT_DER => {
                    state.begin(session, Operation::Decrypt { mechanism, key })
                }
                _ => Err(CKR_MECHANISM_INVALID),
            }
        })
    }

    /// C_Sign; with `finish`, and after an error, the operation ends.
    pub fn sign(&self, session: CK_SESSION_HANDLE, data: &[u8], finish: bool) -> Answer<Vec<u8>> {
        self.operate("C_Sign", session, finish, |state, operation| {
            let Operation::Sign { mechanism, key } = operation else {
                return Err(CKR_OPERATION_NOT_INITIALIZED);
            };
            let secret = state.visible(session, key)?.secret.as_ref().ok_or(CKR_KEY_HANDLE_INVALID)?;
            match (secret, mechanism) {
                (Secret::Ed25519(key), CKM_EDDSA) => Ok(key.sign(data).to_bytes().to_vec()),
                (Secret::Sm2(key), SM2_SIGN_DIGEST) if data.len() == 32 => {
                    Ok(keys::sign_digest(key, data).to_vec())
                }
                (Secret::Sm2(_), SM2_SIGN_DIGEST) => Err(CKR_DATA_LEN_RANGE),
                (Secret::Sm2(key), SM2_SIGN_MESSAGE) => key
                    .sign(data)
                    .map(|signature: Signature| signature.to_der())
                    .map_err(|_| CKR_FUNCTION_FAILED),
                _ => Err(CKR_KEY_TYPE_INCONSISTENT),
            }
        })
    }

    /// C_Decrypt; with `finish`, and after an error, the operation ends.
    pub fn decrypt(&self, session: CK_SESSION_HANDLE, data: &[u8], finish: bool) -> Answer<Vec<u8>> {
        self.operate("C_Decrypt", session, finish, |state, operation| {
            let Operation::Decrypt { mechanism, key } = operation else {
                return Err(CKR_OPERATION_NOT_INITIALIZED);
            };
            let cipher = match mechanism {
                SM2_DECRYPT_C1C3C2 => Sm2Ciphertext::from_c1c3c2(data),
                SM2_DECRYPT_C1C2C3 => Sm2Ciphertext::from_c1c2c3(data),
                _ => Sm2Ciphertext::from_der(data),
            };
            match state.visible(session, key)?.secret.as_ref() {
                Some(Secret::Sm2(key)) => {
                    let cipher = cipher.map_err(|_| CKR_ENCRYPTED_DATA_LEN_RANGE)?;
                    let opened = key.unwrap(&cipher).map_err(|_| CKR_ENCRYPTED_DATA_INVALID)?;
                    Ok(opened.to_vec())
                }
                _ => Err(CKR_KEY_TYPE_INCONSISTENT),
            }
        })
    }
}
