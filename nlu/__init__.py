"""What a person seems to want, so that a flow can meet free text. It never decides how soon someone must act; screening does."""
