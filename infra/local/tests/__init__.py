"""Tests of the local stack's own parts; nothing here starts the emulator."""
