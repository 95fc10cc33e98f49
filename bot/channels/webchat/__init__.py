"""Web chat: the JSON interface that the chat page and other programs use."""
