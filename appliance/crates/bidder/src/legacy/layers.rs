//! Going into a message, layer by layer, in one pass: what is innermost is written.

use std::fs::File;
use std::io::{self, BufWriter, Cursor, Read, Write as _};
use std::path::Path;

use bidroom_canon::Sm3Digest;
use bidroom_envelope::suite::cms::stream::{
    Envelope, Kind, OpenedWith, SignedMessage, Signers, StreamError, kind_of,
};

use sm3::{Digest as _, Sm3};
use zeroize::Zeroizing;

use super::{Holder, LegacyError};
use crate::files::FileError;

/// Messages inside one another.
const MOST_LAYERS: usize = 6;
/// Bytes by which a message is recognised: tags, lengths and an object identifier.
const START: u64 = 64;
/// Bytes that are written at once.
const PIECE: usize = 256 << 10;

/// A layer that was gone through.
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) opened: Option<OpenedWith>,
    /// Which holder's key opened it.
    pub(super) holder: Option<usize>,
    pub(super) signers: Option<Signers>,
}

impl Found {
    /// The content of this layer, whose bytes come from `reader`.
    pub(super) fn unwrapped(
        &self,
        reader: Box<dyn Read>,
        holders: &[Holder],
    ) -> Result<Box<dyn Read>, StreamError> {
        match self.holder.and_then(|at| holders.get(at)) {
            None => Ok(Box::new(SignedMessage::begin(reader)?)),
            Some(holder) => Ok(Box::new(Envelope::begin(reader)?.open(&holder.certificate, &holder.key)?)),
        }
    }
}

/// Goes into a message.
pub(super) struct Peeler<'a> {
    holders: &'a [Holder],
    out: BufWriter<&'a File>,
    path: &'a Path,
    signed_only: bool,
    layers: Vec<Found>,
    inside: Option<Kind>,
    length: u64,
    digest: Sm3,
}

/// Keeps what is read, to be read once more.
struct Recorder<R> {
    inner: R,
    kept: Vec<u8>,
}

impl<R: Read> Read for Recorder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let came = self.inner.read(out)?;
        self.kept.extend_from_slice(out.get(..came).unwrap_or_default());
        Ok(came)
    }
}

impl<'a> Peeler<'a> {
    pub(super) fn new(holders: &'a [Holder], out: &'a File, path: &'a Path, signed_only: bool) -> Self {
        Self {
            holders,
            out: BufWriter::with_capacity(PIECE, out),
            path,
            signed_only,
            layers: Vec::new(),
            inside: None,
            length: 0,
            digest: Sm3::new(),
        }
    }

    /// Goes into `input`, which is `depth` messages deep, to its end.
    pub(super) fn peel(&mut self, input: &mut dyn Read, depth: usize) -> Result<(), LegacyError> {
        let mut start = Vec::new();
        (&mut *input).take(START).read_to_end(&mut start).map_err(|error| read_error(error, depth))?;
        let kind = kind_of(&start);
        let mut rest = Cursor::new(start).chain(input);
        match kind {
            _ if self.signed_only && depth > 0 => self.write(&mut rest, depth),
            Some(Kind::Signed) => self.signed(&mut rest, depth),
            Some(Kind::Enveloped | Kind::SignedAndEnveloped) if !self.signed_only => {
                self.enveloped(&mut rest, depth)
            }
            _ if depth > 0 => self.write(&mut rest, depth),
            // Says what it is instead, or where it stops being a message.
            _ if self.signed_only => Err(first_error(SignedMessage::begin(rest).map(drop))),
            _ => Err(first_error(Envelope::begin(rest).map(drop))),
        }
    }

    /// What was found; the file is written.
    pub(super) fn finish(mut self) -> Result<(Vec<Found>, Option<Kind>, u64, Sm3Digest), LegacyError> {
        let path = self.path.to_owned();
        self.out.flush().map_err(|source| FileError::Write { path, source })?;
        let digest = Sm3Digest::from_bytes(self.digest.finalize().into());
        Ok((self.layers, self.inside, self.length, digest))
    }

    fn signed(&mut self, input: &mut dyn Read, depth: usize) -> Result<(), LegacyError> {
        let mut message = SignedMessage::begin(input).map_err(|error| inside(error, depth))?;
        let place = self.go_in(Found { kind: Kind::Signed, opened: None, holder: None, signers: None })?;
        self.peel(&mut message, depth + 1)?;
        let signers = message.signers().cloned();
        self.set_signers(place, signers);
        Ok(())
    }

    fn enveloped(&mut self, input: &mut dyn Read, depth: usize) -> Result<(), LegacyError> {
        let mut recorder = Recorder { inner: &mut *input, kept: Vec::new() };
        let kind = Envelope::begin(&mut recorder).map_err(|error| inside(error, depth))?.kind();
        let head = recorder.kept;
        let holder = match fitting(&head, self.holders) {
            Ok(holder) => holder,
            Err(StreamError::NotForHolder { .. }) if depth > 0 => {
                // Somebody else's: it is what this message carries.
                self.inside = Some(kind);
                return self.write(&mut Cursor::new(head).chain(input), depth);
            }
            Err(error) => return Err(inside(error, depth)),
        };
        let Some(by) = self.holders.get(holder) else { return Err(StreamError::Content.into()) };
        let envelope =
            Envelope::begin(Cursor::new(head).chain(input)).map_err(|error| inside(error, depth))?;
        let mut opened = envelope.open(&by.certificate, &by.key).map_err(|error| inside(error, depth))?;
        let with = opened.with();
        let found = Found { kind, opened: Some(with), holder: Some(holder), signers: None };
        let place = self.go_in(found)?;
        self.peel(&mut opened, depth + 1)?;
        let signers = opened.signers().cloned();
        self.set_signers(place, signers);
        Ok(())
    }

    fn go_in(&mut self, found: Found) -> Result<usize, LegacyError> {
        if self.layers.len() >= MOST_LAYERS {
            return Err(LegacyError::TooDeep(MOST_LAYERS));
        }
        self.layers.push(found);
        Ok(self.layers.len() - 1)
    }

    fn set_signers(&mut self, place: usize, signers: Option<Signers>) {
        if let Some(found) = self.layers.get_mut(place) {
            found.signers = signers;
        }
    }

    /// Writes everything that is left of `input`.
    fn write(&mut self, input: &mut dyn Read, depth: usize) -> Result<(), LegacyError> {
        let mut piece = Zeroizing::new(vec![0; PIECE]);
        loop {
            let came = match input.read(&mut piece) {
                Ok(0) => return Ok(()),
                Ok(came) => came,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(read_error(error, depth)),
            };
            let bytes = piece.get(..came).unwrap_or_default();
            let failed = |source| FileError::Write { path: self.path.to_owned(), source };
            self.out.write_all(bytes).map_err(failed)?;
            self.digest.update(bytes);
            self.length = self.length.saturating_add(u64::try_from(came).unwrap_or(u64::MAX));
        }
    }
}

/// Which holder's key opens the message that begins with `head`. A key that should have opened it and does not says more
/// than one that it is not for.
fn fitting(head: &[u8], holders: &[Holder]) -> Result<usize, StreamError> {
    let is_stranger = |error: &StreamError| matches!(error, StreamError::NotForHolder { .. });
    let mut nearest: Option<StreamError> = None;
    for (place, holder) in holders.iter().enumerate() {
        match Envelope::begin(head)?.open(&holder.certificate, &holder.key) {
            Ok(_) => return Ok(place),
            Err(error) => {
                if nearest.as_ref().is_none_or(|before| is_stranger(before) && !is_stranger(&error)) {
                    nearest = Some(error);
                }
            }
        }
    }
    Err(nearest.unwrap_or(StreamError::Content))
}

/// An error of the message at `depth`: inside another message, what does not fit looks the same, whatever it is.
fn inside(error: StreamError, depth: usize) -> LegacyError {
    LegacyError::Message(if depth > 0 { error.inside() } else { error })
}

/// An error of the message whose content is read at `depth`.
fn read_error(error: io::Error, depth: usize) -> LegacyError {
    let error = error.downcast::<StreamError>().unwrap_or_else(StreamError::Read);
    inside(error, depth.saturating_sub(1))
}

/// Why what begins like no message is none; a short text is no message that was cut off.
fn first_error(begun: Result<(), StreamError>) -> LegacyError {
    match begun {
        Ok(()) => StreamError::Content.into(),
        Err(StreamError::Short { offset }) => {
            StreamError::Structure { what: "a message of GB/T 35275", offset }.into()
        }
        Err(other) => other.into(),
    }
}
