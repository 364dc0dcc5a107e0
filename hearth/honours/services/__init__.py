"""Every write of honours that is not a ledger's."""
