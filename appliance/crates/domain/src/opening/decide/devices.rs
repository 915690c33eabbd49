//! The room's devices: lost and returned while a session is under way.

use super::super::event::{DeviceLost, DeviceReturned, Event};
use super::super::refusal::Refusal;
use super::super::state::State;
use super::in_phase;
use super::officers::UNDER_WAY;

fn known(state: &State, device: &str) -> Result<(), Refusal> {
    in_phase(state, &UNDER_WAY)?;
    if state.devices.iter().any(|known| known.device == device) {
        Ok(())
    } else {
        Err(Refusal::UnknownDevice { device: device.to_owned() })
    }
}

pub(super) fn lose(state: &State, device: String) -> Result<Vec<Event>, Refusal> {
    known(state, &device)?;
    if state.lost.contains_key(&device) {
        return Ok(Vec::new());
    }
    let mut others = state.devices.iter().map(|known| &known.device);
    let serving = others.find(|other| **other != device && !state.lost.contains_key(*other)).cloned();
    Ok(vec![DeviceLost { device, serving }.into()])
}

pub(super) fn come_back(state: &State, device: String) -> Result<Vec<Event>, Refusal> {
    known(state, &device)?;
    let lost = state.lost.contains_key(&device);
    Ok(if lost { vec![DeviceReturned { device }.into()] } else { Vec::new() })
}
