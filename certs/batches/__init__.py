"""Batches (批量制证): a department's rows become licenses, each once, whatever happens on the way."""
