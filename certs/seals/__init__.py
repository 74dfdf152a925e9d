"""Seals as managed things (印章管理): register, life, uses, status, succession of their owners."""
