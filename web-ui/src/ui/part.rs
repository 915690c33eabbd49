//! Values that pages compute from others, compared so that nothing is drawn again for nothing, and of one type inside:
//! the machinery of a computed value is a good deal of code for each type it has, and pages compute a hundred types.

use leptos::prelude::*;
use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

/// A value of any type that can be compared with another of its type.
#[derive(Clone)]
struct Erased {
    value: Arc<dyn Any + Send + Sync>,
    same: fn(&Erased, &Erased) -> bool,
}

impl PartialEq for Erased {
    fn eq(&self, other: &Self) -> bool {
        (self.same)(self, other)
    }
}

/// A computed value: asked for again when what it reads changes, told on when it differs.
pub struct Part<T> {
    memo: Memo<Erased>,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Part<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Part<T> {}

impl<T: PartialEq + Send + Sync + 'static> Part<T> {
    /// The value that `compute` gives.
    pub fn new(compute: impl Fn() -> T + Send + Sync + 'static) -> Self {
        let compute = move || Erased { value: Arc::new(compute()), same: same::<T> };
        Self { memo: erased(Box::new(compute)), kind: PhantomData }
    }

    /// Reads the value.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        view_of(&held(self.memo), read)
    }

    /// A copy of the value.
    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// A copy of the value, without following it.
    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        view_of(&self.memo.get_untracked().value, T::clone)
    }
}

/// Once for all types.
#[inline(never)]
fn held(memo: Memo<Erased>) -> Arc<dyn Any + Send + Sync> {
    memo.get().value
}

#[inline]
fn view_of<T: 'static, R>(value: &Arc<dyn Any + Send + Sync>, read: impl FnOnce(&T) -> R) -> R {
    match value.downcast_ref::<T>() {
        Some(value) => read(value),
        None => foreign(),
    }
}

/// Once for all types: `Part::new` is the only place that makes one.
#[cold]
#[inline(never)]
fn foreign() -> ! {
    unreachable!("a part holds the type it was made with")
}

fn same<T: PartialEq + 'static>(one: &Erased, other: &Erased) -> bool {
    match (one.value.downcast_ref::<T>(), other.value.downcast_ref::<T>()) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

fn erased(compute: Box<dyn Fn() -> Erased + Send + Sync>) -> Memo<Erased> {
    Memo::new(move |_| compute())
}

impl From<Part<bool>> for Signal<bool> {
    fn from(part: Part<bool>) -> Self {
        Signal::derive(move || part.get())
    }
}
