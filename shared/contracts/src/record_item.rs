use serde::{Serialize, de::DeserializeOwned};

/// What one function keeps of a record: one item of the record's partition, with one writer.
///
/// A new kind of state is one file of `state/`: its type, and this.
pub trait RecordItem:
    Serialize + DeserializeOwned + Clone + PartialEq + Send + Sync + 'static
{
    /// The item's name within the partition. What has deadlines takes its name from
    /// [`crate::DeadlineKind::word`].
    const NAME: &'static str;
}
