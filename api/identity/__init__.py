"""Signing in with an identity provider (统一身份认证), and the one that the demo brings along."""
