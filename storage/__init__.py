"""What is kept: the only package that knows SQLAlchemy and Redis, and the only writer."""
