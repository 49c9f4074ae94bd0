"""The recipe of the crafted captures: bytes, capture files, and the cases made of them."""
