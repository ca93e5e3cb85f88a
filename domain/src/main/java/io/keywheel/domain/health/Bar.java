package io.keywheel.domain.health;

import java.time.Instant;

/// Keeps a quota group from calls for a while, should nothing be heard of it before.
///
/// @param until when it is over
/// @param least the fewest tokens a call needs of which it speaks
/// @param most the most
record Bar(Instant until, long least, long most) {}
