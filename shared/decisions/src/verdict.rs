use contracts::Verdict;

/// Whether all hold, in Kleene's three-valued logic.
pub(crate) fn all_held(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
    let mut all = Verdict::Held;
    for verdict in verdicts {
        match verdict {
            Verdict::NotHeld => return Verdict::NotHeld,
            Verdict::Unknown => all = Verdict::Unknown,
            Verdict::Held => {}
        }
    }
    all
}

/// The opposite. What is unknown stays unknown.
pub(crate) const fn not(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Held => Verdict::NotHeld,
        Verdict::NotHeld => Verdict::Held,
        Verdict::Unknown => Verdict::Unknown,
    }
}

pub(crate) const fn held_if(holds: bool) -> Verdict {
    if holds {
        Verdict::Held
    } else {
        Verdict::NotHeld
    }
}
