"""pyHanko, the reference implementation: it seals any PDF, and is asked for a second opinion."""
