use crm::RecordId;
use jiff::Timestamp;
use serde::Serialize;

/// Something said in words. Instants stay instants and records stay records, so that whoever shows
/// it does so in the zone of their reader, and names a record so that the name is clear.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Wording {
    parts: Vec<Part>,
}

/// A piece of a wording. Whatever space there is between two pieces stands in their texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// What is said.
    #[serde(flatten)]
    pub content: Content,
    /// How it is meant.
    #[serde(skip_serializing_if = "Tone::is_plain")]
    pub tone: Tone,
}

/// What a piece of a wording says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// These words.
    Text(String),
    /// This instant.
    Time(Timestamp),
    /// This record. How it is named is for whoever knows the company's sources.
    Record(RecordId),
}

/// How something is meant, whatever it looks like where it is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// As it is.
    #[default]
    Plain,
    /// What a hurried reader looks for.
    Main,
    /// What a hurried reader passes over.
    Detail,
    /// It is as it should be.
    Good,
    /// It is not as it should be.
    Bad,
    /// It is not known, not finished or not as usual.
    Unsure,
}

impl Tone {
    const fn is_plain(&self) -> bool {
        matches!(self, Self::Plain)
    }
}

impl Wording {
    /// The pieces, in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The words without their tones, each instant and each record as these write it.
    #[must_use]
    pub fn in_words(
        &self,
        time: impl Fn(Timestamp) -> String,
        record: impl Fn(&RecordId) -> String,
    ) -> String {
        let words = self.parts.iter().map(|part| match &part.content {
            Content::Text(text) => text.clone(),
            Content::Time(at) => time(*at),
            Content::Record(id) => record(id),
        });
        words.collect()
    }

    /// A wording that begins with these words.
    pub(crate) fn of(tone: Tone, text: impl Into<String>) -> Self {
        Self::default().say(tone, text)
    }

    /// These words behind what has been said.
    pub(crate) fn say(mut self, tone: Tone, text: impl Into<String>) -> Self {
        let text = text.into();
        match self.parts.last_mut() {
            Some(Part {
                content: Content::Text(before),
                tone: same,
            }) if *same == tone => before.push_str(&text),
            _ => self.parts.push(Part {
                content: Content::Text(text),
                tone,
            }),
        }
        self
    }

    /// These words, in the tone of what stands before them.
    pub(crate) fn then(self, text: impl Into<String>) -> Self {
        let tone = self.tone();
        self.say(tone, text)
    }

    /// An instant, in the tone of what stands before it.
    pub(crate) fn time(self, at: Timestamp) -> Self {
        self.with(Content::Time(at))
    }

    /// A record, in the tone of what stands before it.
    pub(crate) fn record(self, record: &RecordId) -> Self {
        self.with(Content::Record(record.clone()))
    }

    /// Records with commas between them, in the tone of what stands before them.
    pub(crate) fn records(self, records: &[RecordId]) -> Self {
        let numbered = records.iter().enumerate();
        numbered.fold(self, |said, (number, record)| match number {
            0 => said.record(record),
            _ => said.then(", ").record(record),
        })
    }

    fn with(mut self, content: Content) -> Self {
        let tone = self.tone();
        self.parts.push(Part { content, tone });
        self
    }

    fn tone(&self) -> Tone {
        self.parts.last().map_or(Tone::Plain, |part| part.tone)
    }
}

impl<T: Into<String>> From<T> for Wording {
    /// Plain words.
    fn from(text: T) -> Self {
        Self::of(Tone::Plain, text)
    }
}
