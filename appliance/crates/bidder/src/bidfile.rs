//! A sealed file on this computer: recognised, read and compared with what its bidder signed, before anything is sent.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use bidroom_canon::Sm3Digest;
use bidroom_envelope::bid::header::{Header, HeaderError, MAGIC, PREAMBLE};
use bidroom_envelope::bid::open::{ContentCheck, ContentError};
use bidroom_envelope::bid::package::Purpose;
use bidroom_envelope::suite::pki::Certificate;
use bidroom_unlocking::PublishedRoom;

use crate::progress::{Progress, Stage};

/// What a file is that is no sealed bid, as its first bytes show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// Nothing at all.
    Empty,
    /// A PDF document: not sealed.
    Pdf,
    /// A zip archive, or an office document, which is one: not sealed.
    Zip,
    /// A sealed bid whose ends of lines a transfer has changed.
    ChangedLines,
    /// Anything else.
    Other,
}

/// Why a file is not a whole sealed bid.
#[derive(Debug, thiserror::Error)]
pub enum BidFileError {
    /// It cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is no sealed bid.
    #[error("{} is no sealed bid ({foreign:?})", path.display())]
    NotSealed {
        /// Which file.
        path: PathBuf,
        /// What it is.
        foreign: Foreign,
    },
    /// Its head does not hold together.
    #[error("{}: {}: {source}", path.display(), source.layer())]
    Head {
        /// Which file.
        path: PathBuf,
        /// What does not.
        source: HeaderError,
    },
    /// It is shorter or longer than what was sealed.
    #[error("{} has {have} bytes; sealed were {sealed}", path.display())]
    Length {
        /// Which file.
        path: PathBuf,
        /// How long it is.
        have: u64,
        /// How long it should be.
        sealed: u64,
    },
    /// It was sealed for another tender or lot.
    #[error("{} is for tender {tender}, lot {lot}", path.display())]
    OtherLot {
        /// Which file.
        path: PathBuf,
        /// The tender it names.
        tender: String,
        /// The lot it names.
        lot: u32,
    },
    /// It was sealed to other keys than the room published: to an earlier publication, or for another room.
    #[error("{}: the packages for {purpose} are not for the published certificates", path.display())]
    OtherKeys {
        /// Which file.
        path: PathBuf,
        /// Which share.
        purpose: &'static str,
    },
    /// Its content is not what its bidder signed.
    #[error("{}: {source}", path.display())]
    Content {
        /// Which file.
        path: PathBuf,
        /// What differs.
        source: ContentError,
    },
}

/// A sealed bid whose head is accepted.
#[derive(Debug)]
pub struct BidFile {
    path: PathBuf,
    header: Header,
    head: Vec<u8>,
}

impl BidFile {
    /// Opens a file, reads its head and compares the file's length with what is signed.
    ///
    /// # Errors
    /// [`BidFileError`].
    pub fn open(path: &Path) -> Result<Self, BidFileError> {
        let file = Self::read_head(path)?;
        let have =
            std::fs::metadata(path).map_err(|source| BidFileError::Read { path: path.to_owned(), source })?;
        let (have, sealed) = (have.len(), file.header.file_length());
        if have == sealed {
            Ok(file)
        } else {
            Err(BidFileError::Length { path: path.to_owned(), have, sealed })
        }
    }

    /// Opens a file and reads its head only.
    ///
    /// # Errors
    /// [`BidFileError`].
    pub fn read_head(path: &Path) -> Result<Self, BidFileError> {
        let read = |source| BidFileError::Read { path: path.to_owned(), source };
        let failed = |source| BidFileError::Head { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(read)?;
        let mut head = Vec::new();
        let limit = |bytes: usize| u64::try_from(bytes).unwrap_or(u64::MAX);
        file.by_ref().take(limit(PREAMBLE)).read_to_end(&mut head).map_err(read)?;
        if let Some(foreign) = foreign(&head) {
            return Err(BidFileError::NotSealed { path: path.to_owned(), foreign });
        }
        let length = u64::from(Header::length_from_preamble(&head).map_err(failed)?);
        let rest = length.saturating_sub(limit(head.len()));
        file.take(rest).read_to_end(&mut head).map_err(read)?;
        let header = Header::parse(&head).map_err(failed)?;
        Ok(Self { path: path.to_owned(), header, head })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its accepted head.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The head's bytes.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// Bytes of content, which follow the head.
    pub fn content_length(&self) -> u64 {
        self.header.submission().value().content_length()
    }

    /// Compares tender, lot and recipients with a room's publication: a bid that is sealed to other keys could never be
    /// opened there.
    ///
    /// # Errors
    /// [`BidFileError::OtherLot`] or [`BidFileError::OtherKeys`].
    pub fn check_for(&self, room: &PublishedRoom) -> Result<(), BidFileError> {
        let (submission, facts) = (self.header.submission().value(), room.facts());
        if (&submission.tender, submission.lot) != (&facts.tender, facts.lot) {
            let (tender, lot) = (submission.tender.to_string(), submission.lot.number());
            return Err(BidFileError::OtherLot { path: self.path.clone(), tender, lot });
        }
        let mut devices: Vec<Sm3Digest> =
            room.tender_certificates().iter().map(Certificate::digest).collect();
        devices.sort();
        let officers = vec![room.officers_certificate().digest()];
        let record = self.header.packages().value();
        for (purpose, published) in [(Purpose::Room, devices), (Purpose::Officers, officers)] {
            let packages = record.of_envelope(room.envelope()).filter(|package| package.purpose == purpose);
            // The record is in ascending order of recipients.
            if !packages.map(|package| package.recipient).eq(published) {
                return Err(BidFileError::OtherKeys { path: self.path.clone(), purpose: purpose.name() });
            }
        }
        Ok(())
    }

    /// Reads the whole content and compares it with what was signed.
    ///
    /// # Errors
    /// [`BidFileError::Content`] or [`BidFileError::Read`].
    pub fn check_content(&self, progress: &dyn Progress) -> Result<(), BidFileError> {
        let read = |source| BidFileError::Read { path: self.path.clone(), source };
        let wrong = |source| BidFileError::Content { path: self.path.clone(), source };
        let mut file = self.at_content(0).map_err(read)?;
        let mut check = ContentCheck::new(&self.header);
        let mut buffer = vec![0_u8; 1 << 20];
        loop {
            let came = match file.read(&mut buffer) {
                Ok(0) => break,
                Ok(came) => came,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(read(error)),
            };
            check.push(buffer.get(..came).unwrap_or_default()).map_err(wrong)?;
            progress.tell(Stage::Check, check.length(), self.content_length());
        }
        check.finish().map_err(wrong)
    }

    /// The file, standing at an offset of its content.
    ///
    /// # Errors
    /// Those of the file.
    pub fn at_content(&self, offset: u64) -> std::io::Result<File> {
        let mut file = File::open(&self.path)?;
        let head = u64::try_from(self.head.len()).unwrap_or(u64::MAX);
        file.seek(SeekFrom::Start(head.saturating_add(offset)))?;
        Ok(file)
    }
}

/// What the bytes are if they begin no sealed bid.
fn foreign(bytes: &[u8]) -> Option<Foreign> {
    let plain = |bytes: &[u8]| {
        bytes.iter().copied().filter(|b| *b != b'\r').take(MAGIC.len() - 1).collect::<Vec<_>>()
    };
    if bytes.starts_with(MAGIC) {
        None
    } else if bytes.is_empty() {
        Some(Foreign::Empty)
    } else if bytes.starts_with(b"%PDF") {
        Some(Foreign::Pdf)
    } else if bytes.starts_with(b"PK") {
        Some(Foreign::Zip)
    } else if plain(bytes) == plain(MAGIC) {
        Some(Foreign::ChangedLines)
    } else {
        Some(Foreign::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_bid_is_recognised() {
        for (bytes, expect) in [
            (&b""[..], Some(Foreign::Empty)),
            (b"%PDF-1.7\n", Some(Foreign::Pdf)),
            (b"PK\x03\x04", Some(Foreign::Zip)),
            (b"bidroom-bid/1\n\x1a\0\0\0\0", Some(Foreign::ChangedLines)),
            (b"bidroom-bid/1\r\n\x1a\0\0\0\0", None),
            (b"bidroom", Some(Foreign::Other)),
            ("投标函".as_bytes(), Some(Foreign::Other)),
        ] {
            assert_eq!(foreign(bytes), expect, "{bytes:?}");
        }
    }
}
