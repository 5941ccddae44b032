"""Reading and showing answers, one module per group of kinds; `conversations.dialog.answers` is the door."""
