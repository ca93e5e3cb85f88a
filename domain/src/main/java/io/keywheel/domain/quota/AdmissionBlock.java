package io.keywheel.domain.quota;

import java.time.Instant;

/// Keeps a quota group from calls for a while, should nothing be heard of it before.
///
/// @param until when it is over
/// @param recheck from when on something else may keep the group from calls, at the latest when it is over
/// @param least the fewest tokens a call needs of which it speaks
/// @param most the most
public record AdmissionBlock(Instant until, Instant recheck, long least, long most) {

    /// A block that stays the same until it is over.
    public AdmissionBlock(Instant until, long least, long most) {
        this(until, until, least, most);
    }
}
