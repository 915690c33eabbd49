//! Work that a lock does: away from the task that talks, one piece at a time, and with its trouble remembered.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bidroom_envelope::suite::sm2::{Sign, SignError, Signature, Sm2Ciphertext, Unwrap, UnwrapError};
use bidroom_lock::{Lock, LockIdentity};
use bidroom_locks::{HeldLock, LockTrouble};
use bidroom_wire::bridge::BridgeRefusal;
use zeroize::Zeroizing;

use super::pause::{Pause, Wait};
use super::refused::Refused;

/// Runs what may take seconds, or hang. A library that hangs cannot be stopped: until it returns, nothing else is asked
/// of any lock, and what it answers late goes nowhere.
#[derive(Clone)]
pub(super) struct Device {
    pause: Arc<dyn Pause>,
    busy: Arc<AtomicBool>,
}

/// Frees the device when the work has ended, also by a panic of a vendor's library.
struct Busy(Arc<AtomicBool>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

impl Device {
    pub(super) fn new(pause: Arc<dyn Pause>) -> Self {
        Self { pause, busy: Arc::default() }
    }

    /// Does it.
    ///
    /// # Errors
    /// [`BridgeRefusal::Slow`] if it has not ended in time, or something before it still has not.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refused> {
        if self.busy.swap(true, Ordering::SeqCst) {
            return Err(BridgeRefusal::Slow.into());
        }
        let busy = Busy(self.busy.clone());
        let working = tokio::task::spawn_blocking(move || {
            let _busy = busy;
            work()
        });
        tokio::select! {
            biased;
            done = working => done.map_err(|_| BridgeRefusal::LockFailed.into()),
            () = self.pause.wait(Wait::Device) => Err(BridgeRefusal::Slow.into()),
        }
    }
}

/// A held lock that remembers why it failed: the seams [`Sign`] and [`Unwrap`] carry less than that.
pub(super) struct Watched {
    held: Arc<HeldLock>,
    trouble: Mutex<Option<LockTrouble>>,
}

impl Watched {
    pub(super) const fn new(held: Arc<HeldLock>) -> Self {
        Self { held, trouble: Mutex::new(None) }
    }

    /// Why the last act failed.
    pub(super) fn trouble(self) -> Option<LockTrouble> {
        self.trouble.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn note<T>(&self, done: Result<T, LockTrouble>) -> Option<T> {
        done.map_err(|trouble| {
            *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(trouble);
        })
        .ok()
    }
}

impl Sign for Watched {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        let failed = || SignError::Device("the lock did not sign".to_owned());
        self.note(self.held.try_sign(message)).ok_or_else(failed)
    }
}

impl Unwrap for Watched {
    fn unwrap(&self, ciphertext: &Sm2Ciphertext) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
        let failed = || UnwrapError::Device("the lock did not decrypt".to_owned());
        self.note(self.held.try_unwrap(ciphertext)).ok_or_else(failed)
    }
}

impl Lock for Watched {
    fn identity(&self) -> &LockIdentity {
        self.held.identity()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::BoxFuture;
    use tokio::sync::Notify;

    use super::*;

    /// Time that the test turns.
    struct Turned(Arc<Notify>);

    impl Pause for Turned {
        fn wait(&self, _: Wait) -> BoxFuture<'static, ()> {
            let turned = self.0.clone();
            Box::pin(async move { turned.notified().await })
        }
    }

    #[tokio::test]
    async fn a_lock_that_hangs_is_given_up_and_asked_nothing_until_it_returns() {
        let time = Arc::new(Notify::new());
        let device = Device::new(Arc::new(Turned(time.clone())));
        assert_eq!(device.run(|| 1).await.unwrap(), 1);
        let (go, gate) = std::sync::mpsc::channel::<()>();
        let (ended, end) = std::sync::mpsc::channel::<()>();
        time.notify_one();
        let slow = device.run(move || {
            let _ = gate.recv();
            drop(ended);
        });
        assert_eq!(slow.await.unwrap_err().error.code, "lock_slow");
        assert_eq!(device.run(|| 2).await.unwrap_err().error.code, "lock_slow");
        drop(go);
        let _ = end.recv();
        // The mark is taken off just behind the work.
        while device.busy.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        assert_eq!(device.run(|| 3).await.unwrap(), 3);
    }
}
