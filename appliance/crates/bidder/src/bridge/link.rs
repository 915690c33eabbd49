//! `bidroom://pair?room=…&token=…`: the link by which a page starts the helper, and its entry in the desktop.

use std::path::{Path, PathBuf};

use reqwest::Url;

/// Longest link, bytes.
const MOST: usize = 2048;
/// Hexadecimal digits of a link's token.
const TOKEN: usize = 64;

/// A link that starts the helper.
#[derive(Clone, PartialEq, Eq)]
pub struct PairLink {
    /// The room's address.
    pub room: String,
    /// Good once.
    pub token: String,
}

impl std::fmt::Debug for PairLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PairLink").field("room", &self.room).finish_non_exhaustive()
    }
}

/// Why a link starts nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the link {0}")]
pub struct LinkError(&'static str);

impl LinkError {
    /// Nothing was given.
    pub const MISSING: Self = Self("is missing");
}

impl PairLink {
    /// Reads a link. Any page can offer one: nothing but a room's address and a token is taken from it.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        if text.len() > MOST {
            return Err(LinkError("is too long"));
        }
        let url: Url = text.parse().map_err(|_| LinkError("is none"))?;
        if url.scheme() != "bidroom" || url.host_str() != Some("pair") {
            return Err(LinkError("does not begin with bidroom://pair"));
        }
        let more = !matches!(url.path(), "" | "/") || url.fragment().is_some() || url.port().is_some();
        if more || !url.username().is_empty() || url.password().is_some() {
            return Err(LinkError("holds more than a room and a token"));
        }
        let (mut room, mut token) = (None, None);
        for (key, value) in url.query_pairs() {
            let place = match &*key {
                "room" => &mut room,
                "token" => &mut token,
                _ => return Err(LinkError("holds more than a room and a token")),
            };
            if place.replace(value.into_owned()).is_some() {
                return Err(LinkError("names something twice"));
            }
        }
        let (Some(room), Some(token)) = (room, token) else {
            return Err(LinkError("lacks the room or the token"));
        };
        if token.len() != TOKEN || !token.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(LinkError("has no token of the right form"));
        }
        let address: Url = room.parse().map_err(|_| LinkError("names no address"))?;
        // Whether http is for this computer only, the client judges; here nothing else than an origin passes.
        let origin = matches!(address.scheme(), "https" | "http")
            && address.path() == "/"
            && address.query().is_none()
            && address.fragment().is_none();
        if !origin {
            return Err(LinkError("names no room's address"));
        }
        Ok(Self { room, token })
    }

    /// The link as a page offers it.
    pub fn text(&self) -> String {
        let mut url = String::from("bidroom://pair?");
        let query = Url::parse_with_params("bidroom://pair", [("room", &self.room), ("token", &self.token)]);
        url.push_str(query.as_ref().ok().and_then(Url::query).unwrap_or_default());
        url
    }
}

/// The desktop entry that hands `bidroom:` links to `program`.
pub fn desktop_entry(program: &Path) -> String {
    // Quoted as the Desktop Entry Specification says: within double quotes `"`, `` ` ``, `$` and `\` are escaped, and
    // a backslash is written twice in a string; `%` is doubled.
    let mut quoted = String::new();
    for c in program.to_string_lossy().chars() {
        match c {
            '"' | '`' | '$' => quoted.push_str(&format!("\\\\{c}")),
            '\\' => quoted.push_str("\\\\\\\\"),
            '%' => quoted.push_str("%%"),
            other => quoted.push(other),
        }
    }
    format!(
        "[Desktop Entry]\nType=Application\nName=BidRoom token bridge\nName[zh_CN]=开评标室助手程序\n\
         Exec=\"{quoted}\" bridge %u\nNoDisplay=true\nTerminal=false\nMimeType=x-scheme-handler/bidroom;\n"
    )
}

/// Where the user's desktop entry stands.
pub fn desktop_file() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = variable("XDG_DATA_HOME").or_else(|| Some(variable("HOME")?.join(".local/share")));
    Some(data?.join("applications/bidroom-bridge.desktop"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> String {
        "0a".repeat(32)
    }

    #[test]
    fn a_link_says_room_and_token_and_nothing_else() {
        let link = PairLink { room: "https://room.example.cn:8443".to_owned(), token: token() };
        assert_eq!(
            link.text(),
            format!("bidroom://pair?room=https%3A%2F%2Froom.example.cn%3A8443&token={}", token())
        );
        assert_eq!(PairLink::parse(&link.text()).unwrap(), link);
        assert!(!format!("{link:?}").contains(&token()));
    }

    #[track_caller]
    fn refused(text: &str, why: &str) {
        let error = PairLink::parse(text).unwrap_err();
        assert!(error.to_string().contains(why), "{text}: {error}");
    }

    #[test]
    fn other_links_start_nothing() {
        let t = token();
        refused("", "is none");
        refused(&"x".repeat(4000), "too long");
        refused(&format!("https://pair?room=https://a&token={t}"), "begin with");
        refused(&format!("bidroom://run?room=https://a&token={t}"), "begin with");
        refused(&format!("bidroom://pair/x?room=https://a&token={t}"), "more than");
        refused(&format!("bidroom://me:pw@pair?room=https://a&token={t}"), "more than");
        refused(&format!("bidroom://pair?room=https://a&token={t}&pin=1"), "more than");
        refused(&format!("bidroom://pair?room=https://a&room=https://b&token={t}"), "twice");
        refused("bidroom://pair?room=https://a", "lacks");
        refused("bidroom://pair?room=https://a&token=xyz", "right form");
        refused(&format!("bidroom://pair?room=a&token={t}"), "no address");
        refused(&format!("bidroom://pair?room=file:///etc/passwd&token={t}"), "no room's address");
        refused(&format!("bidroom://pair?room=https://a/x?y&token={t}"), "no room's address");
        refused(&format!("bidroom://pair?room=--help&token={t}"), "no address");
    }

    #[test]
    fn the_desktop_entry_quotes_the_program() {
        let entry = desktop_entry(Path::new("/opt/a b/50%/\"x\"$y\\z/bidroom-bidder"));
        assert!(
            entry
                .contains("\nExec=\"/opt/a b/50%%/\\\\\"x\\\\\"\\\\$y\\\\\\\\z/bidroom-bidder\" bridge %u\n"),
            "{entry}"
        );
        assert!(entry.contains("\nMimeType=x-scheme-handler/bidroom;\n"));
    }
}
