//! The model as one file that a function carries and loads at its start.
//!
//! It is JSON: `{"format":1,"revision":{…},"model":{…}}`. The same model gives the same bytes, and
//! the revision's hash is that of the bytes of `model`, so a changed or cut file is refused.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::{OperatingModel, Revision};

/// The version of the artefact's layout. It grows when an older reader would misread a newer file.
pub const FORMAT: u32 = 1;

/// Why an artefact could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum ArtefactError {
    /// It is no artefact, or was cut off.
    #[error("this is not a model that `fairlead build` wrote ({0}): build it again")]
    Unreadable(serde_json::Error),
    /// It was built by a version of Fairlead that lays it out in another way.
    #[error(
        "the model was built in format {found}, and this version of Fairlead reads format {FORMAT}: build it again with the same version"
    )]
    Format {
        /// The format found.
        found: u32,
    },
    /// Its content is not what its revision says.
    #[error(
        "the model was changed after it was built (its hash is {found}, its revision says {expected}): build it again"
    )]
    Changed {
        /// The hash of the content.
        found: String,
        /// The hash in the revision.
        expected: String,
    },
}

#[derive(Serialize)]
struct Writing<'a> {
    format: u32,
    revision: &'a Revision,
    model: &'a RawValue,
}

#[derive(Deserialize)]
struct Reading<'a> {
    revision: Revision,
    #[serde(borrow)]
    model: &'a RawValue,
}

#[derive(Deserialize)]
struct Format {
    format: u32,
}

/// The artefact of a model: the same bytes for the same model.
///
/// # Errors
/// Never for a model that was read; an error says which part could not be written.
pub fn write(model: &OperatingModel) -> Result<Vec<u8>, serde_json::Error> {
    let content = RawValue::from_string(content(model)?)?;
    let mut bytes = serde_json::to_vec(&Writing {
        format: FORMAT,
        revision: &model.revision,
        model: &content,
    })?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The model of an artefact.
///
/// # Errors
/// If the bytes are no artefact, are laid out in another way, or were changed since they were
/// written. Each says to build it again.
pub fn load(bytes: &[u8]) -> Result<OperatingModel, ArtefactError> {
    let Format { format } = serde_json::from_slice(bytes).map_err(ArtefactError::Unreadable)?;
    if format != FORMAT {
        return Err(ArtefactError::Format { found: format });
    }
    let reading: Reading<'_> = serde_json::from_slice(bytes).map_err(ArtefactError::Unreadable)?;
    let found = hash(reading.model.get());
    if found != reading.revision.hash {
        return Err(ArtefactError::Changed {
            found,
            expected: reading.revision.hash,
        });
    }
    let mut model: OperatingModel =
        serde_json::from_str(reading.model.get()).map_err(ArtefactError::Unreadable)?;
    model.revision = reading.revision;
    Ok(model)
}

/// The content of a model without its revision.
pub(crate) fn content(model: &OperatingModel) -> Result<String, serde_json::Error> {
    serde_json::to_string(model)
}

/// The first 16 hexadecimal digits of the SHA-256 of a content.
pub(crate) fn hash(content: &str) -> String {
    let mut digits = hex::encode(Sha256::digest(content.as_bytes()));
    digits.truncate(16);
    digits
}
