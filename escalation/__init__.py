"""Reading messages for signs of crisis, and the life of a case: pure decisions."""
