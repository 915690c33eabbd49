//! The room's health, as staff look at it.

use super::ActError;
use crate::live::{Live, http};
use crate::text::{Health, Say};
use crate::ui::Page;
use bidroom_wire::HealthView;
use leptos::prelude::*;

/// Looks how the room is doing.
pub(super) fn look(page: Page) {
    let Some(token) = Live::token() else {
        return page.doing.update(|doing| (doing.health, doing.unseen) = (None, None));
    };
    leptos::task::spawn_local(async move {
        let seen = http::get::<HealthView>("/health", Some(&token)).await;
        page.doing.update(|doing| match seen {
            Ok(view) => (doing.health, doing.unseen) = (Some(view), None),
            Err(error) => doing.unseen = Some(error.problem()),
        });
    });
}

/// Has every device use its keys once.
pub(super) async fn check(page: Page) -> Result<(), ActError> {
    let view: HealthView = http::post("/health", Live::token().as_deref(), &serde_json::json!({})).await?;
    page.doing.update(|doing| {
        (doing.health, doing.unseen) = (Some(view), None);
        doing.done = Some(Health::CheckDone.both());
    });
    Ok(())
}
