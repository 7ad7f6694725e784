"""A sandbox CRM: a stand-in for HubSpot for work on a laptop.

It answers the paths of HubSpot's dated API 2026-09 that Fairlead uses, keeps everything in memory,
sends signed webhooks, and has a page where a person plays the sales team. It is not HubSpot, it is
never deployed, and nothing outside `infra/local` and the tests knows that it exists.
"""

API_VERSION = "2026-09"
"""The dated version of HubSpot's object API whose paths and shapes are answered."""

PRODUCT = "Fairlead-sandbox-CRM (a stand-in for HubSpot)"
"""What the server calls itself in its `Server` header and its page."""
