//! What goes wrong in a story: near what happens, and never longer than a queue keeps trying.

use contracts::Function;
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

use super::{Generator, values::people_of};
use crate::{
    story::Happening,
    trouble::{Peer, Trouble, TroubleKind},
    world::after,
};

impl Generator {
    pub(super) fn troubles(
        &self,
        rng: &mut Rng,
        whole: (Timestamp, Timestamp),
        happens: &[Happening],
    ) -> Vec<Trouble> {
        let count = rng.usize(0..=4);
        let mut troubles: Vec<Trouble> = Vec::new();
        for _ in 0..count {
            let near = rng.choice(happens).map_or(whole.0, |it| it.at);
            let trouble = self.trouble(rng, whole, near);
            // Two of a kind would only be one.
            let same = |it: &Trouble| {
                std::mem::discriminant(&it.kind) == std::mem::discriminant(&trouble.kind)
            };
            if !troubles.iter().any(same) {
                troubles.push(trouble);
            }
        }
        troubles
    }

    fn trouble(
        &self,
        rng: &mut Rng,
        (from, until): (Timestamp, Timestamp),
        near: Timestamp,
    ) -> Trouble {
        let whole = |kind| Trouble { from, until, kind };
        let begins = after(near, SignedDuration::from_secs(rng.i64(-20..5)));
        let short = |rng: &mut Rng, kind| Trouble {
            from: begins,
            until: after(begins, SignedDuration::from_secs(rng.i64(5..600))),
            kind,
        };
        // Whoever is slow keeps a message until its process is stopped: so this is over sooner.
        let shorter = |rng: &mut Rng, kind| Trouble {
            from: begins,
            until: after(begins, SignedDuration::from_secs(rng.i64(5..240))),
            kind,
        };
        let peers = [Peer::Store, Peer::Bus, Peer::Crm, Peer::Mail];
        let peer = rng.choice(peers).unwrap_or(Peer::Store);
        let person = rng.choice(people_of(&self.rules.model));
        match rng.u8(0..22) {
            0 => whole(TroubleKind::Fails {
                peer,
                rate: rng.u16(1..30),
            }),
            1 => {
                let rate = rng.u16(100..=1000);
                short(rng, TroubleKind::Fails { peer, rate })
            }
            2 | 18 | 20 | 21 => {
                let rate = rng.u16(100..800);
                let seconds = rng.choice([5, 60, 400]).unwrap_or(30);
                let kind = TroubleKind::Slow {
                    peer,
                    rate,
                    seconds,
                };
                shorter(rng, kind)
            }
            3 => {
                let rate = rng.u16(50..=1000);
                short(rng, TroubleKind::Throttles { rate })
            }
            4 => whole(TroubleKind::Contends {
                rate: rng.u16(10..200),
            }),
            5 => whole(TroubleKind::IndexesLag {
                commits: rng.u16(1..20),
            }),
            6 => {
                let rate = rng.u16(50..=1000);
                short(rng, TroubleKind::CrmBusy { rate })
            }
            7 => short(rng, TroubleKind::TokenRefused),
            8 => whole(TroubleKind::Unseen {
                seconds: rng.u16(1..30),
            }),
            9 | 10 => whole(TroubleKind::Kills {
                rate: rng.u16(1..8),
            }),
            11 | 12 => whole(TroubleKind::Repeats {
                rate: rng.u16(20..400),
            }),
            13 => {
                let (rate, seconds) = (rng.u16(20..300), rng.u16(1..600));
                whole(TroubleKind::Delays { rate, seconds })
            }
            14 => {
                let functions = Function::ALL;
                let function = rng.choice(functions).unwrap_or(Function::LeadRouting);
                let seconds = rng.i16(-4..=4);
                whole(TroubleKind::ClockOff { function, seconds })
            }
            15 => short(rng, TroubleKind::Deployment),
            16 => short(rng, TroubleKind::SecretChanged),
            _ => match person {
                Some(person) if rng.bool() => whole(TroubleKind::OwnerRefused { person }),
                Some(person) => whole(TroubleKind::MailRefused { person }),
                None => whole(TroubleKind::Repeats { rate: 100 }),
            },
        }
    }
}
