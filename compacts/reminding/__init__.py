"""Choosing on which days things are reminded of: in the organisation, a unit, about an agreement."""
