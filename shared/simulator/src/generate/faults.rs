//! What goes wrong in a story: near what happens, and of what is there for nobody for hours, as long as a
//! message is waited for.

use contracts::Function;
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

use super::{Generator, values::people_of};
use crate::{
    fault::{Fault, FaultKind, Peer},
    story::Action,
    world::after,
};

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
            if !faults.iter().any(same) {
                faults.push(fault);
            }
        }
        faults
    }

    fn fault(
        &self,
        rng: &mut Rng,
        (from, until): (Timestamp, Timestamp),
        near: Timestamp,
    ) -> Fault {
        let whole = |kind| Fault { from, until, kind };
        let begins = after(near, SignedDuration::from_secs(rng.i64(-20..5)));
        let short = |rng: &mut Rng, kind| Fault {
            from: begins,
            until: after(begins, SignedDuration::from_secs(rng.i64(5..600))),
            kind,
        };
        // Whoever is slow keeps a message until its process is stopped: so this is over sooner.
        let shorter = |rng: &mut Rng, kind| Fault {
            from: begins,
            until: after(begins, SignedDuration::from_secs(rng.i64(5..240))),
            kind,
        };
        // As long as an outage lasts, and somebody takes to put a new token in its place.
        let hours = |rng: &mut Rng, kind| Fault {
            from: begins,
            until: after(begins, SignedDuration::from_mins(rng.i64(20..14 * 60))),
            kind,
        };
        let peers = [Peer::Store, Peer::Bus, Peer::Crm, Peer::Mail];
        let peer = rng.choice(peers).unwrap_or(Peer::Store);
        let person = rng.choice(people_of(&self.rules.model));
        match rng.u8(0..26) {
            0 => whole(FaultKind::Fails {
                peer,
                rate: rng.u16(1..30),
            }),
            1 => {
                let rate = rng.u16(100..=1000);
                short(rng, FaultKind::Fails { peer, rate })
            }
            2 | 18 | 20 | 21 => {
                let rate = rng.u16(100..800);
                let seconds = rng.choice([5, 60, 400]).unwrap_or(30);
                let kind = FaultKind::Slow {
                    peer,
                    rate,
                    seconds,
                };
                shorter(rng, kind)
            }
            3 => {
                let rate = rng.u16(50..=1000);
                short(rng, FaultKind::Throttles { rate })
            }
            4 => whole(FaultKind::Contends {
                rate: rng.u16(10..200),
            }),
            5 => whole(FaultKind::IndexesLag {
                commits: rng.u16(1..20),
            }),
            6 => {
                let (rate, seconds) = (rng.u16(50..=1000), 1);
                short(rng, FaultKind::CrmBusy { rate, seconds })
            }
            22 => {
                let seconds = rng.u16(10..7_200);
                let rate = 1000;
                hours(rng, FaultKind::CrmBusy { rate, seconds })
            }
            7 => hours(rng, FaultKind::TokenRefused),
            23 => {
                let peer = rng.choice([Peer::Crm, Peer::Mail]).unwrap_or(Peer::Mail);
                let rate = rng.choice([600, 1000]).unwrap_or(1000);
                hours(rng, FaultKind::Fails { peer, rate })
            }
            8 => whole(FaultKind::Unseen {
                seconds: rng.u16(1..30),
            }),
            9 | 10 => whole(FaultKind::Kills {
                rate: rng.u16(1..8),
            }),
            11 | 12 => whole(FaultKind::Repeats {
                rate: rng.u16(20..400),
            }),
            13 => {
                let (rate, seconds) = (rng.u16(20..300), rng.u16(1..600));
                whole(FaultKind::Delays { rate, seconds })
            }
            14 => {
                let functions = Function::ALL;
                let function = rng.choice(functions).unwrap_or(Function::LeadRouting);
                let seconds = rng.i16(-4..=4);
                whole(FaultKind::ClockOff { function, seconds })
            }
            15 => short(rng, FaultKind::Deployment),
            24 | 25 => {
                let by_cloud = rng.bool();
                short(rng, FaultKind::TakenBack { by_cloud })
            }
            16 => short(rng, FaultKind::SecretChanged),
            _ => match person {
                Some(person) if rng.bool() => whole(FaultKind::OwnerRefused { person }),
                Some(person) => whole(FaultKind::MailRefused { person }),
                None => whole(FaultKind::Repeats { rate: 100 }),
            },
        }
    }
}
