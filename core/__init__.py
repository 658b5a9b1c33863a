"""Ground floor: what every room stands on. Knows nothing of compacts, plugins, pages or schedules."""
