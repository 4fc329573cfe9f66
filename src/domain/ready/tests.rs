//! How levers and checks are judged.
