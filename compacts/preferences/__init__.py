"""How each person is written to: at which hour, and whether courtesy comes by mail too."""
