"""What a site shows to anybody, fetched once, and kept as it was sent: the way out, the browser and the archive."""
