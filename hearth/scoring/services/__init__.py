"""Every write to scoring: policies, adjustments, closings."""
