//! What a file is (by its bytes), how large a picture is, and smaller copies of it.
