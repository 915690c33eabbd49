//! How the room asks custody: in the same process or over a socket, the same questions.

use std::path::PathBuf;
use std::sync::Arc;

use bidroom_canon::{Base64Bytes, Hex32, Sm3Digest};
use bidroom_domain::evaluation::{CommitteeList, DrawOf};
use bidroom_domain::{At, SessionId};
use bidroom_envelope::bid::share::Shares;
use bidroom_lock::OneDocumentRequest;
use bidroom_tender::{RoomIdentity, SealedListError};
use bidroom_wire::promise::RoomStatement;
use bidroom_wire::{ClockQuality, CustodyView, HealthDevice, SignedClock};

use crate::keeper::Keeper;
use crate::protocol::{
    Answer, Condition, DrawValue, EntryBytes, Evidence, OpenedList, OpenedShares, Prepared, Problem, Redealt,
    Request, SessionHead,
};
use crate::socket::SocketClient;

/// Whoever answers for custody. Cheap to clone. All methods wait for the answer: they belong on threads that may wait.
#[derive(Clone)]
pub struct Custodian(Way);

#[derive(Clone)]
enum Way {
    Here(Arc<Keeper>),
    Socket(Arc<SocketClient>),
}

impl core::fmt::Debug for Custodian {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self.0 {
            Way::Here(_) => "Custodian(in this process)",
            Way::Socket(_) => "Custodian(over a socket)",
        })
    }
}

fn unexpected(answer: &Answer) -> Problem {
    let kind = match answer {
        Answer::Shares(_) => "shares".to_owned(),
        other => format!("{other:?}").chars().take(40).collect(),
    };
    Problem::fault("custody", &format!("it answered something else: {kind}"))
}

impl Custodian {
    /// Custody in this process: the embedded default, and for drills.
    pub fn here(keeper: Arc<Keeper>) -> Self {
        Self(Way::Here(keeper))
    }

    /// Custody behind a Unix socket. The connection is made at the first question, and again whenever it was lost.
    pub fn at(socket: PathBuf) -> Self {
        Self(Way::Socket(Arc::new(SocketClient::new(socket))))
    }

    /// How often custody may have been started anew: a number that changes when the connection was lost.
    pub fn epoch(&self) -> u64 {
        match &self.0 {
            Way::Here(_) => 0,
            Way::Socket(client) => client.broken(),
        }
    }

    /// Asks.
    ///
    /// # Errors
    /// The [`Problem`] that custody found, or a fault of the link.
    pub fn ask(&self, request: Request) -> Result<Answer, Problem> {
        match &self.0 {
            Way::Here(keeper) => keeper.answer(request),
            Way::Socket(client) => client.ask(&request),
        }
    }

    /// Who the room is.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn identity(&self) -> Result<RoomIdentity, Problem> {
        match self.ask(Request::Identity)? {
            Answer::Identity(identity) => Ok(*identity),
            other => Err(unexpected(&other)),
        }
    }

    /// The devices as they describe themselves, main first.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn devices(&self) -> Result<Vec<CustodyView>, Problem> {
        match self.ask(Request::Devices)? {
            Answer::Devices(devices) => Ok(devices),
            other => Err(unexpected(&other)),
        }
    }

    /// How the devices are doing, main first; with `check` each uses every key once first.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn health(&self, check: bool) -> Result<Vec<HealthDevice>, Problem> {
        match self.ask(Request::Health { check })? {
            Answer::Health(devices) => Ok(devices),
            other => Err(unexpected(&other)),
        }
    }

    /// What has happened to devices and clock, as far as it concerns a session.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn condition(&self, session: &SessionId) -> Result<Condition, Problem> {
        match self.ask(Request::Condition { session: session.clone() })? {
            Answer::Condition(condition) => Ok(condition),
            other => Err(unexpected(&other)),
        }
    }

    /// Takes up a session.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn open(
        &self,
        session: &SessionId,
        package: Vec<u8>,
        publication: Option<Vec<u8>>,
        redeals: Vec<Vec<u8>>,
    ) -> Result<SessionHead, Problem> {
        let (package, publication) = (Base64Bytes(package), publication.map(Base64Bytes));
        let redeals = redeals.into_iter().map(Base64Bytes).collect();
        match self.ask(Request::Open { session: session.clone(), package, publication, redeals })? {
            Answer::Head(head) => Ok(head),
            other => Err(unexpected(&other)),
        }
    }

    /// Makes a lot's keys and its signed publication.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn prepare(&self, session: &SessionId, at: At) -> Result<Prepared, Problem> {
        match self.ask(Request::Prepare { session: session.clone(), at })? {
            Answer::Prepared(prepared) => Ok(*prepared),
            other => Err(unexpected(&other)),
        }
    }

    /// A signed challenge (DER) to the holder of an encryption certificate.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn probe(&self, session: &SessionId, at: At, certificate: Vec<u8>) -> Result<Vec<u8>, Problem> {
        let certificate = Base64Bytes(certificate);
        match self.ask(Request::Probe { session: session.clone(), at, certificate })? {
            Answer::Statement(der) => Ok(der.0),
            other => Err(unexpected(&other)),
        }
    }

    /// The certificate (DER) of a key that a member of the committee made for one document.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn certify_member(
        &self,
        session: &SessionId,
        at: At,
        member: u8,
        request: OneDocumentRequest,
    ) -> Result<Vec<u8>, Problem> {
        match self.ask(Request::CertifyMember { session: session.clone(), at, member, request })? {
            Answer::Certificate(der) => Ok(der.0),
            other => Err(unexpected(&other)),
        }
    }

    /// Deals the officers' key again.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn redeal(&self, session: &SessionId, at: At, evidence: Vec<Evidence>) -> Result<Redealt, Problem> {
        match self.ask(Request::Redeal { session: session.clone(), at, evidence })? {
            Answer::Redealt(redealt) => Ok(*redealt),
            other => Err(unexpected(&other)),
        }
    }

    /// Asks whether entries may be appended.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn judge(
        &self,
        session: &SessionId,
        from: u64,
        entries: Vec<EntryBytes>,
        evidence: Vec<Evidence>,
    ) -> Result<(), Problem> {
        match self.ask(Request::Judge { session: session.clone(), from, entries, evidence })? {
            Answer::Admissible => Ok(()),
            other => Err(unexpected(&other)),
        }
    }

    /// Has the checkpoint over the first `size` entries signed; the finished note.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn sign(&self, session: &SessionId, size: u64) -> Result<String, Problem> {
        match self.ask(Request::Sign { session: session.clone(), size })? {
            Answer::Note(note) => Ok(note),
            other => Err(unexpected(&other)),
        }
    }

    /// The three shares of a bid, or why this bid alone cannot be opened.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn shares(
        &self,
        session: &SessionId,
        bid: &Sm3Digest,
        evidence: Vec<Evidence>,
    ) -> Result<Result<Shares, String>, Problem> {
        match self.ask(Request::Shares { session: session.clone(), bid: *bid, evidence })? {
            Answer::Shares(OpenedShares(shares)) => Ok(Ok(shares)),
            Answer::BidDoesNotOpen(why) => Ok(Err(why)),
            other => Err(unexpected(&other)),
        }
    }

    /// The signed receipt of a bid, or of the key packages that replaced those in it; none where no signed entry records
    /// that.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn receipt(
        &self,
        session: &SessionId,
        bid: &Sm3Digest,
        packages: Option<Sm3Digest>,
    ) -> Result<Option<Vec<u8>>, Problem> {
        match self.ask(Request::Receipt { session: session.clone(), bid: *bid, packages })? {
            Answer::Statement(der) => Ok(Some(der.0)),
            Answer::NoSuchBid => Ok(None),
            other => Err(unexpected(&other)),
        }
    }

    /// The room's value for a draw that is due.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn draw(&self, session: &SessionId, at: At, of: DrawOf) -> Result<Hex32, Problem> {
        match self.ask(Request::Draw { session: session.clone(), at, of })? {
            Answer::Value(DrawValue(value)) => Ok(value),
            other => Err(unexpected(&other)),
        }
    }

    /// Whether a sealed list of experts opens and makes a committee for its lot; nothing of it is told.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn check_list(
        &self,
        session: &SessionId,
        sealed: Vec<u8>,
    ) -> Result<Result<(), SealedListError>, Problem> {
        match self.ask_list(session, sealed, false)? {
            Answer::ListSealed => Ok(Ok(())),
            Answer::ListRefused(no) => Ok(Err(no)),
            other => Err(unexpected(&other)),
        }
    }

    /// A sealed list of experts, once the signed log says that it is to be opened.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn open_list(
        &self,
        session: &SessionId,
        sealed: Vec<u8>,
    ) -> Result<Result<CommitteeList, SealedListError>, Problem> {
        match self.ask_list(session, sealed, true)? {
            Answer::List(OpenedList(list)) => Ok(Ok(*list)),
            Answer::ListRefused(no) => Ok(Err(no)),
            other => Err(unexpected(&other)),
        }
    }

    fn ask_list(&self, session: &SessionId, sealed: Vec<u8>, open: bool) -> Result<Answer, Problem> {
        self.ask(Request::Committee { session: session.clone(), sealed: Base64Bytes(sealed), open })
    }

    /// Signs an acknowledgement.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn say(&self, statement: RoomStatement) -> Result<Vec<u8>, Problem> {
        match self.ask(Request::Say { statement })? {
            Answer::Statement(der) => Ok(der.0),
            other => Err(unexpected(&other)),
        }
    }

    /// The room's time, signed.
    ///
    /// # Errors
    /// [`Problem`].
    pub fn clock(&self, at: At, quality: ClockQuality) -> Result<SignedClock, Problem> {
        match self.ask(Request::Clock { at, quality })? {
            Answer::Clock(clock) => Ok(clock),
            other => Err(unexpected(&other)),
        }
    }
}
