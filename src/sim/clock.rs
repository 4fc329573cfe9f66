//! Simulated time: it begins at the wall clock's now and runs `speed` times as fast, or stands until it is cranked.
