//! The few things pages ask of the browser beside drawing: places, focus, storage, files. Whatever it refuses is left
//! as it is; nothing here fails.

use crate::text::Lang;
use crate::ui::Theme;
use wasm_bindgen::JsCast;

/// The path of the page.
pub fn path() -> String {
    web_sys::window().and_then(|window| window.location().pathname().ok()).unwrap_or_default()
}

/// A value of the address's query.
pub fn query(key: &str) -> Option<String> {
    let search = web_sys::window()?.location().search().ok()?;
    search.trim_start_matches('?').split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        (name == key).then(|| value.to_owned())
    })
}

/// Milliseconds since the page was opened, by a clock that never jumps.
pub fn elapsed_millis() -> i64 {
    let millis = web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now());
    // Far below 2^53 for any page that a person opened.
    #[expect(
        clippy::as_conversions,
        reason = "the browser gives milliseconds as a float; the fraction is not wanted"
    )]
    let whole = millis as i64;
    whole
}

/// This computer's time of day, which nothing but its comparison with the room's goes by.
pub fn time_of_day() -> bidroom_domain::At {
    // Far below 2^53 for any day that a person lives to see.
    #[expect(clippy::as_conversions, reason = "the browser gives whole milliseconds as a float")]
    let millis = js_sys::Date::now() as i64;
    bidroom_domain::At(millis)
}

/// Focuses the first element with this selector.
pub fn focus(selector: &str) {
    let found = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.query_selector(selector).ok().flatten());
    if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Arrow keys, Home and End move between the rows of a table that have a badge; Enter opens it as any button.
pub fn move_between_rows(event: &web_sys::KeyboardEvent) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let Ok(list) = document.query_selector_all(".sheet .proof") else { return };
    let Some(active) = document.active_element() else { return };
    let here = (0..list.length())
        .find(|place| list.get(*place).is_some_and(|node| node.is_same_node(Some(&active))));
    let last = list.length().saturating_sub(1);
    let to = match (event.key().as_str(), here) {
        ("ArrowDown", Some(here)) => here.saturating_add(1).min(last),
        ("ArrowUp", Some(here)) => here.saturating_sub(1),
        ("Home", Some(_)) => 0,
        ("End", Some(_)) => last,
        _ => return,
    };
    if let Some(element) = list.get(to).and_then(|node| node.dyn_into::<web_sys::HtmlElement>().ok()) {
        event.prevent_default();
        let _ = element.focus();
    }
}

/// F6 goes to the next region of the page, Shift+F6 to the one before.
pub fn next_region(back: bool) {
    const REGIONS: &str = ".topbar, .p-top, .rail, main, .side, aside.right, .p-act";
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let Ok(list) = document.query_selector_all(REGIONS) else { return };
    let (count, active) = (list.length(), document.active_element());
    if count == 0 {
        return;
    }
    let here = active.and_then(|active| {
        (0..count).rev().find(|place| list.get(*place).is_some_and(|node| node.contains(Some(&active))))
    });
    let to = match (here, back) {
        (None, _) => 0,
        (Some(here), false) => (here + 1) % count,
        (Some(here), true) => (here + count - 1) % count,
    };
    if let Some(region) = list.get(to).and_then(|node| node.dyn_into::<web_sys::HtmlElement>().ok()) {
        let first = region.query_selector("a[href], button, input, textarea, [tabindex]").ok().flatten();
        let target = first.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
        let _ = target.unwrap_or(region).focus();
    }
}

/// Places the explanation of a row under its badge, or over it where there is no room below; then focuses it.
pub fn place_layer(layer: &web_sys::HtmlElement, row: u32) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let badge = document.query_selector(&format!(".proof[data-row=\"{row}\"]")).ok().flatten();
    let frame = document.query_selector(".cols").ok().flatten();
    let popover = layer
        .query_selector(".why-pop")
        .ok()
        .flatten()
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    let (Some(badge), Some(frame), Some(popover)) = (badge, frame, popover) else { return };
    let (badge, area, size) = (
        badge.get_bounding_client_rect(),
        frame.get_bounding_client_rect(),
        popover.get_bounding_client_rect(),
    );
    let below = badge.bottom() + 12.0;
    let fits = below + size.height() <= area.bottom();
    let top = if fits { below - area.top() } else { badge.top() - 12.0 - size.height() - area.top() };
    let _ = popover.style().set_property("top", &pixels(top));
    if fits {
        let _ = popover.remove_attribute("data-above");
    } else {
        let _ = popover.set_attribute("data-above", "");
    }
    let first = popover
        .query_selector("button")
        .ok()
        .flatten()
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    let _ = first.unwrap_or(popover).focus();
}

/// A length in CSS. The browser writes the number: its own code for fractions is there already.
fn pixels(length: f64) -> String {
    js_sys::Number::from(length).to_string_with_radix(10).map_or_else(|_| String::new(), String::from) + "px"
}

/// Sets language and theme of the document.
pub fn dress(lang: Lang, theme: Theme) {
    let Some(root) = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element())
    else {
        return;
    };
    let _ = root.set_attribute("lang", lang.tag());
    match theme.name() {
        Some(name) => {
            let _ = root.set_attribute("data-theme", name);
        }
        None => {
            let _ = root.remove_attribute("data-theme");
        }
    }
}

/// Sets the document's title.
pub fn title(text: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(text);
    }
}

/// A preference of this browser: language, theme.
pub fn preference(key: &str) -> Option<String> {
    web_sys::window()?.local_storage().ok()??.get_item(key).ok()?
}

/// Keeps a preference of this browser.
pub fn prefer(key: &str, value: &str) {
    if let Some(storage) = web_sys::window().and_then(|window| window.local_storage().ok().flatten()) {
        let _ = storage.set_item(key, value);
    }
}

/// Where this page came from: scheme, host and port.
pub fn origin() -> String {
    web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// Waits so many milliseconds.
pub async fn pause(millis: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            // Without a timer the promise is never kept, and the page is gone anyway.
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
        }
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// A value of this tab.
pub fn tab_value(key: &str) -> Option<String> {
    web_sys::window()?.session_storage().ok()??.get_item(key).ok()?
}

/// Keeps a value for this tab, or forgets it.
pub fn set_tab_value(key: &str, value: Option<&str>) {
    let Some(storage) = web_sys::window().and_then(|window| window.session_storage().ok().flatten()) else {
        return;
    };
    let _ = match value {
        Some(value) => storage.set_item(key, value),
        None => storage.remove_item(key),
    };
}

/// Whether the screen is as narrow as a phone's.
pub fn is_narrow() -> bool {
    web_sys::window()
        .and_then(|window| window.match_media("(max-width: 640px)").ok().flatten())
        .is_some_and(|query| query.matches())
}

/// JSON with its members on lines of their own; as it is where it is no JSON.
pub fn indented(text: &str) -> String {
    let laid_out = js_sys::JSON::parse(text).and_then(|value| {
        js_sys::JSON::stringify_with_replacer_and_space(&value, &wasm_bindgen::JsValue::NULL, &2.into())
    });
    laid_out.map_or_else(|_| text.to_owned(), String::from)
}

/// Hands the reader bytes as a file.
pub fn save_bytes(name: &str, bytes: &[u8]) {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    if let Ok(blob) = web_sys::Blob::new_with_u8_array_sequence(&parts) {
        hand_over(name, &blob);
    }
}

/// Hands the reader a text as a file.
pub fn save(name: &str, text: &str) {
    let parts = js_sys::Array::of1(&wasm_bindgen::JsValue::from_str(text));
    if let Ok(blob) = web_sys::Blob::new_with_str_sequence(&parts) {
        hand_over(name, &blob);
    }
}

fn hand_over(name: &str, blob: &web_sys::Blob) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let Ok(address) = web_sys::Url::create_object_url_with_blob(blob) else { return };
    if let Some(link) =
        document.create_element("a").ok().and_then(|a| a.dyn_into::<web_sys::HtmlAnchorElement>().ok())
    {
        link.set_href(&address);
        link.set_download(name);
        link.click();
    }
    let _ = web_sys::Url::revoke_object_url(&address);
}
