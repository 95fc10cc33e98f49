"""What people see in a browser: the public chat and the staff workspace."""
