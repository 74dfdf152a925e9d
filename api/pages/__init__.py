"""Pages for people: plain forms that work without scripts, Chinese first."""
