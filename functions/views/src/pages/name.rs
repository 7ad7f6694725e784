use engine::LINKS_PATH;

use crate::sign_in::BACK;

/// A page, by its name in the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    Mine,
    Team,
    Pools,
    Queues,
    Operate,
    Numbers,
    Audit,
    Record,
    Answer,
    SignIn,
    Back,
    SignOut,
}

impl Name {
    const ALL: [(&'static str, Self); 12] = [
        ("mine", Self::Mine),
        ("team", Self::Team),
        ("pools", Self::Pools),
        ("queues", Self::Queues),
        ("operate", Self::Operate),
        ("numbers", Self::Numbers),
        ("audit", Self::Audit),
        ("record", Self::Record),
        ("answer", Self::Answer),
        ("sign-in", Self::SignIn),
        (BACK, Self::Back),
        ("sign-out", Self::SignOut),
    ];

    /// The page at a path; none if that is a signed link, which has a point in it.
    pub(crate) fn of(path: &str) -> Option<Self> {
        Self::named(path.strip_prefix(LINKS_PATH)?)
    }

    pub(crate) fn named(word: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|(name, _)| *name == word).map(|(_, it)| it)
    }

    pub(crate) fn word(self) -> &'static str {
        let mut all = Self::ALL.into_iter();
        all.find(|(_, it)| *it == self)
            .map_or("mine", |(name, _)| name)
    }

    pub(crate) fn path(self) -> String {
        format!("{LINKS_PATH}{}", self.word())
    }
}
