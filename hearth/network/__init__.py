"""Units, people, posts, accounts and grants; Actor and Scope."""
