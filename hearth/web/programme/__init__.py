"""Pages of the yearly plan: tasks, documents, meetings, targets and performance."""
