//! The remedy key: a bidder asks for it, a supervisor agrees.

use bidroom_canon::Sm3Digest;
use bidroom_domain::{CreditCode, SessionId};
use bidroom_unlocking::{agree_remedy_key, ask_remedy_key, check_request_material};
use bidroom_wire::bridge::{BridgeRefusal, Stage};
use bidroom_wire::{Answer, UnlockMaterial};

use super::agree::Deal;
use super::device::Watched;
use super::hand::{Hand, Stages};
use super::refused::Refused;

impl Hand {
    /// Asks that the trustees give their parts of the lock share of the holder's own bid.
    pub(super) async fn ask_remedy_key(
        &mut self,
        material: UnlockMaterial,
        reason: String,
        stages: &Stages,
    ) -> Result<Answer, Refused> {
        let room = self.room(&material.session, stages).await?;
        check_request_material(&room, &material, &self.identity()?)
            .map_err(|error| Refused::share(&error))?;
        let sheet = self.tongue.ask_remedy_key(&material.bid, &reason, room.facts());
        let about = [
            material.session.to_string(),
            material.envelope.to_string(),
            material.attempt.to_string(),
            material.bid.to_string(),
            reason.clone(),
        ];
        let deal = Deal::new(sheet, "ask-remedy-key", &about.each_ref().map(String::as_str));
        let held = self.agreed(deal, stages).await?;
        let work = move |lock: &Watched| {
            ask_remedy_key(&room, &material, lock, &reason).map_err(|error| Refused::share(&error))
        };
        self.with(held, stages, work).await.map(Answer::Requested)
    }

    /// Agrees with a request that stands in the checked log and that the host has allowed.
    pub(super) async fn agree_remedy_key(
        &mut self,
        session: &SessionId,
        bidder: &CreditCode,
        request: Sm3Digest,
        stages: &Stages,
    ) -> Result<Answer, Refused> {
        let room = self.room(session, stages).await?;
        stages.tell(Stage::Evidence);
        let log = self.rooms.log(&room).await?;
        let row = log.state().row(bidder).ok_or(BridgeRefusal::OtherRecord)?;
        let asked = row.remedy.as_ref().filter(|asked| asked.statement == request);
        let allowed = asked.and_then(|asked| Some((asked, &asked.allowed.as_ref()?.0)));
        let (asked, allowed) = allowed.ok_or(BridgeRefusal::OtherRecord)?;
        let name = &row.row.bidder.name;
        let sheet = self.tongue.agree_remedy_key(name, (&asked.reason, allowed), room.facts());
        self.say(sheet, agree_remedy_key(session, bidder, request), stages).await
    }
}
