"""On which days things are reminded of: in the organisation, a unit, about an agreement; the same for both sides."""
