//! Offline verification of an archive: bytes in, report out.
