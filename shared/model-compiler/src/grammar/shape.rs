//! What a value must look like, and the words and names that it is made of.

use crm::FieldType;

use crate::yaml::scalars::Clock;
use model::ModelFile;

/// What a value must look like.
#[derive(Debug)]
pub(crate) enum Shape {
    /// Free text.
    Text,
    /// A plain `yes` or `no`.
    YesNo,
    /// A whole number within these ends, both included.
    Whole { least: u32, most: u32 },
    /// A number from -1,000 to 1,000, with two decimal places at the most.
    Points,
    /// Any number.
    Number,
    /// A percentage such as `75%`, within these ends, both included.
    Percent { least: u16, most: u16 },
    /// A number of days such as `400d`, within these ends, both included.
    Days { least: u16, most: u16 },
    /// A quoted time of day such as `"08:00"`.
    Time,
    /// A quoted date such as `"2026-12-24"`.
    Day,
    /// A length of time.
    Amount(Clock),
    /// A time in the past, such as `4 weeks before`.
    WeeksBefore,
    /// How often at most, such as `20 per person in 10m`.
    Rate,
    /// How often at most, such as `3 in 7d`.
    Often,
    /// A quoted interval of a day such as `"09:00-12:30"`.
    Hours,
    /// The name of a time zone.
    Zone,
    /// The code of a currency.
    Currency,
    /// A mail address.
    Email,
    /// The name of a secret.
    SecretName,
    /// The path of a holiday file.
    HolidayFile,
    /// The path of a file of rows.
    CsvFile,
    /// A country or a part of one, whose public holidays are known.
    Region,
    /// Any one value of a list: text or number.
    Value,
    /// What a field is set to: a value of its type, or `today`.
    Setting,
    /// A text in one of these forms.
    Phrase(&'static [Form]),
    /// A list with at least one entry.
    List(&'static Shape),
    /// A list that may be empty.
    MaybeEmpty(&'static Shape),
    /// A mapping of known words, and of others if `rest` says so.
    Mapping {
        words: &'static [Word],
        rest: Option<Rest>,
    },
    /// A condition.
    Condition,
    /// A condition, `otherwise` or `unknown`.
    Catch,
    /// What it is decides the shape.
    ByForm {
        value: Option<&'static Shape>,
        list: Option<&'static Shape>,
        mapping: Option<&'static Shape>,
    },
}

/// A known word of a mapping.
#[derive(Debug)]
pub(crate) struct Word {
    pub(crate) key: &'static str,
    pub(crate) shape: &'static Shape,
    pub(crate) required: bool,
    /// What it says, for people.
    pub(crate) about: &'static str,
}

/// The other keys of a mapping and their values.
#[derive(Debug)]
pub(crate) struct Rest {
    pub(crate) keys: Keys,
    pub(crate) shape: &'static Shape,
    /// Whether there must be at least one.
    pub(crate) needed: bool,
}

/// What the keys of a mapping are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    /// Names that are given here.
    New(&'static str),
    /// Names that are given elsewhere.
    Known(Names),
    /// Kinds of record; what stands below is of that kind.
    Kinds,
    /// A kind and a new field, `lead.email_domain`.
    Fields,
    /// Days of the week and ranges of them.
    Days,
    /// Quoted dates.
    Dates,
    /// Whatever the CRM writes.
    Spellings,
    /// Values of the field that `by` names; `otherwise` stands for the rest.
    Values,
    /// Fields of the record at hand.
    Set,
}

/// A family of names with one place each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Names {
    /// What people do outside the CRM.
    Behaviour,
    Calendar,
    /// What people are certified for.
    Certification,
    Clock,
    Condition,
    /// A journey, whatever kind of record it is of.
    Journey,
    Kind,
    List,
    Metric,
    /// Who works together with whom.
    Pairs,
    Person,
    Pool,
    Queue,
    /// Several records of one kind: `opportunities`.
    Records,
    Response,
    /// The right to decide something.
    Right,
    Segment,
    Source,
    /// Of the lifecycle of the record at hand.
    Stage,
    Table,
    /// What is to be sold.
    Target,
    Team,
    Territory,
}

impl Names {
    /// What one of them is called, with its article.
    pub(crate) const fn a(self) -> &'static str {
        match self {
            Self::Behaviour => "a behaviour",
            Self::Calendar => "a calendar",
            Self::Certification => "a certification",
            Self::Clock => "a clock",
            Self::Condition => "a named condition",
            Self::Journey => "a journey",
            Self::Kind => "a kind of record",
            Self::List => "a list",
            Self::Metric => "a metric",
            Self::Pairs => "pairs",
            Self::Person => "a person",
            Self::Pool => "a pool",
            Self::Queue => "a queue",
            Self::Records => "a kind of records",
            Self::Response => "a response",
            Self::Right => "a decision right",
            Self::Segment => "a segment",
            Self::Source => "a source",
            Self::Stage => "a stage",
            Self::Table => "a table",
            Self::Target => "a target",
            Self::Team => "a team",
            Self::Territory => "a territory",
        }
    }

    /// Where they are given: the file and the words that lead there. None for kinds, which are
    /// fixed, for stages, which each lifecycle has its own of, and for certifications, which people have.
    pub(crate) const fn home(self) -> Option<(ModelFile, &'static str)> {
        match self {
            Self::Behaviour => Some((ModelFile::Technology, "behaviours")),
            Self::Calendar => Some((ModelFile::People, "calendars")),
            Self::Clock => Some((ModelFile::Processes, "clocks")),
            Self::Condition => Some((ModelFile::Strategy, "conditions")),
            Self::Journey => Some((ModelFile::Processes, "lifecycles")),
            Self::List => Some((ModelFile::Strategy, "lists")),
            Self::Pairs => Some((ModelFile::People, "pairs")),
            Self::Person => Some((ModelFile::People, "people")),
            Self::Pool => Some((ModelFile::People, "pools")),
            Self::Queue => Some((ModelFile::People, "queues")),
            Self::Metric => Some((ModelFile::Metrics, "metrics")),
            Self::Right => Some((ModelFile::People, "decision_rights")),
            Self::Response => Some((ModelFile::Governance, "responses")),
            Self::Segment => Some((ModelFile::Strategy, "segments")),
            Self::Source => Some((ModelFile::Technology, "sources")),
            Self::Table => Some((ModelFile::Strategy, "tables")),
            Self::Target => Some((ModelFile::Metrics, "targets")),
            Self::Team => Some((ModelFile::People, "teams")),
            Self::Territory => Some((ModelFile::Strategy, "territories")),
            Self::Certification | Self::Kind | Self::Records | Self::Stage => None,
        }
    }
}

/// One form of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// This word, which says …
    Word(&'static str, &'static str),
    /// This word, which is read and checked, and upon which no function acts yet. It says …
    Planned(&'static str, &'static str),
    /// A name.
    Name(Names),
    /// This word and then a name: `pool dach`.
    With(&'static str, Names),
    /// A field that holds this, of the record at hand or its account.
    Field(FieldType),
    /// A field that holds a number or a length of time, of the record at hand or its account.
    Measured,
    /// A field that the CRM fills, of the record at hand or its account, whatever it holds.
    Fact,
    /// Records that are at a stage: `opportunities in sql`.
    InStage,
}

/// A word that must be there.
pub(super) const fn must(key: &'static str, shape: &'static Shape, about: &'static str) -> Word {
    Word {
        key,
        shape,
        required: true,
        about,
    }
}

/// A word that may be left out.
pub(super) const fn may(key: &'static str, shape: &'static Shape, about: &'static str) -> Word {
    Word {
        key,
        shape,
        required: false,
        about,
    }
}

/// A mapping of known words only.
pub(super) const fn words(words: &'static [Word]) -> Shape {
    Shape::Mapping { words, rest: None }
}

/// A mapping of one or more keys of a family to values of one shape.
pub(super) const fn each(keys: Keys, shape: &'static Shape) -> Shape {
    Shape::Mapping {
        words: &[],
        rest: Some(Rest {
            keys,
            shape,
            needed: true,
        }),
    }
}
