"""Answers over the plan, its tasks, documents, meetings and targets."""
