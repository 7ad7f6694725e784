use std::collections::{BTreeMap, VecDeque};

use super::{
    circuit::{Circuit, Literal, Node},
    fields::{Domain, Field},
    needs::Key,
    steps::Step,
};

/// What an input of the circuit says of a field.
#[derive(Debug, Clone, Copy)]
enum Role {
    Absent(usize),
    Value(usize),
    Below(usize, usize),
    UpTo(usize, usize),
    Yes(usize),
    Free,
}

/// What a record should be like in one field.
#[derive(Debug, Clone, Copy)]
struct Preference {
    absent: Option<bool>,
    value: Option<Literal>,
    /// The first and the last place among the points of an order: 0 is below the first point, 1 on
    /// it, 2 between it and the second, and so on.
    places: (usize, usize),
    yes: Option<bool>,
}

impl Preference {
    const ANY: Self = Self {
        absent: None,
        value: None,
        places: (0, usize::MAX),
        yes: None,
    };
}

/// How the records of a round are made where no preference says how.
#[derive(Debug, Clone, Copy)]
struct Round {
    absent: bool,
    /// In fourths of the way from the first to the last place.
    place: usize,
    turn: usize,
}

const ROUNDS: [Round; 4] = [
    Round {
        absent: true,
        place: 0,
        turn: 0,
    },
    Round {
        absent: false,
        place: 4,
        turn: 0,
    },
    Round {
        absent: true,
        place: 2,
        turn: 1,
    },
    Round {
        absent: false,
        place: 1,
        turn: 2,
    },
];

/// So many gates are followed for a preference at most; a record need not fulfil it.
const FARTHEST: usize = 1_000;

/// Example records, 64 at a time, sent through a circuit: a cheap way to show that an entry wins
/// sometimes. What no example shows is left to the solver.
#[derive(Debug)]
pub(super) struct Samples<'c> {
    circuit: &'c Circuit,
    fields: Vec<&'c Field>,
    roles: BTreeMap<u32, Role>,
    words: Vec<u64>,
}

impl<'c> Samples<'c> {
    pub(super) fn new(circuit: &'c Circuit, fields: &'c BTreeMap<Key, Field>) -> Self {
        let mut roles = BTreeMap::new();
        for (index, field) in fields.values().enumerate() {
            roles.insert(field.absent.node(), Role::Absent(index));
            match &field.domain {
                Domain::Choice { values, free, .. } => {
                    roles.extend(values.values().map(|it| (it.node(), Role::Value(index))));
                    roles.extend(free.values().map(|it| (it.node(), Role::Free)));
                }
                Domain::Order(points) => {
                    for (at, point) in points.iter().enumerate() {
                        roles.insert(point.below.node(), Role::Below(index, at));
                        roles.insert(point.up_to.node(), Role::UpTo(index, at));
                    }
                }
                Domain::YesNo(yes) => {
                    roles.insert(yes.node(), Role::Yes(index));
                }
            }
        }
        Self {
            circuit,
            fields: fields.values().collect(),
            roles,
            words: vec![0; circuit.nodes().len()],
        }
    }

    /// Marks the entries that win for some example record; the second answer is whether some
    /// example stops a list for not being known.
    pub(super) fn winners(&mut self, steps: &[Step]) -> (Vec<bool>, bool) {
        let mut wins = vec![false; steps.len()];
        let mut unknown = false;
        for round in ROUNDS {
            let open = wins.iter().zip(steps).filter(|(won, _)| !**won);
            let targets: Vec<Literal> = open.map(|(_, step)| step.take).collect();
            for some in targets.chunks(64) {
                self.fill(some, round);
                let mut come = self.run();
                for (won, step) in wins.iter_mut().zip(steps) {
                    *won |= come & self.word(step.take) != 0;
                    unknown |= come & self.word(step.unknown) != 0;
                    come &= self.word(step.pass);
                }
            }
        }
        (wins, unknown)
    }

    fn word(&self, literal: Literal) -> u64 {
        let index = usize::try_from(literal.node()).unwrap_or(usize::MAX);
        let word = self.words.get(index).copied().unwrap_or_default();
        if literal.negated() { !word } else { word }
    }

    fn set(&mut self, literal: Literal, lane: u64, to: bool) {
        let index = usize::try_from(literal.node()).unwrap_or(usize::MAX);
        if let Some(word) = self.words.get_mut(index) {
            *word = if to { *word | lane } else { *word & !lane };
        }
    }

    /// Makes one record for each target.
    fn fill(&mut self, targets: &[Literal], round: Round) {
        self.words.fill(0);
        for field in &self.fields {
            // What is there must have a value, and a closed list has no other than those named.
            let closed = matches!(field.domain, Domain::Choice { closed: true, .. });
            if !round.absent && !closed {
                continue;
            }
            let index = usize::try_from(field.absent.node()).unwrap_or(usize::MAX);
            if let Some(word) = self.words.get_mut(index) {
                *word = !0;
            }
        }
        for (lane, target) in targets.iter().enumerate() {
            let lane = 1 << lane;
            let (preferences, free) = self.preference(*target, round);
            for (index, preference) in preferences {
                self.grant(index, preference, lane, round);
            }
            for literal in free {
                self.set(literal, lane, true);
            }
        }
    }

    fn grant(&mut self, index: usize, preference: Preference, lane: u64, round: Round) {
        let Some(field) = self.fields.get(index).copied() else {
            return;
        };
        self.set(field.absent, lane, preference.absent.unwrap_or(false));
        match &field.domain {
            Domain::Choice { .. } => {
                if let Some(value) = preference.value {
                    self.set(value, lane, preference.absent != Some(true));
                }
            }
            Domain::YesNo(yes) => self.set(*yes, lane, preference.yes.unwrap_or(false)),
            Domain::Order(points) => {
                let (first, last) = preference.places;
                let last = last.min(2 * points.len());
                let way = last.saturating_sub(first);
                let place = first + way / 4 * round.place + way % 4 * round.place / 4;
                for (at, point) in points.iter().enumerate() {
                    self.set(point.below, lane, place <= 2 * at);
                    self.set(point.up_to, lane, place <= 2 * at + 1);
                }
            }
        }
    }

    /// What would make a literal true, as far as a straight way down the gates shows. What is nearest is asked first, and
    /// counts before what lies behind it: an entry's own condition is a step or two away, and those of all the entries
    /// before it are a long chain.
    fn preference(
        &self,
        target: Literal,
        round: Round,
    ) -> (BTreeMap<usize, Preference>, Vec<Literal>) {
        let mut preferences: BTreeMap<usize, Preference> = BTreeMap::new();
        let mut free = Vec::new();
        let mut rest = VecDeque::from([target]);
        for _ in 0..FARTHEST {
            let Some(literal) = rest.pop_front() else {
                break;
            };
            let index = usize::try_from(literal.node()).unwrap_or(usize::MAX);
            match (self.circuit.nodes().get(index), literal.negated()) {
                (Some(Node::And(parts)), false) => rest.extend(parts),
                (Some(Node::And(parts)), true) => {
                    let turn = round.turn % parts.len().max(1);
                    rest.extend(parts.get(turn).map(|part| !*part));
                }
                (Some(Node::Input), negated) => match self.roles.get(&literal.node()) {
                    Some(Role::Free) if !negated => free.push(literal),
                    Some(role) => note(&mut preferences, *role, literal),
                    None => {}
                },
                _ => {}
            }
        }
        (preferences, free)
    }

    /// Sends the records through the gates. Gives those that are possible.
    fn run(&mut self) -> u64 {
        for (index, node) in self.circuit.nodes().iter().enumerate() {
            let word = match node {
                Node::True => !0,
                Node::Input => continue,
                Node::And(parts) => parts.iter().fold(!0, |all, part| all & self.word(*part)),
            };
            if let Some(slot) = self.words.get_mut(index) {
                *slot = word;
            }
        }
        let required = self.circuit.required().iter();
        required.fold(!0, |all, clause| {
            all & clause.iter().fold(0, |any, part| any | self.word(*part))
        })
    }
}

fn note(preferences: &mut BTreeMap<usize, Preference>, role: Role, literal: Literal) {
    let wanted = !literal.negated();
    let (Role::Absent(field)
    | Role::Value(field)
    | Role::Below(field, _)
    | Role::UpTo(field, _)
    | Role::Yes(field)) = role
    else {
        return;
    };
    let preference = preferences.entry(field).or_insert(Preference::ANY);
    let (first, last) = &mut preference.places;
    match (role, wanted) {
        (Role::Absent(_), _) => preference.absent = preference.absent.or(Some(wanted)),
        (Role::Value(_), true) => preference.value = preference.value.or(Some(literal)),
        (Role::Below(_, at), true) => *last = (*last).min(2 * at),
        (Role::Below(_, at), false) => *first = (*first).max(2 * at + 1),
        (Role::UpTo(_, at), true) => *last = (*last).min(2 * at + 1),
        (Role::UpTo(_, at), false) => *first = (*first).max(2 * at + 2),
        (Role::Yes(_), _) => preference.yes = preference.yes.or(Some(wanted)),
        _ => {}
    }
}
