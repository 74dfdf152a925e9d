"""Archiving (归档): licenses in force become packages, which are looked at again and again."""
