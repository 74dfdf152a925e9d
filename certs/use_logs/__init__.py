"""The holder's log (用证记录): every use, disputes, and proof that none is left out."""
