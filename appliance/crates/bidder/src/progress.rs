//! Telling how far long work is.

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading documents for the first time, to measure them.
    Measure,
    /// Encrypting.
    Seal,
    /// Comparing a sealed file with what its bidder signed.
    Check,
    /// Opening or verifying a message of another platform.
    Read,
    /// Sending.
    Send,
}

/// Who is told. Called often; must be quick.
pub trait Progress: Send + Sync {
    /// `done` of `total` bytes.
    fn tell(&self, stage: Stage, done: u64, total: u64);
}

/// Nobody is told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn tell(&self, _: Stage, _: u64, _: u64) {}
}

/// Counts what is read and tells it.
pub(crate) struct Counted<'a, R> {
    inner: R,
    stage: Stage,
    done: &'a std::cell::Cell<u64>,
    total: u64,
    progress: &'a dyn Progress,
}

impl<'a, R> Counted<'a, R> {
    pub(crate) fn new(
        inner: R,
        stage: Stage,
        done: &'a std::cell::Cell<u64>,
        total: u64,
        progress: &'a dyn Progress,
    ) -> Self {
        Self { inner, stage, done, total, progress }
    }
}

impl<R: std::io::Read> std::io::Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let came = self.inner.read(buffer)?;
        let done = self.done.get().saturating_add(u64::try_from(came).unwrap_or(u64::MAX));
        self.done.set(done);
        self.progress.tell(self.stage, done, self.total);
        Ok(came)
    }
}
