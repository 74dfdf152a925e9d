"""Prefill (预填): forms filled from what is attached to a case, each value with its source."""
