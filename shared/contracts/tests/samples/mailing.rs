//! What is kept of notices that go together in one mail.

use contracts::{
    EventId,
    state::{EffectState, EffectStatus, Encloses, MailingState},
};

use super::noon;

pub fn effect() -> EffectState {
    EffectState {
        status: EffectStatus::Done,
        at: noon(),
        lease_until: noon(),
        result: "lead assigned: told to anna in one mail with others".to_owned(),
        asked: None,
        with: Some(EventId::of(&["first"])),
    }
}

pub fn mailing() -> MailingState {
    MailingState {
        at: noon(),
        of: EventId::of(&["alone"]),
        encloses: Some(Encloses {
            notice: EventId::of(&["first"]),
            until: noon(),
        }),
    }
}
