//! A request to unlock is judged by when it came, not by when the room got round to it.

use bidroom_domain::opening::{Command, Refusal, Trouble};
use bidroom_domain::{Actor, At, Bidder};

use super::UnlockError;
use crate::app::App;
use crate::room::{ActError, Done, RoomHandle};

/// Takes what came at `came`. Where its window ended while it waited, the wait is given back to the bidder and it is taken
/// then, however short the wait was; where it waited longer than the policy allows and was not taken, the wait is recorded
/// and given back as well.
///
/// # Errors
/// Those of `take`.
pub async fn in_its_time<F: Future<Output = Result<Done, UnlockError>>>(
    app: &App,
    room: &RoomHandle,
    bidder: &Bidder,
    came: At,
    take: impl Fn() -> F,
) -> Result<Done, UnlockError> {
    let done = take().await;
    let Err(error) = &done else { return done };
    let ended = matches!(error, UnlockError::Act(ActError::Refusal(Refusal::WindowEnded { .. })));
    if give_back(app, room, bidder, came, ended).await && ended { take().await } else { done }
}

/// Whether time was given back.
async fn give_back(app: &App, room: &RoomHandle, bidder: &Bidder, came: At, ended: bool) -> bool {
    let snapshot = room.snapshot();
    let state = &snapshot.state;
    let millis = app.now().millis_since(came);
    let most = state.lot.as_ref().map_or(i64::MAX, |lot| lot.policy.queue_wait_millis());
    let long = millis > most;
    let window = state.row(&bidder.code).and_then(|row| state.window_of(row, came));
    if !(long || ended) || window.is_none_or(|window| window.remaining <= 0) {
        return false;
    }
    let code = || bidder.code.clone();
    let report = Command::ReportTrouble { bidder: code(), trouble: Trouble::QueueWait { millis } };
    let reason = format!("解密请求排队等待 {} 秒", millis.saturating_add(999) / 1000);
    let make_up = Command::MakeUpBidder { bidder: code(), reason, since: came };
    // The fact first: what stands before the time is given back counts as made up.
    for command in [long.then_some(report), Some(make_up)].into_iter().flatten() {
        if let Err(error) = room.act(Actor::Room, command, Vec::new()).await {
            tracing::warn!(session = %room.session(), bidder = %bidder.code, %error, "a wait was not given back");
            return false;
        }
    }
    true
}
