"""What a selection puts on paper: a candidate's feedback, and the file for the person or a review board."""
