"""Outreach: activities, home visits, mobile service, features, stations."""
