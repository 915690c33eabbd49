//! Locks through the public API: statements, soft locks and their files.

#[cfg(test)]
mod file;
#[cfg(test)]
mod holders;
#[cfg(test)]
mod statements;
