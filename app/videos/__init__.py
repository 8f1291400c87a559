"""Videos: from what a phone sent to what plays everywhere, or the reason why not."""
