use crm::Value;

use super::{circuit::Literal, encoder::Encoder};
use model::{Destination, FirstMatch, RoutingRule, When};

/// What one entry of a first-match list does with a record that has come to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// It wins.
    pub(super) take: Literal,
    /// It stops the list, which then says what it says of the unknown.
    pub(super) unknown: Literal,
    /// The next entry is asked.
    pub(super) pass: Literal,
}

impl Step {
    /// An entry that is never asked in its turn.
    const NONE: Self = Self {
        take: Literal::FALSE,
        unknown: Literal::FALSE,
        pass: Literal::TRUE,
    };
    const OTHERWISE: Self = Self {
        take: Literal::TRUE,
        unknown: Literal::FALSE,
        pass: Literal::FALSE,
    };
}

/// The steps of a list of the strategy, one for each entry.
pub(super) fn of_list(encoder: &mut Encoder<'_>, list: &FirstMatch, moment: usize) -> Vec<Step> {
    let stops = list.entries.iter().any(|entry| entry.when == When::Unknown);
    let mut step = |when: &When| match when {
        When::Otherwise => Step::OTHERWISE,
        When::Unknown => Step::NONE,
        When::Holds(condition) => {
            let take = encoder.held(moment, condition);
            if !stops {
                return Step {
                    take,
                    unknown: Literal::FALSE,
                    pass: !take,
                };
            }
            let pass = encoder.not_held(moment, condition);
            let unknown = encoder.circuit.and([!take, !pass]);
            Step {
                take,
                unknown,
                pass,
            }
        }
    };
    list.entries.iter().map(|entry| step(&entry.when)).collect()
}

/// The steps of a routing list, one for each rule. What cannot be known is passed over, and so is
/// a rule that names the person of a field in which there is nobody.
pub(super) fn of_rules(encoder: &mut Encoder<'_>, rules: &[RoutingRule]) -> Vec<Step> {
    let people = encoder.model.people.keys().cloned().map(Value::Person);
    let people: Vec<Value> = people.collect();
    let mut step = |rule: &RoutingRule| {
        let holds = match &rule.when {
            When::Holds(condition) => encoder.held(0, condition),
            When::Otherwise => Literal::TRUE,
            When::Unknown => Literal::FALSE,
        };
        let take = match &rule.to {
            Destination::Field(field) => {
                let somebody = encoder.is_one_of(field, &people);
                encoder.circuit.and([holds, somebody])
            }
            _ => holds,
        };
        Step {
            take,
            unknown: Literal::FALSE,
            pass: !take,
        }
    };
    rules.iter().map(&mut step).collect()
}

/// When each entry of a list wins.
#[derive(Debug)]
pub(super) struct Outcomes {
    pub(super) wins: Vec<Literal>,
    /// No entry wins.
    pub(super) nothing: Literal,
}

/// When each entry of a list of the strategy wins, its entry for the unknown included.
pub(super) fn outcomes(encoder: &mut Encoder<'_>, list: &FirstMatch, moment: usize) -> Outcomes {
    let steps = of_list(encoder, list, moment);
    let circuit = &mut encoder.circuit;
    let mut come = Literal::TRUE;
    let (mut wins, mut unknown) = (Vec::new(), Vec::new());
    for step in steps {
        wins.push(circuit.and([come, step.take]));
        unknown.push(circuit.and([come, step.unknown]));
        come = circuit.and([come, step.pass]);
    }
    let unknown = circuit.or(unknown);
    for (win, entry) in wins.iter_mut().zip(&list.entries) {
        if entry.when == When::Unknown {
            *win = unknown;
        }
    }
    Outcomes {
        wins,
        nothing: come,
    }
}
