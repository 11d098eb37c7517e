"""Starts the simulated Europe and the contact point as processes, watches them, shows the main job."""
