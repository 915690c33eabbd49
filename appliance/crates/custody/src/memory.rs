//! The process' memory: not to be read by others, not to be written to disk.

/// Why the memory could not be kept in.
#[derive(Debug, thiserror::Error)]
pub enum MemoryError {
    /// The process can still be traced and dumped.
    #[error("the process cannot be made undumpable: {0}")]
    Dumpable(rustix::io::Errno),
    /// The memory may be swapped out: usually the limit for locked memory is too small.
    #[error("the memory cannot be locked (the limit for locked memory must allow it): {0}")]
    Lock(rustix::io::Errno),
    /// A core dump may be written.
    #[error("core dumps cannot be switched off: {0}")]
    Core(rustix::io::Errno),
}

/// Makes the process undumpable (no core file, no tracing by others of its user), and locks all its memory, now and
/// later, so that it is never swapped out.
///
/// # Errors
/// [`MemoryError`]; a custody process does not start then.
pub fn keep_in() -> Result<(), MemoryError> {
    use rustix::mm::{MlockAllFlags, mlockall};
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(MemoryError::Dumpable)?;
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).map_err(MemoryError::Core)?;
    // On fault, not at once: thread stacks are reserved in megabytes and used in kilobytes.
    mlockall(MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT)
        .map_err(MemoryError::Lock)
}
