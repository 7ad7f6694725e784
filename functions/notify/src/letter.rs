use std::collections::BTreeMap;

use contracts::LinkAction;
use crm::{PersonId, RecordId};
use decisions::{
    Rules,
    links::right_of,
    shown::{self, moment, one_line},
};
use engine::RecordPages;
use jiff::Timestamp;
use model::Person;

use crate::{card::Card, links::MailSigner};

/// A mail before it is written as text and as HTML, so that both say the same.
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) greeting: String,
    pub(crate) blocks: Vec<Block>,
    pub(crate) signature: String,
}

/// A piece of a letter.
pub(crate) enum Block {
    /// A paragraph.
    Say(String),
    /// A list.
    Points(Vec<String>),
    /// A part with a heading, of things to look at, and how many more there are.
    Part {
        heading: String,
        entries: Vec<Entry>,
        more: usize,
    },
    /// Where the reader answers what they are asked.
    Answer {
        /// What they do there.
        words: String,
        /// The link.
        link: String,
    },
    /// Where to look.
    See(Reference),
}

/// One thing to look at.
pub(crate) struct Entry {
    pub(crate) text: String,
    pub(crate) see: Reference,
}

/// Where to look at a record, and where to find the reasons.
pub(crate) struct Reference {
    pub(crate) page: Option<String>,
    /// Where the reader can have it looked at again.
    pub(crate) again: Option<String>,
    pub(crate) explain: String,
}

/// Everything that is needed to write to somebody.
pub(crate) struct Writer<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) pages: &'a RecordPages,
    pub(crate) cards: &'a BTreeMap<RecordId, Card>,
    pub(crate) to: &'a PersonId,
    pub(crate) person: &'a Person,
    /// What signs links for this mail, if it has any.
    pub(crate) signer: Option<&'a MailSigner>,
}

impl Writer<'_> {
    pub(crate) fn letter(&self, subject: &str, blocks: Vec<Block>) -> Letter {
        Letter {
            subject: one_line(subject),
            greeting: format!("Hello {},", self.person.name),
            blocks,
            signature: format!("Fairlead, for {}", self.rules.model.company.name),
        }
    }

    pub(crate) fn card(&self, record: &RecordId) -> Card {
        let known = self.cards.get(record).cloned();
        known.unwrap_or_else(|| Card::unknown(record.clone()))
    }

    pub(crate) fn moment(&self, at: Timestamp) -> String {
        moment(at, self.rules.zone_of(self.to))
    }

    /// The full name of a person of the model; a stranger's id.
    pub(crate) fn name_of(&self, person: &PersonId) -> String {
        shown::name_of(&self.rules.model, person)
    }

    /// The link by which the reader can have a record looked at again, if they may act on it.
    fn again(&self, record: &RecordId) -> Option<String> {
        let owner = self.cards.get(record)?.owner.as_ref();
        right_of(&self.rules.model, self.to, owner)?;
        self.signer?.link(self.to, record, LinkAction::LookAgain)
    }

    /// The link by which the reader answers what they are asked; none if mails have no links.
    pub(crate) fn answer(&self, record: &RecordId, action: LinkAction) -> Option<String> {
        self.signer?.link(self.to, record, action)
    }

    pub(crate) fn see(&self, record: &RecordId) -> Reference {
        Reference {
            page: self.pages.of(record),
            again: self.again(record),
            explain: format!("fairlead explain {}", self.rules.model.name_of(record)),
        }
    }
}
