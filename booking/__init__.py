"""When people are there, and what can be booked with them."""
