"""Every write to units, people, accounts and grants."""
