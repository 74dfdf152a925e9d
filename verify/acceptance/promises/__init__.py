"""What was decided without the material: declarations (告知承诺) and what follows (容缺)."""
