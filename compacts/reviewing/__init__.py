"""Joint reviews of both sides' commitments: sealed assessments, opening, actions and the closing gate."""
