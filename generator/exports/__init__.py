"""What is made of an assessed input besides the Word report."""
