"""Measured tables (性能表): each figure beside a reference taken in the same run."""
