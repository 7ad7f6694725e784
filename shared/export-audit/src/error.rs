/// Why an audit cannot be made. Single rows and cells never stop one.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The layouts are not written as they must be.
    #[error("the mapping cannot be read: {0}")]
    Layout(String),
    /// A layout does not fit its file or the model.
    #[error("{file}: {what}; {fix}")]
    Unfit {
        /// The file.
        file: String,
        /// What is wrong.
        what: String,
        /// What to do.
        fix: String,
    },
    /// A file cannot be read at all.
    #[error("{file} cannot be read: {why}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        why: String,
    },
    /// The findings cannot be written.
    #[error("the findings cannot be written: {0}")]
    Unwritten(String),
    /// There is nothing to look at.
    #[error("{0}")]
    Nothing(String),
}
