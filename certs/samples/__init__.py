"""Synthetic data: valid in every check, plausible to the eye, and nobody's."""
