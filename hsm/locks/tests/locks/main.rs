//! Lock drivers through the public API, over test devices with real cryptography.

#[cfg(test)]
mod config;
#[cfg(test)]
mod files;
#[cfg(test)]
mod pkcs11;
#[cfg(test)]
mod skf;
#[cfg(test)]
mod together;
