"""Keys, SM2 signatures, electronic seals and sealed documents; knows bytes, never licenses."""
