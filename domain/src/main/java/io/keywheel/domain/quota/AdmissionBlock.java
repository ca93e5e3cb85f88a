package io.keywheel.domain.quota;

import java.time.Instant;

/// Keeps calls from a quota group for a while. A report on the group may end it earlier.
///
/// @param until when it is over
/// @param recheck from when on something else may keep calls from the group, at the latest when it is over
/// @param least the fewest tokens of a call that it keeps away
/// @param most the most tokens of such a call
public record AdmissionBlock(Instant until, Instant recheck, long least, long most) {

    /// A block that stays the same until it is over.
    public AdmissionBlock(Instant until, long least, long most) {
        this(until, until, least, most);
    }
}
