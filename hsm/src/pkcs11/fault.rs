//! Return codes of the module, and which of them mean that the session is gone.
//!
//! The names are those of the specification, so that they can be looked up in the vendor's manual.

use cryptoki::error::{Error, RvError};

use crate::error::{CustodyError, Fault, Refusal, Tamper};

/// What stopped an operation inside a session.
#[derive(Debug)]
pub(super) enum Stop {
    /// The module answered an error; it may be worth a second try in a new session.
    Device(Error),
    /// Anything else; it is final.
    Final(CustodyError),
}

impl Stop {
    /// Whether the session, the login or the module's state is gone, so that a new session may succeed.
    pub(super) const fn is_loss(&self) -> bool {
        match self {
            Self::Device(Error::Pkcs11(code, _)) => matches!(
                code,
                RvError::SessionHandleInvalid
                    | RvError::SessionClosed
                    | RvError::UserNotLoggedIn
                    | RvError::CryptokiNotInitialized
                    | RvError::DeviceRemoved
                    | RvError::TokenNotPresent
                    | RvError::SlotIdInvalid
            ),
            _ => false,
        }
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Device(error)
    }
}

impl From<CustodyError> for Stop {
    fn from(error: CustodyError) -> Self {
        Self::Final(error)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Final(fault.into())
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Final(refusal.into())
    }
}

impl From<Tamper> for Stop {
    fn from(tamper: Tamper) -> Self {
        Self::Final(tamper.into())
    }
}

impl From<Stop> for CustodyError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Device(error) => device(&error),
            Stop::Final(error) => error,
        }
    }
}

/// Names function and return code.
pub(super) fn device(error: &Error) -> CustodyError {
    fault_of(error).into()
}

/// Names function and return code as the specification does.
pub fn fault_of(error: &Error) -> Fault {
    match error {
        Error::Pkcs11(code, function) => {
            Fault::Pkcs11 { function: format!("C_{function:?}"), code: code_name(code) }
        }
        other => Fault::Module(other.to_string()),
    }
}

/// `CKR_PIN_INCORRECT` of `PinIncorrect`.
fn code_name(code: &RvError) -> String {
    match code {
        RvError::VendorDefined(number) => format!("CKR_VENDOR_DEFINED | {number:#x}"),
        RvError::UnknownErrorCode(number) => format!("{number:#010x}"),
        named => {
            let mut name = "CKR".to_owned();
            for letter in format!("{named:?}").chars() {
                if letter.is_ascii_uppercase() {
                    name.push('_');
                }
                name.push(letter.to_ascii_uppercase());
            }
            name
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cryptoki::context::Function;

    #[track_caller]
    fn check(code: RvError, function: Function, expect: &str) {
        assert_eq!(device(&Error::Pkcs11(code, function)).to_string(), format!("fault: {expect}"));
    }

    #[test]
    fn function_and_code_are_named_as_in_the_specification() {
        check(RvError::PinIncorrect, Function::Login, "C_Login returned CKR_PIN_INCORRECT");
        check(
            RvError::SessionReadWriteSoExists,
            Function::OpenSession,
            "C_OpenSession returned CKR_SESSION_READ_WRITE_SO_EXISTS",
        );
        check(RvError::RandomNoRng, Function::GenerateRandom, "C_GenerateRandom returned CKR_RANDOM_NO_RNG");
        check(RvError::UnknownErrorCode(0x1234), Function::Sign, "C_Sign returned 0x00001234");
    }
}
