"""What every page and every API answer shares. Knows no model and no other app."""
