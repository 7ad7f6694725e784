use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use jiff::{SignedDuration, Timestamp};

use crate::{
    fault::Peer,
    world::{World, after},
};

/// The time that a call or a wait takes. Meanwhile others have their turn, or the process dies.
#[derive(Debug)]
pub(crate) struct Step {
    world: World,
    length: Length,
    ends: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy)]
enum Length {
    Call(Peer),
    Wait(SignedDuration),
}

impl World {
    /// A call of a peer is under way.
    pub(crate) fn step(&self, peer: Peer) -> Step {
        self.takes(Length::Call(peer))
    }

    /// The process waits.
    pub(crate) fn wait(&self, length: SignedDuration) -> Step {
        self.takes(Length::Wait(length))
    }

    fn takes(&self, length: Length) -> Step {
        Step {
            world: self.clone(),
            length,
            ends: None,
        }
    }
}

impl Future for Step {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        let mut inside = this.world.lock();
        let ends = match this.ends {
            Some(ends) => ends,
            None => {
                let length = match this.length {
                    Length::Call(peer) => inside.length(peer),
                    Length::Wait(length) => length,
                };
                let ends = after(inside.now, length);
                this.ends = Some(ends);
                ends
            }
        };
        if inside.now >= ends {
            return Poll::Ready(());
        }
        let first = inside.turn.wake.map_or(ends, |wake| wake.min(ends));
        inside.turn.wake = Some(first);
        drop(inside);
        // Whoever joins several calls asks only those that say so.
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
