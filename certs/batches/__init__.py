"""Batches (批量制证): rows of a department become licenses, each once, whatever happens."""
