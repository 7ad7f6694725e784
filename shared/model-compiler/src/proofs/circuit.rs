use std::{collections::BTreeMap, ops::Not};

/// Something that is true or false of a record: a node of a circuit, or its opposite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Literal(u32);

impl Literal {
    pub(super) const TRUE: Self = Self(0);
    pub(super) const FALSE: Self = Self(1);

    pub(super) const fn new(node: u32, negated: bool) -> Self {
        Self(node << 1 | negated as u32)
    }

    pub(super) const fn node(self) -> u32 {
        self.0 >> 1
    }

    pub(super) const fn negated(self) -> bool {
        self.0 & 1 == 1
    }
}

impl Not for Literal {
    type Output = Self;

    fn not(self) -> Self {
        Self(self.0 ^ 1)
    }
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// Always true; the first node of every circuit, and only that.
    True,
    /// Free.
    Input,
    /// True if all of these are. They stand before it.
    And(Vec<Literal>),
}

/// Conditions as gates over the free choices that make a record. Equal gates are one gate.
#[derive(Debug)]
pub(super) struct Circuit {
    nodes: Vec<Node>,
    gates: BTreeMap<Vec<Literal>, Literal>,
    /// Of each of these at least one is true of every record.
    required: Vec<Vec<Literal>>,
}

impl Circuit {
    pub(super) fn new() -> Self {
        Self {
            nodes: vec![Node::True],
            gates: BTreeMap::new(),
            required: Vec::new(),
        }
    }

    pub(super) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub(super) fn required(&self) -> &[Vec<Literal>] {
        &self.required
    }

    fn push(&mut self, node: Node) -> Literal {
        // A file of the largest size cannot make four thousand million nodes.
        let index = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX >> 1);
        self.nodes.push(node);
        Literal::new(index, false)
    }

    pub(super) fn input(&mut self) -> Literal {
        self.push(Node::Input)
    }

    pub(super) fn and(&mut self, parts: impl IntoIterator<Item = Literal>) -> Literal {
        let mut parts: Vec<Literal> = parts.into_iter().collect();
        parts.retain(|part| *part != Literal::TRUE);
        parts.sort_unstable();
        parts.dedup();
        // A literal and its opposite are neighbours in this order.
        let opposite = parts
            .iter()
            .zip(parts.iter().skip(1))
            .any(|(a, b)| *a == !*b);
        if opposite || parts.contains(&Literal::FALSE) {
            return Literal::FALSE;
        }
        match parts.as_slice() {
            [] => Literal::TRUE,
            [only] => *only,
            _ => match self.gates.get(&parts) {
                Some(gate) => *gate,
                None => {
                    let gate = self.push(Node::And(parts.clone()));
                    self.gates.insert(parts, gate);
                    gate
                }
            },
        }
    }

    pub(super) fn or(&mut self, parts: impl IntoIterator<Item = Literal>) -> Literal {
        !self.and(parts.into_iter().map(Not::not))
    }

    /// At least one of these is true of every record.
    pub(super) fn require(&mut self, parts: &[Literal]) {
        if !parts.contains(&Literal::TRUE) {
            let parts = parts.iter().copied().filter(|part| *part != Literal::FALSE);
            self.required.push(parts.collect());
        }
    }

    /// At most one of these is true. Gives the gate that says whether one is.
    pub(super) fn at_most_one(&mut self, parts: &[Literal]) -> Literal {
        let mut one = Literal::FALSE;
        for &part in parts {
            self.require(&[!one, !part]);
            one = self.or([one, part]);
        }
        one
    }
}
