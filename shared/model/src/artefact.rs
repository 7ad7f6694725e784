//! The model as one file that a function carries and loads at its start.
//!
//! Its first line is JSON, `{"format":9,"hash":"…"}`; behind it stands the model in the compact
//! binary form of the crate `postcard`, since a function reads it at every cold start and JSON takes
//! five times as long. The same model gives the same bytes, and the hash is that of what stands behind
//! the first line, so a changed or cut file is refused. Which deployment brought it does not stand in
//! it: the same artefact can be deployed twice.
//!
//! That form has no names, only values in the order of the model's fields: a field that is left out
//! when it is empty could not be read back. The types of the model leave none out.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha512};

use crate::operating_model::OperatingModel;

/// The version of the artefact's layout. It grows when an older reader would misread a newer file.
pub const FORMAT: u32 = 17;

/// Why an artefact could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum ArtefactError {
    /// It is no artefact.
    #[error("this is not a model that `fairlead build` wrote ({0}): build it again")]
    Unreadable(String),
    /// It was built by a version of Fairlead that lays it out in another way.
    #[error(
        "the model was built in format {found}, and this version of Fairlead reads format {FORMAT}: build it again with the same version"
    )]
    Format {
        /// The format found.
        found: u32,
    },
    /// Its content is not what its hash says.
    #[error(
        "the model was changed or cut after it was built (its hash is {found}, its first line says {expected}): build it again"
    )]
    Changed {
        /// The hash of the content.
        found: String,
        /// The hash in the first line.
        expected: String,
    },
}

/// A model that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("this model cannot be written: {0}")]
pub struct WriteError(String);

#[derive(Serialize)]
struct Writing<'a> {
    format: u32,
    hash: &'a str,
}

#[derive(Deserialize)]
struct Format {
    format: u32,
}

#[derive(Deserialize)]
struct Reading {
    hash: String,
}

/// The artefact of a model: the same bytes for the same model.
///
/// # Errors
/// Never for a model that was read; an error says which part could not be written.
pub fn write(model: &OperatingModel) -> Result<Vec<u8>, WriteError> {
    let head = Writing {
        format: FORMAT,
        hash: &model.revision.hash,
    };
    let mut bytes = serde_json::to_vec(&head).map_err(|why| WriteError(why.to_string()))?;
    bytes.push(b'\n');
    bytes.extend(content(model)?);
    Ok(bytes)
}

/// The model of an artefact, not deployed by anybody: the number of its revision is 0.
///
/// # Errors
/// If the bytes are no artefact, are laid out in another way, or were changed since they were
/// written. Each says to build it again.
pub fn load(bytes: &[u8]) -> Result<OperatingModel, ArtefactError> {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let (head, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
    let unreadable = |why: &dyn std::fmt::Display| ArtefactError::Unreadable(why.to_string());
    let Format { format } = serde_json::from_slice(head).map_err(|why| unreadable(&why))?;
    if format != FORMAT {
        return Err(ArtefactError::Format { found: format });
    }
    let Reading { hash: expected } =
        serde_json::from_slice(head).map_err(|why| unreadable(&why))?;
    let content = rest.get(1..).unwrap_or_default();
    let found = hash(content);
    if found != expected {
        return Err(ArtefactError::Changed { found, expected });
    }
    let mut model: OperatingModel =
        postcard::from_bytes(content).map_err(|why| unreadable(&why))?;
    model.revision.hash = expected;
    Ok(model)
}

/// The hash that tells a model's content from another's, as it stands in its revision.
///
/// # Errors
/// Never for a model that was read; an error says which part could not be written.
pub fn hash_of(model: &OperatingModel) -> Result<String, WriteError> {
    Ok(hash(&content(model)?))
}

/// The content of a model without its revision.
fn content(model: &OperatingModel) -> Result<Vec<u8>, WriteError> {
    postcard::to_stdvec(model).map_err(|why| WriteError(why.to_string()))
}

/// The first 16 hexadecimal digits of the SHA-512 of a content.
///
/// A function hashes its model at every cold start, and many processors have no instructions for
/// SHA-256; without them SHA-512, which works on twice as many bits at a time, is faster.
fn hash(content: &[u8]) -> String {
    let mut digits = hex::encode(Sha512::digest(content));
    digits.truncate(16);
    digits
}
