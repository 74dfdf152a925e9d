"""Matters (事项): what they ask for, in which situation, and by which rules the paper is spared."""
