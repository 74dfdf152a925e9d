"""HTTP, pages, command line and composition."""
