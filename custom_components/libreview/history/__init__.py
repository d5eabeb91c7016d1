"""What has been read: kept, filled in, and told to Home Assistant's statistics."""
