//! One frame: four bytes of length, big-endian, then JSON.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// Longest frame, bytes: a page of entries with the heads of two hundred bids.
const MOST: usize = 64 << 20;
/// What a frame is made in at first: every frame with a secret fits.
const ENOUGH: usize = 1 << 14;

fn wrong(what: impl core::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_string())
}

/// Writes a value as one frame.
pub(super) fn write<T: Serialize>(to: &mut impl Write, value: &T) -> io::Result<()> {
    let mut frame = Zeroizing::new(Vec::with_capacity(ENOUGH));
    frame.extend_from_slice(&[0; 4]);
    serde_json::to_writer(&mut *frame, value).map_err(wrong)?;
    let length = frame.len().saturating_sub(4);
    if length > MOST {
        return Err(wrong(format!("a frame of {length} bytes")));
    }
    let length = u32::try_from(length).map_err(wrong)?.to_be_bytes();
    if let Some(place) = frame.first_chunk_mut::<4>() {
        *place = length;
    }
    to.write_all(&frame)?;
    to.flush()
}

/// Reads one frame; none where the other side has closed the connection between two frames.
pub(super) fn read<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    let first = from.read(&mut length)?;
    if first == 0 {
        return Ok(None);
    }
    if let Some(rest) = length.get_mut(first..) {
        from.read_exact(rest)?;
    }
    let length = usize::try_from(u32::from_be_bytes(length)).map_err(wrong)?;
    if length > MOST {
        return Err(wrong(format!("a frame of {length} bytes")));
    }
    // What was announced is not believed: memory grows with what comes.
    let mut frame = Zeroizing::new(Vec::with_capacity(length.min(ENOUGH)));
    let came = from.take(u64::try_from(length).map_err(wrong)?).read_to_end(&mut frame)?;
    if came != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    serde_json::from_slice(&frame).map(Some).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_back_and_anything_else_is_an_error() {
        let mut bytes = Vec::new();
        write(&mut bytes, &vec!["开标", "b"]).unwrap();
        write(&mut bytes, &vec!["c"]).unwrap();
        let mut from = bytes.as_slice();
        assert_eq!(read::<Vec<String>>(&mut from).unwrap().unwrap(), ["开标", "b"]);
        assert_eq!(read::<Vec<String>>(&mut from).unwrap().unwrap(), ["c"]);
        assert!(read::<Vec<String>>(&mut from).unwrap().is_none());
        for (cut, _) in bytes.iter().enumerate().skip(1).take(10) {
            assert!(read::<Vec<String>>(&mut &bytes[..cut]).is_err(), "cut at {cut}");
        }
        assert!(read::<Vec<String>>(&mut [255_u8; 8].as_slice()).is_err(), "a huge length");
        assert!(read::<Vec<String>>(&mut b"\0\0\0\x02{}".as_slice()).is_err(), "another value");
    }
}
