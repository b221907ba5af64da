"""Cost of the warehouse's SQL as ratios, so that numbers of different machines can be compared."""
