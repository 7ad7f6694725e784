use jiff::Timestamp;
use serde::Serialize;

/// Something said in words. Instants stay instants, so that whoever shows it does so in the zone and
/// in the way of their reader.
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

    /// The words without their tones, each instant as `show` writes it.
    #[must_use]
    pub fn in_words(&self, show: impl Fn(Timestamp) -> String) -> String {
        let words = self.parts.iter().map(|part| match &part.content {
            Content::Text(text) => text.clone(),
            Content::Time(at) => show(*at),
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
    pub(crate) fn time(mut self, at: Timestamp) -> Self {
        let (content, tone) = (Content::Time(at), self.tone());
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
