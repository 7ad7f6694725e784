"""Tests that deploy to an emulated account by the programs that deploy to a real one."""
