use super::{
    circuit::Literal,
    encoder::Encoder,
    samples::Samples,
    solver::{Batsat, Solver, fewest, solver_of},
    spelling,
    steps::Step,
    witness,
};

/// So many dead entries of one list are explained; a list with more has another problem.
const MOST_EXPLAINED: usize = 100;

/// What is proven of a first-match list.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// The entries that no record makes win, in order.
    pub(super) dead: Vec<Dead>,
    /// Whether some record stops the list for not being known.
    pub(super) unknown: bool,
    /// A record that no entry catches.
    pub(super) hole: Option<Hole>,
}

/// A record that no entry of a list catches.
#[derive(Debug)]
pub(super) struct Hole {
    /// The record in words.
    pub(super) record: String,
    /// Whether it is known that there can be such a record.
    pub(super) certain: bool,
}

/// An entry that never wins.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Dead {
    pub(super) entry: usize,
    /// The earlier entries that together leave nothing for it, and none of them without need.
    /// None at all: its own tests exclude each other.
    pub(super) hidden_by: Vec<usize>,
}

/// Walks a list from the top: can something that came this far make this entry win?
pub(super) fn walk(encoder: &Encoder<'_>, steps: &[Step]) -> Walk {
    let (mut wins, mut unknown) = Samples::new(&encoder.circuit, &encoder.fields).winners(steps);
    let closed = steps.iter().any(|step| step.pass == Literal::FALSE);
    let asks_unknown = steps.iter().any(|step| step.unknown != Literal::FALSE);
    let mut hole = None;
    if !closed || wins.contains(&false) || asks_unknown && !unknown {
        let mut solver = solver_of(&encoder.circuit);
        let mut open = true;
        for (step, win) in steps.iter().zip(&mut wins) {
            *win = *win || open && can(&mut solver, step.take);
            unknown = unknown || open && can(&mut solver, step.unknown);
            open &= step.pass != Literal::FALSE;
            solver.clause(&[step.pass]);
        }
        if open && solver.solve(&[]) {
            let facts = witness::facts(encoder, &solver);
            let facts = narrowed(encoder, steps, facts);
            hole = Some(Hole {
                certain: spelling::can_be_written(encoder, &facts),
                record: witness::words(encoder, facts),
            });
        }
    }
    let dead = wins.iter().enumerate().filter(|(_, won)| !**won);
    let dead = explained(encoder, steps, dead.map(|(entry, _)| entry).collect());
    Walk {
        dead,
        unknown,
        hole,
    }
}

fn can(solver: &mut Batsat, literal: Literal) -> bool {
    literal != Literal::FALSE && solver.solve(&[literal])
}

/// For each dead entry, which of those before it hide it.
fn explained(encoder: &Encoder<'_>, steps: &[Step], dead: Vec<usize>) -> Vec<Dead> {
    if dead.is_empty() {
        return Vec::new();
    }
    let mut solver = solver_of(&encoder.circuit);
    let mut explain = |entry: usize| {
        let take = steps.get(entry).map_or(Literal::FALSE, |step| step.take);
        let passes: Vec<Literal> = steps.iter().take(entry).map(|step| step.pass).collect();
        let mut assumed = vec![take];
        assumed.extend(&passes);
        solver.solve(&assumed);
        let core = solver.core();
        let named = passes.iter().copied().filter(|pass| core.contains(pass));
        // Later entries are dropped first, so that the one which hides it first is named.
        let mut named: Vec<Literal> = named.collect();
        named.reverse();
        let kept = fewest(&mut solver, &[take], named);
        let index = |pass: &Literal| passes.iter().position(|it| it == pass);
        let mut hidden_by: Vec<usize> = kept.iter().filter_map(index).collect();
        hidden_by.sort_unstable();
        Dead { entry, hidden_by }
    };
    dead.into_iter()
        .take(MOST_EXPLAINED)
        .map(&mut explain)
        .collect()
}

/// The fewest facts of a record that no entry catches which already make sure of that.
fn narrowed(encoder: &Encoder<'_>, steps: &[Step], facts: Vec<Literal>) -> Vec<Literal> {
    let mut solver = solver_of(&encoder.circuit);
    let caught: Vec<Literal> = steps.iter().map(|step| !step.pass).collect();
    solver.clause(&caught);
    fewest(&mut solver, &[], facts)
}
