//! Making a blank token usable: label, administrator's PIN, user's PIN.

use std::path::Path;

use cryptoki::session::UserType;
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use zeroize::Zeroizing;

use super::config::TokenSelector;
use super::fault::device;
use super::module::Module;
use crate::error::{CustodyError, Refusal};

/// Initialises a token (C_InitToken, C_InitPIN). One that is initialised already is refused, because initialising erases
/// it. Without `slot` the only blank token is taken.
///
/// # Errors
/// [`Refusal::Token`] if there is not one blank token, [`Refusal::Configuration`] if the one in `slot` is not blank, or a
/// fault of the module.
pub fn initialise_token(
    library: &Path,
    slot: Option<u64>,
    label: &str,
    administrator: &Zeroizing<String>,
    user: &Zeroizing<String>,
) -> Result<(), CustodyError> {
    if label.is_empty() || label.len() > 32 {
        return Err(Refusal::Configuration("a token's label has 1 to 32 bytes").into());
    }
    let module = Module::load(library)?;
    let context = module.context();
    let slots = context.get_slots_with_token().map_err(|error| device(&error))?;
    let is_blank = |slot: &Slot| context.get_token_info(*slot).is_ok_and(|token| !token.token_initialized());
    let slot = match slot {
        Some(number) => {
            let found = slots.iter().find(|slot| slot.id() == number).copied();
            let wanted = TokenSelector::Slot(number);
            let missing = || Refusal::Token { wanted, found: 0, present: String::new() };
            let slot = found.ok_or_else(missing)?;
            if !is_blank(&slot) {
                return Err(
                    Refusal::Configuration("the token is initialised already; it would be erased").into()
                );
            }
            slot
        }
        None => {
            let blank: Vec<Slot> = slots.iter().copied().filter(is_blank).collect();
            match blank.as_slice() {
                [slot] => *slot,
                _ => {
                    let wanted = TokenSelector::Label("(blank)".to_owned());
                    return Err(Refusal::Token { wanted, found: blank.len(), present: String::new() }.into());
                }
            }
        }
    };
    let pin = |pin: &Zeroizing<String>| AuthPin::from(pin.as_str());
    context.init_token(slot, &pin(administrator), label).map_err(|error| device(&error))?;
    // Some modules move a token to another slot when it is initialised.
    let selector = TokenSelector::Label(label.to_owned());
    let slot = module.find(&selector).map_or(slot, |token| token.slot);
    let session = context.open_rw_session(slot).map_err(|error| device(&error))?;
    session.login(UserType::So, Some(&pin(administrator))).map_err(|error| device(&error))?;
    let set = session.init_pin(&pin(user)).map_err(|error| device(&error));
    let out = session.logout().map_err(|error| device(&error));
    set.and(out)
}
