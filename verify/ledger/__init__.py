"""What other regions' ledgers prove, and what this region says of them as a witness."""
