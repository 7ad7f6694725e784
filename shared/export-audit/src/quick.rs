//! The classes of numbers and times that are written as nearly all are, without making a value of them. What is written
//! in another way is left to the ordinary way; a test holds both to the same class.

use crm::FieldType;
use decisions::columns::Grain;

use crate::{
    cell::Form,
    layout::DecimalMark,
    moments,
    numbers::{self, Plain},
    table::Cell,
};

/// How the classes of a column are found from its texts.
pub(crate) enum Quick {
    /// By the constants that numbers are compared with, in their order.
    Numbers(Vec<Constant>, DecimalMark),
    /// The same, where a fraction is no value.
    Whole(Vec<Constant>),
    /// By the first instants of the classes, in their order, as seconds and nanoseconds since 1970.
    Times(Vec<(i64, i32)>),
}

/// A constant as whole digits, and how many of them stand behind the point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Constant {
    digits: i128,
    scale: u32,
}

impl Quick {
    /// None if the column holds something else, or if a text in it may mean something else.
    pub(crate) fn of(grain: &Grain, cell: &Cell, form: &Form) -> Option<Self> {
        let spelled = !cell.mapping.values.is_empty() || cell.mapping.otherwise.is_some();
        if grain.is_each() || spelled || !form.no_value.is_empty() {
            return None;
        }
        let constants = || {
            let numbers = grain.numbers().iter().map(|it| Constant {
                digits: it.mantissa(),
                scale: it.scale(),
            });
            numbers.collect()
        };
        match cell.mapping.holds {
            FieldType::Number | FieldType::Money => Some(Self::Numbers(constants(), form.decimal)),
            FieldType::Integer => Some(Self::Whole(constants())),
            FieldType::Timestamp => {
                let cuts = grain.cuts().iter();
                let cuts = cuts.map(|it| (it.as_second(), it.subsec_nanosecond()));
                // Before 1970 jiff counts both down from zero.
                let cuts: Option<Vec<_>> = cuts.map(|it| (it.1 >= 0).then_some(it)).collect();
                cuts.map(Self::Times)
            }
            _ => None,
        }
    }

    /// The class, from 1; none if the text is written in another way.
    pub(crate) fn class(&self, text: &[u8]) -> Option<u32> {
        match self {
            Self::Numbers(constants, mark) => among(constants, numbers::plain(text, *mark)?),
            Self::Whole(constants) => {
                let number = numbers::plain(text, DecimalMark::Point)?;
                (number.scale == 0).then(|| among(constants, number))?
            }
            Self::Times(cuts) => {
                let at = moments::in_utc(text)?;
                let past = cuts.iter().take_while(|cut| **cut <= at).count();
                u32::try_from(past + 1).ok()
            }
        }
    }
}

/// The class of a number: each constant has one, and so has each stretch between two.
fn among(constants: &[Constant], number: Plain) -> Option<u32> {
    let mut class = 1;
    for constant in constants {
        let one = i128::from(number.digits).checked_mul(ten_to(constant.scale)?)?;
        let other = constant.digits.checked_mul(ten_to(number.scale)?)?;
        if one < other {
            break;
        }
        class += 1;
        if one == other {
            break;
        }
        class += 1;
    }
    Some(class)
}

fn ten_to(scale: u32) -> Option<i128> {
    10_i128.checked_pow(scale)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crm::{FieldMapping, FieldRef, RecordKind, SourceName};
    use decisions::{
        Facts,
        columns::{Input, Reads},
    };
    use jiff::tz::TimeZone;
    use model::Condition;
    use proptest::prelude::*;

    use super::*;
    use crate::{
        cell::{self, People},
        layout::DateOrder,
        row::blank,
    };

    fn form() -> Form {
        Form {
            decimal: DecimalMark::Point,
            dates: DateOrder::YearFirst,
            zone: TimeZone::UTC,
            no_value: Vec::new(),
            yes: Vec::new(),
            no: Vec::new(),
        }
    }

    fn column(holds: FieldType) -> Cell {
        Cell {
            at: 0,
            mapping: FieldMapping {
                field: "field".to_owned(),
                property: "field".to_owned(),
                holds,
                values: BTreeMap::new(),
                otherwise: None,
                allowed: Vec::new(),
                domain: false,
                history: false,
            },
            personal: false,
        }
    }

    /// What of the example model reads this input, told apart as its deviations, gates and segments ask.
    fn agree(input: &Input, holds: FieldType, texts: &[String]) {
        let rules = testkit::example_rules();
        let now = testkit::at("2026-11-25T12:00:00Z");
        let mut reads = Reads::nothing(&rules, RecordKind::Opportunity, now);
        let conditions: Vec<&Condition> =
            rules.model.deviations.values().map(|it| &it.when).collect();
        conditions.into_iter().for_each(|it| reads.condition(it));
        reads.built_in("segment");
        reads.built_in("in_icp");
        let grain = &reads.inputs()[input];
        let source = SourceName::new("export").expect("a source");
        let blank = blank(&source, RecordKind::Opportunity).expect("a record");
        let facts = Facts::of(&rules, &blank, now);
        let (form, cell) = (form(), column(holds));
        let people = People::of(&rules.model, source);
        let quick = Quick::of(grain, &cell, &form).expect("a quick way");
        for text in texts {
            let Some(class) = quick.class(text.as_bytes()) else {
                continue;
            };
            let value = cell::read(text, &cell.mapping, &form, &people)
                .expect(text)
                .expect(text);
            let ordinary = grain.class_of(&value, &facts).expect(text);
            assert_eq!(usize::try_from(class), Ok(ordinary), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]

        #[test]
        fn numbers_have_the_same_class(
            numbers in prop::collection::vec((-3_i64..6_000, 0_u32..4), 50),
        ) {
            let texts: Vec<String> = numbers
                .iter()
                .map(|(digits, scale)| crm::Decimal::new(*digits, *scale).to_string())
                .chain(["49", "50", "200", "999.999", "1000", "5000.0"].map(str::to_owned))
                .collect();
            let employees = Input::Field(FieldRef::new(RecordKind::Account, "employees"));
            agree(&employees, FieldType::Number, &texts);
            let amount = Input::Field(FieldRef::new(RecordKind::Opportunity, "amount"));
            agree(&amount, FieldType::Money, &texts);
        }

        #[test]
        fn times_have_the_same_class(ago in prop::collection::vec((0_i64..200, -2_i64..=2), 50)) {
            let now = testkit::at("2026-11-25T12:00:00Z");
            let texts: Vec<String> = ago
                .iter()
                .map(|(days, seconds)| {
                    let ago = jiff::SignedDuration::from_secs(days * 86_400 + seconds);
                    now.checked_sub(ago).expect("an instant").to_string()
                })
                .collect();
            for input in [Input::Created, Input::LastContact, Input::StageSince] {
                agree(&input, FieldType::Timestamp, &texts);
            }
        }
    }
}
