//! Sessions with a token: a bounded number of them, logged in, renewed when they are lost.
//!
//! A lost session (token pulled and put back, logged out, library restarted) is noticed before use or by the return
//! code; the operation is then begun again in a new session. A PIN that was wrong once is never tried again.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use cryptoki::context::Function;
use cryptoki::error::{Error, RvError};
use cryptoki::session::{Session, SessionState, UserType};
use cryptoki::slot::{Limit, Slot};
use cryptoki::types::AuthPin;

use super::config::TokenSelector;
use super::fault::{Stop, device};
use super::module::{Module, Token};
use crate::error::{CustodyError, Fault, Refusal};
use crate::health::SessionCount;
use crate::level::DeviceIdentity;

/// How often an operation is begun at most.
const ATTEMPTS: usize = 3;

/// Whether an operation leaves the token as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Reads,
    Changes,
}

pub(super) struct Sessions {
    module: Module,
    token: DeviceIdentity,
    /// How the token is found again.
    selector: TokenSelector,
    pin: AuthPin,
    limit: u64,
    pool: Mutex<Pool>,
    changed: Condvar,
}

struct Pool {
    slot: Slot,
    idle: Vec<Session>,
    /// Idle ones and those in use.
    open: u64,
    /// Counts renewals, so that of several threads that notice a loss one renews.
    epoch: u64,
    renewing: bool,
    /// The PIN was wrong; it is not tried again.
    pin_refused: bool,
}

impl Sessions {
    /// Opens the first session, with a fresh login, so that the PIN is known to be right.
    pub(super) fn open(
        module: Module,
        found: Token,
        selector: &TokenSelector,
        pin: AuthPin,
        most: u64,
    ) -> Result<Self, CustodyError> {
        let Token { slot, identity: token } = found;
        let info = module.context().get_token_info(slot).map_err(|error| device(&error))?;
        let limit = match info.max_rw_session_count() {
            Limit::Max(limit) => limit.clamp(1, most),
            Limit::Unavailable | Limit::Infinite => most,
        };
        // A serial number stays with the token; a slot is taken only where there is none.
        let selector = match selector {
            TokenSelector::Slot(_) if token.serial.is_empty() => selector.clone(),
            _ => TokenSelector::Serial(token.serial.clone()),
        };
        let pool = Pool { slot, idle: Vec::new(), open: 0, epoch: 0, renewing: false, pin_refused: false };
        let (pool, changed) = (Mutex::new(pool), Condvar::new());
        let sessions = Self { module, token, selector, pin, limit, pool, changed };
        sessions.first(&mut sessions.pool(), true)?;
        Ok(sessions)
    }

    /// Runs `operation` in a session that is logged in, and again if the session was lost. An operation that changes
    /// the token must change it with its last call, so that one that failed may be begun again.
    pub(super) fn with<T>(
        &self,
        effect: Effect,
        operation: impl Fn(&Session) -> Result<T, Stop>,
    ) -> Result<T, CustodyError> {
        for _ in 1..ATTEMPTS {
            match self.once(effect, &operation) {
                Err((stop, epoch)) if stop.is_loss() => self.renew(epoch)?,
                other => return other.map_err(|(stop, _)| stop.into()),
            }
        }
        self.once(effect, &operation).map_err(|(stop, _)| stop.into())
    }

    fn once<T>(
        &self,
        effect: Effect,
        operation: &impl Fn(&Session) -> Result<T, Stop>,
    ) -> Result<T, (Stop, u64)> {
        let lease = self.lease()?;
        let epoch = lease.epoch;
        let outcome = lease.session().and_then(|session| {
            require_login(session)?;
            let outcome = operation(session);
            if outcome.is_err() || effect == Effect::Reads {
                // Who is logged out in the middle finds no objects, which looks like keys that do not exist: such an
                // answer does not count. A change that was done was done. Nobody can have logged in again meanwhile,
                // because that waits for this lease.
                require_login(session)?;
            }
            outcome
        });
        match outcome {
            Ok(value) => {
                lease.give_back();
                Ok(value)
            }
            Err(stop) => {
                // After an error of the module the session may be dead or hold a half-done operation: it is closed.
                if matches!(stop, Stop::Final(_)) {
                    lease.give_back();
                }
                Err((stop, epoch))
            }
        }
    }

    fn lease(&self) -> Result<Lease<'_>, (Stop, u64)> {
        let mut pool = self.pool();
        loop {
            if !pool.renewing {
                let (slot, epoch) = (pool.slot, pool.epoch);
                if let Some(session) = pool.idle.pop() {
                    return Ok(Lease { sessions: self, session: Some(session), epoch });
                }
                if pool.open < self.limit {
                    let session = self.module.context().open_rw_session(slot);
                    let session = session.map_err(|error| (Stop::Device(error), epoch))?;
                    pool.open += 1;
                    return Ok(Lease { sessions: self, session: Some(session), epoch });
                }
            }
            pool = self.changed.wait(pool).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Closes all sessions, finds the token again and logs in. Nothing else happens in the token meanwhile: modules
    /// should allow it, but SoftHSM 2.6 answers CKR_GENERAL_ERROR to who reads while another logs in.
    fn renew(&self, seen: u64) -> Result<(), CustodyError> {
        let mut pool = self.pool();
        while pool.renewing {
            pool = self.changed.wait(pool).unwrap_or_else(PoisonError::into_inner);
        }
        if pool.epoch != seen {
            return Ok(());
        }
        pool.renewing = true;
        // All old handles are closed before a new one exists: a restarted module gives the same numbers again, and
        // closing an old handle late would close somebody's new session.
        while u64::try_from(pool.idle.len()).unwrap_or(u64::MAX) < pool.open {
            pool = self.changed.wait(pool).unwrap_or_else(PoisonError::into_inner);
        }
        pool.idle.clear();
        pool.open = 0;
        let found = self.find_again().and_then(|slot| {
            pool.slot = slot;
            self.first(&mut pool, false)
        });
        pool.renewing = false;
        pool.epoch += 1;
        self.changed.notify_all();
        found
    }

    fn find_again(&self) -> Result<Slot, CustodyError> {
        self.module.initialize()?;
        match self.module.find(&self.selector) {
            Ok(token) if token.identity == self.token => Ok(token.slot),
            // Another device in the same slot.
            Ok(_) => Err(Fault::Absent(self.name()).into()),
            Err(CustodyError::Refused(Refusal::Token { found: 0, .. })) => {
                Err(Fault::Absent(self.name()).into())
            }
            Err(error) => Err(error),
        }
    }

    /// Opens the first session and logs in; with `afresh` also where somebody else in this process is logged in,
    /// whose PIN need not have been this one.
    fn first(&self, pool: &mut Pool, afresh: bool) -> Result<(), CustodyError> {
        let session = self.module.context().open_rw_session(pool.slot).map_err(|error| device(&error))?;
        let mut logged_in = is_logged_in(&session)?;
        if logged_in && afresh {
            session.logout().map_err(|error| device(&error))?;
            logged_in = false;
        }
        if !logged_in {
            self.log_in(&session, pool)?;
        }
        pool.idle.push(session);
        pool.open += 1;
        Ok(())
    }

    fn log_in(&self, session: &Session, pool: &mut Pool) -> Result<(), CustodyError> {
        let wrong = |last_try| CustodyError::WrongPassphrase { of: self.name(), last_try };
        let state = |locked| Refusal::PinState { token: self.name(), locked };
        let slot = pool.slot;
        let info = || self.module.context().get_token_info(slot).map_err(|error| device(&error));
        let before = info()?;
        if before.user_pin_locked() {
            return Err(state(true).into());
        }
        if pool.pin_refused {
            return Err(wrong(before.user_pin_final_try()));
        }
        if before.user_pin_final_try() {
            return Err(state(false).into());
        }
        match session.login(UserType::User, Some(&self.pin)) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            Err(Error::Pkcs11(RvError::PinIncorrect | RvError::PinLenRange | RvError::PinInvalid, _)) => {
                pool.pin_refused = true;
                Err(wrong(info()?.user_pin_final_try()))
            }
            Err(Error::Pkcs11(RvError::PinLocked, _)) => Err(state(true).into()),
            Err(error) => Err(device(&error)),
        }
    }

    fn name(&self) -> String {
        format!("{} ({})", self.token.label, self.token.serial)
    }

    /// Open sessions, most at once, and how often they were renewed.
    pub(super) fn count(&self) -> SessionCount {
        let pool = self.pool();
        SessionCount { open: pool.open, limit: self.limit, renewals: pool.epoch }
    }

    pub(super) fn module(&self) -> &Module {
        &self.module
    }

    pub(super) fn slot(&self) -> Slot {
        self.pool().slot
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A session in use. Closed when dropped, unless it is given back.
struct Lease<'a> {
    sessions: &'a Sessions,
    session: Option<Session>,
    epoch: u64,
}

impl Lease<'_> {
    fn session(&self) -> Result<&Session, Stop> {
        self.session.as_ref().ok_or_else(|| Fault::Computation("a session was used twice").into())
    }

    fn give_back(mut self) {
        if let Some(session) = self.session.take() {
            self.sessions.pool().idle.push(session);
            self.sessions.changed.notify_all();
        }
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            // Closed before it is counted as closed: see `renew`.
            drop(session);
            let mut pool = self.sessions.pool();
            pool.open = pool.open.saturating_sub(1);
            self.sessions.changed.notify_all();
        }
    }
}

fn is_logged_in(session: &Session) -> Result<bool, Stop> {
    Ok(matches!(session.get_session_info()?.session_state(), SessionState::RwUser | SessionState::RoUser))
}

fn require_login(session: &Session) -> Result<(), Stop> {
    if is_logged_in(session)? {
        Ok(())
    } else {
        Err(Error::Pkcs11(RvError::UserNotLoggedIn, Function::GetSessionInfo).into())
    }
}
