//! Steps of a story.
