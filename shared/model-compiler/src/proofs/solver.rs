use batsat::{BasicSolver, Lit, SolverInterface, Var, lbool};

use super::circuit::{Circuit, Literal, Node};

/// What the proofs need of a SAT solver.
pub(super) trait Solver {
    /// A new variable. The first is node 0, and so on.
    fn variable(&mut self) -> Literal;
    /// At least one of these is true from now on.
    fn clause(&mut self, parts: &[Literal]);
    /// Whether everything so far can be true together with these.
    fn solve(&mut self, assumed: &[Literal]) -> bool;
    /// Whether this is true in the example that the last `solve` found.
    fn value(&self, literal: Literal) -> bool;
    /// Which of those assumed made the last `solve` fail; not always the fewest.
    fn core(&self) -> Vec<Literal>;
}

/// The solver in use.
#[derive(Default)]
pub(super) struct Batsat {
    solver: BasicSolver,
    variables: Vec<Var>,
    /// What the last `solve` was given.
    assumed: Vec<Literal>,
}

impl Batsat {
    fn lit(&self, literal: Literal) -> Option<Lit> {
        let index = usize::try_from(literal.node()).ok()?;
        let variable = *self.variables.get(index)?;
        Some(Lit::new(variable, !literal.negated()))
    }

    fn lits(&self, literals: &[Literal]) -> Vec<Lit> {
        literals.iter().filter_map(|it| self.lit(*it)).collect()
    }
}

impl Solver for Batsat {
    fn variable(&mut self) -> Literal {
        let index = u32::try_from(self.variables.len()).unwrap_or(u32::MAX >> 1);
        self.variables.push(self.solver.new_var_default());
        Literal::new(index, false)
    }

    fn clause(&mut self, parts: &[Literal]) {
        let mut lits = self.lits(parts);
        self.solver.add_clause_reuse(&mut lits);
    }

    fn solve(&mut self, assumed: &[Literal]) -> bool {
        self.assumed = assumed.to_vec();
        let lits = self.lits(assumed);
        self.solver.solve_limited(&lits) == lbool::TRUE
    }

    fn value(&self, literal: Literal) -> bool {
        self.lit(literal)
            .is_some_and(|lit| self.solver.value_lit(lit) == lbool::TRUE)
    }

    fn core(&self) -> Vec<Literal> {
        let named = |literal: &Literal| {
            let lit = self.lit(*literal);
            lit.is_some_and(|lit| self.solver.unsat_core_contains_var(lit.var()))
        };
        self.assumed.iter().copied().filter(named).collect()
    }
}

/// A solver that knows everything about the records of a circuit.
pub(super) fn solver_of(circuit: &Circuit) -> Batsat {
    let mut solver = Batsat::default();
    for node in circuit.nodes() {
        let gate = solver.variable();
        match node {
            Node::True => solver.clause(&[gate]),
            Node::Input => {}
            Node::And(parts) => {
                for part in parts {
                    solver.clause(&[!gate, *part]);
                }
                let mut all: Vec<Literal> = parts.iter().map(|part| !*part).collect();
                all.push(gate);
                solver.clause(&all);
            }
        }
    }
    for clause in circuit.required() {
        solver.clause(clause);
    }
    solver
}

/// The fewest of `parts` that still cannot be true together with `fixed`: each is needed. Those
/// that stand first are dropped first. They are known to be impossible together.
pub(super) fn fewest(
    solver: &mut impl Solver,
    fixed: &[Literal],
    parts: Vec<Literal>,
) -> Vec<Literal> {
    let mut kept = parts;
    let mut at = 0;
    while at < kept.len() {
        let mut tried = fixed.to_vec();
        let others = kept.iter().enumerate().filter(|(index, _)| *index != at);
        tried.extend(others.map(|(_, part)| *part));
        if solver.solve(&tried) {
            at += 1;
            continue;
        }
        let core = solver.core();
        let mut index = 0;
        // What stood before `at` is needed, so the core has it; the rest shrinks to the core.
        kept.retain(|part| {
            let keep = index < at || index > at && core.contains(part);
            index += 1;
            keep
        });
    }
    kept
}
