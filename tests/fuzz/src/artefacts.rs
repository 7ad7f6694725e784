//! A built model, as a function finds it in its package or its layer.

use model::artefact;

/// A damaged one is refused with words, and one that is accepted is what comes back if it is written again.
pub(crate) fn hold(bytes: &[u8]) {
    match artefact::load(bytes) {
        Err(why) => assert!(!why.to_string().is_empty()),
        Ok(model) => {
            let again = artefact::write(&model).expect("what was read can be written");
            let read = artefact::load(&again).expect("what was written can be read");
            assert_eq!(read.revision.hash, model.revision.hash);
        }
    }
}

pub(crate) fn starts() -> Vec<Vec<u8>> {
    vec![artefact::write(&testkit::example_model()).unwrap()]
}
