//! The harness of the stories: a real room on loopback with a clock that the story turns, and people with locks.
//!
//! **Architecture invariant.** A story acts through the public API only, as a person or a tool would. It never sleeps:
//! it moves the room's clock, and waits for what the room tells.

pub mod ask;
pub mod browser;
pub mod committee;
pub mod custody;
pub mod devices;
pub mod disk;
pub mod helper;
pub mod page;
pub mod proxy;
pub mod random;
pub mod raw;
pub mod room;
pub mod softhsm;
pub mod trustees;
pub mod window;

/// A program of this workspace, as cargo built it.
///
/// # Errors
/// If it was not built.
pub fn built(name: &str) -> anyhow::Result<std::path::PathBuf> {
    let test = std::env::current_exe()?;
    let found = test.ancestors().map(|folder| folder.join(name)).find(|path| path.is_file());
    anyhow::Context::with_context(found, || format!("{name} was not built"))
}
