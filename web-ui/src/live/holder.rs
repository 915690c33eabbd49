//! Where the reader's keys are, and how they are asked.

use super::hand::HandError;
use super::helper::Helper;
use bidroom_canon::{Sm3Digest, from_json, to_canonical};
use bidroom_wire::bridge::{Request, Stage};
use bidroom_wire::{Accepted, Answer, ApiError, Ask, PresentLock};
use serde::de::DeserializeOwned;
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    /// Fetches and starts the drill's module; the page's script defines it.
    #[wasm_bindgen(catch, js_name = bidroomDrill)]
    async fn fetch_drill() -> Result<JsValue, JsValue>;

    /// The drill's module: a soft lock in this page.
    #[derive(Debug, Clone)]
    pub type Drill;

    #[wasm_bindgen(method, catch)]
    fn open(this: &Drill, file: &[u8], password: &str) -> Result<String, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn ask(this: &Drill, request: &str) -> Result<String, JsValue>;

    #[wasm_bindgen(method)]
    fn close(this: &Drill);
}

/// Keys that answer this page.
#[derive(Debug, Clone)]
pub enum Holder {
    /// A lock of the reader's computer, behind the helper; what it waits for is told.
    Helper(Helper, Stages),
    /// A soft lock, opened in this page; for drills only.
    Drill(Drill),
}

/// Where it is told what a helper waits for.
#[derive(Clone)]
pub struct Stages(pub Rc<dyn Fn(Option<Stage>)>);

impl core::fmt::Debug for Stages {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Stages")
    }
}

impl Holder {
    /// Opens a soft lock file in this page.
    ///
    /// # Errors
    /// [`HandError`].
    pub async fn drill(file: &[u8], password: &str) -> Result<(Self, PresentLock), HandError> {
        let module: Drill = fetch_drill().await.map_err(|error| unreachable_keys(&error))?.unchecked_into();
        let lock = read(module.open(file, password))?;
        Ok((Self::Drill(module), lock))
    }

    /// Has one act done.
    ///
    /// # Errors
    /// [`HandError`]; then nothing was signed and nothing left the lock.
    pub async fn ask(&self, ask: &Ask) -> Result<Answer, HandError> {
        match self {
            Self::Helper(helper, stages) => {
                let done = helper.act(ask, &|stage| (stages.0)(Some(stage))).await;
                (stages.0)(None);
                done
            }
            Self::Drill(module) => {
                let request = to_canonical(ask).map_err(|error| HandError::Unreachable(error.to_string()))?;
                read(module.ask(&String::from_utf8_lossy(&request)))
            }
        }
    }

    /// The room has acknowledged a share. A helper that does not hear it hands the share in once more, which counts once.
    pub fn acknowledged(&self, statement: Sm3Digest, accepted: &Accepted) {
        if let Self::Helper(helper, _) = self {
            let (helper, accepted) = (helper.clone(), accepted.clone());
            leptos::task::spawn_local(async move {
                helper.tell(Request::Acknowledged { statement, accepted }).await;
            });
        }
    }

    /// Forgets the keys.
    pub fn close(&self) {
        match self {
            Self::Helper(helper, _) => {
                let helper = helper.clone();
                leptos::task::spawn_local(async move { helper.tell(Request::PutAway).await });
            }
            Self::Drill(module) => module.close(),
        }
    }
}

fn read<T: DeserializeOwned>(answer: Result<String, JsValue>) -> Result<T, HandError> {
    let unreadable = |error: bidroom_canon::CanonError| HandError::Unreachable(error.to_string());
    match answer {
        Ok(text) => from_json(&text).map_err(unreadable),
        Err(thrown) => match thrown.as_string().and_then(|text| from_json::<ApiError>(&text).ok()) {
            Some(said) => Err(HandError::Declined(Box::new(said))),
            None => Err(unreachable_keys(&thrown)),
        },
    }
}

fn unreachable_keys(error: &JsValue) -> HandError {
    HandError::Unreachable(super::http::said(error))
}
