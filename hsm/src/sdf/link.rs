//! The connection to the device: a bounded number of sessions, each for one operation, and the device opened afresh when
//! the connection was lost.
//!
//! Knows sessions and the password; knows no key names.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use super::blob;
use super::code::Code;
use super::raw::{Access, Device, Sdf, Session};
use crate::error::{CustodyError, Fault, Refusal};
use crate::health::{LastTrouble, SessionCount, Trouble};
use crate::level::DeviceIdentity;

/// How often an operation is begun at most.
const ATTEMPTS: usize = 3;

/// The connection to one device.
pub(super) struct Link {
    library: Arc<Sdf>,
    identity: DeviceIdentity,
    /// Nothing where private keys ask for none.
    password: Option<Zeroizing<String>>,
    /// The password was refused; it is not tried again. Held while it is tried, so that several threads make one try.
    refused: Mutex<bool>,
    limit: u32,
    state: Mutex<State>,
    freed: Condvar,
    trouble: LastTrouble,
}

struct State {
    device: Option<Arc<Device>>,
    sessions: u32,
    /// How often the device was opened again.
    renewals: u64,
}

/// What stopped an operation inside a session.
pub(super) enum Stop {
    /// The library answered an error; it may be worth another try.
    Device(Code),
    /// Anything else; it is final.
    Final(CustodyError),
}

impl From<Code> for Stop {
    fn from(code: Code) -> Self {
        Self::Device(code)
    }
}

impl<E: Into<CustodyError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Final(error.into())
    }
}

impl Link {
    /// Over a device that is open and was identified.
    pub(super) fn new(
        library: Arc<Sdf>,
        device: Arc<Device>,
        identity: DeviceIdentity,
        password: Option<Zeroizing<String>>,
        limit: u32,
    ) -> Self {
        Self {
            library,
            identity,
            password,
            refused: Mutex::new(false),
            limit,
            state: Mutex::new(State { device: Some(device), sessions: 0, renewals: 0 }),
            freed: Condvar::new(),
            trouble: LastTrouble::default(),
        }
    }

    /// The device.
    pub(super) const fn identity(&self) -> &DeviceIdentity {
        &self.identity
    }

    /// What the device is called in messages.
    pub(super) fn name(&self) -> String {
        format!("{} ({})", self.identity.label, self.identity.serial)
    }

    /// Sessions now.
    pub(super) fn count(&self) -> SessionCount {
        let state = self.state();
        SessionCount { open: state.sessions.into(), limit: self.limit.into(), renewals: state.renewals }
    }

    /// The last trouble.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.trouble.get()
    }

    /// Runs `operation` in a session of its own, and again with the device opened afresh if the connection was lost.
    pub(super) fn with_session<T>(
        &self,
        operation: impl Fn(&Session<'_>) -> Result<T, Stop>,
    ) -> Result<T, CustodyError> {
        let mut attempt = 1;
        let outcome = loop {
            match self.once(&operation) {
                Ok(value) => break Ok(value),
                Err(Stop::Device(code)) if code.is_loss() && attempt < ATTEMPTS => attempt += 1,
                Err(Stop::Device(code)) if code.is_not_supported() => {
                    break Err(Refusal::Mechanism(code.function).into());
                }
                Err(Stop::Device(code)) => break Err(Fault::from(code).into()),
                Err(Stop::Final(error)) => break Err(error),
            }
        };
        self.trouble.note(outcome)
    }

    /// Asks for the right to use the private keys at an index.
    pub(super) fn access<'a>(
        &self,
        session: &'a Session<'a>,
        index: u32,
    ) -> Result<Option<Access<'a>>, Stop> {
        let Some(password) = &self.password else { return Ok(None) };
        let wrong = || CustodyError::WrongPassphrase { of: self.name(), last_try: false };
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if *refused {
            return Err(wrong().into());
        }
        match session.access(index, password) {
            Ok(access) => Ok(Some(access)),
            Err(code) if code.is_denial() => {
                *refused = true;
                Err(wrong().into())
            }
            Err(code) => Err(code.into()),
        }
    }

    fn once<T>(&self, operation: &impl Fn(&Session<'_>) -> Result<T, Stop>) -> Result<T, Stop> {
        let turn = self.turn()?;
        let outcome = turn.device.session().map_err(Stop::from).and_then(|session| operation(&session));
        if let Err(Stop::Device(code)) = &outcome
            && code.is_loss()
        {
            // Opened afresh by the next attempt; closed when the last of those who still use it is done.
            let mut state = self.state();
            state.device.take_if(|current| Arc::ptr_eq(current, &turn.device));
        }
        outcome
    }

    /// The open device, with the right to one session.
    fn turn(&self) -> Result<Turn<'_>, Stop> {
        let mut state = self.state();
        while state.sessions >= self.limit {
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let device = match &state.device {
            Some(device) => Arc::clone(device),
            None => {
                let device = Arc::new(self.library.open()?);
                self.same_device(&device)?;
                state.device = Some(Arc::clone(&device));
                state.renewals += 1;
                device
            }
        };
        state.sessions += 1;
        Ok(Turn { link: self, device })
    }

    /// A device that came back must be the one that went.
    fn same_device(&self, device: &Device) -> Result<(), Stop> {
        let info = device.session()?.device_info()?;
        let (identity, _) = blob::device(&info);
        if identity == self.identity { Ok(()) } else { Err(Fault::Absent(self.name()).into()) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to one session; given back when dropped.
struct Turn<'a> {
    link: &'a Link,
    device: Arc<Device>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.link.state();
        state.sessions = state.sessions.saturating_sub(1);
        self.link.freed.notify_one();
    }
}
