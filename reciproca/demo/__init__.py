"""The sample hospital: the life of an agreement, told through the product's own use cases on the story's clock."""
