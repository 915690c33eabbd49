//! Addresses of pages. Own and tiny: a page is a place, and moving between places loads the page.

use crate::text::Lang;

/// A place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// Sessions of the room.
    Home,
    /// The wall of a session.
    Wall(String),
    /// The public hall of a session.
    Hall(String),
    /// A bidder's hall.
    Bid(String),
    /// Will this computer and this lock do for a session?
    Check(String),
    /// The host's console of a session.
    Console(String),
    /// Importing a tender package.
    Import,
    /// The room's health, for staff.
    Health,
    /// The officers' page of a session.
    Officer(String),
    /// No page.
    Unknown(String),
}

impl Route {
    /// The place at a path.
    pub fn parse(path: &str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let (first, second, rest) = (parts.next(), parts.next(), parts.next());
        if rest.is_some() {
            return Self::Unknown(path.to_owned());
        }
        let session =
            second.filter(|id| id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')).map(str::to_owned);
        match (first, session, second) {
            (None, ..) => Self::Home,
            (Some("wall"), Some(session), _) => Self::Wall(session),
            (Some("hall"), Some(session), _) => Self::Hall(session),
            (Some("bid"), Some(session), _) => Self::Bid(session),
            (Some("check"), Some(session), _) => Self::Check(session),
            (Some("console"), Some(session), _) => Self::Console(session),
            (Some("console"), None, None) => Self::Import,
            (Some("health"), None, None) => Self::Health,
            (Some("officer"), Some(session), _) => Self::Officer(session),
            _ => Self::Unknown(path.to_owned()),
        }
    }

    /// The session of a place, if it is one of a session.
    pub fn session(&self) -> Option<&str> {
        match self {
            Self::Wall(session)
            | Self::Hall(session)
            | Self::Bid(session)
            | Self::Check(session)
            | Self::Console(session)
            | Self::Officer(session) => Some(session),
            Self::Home | Self::Import | Self::Health | Self::Unknown(_) => None,
        }
    }

    /// Address of the session's opening record as a document.
    pub fn record(&self, lang: Lang) -> String {
        let lang = match lang {
            Lang::Zh => "zh",
            Lang::En => "en",
        };
        format!("/api/v1/sessions/{}/record.pdf?lang={lang}", self.session().unwrap_or_default())
    }
}

/// The place this page was loaded from.
pub fn current() -> Route {
    Route::parse(&crate::browser::path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expect: Route) {
        assert_eq!(Route::parse(path), expect, "{path}");
    }

    #[test]
    fn places() {
        check("/", Route::Home);
        check("", Route::Home);
        check("/wall/YZZC-2026-G0117-1", Route::Wall("YZZC-2026-G0117-1".into()));
        check("/hall/A-1/", Route::Hall("A-1".into()));
        check("/bid/A-1", Route::Bid("A-1".into()));
        check("/check/A-1", Route::Check("A-1".into()));
        check("/console", Route::Import);
        check("/health", Route::Health);
        check("/health/A-1", Route::Unknown("/health/A-1".into()));
        check("/console/A-1", Route::Console("A-1".into()));
        check("/officer/A-1", Route::Officer("A-1".into()));
        check("/hall", Route::Unknown("/hall".into()));
        check("/hall/..%2f", Route::Unknown("/hall/..%2f".into()));
        check("/hall/A-1/x", Route::Unknown("/hall/A-1/x".into()));
        check("/admin", Route::Unknown("/admin".into()));
    }

    #[test]
    fn sessions_of_places() {
        assert_eq!(Route::parse("/bid/A-1").session(), Some("A-1"));
        assert_eq!(Route::Import.session(), None);
        assert_eq!(Route::parse("/officer/A-1").record(Lang::En), "/api/v1/sessions/A-1/record.pdf?lang=en");
    }
}
