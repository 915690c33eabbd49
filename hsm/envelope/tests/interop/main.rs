//! What the suite writes is read by other implementations, and the other way round: OpenSSL's command line, and
//! gmssl and cryptography in Python. A missing tool fails the test and says how to get it.

#[cfg(test)]
mod openssl;
#[cfg(test)]
mod python;
#[cfg(test)]
mod sealed_bid;
#[cfg(test)]
mod tool;
