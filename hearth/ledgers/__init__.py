"""What every ledger shares: the record of a unit on a day, and its register."""
