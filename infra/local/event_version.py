"""The version of the events that the scripts here write by hand."""

# Follows `Event::VERSION` in shared/contracts/src/event.rs; functions refuse events of a version they do
# not know, so a test compares the two.
EVENT_VERSION = 2
