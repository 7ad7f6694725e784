//! What comes from outside, damaged: every parser that reads a byte which somebody else wrote is held to what is
//! promised of it, whatever the bytes are.
//!
//! A first byte says which parser; the rest is what it reads. `make fuzz-outside` lets libFuzzer find its way by
//! the code that is reached; a short run with damage by seed is part of `make test`. Operating models have their
//! own (`make fuzz`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a broken promise is a panic, which is what is looked for"
)]

mod artefacts;
mod crm_answers;
pub mod damage;
mod exports;
mod links;
mod messages;
mod ports;
mod webhooks;

/// A parser of the outside.
pub struct Surface {
    /// What it reads.
    pub name: &'static str,
    /// Holds it to its promises; panics if one is broken.
    pub hold: fn(&[u8]),
    /// Well-formed texts to start from.
    pub starts: fn() -> Vec<Vec<u8>>,
}

/// All of them. The first byte of an input chooses one by its place here.
pub const SURFACES: [Surface; 8] = [
    Surface {
        name: "a signed webhook",
        hold: webhooks::signed,
        starts: webhooks::bodies,
    },
    Surface {
        name: "a webhook of whoever may have sent it",
        hold: webhooks::of_anybody,
        starts: webhooks::requests,
    },
    Surface {
        name: "an answer of the CRM",
        hold: crm_answers::hold,
        starts: crm_answers::starts,
    },
    Surface {
        name: "a message of a queue",
        hold: messages::hold,
        starts: messages::starts,
    },
    Surface {
        name: "the address of a signed link",
        hold: links::address,
        starts: links::addresses,
    },
    Surface {
        name: "the form of a page",
        hold: links::form,
        starts: links::forms,
    },
    Surface {
        name: "an export, and how it is read",
        hold: exports::hold,
        starts: exports::starts,
    },
    Surface {
        name: "a built model",
        hold: artefacts::hold,
        starts: artefacts::starts,
    },
];

/// Holds the parser that the first byte chooses to what is promised of it.
pub fn hold(input: &[u8]) {
    if let Some((which, rest)) = input.split_first() {
        (SURFACES[usize::from(*which) % SURFACES.len()].hold)(rest);
    }
}

/// Inputs to start from: for each parser those that are well formed.
#[must_use]
pub fn starts() -> Vec<Vec<u8>> {
    let all = SURFACES.iter().zip(0_u8..);
    let of_each = all.flat_map(|(surface, which)| {
        let starts = (surface.starts)().into_iter();
        starts.map(move |start| [vec![which], start].concat())
    });
    of_each.collect()
}
