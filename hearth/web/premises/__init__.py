"""Pages of the premises: campaign, work orders, facilities, cleaning days, upkeep, and reports."""
