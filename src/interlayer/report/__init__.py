"""What people look at: figures as small descriptions, their drawings, and pages made of them."""
