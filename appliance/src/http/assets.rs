//! The pages: files of the web bundle, compiled into the server.

use actix_web::http::header::{self, ContentType};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};

use super::Failure;

/// Name, content, and content in brotli.
type Asset = (&'static str, &'static [u8], Option<&'static [u8]>);

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

const INDEX: &str = "index.html";
const BID: &str = "bid.html";
const DESK: &str = "desk.html";
const OFFICER: &str = "officer.html";
const EXPERT: &str = "expert.html";
const COMMITTEE: &str = "committee.html";

/// Shown where the server was built without its pages.
const NO_PAGES: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>BidRoom</title>\
<p>这个服务器构建时没有包含页面。请先运行 <code>cargo run -p bidroom-web-ui-bundle</code>，再重新构建服务器。\
接口 <code>/api/v1/room</code> 可用。</p>\
<p lang=\"en\">This server was built without its pages. Run <code>cargo run -p bidroom-web-ui-bundle</code> and build \
the server again. The interface <code>/api/v1/room</code> works.</p></html>";

/// First parts of the addresses of pages and the file that has them; the script in it tells the pages apart.
const PAGES: [(&str, &str); 10] = [
    ("", INDEX),
    ("wall", INDEX),
    ("hall", INDEX),
    ("bid", BID),
    ("check", BID),
    ("console", DESK),
    ("health", DESK),
    ("officer", OFFICER),
    ("expert", EXPERT),
    ("evaluation", COMMITTEE),
];

/// The file of the page at a path.
fn page_at(path: &str) -> Option<&'static str> {
    let first = path.split('/').next()?;
    PAGES.iter().find(|(known, _)| *known == first).map(|(_, file)| *file)
}

/// Answers with a file of the bundle, or with the page whose address it is.
///
/// # Errors
/// A [`Failure`] for an unknown address or a method other than GET and HEAD.
pub async fn asset(request: HttpRequest) -> Result<HttpResponse, Failure> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Failure::wrong_method("GET, HEAD"));
    }
    let path = request.path().trim_start_matches('/');
    let file = |name: &str| FILES.iter().find(|(known, ..)| *known == name);
    let page = page_at(path);
    let Some((name, plain, packed)) = file(path).or_else(|| page.and_then(file)) else {
        if page.is_some() {
            let html = ContentType::html();
            return Ok(HttpResponse::build(StatusCode::SERVICE_UNAVAILABLE)
                .content_type(html)
                .body(NO_PAGES));
        }
        return Err(Failure::not_found());
    };
    let mut response = HttpResponse::Ok();
    response.content_type(media_type(name));
    response.insert_header((header::VARY, "Accept-Encoding"));
    response.insert_header((header::CACHE_CONTROL, cache(name)));
    let body = match packed {
        Some(packed) if accepts_brotli(&request) => {
            response.insert_header((header::CONTENT_ENCODING, "br"));
            *packed
        }
        _ => *plain,
    };
    Ok(response.body(body))
}

/// Names with a hash of the content never change what they mean; everything else is asked for anew.
fn cache(name: &str) -> &'static str {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let tag = stem.rsplit_once('-').map_or("", |(_, tag)| tag);
    if tag.len() == 16 && tag.bytes().all(|b| b.is_ascii_hexdigit()) {
        "public, max-age=31536000, immutable"
    } else {
        "no-store"
    }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Whether the client takes brotli (RFC 9110 section 12.5.3).
fn accepts_brotli(request: &HttpRequest) -> bool {
    request.headers().get_all(header::ACCEPT_ENCODING).filter_map(|value| value.to_str().ok()).any(brotli_in)
}

fn brotli_in(header: &str) -> bool {
    header.split(',').any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br"));
        let refused = parts.any(|part| {
            part.strip_prefix("q=").is_some_and(|weight| weight.bytes().all(|b| b == b'0' || b == b'.'))
        });
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_its_file() {
        for (path, file) in [
            ("", Some(INDEX)),
            ("wall/T-1", Some(INDEX)),
            ("bid/T-1", Some(BID)),
            ("check/T-1", Some(BID)),
            ("console", Some(DESK)),
            ("console/T-1", Some(DESK)),
            ("health", Some(DESK)),
            ("officer/T-1", Some(OFFICER)),
            ("offices", None),
            ("api", None),
        ] {
            assert_eq!(page_at(path), file, "{path}");
        }
    }

    #[test]
    fn only_hashed_names_are_kept() {
        for (name, kept) in [
            ("app-cbf29ce484222325.js", true),
            ("app_bg-00000000deadbeef.wasm", true),
            ("index.html", false),
            ("app.js", false),
            ("app-cbf29ce484222325", true),
            ("app-cbf29ce48422232g.js", false),
        ] {
            assert_eq!(cache(name).contains("immutable"), kept, "{name}");
        }
    }

    #[test]
    fn brotli_is_sent_to_those_who_take_it() {
        for (header, taken) in [
            ("gzip, deflate, br", true),
            ("BR;q=0.5", true),
            ("br;q=0", false),
            ("br; q=0.000", false),
            ("brotli", false),
            ("", false),
        ] {
            assert_eq!(brotli_in(header), taken, "{header}");
        }
    }
}
