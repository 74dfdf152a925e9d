"""Pages for people: plain forms, no script, Chinese first."""
