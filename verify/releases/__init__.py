"""Releases (放行): what is registered for a matter, and what of it a case may see."""
