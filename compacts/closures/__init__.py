"""Days on which nobody is reminded: the public holidays of the place, and the hospital's own."""
