"""SM2 arithmetic: two libraries behind one port."""
