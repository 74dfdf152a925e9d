"""Outbound clients; what they fetch is checked by whoever asked."""
