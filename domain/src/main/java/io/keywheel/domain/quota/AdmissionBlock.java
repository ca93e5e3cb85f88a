package io.keywheel.domain.quota;

import java.time.Instant;

/// Keeps a quota group from calls for a while, should nothing be heard of it before.
///
/// @param until when it is over
/// @param least the fewest tokens a call needs of which it speaks
/// @param most the most
public record AdmissionBlock(Instant until, long least, long most) {}
