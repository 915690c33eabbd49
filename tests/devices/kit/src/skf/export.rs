//! The specification's names over the model: pointers in, pointers out.

#![expect(unsafe_code, reason = "the functions of a C interface")]

use core::ffi::{CStr, c_char, c_void};

use bidroom_envelope::suite::sm2::{PublicKey, Sm2Ciphertext};

use super::{Answer, Model};

const BUFFER_TOO_SMALL: u64 = 0x0A00_0020;
const INVALID_PARAMETER: u64 = 0x0A00_0006;

/// ULONG.
pub trait Words: Copy + TryFrom<u64> {
    /// Its value.
    fn value(self) -> u64;
    /// From a value that fits.
    fn of(value: u64) -> Self;
}

impl Words for u32 {
    fn value(self) -> u64 {
        self.into()
    }
    fn of(value: u64) -> Self {
        Self::try_from(value).unwrap_or(Self::MAX)
    }
}

impl Words for u64 {
    fn value(self) -> u64 {
        self
    }
    fn of(value: u64) -> Self {
        value
    }
}

/// Carries calls of one width to the model.
///
/// # Safety
/// Every method takes the pointers of the specification's function and trusts them as that function does: each is
/// null where that is allowed, or points to what the specification says.
#[derive(Debug)]
pub struct Plug(pub Model);

#[expect(clippy::missing_safety_doc, missing_docs, reason = "said once for all, at the type")]
impl Plug {
    pub unsafe fn names<U: Words>(answer: Answer<Vec<String>>, list: *mut c_char, size: *mut U) -> U {
        let bytes = answer.map(|names| {
            let mut bytes: Vec<u8> =
                names.iter().flat_map(|name| [name.as_bytes(), b"\0"].concat()).collect();
            bytes.push(0);
            bytes
        });
        unsafe { Self::bytes(bytes, list.cast(), size) }
    }

    pub unsafe fn bytes<U: Words>(answer: Answer<Vec<u8>>, out: *mut u8, size: *mut U) -> U {
        unsafe {
            Self::code(answer.and_then(|bytes| {
                if size.is_null() {
                    return Err(INVALID_PARAMETER);
                }
                let room = (*size).value();
                let length = u64::try_from(bytes.len()).unwrap();
                *size = U::of(length);
                if out.is_null() {
                    return Ok(());
                }
                if room < length {
                    return Err(BUFFER_TOO_SMALL);
                }
                out.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
                Ok(())
            }))
        }
    }

    pub unsafe fn opened<U: Words>(answer: Answer<usize>, out: *mut *mut c_void) -> U {
        Self::code(answer.map(|handle| unsafe { *out = core::ptr::without_provenance_mut(handle) }))
    }

    pub fn code<U: Words>(answer: Answer<()>) -> U {
        U::of(answer.err().unwrap_or(0))
    }

    pub unsafe fn text(pointer: *const c_char) -> String {
        if pointer.is_null() {
            return String::new();
        }
        unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
    }

    pub unsafe fn device_info<U: Words>(answer: Answer<(String, String)>, out: *mut u8) -> U {
        Self::code(answer.map(|(label, serial)| {
            for (at, room, text) in
                [(2, 64, "Drill Keys Ltd"), (66, 64, "Drill Keys Ltd"), (130, 32, &label), (162, 32, &serial)]
            {
                let text = text.as_bytes();
                let length = text.len().min(room);
                unsafe { out.add(at).copy_from_nonoverlapping(text.as_ptr(), length) };
            }
        }))
    }

    pub unsafe fn put<U: Words>(out: *mut U, value: u32) {
        if !out.is_null() {
            unsafe { *out = U::of(value.into()) };
        }
    }

    pub unsafe fn signature<U: Words>(answer: Answer<[u8; 64]>, out: *mut u8) -> U {
        Self::code(answer.map(|signature| {
            let mut blob = [0; 128];
            let (r, s) = signature.split_at(32);
            blob.split_at_mut(32).1.first_chunk_mut::<32>().unwrap().copy_from_slice(r);
            blob.last_chunk_mut::<32>().unwrap().copy_from_slice(s);
            unsafe { out.copy_from_nonoverlapping(blob.as_ptr(), blob.len()) };
        }))
    }

    /// Reads an ECCCIPHERBLOB.
    pub unsafe fn cipher<U: Words>(blob: *const u8) -> Option<Sm2Ciphertext> {
        let width = size_of::<U>();
        let head: [u8; 160] = unsafe { *blob.cast() };
        let length = unsafe { blob.add(160).cast::<U>().read_unaligned() }.value();
        let length = usize::try_from(length).ok().filter(|length| *length < 1024 * 1024)?;
        let c2 = unsafe { core::slice::from_raw_parts(blob.add(160 + width), length) };
        let x: &[u8; 32] = head.get(32..64)?.try_into().ok()?;
        let y: &[u8; 32] = head.get(96..128)?.try_into().ok()?;
        let c3: [u8; 32] = head.get(128..160)?.try_into().ok()?;
        Sm2Ciphertext::from_parts(PublicKey::from_coordinates(x, y).ok()?, c3, c2.to_vec()).ok()
    }
}

/// Defines the functions of GM/T 0016 with ULONG of a width.
#[macro_export]
macro_rules! skf_library {
    ($ulong:ty) => {
        use ::core::ffi::{c_char, c_void};
        use $crate::skf::{Model, Plug};

        static PLUG: Plug = Plug(Model::new());
        type H = *mut c_void;

        $crate::skf_library!(@functions $ulong,
            SKF_EnumDev(_present: i32, list: *mut c_char, size: *mut $ulong) =>
                Plug::names(PLUG.0.devices(), list, size);
            SKF_GetDevState(name: *const c_char, state: *mut $ulong) => {
                let answer = PLUG.0.present(&Plug::text(name));
                Plug::code(answer.map(|present| Plug::put(state, u32::from(present))))
            };
            SKF_ConnectDev(name: *const c_char, device: *mut H) =>
                Plug::opened(PLUG.0.connect(&Plug::text(name)), device);
            SKF_DisConnectDev(device: H) =>
                Plug::code(PLUG.0.close("SKF_DisConnectDev", device.addr()));
            SKF_GetDevInfo(device: H, info: *mut u8) =>
                Plug::device_info(PLUG.0.info(device.addr()), info);
            SKF_EnumApplication(device: H, list: *mut c_char, size: *mut $ulong) =>
                Plug::names(PLUG.0.applications(device.addr()), list, size);
            SKF_OpenApplication(device: H, name: *const c_char, application: *mut H) =>
                Plug::opened(PLUG.0.open_application(device.addr(), &Plug::text(name)), application);
            SKF_CloseApplication(application: H) =>
                Plug::code(PLUG.0.close("SKF_CloseApplication", application.addr()));
            SKF_GetPINInfo(application: H, _kind: $ulong, most: *mut $ulong, left: *mut $ulong, default: *mut i32) => {
                let answer = PLUG.0.tries(application.addr());
                Plug::code(answer.map(|(max, remaining)| {
                    Plug::put(most, max);
                    Plug::put(left, remaining);
                    *default = 0;
                }))
            };
            SKF_VerifyPIN(application: H, _kind: $ulong, pin: *const c_char, left: *mut $ulong) => {
                let (answer, remaining) = PLUG.0.verify(application.addr(), &Plug::text(pin));
                Plug::put(left, remaining);
                Plug::code(answer)
            };
            SKF_ClearSecureState(application: H) => Plug::code(PLUG.0.log_out(application.addr()));
            SKF_EnumContainer(application: H, list: *mut c_char, size: *mut $ulong) =>
                Plug::names(PLUG.0.containers(application.addr()), list, size);
            SKF_OpenContainer(application: H, name: *const c_char, container: *mut H) =>
                Plug::opened(PLUG.0.open_container(application.addr(), &Plug::text(name)), container);
            SKF_CloseContainer(container: H) =>
                Plug::code(PLUG.0.close("SKF_CloseContainer", container.addr()));
            SKF_ExportCertificate(container: H, signing: i32, out: *mut u8, size: *mut $ulong) =>
                Plug::bytes(PLUG.0.certificate(container.addr(), signing != 0), out, size);
            SKF_ECCSignData(container: H, data: *const u8, length: $ulong, out: *mut u8) => {
                let length = usize::try_from(length).unwrap_or(0);
                let digest = ::core::slice::from_raw_parts(data, length);
                Plug::signature(PLUG.0.sign(container.addr(), digest), out)
            };
            SKF_ECCDecrypt(container: H, cipher: *const u8, out: *mut u8, size: *mut $ulong) => {
                let cipher = Plug::cipher::<$ulong>(cipher);
                Plug::bytes(PLUG.0.decrypt("SKF_ECCDecrypt", container.addr(), false, cipher), out, size)
            };
            SKF_PrvKeyDecrypt(container: H, key: $ulong, cipher: *const u8, out: *mut u8, size: *mut $ulong) => {
                let cipher = Plug::cipher::<$ulong>(cipher);
                let answer = PLUG.0.decrypt("SKF_PrvKeyDecrypt", container.addr(), key != 1, cipher);
                Plug::bytes(answer, out, size)
            };
            // Not of the specification: what tests count.
            BIDROOM_OpenHandles() => <$ulong>::try_from(PLUG.0.open_handles()).unwrap_or(<$ulong>::MAX);
        );
    };
    (@functions $ulong:ty, $($name:ident($($argument:ident: $type:ty),*) => $body:expr;)*) => {
        $(
            #[doc = "As the specification has it."]
            #[doc = ""]
            #[doc = "# Safety"]
            #[doc = "Pointers are as the specification says."]
            #[allow(non_snake_case, unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]
            #[unsafe(no_mangle)]
            pub unsafe extern "system" fn $name($($argument: $type),*) -> $ulong {
                #[allow(unused_unsafe)]
                unsafe { $body }
            }
        )*
    };
}
