"""The acceptance gate: nobody is asked for paper that exists as an e-license (免于提交)."""
