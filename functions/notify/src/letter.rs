use std::collections::{BTreeMap, BTreeSet};

use contracts::{LinkAction, Reminder};
use crm::{PersonId, RecordId};
use decisions::{
    Rules,
    digests::operators,
    links::{may_see, right_of},
    shown::{self, moment, one_line},
};
use engine::RecordPages;
use jiff::Timestamp;
use model::Person;

use crate::{card::Card, links::MailSigner};

/// A mail before it is written as text and as HTML, so that both say the same.
pub(crate) struct Letter {
    pub(crate) subject: String,
    /// What a mailbox shows behind the subject.
    pub(crate) preview: String,
    pub(crate) greeting: String,
    pub(crate) blocks: Vec<Block>,
    pub(crate) signature: String,
}

/// A piece of a letter.
pub(crate) enum Block {
    /// A paragraph.
    Say(String),
    /// What the blocks after it are about.
    Heading(String),
    /// A list.
    Points(Vec<String>),
    /// A part with a heading, of records to look at, and what is said of those that are left out.
    Part {
        heading: String,
        tone: Tone,
        entries: Vec<Entry>,
        more: Option<More>,
    },
    /// A part with a heading, of how much there is of something, with a bar each.
    Bars { heading: String, bars: Vec<Bar> },
    /// A part with a heading, of what is to be known one by one.
    List {
        heading: String,
        tone: Tone,
        points: Vec<Point>,
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

/// What is said of records that are left out.
pub(crate) struct More {
    /// In words: "and 5 more".
    pub(crate) words: String,
    /// Where the reader sees all of them, if they have a link.
    pub(crate) link: Option<String>,
}

/// How urgent something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// It is late, or grave.
    Bad,
    /// It ought to be put right.
    Open,
    /// It is to be known.
    Plain,
}

/// A record to look at.
pub(crate) struct Entry {
    /// What people call it.
    pub(crate) name: String,
    /// At which stage it is, and whose.
    pub(crate) stands: String,
    /// What is open on it.
    pub(crate) points: Vec<Point>,
    /// What to do, in a sentence each.
    pub(crate) to_do: Vec<String>,
    pub(crate) see: Reference,
}

/// One thing that is open on a record.
pub(crate) struct Point {
    pub(crate) tone: Tone,
    /// Whether the digest before did not have it.
    pub(crate) new: bool,
    pub(crate) text: String,
}

/// How much there is of something.
pub(crate) struct Bar {
    pub(crate) name: String,
    /// `12 of 25`.
    pub(crate) said: String,
    /// In hundredths of the longest bar, at most 100.
    pub(crate) long: u32,
    pub(crate) tone: Tone,
}

/// Where to look at a record, and where to find the reasons.
pub(crate) struct Reference {
    pub(crate) page: Option<String>,
    /// Where the reader says that it is done, that it can wait, or that it is not theirs.
    pub(crate) later: Option<String>,
    /// Where the reader can have it looked at again.
    pub(crate) again: Option<String>,
    /// Where the reader sees why.
    pub(crate) why: Option<String>,
    /// The command that tells the reasons; for those who have a command line.
    pub(crate) explain: Option<String>,
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
        let first = blocks.iter().find_map(|block| match block {
            Block::Say(words) => Some(words.clone()),
            _ => None,
        });
        Letter {
            subject: one_line(subject),
            preview: first.unwrap_or_default(),
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

    /// The day of an instant: "Sun 1 Nov 2026".
    pub(crate) fn day(&self, at: Timestamp) -> String {
        let there = at.to_zoned(self.rules.zone_of(self.to).clone());
        there.strftime("%a %-d %b %Y").to_string()
    }

    /// The full name of a person of the model; a stranger's id.
    pub(crate) fn name_of(&self, person: &PersonId) -> String {
        shown::name_of(&self.rules.model, person)
    }

    pub(crate) fn stage(&self, card: &Card, stage: &str) -> String {
        shown::stage_label(&self.rules.model, card.id.kind, stage)
    }

    pub(crate) fn rule(&self, card: &Card, rule: &str) -> String {
        shown::rule_label(&self.rules.model, card.id.kind, rule)
    }

    pub(crate) fn clock(&self, clock: &str) -> String {
        shown::clock_label(&self.rules.model, clock)
    }

    pub(crate) fn deviation(&self, deviation: &str) -> String {
        shown::deviation_label(&self.rules.model, deviation)
    }

    pub(crate) fn field(&self, field: &str) -> String {
        shown::label_of(&self.rules.model, field)
    }

    /// Whether the reader has a command line: whoever sees to what no seller can.
    pub(crate) fn operates(&self) -> bool {
        operators(self.rules).contains(self.to)
    }

    /// Whom a reader without a command line may ask: three of those who have one, by their full names.
    pub(crate) fn operators(&self) -> Vec<String> {
        let some = operators(self.rules).into_iter().take(3);
        let some: Vec<String> = some.map(|person| self.name_of(&person)).collect();
        match some.is_empty() {
            true => vec!["whoever operates Fairlead".to_owned()],
            false => some,
        }
    }

    /// The link by which the reader sees why, if they may.
    fn why(&self, record: &RecordId) -> Option<String> {
        let owner = self.cards.get(record)?.owner.as_ref();
        let may = may_see(self.rules, self.to, owner);
        self.signer.filter(|_| may)?.why(self.to, record)
    }

    /// The link by which the reader can have a record looked at again, if they may act on it.
    fn again(&self, record: &RecordId) -> Option<String> {
        let owner = self.cards.get(record)?.owner.as_ref();
        right_of(&self.rules.model, self.to, owner)?;
        self.signer?.link(self.to, record, LinkAction::LookAgain)
    }

    /// The link by which the reader answers what they are reminded of, if they may see the record.
    pub(crate) fn later(&self, record: &RecordId, of: BTreeSet<Reminder>) -> Option<String> {
        let owner = self.cards.get(record)?.owner.as_ref();
        let may = may_see(self.rules, self.to, owner);
        let signer = self.signer.filter(|_| may)?;
        signer.link(self.to, record, LinkAction::Remind { of })
    }

    /// The link by which the reader sees everything that a digest has for them.
    pub(crate) fn list(&self, digest: &str) -> Option<String> {
        self.signer?.list(self.to, digest)
    }

    /// The link by which the reader answers what they are asked; none if mails have no links.
    pub(crate) fn answer(&self, record: &RecordId, action: LinkAction) -> Option<String> {
        self.signer?.link(self.to, record, action)
    }

    pub(crate) fn see(&self, record: &RecordId) -> Reference {
        Reference {
            page: self.pages.of(record),
            later: None,
            again: self.again(record),
            why: self.why(record),
            explain: self
                .operates()
                .then(|| format!("fairlead explain {}", self.rules.model.name_of(record))),
        }
    }
}
