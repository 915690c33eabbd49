//! Return codes of PKCS#11, and what each means for the holder. The names are those of the specification.

use bidroom_hsm::Fault;
use bidroom_hsm::pkcs11::{Sm2Failure, fault_of};
use cryptoki::error::{Error, RvError};

use crate::error::{Call, LockName, LockTrouble, Meaning};
use crate::found::FoundLock;

pub(super) fn sm2_failed(found: &FoundLock, failure: Sm2Failure) -> LockTrouble {
    match failure {
        Sm2Failure::Device(error) => failed(&found.name(), &error),
        Sm2Failure::Rejected => LockTrouble::Unopened { lock: found.name() },
        Sm2Failure::Answer(what) => LockTrouble::Failed {
            lock: found.name(),
            call: Call { function: "PKCS#11".to_owned(), code: what, meaning: Meaning::Misfit },
        },
    }
}

pub(super) fn failed(lock: &LockName, error: &Error) -> LockTrouble {
    let lock = lock.clone();
    let meaning = match error {
        Error::Pkcs11(code, _) => meaning(code),
        _ => Meaning::Misfit,
    };
    let (function, code) = match fault_of(error) {
        Fault::Pkcs11 { function, code } => (function, code),
        other => ("PKCS#11".to_owned(), other.to_string()),
    };
    let call = Call { function, code, meaning };
    if meaning == Meaning::Removed {
        LockTrouble::Removed { lock, call }
    } else {
        LockTrouble::Failed { lock, call }
    }
}

/// What a return code means for the holder.
const fn meaning(code: &RvError) -> Meaning {
    match code {
        RvError::DeviceRemoved
        | RvError::TokenNotPresent
        | RvError::SlotIdInvalid
        | RvError::SessionClosed
        | RvError::SessionHandleInvalid => Meaning::Removed,
        RvError::FunctionNotSupported
        | RvError::MechanismInvalid
        | RvError::KeyFunctionNotPermitted
        | RvError::TokenNotRecognized => Meaning::Unsupported,
        RvError::ArgumentsBad
        | RvError::MechanismParamInvalid
        | RvError::TemplateInconsistent
        | RvError::TemplateIncomplete
        | RvError::AttributeTypeInvalid
        | RvError::AttributeValueInvalid
        | RvError::KeyTypeInconsistent
        | RvError::BufferTooSmall
        | RvError::CryptokiNotInitialized => Meaning::Misfit,
        RvError::DataInvalid | RvError::DataLenRange | RvError::FunctionFailed => Meaning::Computation,
        RvError::KeyHandleInvalid | RvError::ObjectHandleInvalid => Meaning::Missing,
        RvError::DeviceMemory | RvError::SessionCount => Meaning::Full,
        RvError::UserNotLoggedIn | RvError::PinExpired | RvError::PinIncorrect | RvError::PinLocked => {
            Meaning::Pin
        }
        RvError::UserAlreadyLoggedIn | RvError::UserAnotherAlreadyLoggedIn | RvError::OperationActive => {
            Meaning::Busy
        }
        _ => Meaning::Broken,
    }
}
