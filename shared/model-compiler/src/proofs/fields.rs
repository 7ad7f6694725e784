use std::collections::BTreeMap;

use crm::{Decimal, Value};

use super::{
    circuit::{Circuit, Literal},
    needs::{Need, Pattern},
};

/// What a field of a record can be, as far as the conditions at hand can tell.
#[derive(Debug)]
pub(super) struct Field {
    /// It has no value. Whatever else is said of such a field means nothing.
    pub(super) absent: Literal,
    pub(super) domain: Domain,
}

/// The values that the conditions at hand can tell apart.
#[derive(Debug)]
pub(super) enum Domain {
    /// Texts and people: each value that is named, or another.
    Choice {
        values: BTreeMap<Value, Literal>,
        other: Literal,
        patterns: BTreeMap<Pattern, Literal>,
        /// Of another value than those named: whether it fits the pattern.
        free: BTreeMap<Pattern, Literal>,
        /// There is no other value than those named.
        closed: bool,
    },
    /// Numbers, and times by how many seconds ago they were: where they lie among the points that
    /// are named. There is always a number between two points, unless only whole ones are meant.
    Order(Vec<Point>),
    /// Yes or no.
    YesNo(Literal),
}

/// A number that is named.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) at: Decimal,
    /// The field's number is smaller.
    pub(super) below: Literal,
    /// The field's number is this or smaller.
    pub(super) up_to: Literal,
}

/// So many patterns of one field are compared with each other; a hole that is found through more
/// may be one that no text can fall through.
const MOST_COMPARED: usize = 400;

impl Field {
    /// A text or a person that nothing else determines.
    pub(super) fn choice(
        circuit: &mut Circuit,
        need: Need,
        absent: Literal,
        possible: impl Fn(&Value) -> bool,
    ) -> Self {
        let mut values = BTreeMap::new();
        for value in need.values {
            let literal = if possible(&value) {
                circuit.input()
            } else {
                Literal::FALSE
            };
            values.insert(value, literal);
        }
        let inputs: Vec<Literal> = values.values().copied().collect();
        let named = circuit.at_most_one(&inputs);
        circuit.require(&[!absent, !named]);
        let other = circuit.and([!named, !absent]);
        let mut free = BTreeMap::new();
        let mut patterns = BTreeMap::new();
        for pattern in need.patterns {
            let unknown = circuit.input();
            let elsewhere = circuit.and([other, unknown]);
            let fitting = values.iter().filter(|(value, _)| pattern.fits(value));
            let fitting: Vec<Literal> = fitting.map(|(_, literal)| *literal).collect();
            let fits = circuit.or(fitting.into_iter().chain([elsewhere]));
            patterns.insert(pattern.clone(), fits);
            free.insert(pattern, unknown);
        }
        relate(circuit, &free);
        let domain = Domain::Choice {
            values,
            other,
            patterns,
            free,
            closed: false,
        };
        Self { absent, domain }
    }

    /// The field can have no other value than those named.
    pub(super) fn closed(mut self, circuit: &mut Circuit) -> Self {
        if let Domain::Choice { other, closed, .. } = &mut self.domain {
            circuit.require(&[!*other]);
            *closed = true;
        }
        self
    }

    /// A text that a first-match list of the model gives.
    pub(super) const fn listed(values: BTreeMap<Value, Literal>, absent: Literal) -> Self {
        let domain = Domain::Choice {
            values,
            other: Literal::FALSE,
            patterns: BTreeMap::new(),
            free: BTreeMap::new(),
            closed: false,
        };
        Self { absent, domain }
    }

    /// A number or a time that nothing else determines.
    pub(super) fn order(circuit: &mut Circuit, need: &Need, absent: Literal) -> Self {
        let mut points: Vec<Point> = Vec::new();
        for at in &need.points {
            let point = Point {
                at: *at,
                below: circuit.input(),
                up_to: circuit.input(),
            };
            if let Some(before) = points.last() {
                circuit.require(&[!before.up_to, point.below]);
            }
            circuit.require(&[!point.below, point.up_to]);
            points.push(point);
        }
        let domain = Domain::Order(points);
        Self { absent, domain }
    }

    /// The number is whole, and lies within these ends, both included.
    pub(super) fn whole(&self, circuit: &mut Circuit, least: Option<i64>, most: Option<i64>) {
        let Domain::Order(points) = &self.domain else {
            return;
        };
        for point in points {
            if !point.at.is_integer() {
                circuit.require(&[point.below, !point.up_to]);
            }
            let least = least.map(Decimal::from);
            if least.is_some_and(|least| point.at < least) {
                circuit.require(&[!point.up_to]);
            }
            if least.is_some_and(|least| point.at <= least) {
                circuit.require(&[!point.below]);
            }
            let most = most.map(Decimal::from);
            if most.is_some_and(|most| point.at > most) {
                circuit.require(&[point.below]);
            }
            if most.is_some_and(|most| point.at >= most) {
                circuit.require(&[point.up_to]);
            }
        }
        for (low, high) in points.iter().zip(points.iter().skip(1)) {
            let next = low.at.floor().checked_add(Decimal::ONE);
            if next.is_some_and(|next| next >= high.at) {
                circuit.require(&[low.up_to, !high.below]);
            }
        }
    }

    pub(super) fn yes_no(yes: Literal, absent: Literal) -> Self {
        let domain = Domain::YesNo(yes);
        Self { absent, domain }
    }

    /// It has this value. False of what it cannot be.
    pub(super) fn equals(&self, circuit: &mut Circuit, value: &Value) -> Literal {
        match (&self.domain, value) {
            (Domain::Choice { values, .. }, value) => {
                values.get(value).copied().unwrap_or(Literal::FALSE)
            }
            (Domain::Order(_), Value::Number(number)) => match self.point(*number) {
                Some(point) => circuit.and([point.up_to, !point.below]),
                None => Literal::FALSE,
            },
            (Domain::YesNo(yes), Value::Boolean(true)) => *yes,
            (Domain::YesNo(yes), Value::Boolean(false)) => !*yes,
            _ => Literal::FALSE,
        }
    }

    pub(super) fn point(&self, number: Decimal) -> Option<Point> {
        let Domain::Order(points) = &self.domain else {
            return None;
        };
        let index = points
            .binary_search_by(|point| point.at.cmp(&number))
            .ok()?;
        points.get(index).copied()
    }

    pub(super) fn fits(&self, pattern: &Pattern) -> Option<Literal> {
        match &self.domain {
            Domain::Choice { patterns, .. } => patterns.get(pattern).copied(),
            _ => None,
        }
    }
}

impl Pattern {
    /// Whether a value fits, as a decision would judge it.
    pub(super) fn fits(&self, value: &Value) -> bool {
        let Some(text) = value.text() else {
            return false;
        };
        match self {
            Self::Contains(part) => text.to_lowercase().contains(part),
            Self::StartsWith(part) => text.to_lowercase().starts_with(part),
            Self::EndsWith(part) => text.to_lowercase().ends_with(part),
            Self::Matches(pattern) => {
                regex_lite::Regex::new(pattern).is_ok_and(|regex| regex.is_match(text))
            }
        }
    }

    /// Whether every text that fits this fits the other.
    fn implies(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::StartsWith(a), Self::StartsWith(b)) => a.starts_with(b),
            (Self::EndsWith(a), Self::EndsWith(b)) => a.ends_with(b),
            (Self::Contains(a) | Self::StartsWith(a) | Self::EndsWith(a), Self::Contains(b)) => {
                a.contains(b)
            }
            _ => false,
        }
    }

    /// Whether no text fits both.
    fn excludes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::StartsWith(a), Self::StartsWith(b)) => !a.starts_with(b) && !b.starts_with(a),
            (Self::EndsWith(a), Self::EndsWith(b)) => !a.ends_with(b) && !b.ends_with(a),
            _ => false,
        }
    }
}

/// What is cheaply known of patterns of the same text.
fn relate(circuit: &mut Circuit, free: &BTreeMap<Pattern, Literal>) {
    if free.len() > MOST_COMPARED {
        return;
    }
    for (a, fits_a) in free {
        for (b, fits_b) in free {
            if a < b && a.excludes(b) {
                circuit.require(&[!*fits_a, !*fits_b]);
            } else if a != b && a.implies(b) {
                circuit.require(&[!*fits_a, *fits_b]);
            }
        }
    }
}
