"""The terminology database: the tables people edit, the releases made of them, and the trail of both."""
