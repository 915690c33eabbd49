//! Every sentence the pages say, in both languages side by side.
//!
//! A message is a value: models carry it, components say it in the reader's language. [`catalogue!`] takes both texts
//! of a message at once, so a message without its second language does not compile.
//! Must not know: components, the connection.

mod ceremony;
mod common;
mod console;
mod hall;
mod health;
mod home;
mod lock;
mod log;
mod officer;
mod phase;
mod probe;
mod proof;
mod state;
mod trouble;
mod wall;

pub use ceremony::Ceremony;
pub use common::{Common, Trouble};
pub use console::{Check, Console, Way};
pub use hall::Hall;
pub use health::Health;
pub use home::Home;
pub use lock::Lock;
pub use log::Log;
pub use officer::Officer;
pub use phase::{Note, Phase};
pub use probe::{Probe, Trial};
pub use proof::Proof;
pub use state::{Reason, State};
pub use trouble::{Advice, Case, Fact, Word};
pub use wall::Wall;

/// The language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Chinese, the first language.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The value of the attribute `lang`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language with this tag; Chinese where the tag is unknown.
    pub fn from_tag(tag: &str) -> Self {
        if tag == Self::En.tag() { Self::En } else { Self::Zh }
    }

    /// The other language.
    pub const fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }
}

/// Something that can be said in either language.
pub trait Say {
    /// The sentence in `lang`.
    fn say(&self, lang: Lang) -> String;

    /// The sentence in both languages, for places that hold messages of any kind.
    fn both(&self) -> Both {
        Both { zh: self.say(Lang::Zh), en: self.say(Lang::En) }
    }
}

/// A sentence in both languages: from the server, or from a message of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Both {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Both {
    /// A text that is the same in both languages: a name, a number, a quotation.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { zh: text.clone(), en: text }
    }

    /// Both texts.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

impl Say for Both {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.zh.clone(),
            Lang::En => self.en.clone(),
        }
    }
}

/// A family of messages, for the pages of other modules too: `Name { field: Type } => "Chinese {field}", "English {field}";`
#[macro_export]
macro_rules! catalogue {
    ($(#[$meta:meta])* pub enum $family:ident {
        $($name:ident $({ $($field:ident : $kind:ty),* $(,)? })? => $zh:literal, $en:literal;)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $family {
            $(
                #[doc = $zh]
                $name $({ $(
                    #[doc = concat!("`", stringify!($field), "` of the sentence.")]
                    $field: $kind
                ),* })?,
            )*
        }

        impl $crate::text::Say for $family {
            #[allow(unused_variables, reason = "a sentence need not use every field in both languages")]
            fn say(&self, lang: $crate::text::Lang) -> String {
                // Sentences without fields are a table, not code.
                let fixed: Option<&'static $crate::text::Fixed> = match self {
                    $(Self::$name $({ $($field: _),* })? => $crate::fixed!($zh, $en $(, $($field),*)?),)*
                };
                if let Some(fixed) = fixed {
                    return fixed.say(lang);
                }
                match (self, lang) {
                    $(
                        (Self::$name $({ $($field),* })?, $crate::text::Lang::Zh) => $crate::phrase!($zh $(, $($field),*)?),
                        (Self::$name $({ $($field),* })?, $crate::text::Lang::En) => $crate::phrase!($en $(, $($field),*)?),
                    )*
                }
            }
        }

        #[cfg(test)]
        impl $family {
            /// Templates of all messages, for the tests of wording.
            pub(crate) const TEMPLATES: &'static [(&'static str, &'static str)] = &[$(($zh, $en)),*];
        }
    };
}
pub(crate) use catalogue;

/// A sentence without fields.
#[derive(Debug)]
pub struct Fixed {
    zh: &'static str,
    en: &'static str,
}

impl Fixed {
    /// Both texts.
    pub const fn new(zh: &'static str, en: &'static str) -> Self {
        Self { zh, en }
    }

    /// The text in `lang`.
    pub fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.zh,
            Lang::En => self.en,
        }
        .to_owned()
    }
}

/// The sentence, where it has no fields.
#[doc(hidden)]
#[macro_export]
macro_rules! fixed {
    ($zh:literal, $en:literal) => {
        Some(const { &$crate::text::Fixed::new($zh, $en) })
    };
    ($zh:literal, $en:literal, $($field:ident),*) => {
        None
    };
}

/// A sentence with fields is put together; one without was found in the table.
#[doc(hidden)]
#[macro_export]
macro_rules! phrase {
    ($text:literal) => {
        String::new()
    };
    ($text:literal, $($field:ident),*) => {
        format!($text)
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<(&'static str, &'static str)> {
        [
            Ceremony::TEMPLATES,
            Common::TEMPLATES,
            Trouble::TEMPLATES,
            Console::TEMPLATES,
            Check::TEMPLATES,
            Way::TEMPLATES,
            Hall::TEMPLATES,
            Health::TEMPLATES,
            Home::TEMPLATES,
            Lock::TEMPLATES,
            Log::TEMPLATES,
            Officer::TEMPLATES,
            Phase::TEMPLATES,
            Note::TEMPLATES,
            Probe::TEMPLATES,
            Trial::TEMPLATES,
            Proof::TEMPLATES,
            Advice::TEMPLATES,
            Case::TEMPLATES,
            Fact::TEMPLATES,
            Word::TEMPLATES,
            State::TEMPLATES,
            Reason::TEMPLATES,
            Wall::TEMPLATES,
        ]
        .concat()
    }

    fn fields(template: &str) -> Vec<&str> {
        let mut fields: Vec<_> =
            template.split('{').skip(1).filter_map(|rest| rest.split(['}', ':']).next()).collect();
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    fn is_han(c: char) -> bool {
        ('\u{4e00}'..='\u{9fff}').contains(&c)
    }

    #[test]
    fn both_languages_say_the_same_facts() {
        for (zh, en) in all() {
            assert_eq!(fields(zh), fields(en), "{zh} | {en}");
            assert!(!zh.is_empty() && !en.is_empty(), "{zh} | {en}");
        }
    }

    #[test]
    fn wording_follows_the_rules() {
        for (zh, en) in all() {
            assert!(!zh.contains(['!', '！']) && !en.contains('!'), "no exclamation marks: {zh} | {en}");
            // The switch names the language it leads to in that language.
            let english = en.replace("中文", "");
            assert!(!english.chars().any(is_han), "Chinese in English: {en}");
            for bare in ["成功", "失败", "非法", "异常"] {
                assert!(!zh.contains(bare), "{bare} in {zh}");
            }
            assert!(!zh.contains("两把锁") && !zh.contains("一半密钥"), "{zh}");
        }
    }

    #[test]
    fn chinese_keeps_a_space_beside_figures() {
        for (zh, _) in all() {
            let figure = |c: char| c.is_ascii_digit() || c == '{' || c == '}';
            // A clause is Chinese itself.
            let characters: Vec<char> = zh.replace("{clause}", "条").chars().collect();
            for pair in characters.windows(2) {
                let (a, b) = (pair[0], pair[1]);
                assert!(
                    !(is_han(a) && figure(b) || figure(a) && is_han(b)),
                    "no space beside the figure: {zh}"
                );
            }
        }
    }

    #[test]
    fn a_message_fills_its_fields() {
        assert_eq!(Hall::HandedCount { done: 4, all: 7 }.say(Lang::Zh), "4 / 7 家已提交");
        assert_eq!(Hall::HandedCount { done: 4, all: 7 }.both().en, "4 / 7 handed in");
    }

    #[test]
    fn tags_of_languages() {
        for lang in [Lang::Zh, Lang::En] {
            assert_eq!(Lang::from_tag(lang.tag()), lang);
            assert_eq!(lang.other().other(), lang);
        }
        assert_eq!(Lang::from_tag("fr"), Lang::Zh);
    }
}
