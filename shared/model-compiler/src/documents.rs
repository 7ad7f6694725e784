//! What is written about the language and about a model: the reference, the schemas for editors,
//! and a model as tables and pictures.

pub mod difference;
pub mod picture;
pub mod reference;
pub mod schema;
