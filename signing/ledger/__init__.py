"""A log that only grows (账本): SM3 Merkle tree, tiles, signed checkpoints and proofs, as bytes."""
