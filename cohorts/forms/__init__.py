"""What people fill in about programs, cohorts, participants and placements."""
