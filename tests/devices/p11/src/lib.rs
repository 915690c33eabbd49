//! For tests: a PKCS#11 module that knows SM2 as vendors' modules do, with mechanism numbers of its own, and Ed25519.
//!
//! [`model`] answers in Rust; here are the specification's names. What is missing in the function list the tested code
//! does not use.

#![expect(unsafe_code, reason = "functions of C with the specification's names")]
#![expect(
    clippy::unwrap_used,
    clippy::undocumented_unsafe_blocks,
    clippy::missing_safety_doc,
    reason = "a device of tests; every function trusts its pointers as PKCS#11 has them"
)]

pub mod model;
mod state;

use core::ffi::c_void;
use core::{ptr, slice};

use cryptoki_sys::{
    CK_ATTRIBUTE, CK_BBOOL, CK_BYTE, CK_FLAGS, CK_FUNCTION_LIST, CK_INFO, CK_MECHANISM, CK_MECHANISM_INFO,
    CK_MECHANISM_TYPE, CK_NOTIFY, CK_OBJECT_HANDLE, CK_RV, CK_SESSION_HANDLE, CK_SESSION_INFO, CK_SLOT_ID,
    CK_SLOT_INFO, CK_STATE, CK_TOKEN_INFO, CK_ULONG, CK_USER_TYPE, CK_UTF8CHAR, CK_VERSION,
    CKR_ATTRIBUTE_SENSITIVE, CKR_ATTRIBUTE_TYPE_INVALID, CKR_BUFFER_TOO_SMALL, CKR_MECHANISM_INVALID, CKR_OK,
};

use crate::model::{Answer, Attributes, MECHANISMS, Model, Value};

static MODEL: Model = Model::new();
const VERSION: CK_VERSION = CK_VERSION { major: 2, minor: 40 };
const FIRMWARE: CK_VERSION = CK_VERSION { major: 7, minor: 3 };

fn rv(answer: Answer<()>) -> CK_RV {
    answer.err().unwrap_or(CKR_OK)
}

fn long(length: usize) -> CK_ULONG {
    CK_ULONG::try_from(length).unwrap()
}

fn length(long: CK_ULONG) -> usize {
    usize::try_from(long).unwrap()
}

/// Text padded with spaces.
fn padded<const N: usize>(text: &str) -> [CK_UTF8CHAR; N] {
    let mut out = [b' '; N];
    for (to, from) in out.iter_mut().zip(text.bytes()) {
        *to = from;
    }
    out
}

unsafe fn attributes(pointer: *const CK_ATTRIBUTE, count: CK_ULONG) -> Attributes {
    let mut all = Attributes::new();
    if count > 0 {
        for attribute in unsafe { slice::from_raw_parts(pointer, length(count)) } {
            let value = if attribute.ulValueLen == 0 {
                &[][..]
            } else {
                unsafe { slice::from_raw_parts(attribute.pValue.cast::<u8>(), length(attribute.ulValueLen)) }
            };
            all.insert(attribute.type_, value.to_vec());
        }
    }
    all
}

/// Gives a list or, without room, its length.
unsafe fn list<T: Copy>(answer: Answer<Vec<T>>, out: *mut T, count: *mut CK_ULONG) -> CK_RV {
    rv(answer.and_then(|items| unsafe {
        let room = *count;
        *count = long(items.len());
        if out.is_null() {
            return Ok(());
        }
        if room < long(items.len()) {
            return Err(CKR_BUFFER_TOO_SMALL);
        }
        out.copy_from_nonoverlapping(items.as_ptr(), items.len());
        Ok(())
    }))
}

unsafe extern "C" fn initialize(_arguments: *mut c_void) -> CK_RV {
    rv(MODEL.initialize())
}

unsafe extern "C" fn finalize(_reserved: *mut c_void) -> CK_RV {
    rv(MODEL.finalize())
}

unsafe extern "C" fn info(info: *mut CK_INFO) -> CK_RV {
    let value = CK_INFO {
        cryptokiVersion: VERSION,
        manufacturerID: padded("Drill Tokens Ltd"),
        flags: 0,
        libraryDescription: padded("drill module"),
        libraryVersion: VERSION,
    };
    unsafe { *info = value };
    CKR_OK
}

unsafe extern "C" fn slots(present: CK_BBOOL, out: *mut CK_SLOT_ID, count: *mut CK_ULONG) -> CK_RV {
    unsafe { list(MODEL.slots(present != 0), out, count) }
}

unsafe extern "C" fn slot_info(slot: CK_SLOT_ID, out: *mut CK_SLOT_INFO) -> CK_RV {
    rv(MODEL.slot(slot).map(|present| {
        // Hardware, removable, and whether a token is in it.
        let flags = 0b110 | CK_FLAGS::from(present);
        let value = CK_SLOT_INFO {
            slotDescription: padded("drill slot"),
            manufacturerID: padded("Drill Tokens Ltd"),
            flags,
            hardwareVersion: FIRMWARE,
            firmwareVersion: FIRMWARE,
        };
        unsafe { *out = value };
    }))
}

unsafe extern "C" fn token_info(slot: CK_SLOT_ID, out: *mut CK_TOKEN_INFO) -> CK_RV {
    rv(MODEL.token(slot).map(|token| {
        let value = CK_TOKEN_INFO {
            label: padded(&token.label),
            manufacturerID: padded("Drill Tokens Ltd"),
            model: padded("drill"),
            serialNumber: padded(&token.serial),
            flags: token.flags,
            ulMaxSessionCount: 0,
            ulSessionCount: 0,
            ulMaxRwSessionCount: 0,
            ulRwSessionCount: 0,
            ulMaxPinLen: 64,
            ulMinPinLen: 4,
            ulTotalPublicMemory: CK_ULONG::MAX,
            ulFreePublicMemory: CK_ULONG::MAX,
            ulTotalPrivateMemory: CK_ULONG::MAX,
            ulFreePrivateMemory: CK_ULONG::MAX,
            hardwareVersion: FIRMWARE,
            firmwareVersion: FIRMWARE,
            utcTime: [b'0'; 16],
        };
        unsafe { *out = value };
    }))
}

unsafe extern "C" fn mechanisms(
    slot: CK_SLOT_ID,
    out: *mut CK_MECHANISM_TYPE,
    count: *mut CK_ULONG,
) -> CK_RV {
    unsafe { list(MODEL.token(slot).map(|_| MECHANISMS.to_vec()), out, count) }
}

unsafe extern "C" fn mechanism_info(
    slot: CK_SLOT_ID,
    mechanism: CK_MECHANISM_TYPE,
    out: *mut CK_MECHANISM_INFO,
) -> CK_RV {
    rv(MODEL.token(slot).and_then(|_| {
        if !MECHANISMS.contains(&mechanism) {
            return Err(CKR_MECHANISM_INVALID);
        }
        unsafe { *out = CK_MECHANISM_INFO { ulMinKeySize: 256, ulMaxKeySize: 256, flags: 0 } };
        Ok(())
    }))
}

unsafe extern "C" fn open_session(
    slot: CK_SLOT_ID,
    flags: CK_FLAGS,
    _application: *mut c_void,
    _notify: CK_NOTIFY,
    out: *mut CK_SESSION_HANDLE,
) -> CK_RV {
    const WRITES: CK_FLAGS = 2;
    rv(MODEL.open_session(slot, flags & WRITES != 0).map(|session| unsafe { *out = session }))
}

unsafe extern "C" fn close_session(session: CK_SESSION_HANDLE) -> CK_RV {
    rv(MODEL.close_session(session))
}

unsafe extern "C" fn close_all(slot: CK_SLOT_ID) -> CK_RV {
    rv(MODEL.close_all(slot))
}

unsafe extern "C" fn session_info(session: CK_SESSION_HANDLE, out: *mut CK_SESSION_INFO) -> CK_RV {
    rv(MODEL.session(session).map(|state| {
        let number: CK_STATE = match (state.writes, state.logged_in) {
            (false, false) => 0,
            (false, true) => 1,
            (true, false) => 2,
            (true, true) => 3,
        };
        let flags = 4 | (CK_FLAGS::from(state.writes) * 2);
        let value = CK_SESSION_INFO { slotID: state.slot, state: number, flags, ulDeviceError: 0 };
        unsafe { *out = value };
    }))
}

unsafe extern "C" fn login(
    session: CK_SESSION_HANDLE,
    _user: CK_USER_TYPE,
    pin: *mut CK_UTF8CHAR,
    count: CK_ULONG,
) -> CK_RV {
    rv(MODEL.login(session, unsafe { slice::from_raw_parts(pin, length(count)) }))
}

unsafe extern "C" fn logout(session: CK_SESSION_HANDLE) -> CK_RV {
    rv(MODEL.logout(session))
}

unsafe extern "C" fn destroy_object(session: CK_SESSION_HANDLE, object: CK_OBJECT_HANDLE) -> CK_RV {
    rv(MODEL.destroy(session, object))
}

unsafe extern "C" fn attribute_values(
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    let template = unsafe { slice::from_raw_parts_mut(template, length(count)) };
    let mut last = CKR_OK;
    for attribute in template {
        let value = match MODEL.attribute(session, object, attribute.type_) {
            Err(code) => return code,
            Ok(value) => value,
        };
        let (length_now, code) = match value {
            Value::Secret => (CK_ULONG::MAX, CKR_ATTRIBUTE_SENSITIVE),
            Value::Unknown => (CK_ULONG::MAX, CKR_ATTRIBUTE_TYPE_INVALID),
            Value::Bytes(bytes) if attribute.pValue.is_null() => (long(bytes.len()), CKR_OK),
            Value::Bytes(bytes) if attribute.ulValueLen < long(bytes.len()) => {
                (CK_ULONG::MAX, CKR_BUFFER_TOO_SMALL)
            }
            Value::Bytes(bytes) => {
                unsafe {
                    attribute.pValue.cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
                }
                (long(bytes.len()), CKR_OK)
            }
        };
        attribute.ulValueLen = length_now;
        if code != CKR_OK {
            last = code;
        }
    }
    last
}

unsafe extern "C" fn find_init(
    session: CK_SESSION_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    rv(MODEL.find(session, &unsafe { attributes(template, count) }))
}

unsafe extern "C" fn find(
    session: CK_SESSION_HANDLE,
    out: *mut CK_OBJECT_HANDLE,
    most: CK_ULONG,
    count: *mut CK_ULONG,
) -> CK_RV {
    rv(MODEL.found(session, length(most)).map(|objects| unsafe {
        out.copy_from_nonoverlapping(objects.as_ptr(), objects.len());
        *count = long(objects.len());
    }))
}

unsafe extern "C" fn find_final(session: CK_SESSION_HANDLE) -> CK_RV {
    rv(MODEL.find_final(session))
}

unsafe extern "C" fn generate_pair(
    session: CK_SESSION_HANDLE,
    mechanism: *mut CK_MECHANISM,
    public: *mut CK_ATTRIBUTE,
    public_count: CK_ULONG,
    private: *mut CK_ATTRIBUTE,
    private_count: CK_ULONG,
    public_out: *mut CK_OBJECT_HANDLE,
    private_out: *mut CK_OBJECT_HANDLE,
) -> CK_RV {
    let (public, private) = unsafe { (attributes(public, public_count), attributes(private, private_count)) };
    let answer = MODEL.generate_pair(session, unsafe { (*mechanism).mechanism }, public, private);
    rv(answer.map(|(public, private)| unsafe {
        *public_out = public;
        *private_out = private;
    }))
}

unsafe fn parameter(mechanism: *const CK_MECHANISM) -> (CK_MECHANISM_TYPE, Vec<u8>) {
    let mechanism = unsafe { *mechanism };
    let bytes = if mechanism.pParameter.is_null() {
        Vec::new()
    } else {
        let length = length(mechanism.ulParameterLen);
        unsafe { slice::from_raw_parts(mechanism.pParameter.cast::<u8>(), length) }.to_vec()
    };
    (mechanism.mechanism, bytes)
}

unsafe extern "C" fn sign_init(
    session: CK_SESSION_HANDLE,
    mechanism: *mut CK_MECHANISM,
    key: CK_OBJECT_HANDLE,
) -> CK_RV {
    let (mechanism, parameter) = unsafe { parameter(mechanism) };
    rv(MODEL.sign_init(session, mechanism, parameter, key))
}

unsafe extern "C" fn decrypt_init(
    session: CK_SESSION_HANDLE,
    mechanism: *mut CK_MECHANISM,
    key: CK_OBJECT_HANDLE,
) -> CK_RV {
    let (mechanism, _) = unsafe { parameter(mechanism) };
    rv(MODEL.decrypt_init(session, mechanism, key))
}

unsafe extern "C" fn sign(
    session: CK_SESSION_HANDLE,
    data: *mut CK_BYTE,
    count: CK_ULONG,
    out: *mut CK_BYTE,
    out_count: *mut CK_ULONG,
) -> CK_RV {
    let data = unsafe { slice::from_raw_parts(data, length(count)) };
    unsafe { list(MODEL.sign(session, data, !out.is_null()), out, out_count) }
}

unsafe extern "C" fn decrypt(
    session: CK_SESSION_HANDLE,
    data: *mut CK_BYTE,
    count: CK_ULONG,
    out: *mut CK_BYTE,
    out_count: *mut CK_ULONG,
) -> CK_RV {
    let data = unsafe { slice::from_raw_parts(data, length(count)) };
    unsafe { list(MODEL.decrypt(session, data, !out.is_null()), out, out_count) }
}

static FUNCTIONS: CK_FUNCTION_LIST = CK_FUNCTION_LIST {
    version: VERSION,
    C_Initialize: Some(initialize),
    C_Finalize: Some(finalize),
    C_GetInfo: Some(info),
    C_GetFunctionList: Some(C_GetFunctionList),
    C_GetSlotList: Some(slots),
    C_GetSlotInfo: Some(slot_info),
    C_GetTokenInfo: Some(token_info),
    C_GetMechanismList: Some(mechanisms),
    C_GetMechanismInfo: Some(mechanism_info),
    C_InitToken: None,
    C_InitPIN: None,
    C_SetPIN: None,
    C_OpenSession: Some(open_session),
    C_CloseSession: Some(close_session),
    C_CloseAllSessions: Some(close_all),
    C_GetSessionInfo: Some(session_info),
    C_GetOperationState: None,
    C_SetOperationState: None,
    C_Login: Some(login),
    C_Logout: Some(logout),
    C_CreateObject: None,
    C_CopyObject: None,
    C_DestroyObject: Some(destroy_object),
    C_GetObjectSize: None,
    C_GetAttributeValue: Some(attribute_values),
    C_SetAttributeValue: None,
    C_FindObjectsInit: Some(find_init),
    C_FindObjects: Some(find),
    C_FindObjectsFinal: Some(find_final),
    C_EncryptInit: None,
    C_Encrypt: None,
    C_EncryptUpdate: None,
    C_EncryptFinal: None,
    C_DecryptInit: Some(decrypt_init),
    C_Decrypt: Some(decrypt),
    C_DecryptUpdate: None,
    C_DecryptFinal: None,
    C_DigestInit: None,
    C_Digest: None,
    C_DigestUpdate: None,
    C_DigestKey: None,
    C_DigestFinal: None,
    C_SignInit: Some(sign_init),
    C_Sign: Some(sign),
    C_SignUpdate: None,
    C_SignFinal: None,
    C_SignRecoverInit: None,
    C_SignRecover: None,
    C_VerifyInit: None,
    C_Verify: None,
    C_VerifyUpdate: None,
    C_VerifyFinal: None,
    C_VerifyRecoverInit: None,
    C_VerifyRecover: None,
    C_DigestEncryptUpdate: None,
    C_DecryptDigestUpdate: None,
    C_SignEncryptUpdate: None,
    C_DecryptVerifyUpdate: None,
    C_GenerateKey: None,
    C_GenerateKeyPair: Some(generate_pair),
    C_WrapKey: None,
    C_UnwrapKey: None,
    C_DeriveKey: None,
    C_SeedRandom: None,
    C_GenerateRandom: None,
    C_GetFunctionStatus: None,
    C_CancelFunction: None,
    C_WaitForSlotEvent: None,
};

/// The only name that a module must export.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn C_GetFunctionList(list: *mut *mut CK_FUNCTION_LIST) -> CK_RV {
    unsafe { *list = ptr::from_ref(&FUNCTIONS).cast_mut() };
    CKR_OK
}
