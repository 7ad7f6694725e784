"""Tests of the sandbox CRM; `python3 -m unittest discover` in `infra/local` runs them."""
