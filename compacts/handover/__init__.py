"""Handover: who keeps an agreement or stands for a side leaves, and nothing of theirs is left lying."""
