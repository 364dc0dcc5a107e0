"""Every write to inspections: recording, drafts with evidence, review, assignments."""
