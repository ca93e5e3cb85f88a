package io.keywheel.domain.quota;

import java.time.Instant;

/// Blocks calls of a quota group for a while. A report on the group may lift the block earlier.
///
/// @param until when the block ends
/// @param recheck when to check the group again, because another block may apply from then on; no later than
///     `until`
/// @param least the smallest call that is blocked, in tokens
/// @param most the largest call that is blocked, in tokens
public record AdmissionBlock(Instant until, Instant recheck, long least, long most) {

    /// A block that needs no check before its end.
    public AdmissionBlock(Instant until, long least, long most) {
        this(until, until, least, most);
    }
}
