"""What callers read of each error: a module for the errors of each package."""
