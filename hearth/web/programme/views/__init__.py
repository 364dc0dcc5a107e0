"""Views: plan, tasks, reports, documents, meetings, targets, performance."""
