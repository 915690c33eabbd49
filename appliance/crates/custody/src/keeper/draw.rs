//! Draws: the secret that is made with a lot's keys, and the values that follow from it, one for each draw that is due.
//!
//! Only packages are kept, by the room. A value is given out when the log that custody signed says that its draw is due, and
//! what comes of it is decided again by whoever judges: a room that proposes anything else is refused like every other.

use bidroom_canon::{Base64Bytes, Hex32};
use bidroom_domain::evaluation::{DrawOf, State, commitment, numbers_due, value_of};
use bidroom_domain::{At, SessionId, opening};
use bidroom_envelope::bid::share::Share;
use bidroom_envelope::draw::{open_draw, seal_draw};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_hsm::{KeyName, Role};
use bidroom_tender::{Published, PublishedDraw};
use zeroize::Zeroizing;

use super::docket::Docket;
use super::shares::{material, missing, published};
use super::{Keeper, lock};
use crate::devices::{Device, KeyInDevice, lot_key};
use crate::protocol::{Answer, DrawValue, Problem};

impl Keeper {
    /// Draws a lot's secret and envelopes it to every device, each of which opens it once before it is published.
    pub(super) fn commit_to_draws(
        &self,
        session: &SessionId,
        opening: &[Certificate],
        key: &KeyName,
    ) -> Result<PublishedDraw, Problem> {
        let failed = |why: &dyn core::fmt::Display| Problem::fault("the secret for draws", &why.to_string());
        let mut secret = Zeroizing::new([0; 32]);
        getrandom::fill(secret.as_mut_slice()).map_err(|error| failed(&error))?;
        let commitment = commitment(session, &Hex32(*secret));
        let mut packages = Vec::new();
        for (device, recipient) in self.devices.devices().iter().zip(opening) {
            let package = seal_draw(&secret, &commitment, recipient).map_err(|error| failed(&error))?;
            let opened = open_draw(&package, &commitment, recipient, &KeyInDevice { device, key })
                .map_err(|error| failed(&format!("{}: {error}", device.name)))?;
            if *opened.expose() != *secret {
                return Err(failed(&format!("{} opens another one", device.name)));
            }
            packages.push(Base64Bytes(package));
        }
        Ok(PublishedDraw { commitment, packages })
    }

    /// The value for the draw that is due, if it is this one.
    pub(super) fn draw_value(&self, session: &SessionId, at: At, of: &DrawOf) -> Result<Answer, Problem> {
        self.is_now(at)?;
        let docket = self.docket(session)?;
        let (published, number, key) = {
            let docket = lock(&docket);
            if docket.is_reading() {
                return Err(Problem::Phase { what: "drawing".to_owned() });
            }
            let number = due(&docket, of)?;
            let key = lot_key(&docket.documents.lot, Role::Opening)?;
            (published(&docket.settled)?.clone(), number, key)
        };
        let secret = self.draw_secret(session, &published, &key)?;
        let secret = Zeroizing::new(*secret.expose());
        let value = value_of(session, &Hex32(*secret), number);
        value
            .map(|value| Answer::Value(DrawValue(value)))
            .ok_or_else(|| objection("all draws that were committed to were made"))
    }

    fn draw_secret(
        &self,
        session: &SessionId,
        published: &Published,
        key: &KeyName,
    ) -> Result<Share, Problem> {
        let draw = published.document.value().draw.as_ref();
        let draw = draw.ok_or_else(|| objection("the publication of this lot commits to no draws"))?;
        let open = |place: usize, device: &Device| {
            let found = draw.packages.get(place).zip(published.opening.get(place));
            let (package, recipient) = found.ok_or_else(missing)?;
            open_draw(&package.0, &draw.commitment, recipient, &KeyInDevice { device, key }).map_err(material)
        };
        let secret = self.on_some_device(open)?.map_err(|why| objection(&why))?;
        if commitment(session, &Hex32(*secret.expose())) == draw.commitment {
            Ok(secret)
        } else {
            Err(objection("the secret for draws is not the one that was committed to"))
        }
    }
}

/// The number of a draw, if it is the one that is due in the log as custody signed it.
fn due(docket: &Docket, of: &DrawOf) -> Result<u32, Problem> {
    let state = &docket.settled.state;
    let due = match of {
        DrawOf::Numbers { .. } => numbers_due(state).filter(|(_, due)| due == of).map(|(number, _)| number),
        DrawOf::Order { .. } => order_due(state, of)?,
    };
    due.ok_or_else(|| objection("this draw is not due"))
}

fn order_due(state: &opening::State, of: &DrawOf) -> Result<Option<u32>, Problem> {
    let computed = bidroom_outcome::order_due(state).map_err(|error| objection(&error.to_string()))?;
    let number = state.evaluation.as_deref().map_or(1, State::next_draw);
    Ok(computed.filter(|due| due == of).map(|_| number))
}

fn objection(why: &str) -> Problem {
    Problem::Objection { why: why.to_owned() }
}
