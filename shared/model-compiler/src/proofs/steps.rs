use super::circuit::{Circuit, Literal};
use model::{FirstMatch, When};

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
    pub(super) const NONE: Self = Self {
        take: Literal::FALSE,
        unknown: Literal::FALSE,
        pass: Literal::TRUE,
    };
    pub(super) const OTHERWISE: Self = Self {
        take: Literal::TRUE,
        unknown: Literal::FALSE,
        pass: Literal::FALSE,
    };

    /// An entry that is never unknown.
    pub(super) fn sure(take: Literal) -> Self {
        Self {
            take,
            unknown: Literal::FALSE,
            pass: !take,
        }
    }
}

/// When each entry of a list wins.
#[derive(Debug)]
pub(super) struct Outcomes {
    pub(super) wins: Vec<Literal>,
    /// No entry wins.
    pub(super) nothing: Literal,
}

/// When each entry of a list of the strategy wins, its entry for the unknown included.
pub(super) fn outcomes(circuit: &mut Circuit, list: &FirstMatch, steps: Vec<Step>) -> Outcomes {
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
