"""``make bench``: how fast the product is on much data, beside what the machine could do at best."""
