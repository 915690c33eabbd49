//! The functions of a GM/T 0016 library, made safe: handles are closed when dropped and cannot outlive what they were
//! opened in, buffers have lengths, and every code but SAR_OK is an error that names its function.
//!
//! **Architecture invariant.** All unsafe code of the SKF driver is here, and nothing here decides anything. What must
//! be believed is that the library is one of GM/T 0016 with the configured width of ULONG; a wrong width is caught by
//! wrong answers, because every word the library writes has room for the wider form.

#![expect(unsafe_code, reason = "calls into a vendor's C library; the only place of this driver that does")]

use core::ffi::{CStr, c_char, c_void};
use core::ptr;
use std::path::Path;

use libloading::Library;
use zeroize::{Zeroize as _, Zeroizing};

use super::blob::{self, SIGNATURE};
use super::code::{BUFFER_TOO_SMALL, Code, OK};
use crate::config::{DecryptFunction, Width};

/// BOOL of the specification.
type Bool = i32;
/// DEVHANDLE, HAPPLICATION and HCONTAINER.
type Handle = *mut c_void;

/// SKF_VerifyPIN's USER_TYPE.
const USER: u32 = 1;
/// Lists and certificates longer than this are nobody's.
const MOST: usize = 1024 * 1024;
/// Room for DEVINFO in every vendor's form.
const DEVICE_INFO: usize = 1024;

/// ULONG.
trait Word: Copy + Default + Send + Sync + 'static {
    fn from_u32(value: u32) -> Self;
    fn to_u64(self) -> u64;
    /// A length; lengths here are far below 32 bits.
    fn from_length(length: usize) -> Self {
        Self::from_u32(u32::try_from(length).unwrap_or(u32::MAX))
    }
}

impl Word for u32 {
    fn from_u32(value: u32) -> Self {
        value
    }
    fn to_u64(self) -> u64 {
        self.into()
    }
}

impl Word for u64 {
    fn from_u32(value: u32) -> Self {
        value.into()
    }
    fn to_u64(self) -> u64 {
        self
    }
}

/// A word that the library writes. The second one is never used: a library whose ULONG is wider than configured writes
/// into it instead of over something else.
struct Out<U>([U; 2]);

impl<U: Word> Out<U> {
    fn new(value: U) -> Self {
        Self([value, U::default()])
    }
    fn pointer(&mut self) -> *mut U {
        self.0.as_mut_ptr()
    }
    fn get(&self) -> u64 {
        let [value, _] = self.0;
        value.to_u64()
    }
}

type ListFn<U> = unsafe extern "system" fn(Handle, *mut c_char, *mut U) -> U;
type OpenFn<U> = unsafe extern "system" fn(Handle, *const c_char, *mut Handle) -> U;
type CloseFn<U> = unsafe extern "system" fn(Handle) -> U;
type DecryptFn<U> = unsafe extern "system" fn(Handle, *const u8, *mut u8, *mut U) -> U;
type DecryptKeyFn<U> = unsafe extern "system" fn(Handle, U, *const u8, *mut u8, *mut U) -> U;

enum Decrypt<U> {
    Absent,
    Plain(DecryptFn<U>),
    WithKey(DecryptKeyFn<U>, u32),
}

/// The functions with ULONG of one width.
struct Table<U> {
    enum_dev: unsafe extern "system" fn(Bool, *mut c_char, *mut U) -> U,
    dev_state: unsafe extern "system" fn(*const c_char, *mut U) -> U,
    connect: unsafe extern "system" fn(*const c_char, *mut Handle) -> U,
    disconnect: CloseFn<U>,
    dev_info: unsafe extern "system" fn(Handle, *mut u8) -> U,
    enum_application: ListFn<U>,
    open_application: OpenFn<U>,
    close_application: CloseFn<U>,
    pin_info: unsafe extern "system" fn(Handle, U, *mut U, *mut U, *mut Bool) -> U,
    verify_pin: unsafe extern "system" fn(Handle, U, *const c_char, *mut U) -> U,
    clear_state: CloseFn<U>,
    enum_container: ListFn<U>,
    open_container: OpenFn<U>,
    close_container: CloseFn<U>,
    certificate: unsafe extern "system" fn(Handle, Bool, *mut u8, *mut U) -> U,
    sign: unsafe extern "system" fn(Handle, *const u8, U, *mut u8) -> U,
    decrypt: Decrypt<U>,
}

/// What every width offers; private, so that handles come from the library and nowhere else.
trait Calls: Send + Sync {
    fn enum_dev(&self, list: &mut [u8]) -> (u64, u64);
    fn dev_state(&self, name: &CStr) -> (u64, u64);
    fn connect(&self, name: &CStr) -> (u64, Handle);
    fn disconnect(&self, device: Handle) -> u64;
    fn dev_info(&self, device: Handle, info: &mut [u8; DEVICE_INFO]) -> u64;
    fn enum_application(&self, device: Handle, list: &mut [u8]) -> (u64, u64);
    fn open_application(&self, device: Handle, name: &CStr) -> (u64, Handle);
    fn close_application(&self, application: Handle) -> u64;
    fn pin_info(&self, application: Handle) -> (u64, u64, u64);
    fn verify_pin(&self, application: Handle, pin: &CStr) -> (u64, u64);
    fn clear_state(&self, application: Handle) -> u64;
    fn enum_container(&self, application: Handle, list: &mut [u8]) -> (u64, u64);
    fn open_container(&self, application: Handle, name: &CStr) -> (u64, Handle);
    fn close_container(&self, container: Handle) -> u64;
    fn certificate(&self, container: Handle, signing: bool, out: &mut [u8]) -> (u64, u64);
    fn sign(&self, container: Handle, digest: &[u8; 32], out: &mut [u8; 2 * SIGNATURE]) -> u64;
    fn decrypt(&self, container: Handle, cipher: &[u8], out: &mut [u8]) -> Option<(u64, u64)>;
}

// SAFETY (for every block of this implementation): the pointers are to live buffers of at least the length that is
// passed beside them, or to words with twice the room the specification asks for; texts end with NUL; handles were
// given by the same library and are not closed yet, which `Device`, `Application` and `Container` see to.
impl<U: Word> Calls for Table<U> {
    fn enum_dev(&self, list: &mut [u8]) -> (u64, u64) {
        let mut size = Out::new(U::from_length(list.len()));
        // SAFETY: see above.
        let code = unsafe { (self.enum_dev)(1, list.as_mut_ptr().cast(), size.pointer()) };
        (code.to_u64(), size.get())
    }

    fn dev_state(&self, name: &CStr) -> (u64, u64) {
        let mut state = Out::new(U::default());
        // SAFETY: see above.
        let code = unsafe { (self.dev_state)(name.as_ptr(), state.pointer()) };
        (code.to_u64(), state.get())
    }

    fn connect(&self, name: &CStr) -> (u64, Handle) {
        let mut handle = ptr::null_mut();
        // SAFETY: see above.
        let code = unsafe { (self.connect)(name.as_ptr(), &raw mut handle) };
        (code.to_u64(), handle)
    }

    fn disconnect(&self, device: Handle) -> u64 {
        // SAFETY: see above.
        unsafe { (self.disconnect)(device) }.to_u64()
    }

    fn dev_info(&self, device: Handle, info: &mut [u8; DEVICE_INFO]) -> u64 {
        // SAFETY: see above; no vendor's DEVINFO is longer than a third of the buffer.
        unsafe { (self.dev_info)(device, info.as_mut_ptr()) }.to_u64()
    }

    fn enum_application(&self, device: Handle, list: &mut [u8]) -> (u64, u64) {
        let mut size = Out::new(U::from_length(list.len()));
        // SAFETY: see above.
        let code = unsafe { (self.enum_application)(device, list.as_mut_ptr().cast(), size.pointer()) };
        (code.to_u64(), size.get())
    }

    fn open_application(&self, device: Handle, name: &CStr) -> (u64, Handle) {
        let mut handle = ptr::null_mut();
        // SAFETY: see above.
        let code = unsafe { (self.open_application)(device, name.as_ptr(), &raw mut handle) };
        (code.to_u64(), handle)
    }

    fn close_application(&self, application: Handle) -> u64 {
        // SAFETY: see above.
        unsafe { (self.close_application)(application) }.to_u64()
    }

    fn pin_info(&self, application: Handle) -> (u64, u64, u64) {
        let (mut most, mut left) = (Out::new(U::default()), Out::new(U::default()));
        let mut default = [0; 4];
        let user = U::from_u32(USER);
        // SAFETY: see above.
        let code = unsafe {
            (self.pin_info)(application, user, most.pointer(), left.pointer(), default.as_mut_ptr())
        };
        (code.to_u64(), most.get(), left.get())
    }

    fn verify_pin(&self, application: Handle, pin: &CStr) -> (u64, u64) {
        let mut left = Out::new(U::default());
        // SAFETY: see above.
        let code = unsafe { (self.verify_pin)(application, U::from_u32(USER), pin.as_ptr(), left.pointer()) };
        (code.to_u64(), left.get())
    }

    fn clear_state(&self, application: Handle) -> u64 {
        // SAFETY: see above.
        unsafe { (self.clear_state)(application) }.to_u64()
    }

    fn enum_container(&self, application: Handle, list: &mut [u8]) -> (u64, u64) {
        let mut size = Out::new(U::from_length(list.len()));
        // SAFETY: see above.
        let code = unsafe { (self.enum_container)(application, list.as_mut_ptr().cast(), size.pointer()) };
        (code.to_u64(), size.get())
    }

    fn open_container(&self, application: Handle, name: &CStr) -> (u64, Handle) {
        let mut handle = ptr::null_mut();
        // SAFETY: see above.
        let code = unsafe { (self.open_container)(application, name.as_ptr(), &raw mut handle) };
        (code.to_u64(), handle)
    }

    fn close_container(&self, container: Handle) -> u64 {
        // SAFETY: see above.
        unsafe { (self.close_container)(container) }.to_u64()
    }

    fn certificate(&self, container: Handle, signing: bool, out: &mut [u8]) -> (u64, u64) {
        let mut size = Out::new(U::from_length(out.len()));
        // SAFETY: see above.
        let code =
            unsafe { (self.certificate)(container, Bool::from(signing), out.as_mut_ptr(), size.pointer()) };
        (code.to_u64(), size.get())
    }

    fn sign(&self, container: Handle, digest: &[u8; 32], out: &mut [u8; 2 * SIGNATURE]) -> u64 {
        let length = U::from_length(digest.len());
        // SAFETY: see above; the library writes an ECCSIGNATUREBLOB, half of the buffer.
        unsafe { (self.sign)(container, digest.as_ptr(), length, out.as_mut_ptr()) }.to_u64()
    }

    fn decrypt(&self, container: Handle, cipher: &[u8], out: &mut [u8]) -> Option<(u64, u64)> {
        let mut size = Out::new(U::from_length(out.len()));
        let (input, output) = (cipher.as_ptr(), out.as_mut_ptr());
        let code = match &self.decrypt {
            Decrypt::Absent => return None,
            // SAFETY: see above; the blob holds the length of its last field.
            Decrypt::Plain(function) => unsafe { function(container, input, output, size.pointer()) },
            // SAFETY: the same.
            Decrypt::WithKey(function, key) => unsafe {
                function(container, U::from_u32(*key), input, output, size.pointer())
            },
        };
        Some((code.to_u64(), size.get()))
    }
}

impl<U: Word> Table<U> {
    fn load(library: &Library, decrypt: &DecryptFunction) -> Result<Self, String> {
        Ok(Self {
            enum_dev: symbol(library, "SKF_EnumDev")?,
            dev_state: symbol(library, "SKF_GetDevState")?,
            connect: symbol(library, "SKF_ConnectDev")?,
            disconnect: symbol(library, "SKF_DisConnectDev")?,
            dev_info: symbol(library, "SKF_GetDevInfo")?,
            enum_application: symbol(library, "SKF_EnumApplication")?,
            open_application: symbol(library, "SKF_OpenApplication")?,
            close_application: symbol(library, "SKF_CloseApplication")?,
            pin_info: symbol(library, "SKF_GetPINInfo")?,
            verify_pin: symbol(library, "SKF_VerifyPIN")?,
            clear_state: symbol(library, "SKF_ClearSecureState")?,
            enum_container: symbol(library, "SKF_EnumContainer")?,
            open_container: symbol(library, "SKF_OpenContainer")?,
            close_container: symbol(library, "SKF_CloseContainer")?,
            certificate: symbol(library, "SKF_ExportCertificate")?,
            sign: symbol(library, "SKF_ECCSignData")?,
            decrypt: match decrypt.key {
                None => symbol(library, &decrypt.function).map_or(Decrypt::Absent, Decrypt::Plain),
                Some(key) => symbol(library, &decrypt.function)
                    .map_or(Decrypt::Absent, |function| Decrypt::WithKey(function, key)),
            },
        })
    }
}

/// A function of the library.
fn symbol<T: Copy>(library: &Library, name: &str) -> Result<T, String> {
    // SAFETY: T is a function pointer of the specification's signature; the library stays loaded for ever.
    unsafe { library.get::<T>(name.as_bytes()) }
        .map(|symbol| *symbol)
        .map_err(|_| format!("the function {name} is missing"))
}

/// A loaded library. Stays loaded for as long as the process runs: vendors' libraries start threads that do not end
/// when they are unloaded.
pub(super) struct Skf(Box<dyn Calls>);

impl Skf {
    pub(super) fn load(path: &Path, width: Width, decrypt: &DecryptFunction) -> Result<Self, String> {
        // SAFETY: loading runs the vendor's initialisers; whoever wrote the configuration file trusts them.
        let library = unsafe { Library::new(path) }.map_err(|error| error.to_string())?;
        let calls: Box<dyn Calls> = match width {
            Width::Bits32 => Box::new(Table::<u32>::load(&library, decrypt)?),
            Width::Bits64 => Box::new(Table::<u64>::load(&library, decrypt)?),
        };
        core::mem::forget(library);
        Ok(Self(calls))
    }

    /// Names of the devices that are present.
    pub(super) fn devices(&self) -> Result<Vec<Vec<u8>>, Code> {
        grow("SKF_EnumDev", |list| self.0.enum_dev(list)).map(|list| blob::names(&list))
    }

    /// Whether a device is known to be absent.
    pub(super) fn is_absent(&self, name: &CStr) -> bool {
        const ABSENT: u64 = 0;
        self.0.dev_state(name) == (OK, ABSENT)
    }

    pub(super) fn connect(&self, name: &CStr) -> Result<Device<'_>, Code> {
        let (number, handle) = self.0.connect(name);
        done("SKF_ConnectDev", number).map(|()| Device { calls: &*self.0, handle })
    }
}

/// A connected device.
pub(super) struct Device<'a> {
    calls: &'a dyn Calls,
    handle: Handle,
}

impl Device<'_> {
    /// DEVINFO.
    pub(super) fn info(&self) -> Result<[u8; DEVICE_INFO], Code> {
        let mut info = [0; DEVICE_INFO];
        done("SKF_GetDevInfo", self.calls.dev_info(self.handle, &mut info)).map(|()| info)
    }

    pub(super) fn applications(&self) -> Result<Vec<Vec<u8>>, Code> {
        let list = grow("SKF_EnumApplication", |list| self.calls.enum_application(self.handle, list));
        list.map(|list| blob::names(&list))
    }

    pub(super) fn application(&self, name: &CStr) -> Result<Application<'_>, Code> {
        let (number, handle) = self.calls.open_application(self.handle, name);
        done("SKF_OpenApplication", number).map(|()| Application { calls: self.calls, handle })
    }
}

impl Drop for Device<'_> {
    fn drop(&mut self) {
        // A device that is gone cannot be disconnected either; there is nobody to tell.
        self.calls.disconnect(self.handle);
    }
}

/// An open application.
pub(super) struct Application<'a> {
    calls: &'a dyn Calls,
    handle: Handle,
}

impl Application<'_> {
    /// The user PIN's tries: at most, and left.
    pub(super) fn pin_info(&self) -> Result<(u64, u64), Code> {
        let (number, most, left) = self.calls.pin_info(self.handle);
        done("SKF_GetPINInfo", number).map(|()| (most, left))
    }

    /// Verifies the user PIN; with a wrong one the device says what is left.
    pub(super) fn verify_pin(&self, pin: &CStr) -> Result<(), (Code, u64)> {
        let (number, left) = self.calls.verify_pin(self.handle, pin);
        done("SKF_VerifyPIN", number).map_err(|code| (code, left))
    }

    pub(super) fn containers(&self) -> Result<Vec<Vec<u8>>, Code> {
        let list = grow("SKF_EnumContainer", |list| self.calls.enum_container(self.handle, list));
        list.map(|list| blob::names(&list))
    }

    pub(super) fn container(&self, name: &CStr) -> Result<Container<'_>, Code> {
        let (number, handle) = self.calls.open_container(self.handle, name);
        done("SKF_OpenContainer", number).map(|()| Container { calls: self.calls, handle })
    }
}

impl Drop for Application<'_> {
    fn drop(&mut self) {
        // Logged out before it is closed: some libraries keep the login of a closed application.
        self.calls.clear_state(self.handle);
        self.calls.close_application(self.handle);
    }
}

/// An open container.
pub(super) struct Container<'a> {
    calls: &'a dyn Calls,
    handle: Handle,
}

impl Container<'_> {
    /// The signing or the encryption certificate, as DER.
    pub(super) fn certificate(&self, signing: bool) -> Result<Vec<u8>, Code> {
        grow("SKF_ExportCertificate", |out| self.calls.certificate(self.handle, signing, out))
    }

    /// Signs a digest; answers an ECCSIGNATUREBLOB.
    pub(super) fn sign(&self, digest: &[u8; 32]) -> Result<[u8; SIGNATURE], Code> {
        let mut out = [0; 2 * SIGNATURE];
        done("SKF_ECCSignData", self.calls.sign(self.handle, digest, &mut out))?;
        Ok(*out.first_chunk().unwrap_or(&[0; SIGNATURE]))
    }

    /// Decrypts an ECCCIPHERBLOB whose plaintext has `length` bytes; nothing if the library has no such function.
    pub(super) fn decrypt(&self, cipher: &[u8], length: usize) -> Option<Result<Zeroizing<Vec<u8>>, Code>> {
        // Some libraries ask for room for the whole ciphertext.
        let mut out = Zeroizing::new(vec![0; cipher.len().max(length)]);
        let (number, written) = self.calls.decrypt(self.handle, cipher, &mut out)?;
        Some(done("SKF_ECCDecrypt", number).map(|()| {
            let written = usize::try_from(written).unwrap_or(usize::MAX).min(out.len());
            if let Some(rest) = out.get_mut(written..) {
                rest.zeroize();
            }
            out.truncate(written);
            out
        }))
    }
}

impl Drop for Container<'_> {
    fn drop(&mut self) {
        self.calls.close_container(self.handle);
    }
}

fn done(function: &'static str, number: u64) -> Result<(), Code> {
    if number == OK { Ok(()) } else { Err(Code { function, number }) }
}

/// Calls with a buffer that fits nearly always, and once more with what the library then asks for.
fn grow(function: &'static str, mut call: impl FnMut(&mut [u8]) -> (u64, u64)) -> Result<Vec<u8>, Code> {
    let mut buffer = vec![0; 8 * 1024];
    for _ in 0..3 {
        let (number, size) = call(&mut buffer);
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        if number == BUFFER_TOO_SMALL && size > buffer.len() && size <= MOST {
            buffer = vec![0; size];
            continue;
        }
        done(function, number)?;
        buffer.truncate(size);
        return Ok(buffer);
    }
    Err(Code { function, number: BUFFER_TOO_SMALL })
}
