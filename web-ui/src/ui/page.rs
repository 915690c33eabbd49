//! What every component may ask for: language, theme, the scene, the room's time, and what the reader can do.

use super::Part;
use crate::deed::{Deed, Doing};
use crate::model::{Row, Scene};
use crate::text::{Both, Lang, Say};
use bidroom_domain::At;
use leptos::prelude::*;

/// How a page looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Light, the default.
    #[default]
    Light,
    /// High contrast.
    Contrast,
    /// The wall: dark, sized by the screen.
    Wall,
}

impl Theme {
    /// The value of `data-theme`; none for the default.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Light => None,
            Self::Contrast => Some("contrast"),
            Self::Wall => Some("wall"),
        }
    }
}

/// The page's shared values.
#[derive(Clone, Copy)]
pub struct Page {
    /// Language.
    pub lang: RwSignal<Lang>,
    /// Theme.
    pub theme: RwSignal<Theme>,
    /// What is seen.
    pub scene: RwSignal<Scene>,
    /// The room's clock.
    pub now: RwSignal<At>,
    /// What is being done, and what came of it.
    pub doing: RwSignal<Doing>,
    /// Does it.
    pub act: Callback<Deed>,
}

impl Page {
    /// A part of the scene, compared so that nothing is drawn again for a change elsewhere.
    pub fn part<T: PartialEq + Send + Sync + 'static>(self, part: fn(&Scene) -> T) -> Part<T> {
        let scene = self.scene;
        Part::new(move || part(&scene.read()))
    }

    /// A row of the roster, while there is one of this number.
    pub fn row(self, number: u32) -> Part<Option<Row>> {
        let scene = self.scene;
        Part::new(move || scene.read().rows.iter().find(|row| row.number == number).cloned())
    }

    /// A part of what is being done.
    pub fn doing_part<T: PartialEq + Send + Sync + 'static>(self, part: fn(&Doing) -> T) -> Part<T> {
        let doing = self.doing;
        Part::new(move || part(&doing.read()))
    }
}

/// The page's shared values.
pub fn page() -> Page {
    expect_context::<Page>()
}

/// A fixed message in the reader's language, following a change of language.
pub fn t(message: impl Say) -> Signal<String> {
    words(message.both())
}

fn words(both: Both) -> Signal<String> {
    let lang = page().lang;
    Signal::derive(move || match lang.get() {
        Lang::Zh => both.zh.clone(),
        Lang::En => both.en.clone(),
    })
}

/// A message that changes, in the reader's language.
pub fn said<S: Say>(message: impl Fn() -> S + Send + Sync + 'static) -> Signal<String> {
    spoken(Box::new(move |lang| message().say(lang)))
}

/// A text that depends on the language, for whatever reason.
fn spoken(text: Box<dyn Fn(Lang) -> String + Send + Sync>) -> Signal<String> {
    let lang = page().lang;
    Signal::derive(move || text(lang.get()))
}

/// A part of a view that is drawn again when what it reads changes. One type for all of them: a view is code for
/// each type it has, and pages have hundreds of such parts.
pub fn redraw(draw: impl FnMut() -> AnyView + Send + 'static) -> AnyView {
    let draw: Box<dyn FnMut() -> AnyView + Send> = Box::new(draw);
    draw.into_any()
}

/// Views one after the other.
pub trait Views: Iterator<Item: IntoView> + Sized {
    /// Draws them as one type, whatever they are: a list is a good deal of code for each type it has.
    fn drawn(self) -> AnyView {
        let mut list = Vec::new();
        for view in self {
            list.push(view.into_any());
        }
        list.into_any()
    }
}

impl<I: Iterator<Item: IntoView>> Views for I {}

/// The value of an attribute that changes; none takes the attribute away.
pub fn mark(
    value: impl Fn() -> Option<&'static str> + Send + Sync + 'static,
) -> Signal<Option<&'static str>> {
    let value: Box<dyn Fn() -> Option<&'static str> + Send + Sync> = Box::new(value);
    Signal::derive(value)
}

/// Something drawn once for each number and kept while the number stays, so that rows keep their place and focus.
pub fn each(
    numbers: impl Fn() -> Vec<u32> + Send + Sync + 'static,
    draw: impl Fn(u32) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let numbers = Signal::derive(numbers);
    let draw: std::sync::Arc<dyn Fn(u32) -> AnyView + Send + Sync> = std::sync::Arc::new(draw);
    view! { <For each=move || numbers.get() key=|number| *number let:number>{draw(number)}</For> }.into_any()
}
