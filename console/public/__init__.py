"""The young person's pages: start, chat, leave, ended, help and privacy. They work without a script."""
