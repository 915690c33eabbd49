//! The result: computed when chair or host ask for it, fixed when nothing is left to be decided.

use bidroom_custody::{Custodian, Problem};
use bidroom_domain::evaluation::{
    ChangeGround, Command, DrawOf, DrawPurpose, Refusal, Stage, State, Trigger,
};
use bidroom_domain::{Actor, At, opening};
use bidroom_outcome::{Computed, OutcomeError, compute, low_prices};
use bidroom_pricing::Outcome;

use crate::clock::RoomClock;
use crate::error::Fault;
use crate::room::{ActError, Done, RoomHandle};

/// Why no result was computed.
#[derive(Debug, thiserror::Error)]
pub enum ResultRefusal {
    /// The lot has no method here, or the figures are not usable.
    #[error(transparent)]
    Outcome(#[from] OutcomeError),
    /// A rule of the evaluation, or a fault.
    #[error(transparent)]
    Act(#[from] ActError),
}

/// What came of asking for a result.
pub struct Asked {
    /// The outcome, as far as it goes.
    pub outcome: Outcome,
    /// What the room did by it: draws that it made, reviews of low prices that it began, the result that it fixed.
    pub done: Vec<Done>,
}

/// Computes the result as the evaluation stands, once all sheets are revealed. In the stage of prices the room begins the reviews
/// that the figures call for, draws the order of equal bids where the method asks for it, and fixes the result once it is final
/// and none stands; one that stands is changed on a ground.
///
/// # Errors
/// [`ResultRefusal`]. What was drawn before stays drawn; else nothing was changed.
pub async fn ask_result(
    room: &RoomHandle,
    custodian: &Custodian,
    clock: &dyn RoomClock,
    changed: Option<(ChangeGround, String)>,
) -> Result<Asked, ResultRefusal> {
    let mut done = Vec::new();
    loop {
        let snapshot = room.snapshot();
        let stage = snapshot.state.evaluation.as_deref().map_or(Stage::Waiting, |state| state.stage);
        // Before, an outcome would tell scores that are sealed.
        if !matches!(stage, Stage::Price | Stage::Report) {
            let no = Refusal::WrongStage { stage };
            return Err(ActError::from(opening::Refusal::Evaluation(Box::new(no))).into());
        }
        let opening = snapshot.state.clone();
        let computed = tokio::task::spawn_blocking(move || computed(&opening)).await;
        let (computed, state) = computed.map_err(|_| ActError::Fault(Fault::Stopping))??;
        if let Some(due) = to_draw(&snapshot.state, &state, &computed, changed.is_some()) {
            match record_draw(room, custodian, clock.now(), due).await {
                Ok(drawn) => done.push(drawn),
                // Somebody else asked at the same time, and it was drawn for both.
                Err(_) if room.snapshot().size > snapshot.size => {}
                Err(error) => return Err(error.into()),
            }
            continue;
        }
        for command in due(&snapshot.state, &state, &computed, changed) {
            done.push(act(room, command).await?);
        }
        return Ok(Asked { outcome: computed.outcome, done });
    }
}

async fn act(room: &RoomHandle, command: Command) -> Result<Done, ActError> {
    let command = opening::Command::Evaluate(Box::new(command.unsigned()));
    room.act(Actor::Room, command, Vec::new()).await
}

/// What is to be drawn, and among which bids.
type Due = (DrawPurpose, Vec<u32>);

/// The draw that is to be made now. Not for a lot whose publication commits to none: its result stays provisional and says what
/// is missing.
fn to_draw(opening: &opening::State, state: &State, computed: &Computed, changed: bool) -> Option<Due> {
    let wanted = opening.draw.is_some() && (state.result.is_none() || changed);
    computed.draw_due().filter(|_| wanted)
}

/// Has custody give its value for a draw, and records what comes of it.
async fn record_draw(
    room: &RoomHandle,
    custodian: &Custodian,
    at: At,
    (purpose, among): Due,
) -> Result<Done, ActError> {
    let (custodian, session) = (custodian.clone(), room.session().clone());
    let of = DrawOf::Order { purpose, among: among.clone() };
    let ask = move || match custodian.draw(&session, at, of.clone()) {
        // What custody refuses is an answer, not a fault.
        Err(problem @ Problem::Objection { .. }) => Ok(Err(problem)),
        answer => answer.map(Ok),
    };
    let value = room.ask_custody(ask).await?.map_err(ActError::from)?;
    act(room, Command::RecordDraw { purpose, among, value }).await
}

fn computed(opening: &opening::State) -> Result<(Computed, State), OutcomeError> {
    let state = opening.evaluation.as_deref().cloned().unwrap_or_default();
    Ok((compute(opening)?, state))
}

/// What the room does by a result: reviews first, the result once there is nothing to wait for.
fn due(
    opening: &opening::State,
    state: &State,
    computed: &Computed,
    changed: Option<(ChangeGround, String)>,
) -> Vec<Command> {
    let plan = opening.lot.as_ref().and_then(|lot| lot.evaluation.as_deref());
    let minutes = plan.and_then(|plan| plan.low_price_minutes.as_ref()).map(|figure| figure.value);
    if state.result.is_none()
        && let Some(minutes) = minutes
    {
        let reviews: Vec<Command> = low_prices(computed, state)
            .into_iter()
            .map(|(bid, triggers)| Command::OpenLowPrice {
                bid,
                reason: question(&triggers, minutes),
                triggers,
                minutes,
            })
            .collect();
        if !reviews.is_empty() {
            return reviews;
        }
    }
    // Whether a result that stands may be changed on this ground is the rules' question.
    let wanted = state.result.is_none() || changed.is_some();
    if computed.is_final() && wanted { vec![computed.fix(changed)] } else { Vec::new() }
}

/// What a bidder is asked whose price the figures call abnormally low (财库〔2026〕2号).
fn question(triggers: &[Trigger], minutes: u32) -> String {
    let figures: Vec<&str> = triggers
        .iter()
        .map(|trigger| match trigger {
            Trigger::Mean => "低于全部有效报价平均值的规定比例",
            Trigger::SecondLowest => "低于次低报价的规定比例",
            Trigger::Ceiling => "低于最高限价的规定比例",
            Trigger::Committee => "评标委员会认为偏低",
        })
        .collect();
    format!(
        "贵方报价{}，请在 {minutes} 分钟内就具体成本测算、设备价格、人工成本等作出书面说明，并提供必要的证明材料。",
        figures.join("，且")
    )
}
