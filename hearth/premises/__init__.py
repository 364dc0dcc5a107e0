"""The premises: signs, facilities, work orders, temperatures, watchlists."""
