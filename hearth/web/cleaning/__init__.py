"""Cleaning days 清洁日: schedule, what outlets reported, who looked, the 6S score over time."""
