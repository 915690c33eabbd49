//! For tests: a GM/T 0018 library over a device in memory, with real keys at the indexes that its contents name.
//!
//! [`model`] answers in Rust; here are the specification's names.

#![expect(unsafe_code, reason = "functions of C with the specification's names")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a device of tests; failing is how it speaks")]
#![expect(
    clippy::missing_safety_doc,
    clippy::undocumented_unsafe_blocks,
    reason = "every function trusts its pointers as GM/T 0018 has them"
)]

pub mod model;

use core::ffi::{c_int, c_void};
use core::{ptr, slice};

use bidroom_envelope::suite::sm2::{PublicKey, Sm2Ciphertext};

use crate::model::{Answer, DEVICE, Half, Model};

type H = *mut c_void;

static MODEL: Model = Model::new();

/// Length of a coordinate.
const C: usize = 64;

fn code(answer: Answer<()>) -> c_int {
    answer.map_or_else(u32::cast_signed, |()| 0)
}

unsafe fn read_key(blob: *const u8) -> Option<PublicKey> {
    let blob: [u8; 4 + 2 * C] = unsafe { *blob.cast() };
    let (x, y) = (blob.get(36..68)?, blob.get(100..132)?);
    PublicKey::from_coordinates(x.try_into().ok()?, y.try_into().ok()?).ok()
}

unsafe fn write_key(key: &PublicKey, out: *mut u8) {
    let mut blob = [0; 4 + 2 * C];
    blob.first_chunk_mut::<4>().unwrap().copy_from_slice(&256_u32.to_ne_bytes());
    blob.get_mut(36..68).unwrap().copy_from_slice(&key.x());
    blob.get_mut(100..132).unwrap().copy_from_slice(&key.y());
    unsafe { out.copy_from_nonoverlapping(blob.as_ptr(), blob.len()) };
}

unsafe fn read_cipher(blob: *const u8) -> Option<Sm2Ciphertext> {
    let head: [u8; 2 * C + 36] = unsafe { *blob.cast() };
    let length = u32::from_ne_bytes(head.get(160..164)?.try_into().ok()?);
    let c2 = unsafe { slice::from_raw_parts(blob.add(164), usize::try_from(length).ok()?) };
    let c1 =
        PublicKey::from_coordinates(head.get(32..64)?.try_into().ok()?, head.get(96..128)?.try_into().ok()?);
    Sm2Ciphertext::from_parts(c1.ok()?, head.get(128..160)?.try_into().ok()?, c2.to_vec()).ok()
}

unsafe fn write_cipher(cipher: &Sm2Ciphertext, out: *mut u8) {
    let mut blob = vec![0; 2 * C + 36];
    blob.get_mut(32..64).unwrap().copy_from_slice(&cipher.c1().x());
    blob.get_mut(96..128).unwrap().copy_from_slice(&cipher.c1().y());
    blob.get_mut(128..160).unwrap().copy_from_slice(cipher.c3());
    let length = u32::try_from(cipher.c2().len()).unwrap();
    blob.get_mut(160..164).unwrap().copy_from_slice(&length.to_ne_bytes());
    blob.extend_from_slice(cipher.c2());
    unsafe { out.copy_from_nonoverlapping(blob.as_ptr(), blob.len()) };
}

#[unsafe(no_mangle)]
#[doc = "GM/T 0018 6.2.1"]
pub unsafe extern "C" fn SDF_OpenDevice(device: *mut H) -> c_int {
    code(MODEL.open_device().map(|handle| unsafe { *device = ptr::without_provenance_mut(handle) }))
}

#[unsafe(no_mangle)]
#[doc = "GM/T 0018 6.2.2"]
pub unsafe extern "C" fn SDF_CloseDevice(device: H) -> c_int {
    code(MODEL.close("SDF_CloseDevice", device.addr()))
}

#[unsafe(no_mangle)]
#[doc = "GM/T 0018 6.2.3"]
pub unsafe extern "C" fn SDF_OpenSession(device: H, session: *mut H) -> c_int {
    let answer = MODEL.open_session(device.addr());
    code(answer.map(|handle| unsafe { *session = ptr::without_provenance_mut(handle) }))
}

#[unsafe(no_mangle)]
#[doc = "GM/T 0018 6.2.4"]
pub unsafe extern "C" fn SDF_CloseSession(session: H) -> c_int {
    code(MODEL.close("SDF_CloseSession", session.addr()))
}

#[unsafe(no_mangle)]
#[doc = "GM/T 0018 6.2.5"]
pub unsafe extern "C" fn SDF_GetDeviceInfo(session: H, info: *mut u8) -> c_int {
    code(MODEL.serial(session.addr()).map(|serial| {
        for (at, room, text) in [(0, 40, "Drill Machines Ltd"), (40, 16, DEVICE), (56, 16, serial.as_str())] {
            let length = text.len().min(room);
            unsafe { info.add(at).copy_from_nonoverlapping(text.as_ptr(), length) };
        }
        let version = 0x0102_u32.to_ne_bytes();
        unsafe { info.add(72).copy_from_nonoverlapping(version.as_ptr(), 4) };
    }))
}

#[unsafe(no_mangle)]
#[doc = "GM/T 0018 6.2.6"]
pub unsafe extern "C" fn SDF_GenerateRandom(session: H, length: u32, out: *mut u8) -> c_int {
    let out = unsafe { slice::from_raw_parts_mut(out, usize::try_from(length).unwrap()) };
    code(MODEL.random(session.addr()).map(|()| getrandom::fill(out).expect("randomness")))
}

#[unsafe(no_mangle)]
#[doc = "GM/T 0018 6.2.7"]
pub unsafe extern "C" fn SDF_GetPrivateKeyAccessRight(
    session: H,
    index: u32,
    password: *const u8,
    length: u32,
) -> c_int {
    let password = unsafe { slice::from_raw_parts(password, usize::try_from(length).unwrap()) };
    code(MODEL.access(session.addr(), index, password))
}

#[unsafe(no_mangle)]
#[doc = "GM/T 0018 6.2.8"]
pub unsafe extern "C" fn SDF_ReleasePrivateKeyAccessRight(session: H, index: u32) -> c_int {
    code(MODEL.release(session.addr(), index))
}

#[unsafe(no_mangle)]
#[doc = "GM/T 0018 6.3.5"]
pub unsafe extern "C" fn SDF_ExportSignPublicKey_ECC(session: H, index: u32, out: *mut u8) -> c_int {
    let answer = MODEL.public_key("SDF_ExportSignPublicKey_ECC", session.addr(), index, Half::Signing);
    code(answer.map(|key| unsafe { write_key(&key, out) }))
}

#[unsafe(no_mangle)]
#[doc = "GM/T 0018 6.3.6"]
pub unsafe extern "C" fn SDF_ExportEncPublicKey_ECC(session: H, index: u32, out: *mut u8) -> c_int {
    let answer = MODEL.public_key("SDF_ExportEncPublicKey_ECC", session.addr(), index, Half::Encryption);
    code(answer.map(|key| unsafe { write_key(&key, out) }))
}

#[unsafe(no_mangle)]
#[doc = "GM/T 0018 6.4.6"]
pub unsafe extern "C" fn SDF_InternalSign_ECC(
    session: H,
    index: u32,
    data: *const u8,
    length: u32,
    out: *mut u8,
) -> c_int {
    let digest = unsafe { slice::from_raw_parts(data, usize::try_from(length).unwrap()) };
    code(MODEL.sign(session.addr(), index, digest).map(|signature| {
        let mut blob = [0; 2 * C];
        let (r, s) = signature.split_at(32);
        blob.get_mut(32..64).unwrap().copy_from_slice(r);
        blob.get_mut(96..128).unwrap().copy_from_slice(s);
        unsafe { out.copy_from_nonoverlapping(blob.as_ptr(), blob.len()) };
    }))
}

#[unsafe(no_mangle)]
#[doc = "GM/T 0018 6.3.17"]
pub unsafe extern "C" fn SDF_ExchangeDigitEnvelopeBaseOnECC(
    session: H,
    index: u32,
    _algorithm: u32,
    key: *const u8,
    cipher: *const u8,
    out: *mut u8,
) -> c_int {
    let (key, cipher) = unsafe { (read_key(key), read_cipher(cipher)) };
    let answer = MODEL.exchange(session.addr(), index, key, cipher);
    code(answer.map(|exchanged| unsafe { write_cipher(&exchanged, out) }))
}

#[unsafe(no_mangle)]
#[doc = "Not in GM/T 0018; as several vendors have it."]
pub unsafe extern "C" fn SDF_InternalDecrypt_ECC(
    session: H,
    index: u32,
    cipher: *const u8,
    out: *mut u8,
    length: *mut u32,
) -> c_int {
    let cipher = unsafe { read_cipher(cipher) };
    code(MODEL.decrypt("SDF_InternalDecrypt_ECC", session.addr(), index, cipher).map(|plain| unsafe {
        out.copy_from_nonoverlapping(plain.as_ptr(), plain.len());
        *length = u32::try_from(plain.len()).unwrap();
    }))
}
