"""One file that holds an installation: what is in it, how it is made while people write, how it is brought back."""
