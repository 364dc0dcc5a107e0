"""The yearly plan: pillars, tasks, documents sent down; targets over figures."""
