"""Pages of findings being put right."""
