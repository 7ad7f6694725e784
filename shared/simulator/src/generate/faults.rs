//! What goes wrong in a story: near what happens, and of what is there for nobody for hours, less long than a
//! message is waited for.

use contracts::Function;
use crm::PersonId;
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

use super::{Generator, values::people_of};
use crate::{
    fault::{Fault, FaultKind, Peer},
    story::Action,
    world::after,
};

/// One story in so many loses webhooks.
const LOST_IN: u8 = 6;
/// How long the CRM is there for nobody in one story, in all: less than a message is waited for, since a second outage may begin
/// before anybody has asked again after the first.
const AWAY_AT_MOST: SignedDuration = SignedDuration::from_hours(20);
/// A night comes between that and the end.
const FOUND_WITHIN: SignedDuration = SignedDuration::from_hours(-30);

impl Generator {
    pub(super) fn faults(
        &self,
        rng: &mut Rng,
        whole: (Timestamp, Timestamp),
        actions: &[Action],
    ) -> Vec<Fault> {
        let count = rng.usize(0..=4);
        let mut faults: Vec<Fault> = Vec::new();
        for _ in 0..count {
            let near = rng.choice(actions).map_or(whole.0, |it| it.at);
            let fault = self.fault(rng, whole, near);
            // Two of a kind would only be one.
            let same = |it: &Fault| {
                std::mem::discriminant(&it.kind) == std::mem::discriminant(&fault.kind)
            };
            let away = faults.iter().chain([&fault]).map(away);
            let away: SignedDuration = away.sum();
            if !faults.iter().any(same) && away <= AWAY_AT_MOST {
                faults.push(fault);
            }
        }
        faults
    }

    /// In some stories that are long enough for it, webhooks are lost for some hours: the next night finds what
    /// they would have told.
    pub(super) fn lost_webhooks(
        mut rng: Rng,
        (from, until): (Timestamp, Timestamp),
        actions: &[Action],
    ) -> Option<Fault> {
        let last = after(until, FOUND_WITHIN);
        let early = actions.iter().map(|it| it.at).filter(|at| *at < last);
        let early: Vec<Timestamp> = early.collect();
        if rng.u8(0..LOST_IN) > 0 {
            return None;
        }
        let begins = after(*rng.choice(&early)?, SignedDuration::from_secs(-1)).max(from);
        let hours = SignedDuration::from_hours(rng.i64(1..20));
        Some(Fault {
            from: begins,
            until: after(begins, hours).min(last),
            kind: FaultKind::WebhooksLost {
                rate: rng.u16(200..=1000),
            },
        })
    }

    fn fault(
        &self,
        rng: &mut Rng,
        (from, until): (Timestamp, Timestamp),
        near: Timestamp,
    ) -> Fault {
        let begins = after(near, SignedDuration::from_secs(rng.i64(-20..5)));
        let peers = [Peer::Store, Peer::Bus, Peer::Crm, Peer::Mail];
        let peer = rng.choice(peers).unwrap_or(Peer::Store);
        let person = rng.choice(people_of(&self.rules.model));
        let (kind, lasts) = match rng.u8(0..26) {
            lot @ (1 | 3 | 6 | 15 | 16 | 24 | 25) => (short(rng, lot, peer), Lasts::Short),
            2 | 18 | 20 | 21 => (slow(rng, peer), Lasts::Shorter),
            lot @ (7 | 22 | 23) => (of_hours(rng, lot), Lasts::Hours),
            lot => (always(rng, lot, peer, person), Lasts::Always),
        };
        let seconds = match lasts {
            Lasts::Short => rng.i64(5..600),
            Lasts::Shorter => rng.i64(5..240),
            Lasts::Hours => rng.i64(20..14 * 60) * 60,
            Lasts::Always => return Fault { from, until, kind },
        };
        Fault {
            from: begins,
            until: after(begins, SignedDuration::from_secs(seconds)),
            kind,
        }
    }
}

/// For how long a fault lets nobody reach the CRM, or hardly anybody.
fn away(fault: &Fault) -> SignedDuration {
    let is_away = match fault.kind {
        FaultKind::TokenRefused => true,
        FaultKind::CrmBusy { rate, .. } => rate >= OFTEN,
        FaultKind::Fails { peer, rate } => peer == Peer::Crm && rate >= OFTEN,
        _ => false,
    };
    match is_away {
        true => fault.until.duration_since(fault.from),
        false => SignedDuration::ZERO,
    }
}

/// Of a thousand calls so many fail where hardly any comes through.
const OFTEN: u16 = 600;

/// How long a fault lasts.
enum Lasts {
    Short,
    /// Whoever is slow keeps a message until its process is stopped: so this is over sooner.
    Shorter,
    /// As long as an outage lasts, and somebody takes to put a new token in its place.
    Hours,
    /// The whole story.
    Always,
}

fn short(rng: &mut Rng, lot: u8, peer: Peer) -> FaultKind {
    match lot {
        1 => FaultKind::Fails {
            peer,
            rate: rng.u16(100..=1000),
        },
        3 => FaultKind::Throttles {
            rate: rng.u16(50..=1000),
        },
        6 => FaultKind::CrmBusy {
            rate: rng.u16(50..=1000),
            seconds: 1,
        },
        15 => FaultKind::Deployment,
        16 => FaultKind::SecretChanged,
        _ => FaultKind::TakenBack {
            by_cloud: rng.bool(),
        },
    }
}

fn slow(rng: &mut Rng, peer: Peer) -> FaultKind {
    FaultKind::Slow {
        peer,
        rate: rng.u16(100..800),
        seconds: rng.choice([5, 60, 400]).unwrap_or(30),
    }
}

fn of_hours(rng: &mut Rng, lot: u8) -> FaultKind {
    match lot {
        7 => FaultKind::TokenRefused,
        22 => FaultKind::CrmBusy {
            rate: 1000,
            seconds: rng.u16(10..7_200),
        },
        _ => FaultKind::Fails {
            peer: rng.choice([Peer::Crm, Peer::Mail]).unwrap_or(Peer::Mail),
            rate: rng.choice([600, 1000]).unwrap_or(1000),
        },
    }
}

fn always(rng: &mut Rng, lot: u8, peer: Peer, person: Option<PersonId>) -> FaultKind {
    match lot {
        0 => FaultKind::Fails {
            peer,
            rate: rng.u16(1..30),
        },
        4 => FaultKind::Contends {
            rate: rng.u16(10..200),
        },
        5 => FaultKind::IndexesLag {
            commits: rng.u16(1..20),
        },
        8 => FaultKind::Unseen {
            seconds: rng.u16(1..30),
        },
        9 | 10 => FaultKind::Kills {
            rate: rng.u16(1..8),
        },
        11 | 12 => FaultKind::Repeats {
            rate: rng.u16(20..400),
        },
        13 => FaultKind::Delays {
            rate: rng.u16(20..300),
            seconds: rng.u16(1..600),
        },
        14 => FaultKind::ClockOff {
            function: rng.choice(Function::ALL).unwrap_or(Function::LeadRouting),
            seconds: rng.i16(-4..=4),
        },
        _ => match person {
            Some(person) if rng.bool() => FaultKind::OwnerRefused { person },
            Some(person) => FaultKind::MailRefused { person },
            None => FaultKind::Repeats { rate: 100 },
        },
    }
}
