//! What a holder of a lock asks and says.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::opening::{BidAttributed, Trouble};
use bidroom_domain::{CreditCode, SessionId};
use bidroom_lock::{LockError, SignedStatement, Statement};
use bidroom_unlocking::{
    GiveShareError, KeptShareOf, PublishedRoom, Seen, SeenRecord, agree_remedy_key, ask_remedy_key,
    authorise, give_kept_share, give_remedy_part, give_share, judge_fate, mismatch, sign_record,
};
use bidroom_wire::promise::Acknowledgement;
use bidroom_wire::{
    Accepted, AuthoriseMaterial, Challenge, ConsentBody, Frame, HostCommand, ImportedTender, LoggedIn,
    LoginBody, MineView, MismatchBody, RemedyPartMaterial, RoomInfo, SessionInfo, SignRecordMaterial,
    StatementBody, TroubleBody, UnlockMaterial, Who, WithdrawBody,
};
use reqwest::Method;

use super::connect::send;
use super::{Client, ClientError, Follower};
use crate::locks::AnyLock;

impl Client {
    /// `GET /room`.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn room(&self) -> Result<RoomInfo, ClientError> {
        self.get("room", "room").await
    }

    /// `GET /sessions/{id}`.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn session(&self, session: &SessionId) -> Result<SessionInfo, ClientError> {
        self.get("session", &format!("sessions/{session}")).await
    }

    /// The signed publication (DER) as the server hands it out; to be checked by
    /// [`PublishedRoom::open`].
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn publication(&self, session: &SessionId) -> Result<Vec<u8>, ClientError> {
        self.get_bytes("publication", &format!("sessions/{session}/publication")).await
    }

    /// Logs in: the lock answers the challenge of the room called `room`, and of no other.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn log_in(&mut self, lock: &AnyLock, room: &str) -> Result<LoggedIn, ClientError> {
        let challenge = self.login_challenge(room).await?;
        let statement =
            Statement::Login { room: challenge.room, challenge: challenge.challenge, at: challenge.at.0 };
        let signed = sign(lock, &statement)?;
        self.log_in_with(&LoginBody { statement: Base64Bytes(signed.der().to_vec()) }).await
    }

    /// A challenge of the room called `room`, and of no other.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn login_challenge(&self, room: &str) -> Result<Challenge, ClientError> {
        let challenge: Challenge = self.post("login challenge", "login/challenge", &()).await?;
        if challenge.room == room {
            Ok(challenge)
        } else {
            Err(ClientError::OtherRoom { named: challenge.room, expected: room.to_owned() })
        }
    }

    /// Logs in with a signed answer to a challenge.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn log_in_with(&mut self, body: &LoginBody) -> Result<LoggedIn, ClientError> {
        let logged_in: LoggedIn = self.post("login", "login", body).await?;
        self.set_token(Some(logged_in.token.clone()));
        Ok(logged_in)
    }

    /// Logs out; without a login nothing happens.
    ///
    /// # Errors
    /// [`ClientError`]; the token is forgotten here all the same.
    pub async fn log_out(&mut self) -> Result<(), ClientError> {
        let request = self.request(Method::POST, "logout")?;
        self.set_token(None);
        send("logout", request).await.map(|_| ())
    }

    /// `GET /sessions/{id}/me`.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn me(&self, session: &SessionId) -> Result<Who, ClientError> {
        self.get("me", &format!("sessions/{session}/me")).await
    }

    /// `GET /sessions/{id}/mine`, its receipt checked.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn mine(&self, room: &PublishedRoom) -> Result<MineView, ClientError> {
        let mine: MineView = self.get("own bid", &format!("sessions/{}/mine", room.session())).await?;
        if let Some(receipt) = &mine.receipt {
            room.check_receipt(receipt, receipt.bid, None)?;
        }
        Ok(mine)
    }

    /// `POST /tenders`: imports a signed tender package.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn import(&self, package: Vec<u8>) -> Result<ImportedTender, ClientError> {
        self.post_bytes("import", "tenders", package).await
    }

    /// 签到.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn sign_in(
        &self,
        room: &PublishedRoom,
        lock: &AnyLock,
    ) -> Result<Acknowledgement, ClientError> {
        let statement = Statement::SignIn { session: room.session().to_string() };
        self.say(room, lock, "sign-in", "sign-in", &statement).await
    }

    /// 确认 the record whose table has this digest.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn confirm(
        &self,
        room: &PublishedRoom,
        lock: &AnyLock,
        record: Sm3Digest,
    ) -> Result<Acknowledgement, ClientError> {
        let statement = Statement::Confirm { session: room.session().to_string(), record };
        self.say(room, lock, "confirmation", "confirm", &statement).await
    }

    /// 异议 to the record whose table has this digest.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn object(
        &self,
        room: &PublishedRoom,
        lock: &AnyLock,
        record: Sm3Digest,
        text: &str,
    ) -> Result<Acknowledgement, ClientError> {
        let statement =
            Statement::Object { session: room.session().to_string(), record, text: text.to_owned() };
        self.say(room, lock, "objection", "object", &statement).await
    }

    /// 撤回 the bid.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn withdraw(
        &self,
        room: &PublishedRoom,
        lock: &AnyLock,
        bid: Sm3Digest,
    ) -> Result<Acknowledgement, ClientError> {
        let statement = Statement::Withdraw { session: room.session().to_string(), bid_digest: bid };
        let signed = sign(lock, &statement)?;
        let body = WithdrawBody { statement: Base64Bytes(signed.der().to_vec()) };
        let path = format!("sessions/{}/withdraw", room.session());
        let accepted: Accepted = self.post("withdrawal", &path, &body).await?;
        Ok(room.check_acknowledgement(&accepted, Some(signed.digest()))?)
    }

    pub(super) async fn say(
        &self,
        room: &PublishedRoom,
        lock: &AnyLock,
        what: &'static str,
        path: &str,
        statement: &Statement,
    ) -> Result<Acknowledgement, ClientError> {
        let signed = sign(lock, statement)?;
        let body = StatementBody { statement: Base64Bytes(signed.der().to_vec()) };
        let accepted: Accepted =
            self.post(what, &format!("sessions/{}/{path}", room.session()), &body).await?;
        Ok(room.check_acknowledgement(&accepted, Some(signed.digest()))?)
    }

    /// What the lock needs to give its share.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn unlock_material(&self, session: &SessionId) -> Result<UnlockMaterial, ClientError> {
        self.get("unlocking", &format!("sessions/{session}/unlock")).await
    }

    /// 解密: gives the lock's share, re-enveloped to the opening keys. `own` is the bid in the bidder's receipt, where
    /// there is one at hand. A lock that the bid is not sealed to is reported to the room.
    ///
    /// # Errors
    /// [`ClientError`]; [`ClientError::WrongLockRecorded`] where the lock was the wrong one.
    pub async fn unlock(
        &self,
        room: &PublishedRoom,
        lock: &AnyLock,
        own: Option<Sm3Digest>,
    ) -> Result<Acknowledgement, ClientError> {
        let material = self.unlock_material(&room.session()).await?;
        let body = match give_share(room, &material, lock, own) {
            Ok(body) => body,
            Err(error @ GiveShareError::NotSealedTo { .. }) => {
                self.report_mismatch(room, lock).await?;
                return Err(ClientError::WrongLockRecorded(error));
            }
            Err(error) => return Err(error.into()),
        };
        self.hand_in(room, &body).await.map(|(_, acknowledgement)| acknowledgement)
    }

    /// Hands in a share that was given; also what the room answered, which was checked.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn hand_in(
        &self,
        room: &PublishedRoom,
        body: &ConsentBody,
    ) -> Result<(Accepted, Acknowledgement), ClientError> {
        let statement = Sm3Digest::of(&body.statement.0);
        let accepted: Accepted =
            self.post("unlocking", &format!("sessions/{}/unlock", room.session()), body).await?;
        let acknowledgement = room.check_acknowledgement(&accepted, Some(statement))?;
        Ok((accepted, acknowledgement))
    }

    /// 补救解密: gives the lock share that was kept when the bid was sealed; `lock` is any of the bidder's.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn remedy(
        &self,
        room: &PublishedRoom,
        lock: &AnyLock,
        kept: KeptShareOf<'_>,
    ) -> Result<Acknowledgement, ClientError> {
        let material = self.unlock_material(&room.session()).await?;
        let body = give_kept_share(room, &material, lock, kept)?;
        let statement = Sm3Digest::of(&body.statement.0);
        let path = format!("sessions/{}/remedy", room.session());
        let accepted: Accepted = self.post("the remedy", &path, &body).await?;
        Ok(room.check_acknowledgement(&accepted, Some(statement))?)
    }

    /// 申请启用补救密钥: asks that the trustees give their parts of the own bid's lock share.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn ask_remedy_key(
        &self,
        room: &PublishedRoom,
        lock: &AnyLock,
        reason: &str,
    ) -> Result<Acknowledgement, ClientError> {
        let material = self.unlock_material(&room.session()).await?;
        let body = ask_remedy_key(room, &material, lock, reason)?;
        let statement = Sm3Digest::of(&body.statement.0);
        let path = format!("sessions/{}/remedy-key", room.session());
        let accepted: Accepted = self.post("asking for the remedy key", &path, &body).await?;
        Ok(room.check_acknowledgement(&accepted, Some(statement))?)
    }

    /// 同意启用补救密钥: the supervisor agrees with a request in the checked log.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn agree_remedy_key(
        &self,
        room: &PublishedRoom,
        lock: &AnyLock,
        bidder: &CreditCode,
        request: Sm3Digest,
    ) -> Result<Acknowledgement, ClientError> {
        let statement = agree_remedy_key(&room.session(), bidder, request);
        self.say(room, lock, "agreeing with the remedy key", "remedy-key/agree", &statement).await
    }

    /// The requests that wait for the part of the trustee that is logged in.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn remedy_parts(&self, session: &SessionId) -> Result<Vec<RemedyPartMaterial>, ClientError> {
        self.get("requests for the remedy key", &format!("sessions/{session}/remedy-key/parts")).await
    }

    /// 交出补救份额: a trustee gives its part for a request that waits.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn give_remedy_part(
        &self,
        room: &PublishedRoom,
        lock: &AnyLock,
        asked: &RemedyPartMaterial,
    ) -> Result<Acknowledgement, ClientError> {
        let body = give_remedy_part(room, asked, lock)?;
        let statement = Sm3Digest::of(&body.statement.0);
        let path = format!("sessions/{}/remedy-key/parts", room.session());
        let accepted: Accepted = self.post("giving a part", &path, &body).await?;
        Ok(room.check_acknowledgement(&accepted, Some(statement))?)
    }

    /// Tells the room what went wrong on the bidder's side while it unlocked.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn report_trouble(
        &self,
        room: &PublishedRoom,
        trouble: &Trouble,
    ) -> Result<Acknowledgement, ClientError> {
        let path = format!("sessions/{}/trouble", room.session());
        let body = TroubleBody { trouble: trouble.clone() };
        let accepted: Accepted = self.post("reporting trouble", &path, &body).await?;
        Ok(room.check_acknowledgement(&accepted, None)?)
    }

    /// 认定: the supervisor agrees with a fate in the checked log, or contests it for the reason `contested`.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn judge_fate(
        &self,
        room: &PublishedRoom,
        lock: &AnyLock,
        decided: &BidAttributed,
        contested: Option<&str>,
    ) -> Result<Acknowledgement, ClientError> {
        let statement = judge_fate(&room.session(), decided, contested).map_err(LockError::from)?;
        self.say(room, lock, "the fate", "fates", &statement).await
    }

    /// Tells the room that this lock was tried and the bid is not sealed to it.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn report_mismatch(
        &self,
        room: &PublishedRoom,
        lock: &AnyLock,
    ) -> Result<Acknowledgement, ClientError> {
        self.report_mismatch_of(room, &mismatch(lock)?).await
    }

    /// The same of a lock that is not in hand.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn report_mismatch_of(
        &self,
        room: &PublishedRoom,
        body: &MismatchBody,
    ) -> Result<Acknowledgement, ClientError> {
        let path = format!("sessions/{}/mismatch", room.session());
        let accepted: Accepted = self.post("reporting a wrong lock", &path, body).await?;
        Ok(room.check_acknowledgement(&accepted, None)?)
    }

    /// 授权: an officer gives its part, re-enveloped to the opening keys.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn authorise(
        &self,
        room: &PublishedRoom,
        lock: &AnyLock,
        seen: Seen,
    ) -> Result<Acknowledgement, ClientError> {
        let path = format!("sessions/{}/authorise", room.session());
        let material: AuthoriseMaterial = self.get("authorising", &path).await?;
        let body = authorise(room, &material, lock, seen)?;
        let statement = Sm3Digest::of(&body.statement.0);
        let accepted: Accepted = self.post("authorising", &path, &body).await?;
        Ok(room.check_acknowledgement(&accepted, Some(statement))?)
    }

    /// 签署: a member of staff signs the record, as it was seen in the checked log.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn sign_record(
        &self,
        room: &PublishedRoom,
        lock: &AnyLock,
        seen: SeenRecord,
    ) -> Result<Acknowledgement, ClientError> {
        let path = format!("sessions/{}/sign-record", room.session());
        let material: SignRecordMaterial = self.get("the record", &path).await?;
        let body = sign_record(room, &material, lock, seen)?;
        let statement = Sm3Digest::of(&body.statement.0);
        let accepted: Accepted = self.post("signing the record", &path, &body).await?;
        Ok(room.check_acknowledgement(&accepted, Some(statement))?)
    }

    /// What the host does.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn command(
        &self,
        room: &PublishedRoom,
        command: &HostCommand,
    ) -> Result<Acknowledgement, ClientError> {
        let path = format!("sessions/{}/commands", room.session());
        let accepted: Accepted = self.post("command", &path, command).await?;
        Ok(room.check_acknowledgement(&accepted, None)?)
    }

    /// `GET /sessions/{id}/frames?from=N`: one frame of the log, not checked.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn frame(&self, session: &SessionId, from: u64) -> Result<Frame, ClientError> {
        self.get("log", &format!("sessions/{session}/frames?from={from}")).await
    }

    /// Brings a follower up to the room's log, checking everything that comes. Answers how many entries came.
    ///
    /// # Errors
    /// [`ClientError`]; what was checked before the error stays.
    pub async fn catch_up(&self, follower: &mut Follower) -> Result<u64, ClientError> {
        let before = follower.size();
        loop {
            let frame = self.frame(follower.session(), follower.size()).await?;
            if frame.leaves.is_empty() {
                return Ok(follower.size().saturating_sub(before));
            }
            follower.take(&frame)?;
        }
    }
}

pub(super) fn sign(lock: &AnyLock, statement: &Statement) -> Result<SignedStatement, ClientError> {
    let certificate = lock.identity().signing_certificate();
    Ok(SignedStatement::sign(statement, certificate, lock).map_err(bidroom_lock::LockError::from)?)
}
