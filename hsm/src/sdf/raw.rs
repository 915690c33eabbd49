//! The functions of a GM/T 0018 library, made safe: sessions are closed when dropped, access rights are given back,
//! buffers have lengths, and every code but SDR_OK is an error that names its function.
//!
//! **Architecture invariant.** All unsafe code of the SDF backend is here, and nothing here decides anything. What must
//! be believed is that the library is one of GM/T 0018. Its functions are plain C functions, also on 32-bit Windows
//! (`extern "C"`), and its integers are `unsigned int`, 32 bits everywhere.

#![expect(unsafe_code, reason = "calls into a vendor's C library; the only place of this backend that does")]

use core::ffi::{c_int, c_void};
use core::ptr;
use std::path::Path;
use std::sync::Arc;

use libloading::Library;
use zeroize::Zeroizing;

use super::code::Code;
use super::config::SdfDecryption;

type Handle = *mut c_void;

/// Room for DEVICEINFO in every vendor's form.
const DEVICE_INFO: usize = 1024;
/// Room for a public key or a signature: at most 4 + 2 × 64 bytes, and as much again.
const SMALL: usize = 512;

type OpenDeviceFn = unsafe extern "C" fn(*mut Handle) -> c_int;
type OpenSessionFn = unsafe extern "C" fn(Handle, *mut Handle) -> c_int;
type CloseFn = unsafe extern "C" fn(Handle) -> c_int;
type InfoFn = unsafe extern "C" fn(Handle, *mut u8) -> c_int;
type RandomFn = unsafe extern "C" fn(Handle, u32, *mut u8) -> c_int;
type AccessFn = unsafe extern "C" fn(Handle, u32, *const u8, u32) -> c_int;
type ReleaseFn = unsafe extern "C" fn(Handle, u32) -> c_int;
type ExportFn = unsafe extern "C" fn(Handle, u32, *mut u8) -> c_int;
type SignFn = unsafe extern "C" fn(Handle, u32, *const u8, u32, *mut u8) -> c_int;
type ExchangeFn = unsafe extern "C" fn(Handle, u32, u32, *const u8, *const u8, *mut u8) -> c_int;
type DecryptFn = unsafe extern "C" fn(Handle, u32, *const u8, *mut u8, *mut u32) -> c_int;
type DecryptAlgorithmFn = unsafe extern "C" fn(Handle, u32, u32, *const u8, *mut u8, *mut u32) -> c_int;

/// The function that opens ciphertexts.
#[derive(Clone, Copy)]
enum Opening {
    Exchange(ExchangeFn),
    Internal(DecryptFn),
    InternalWithAlgorithm(DecryptAlgorithmFn),
}

/// A loaded library. Stays loaded for as long as the process runs: vendors' libraries start threads that do not end
/// when they are unloaded.
pub(super) struct Sdf {
    open_device: OpenDeviceFn,
    close_device: CloseFn,
    open_session: OpenSessionFn,
    close_session: CloseFn,
    device_info: InfoFn,
    random: RandomFn,
    access: AccessFn,
    release: ReleaseFn,
    export_sign: ExportFn,
    export_encryption: ExportFn,
    sign: SignFn,
    opening: Opening,
}

impl Sdf {
    pub(super) fn load(path: &Path, decrypt: SdfDecryption) -> Result<Self, String> {
        // SAFETY: loading runs the vendor's initialisers; whoever wrote the configuration file trusts them.
        let library = unsafe { Library::new(path) }.map_err(|error| error.to_string())?;
        let opening = match decrypt {
            SdfDecryption::Exchange => {
                Opening::Exchange(symbol(&library, "SDF_ExchangeDigitEnvelopeBaseOnECC")?)
            }
            SdfDecryption::Internal => Opening::Internal(symbol(&library, "SDF_InternalDecrypt_ECC")?),
            SdfDecryption::InternalWithAlgorithm => {
                Opening::InternalWithAlgorithm(symbol(&library, "SDF_InternalDecrypt_ECC")?)
            }
        };
        let loaded = Self {
            open_device: symbol(&library, "SDF_OpenDevice")?,
            close_device: symbol(&library, "SDF_CloseDevice")?,
            open_session: symbol(&library, "SDF_OpenSession")?,
            close_session: symbol(&library, "SDF_CloseSession")?,
            device_info: symbol(&library, "SDF_GetDeviceInfo")?,
            random: symbol(&library, "SDF_GenerateRandom")?,
            access: symbol(&library, "SDF_GetPrivateKeyAccessRight")?,
            release: symbol(&library, "SDF_ReleasePrivateKeyAccessRight")?,
            export_sign: symbol(&library, "SDF_ExportSignPublicKey_ECC")?,
            export_encryption: symbol(&library, "SDF_ExportEncPublicKey_ECC")?,
            sign: symbol(&library, "SDF_InternalSign_ECC")?,
            opening,
        };
        core::mem::forget(library);
        Ok(loaded)
    }

    /// SDF_OpenDevice.
    pub(super) fn open(self: &Arc<Self>) -> Result<Device, Code> {
        let mut handle = ptr::null_mut();
        // SAFETY: the pointer is to a live handle.
        let number = unsafe { (self.open_device)(&raw mut handle) };
        done("SDF_OpenDevice", number).map(|()| Device { sdf: Arc::clone(self), handle })
    }
}

/// A function of the library.
fn symbol<T: Copy>(library: &Library, name: &str) -> Result<T, String> {
    // SAFETY: T is a function pointer of the specification's signature; the library stays loaded for ever.
    unsafe { library.get::<T>(name.as_bytes()) }
        .map(|symbol| *symbol)
        .map_err(|_| format!("the function {name} is missing"))
}

/// An open device; closed when the last user drops it.
pub(super) struct Device {
    sdf: Arc<Sdf>,
    handle: Handle,
}

// SAFETY: a device handle is a number of the library, which GM/T 0018 lets several threads open sessions with; it is
// used for that and for closing, which happens once, when nobody else has it.
unsafe impl Send for Device {}
// SAFETY: as above.
unsafe impl Sync for Device {}

impl Device {
    /// SDF_OpenSession.
    pub(super) fn session(&self) -> Result<Session<'_>, Code> {
        let mut handle = ptr::null_mut();
        // SAFETY: the device is open; the pointer is to a live handle.
        let number = unsafe { (self.sdf.open_session)(self.handle, &raw mut handle) };
        done("SDF_OpenSession", number).map(|()| Session { sdf: &self.sdf, handle })
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        // SAFETY: the handle was given by SDF_OpenDevice and is closed once. One that is gone cannot be closed either.
        unsafe { (self.sdf.close_device)(self.handle) };
    }
}

/// An open session.
pub(super) struct Session<'a> {
    sdf: &'a Sdf,
    handle: Handle,
}

/// Which of an index's two pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    Signing,
    Encryption,
}

// SAFETY (for every block of this implementation): the session is open; pointers are to live buffers of the length
// that is passed beside them, or of more than the specification's structure has.
impl Session<'_> {
    /// DEVICEINFO.
    pub(super) fn device_info(&self) -> Result<[u8; DEVICE_INFO], Code> {
        let mut info = [0; DEVICE_INFO];
        // SAFETY: see above.
        let number = unsafe { (self.sdf.device_info)(self.handle, info.as_mut_ptr()) };
        done("SDF_GetDeviceInfo", number).map(|()| info)
    }

    /// Random bytes of the device.
    pub(super) fn random(&self) -> Result<Zeroizing<[u8; 32]>, Code> {
        let mut bytes = Zeroizing::new([0; 32]);
        // SAFETY: see above.
        let number = unsafe { (self.sdf.random)(self.handle, 32, bytes.as_mut_ptr()) };
        done("SDF_GenerateRandom", number).map(|()| bytes)
    }

    /// The public key at an index, as ECCrefPublicKey.
    pub(super) fn public_key(&self, index: u32, half: Half) -> Result<[u8; SMALL], Code> {
        let (function, name) = match half {
            Half::Signing => (self.sdf.export_sign, "SDF_ExportSignPublicKey_ECC"),
            Half::Encryption => (self.sdf.export_encryption, "SDF_ExportEncPublicKey_ECC"),
        };
        let mut blob = [0; SMALL];
        // SAFETY: see above.
        let number = unsafe { function(self.handle, index, blob.as_mut_ptr()) };
        done(name, number).map(|()| blob)
    }

    /// Asks for the right to use the private keys at an index; given back when the answer is dropped.
    pub(super) fn access(&self, index: u32, password: &str) -> Result<Access<'_>, Code> {
        let length = u32::try_from(password.len()).unwrap_or(u32::MAX);
        // SAFETY: see above.
        let number = unsafe { (self.sdf.access)(self.handle, index, password.as_ptr(), length) };
        done("SDF_GetPrivateKeyAccessRight", number).map(|()| Access { session: self, index })
    }

    /// Signs a digest; answers an ECCSignature.
    pub(super) fn sign(&self, index: u32, digest: &[u8; 32]) -> Result<[u8; SMALL], Code> {
        let mut blob = [0; SMALL];
        // SAFETY: see above.
        let number = unsafe { (self.sdf.sign)(self.handle, index, digest.as_ptr(), 32, blob.as_mut_ptr()) };
        done("SDF_InternalSign_ECC", number).map(|()| blob)
    }

    /// Opens an ECCCipher: either its plaintext, or an ECCCipher for `other`.
    pub(super) fn open(
        &self,
        index: u32,
        algorithm: u32,
        cipher: &[u8],
        other: &[u8],
    ) -> Result<Opened, Code> {
        let mut out = Zeroizing::new(vec![0; cipher.len().saturating_add(SMALL)]);
        let mut length = u32::try_from(out.len()).unwrap_or(u32::MAX);
        let (input, output) = (cipher.as_ptr(), out.as_mut_ptr());
        let (number, name) = match self.sdf.opening {
            // SAFETY: see above; the answer is as long as the question.
            Opening::Exchange(function) => (
                unsafe { function(self.handle, index, algorithm, other.as_ptr(), input, output) },
                "SDF_ExchangeDigitEnvelopeBaseOnECC",
            ),
            // SAFETY: see above.
            Opening::Internal(function) => (
                unsafe { function(self.handle, index, input, output, &raw mut length) },
                "SDF_InternalDecrypt_ECC",
            ),
            // SAFETY: see above.
            Opening::InternalWithAlgorithm(function) => (
                unsafe { function(self.handle, index, algorithm, input, output, &raw mut length) },
                "SDF_InternalDecrypt_ECC",
            ),
        };
        done(name, number)?;
        if matches!(self.sdf.opening, Opening::Exchange(_)) {
            return Ok(Opened::Exchanged(out));
        }
        out.truncate(usize::try_from(length).unwrap_or(usize::MAX));
        Ok(Opened::Plaintext(out))
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        // SAFETY: the handle was given by SDF_OpenSession and is closed once.
        unsafe { (self.sdf.close_session)(self.handle) };
    }
}

/// The right to use the private keys at an index.
pub(super) struct Access<'a> {
    session: &'a Session<'a>,
    index: u32,
}

impl Drop for Access<'_> {
    fn drop(&mut self) {
        // SAFETY: the session is open and holds the right.
        unsafe { (self.session.sdf.release)(self.session.handle, self.index) };
    }
}

/// What the device made of a ciphertext.
pub(super) enum Opened {
    /// An ECCCipher for another key, with room behind it.
    Exchanged(Zeroizing<Vec<u8>>),
    /// The plaintext.
    Plaintext(Zeroizing<Vec<u8>>),
}

fn done(function: &'static str, number: c_int) -> Result<(), Code> {
    if number == 0 { Ok(()) } else { Err(Code { function, number: number.cast_unsigned() }) }
}
