use crm::{FieldType, Record};

/// What became of one record that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// The record.
    Record {
        /// The record.
        record: Box<Record>,
        /// The fields that hold something that does not fit their type. They are absent from it.
        unreadable: Vec<Unreadable>,
    },
    /// The CRM does not have it, or not any more.
    Missing,
    /// What the CRM gives is no record, or it gives nothing and says why; no value is repeated.
    Broken(String),
}

/// A field whose text in the CRM is no value of ours. The text is not repeated: where it does not
/// belong it may be anything, also somebody's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unreadable {
    /// The field's name in the model.
    pub field: String,
    /// The CRM's name for it.
    pub property: String,
    /// What it should hold.
    pub holds: FieldType,
    /// What is wrong with the text.
    pub why: Unfit,
    /// What the text looks like, as [`shape_of`] has it; empty if there is none.
    pub shape: String,
    /// Whether the field held it once, and holds something else now.
    pub past: bool,
}

/// The most characters of a shape.
const LONGEST_SHAPE: usize = 24;

/// What a text looks like without what it says: each letter is `a`, each digit `9`, and of other characters only
/// usual signs are kept.
#[must_use]
pub fn shape_of(text: &str) -> String {
    let sign = |it: char| match it {
        it if it.is_alphabetic() => 'a',
        it if it.is_numeric() => '9',
        it if " .,:;/-_+%".contains(it) => it,
        _ => '?',
    };
    let shape: String = text.chars().take(LONGEST_SHAPE).map(sign).collect();
    match text.chars().nth(LONGEST_SHAPE) {
        Some(_) => shape + " …",
        None => shape,
    }
}

/// Why a text in the CRM is no value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unfit {
    /// It is not of the field's type.
    OtherType,
    /// It is not in the field's closed list.
    NotInList,
    /// It is several values of the field's closed list.
    Several,
    /// It can be read in two ways, and the CRM does not say what the property holds.
    Undeclared,
    /// The CRM was asked for it, and its answer does not have it.
    Absent,
    /// It is in another currency, and the CRM does not say what it is in the company's.
    OtherCurrency,
}

impl Unfit {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::OtherType => "other_type",
            Self::NotInList => "not_in_list",
            Self::Several => "several",
            Self::Undeclared => "undeclared",
            Self::Absent => "absent",
            Self::OtherCurrency => "other_currency",
        }
    }
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            field,
            property,
            holds,
            why,
            ..
        } = self;
        match why {
            Unfit::OtherType => write!(
                f,
                "the field `{field}` should hold a {holds} and `{property}` does not: correct it in \
                 the CRM, or its type in technology.yaml"
            ),
            Unfit::NotInList => write!(
                f,
                "`{property}` holds a value that is not in the list of the field `{field}`: correct \
                 it in the CRM, or add it to the field's `values` in technology.yaml"
            ),
            Unfit::Several => write!(
                f,
                "`{property}` holds several values, and the field `{field}` is one of a list: leave \
                 one of them in the CRM, or map a property that can hold one only"
            ),
            Unfit::Absent => write!(
                f,
                "the CRM's answer has no `{property}`, from which the field `{field}` is read: see whether it was \
                 renamed or removed there (`fairlead crm check`), and map what it is called now"
            ),
            Unfit::OtherCurrency => write!(
                f,
                "`{property}` is in another currency, and the CRM does not say what that is in the company's, so that \
                 the field `{field}` has no value: see that the currency has a rate there (settings, currencies)"
            ),
            Unfit::Undeclared => write!(
                f,
                "the CRM does not say what `{property}` holds, so that the {holds} of the field \
                 `{field}` cannot be told: see that the property exists and that our app may read it"
            ),
        }
    }
}
